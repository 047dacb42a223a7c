"""The treasury of the small association: announcements, reminders, vouchers, commitments, costs, the closed year."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.test import TestCase

from apps.accounts.models import User
from apps.banking.domain.rule_book import make_rule
from apps.banking.models import BankAccount, BookingRule
from apps.budget.domain.commitments import close_commitment, enter_commitment, refer_posting
from apps.budget.domain.costs import CostEntry, record_cost, record_meeting
from apps.closing.domain.closing import begin_accounts
from apps.closing.domain.datev import set_adviser
from apps.closing.domain.package import make_package
from apps.dues.announcement_printing import print_announcements
from apps.dues.domain.announcements import announce, prepare_announcement
from apps.dues.domain.issuing import issue_run
from apps.dues.models import Invoice
from apps.dunning.domain.care import block, record_event
from apps.dunning.domain.procedures import save_procedure, usual_levels
from apps.dunning.domain.runs import prepare_run as prepare_dunning
from apps.dunning.models import DunningProcedure
from apps.dunning.tasks import start_printing as print_reminders
from apps.ledger.models import Account, EntryLine
from apps.members.models import City
from apps.organisation.domain.values import set_tax_status
from apps.organisation.enums import TaxStatus
from apps.payments.domain.creditor import set_creditor_id
from apps.payments.domain.mandates import give_mandate
from apps.payments.domain.transfers import draft_transfers, order_payables
from apps.payments.models import PaymentOrder
from apps.vouchers.domain.assets import post_depreciations, record_asset
from apps.vouchers.domain.cash import CashVoucher, count_cash, record_cash
from apps.vouchers.models import Creditor
from tests.architecture.day import NOW, TODAY
from tests.einvoice.test_reading import pdf_with
from tests.factories.claims import make_write_off
from tests.factories.dues import make_preview, make_received, make_resolution
from tests.factories.dunning import make_letters, make_procedure
from tests.factories.files import scan
from tests.factories.vouchers import fill_cash, make_creditor, make_described, make_payable

if TYPE_CHECKING:
    from tests.architecture.world import World


def tell_expected_dues(world: "World") -> None:
    """The dues of 2028 and 2029 announced and printed; those of 2029 and 2030 in preview."""
    treasurer, decided_by = world.people["treasurer"], date(2027, 11, 30)
    run = announce(prepare_announcement(2028, decided_by=decided_by, by=treasurer, on=TODAY), by=treasurer, on=TODAY)
    print_announcements(by=treasurer)
    preview = prepare_announcement(2029, decided_by=decided_by, by=treasurer, on=TODAY)
    world.places |= {
        "announced": {"pk": run.pk},
        "announcement_preview": {"pk": preview.pk},
        "bonn_announcement": {"pk": run.announcements.get(city__name="Bonn").pk},
        "koeln_announcement": {"pk": run.announcements.get(city__name="Köln").pk},
    }


def remind(world: "World") -> None:
    """All three cities are reminded, Leipzig of its supplement; a second run is in preview; a block, a limitation event."""
    treasurer = world.people["treasurer"]
    procedure, draft = make_procedure(), DunningProcedure(title="Entwurf", valid_from=date(2029, 1, 1))
    save_procedure(draft, usual_levels(), by=treasurer, on=TODAY)
    issue_run(make_preview(on=TODAY, supplement=True), by=treasurer, on=TODAY)
    bonn, koeln = (Invoice.objects.get(city__name=name) for name in ("Bonn", "Köln"))
    make_received(*Invoice.objects.standing())
    letters = make_letters(date(2027, 5, 3), despite_credit=City.objects.all())
    with TestCase.captureOnCommitCallbacks(execute=True):
        print_reminders(by=treasurer)
    preview = prepare_dunning(by=treasurer, on=date(2027, 5, 18))
    event = record_event(koeln, kind="negotiation", since=TODAY, until=None, note="Gespräch", by=treasurer)
    made = block(koeln.city, kind="query", reason="Rückfrage", valid_until=None, by=treasurer, on=TODAY, invoice=koeln)
    numbers = {letter.city_id: letter.number for letter in letters}
    world.places |= {
        "procedure": {"pk": procedure.pk},
        "draft_procedure": {"pk": draft.pk},
        "dunning_run": {"pk": letters[0].run_id},
        "dunning_preview": {"pk": preview.pk},
        "bonn_letter": {"number": numbers[bonn.city_id]},
        "koeln_letter": {"number": numbers[koeln.city_id]},
        "block": {"pk": made.pk},
        "limitation_event": {"pk": event.pk},
    }


def write_off_claims(world: "World") -> None:
    """Three trifles of the supplement of Leipzig, the first of them waived."""
    treasurer, [invoice] = world.people["treasurer"], Invoice.objects.standing().filter(city__name="Leipzig")
    waived = make_write_off(invoice, "0.03", on=TODAY, by=treasurer, ground="waived", resolution=make_resolution())
    for amount in ("0.02", "0.01"):
        make_write_off(invoice, amount, on=TODAY, by=treasurer, ground="small")
    world.places |= {"write_off": {"number": waived.number}, "leipzig_invoice": {"number": invoice.number}}


def keep_vouchers(world: "World") -> None:
    """A voucher of every state, the cash box with a count, an asset with a depreciation."""
    treasurer, board = world.people["treasurer"], world.people["board"]
    creditors = [
        make_creditor(name, by=treasurer) for name in ("Druckerei Sommer GmbH", "Saal am Markt", "Technik OHG")
    ]
    bought = make_payable(treasurer, board, "900.00", ("TECHNOLOGY", "900.00"), creditor=creditors[2])
    for creditor in creditors[:2]:
        make_payable(treasurer, board, creditor=creditor)
    received = make_described(creditor=creditors[1])
    fill_cash("100.00")
    quittance = CashVoucher("quittung.png", scan("Quittung"))
    rows = [
        record_cash(
            kind="out",
            amount=Decimal(amount),
            text="Porto",
            account=Account.objects.get(key="OFFICE"),
            booked_on=TODAY,
            voucher=quittance,
            by=treasurer,
            on=TODAY,
        )
        for amount in (1, 2, 3)
    ]
    counts = [
        count_cash(
            counted_on=TODAY,
            pieces={Decimal("50.00"): 1, Decimal("20.00"): 2, Decimal("2.00"): 2},
            witness="Robin Muster",
            protocol=lambda count: pdf_with(b"", name=""),
            by=treasurer,
            on=TODAY,
        )
        for _number in (1, 2, 3)
    ]
    assets = [
        record_asset(
            name=f"Rechner {number}",
            account=Account.objects.get(key="TECHNOLOGY"),
            acquired_on=date(2026, 11, 1),
            cost=Decimal(300),
            useful_life_months=36,
            voucher=bought.document,
            by=treasurer,
        )
        for number in (1, 2, 3)
    ]
    post_depreciations(2026, by=treasurer, on=TODAY)
    world.places |= {
        "voucher": {"number": received.number},
        "creditor": {"pk": creditors[0].pk},
        "cash_row": {"number": rows[0].number},
        "cash_count": {"number": counts[0].number},
        "asset": {"number": assets[0].number},
        "depreciation_year": {"year": 2027},
        "depreciation": {"number": assets[0].number, "year": 2026},
    }


def make_bank_rule(by: User) -> BookingRule:
    return make_rule(
        direction="out", text_words="Kontoentgelt", account=Account.objects.get(key="BANKFEE"), by=by, on=TODAY
    )


def order_payments(world: "World") -> None:
    """Mandates of three cities, three transfers that wait, and three drafts of runs, the first with three payments."""
    treasurer, bank = world.people["treasurer"], BankAccount.objects.get()
    set_creditor_id(value="DE98ZZZ09999999999", valid_from=date(2020, 1, 1), by=treasurer)
    kind = {"instrument": "CORE", "sequence": "RCUR", "signed_on": date(2026, 5, 4), "iban": "DE02120300000000202051"}
    mandates = [
        give_mandate(city=city, debtor_name=city.name, **kind, by=treasurer, on=TODAY)
        for city in City.objects.order_by("name")[:3]
    ]
    runs = []
    for count in (3, 1, 1):
        order_vouchers(world, count)
        runs.append(draft_transfers(bank_account=bank, due_on=date(2027, 9, 1), by=treasurer, on=TODAY))
    orders = order_vouchers(world, 3)
    payable = make_payable(treasurer, world.people["board"], "7.00", creditor=Creditor.objects.get(name="Verlag"))
    world.places |= {
        "mandate": {"pk": mandates[0].pk},
        "payment_run": {"pk": runs[0].pk},
        "payment_order": {"pk": orders[0].pk},
        "run_order": {"pk": runs[0].orders.first().pk},
        "payable": {"number": payable.number},
    }


def order_vouchers(world: "World", count: int) -> list[PaymentOrder]:
    treasurer, board = world.people["treasurer"], world.people["board"]
    creditor = Creditor.objects.filter(name="Verlag").first() or make_creditor("Verlag", by=treasurer)
    payables = [make_payable(treasurer, board, f"{place}.00", creditor=creditor) for place in range(1, count + 1)]
    return order_payables(payables, by=treasurer).orders


def bind(world: "World") -> None:
    """A commitment that is paid in part."""
    treasurer, room = world.people["treasurer"], Account.objects.get(key="ROOM")
    line = EntryLine.objects.get(account=room)
    commitment = enter_commitment(
        year=2027,
        title="Saal Bonn",
        partner="Haus",
        account=room,
        amount=Decimal(900),
        agreed_on=TODAY,
        cost_centre=line.cost_centre,
        by=treasurer,
    )
    posting = refer_posting(commitment, line, by=treasurer)
    closed = enter_commitment(
        year=2027, title="Abgesagt", partner="Haus", account=room, amount=Decimal(1), agreed_on=TODAY, by=treasurer
    )
    world.places |= {
        "commitment": {"pk": commitment.pk},
        "commitment_posting": {"pk": commitment.pk, "posting": posting.pk},
        "closed_commitment": {"pk": close_commitment(closed, by=treasurer, on=TODAY, reason="abgesagt").pk},
    }


def share_costs(world: "World") -> None:
    """A meeting that Bonn hosted, with a cost."""
    bonn, treasurer = City.objects.get(name="Bonn"), world.people["treasurer"]
    meeting = record_meeting(
        title="Netzwerktreffen Bonn",
        host=bonn,
        starts_on=date(2025, 5, 14),
        ends_on=date(2025, 5, 15),
        participants=35,
        cities=City.objects.all(),
        by=treasurer,
    )
    cost = record_cost(meeting, bonn, CostEntry("room", "cash", Decimal(1200)), by=treasurer, on=TODAY)
    world.places |= {"meeting": {"pk": meeting.pk}, "cost": {"pk": cost.pk}, "network_year": {"year": 2025}}


def close(world: "World") -> None:
    treasurer = world.people["treasurer"]
    accounts = begin_accounts(2027, by=treasurer, on=TODAY)
    set_adviser(consultant_number=1501, client_number=23, chart="42", by=treasurer)
    set_tax_status(TaxStatus.CHARITABLE, valid_from=date(2026, 11, 20), source="Bescheid", by=treasurer)
    package = make_package(2027, by=treasurer, at=NOW)
    world.places |= {
        "accounts": {"year": accounts.year},
        "accounts_table": {"year": accounts.year, "table": "vermoegen", "form": "csv"},
        "package": {"year": accounts.year, "pk": package.pk},
    }
