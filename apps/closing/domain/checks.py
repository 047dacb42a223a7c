"""What must be in order before a year is closed, each with the way to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.banking.models import BankAccount, BankLine
from apps.budget.domain.queries import plan_in_force
from apps.closing.calculations.cashflow import Part
from apps.closing.domain.cash import cash_year, paid_early_next_year
from apps.closing.domain.chart import Chart
from apps.closing.enums import Level
from apps.core.money import round_cents
from apps.core.templatetags.formats import day, euro
from apps.ledger.domain.integrity import check_books
from apps.ledger.domain.queries import balance_of
from apps.ledger.enums import AccountKind, Sphere
from apps.ledger.models import Account, EntryLine
from apps.organisation.domain.queries import decimal_parameter
from apps.vouchers.enums import VoucherState
from apps.vouchers.models import CashCount, Depreciation, FixedAsset, Voucher

ZERO = Decimal("0.00")
MUST_BE_ZERO = ("SUSPENSE", "TRANSIT")


@dataclass(frozen=True)
class Check:
    """One point of the checklist: what holds, by which rule, where to mend it."""

    title: str
    level: Level
    detail: str
    url: str = ""
    rule: str = ""

    @property
    def is_blocker(self) -> bool:
        return self.level == Level.BLOCKER


def checklist(year: int) -> list[Check]:
    """All points for a year; the number of queries depends only on how many bank accounts there are."""
    end = date(year, 12, 31)
    return [
        bank_lines_booked(end),
        *bank_equals_books(end),
        *nothing_suspended(end),
        spheres_assigned(year),
        money_not_negative(end),
        vouchers_finished(end),
        cash_counted(end),
        assets_depreciated(year),
        *vouchers_posted(end),
        books_proven(),
        receivables_aged(year),
        budget_present(year),
        around_the_turn(year),
    ]


def bank_lines_booked(end: date) -> Check:
    """Every movement at the bank stands in the books (§ 146 (1) AO: complete)."""
    waiting = BankLine.objects.open().filter(booked_on__lte=end).aggregate(count=Count("pk"), total=Sum("amount"))
    title, rule = _("Alle Bankumsätze sind gebucht"), "§ 146 Abs. 1 AO"
    url = reverse("banking:lines") + "?stand=open"
    if not waiting["count"]:
        return Check(title, Level.OK, _("Kein Umsatz bis zum %s ist offen.") % day(end), url, rule)
    detail = ngettext(
        "%(count)s Umsatz ist noch nicht gebucht, zusammen %(total)s.",
        "%(count)s Umsätze sind noch nicht gebucht, zusammen %(total)s.",
        waiting["count"],
    ) % {"count": waiting["count"], "total": euro(waiting["total"])}
    return Check(title, Level.BLOCKER, detail, url, rule)


def bank_balance(bank_account: BankAccount, end: date) -> tuple[Decimal | None, bool]:
    """What the bank says on that day, from the statement that covers or next follows it; False if none reaches it."""
    covering = bank_account.statements.filter(closed_on__gte=end).order_by("closed_on", "opened_on", "pk").first()
    if covering is None:
        last = bank_account.statements.order_by("-closed_on", "-pk").first()
        return (last.closing.amount if last else None), False
    if covering.opened_on > end:
        return covering.opening.amount, True
    moved = bank_account.lines.filter(booked_on__gte=covering.opened_on, booked_on__lte=end).total()
    return covering.opening.amount + moved, True


def bank_equals_books(end: date) -> Iterator[Check]:
    """The balance of every bank account is the balance of its account in the books (Saldenabstimmung)."""
    accounts = list(BankAccount.objects.select_related("account"))
    if not accounts:
        yield Check(
            _("Bank und Bücher stimmen überein"),
            Level.HINT,
            _("Es ist kein Bankkonto angelegt."),
            reverse("banking:accounts"),
        )
    for bank_account in accounts:
        yield balance_check(bank_account, end)


def balance_check(bank_account: BankAccount, end: date) -> Check:
    title, url = _("%s: Bank und Bücher stimmen überein") % bank_account, bank_account.account.get_absolute_url()
    bank, reaches = bank_balance(bank_account, end)
    books = round_cents(balance_of(bank_account.account, until=end))
    if bank is None:
        return Check(title, Level.WARNING, _("Es ist kein Kontoauszug eingelesen."), reverse("banking:upload"))
    left_out = bank_account.lines.filter(~Q(ignored_reason=""), entry=None, booked_on__lte=end).total()
    sums = {"bank": euro(bank), "books": euro(books), "day": day(end)}
    if not reaches:
        detail = _(
            "Der letzte Auszug reicht nicht bis zum %(day)s. Er endet mit %(bank)s, die Bücher stehen bei %(books)s."
        )
        return Check(title, Level.WARNING, detail % sums, reverse("banking:upload"), "GoBD")
    if round_cents(bank - books - left_out):
        detail = _("Bank am %(day)s: %(bank)s, Bücher: %(books)s. Bitte klären Sie den Unterschied.")
        return Check(title, Level.BLOCKER, detail % sums, url, "§ 146 Abs. 1 AO")
    return Check(title, Level.OK, _("Am %(day)s beide %(books)s.") % sums, url, "§ 146 Abs. 1 AO")


def nothing_suspended(end: date) -> Iterator[Check]:
    """Money without a home is cleared before the year ends: unclear payments and money on its way."""
    for account in Account.objects.filter(key__in=MUST_BE_ZERO):
        balance = round_cents(balance_of(account, until=end))
        level = Level.BLOCKER if balance else Level.OK
        yield Check(_("Am Jahresende leer: %s") % account.name, level, euro(balance), account.get_absolute_url())


def spheres_assigned(year: int) -> Check:
    """Every line of income or expense belongs to a sphere (§ 63 (3), § 64 AO)."""
    count = EntryLine.objects.filter(
        entry__year=year,
        sphere=Sphere.UNALLOCATED,
        account__kind__in=[AccountKind.INCOME, AccountKind.EXPENSE],
    ).count()
    title = _("Jede Einnahme und Ausgabe gehört zu einem Bereich")
    if not count:
        return Check(title, Level.OK, _("Keine Zeile ist noch zuzuordnen."), rule="§ 63 Abs. 3 AO")
    detail = _("%s Zeilen stehen noch unter „noch zuzuordnen“.") % count
    return Check(title, Level.WARNING, detail, reverse("ledger:journal") + f"?jahr={year}", "§ 63 Abs. 3 AO")


def money_not_negative(end: date) -> Check:
    """A cash box can't hold less than nothing."""
    account = Account.objects.filter(key="CASH").first()
    title = _("Die Kasse hat keinen Fehlbestand")
    if account is None:
        return Check(title, Level.HINT, _("Es gibt kein Konto für die Kasse."))
    balance = round_cents(balance_of(account, until=end))
    level = Level.BLOCKER if balance < 0 else Level.OK
    return Check(
        title, level, _("Bestand am Jahresende: %s") % euro(balance), account.get_absolute_url(), "§ 146 Abs. 1 AO"
    )


