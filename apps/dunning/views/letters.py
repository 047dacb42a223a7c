"""Reminders: list, one letter, its PDF, its withdrawal."""

from typing import Any

from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.tables import Column, Filter, Table
from apps.core.templatetags.formats import euro, number
from apps.core.templatetags.ui import badge
from apps.core.views import Action, Badge, ConfirmPage, Guarded, ObjectPage, TablePage
from apps.dispatch.models import Dispatch
from apps.dunning.domain.errors import AlreadyWithdrawn, NothingToPrint, NothingToWaive
from apps.dunning.domain.issuing import withdraw_letter
from apps.dunning.domain.queries import missing_documents
from apps.dunning.domain.side_claims import Claimed, claimed_of
from apps.dunning.domain.waiving import waive_claims, waivers_of
from apps.dunning.forms import ReasonForm
from apps.dunning.models import DunningLetter
from apps.dunning.prints import shown_steps
from apps.dunning.rules import get_letter, visible_letters
from apps.dunning.tasks import start_printing

HOME = (gettext_lazy("Mahnwesen"), reverse_lazy("dunning:letters"))
LEVEL_TONES = {0: "info", 1: "warning", 2: "warning"}


def letter_badge(letter: DunningLetter) -> Badge:
    if letter.is_withdrawn:
        return Badge(_("zurückgenommen"), "neutral")
    return Badge(letter.level_name, LEVEL_TONES.get(letter.level, "danger"))


def years(user: Any) -> list[tuple[str, str]]:
    found = visible_letters(user).order_by("-year").values_list("year", flat=True).distinct()
    return [(str(year), str(year)) for year in found]


def levels(user: Any) -> list[tuple[str, str]]:
    found = dict(visible_letters(user).order_by("level", "pk").values_list("level", "level_name"))
    return [(str(level), name) for level, name in found.items()]


class LetterList(TablePage):
    permission = "dunning.view_dunningletter"
    template_name = "dunning/letters.html"
    title = gettext_lazy("Mahnwesen")
    count_label = gettext_lazy("Schreiben")
    default_sort = "-number"
    search_fields = ("number", "city_label")
    search_label = gettext_lazy("Nummer oder Stadt")
    filters = (
        Filter("jahr", gettext_lazy("Jahr"), years, field="year"),
        Filter("stufe", gettext_lazy("Stufe"), levels, field="level"),
    )
    columns = (
        Column("number", gettext_lazy("Nummer"), sort=("year", "sequence"), link=True),
        Column("city_label", gettext_lazy("Stadt"), sort=True),
        Column(
            "level",
            gettext_lazy("Stufe"),
            sort=True,
            value=lambda row: letter_badge(row).label,
            render=lambda row: badge(letter_badge(row).label, letter_badge(row).tone),
        ),
        Column("issued_on", gettext_lazy("Datum"), sort=True),
        Column("pay_by", gettext_lazy("zahlbar bis"), sort=True),
        Column("count", gettext_lazy("Rechnungen"), sort=True, align="right"),
        Column("total", gettext_lazy("Gesamtbetrag"), sort=True, align="right"),
    )

    @property
    def sees_runs(self) -> bool:
        return bool(self.request.user.has_perm("dunning.view_dunningrun"))

    @property
    def empty_title(self) -> str:  # type: ignore[override]
        return _("Noch keine Mahnschreiben") if self.sees_runs else _("Für Ihre Stadt liegt nichts vor")

    @property
    def empty_text(self) -> str:  # type: ignore[override]
        if self.sees_runs:
            return _("Zahlungserinnerungen und Mahnungen entstehen in einem Mahnlauf. Er beginnt mit einer Vorschau.")
        return _("Zahlungserinnerungen und Mahnungen an Ihre Stadt stehen hier, sobald es welche gibt.")

    def get_queryset(self) -> QuerySet[DunningLetter]:
        rows = visible_letters(self.request.user).annotate(count=Count("items"))
        return rows.defer("recipient_lines", "payee", "opening", "closing")

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm("dunning.run"):
            return []
        return [Action(_("Mahnlauf beginnen"), reverse("dunning:run_create"), primary=True)]


