"""What must be in order before a year is closed, each with the way to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.banking.models import BankLine
from apps.closing.calculations.cashflow import Part
from apps.closing.domain.asset_checks import assets_match, book_values
from apps.closing.domain.bank_checks import bank_accounts, bank_equals_books
from apps.closing.domain.books import Books
from apps.closing.domain.cash import paid_early_next_year
from apps.closing.domain.check import Check
from apps.closing.domain.tax_checks import tax_checks
from apps.closing.enums import Level, OpenSide
from apps.core.money import round_cents
from apps.core.registries import Waiting
from apps.core.templatetags.formats import day, euro
from apps.core.waiting import count_together
from apps.ledger.domain.integrity import check_books
from apps.ledger.enums import Sphere
from apps.ledger.models import Entry, EntryLine
from apps.organisation.domain.queries import number_in
from apps.vouchers.enums import VoucherState
from apps.vouchers.models import CashCount, Depreciation, FixedAsset, Voucher

ZERO = Decimal("0.00")
MUST_BE_ZERO = ("SUSPENSE", "TRANSIT")
UNFINISHED = [VoucherState.RECEIVED, VoucherState.CHECKED, VoucherState.APPROVED]


def checklist(books: Books) -> list[Check]:
    """All points for a year, in a constant number of queries."""
    counted, banks = Counted.of(books), bank_accounts(books.end)
    return [
        bank_lines_booked(books, counted),
        *bank_equals_books(banks, {bank.account_id: books.stock(bank.account) for bank in banks}, books.end),
        *nothing_suspended(books),
        spheres_assigned(books, counted),
        money_not_negative(books),
        vouchers_finished(books, counted),
        cash_counted(books, counted),
        assets_depreciated(books, counted),
        *assets_match(books, counted.registered),
        vouchers_posted(books, counted),
        bills_attached(books, counted),
        books_proven(books),
        receivables_aged(books),
        budget_present(books),
        around_the_turn(books),
        *tax_checks(books),
    ]


def year_over(year: int, on: date) -> Check:
    """Accounts are drawn up of a year that is over (§ 242 (1) HGB as a standard)."""
    title, end = _("Das Jahr %s ist vorbei") % year, date(year, 12, 31)
    if on <= end:
        return Check(title, Level.BLOCKER, _("Aufgestellt werden kann ab dem %s.") % day(end + timedelta(days=1)))
    return Check(title, Level.OK, _("Letzter Tag war der %s.") % day(end))


@dataclass(frozen=True)
class Counted:
    """How much of what is left undone there is."""

    bank_lines: int
    bank_total: Decimal
    unassigned: int
    vouchers: int
    assets: int
    bare: int
    unbilled: int
    unbilled_total: Decimal
    cash: Decimal
    cash_on: date | None
    registered: Mapping[str, Decimal]

    @classmethod
    def of(cls, books: Books) -> "Counted":
        """In one query."""
        parts = [
            Waiting(BankLine.objects.open().filter(booked_on__lte=books.end), amount="amount"),
            Waiting(unassigned_lines(books)),
            Waiting(Voucher.objects.filter(state__in=UNFINISHED, received_on__lte=books.end)),
            Waiting(assets_without_depreciation(books)),
            Waiting(Entry.objects.filter(year=books.year, voucher=None, reference="")),
            Waiting(expenses_without_bill(books), amount="amount"),
            Waiting(last_count(books), amount="counted", day="counted_on"),
        ]
        accounts = books.chart.assets_in_use
        values = [part for account in accounts.values() for part in book_values(account, books.end)]
        lines, unassigned, vouchers, assets, bare, unbilled, cash, *found = count_together([*parts, *values])
        return cls(
            bank_lines=lines.count,
            bank_total=lines.total,
            unassigned=unassigned.count,
            vouchers=vouchers.count,
            assets=assets.count,
            bare=bare.count,
            unbilled=unbilled.count,
            unbilled_total=unbilled.total,
            cash=cash.total,
            cash_on=cash.day,
            registered={
                number: round_cents(cost.total - lost.total)
                for number, cost, lost in zip(accounts, found[::2], found[1::2], strict=True)
            },
        )


def unassigned_lines(books: Books) -> QuerySet[EntryLine]:
    results = books.chart.ids(Part.RESULT)
    lines = EntryLine.objects.of_years(books.year, books.year)
    return lines.filter(sphere=Sphere.UNALLOCATED, account__in=results)


def expenses_without_bill(books: Books) -> QuerySet[Entry]:
    """The expenses are few among the lines of a year: by the keys of their accounts the database finds them first."""
    spent = EntryLine.objects.of_years(books.year, books.year).filter(account__in=books.chart.expense_ids)
    return Entry.objects.filter(year=books.year, pk__in=spent.values("entry")).without_bill()


def assets_without_depreciation(books: Books) -> QuerySet[FixedAsset]:
    done = Depreciation.objects.filter(asset=OuterRef("pk"), year=books.year, is_standing=True)
    return FixedAsset.objects.in_use(books.year).exclude(Exists(done))


def last_count(books: Books) -> QuerySet[CashCount]:
    counts = CashCount.objects.filter(counted_on__lte=books.end).order_by("-counted_on", "-sequence")
    return CashCount.objects.filter(pk=Subquery(counts.values("pk")[:1]))


def bank_lines_booked(books: Books, counted: Counted) -> Check:
    """Every movement at the bank stands in the books (§ 146 (1) AO: complete)."""
    title, rule = _("Alle Bankumsätze sind gebucht"), "§ 146 Abs. 1 AO"
    url = reverse("banking:lines") + "?stand=open"
    if not counted.bank_lines:
        return Check(title, Level.OK, _("Kein Umsatz bis zum %s ist offen.") % day(books.end), url, rule)
    detail = ngettext(
        "%(count)s Umsatz ist noch nicht gebucht, zusammen %(total)s.",
        "%(count)s Umsätze sind noch nicht gebucht, zusammen %(total)s.",
        counted.bank_lines,
    ) % {"count": counted.bank_lines, "total": euro(counted.bank_total)}
    return Check(title, Level.BLOCKER, detail, url, rule)


def nothing_suspended(books: Books) -> Iterator[Check]:
    """Money without a home is cleared before the year ends: unclear payments and money on its way."""
    for key in MUST_BE_ZERO:
        if account := books.account(key):
            balance = books.stock(account)
            level = Level.BLOCKER if balance else Level.OK
            yield Check(_("Am Jahresende leer: %s") % account.name, level, euro(balance), account.get_absolute_url())


def spheres_assigned(books: Books, counted: Counted) -> Check:
    """Every line of income or expense belongs to a sphere (§ 63 (3), § 64 AO)."""
    title = _("Jede Einnahme und Ausgabe gehört zu einem Bereich")
    if not counted.unassigned:
        return Check(title, Level.OK, _("Keine Zeile ist noch zuzuordnen."), rule="§ 63 Abs. 3 AO")
    detail = ngettext(
        "%s Zeile steht noch unter „noch zuzuordnen“.",
        "%s Zeilen stehen noch unter „noch zuzuordnen“.",
        counted.unassigned,
    )
    url = reverse("ledger:journal") + f"?jahr={books.year}"
    return Check(title, Level.WARNING, detail % counted.unassigned, url, "§ 63 Abs. 3 AO")


def money_not_negative(books: Books) -> Check:
    """A cash box can't hold less than nothing."""
    account, title = books.account("CASH"), _("Die Kasse hat keinen Fehlbestand")
    if account is None:
        return Check(title, Level.HINT, _("Es gibt kein Konto für die Kasse."))
    balance = books.stock(account)
    level = Level.BLOCKER if balance < 0 else Level.OK
    return Check(
        title, level, _("Bestand am Jahresende: %s") % euro(balance), account.get_absolute_url(), "§ 146 Abs. 1 AO"
    )