def vouchers_finished(end: date) -> Check:
    """Nothing that came in is left lying (§ 146 (1) AO: complete, in time)."""
    unfinished = [VoucherState.RECEIVED, VoucherState.CHECKED, VoucherState.APPROVED]
    count = Voucher.objects.filter(state__in=unfinished, received_on__lte=end).count()
    title, rule, url = _("Alle eingegangenen Belege sind gebucht"), "§ 146 Abs. 1 AO", reverse("vouchers:vouchers")
    if not count:
        return Check(title, Level.OK, _("Kein Beleg bis zum %s ist unerledigt.") % day(end), url, rule)
    detail = ngettext(
        "%(count)s Beleg ist weder gebucht noch zurückgewiesen.",
        "%(count)s Belege sind weder gebucht noch zurückgewiesen.",
        count,
    )
    return Check(title, Level.BLOCKER, detail % {"count": count}, url, rule)


def cash_counted(end: date) -> Check:
    """Whoever keeps cash counts it at the end of the year (GoBD; domain rule 6.8)."""
    title, url = _("Die Kasse ist am Jahresende gezählt"), reverse("vouchers:cash_counts")
    if not EntryLine.objects.filter(account__key="CASH", entry__year=end.year).exists():
        return Check(title, Level.OK, _("In diesem Jahr gab es keine Barkasse."), url)
    last = CashCount.objects.filter(counted_on__lte=end).order_by("-counted_on", "-sequence").first()
    if last and last.counted_on == end:
        return Check(title, Level.OK, euro(last.counted), url)
    detail = _("Zuletzt gezählt am %s.") % day(last.counted_on) if last else _("Es gibt keine Zählung.")
    return Check(title, Level.WARNING, detail, url)


def assets_depreciated(year: int) -> Check:
    """Fixed assets in use are depreciated before the year is closed (§ 7 (1) EStG)."""
    done = Depreciation.objects.filter(asset=OuterRef("pk"), year=year, is_standing=True)
    waiting = FixedAsset.objects.in_use(year).exclude(Exists(done)).count()
    title, url, rule = (
        _("Die Anlagen sind abgeschrieben"),
        reverse("vouchers:depreciate", args=[year]),
        "§ 7 Abs. 1 EStG",
    )
    if not waiting:
        return Check(title, Level.OK, _("Keine Anlage ohne Abschreibung in diesem Jahr."), url, rule)
    detail = _("%s Anlagen haben in diesem Jahr noch keine Abschreibung; voll abgeschriebene brauchen keine.") % waiting
    return Check(title, Level.HINT, detail, url, rule)


