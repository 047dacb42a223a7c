"""More of everything: at least three rows for every list."""

from datetime import date, timedelta
from decimal import Decimal

from apps.audit.domain.verification import record_verification, verify
from apps.banking.domain.importing import BankFile, import_statements
from apps.banking.domain.rule_book import make_rule
from apps.banking.models import KnownAccount
from apps.bodies.enums import BodyKind
from apps.budget.domain.commitments import enter_commitment
from apps.budget.domain.costs import record_meeting
from apps.budget.domain.planning import draft_plan
from apps.closing.domain.closing import begin_accounts
from apps.closing.domain.package import make_package
from apps.closing.domain.reserves import move_reserve
from apps.closing.enums import Direction, ReserveKind
from apps.documents.enums import Access
from apps.dues.domain.announcements import prepare_announcement
from apps.dues.domain.issuing import issue_run
from apps.dues.domain.runs import discard_run
from apps.dues.domain.schedules import grant_relief
from apps.dues.enums import ReliefKind
from apps.dues.printing import print_now
from apps.dunning.domain.care import block
from apps.dunning.domain.procedures import save_procedure, usual_levels
from apps.dunning.models import DunningProcedure
from apps.einvoice.enums import InvoiceForm
from apps.ledger.domain.accounts import account
from apps.ledger.models import Account
from apps.members.models import City
from apps.papers.domain.writing import freeze
from apps.papers.issuing import publish as publish_paper
from apps.resolutions.domain.consequences import publish
from tests.architecture.examined import appoint
from tests.architecture.world import NOW, TODAY, World, pile_letters, store
from tests.factories.banking import Row, camt_file
from tests.factories.bodies import make_body
from tests.factories.dues import make_draft_schedule, make_payment, make_preview, make_resolution
from tests.factories.dunning import make_letters
from tests.factories.ledger import make_income
from tests.factories.members import make_delegation, make_member
from tests.factories.papers import make_paper, make_signature
from tests.factories.resolutions import make_decided

PLACES = (1, 2)


def crowd(world: World) -> None:
    board, treasurer = world.people["board"], world.people["treasurer"]
    make_body(BodyKind.WORKING_GROUP)
    make_delegation(City.objects.get(name="Leipzig"), world.people["bonn"])
    discard_run(make_preview(2029, on=TODAY), by=treasurer, on=TODAY)
    prepare_announcement(2031, decided_by=date(2030, 11, 30), by=treasurer, on=TODAY)
    for name in ("Bonn", "Leipzig"):
        make_payment(None, "10.00", city=City.objects.get(name=name), on=TODAY)
    put_aside(world)
    make_income("1.00", on=date(2027 - max(PLACES), 1, 2), by=treasurer)
    for place in PLACES:
        begin_accounts(2027 - place, by=treasurer, on=TODAY)
        make_package(2027, by=treasurer, at=NOW)
        appoint(world, 2024 + place, TODAY)
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
        make_rule(direction="out", text_words=f"Miete {place}", account=account("ROOM"), by=treasurer, on=TODAY)
        city = City.objects.get(name=("Köln", "Bonn")[place - 1])
        KnownAccount.objects.create(iban=f"DE0210050000002429066{place}", city=city)
        pile_letters(world, City.objects.all())
        remind_again(place, world)
    hold_back(world)
    for _walk in range(3):
        record_verification(verify())


def hold_back(world: World) -> None:
    """Cities that want an XRechnung and have not told their Leitweg-ID."""
    for name in ("Aachen", "Hagen", "Kiel"):
        make_member(name, population=250_001, invoice_form=InvoiceForm.XRECHNUNG_UBL)
    issue_run(make_preview(on=TODAY, supplement=True), by=world.people["treasurer"], on=TODAY)
    print_now(by=world.people["treasurer"])


def remind_again(place: int, world: World) -> None:
    """Another run, procedure and block; claims of years ago."""
    treasurer = world.people["treasurer"]
    make_letters(date(2027, 5, 18) + timedelta(days=16 * place), despite_credit=City.objects.all())
    draft = DunningProcedure(title=f"Entwurf {place}", valid_from=date(2030 + place, 1, 1))
    save_procedure(draft, usual_levels(), by=treasurer, on=TODAY)
    block(
        City.objects.get(name="Leipzig"),
        kind="other",
        reason=f"Grund {place}",
        valid_until=None,
        by=treasurer,
        on=TODAY,
    )


def put_aside(world: World) -> None:
    """Three reserves of 2026 from money that came in then; the year is open."""
    make_income("6.00", on=date(2026, 12, 1), by=world.people["treasurer"])
    resolution = make_decided(kind="reserves", title="Rücklagen 2026")
    for place in (*PLACES, 3):
        move_reserve(
            kind=ReserveKind.PROJECT,
            direction=Direction.FORM,
            year=2026,
            amount=Decimal(place),
            purpose=f"Vorhaben {place}",
            resolution=resolution,
            by=world.people["treasurer"],
            on=TODAY,
        )


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
