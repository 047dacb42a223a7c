"""A small association with one of everything, built through the acts: what the tables of addresses are measured on."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import time_machine
from django.test import Client, TestCase

from apps.accounts.domain.people import assign_role, invite_person
from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.audit.models import JournalEntry
from apps.banking.domain.importing import BankFile, import_statements
from apps.banking.models import BankLine, KnownAccount
from apps.bodies.enums import BodyKind
from apps.budget.domain.planning import Planned, adopt_plan, draft_plan, propose_plan, set_amounts
from apps.core.jobs import start_job
from apps.dispatch.domain.batches import stack_letters
from apps.dispatch.domain.queueing import Draft, queue_dispatches
from apps.dispatch.domain.releasing import release
from apps.dispatch.enums import Channel
from apps.dispatch.models import Dispatch, PrintBatch
from apps.documents.domain.filing import file_document
from apps.documents.enums import Access, Category
from apps.documents.models import Document
from apps.dues.domain.cancelling import cancel_invoice
from apps.dues.domain.issuing import issue_run
from apps.dues.domain.payments import apply_credit
from apps.dues.domain.schedules import grant_relief
from apps.dues.domain.sending import queue_unsent
from apps.dues.enums import ReliefKind
from apps.dues.models import Invoice
from apps.dues.tasks import print_missing, start_printing
from apps.ledger.domain.cost_centres import open_cost_centre
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.manual import post_by_hand
from apps.ledger.models import Account
from apps.members.domain.cities import set_address
from apps.members.domain.people import add_contact
from apps.members.enums import AddressKind, ContactKind
from apps.members.models import Address, City, Contact, Municipality
from apps.organisation.domain.profile import set_logo
from apps.organisation.domain.seeds import load_reference_data
from apps.papers.domain.writing import freeze
from apps.papers.issuing import publish as publish_paper
from apps.resolutions.domain.consequences import add_follow_up, publish
from apps.resolutions.models import Resolution
from tests.architecture.day import NOW, TODAY
from tests.architecture.examined import examine
from tests.architecture.treasury import (
    bind,
    close,
    keep_vouchers,
    make_bank_rule,
    order_payments,
    remind,
    share_costs,
    tell_expected_dues,
    write_off_claims,
)
from tests.factories.banking import Row, camt_file
from tests.factories.bodies import make_body, make_office, make_term
from tests.factories.dues import (
    make_association,
    make_draft_schedule,
    make_payment,
    make_preview,
    make_resolution,
    make_schedule,
)
from tests.factories.files import scan
from tests.factories.members import make_delegation, make_member
from tests.factories.papers import make_paper, make_signature
from tests.factories.resolutions import make_decided, make_draft, make_proposed

STAFF = (Role.TREASURER, Role.BOARD, Role.AUDITOR, Role.OFFICE, Role.ADMIN)
CITIES = (("Bonn", 323_336), ("Köln", 1_024_621), ("Leipzig", 611_850))

LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0h10v10z"/></svg>'

# what only Bonn, and who keeps the books or the members, may ever read
BONN_CONTACT = "Vertraulich Bonnerin"
BONN_DOCUMENT = "Vertraulicher Bescheid an Bonn"
BANK_TEXT = "Bonn zahlt Beitrag"
BONN_SECRETS = ("2027-0001", "2.748,36", BONN_CONTACT, "bonnerin@example.org", BONN_DOCUMENT, BANK_TEXT)


@dataclass
class World:
    """People by a short name, and what an address needs to lead to a certain object."""

    people: dict[str, User] = field(default_factory=dict)
    places: dict[str, dict[str, Any]] = field(default_factory=lambda: {"": {}})

    def client(self, name: str) -> Client:
        client = Client(raise_request_exception=False)
        if name != "anonymous":
            client.force_login(self.people[name])
        return client


@contextmanager
def frozen_time() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def build_world() -> World:
    world = World()
    load_reference_data()
    make_association()
    set_logo(LOGO, by=None, at=NOW)
    invite_people(world)
    decide(world)
    join(world)
    keep_books(world)
    order_payments(world)
    send_letters(world)
    remind(world)
    write_off_claims(world)
    write_papers(world)
    plan(world)
    close(world)
    file(world)
    examine(world, TODAY)
    remember_histories(world)
    return world


def remember_histories(world: World) -> None:
    world.places["journal"] = {"sequence": JournalEntry.objects.order_by("sequence").first().sequence}
    histories = {
        "bonn_invoice": Invoice.objects.get(city__name="Bonn"),
        "koeln_invoice": Invoice.objects.get(city__name="Köln"),
        "bonn_contact": Contact.objects.get(name=BONN_CONTACT),
        "draft": Resolution.objects.get(title="Vertrauliches Vorhaben"),
        "adopted": Resolution.objects.get(title="Öffentliche Erklärung"),
        "person": world.people["treasurer"],
        "line": BankLine.objects.get(text="Ohne Bezug"),
    }
    for name, thing in histories.items():
        meta = thing._meta
        world.places[f"history_{name}"] = {"app_label": meta.app_label, "model": meta.model_name, "pk": thing.pk}


def invite_people(world: World) -> None:
    for role in (*STAFF, None):
        name = str(role or "nobody")
        world.people[name] = invite_person(
            email=f"{name}@example.org",
            first_name="Kim",
            last_name=name.title(),
            roles=[role] if role else [],
            by=None,
            on=date(2026, 1, 1),
        )
    treasurer = world.people["treasurer"]
    world.places["person"] = {"pk": treasurer.pk}
    world.places["assignment"] = {"pk": treasurer.pk, "assignment": treasurer.assignments.get().pk}
    world.places["invitation"] = {"uid": "MQ", "token": "ungueltig"}


def join(world: World) -> None:
    """Three cities; Köln and Bonn with a person who acts for them and a contact."""
    for name, population in CITIES:
        city = make_member(name, population=population, invoice_form="pdf" if name == "Köln" else "zugferd")
        world.places[city.slug] = {"slug": city.slug}
        if name != "Leipzig":
            add_delegate(world, city)
    world.places["list"] = {"kind": "staedte"}
    world.places["list_file"] = {"kind": "staedte", "form": "xlsx"}
    world.places["municipality"] = {"ags": Municipality.objects.first().ags}


def add_delegate(world: World, city: City) -> None:
    user = invite_person(
        email=f"{city.slug}@example.org", first_name="Ada", last_name=city.name, roles=[], by=None, on=date(2026, 1, 1)
    )
    assign_role(user, Role.MEMBER, by=None, on=date(2026, 1, 1))
    delegation = make_delegation(city, user)
    contact = add_contact(
        city,
        by=None,
        on=date(2026, 1, 1),
        kind=ContactKind.CONTACT,
        name=BONN_CONTACT if city.name == "Bonn" else f"Vertraut {city.name}",
        email="bonnerin@example.org" if city.name == "Bonn" else "jemand@example.org",
    )
    world.people[city.slug] = user
    world.places[f"{city.slug}_delegation"] = {"pk": delegation.pk}
    world.places[f"{city.slug}_contact"] = {"pk": contact.pk}
    world.places[f"{city.slug}_invoice_address"] = {"pk": add_invoice_address(city).pk}
    world.places[f"{city.slug}_new_address"] = {"slug": city.slug, "kind": "rechnung"}


def add_invoice_address(city: City) -> Address:
    return set_address(
        city,
        kind=AddressKind.INVOICE,
        organisation=city.official_name,
        unit="Kämmerei",
        street="Stadthaus 2",
        postcode="50667",
        town=city.name,
        by=None,
        on=date(2026, 1, 1),
    )


def decide(world: World) -> None:
    adopted = make_decided(title="Beitragsordnung 2027")
    published = publish(make_decided(title="Öffentliche Erklärung"), by=None, on=TODAY)
    follow_up = add_follow_up(
        adopted, task="Bescheid geben", responsible=world.people["treasurer"], due_on=TODAY, by=None, on=TODAY
    )
    board = make_body(BodyKind.BOARD)
    office = make_office(board)
    term = make_term(board, office=office, user=world.people["board"])
    world.places |= {
        "draft": {"pk": make_draft(title="Vertrauliches Vorhaben").pk},
        "draft_version": {"pk": make_draft(title="Entwurf").pk, "number": 1},
        "proposed": {"pk": make_proposed(title="Zur Abstimmung").pk},
        "adopted": {"pk": adopted.pk},
        "adopted_version": {"pk": adopted.pk, "number": 1},
        "public_resolution": {"reference": published.reference},
        "follow_up": {"pk": follow_up.pk},
        "board": {"code": board.code},
        "term": {"pk": term.pk},
    }


def keep_books(world: World) -> None:
    """Dues of 2027 issued and printed, one cancelled, those of 2028 in preview; a statement; an entry by hand."""
    treasurer = world.people["treasurer"]
    schedule = make_schedule()
    relief = grant_relief(
        city=City.objects.get(name="Leipzig"),
        kind=ReliefKind.HARDSHIP,
        percent=Decimal(50),
        valid_from=date(2027, 1, 1),
        valid_until=None,
        resolution=make_resolution(),
        reason="Haushaltssicherung",
        by=treasurer,
    )
    bonn, koeln, leipzig = issue_run(make_preview(on=date(2027, 1, 11)), by=treasurer, on=date(2027, 1, 11))
    cancel_invoice(leipzig, by=treasurer, on=TODAY, reason="Doppelt gestellt")
    with TestCase.captureOnCommitCallbacks(execute=True):
        start_printing(by=treasurer)
    tell_expected_dues(world)
    make_payment(None, "20.00", city=koeln.city, on=TODAY)
    [set_off] = apply_credit(koeln, amount=Decimal("5.00"), reason="Wunsch der Stadt", by=treasurer, on=TODAY)
    world.places["set_off"] = {"pk": set_off.pk}
    rows = [
        Row("2748.36", BANK_TEXT, "Stadtkasse Bonn", reference=bonn.reference),
        Row("10.00", "Ohne Bezug", "Unbekannt"),
        Row("-14.90", "Kontoentgelt", "Bank"),
    ]
    report = import_statements([BankFile("januar.xml", camt_file(rows))], by=treasurer, on=TODAY)
    centre, *_others = [
        open_cost_centre(
            number=f"T2027-{n}",
            name=f"{n}. Treffen",
            kind="meeting",
            valid_from=TODAY.replace(day=1, month=1),
            by=treasurer,
        )
        for n in (1, 2, 3)
    ]
    entry = post_by_hand(
        on=date(2027, 1, 12),
        document_on=date(2027, 1, 12),
        text="Raummiete",
        reference="R-1",
        lines=[Line("ROOM", debit=Decimal(500), cost_centre=centre), Line("SAVINGS", credit=Decimal(500))],
        filename="beleg.png",
        content=scan("Rechnung"),
        by=treasurer,
        today=TODAY,
    )
    job = start_job(print_missing, kind="dues.print", key="Probe", title="Drucken", by=treasurer)
    statement = report.statements[0]
    keep_vouchers(world)
    world.places |= {
        "schedule": {"pk": schedule.pk},
        "draft_schedule": {"pk": make_draft_schedule(title="Entwurf 2029", valid_from=date(2029, 1, 1)).pk},
        "relief": {"pk": relief.pk},
        "issued_run": {"pk": bonn.run_id},
        "preview": {"pk": make_preview(2028, on=TODAY).pk},
        "bonn_invoice": {"number": bonn.number},
        "koeln_invoice": {"number": koeln.number},
        "cancelled_invoice": {"number": leipzig.number},
        "line": {"pk": BankLine.objects.get(text="Ohne Bezug").pk},
        "statement": {"pk": statement.pk},
        "statement_import": {"pk": report.record.pk},
        "bank_account": {"pk": statement.bank_account_id},
        "booking_rule": {"pk": make_bank_rule(treasurer).pk},
        "known_account": {"pk": KnownAccount.objects.create(iban="DE02120300000000202051", city=bonn.city).pk},
        "entry": {"year": entry.year, "number": entry.number},
        "account": {"number": Account.objects.get(key="ROOM").number},
        "chart_file": {"form": "csv"},
        "cost_centre": {"number": centre.number},
        "job": {"pk": job.pk},
    }


def send_letters(world: World) -> None:
    """Invoices and the credit note wait in the outbox; three letters lie in a pile."""
    queue_unsent(by=world.people["treasurer"], on=TODAY)
    world.places |= {
        "sending": {"pk": Dispatch.objects.get(document__city__name="Bonn").pk},
        "pile": {"pk": pile_letters(world, City.objects.all()).pk},
        "wording": {"kind": "dues.invoice"},
    }


def pile_letters(world: World, cities: Iterable[City]) -> PrintBatch:
    treasurer = world.people["treasurer"]
    letters = [
        Draft(
            "dues.invoice", f"Brief an {city}", [store(f"Brief an {city}", Access.TREASURY)], city, channel=Channel.POST
        )
        for city in cities
    ]
    made = queue_dispatches(letters, by=treasurer, on=TODAY)
    release(Dispatch.objects.filter(pk__in=[each.pk for each in made]), by=treasurer, on=TODAY)
    return stack_letters(by=treasurer, on=TODAY)


def write_papers(world: World) -> None:
    cologne = City.objects.get(name="Köln")
    draft = make_paper(title="Papier im Entwurf")
    frozen = freeze(make_paper(title="Papier zum Zeichnen"), by=None, on=TODAY)
    published = freeze(make_paper(title="Papier für alle"), by=None, on=TODAY)
    signature = make_signature(published, cologne, world.people["koeln"], day=TODAY)
    publish_paper(published, by=world.people["board"], on=TODAY)
    for name, paper in {"draft_paper": draft, "frozen_paper": frozen, "published_paper": published}.items():
        world.places[name] = {"slug": paper.slug}
        world.places[f"{name}_version"] = {"slug": paper.slug, "number": 1}
    world.places["signature"] = {"pk": signature.pk}


def plan(world: World) -> None:
    treasurer = world.people["treasurer"]
    amounts = {Account.objects.get(key="DUES"): Planned(Decimal(24000))}
    adopted = draft_plan(2027, by=treasurer, on=TODAY)
    adopted = propose_plan(set_amounts(adopted, amounts, note="", by=treasurer), by=treasurer, on=TODAY)
    adopt_plan(adopted, make_decided(kind="budget", title="Haushalt 2027"), by=treasurer)
    set_amounts(draft_plan(2028, by=treasurer, on=TODAY), amounts, note="", by=treasurer)
    world.places |= {"adopted_plan": {"year": 2027, "version": 1}, "draft_plan": {"year": 2028, "version": 1}}
    world.places["forecast"] = {"year": 2027, "version": 1, "account": Account.objects.get(key="DUES").number}
    bind(world)
    share_costs(world)


def file(world: World) -> None:
    """A document of every class and one that concerns Bonn alone."""
    for access in Access:
        place(world, f"{access}_document", store(f"Unterlage {access.label}", access))
    place(world, "bonn_document", store(BONN_DOCUMENT, Access.TREASURY, city=City.objects.get(name="Bonn")))


def store(title: str, access: Access, city: City | None = None) -> Document:
    return file_document(
        content=title.encode(),
        filename="unterlage.txt",
        title=title,
        category=Category.MATERIAL,
        access=access,
        origin="documents.upload",
        city=city,
        by=None,
        on=TODAY,
    )


def place(world: World, name: str, document: Document) -> None:
    world.places[name] = {"number": document.number}
    world.places[f"{name}_file"] = {"number": document.number, "version": 1, "filename": "unterlage.txt"}