def vouchers_finished(books: Books, counted: Counted) -> Check:
    """Nothing that came in is left lying (§ 146 (1) AO: complete, in time)."""
    title, rule, url = _("Alle eingegangenen Belege sind gebucht"), "§ 146 Abs. 1 AO", reverse("vouchers:vouchers")
    if not counted.vouchers:
        return Check(title, Level.OK, _("Kein Beleg bis zum %s ist unerledigt.") % day(books.end), url, rule)
    detail = ngettext(
        "%s Beleg ist weder gebucht noch zurückgewiesen.",
        "%s Belege sind weder gebucht noch zurückgewiesen.",
        counted.vouchers,
    )
    return Check(title, Level.BLOCKER, detail % counted.vouchers, url, rule)


def cash_counted(books: Books, counted: Counted) -> Check:
    """Whoever keeps cash counts it at the end of the year (GoBD; domain rule 6.8)."""
    title, url, account = (
        _("Die Kasse ist am Jahresende gezählt"),
        reverse("vouchers:cash_counts"),
        books.account("CASH"),
    )
    row = books.stocks.get(account.pk) if account else None
    if row is None or not (row.debit or row.credit):
        return Check(title, Level.OK, _("In diesem Jahr gab es keine Barkasse."), url)
    if counted.cash_on == books.end:
        return Check(title, Level.OK, euro(counted.cash), url)
    detail = _("Zuletzt gezählt am %s.") % day(counted.cash_on) if counted.cash_on else _("Es gibt keine Zählung.")
    return Check(title, Level.WARNING, detail, url)