def vouchers_posted(end: date) -> Iterator[Check]:
    """No entry without a voucher (§ 146 (1) AO): entries of the year that name neither a file nor a reference."""
    bare = EntryLine.objects.filter(
        entry__year=end.year, entry__voucher=None, entry__reference=""
    ).values("entry").distinct().count()  # fmt: skip
    title = _("Keine Buchung ohne Beleg")
    if not bare:
        yield Check(title, Level.OK, _("Jede Buchung hat einen Beleg oder verweist auf ihn."), rule="§ 146 Abs. 1 AO")
    else:
        detail = _("%s Buchungen haben keinen Beleg.") % bare
        yield Check(title, Level.WARNING, detail, reverse("ledger:journal") + f"?jahr={end.year}", "§ 146 Abs. 1 AO")


def books_proven() -> Check:
    """Debit equals credit, numbers without gaps, locks in place: proven from the rows themselves."""
    problems = check_books()
    title, rule = _("Soll gleich Haben, Nummern lückenlos, Sperren stehen"), "§ 146 Abs. 4 AO, GoBD"
    if problems:
        return Check(title, Level.BLOCKER, " ".join(problems[:3]), reverse("ledger:journal"), rule)
    return Check(title, Level.OK, _("Alle Buchungen sind geprüft."), reverse("ledger:balance"), rule)


def receivables_aged(year: int) -> Check:
    """Old claims are collected or written off before they are limited (§§ 195, 199 BGB)."""
    end = date(year, 12, 31)
    receivables = set(Account.objects.filter(kind=AccountKind.ASSET).values_list("number", flat=True))
    items = [item for item in cash_year(year).open_items if item.account in receivables and item.piece.amount > 0]
    old = [item for item in items if (end - item.piece.on).days > 365]
    total = sum((item.piece.amount for item in items), ZERO)
    title, url = _("Offene Forderungen sind durchgesehen"), reverse("closing:open_items", args=[year])
    if not items:
        return Check(title, Level.OK, _("Am Jahresende ist keine Forderung offen."), url)
    detail = _("%(count)s Posten über zusammen %(total)s sind offen, davon %(old)s älter als ein Jahr.")
    detail %= {"count": len(items), "total": euro(total), "old": len(old)}
    return Check(title, Level.WARNING if old else Level.HINT, detail, url, "§§ 195, 199 BGB")


def budget_present(year: int) -> Check:
    plan = plan_in_force(year)
    title = _("Es gibt einen beschlossenen Haushaltsplan")
    if plan is None:
        return Check(title, Level.HINT, _("Ohne Plan zeigt der Abschluss keinen Vergleich."), reverse("budget:plans"))
    return Check(title, Level.OK, str(plan), plan.get_absolute_url())


def around_the_turn(year: int) -> Check:
    """Regular payments within ten days around the turn of the year count where they belong (§ 11 (1) Satz 2 EStG).

    Whether a payment is regular and was due in that time people must judge; the program only shows the candidates.
    """
    end = date(year, 12, 31)
    days = timedelta(days=int(decimal_parameter("estg_11_days", end)))
    parts = parts_of_accounts()
    late = [
        flow
        for flow in cash_year(year + 1).flows
        if flow.on <= end + days
        and flow.accrued_on
        and flow.accrued_on.year <= year
        and parts[flow.account] is Part.RESULT
    ]
    early = [
        item.piece
        for item in cash_year(year).open_items
        if item.piece.is_money and item.piece.on > end - days and parts[item.piece.account] is Part.RESULT
    ]
    title, rule = _("Zahlungen um den Jahreswechsel sind durchgesehen"), "§ 11 Abs. 1 Satz 2 EStG"
    url = reverse("ledger:journal") + f"?jahr={year + 1}"
    if not late and not early:
        return Check(title, Level.OK, _("In den zehn Tagen davor und danach ist nichts zu beurteilen."), url, rule)
    detail = _(
        "%(late)s Zahlungen über %(late_sum)s kamen kurz nach dem Jahresende, %(early)s über %(early_sum)s kurz davor im "
        "Voraus. Sie zählen nach ihrem Zahltag. Sind sie regelmäßig wiederkehrend, gehören sie in das Jahr, zu dem sie zählen."
    ) % {
        "late": len(late),
        "late_sum": euro(sum((flow.amount for flow in late), ZERO)),
        "early": len(early),
        "early_sum": euro(-sum((piece.amount for piece in early), ZERO)),
    }
    return Check(title, Level.HINT, detail, url, rule)
