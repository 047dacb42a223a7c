"""The examinations, the workspace of one, and its steps."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.money import euros
from apps.core.tables import Column, Table
from apps.core.templatetags.formats import day, number
from apps.core.views import Action, Badge, ConfirmPage, Crumb, FormPage, ObjectPage, TablePage
from apps.examination.domain.annual_accounts import (
    accounts_of,
    awaits_confirmation,
    confirm_accounts,
    prepared_accounts,
)
from apps.examination.domain.completeness import completeness
from apps.examination.domain.examining import (
    add_finding,
    appoint_auditors,
    ask,
    board_members_among,
    conclude,
    guard_complete,
    obstacles,
    remove_finding,
)
from apps.examination.domain.proofs import proofs
from apps.examination.domain.sampling import not_drawn_from, sample_again
from apps.examination.enums import ItemState
from apps.examination.forms import (
    AppointForm,
    ConclusionForm,
    ConfirmationForm,
    FindingForm,
    ReasonForm,
    TextForm,
)
from apps.examination.issuing import board_of, draft_discharge, sign_report
from apps.examination.models import Examination, Finding
from apps.examination.prints import dues_sentence, sample_sentences
from apps.examination.rules import get_examination, get_finding, is_appointed, visible_examinations

EXAMINATIONS = Crumb(gettext_lazy("Kassenprüfung"), reverse_lazy("examination:examinations"))


class ExaminationsPage(TablePage):
    permission = "examination.view_examination"
    title = gettext_lazy("Kassenprüfung")
    lead = gettext_lazy("Wer welches Jahr geprüft hat, wie weit die Prüfung ist und was sie ergab.")
    columns = (
        Column("year", gettext_lazy("Jahr"), sort=True, link=True, format=str),
        Column("resolution", gettext_lazy("bestellt durch"), link=lambda row: row.resolution.get_absolute_url()),
        Column("sampled", gettext_lazy("Stichprobe"), align="right"),
        Column("ticked", gettext_lazy("davon geprüft"), align="right"),
        Column("reported_on", gettext_lazy("festgestellt am"), sort=True),
        Column("recommendation", gettext_lazy("Empfehlung")),
        Column("discharge", gettext_lazy("Entlastung")),
    )
    default_sort = "-year"
    count_label = gettext_lazy("Prüfungen")
    empty_title = gettext_lazy("Noch keine Kassenprüfung")
    empty_text = gettext_lazy("Der Vorstand trägt den Beschluss ein, mit dem die Kassenprüfer:innen bestellt wurden.")

    def get_queryset(self) -> QuerySet[Examination]:
        ticked = Count("items", filter=Q(items__state=ItemState.TICKED), distinct=True)
        return visible_examinations(self.request.user).annotate(sampled=Count("items", distinct=True), ticked=ticked)

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm("examination.appoint"):
            return []
        return [Action(_("Kassenprüfer:innen eintragen"), reverse("examination:appoint"), primary=True)]


class AppointPage(FormPage):
    permission = "examination.appoint"
    title = gettext_lazy("Kassenprüfer:innen eintragen")
    intro = gettext_lazy("Zwei Personen, die dem Vorstand nicht angehören, möglichst aus verschiedenen Städten.")
    form_class = AppointForm
    submit_label = gettext_lazy("Prüfung eröffnen")
    cancel_url = EXAMINATIONS.url

    def get_breadcrumbs(self) -> list[Crumb]:
        return [EXAMINATIONS]

    def perform(self, form: AppointForm) -> str:
        data = form.cleaned_data
        examination = appoint_auditors(
            data["year"],
            form.auditors(),
            resolution=data["resolution"],
            is_sure=data["is_sure"],
            by=self.request.user,
            on=timezone.localdate(),
        )
        self.success(_("Die Prüfung des Jahres %s ist eröffnet.") % examination.year)
        return examination.get_absolute_url()


class ExaminationView:
    request: Any
    kwargs: dict[str, Any]
    object: Examination

    def get_object(self) -> Examination:
        return get_examination(self.request.user, self.kwargs["year"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [EXAMINATIONS, Crumb(str(self.object), self.object.get_absolute_url())]


PROOF_COLUMNS = (
    Column("label", gettext_lazy("Nachweis"), value=lambda row: f"{row.label}. {row.note}" if row.note else row.label),
    Column("expected", gettext_lazy("soll"), align="right", value=lambda row: row.shown[0]),
    Column("found", gettext_lazy("ist"), align="right", value=lambda row: row.shown[1]),
    Column("holds", gettext_lazy("stimmt"), value=lambda row: _("ja") if row.holds else _("nein")),
)
DIFFERENCE_COLUMNS = (
    Column("city", gettext_lazy("Stadt")),
    Column("reason", gettext_lazy("Abweichung")),
    Column(
        "expected",
        gettext_lazy("nach Beitragsordnung"),
        align="right",
        value=lambda row: None if row.expected is None else euros(row.expected),
    ),
    Column(
        "claimed",
        gettext_lazy("berechnet"),
        align="right",
        value=lambda row: None if row.claimed is None else euros(row.claimed),
    ),
)
ITEM_COLUMNS = (
    Column("entry", gettext_lazy("Buchung"), link=True),
    Column("entry__booked_on", gettext_lazy("Datum")),
    Column("entry__text", gettext_lazy("Text")),
    Column("entry__amount", gettext_lazy("Betrag"), align="right"),
    Column("hits", gettext_lazy("Treffer"), align="right"),
    Column("state", gettext_lazy("Stand")),
)


class ExaminationPage(ExaminationView, ObjectPage):
    """The workspace: proofs, completeness of dues, sample, questions, findings."""

    permission = "examination.view_examination"
    template_name = "examination/examination.html"

    def get_breadcrumbs(self) -> list[Crumb]:
        return [EXAMINATIONS]

    def get_badge(self) -> Badge:
        return Badge(_("festgestellt"), "success") if self.object.is_reported else Badge(_("in Arbeit"), "info")

    def get_actions(self) -> list[Action]:
        examination, user, where = self.object, self.request.user, [self.object.year]
        if examination.is_reported:
            return self.get_actions_afterwards()
        if not is_appointed(user, examination):
            return []
        if not examination.sample_method:
            return [Action(_("Stichprobe ziehen"), reverse("examination:draw", args=where), primary=True)]
        sign = Action(_("Bericht unterzeichnen"), reverse("examination:sign", args=where), primary=True)
        return [
            *([] if self.obstacles else [sign]),
            Action(_("Feststellung aufnehmen"), reverse("examination:add_finding", args=where)),
            Action(_("Allgemeine Frage stellen"), reverse("examination:ask", args=where)),
            Action(_("Ergebnis formulieren"), reverse("examination:conclude", args=where)),
        ]

    @cached_property
    def obstacles(self) -> list[str]:
        return [] if self.object.is_reported else obstacles(self.object)

    def get_actions_afterwards(self) -> list[Action]:
        """What is left once the report is final: the discharge, and accounts that were drawn up anew."""
        examination, user, where = self.object, self.request.user, [self.object.year]
        if is_appointed(user, examination) and awaits_confirmation(examination):
            label = _("Neu aufgestellten Abschluss bestätigen")
            return [Action(label, reverse("examination:confirm", args=where), primary=True)]
        if examination.motion or not user.has_perm("examination.draft_discharge", examination):
            return []
        label = _("Antrag auf Entlastung entwerfen")
        return [Action(label, reverse("examination:discharge", args=where), primary=True)]

    def get_books(self) -> list[tuple[str, str]]:
        """The ways into the books of the year that this person may go."""
        year, user = self.object.year, self.request.user
        span = f"?von={year}-01-01&bis={year}-12-31"
        accounts = accounts_of(self.object)
        ways = [
            (
                _("Jahresabschluss"),
                "closing.view_annualaccounts",
                accounts.get_absolute_url() if accounts else reverse("closing:years"),
            ),
            (_("Journal"), "ledger.view_entry", reverse("ledger:journal") + f"?jahr={year}"),
            (_("Summen und Salden"), "ledger.view_entry", reverse("ledger:balance") + span),
            (_("Belege"), "vouchers.view_voucher", reverse("vouchers:vouchers")),
            (_("Kassenbuch"), "vouchers.view_voucher", reverse("vouchers:cash")),
            (_("Ausbuchungen"), "dues.view_writeoff", reverse("dues:write_offs") + f"?jahr={year}"),
            (_("Kontoauszüge"), "banking.view_bankline", reverse("banking:statements")),
            (_("Prüfungspaket"), "closing.view_auditpackage", reverse("closing:packages", args=[year])),
        ]
        return [(label, address) for label, permission, address in ways if user.has_perm(permission)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        examination, user = self.object, self.request.user
        auditors = list(examination.auditors.select_related("user", "city"))
        items = list(examination.items.select_related("entry", "examination"))
        dues = completeness(examination.year)
        return super().get_context_data(
            auditors=auditors,
            books=self.get_books(),
            discharge=examination.discharge,
            board_members=board_members_among([auditor.user for auditor in auditors], examination.year),
            proofs=Table(columns=PROOF_COLUMNS, rows=proofs(examination.year), caption=_("Nachweis der Salden")),
            dues=dues,
            dues_sentence=dues_sentence(dues),
            differences=Table(columns=DIFFERENCE_COLUMNS, rows=dues.differences, caption=_("Abweichungen")),
            items=Table(columns=ITEM_COLUMNS, rows=items, caption=_("Stichprobe")),
            has_sample=bool(examination.sample_method),
            sample_sentences=sample_sentences(examination) if items else [],
            has_later=bool(items) and bool(not_drawn_from(examination)[0]),
            is_reproducible={item.entry_id for item in items if item.hits} == sample_again(examination),
            questions=list(
                examination.questions.select_related("item__entry", "item__examination", "asked_by", "answered_by")
            ),
            findings=list(examination.findings.select_related("added_by")),
            obstacles=self.obstacles if is_appointed(user, examination) else [],
            may_answer=user.has_perm("examination.answer") and not examination.is_reported,
            may_examine=is_appointed(user, examination) and not examination.is_reported,
            **kwargs,
        )


class Step(ExaminationView):
    permission = "examination.examine"


class AskPage(Step, FormPage):
    title = gettext_lazy("Allgemeine Frage stellen")
    form_class = TextForm
    submit_label = gettext_lazy("Frage stellen")

    def perform(self, form: TextForm) -> str:
        ask(self.object, form.cleaned_data["text"], by=self.request.user, on=timezone.localdate())
        self.success(_("Die Frage liegt der Schatzmeisterin oder dem Schatzmeister vor."))
        return self.object.get_absolute_url()


class AddFinding(Step, FormPage):
    title = gettext_lazy("Feststellung aufnehmen")
    form_class = FindingForm
    submit_label = gettext_lazy("In den Bericht aufnehmen")

    def perform(self, form: FindingForm) -> str:
        add_finding(self.object, **form.cleaned_data, by=self.request.user)
        self.success(_("Die Feststellung steht im Bericht."))
        return self.object.get_absolute_url()


class RemoveFinding(ConfirmPage):
    permission = "examination.examine"
    title = gettext_lazy("Feststellung entfernen")
    form_class = ReasonForm
    submit_label = gettext_lazy("Aus dem Bericht nehmen")
    danger = True

    def get_object(self) -> Finding:
        return get_finding(self.request.user, self.kwargs["pk"])

    def get_facts(self) -> list[tuple[Any, Any]]:
        return [(self.object.get_weight_display(), self.object.text)]

    def perform(self, form: ReasonForm) -> str:
        examination = remove_finding(self.object, by=self.request.user, reason=form.cleaned_data["reason"])
        self.success(_("Die Feststellung steht nicht mehr im Bericht."))
        return examination.get_absolute_url()


class ConcludePage(Step, FormPage):
    title = gettext_lazy("Ergebnis formulieren")
    form_class = ConclusionForm
    submit_label = gettext_lazy("Ergebnis übernehmen")

    def get_initial(self) -> dict[str, Any]:
        return {"text": self.object.conclusion, "recommendation": self.object.recommendation}

    def perform(self, form: ConclusionForm) -> str:
        conclude(self.object, **form.cleaned_data, by=self.request.user)
        self.success(_("Das Ergebnis steht im Bericht. Beide Kassenprüfer:innen können ihn nun unterzeichnen."))
        return self.object.get_absolute_url()


class SignPage(Step, ConfirmPage):
    title = gettext_lazy("Bericht unterzeichnen")
    submit_label = gettext_lazy("Bericht unterzeichnen")
    final = gettext_lazy("Mit der letzten Unterschrift wird der Bericht festgestellt und ändert sich nicht mehr.")

    def get_facts(self) -> list[tuple[Any, Any]]:
        examination = self.object
        return [
            (_("Empfehlung"), examination.get_recommendation_display()),
            (_("Feststellungen"), number(examination.findings.count())),
            (_("Geprüfte Buchungen"), number(examination.items.count())),
        ]

    def get_consequences(self) -> list[str]:
        guard_complete(self.object)
        accounts = prepared_accounts(self.object, by=self.request.user)
        return [
            _("Der Bericht gilt den am %(day)s aufgestellten Zahlen mit der Prüfsumme %(hash)s…")
            % {"day": day(accounts.prepared_on), "hash": accounts.figures_hash[:16]},
            _(
                "Ihre Unterschrift gilt für den Bericht, wie er jetzt ist. Ändert sich etwas, muss neu unterzeichnet werden."
            ),
            _("Haben alle unterzeichnet, entsteht das PDF, wird mit Prüfsumme abgelegt und ist endgültig."),
        ]

    def perform(self, form: Any) -> str:
        examination = sign_report(self.object, by=self.request.user, on=timezone.localdate())
        self.success(_("Der Bericht ist festgestellt.") if examination.is_reported else _("Sie haben unterzeichnet."))
        return examination.get_absolute_url()


class ConfirmAccountsPage(Step, FormPage):
    """The accounts were drawn up anew after the report: what changed was looked at."""

    title = gettext_lazy("Neu aufgestellten Jahresabschluss bestätigen")
    intro = gettext_lazy(
        "Der Bericht ist festgestellt, der Abschluss wurde danach zurückgenommen und neu aufgestellt. Mit Ihrer Bestätigung "
        "gilt er wieder als geprüft."
    )
    form_class = ConfirmationForm
    submit_label = gettext_lazy("Abschluss bestätigen")

    def perform(self, form: ConfirmationForm) -> str:
        result = form.cleaned_data["result"]
        accounts = confirm_accounts(self.object, result=result, by=self.request.user, on=timezone.localdate())
        self.success(_("%s gilt als geprüft.") % accounts)
        return self.object.get_absolute_url()


class DischargePage(ExaminationView, ConfirmPage):
    permission = "examination.draft_discharge"
    title = gettext_lazy("Antrag auf Entlastung entwerfen")
    submit_label = gettext_lazy("Antrag entwerfen")

    def get_facts(self) -> list[tuple[Any, Any]]:
        return [(_("Empfehlung der Kassenprüfung"), self.object.get_recommendation_display())]

    def get_consequences(self) -> list[str]:
        voters = ", ".join(board_of(self.object.year)) or "–"
        return [
            _("Es entsteht ein Beschlussentwurf für die Mitgliederversammlung mit dem Bericht als Begründung."),
            _("Die Mitglieder des Vorstands im Prüfungsjahr stimmen nicht mit (§ 34 BGB): %s.") % voters,
        ]

    def perform(self, form: Any) -> str:
        motion = draft_discharge(self.object, by=self.request.user, on=timezone.localdate())
        self.success(_("Der Antrag „%s“ ist entworfen.") % motion.title)
        return self.object.get_absolute_url()