class LetterPage(ObjectPage):
    permission = "dunning.view_dunningletter"
    template_name = "dunning/letter.html"

    def get_object(self) -> DunningLetter:
        return get_letter(self.request.user, self.kwargs["number"])

    def get_title(self) -> str:
        return _("%(letter)s an %(city)s") % {"letter": self.object, "city": self.object.city_label}

    def get_badge(self) -> Badge:
        return letter_badge(self.object)

    def get_breadcrumbs(self) -> Any:
        return [HOME]

    def get_actions(self) -> list[Action]:
        letter, actions = self.object, []
        if letter.document_id:
            url = reverse("dunning:letter_pdf", args=[letter.number])
            actions.append(Action(_("Schreiben als PDF"), url, primary=True, icon="download"))
        if not letter.is_withdrawn and self.request.user.has_perm("dunning.withdraw"):
            actions.append(Action(_("Zurücknehmen …"), reverse("dunning:withdraw", args=[letter.number])))
        if self.sides and self.sides.open and self.request.user.has_perm("dunning.waive"):
            actions.append(Action(_("Zinsen und Kosten erlassen …"), reverse("dunning:waive", args=[letter.number])))
        return actions

    @cached_property
    def sides(self) -> Claimed | None:
        """Interest and costs of the city, if this letter claims some."""
        letter = self.object
        return claimed_of(letter.city) if letter.interest.amount or letter.fee.amount else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        items = list(self.object.items.select_related("invoice").order_by("position"))
        columns = (
            Column("invoice__number", _("Rechnung"), link=lambda row: row.invoice.get_absolute_url()),
            Column("due_on", _("fällig")),
            Column("level_name", _("Stufe")),
            Column("amount", _("Betrag"), align="right"),
            Column("paid", _("bezahlt"), align="right"),
            Column("outstanding", _("offen"), align="right", total="outstanding"),
        )
        totals = {"outstanding": self.object.principal}
        return super().get_context_data(
            table=Table(columns, items, _("Offene Beitragsrechnungen"), totals),
            interest=[(item, shown_steps(item)) for item in items if item.steps],
            sendings=self.sendings(),
            sides=self.sides,
            waivers=self.waivers(),
            **kwargs,
        )

    def sendings(self) -> list[Dispatch]:
        if not self.object.document_id or not self.request.user.has_perm("dispatch.view_dispatch"):
            return []
        return list(Dispatch.objects.filter(document=self.object.document_id).order_by("-pk"))

    def waivers(self) -> Table | None:
        if not self.sides or not self.request.user.has_perm("dunning.view_waiver"):
            return None
        columns = (
            Column("waived_on", _("erlassen am")),
            Column("amount", _("Betrag"), align="right"),
            Column("reason", _("Grund")),
            Column("waived_by", _("erlassen von")),
        )
        rows = list(waivers_of(self.object.city))
        return Table(columns, rows, _("Erlasse")) if rows else None


