"""The journal, single entries, entries by hand, reversals, closing."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.downloads import Download
from apps.core.tables import Column, Filter
from apps.core.templatetags.formats import day, euro
from apps.core.views import Action, Badge, ConfirmPage, Crumb, DownloadView, FormPage, ObjectPage, TablePage
from apps.ledger.domain.manual import guard_by_hand, post_by_hand, reverse_by_hand
from apps.ledger.domain.periods import close_period, locked_until
from apps.ledger.domain.proofs import add_voucher
from apps.ledger.enums import AccountKind, Side, Sphere
from apps.ledger.forms import ClosePeriodForm, EntryForm, PeriodForm, ReasonForm, VoucherForm
from apps.ledger.models import Account, AccountYear, CostCentre, Entry, EntryLine
from apps.ledger.prints import OwnVoucher, journal_print, print_journal, print_own_voucher
from apps.ledger.rules import get_entry, visible_entries
from apps.ledger.sources import MANUAL, payment_sources, source_url, sources

BOOKS = Crumb(gettext_lazy("Buchhaltung"), reverse_lazy("ledger:journal"))


def years(user: Any) -> list[tuple[str, str]]:
    found = AccountYear.objects.order_by("-year").values_list("year", flat=True).distinct()
    return [(str(year), str(year)) for year in found]


def account_options(user: Any) -> list[tuple[str, str]]:
    return [(account.number, str(account)) for account in Account.objects.all()]


def on_account(entries: Any, number: str) -> Any:
    return entries.filter(pk__in=EntryLine.objects.filter(account__number=number).values("entry"))


def centre_options(user: Any) -> list[tuple[str, str]]:
    return [(centre.number, str(centre)) for centre in CostCentre.objects.all()]


def on_cost_centre(entries: Any, number: str) -> Any:
    return entries.filter(pk__in=EntryLine.objects.filter(cost_centre__number=number).values("entry"))


def in_sphere(entries: Any, sphere: str) -> Any:
    return entries.filter(pk__in=EntryLine.objects.filter(sphere=sphere).values("entry"))


class JournalPage(TablePage):
    permission = "ledger.view_entry"
    title = gettext_lazy("Journal")
    lead = gettext_lazy(
        "Alle Buchungen in ihrer Reihenfolge. Keine kann geändert werden; berichtigt wird durch Storno."
    )
    columns = (
        Column("number", gettext_lazy("Nummer"), sort=("year", "number"), value=str, link=True),
        Column("booked_on", gettext_lazy("Datum"), sort=True),
        Column("text", gettext_lazy("Buchungstext"), sort=True),
        Column("source", gettext_lazy("Herkunft"), value=lambda entry: entry.source_label),
        Column("reference", gettext_lazy("Beleg"), link=lambda entry: source_url(entry.source, entry.reference)),
        Column("amount", gettext_lazy("Betrag"), sort=True, align="right", total="amount"),
    )
    filters = (
        Filter("jahr", gettext_lazy("Jahr"), years, field="year"),
        Filter("konto", gettext_lazy("Konto"), account_options, apply=on_account),
        Filter("kostenstelle", gettext_lazy("Kostenstelle"), centre_options, apply=on_cost_centre),
        Filter("bereich", gettext_lazy("Bereich"), Sphere.choices, apply=in_sphere),
        Filter(
            "herkunft",
            gettext_lazy("Herkunft"),
            lambda user: [(code, source.label) for code, source in sources.items()],
            field="source",
        ),
        Filter(
            "beleg",
            gettext_lazy("Beleg"),
            [("fehlt", gettext_lazy("Rechnung fehlt"))],
            apply=lambda entries, _value: entries.without_bill(),
        ),
    )
    search_fields = ("text", "reference")
    default_sort = "-number"
    count_label = gettext_lazy("Buchungen")
    empty_title = gettext_lazy("Noch keine Buchungen")
    empty_text = gettext_lazy("Buchungen entstehen mit Beitragsrechnungen und Bankumsätzen, oder von Hand.")

    def get_queryset(self) -> QuerySet[Entry]:
        return visible_entries(self.request.user)

    def get_actions(self) -> list[Action]:
        user = self.request.user
        actions = [
            Action(_("Konten"), reverse("ledger:accounts")),
            Action(_("Kostenstellen"), reverse("ledger:cost_centres")),
            Action(_("Summen und Salden"), reverse("ledger:balance")),
            Action(_("Journal als PDF"), reverse("ledger:journal_pdf")),
        ]
        if user.has_perm("ledger.close_period"):
            actions.append(Action(_("Zeitraum abschließen"), reverse("ledger:close")))
        if user.has_perm("ledger.post_entry"):
            actions.insert(0, Action(_("Von Hand buchen"), reverse("ledger:post"), primary=True))
        return actions


class EntryView:
    """Getter and way back of everything about one entry."""

    request: Any
    kwargs: dict[str, Any]
    object: Entry

    def get_object(self) -> Entry:
        return get_entry(self.request.user, self.kwargs["year"], self.kwargs["number"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BOOKS]


class EntryPage(EntryView, ObjectPage):
    permission = "ledger.view_entry"
    template_name = "ledger/entry.html"

    def get_title(self) -> str:
        return _("Buchung %s") % self.object

    def get_badge(self) -> Badge:
        if hasattr(self.object, "reversed_by"):
            return Badge(_("storniert"), "danger")
        return Badge(_("Storno") if self.object.reverses_id else _("festgeschrieben"), "success")

    def get_actions(self) -> list[Action]:
        entry, where = self.object, [self.object.year, self.object.number]
        stands = not entry.reverses_id and not hasattr(entry, "reversed_by")
        if not stands or not self.request.user.has_perm("ledger.post_entry"):
            return []
        if entry.source == MANUAL:
            return [Action(_("Stornieren"), reverse("ledger:reverse", args=where))]
        if entry.source in payment_sources() and self.is_expense:
            return [
                Action(_("Rechnung nachreichen"), reverse("ledger:add_voucher", args=where), primary=self.lacks_bill)
            ]
        return []

    @cached_property
    def lines(self) -> list[EntryLine]:
        return list(self.object.lines.select_related("account", "city", "cost_centre"))

    @property
    def is_expense(self) -> bool:
        return any(line.side == Side.DEBIT and line.account.kind == AccountKind.EXPENSE for line in self.lines)

    @cached_property
    def lacks_bill(self) -> bool:
        return Entry.objects.filter(pk=self.object.pk).without_bill().exists()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            lines=self.lines,
            source_url=source_url(self.object.source, self.object.reference),
            added=self.object.added_vouchers.select_related("document"),
            lacks_bill=self.lacks_bill,
            **kwargs,
        )


class PostPage(FormPage):
    permission = "ledger.post_entry"
    template_name = "ledger/post.html"
    title = gettext_lazy("Von Hand buchen")
    form_class = EntryForm
    submit_label = gettext_lazy("Buchung festschreiben")
    cancel_url = reverse_lazy("ledger:journal")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BOOKS]

    def get_initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate(), "document_on": timezone.localdate()}

    def perform(self, form: EntryForm) -> str:
        given, today = form.cleaned_data, timezone.localdate()
        filename, content = self.voucher(form, today)
        entry = post_by_hand(
            on=given["on"],
            document_on=given["document_on"],
            text=given["text"],
            reference=given["reference"],
            lines=form.lines(),
            filename=filename,
            content=content,
            own_reason="" if given["voucher"] else given["own_reason"],
            by=self.request.user,
            today=today,
        )
        self.success(_("Gebucht als %(entry)s über %(amount)s.") % {"entry": entry, "amount": euro(entry.amount)})
        return entry.get_absolute_url()

    def voucher(self, form: EntryForm, today: date) -> tuple[str, bytes]:
        """The file that was uploaded, or an own voucher with the reason."""
        given = form.cleaned_data
        if given["voucher"]:
            return given["voucher"].name, given["voucher"].read()
        shown = OwnVoucher(
            given["text"], given["document_on"], given["own_reason"], form.lines(), str(self.request.user)
        )
        return "eigenbeleg.pdf", print_own_voucher(shown, on=today, created=timezone.now())


class ReversePage(EntryView, ConfirmPage):
    permission = "ledger.post_entry"
    form_class = ReasonForm
    submit_label = gettext_lazy("Buchung stornieren")
    danger = True
    final = gettext_lazy("Ein Storno kann nicht zurückgenommen werden. Der Vorgang kann neu gebucht werden.")

    def get_title(self) -> str:
        return _("Buchung %s stornieren") % self.object

    def get_facts(self) -> list[tuple[Any, Any]]:
        guard_by_hand(self.object)
        return [(_("Buchungstext"), self.object.text), (_("Betrag"), euro(self.object.amount))]

    def get_consequences(self) -> list[str]:
        return [
            _("Es entsteht eine Buchung mit vertauschten Seiten und Ihrem Grund. Die Buchung selbst bleibt erhalten.")
        ]

    def perform(self, form: ReasonForm) -> str:
        reversal = reverse_by_hand(
            self.object, by=self.request.user, on=timezone.localdate(), reason=form.cleaned_data["reason"]
        )
        self.success(_("Storniert mit %s.") % reversal)
        return reversal.get_absolute_url()


class AddVoucherPage(EntryView, FormPage):
    permission = "ledger.post_entry"
    form_class = VoucherForm
    title = gettext_lazy("Rechnung nachreichen")
    submit_label = gettext_lazy("Der Buchung beifügen")
    intro = gettext_lazy(
        "Der Kontoauszug beweist, dass gezahlt wurde; Rechnung, Abrechnung oder Quittung, wofür. Die Buchung bleibt unverändert. "
        "Was beigefügt ist, kann nicht wieder entfernt werden."
    )

    def get_lead(self) -> str:
        return f"{self.object}: {self.object.text}, {euro(self.object.amount)}"

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()

    def perform(self, form: VoucherForm) -> str:
        file = form.cleaned_data["voucher"]
        add_voucher(self.object, filename=file.name, content=file.read(), by=self.request.user, on=timezone.localdate())
        self.success(_("Der Beleg ist der Buchung beigefügt."))
        return self.object.get_absolute_url()


class ClosePage(ConfirmPage):
    permission = "ledger.close_period"
    title = gettext_lazy("Zeitraum abschließen")
    form_class = ClosePeriodForm
    submit_label = gettext_lazy("Zeitraum abschließen")
    cancel_url = reverse_lazy("ledger:journal")
    danger = True
    final = gettext_lazy("Ein abgeschlossener Zeitraum kann nicht wieder geöffnet werden.")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BOOKS]

    def get_facts(self) -> list[tuple[Any, Any]]:
        return [(_("Zurzeit offen ab"), day(locked_until()))]

    def get_consequences(self) -> list[str]:
        return [_("Bis zu diesem Tag kann nichts mehr gebucht und nichts storniert werden.")]

    def get_initial(self) -> dict[str, Any]:
        return {"last_day": date(timezone.localdate().year - 1, 12, 31)}

    def perform(self, form: ClosePeriodForm) -> str:
        lock = close_period(**form.cleaned_data, by=self.request.user, on=timezone.localdate())
        self.success(_("Die Bücher sind bis zum %s abgeschlossen.") % day(lock.last_day))
        return reverse("ledger:journal")


class JournalPdf(DownloadView):
    permission = "ledger.view_entry"

    def get_download(self) -> Download:
        start, end = PeriodForm(self.request.GET).period()
        entries = visible_entries(self.request.user).between(start, end).order_by("year", "number")  # type: ignore[attr-defined]
        shown = journal_print(
            entries.prefetch_related("lines__account", "lines__city", "lines__cost_centre"), start=start, end=end
        )
        content = print_journal(shown, on=timezone.localdate(), created=timezone.now())
        return Download(content, f"journal-{start:%Y-%m-%d}-{end:%Y-%m-%d}.pdf", inline=True)