def assets_depreciated(books: Books, counted: Counted) -> Check:
    """Fixed assets in use are depreciated before the year is closed (§ 7 (1) EStG)."""
    title, rule = _("Die Anlagen sind abgeschrieben"), "§ 7 Abs. 1 EStG"
    url = reverse("vouchers:depreciate", args=[books.year])
    if not counted.assets:
        return Check(title, Level.OK, _("Keine Anlage ohne Abschreibung in diesem Jahr."), url, rule)
    detail = ngettext(
        "%s Anlage hat in diesem Jahr noch keine Abschreibung; ist sie voll abgeschrieben, braucht sie keine.",
        "%s Anlagen haben in diesem Jahr noch keine Abschreibung; voll abgeschriebene brauchen keine.",
        counted.assets,
    )
    return Check(title, Level.HINT, detail % counted.assets, url, rule)


def vouchers_posted(books: Books, counted: Counted) -> Check:
    """No entry without a voucher (§ 146 (1) AO): entries of the year that name neither a file nor a reference."""
    title, rule = _("Keine Buchung ohne Beleg"), "§ 146 Abs. 1 AO"
    if not counted.bare:
        return Check(title, Level.OK, _("Jede Buchung hat einen Beleg oder verweist auf ihn."), rule=rule)
    detail = ngettext("%s Buchung hat keinen Beleg.", "%s Buchungen haben keinen Beleg.", counted.bare) % counted.bare
    return Check(title, Level.WARNING, detail, reverse("ledger:journal") + f"?jahr={books.year}", rule)


def bills_attached(books: Books, counted: Counted) -> Check:
    """Money that left is proven by what it was for, not by the bank alone (§ 146 (1) AO; GoBD Rz. 61 ff.)."""
    title, rule = _("Zu jeder Ausgabe liegt die Rechnung vor"), "§ 146 Abs. 1 AO, GoBD Rz. 61 ff."
    if not counted.unbilled:
        return Check(title, Level.OK, _("Keine größere Ausgabe ist nur durch den Kontoauszug belegt."), rule=rule)
    detail = ngettext(
        "%(count)s Ausgabe über %(total)s belegt nur der Kontoauszug.",
        "%(count)s Ausgaben über zusammen %(total)s belegt nur der Kontoauszug.",
        counted.unbilled,
    ) % {"count": counted.unbilled, "total": euro(counted.unbilled_total)}
    return Check(title, Level.WARNING, detail, reverse("ledger:journal") + f"?jahr={books.year}&beleg=fehlt", rule)