class LetterPdf(Guarded):
    """To the stored PDF; the library checks and logs the download."""

    permission = "dunning.view_dunningletter"

    def get_object(self) -> DunningLetter:
        return get_letter(self.request.user, self.kwargs["number"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        document = self.object.document
        version = document.versions.order_by("-version").first() if document else None
        if version is None:
            raise Http404
        return HttpResponseRedirect(version.get_absolute_url())


class Withdraw(ConfirmPage):
    permission = "dunning.withdraw"
    form_class = ReasonForm
    danger = True
    final = gettext_lazy("Das kann nicht rückgängig gemacht werden.")
    submit_label = gettext_lazy("Schreiben zurücknehmen")

    def get_object(self) -> DunningLetter:
        return get_letter(self.request.user, self.kwargs["number"])

    def get_title(self) -> str:
        return _("%s zurücknehmen?") % self.object

    def get_breadcrumbs(self) -> Any:
        return [HOME, (str(self.object), self.object.get_absolute_url())]

    def get_facts(self) -> list[tuple[Any, Any]]:
        letter = self.object
        return [
            (_("Stadt"), letter.city_label),
            (_("Datum"), letter.issued_on),
            (_("Gesamtbetrag"), euro(letter.total)),
        ]

    def get_consequences(self) -> list[str]:
        if self.object.is_withdrawn:
            raise AlreadyWithdrawn(_("%s ist schon zurückgenommen.") % self.object)
        return [
            _("Das Schreiben und seine Nummer bleiben erhalten, seine Stufe zählt nicht mehr."),
            _(
                "Wartet es noch im Postausgang, wird die Sendung zurückgezogen. Ist es schon versandt, müssen Sie die Stadt selbst informieren."
            ),
        ]

    def perform(self, form: ReasonForm) -> str:
        has_left = withdraw_letter(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user, on=timezone.localdate()
        )
        hint = _("Es ist schon versandt: Bitte informieren Sie die Stadt.") if has_left else _("Es geht nicht hinaus.")
        self.success(_("%(letter)s ist zurückgenommen. %(hint)s") % {"letter": self.object, "hint": hint})
        return self.object.get_absolute_url()


class Waive(ConfirmPage):
    """Ask no more for what the letters claim beside the dues."""

    permission = "dunning.waive"
    form_class = ReasonForm
    danger = True
    final = gettext_lazy("Ein Erlass wird nicht zurückgenommen; ein späteres Schreiben kann neue Zinsen fordern.")
    submit_label = gettext_lazy("Zinsen und Kosten erlassen")

    def get_object(self) -> DunningLetter:
        return get_letter(self.request.user, self.kwargs["number"])

    def get_title(self) -> str:
        return _("Zinsen und Kosten von %s erlassen?") % self.object.city

    def get_breadcrumbs(self) -> Any:
        return [HOME, (str(self.object), self.object.get_absolute_url())]

    def get_facts(self) -> list[tuple[Any, Any]]:
        sides = claimed_of(self.object.city)
        return [
            (_("Verzugszinsen"), euro(sides.interest)),
            (_("Mahnkosten"), euro(sides.fees)),
            (_("gezahlt"), euro(sides.paid)),
            (_("offen"), euro(sides.open)),
        ]

    def get_consequences(self) -> list[str]:
        if not claimed_of(self.object.city).open:
            raise NothingToWaive(_("Von %s sind keine Zinsen und Kosten offen.") % self.object.city)
        return [
            _("Zahlungen der Stadt werden dafür nicht mehr vorgeschlagen. Die Beiträge selbst bleiben geschuldet."),
            _("Gebucht wird nichts: Zinsen und Kosten sind erst Einnahmen, wenn sie gezahlt sind."),
        ]

    def perform(self, form: ReasonForm) -> str:
        waiver = waive_claims(
            self.object.city, reason=form.cleaned_data["reason"], by=self.request.user, on=timezone.localdate()
        )
        self.success(_("Erlassen: %(amount)s von %(city)s.") % {"amount": euro(waiver.amount), "city": waiver.city})
        return self.object.get_absolute_url()


class PrintMissing(ConfirmPage):
    """Take up printing that was interrupted."""

    permission = "dunning.run"
    title = gettext_lazy("PDF-Erstellung fortsetzen")
    submit_label = gettext_lazy("PDF-Erstellung fortsetzen")
    cancel_url = reverse_lazy("dunning:letters")

    def get_breadcrumbs(self) -> Any:
        return [HOME]

    def get_consequences(self) -> list[str]:
        missing = missing_documents()
        if not missing:
            raise NothingToPrint(_("Alle Mahnschreiben liegen als PDF vor. Es ist nichts zu tun."))
        return [_("%s Mahnschreiben werden gedruckt, abgelegt und in den Postausgang gelegt.") % number(missing)]

    def perform(self, form: Any) -> str:
        job = start_printing(by=self.request.user)
        return reverse("core:job", args=[job.pk]) if job else reverse("dunning:letters")
