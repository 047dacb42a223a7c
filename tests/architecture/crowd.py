"""More of everything: at least three rows for every list."""

from datetime import date
from decimal import Decimal

from apps.audit.domain.verification import record_verification, verify
from apps.banking.domain.importing import BankFile, import_statements
from apps.bodies.enums import BodyKind
from apps.budget.domain.commitments import enter_commitment
from apps.budget.domain.costs import record_meeting
from apps.budget.domain.planning import draft_plan
from apps.documents.enums import Access
from apps.dues.domain.issuing import issue_run
from apps.dues.domain.runs import discard_run
from apps.dues.domain.schedules import grant_relief
from apps.dues.enums import ReliefKind
from apps.dues.printing import print_now
from apps.einvoice.enums import InvoiceForm
from apps.ledger.models import Account
from apps.members.models import City
from apps.papers.domain.writing import freeze
from apps.papers.issuing import publish as publish_paper
from apps.resolutions.domain.consequences import publish
from tests.architecture.world import TODAY, World, pile_letters, store
from tests.factories.banking import Row, camt_file
from tests.factories.bodies import make_body
from tests.factories.dues import make_draft_schedule, make_preview, make_resolution
from tests.factories.members import make_delegation, make_member
from tests.factories.papers import make_paper, make_signature
from tests.factories.resolutions import make_decided

PLACES = (1, 2)


def crowd(world: World) -> None:
    board, treasurer = world.people["board"], world.people["treasurer"]
    make_body(BodyKind.WORKING_GROUP)
    make_delegation(City.objects.get(name="Leipzig"), world.people["bonn"])
    discard_run(make_preview(2029, on=TODAY), by=treasurer, on=TODAY)
    for place in PLACES:
        store(f"Öffentliche Unterlage {place}", Access.PUBLIC)
        publish(make_decided(title=f"Öffentlicher Beschluss {place}"), by=None, on=TODAY)
        make_draft_schedule(title=f"Entwurf {place}", valid_from=date(2030 + place, 1, 1))
        draft_plan(2029 + place, by=treasurer, on=TODAY)
        record_meeting(
            title=f"Netzwerktreffen {place}",
            host=City.objects.get(name="Köln"),
            starts_on=date(2025, 6, place),
            ends_on=date(2025, 6, 1 + place),
            participants=30,
            cities=City.objects.all(),
            by=treasurer,
        )
        enter_commitment(
            year=2027,
            title=f"Auftrag {place}",
            partner="Büro",
            account=Account.objects.get(key="PRINT"),
            amount=Decimal(100),
            agreed_on=TODAY,
            by=treasurer,
        )
        paper = freeze(make_paper(title=f"Papier {place}"), by=None, on=TODAY)
        for name in ("Köln", "Bonn")[:place]:
            city = City.objects.get(name=name)
            make_signature(paper, city, world.people[city.slug], day=TODAY)
        publish_paper(paper, by=board, on=TODAY)
        relieve(("Köln", "Bonn")[place - 1], world)
        read_in(place, world)
        pile_letters(world, City.objects.all())
    hold_back(world)
    for _walk in range(3):
        record_verification(verify())


def hold_back(world: World) -> None:
    """Cities that want an XRechnung and have not told their Leitweg-ID."""
    for name in ("Aachen", "Hagen", "Kiel"):
        make_member(name, population=250_001, invoice_form=InvoiceForm.XRECHNUNG_UBL)
    issue_run(make_preview(on=TODAY, supplement=True), by=world.people["treasurer"], on=TODAY)
    print_now(by=world.people["treasurer"])


def relieve(city: str, world: World) -> None:
    grant_relief(
        city=City.objects.get(name=city),
        kind=ReliefKind.LEAD_CITY,
        percent=Decimal(10),
        valid_from=date(2028, 1, 1),
        valid_until=None,
        resolution=make_resolution(),
        reason="Federführung",
        by=world.people["treasurer"],
    )


def read_in(place: int, world: World) -> None:
    """The statement of a later month; each begins where the one before ends."""
    opening = Decimal("3743.46") + 10 * (place - 1)
    file = camt_file(
        [Row("10.00", f"Eingang {place}", on=date(2027, 1, 20 + place))], number=str(1 + place), opening=str(opening)
    )
    import_statements([BankFile(f"auszug{place}.xml", file)], by=world.people["treasurer"], on=TODAY)