def books_proven(books: Books) -> Check:
    """Debit equals credit, numbers without gaps, locks in place: proven from the rows of the year themselves."""
    problems = check_books(books.year)
    title, rule = _("Soll gleich Haben, Nummern lückenlos, Sperren stehen"), "§ 146 Abs. 4 AO, GoBD"
    if problems:
        return Check(title, Level.BLOCKER, " ".join(problems[:3]), reverse("ledger:journal"), rule)
    return Check(title, Level.OK, _("Alle Buchungen des Jahres sind geprüft."), reverse("ledger:balance"), rule)


def receivables_aged(books: Books) -> Check:
    """Old claims are collected or written off before they are limited (§§ 195, 199 BGB)."""
    items = [row for row in books.open_rows if row.side == OpenSide.CLAIM]
    old = [row for row in items if row.days(books.end) > 365]
    title, url = _("Offene Forderungen sind durchgesehen"), reverse("closing:open_items", args=[books.year])
    if not items:
        return Check(title, Level.OK, _("Am Jahresende ist keine Forderung offen."), url)
    detail = ngettext(
        "%(count)s Posten über zusammen %(total)s ist offen, davon %(old)s älter als ein Jahr.",
        "%(count)s Posten über zusammen %(total)s sind offen, davon %(old)s älter als ein Jahr.",
        len(items),
    )
    detail %= {
        "count": len(items),
        "total": euro(sum((row.amount for row in items), ZERO)),
        "old": len(old) or _("keiner"),
    }
    return Check(title, Level.WARNING if old else Level.HINT, detail, url, "§§ 195, 199 BGB")


def budget_present(books: Books) -> Check:
    plan, title = books.plan, _("Es gibt einen beschlossenen Haushaltsplan")
    if plan is None:
        return Check(title, Level.HINT, _("Ohne Plan zeigt der Abschluss keinen Vergleich."), reverse("budget:plans"))
    return Check(title, Level.OK, str(plan), plan.get_absolute_url())


def around_the_turn(books: Books) -> Check:
    """Regular payments within ten days around the turn of the year count where they belong (§ 11 (1) Satz 2 EStG).

    Whether a payment is regular and was due in that time people must judge; the program only shows the candidates.
    """
    days, parts = int(number_in(books.legal, "estg_11_days", books.end)), books.chart.parts
    found = paid_early_next_year(books.cash, books.chart, days=days)
    late = [flow for flow in found if parts[flow.account] is Part.RESULT]
    since = books.end - timedelta(days=days)
    early = [
        item.piece
        for item in books.cash.open_items
        if item.piece.is_money and item.piece.on > since and parts[item.piece.account] is Part.RESULT
    ]
    title, rule = _("Zahlungen um den Jahreswechsel sind durchgesehen"), "§ 11 Abs. 1 Satz 2 EStG"
    url = reverse("ledger:journal") + f"?jahr={books.year + 1}"
    if not late and not early:
        return Check(title, Level.OK, _("In den zehn Tagen davor und danach ist nichts zu beurteilen."), url, rule)
    sentences = [
        _("Kurz nach dem Jahresende floss Geld für Forderungen und Rechnungen des alten Jahres: %s.")
        % " · ".join(f"{day(flow.on)} {euro(flow.amount)}" for flow in late[:3])
        if late
        else "",
        _("Kurz davor wurde im Voraus gezahlt: %s.")
        % " · ".join(f"{day(piece.on)} {euro(-piece.amount)}" for piece in early[:3])
        if early
        else "",
        ngettext("Zusammen %s Zahlung.", "Zusammen %s Zahlungen.", len(late) + len(early)) % (len(late) + len(early)),
        _(
            "Sie zählen nach ihrem Zahltag. Sind sie regelmäßig wiederkehrend, gehören sie in das Jahr, zu dem sie zählen."
        ),
    ]
    return Check(title, Level.HINT, " ".join(each for each in sentences if each), url, rule)
