"""Rules of booking and known accounts: read, written, switched off, deleted."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.banking.domain.rule_book import common_words, delete_rule, forget_known_account, make_rule, switch_rule
from apps.banking.enums import Direction, RuleState
from apps.banking.forms import RuleForm
from apps.banking.models import BankLine, BookingRule, KnownAccount
from apps.banking.rules import get_known_account, get_rule, visible_known_accounts, visible_lines, visible_rules
from apps.banking.views.lines import BANK
from apps.core.tables import Column, Filter
from apps.core.templatetags.formats import day, iban
from apps.core.views import Action, Badge, ConfirmPage, Crumb, FormPage, ObjectPage, TablePage

RULES = Crumb(gettext_lazy("Buchungsregeln"), reverse_lazy("banking:rules"))
TONES = {RuleState.ACTIVE: "success", RuleState.PROPOSED: "info", RuleState.OFF: "neutral"}


class RulesPage(TablePage):
    permission = "banking.view_bookingrule"
    title = gettext_lazy("Buchungsregeln")
    lead = gettext_lazy(
        "Eine Regel schlägt vor, was Sie bei ähnlichen Umsätzen entschieden haben. Von allein bucht sie nie."
    )
    columns = (
        Column("rule", gettext_lazy("Umsätze"), value=lambda rule: rule.conditions, link=True),
        Column("target", gettext_lazy("Vorschlag"), value=lambda rule: rule.target),
        Column("state", gettext_lazy("Stand"), sort=True, value=lambda rule: rule.get_state_display()),
        Column("hits", gettext_lazy("angenommen"), sort=True, align="right"),
        Column("last_hit_on", gettext_lazy("zuletzt"), sort=True),
    )
    filters = (Filter("stand", gettext_lazy("Stand"), RuleState.choices[:3], field="state"),)
    search_fields = ("iban", "name_words", "text_words", "account__name", "city__name")
    default_sort = "-hits"
    count_label = gettext_lazy("Regeln")
    empty_title = gettext_lazy("Noch keine Buchungsregeln")
    empty_text = gettext_lazy(
        "Wenn Sie gleiche Umsätze zweimal gleich buchen, wird eine Regel vorgeschlagen. Sie können auch selbst eine anlegen."
    )

    def get_queryset(self) -> QuerySet[BookingRule]:
        return visible_rules(self.request.user)

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BANK]

    def get_actions(self) -> list[Action]:
        known = Action(_("Bekannte Konten"), reverse("banking:known_accounts"))
        if not self.request.user.has_perm("banking.change_bookingrule"):
            return [known]
        return [Action(_("Regel anlegen"), reverse("banking:new_rule"), primary=True), known]


class RulePage(ObjectPage):
    permission = "banking.view_bookingrule"
    template_name = "banking/rule.html"

    def get_object(self) -> BookingRule:
        return get_rule(self.request.user, self.kwargs["pk"])

    def get_badge(self) -> Badge:
        return Badge(self.object.get_state_display(), TONES[RuleState(self.object.state)])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BANK, RULES]

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm("banking.change_bookingrule"):
            return []
        where = [self.object.pk]
        labels = {
            RuleState.ACTIVE: (_("Ausschalten"), _("Löschen")),
            RuleState.OFF: (_("Einschalten"), _("Löschen")),
            RuleState.PROPOSED: (_("Regel annehmen"), _("Ablehnen")),
        }
        switch, delete = labels[RuleState(self.object.state)]
        is_primary = self.object.state == RuleState.PROPOSED
        return [
            Action(switch, reverse("banking:switch_rule", args=where), primary=is_primary),
            Action(delete, reverse("banking:delete_rule", args=where)),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lines = visible_lines(self.request.user).filter(entry=None, proposals__rule=self.object).distinct()
        return super().get_context_data(lines=list(lines[:20]), **kwargs)


class NewRulePage(FormPage):
    """A rule written down, begun from a line if one is named (?umsatz=)."""

    permission = "banking.change_bookingrule"
    title = gettext_lazy("Buchungsregel anlegen")
    form_class = RuleForm
    submit_label = gettext_lazy("Regel anlegen")
    cancel_url = reverse_lazy("banking:rules")
    intro = gettext_lazy(
        "Umsätze, auf die alle Angaben zutreffen, bekommen diesen Vorschlag mit der Regel als Begründung."
    )

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BANK, RULES]

    @cached_property
    def line(self) -> BankLine | None:
        pk = self.request.GET.get("umsatz", "")
        return visible_lines(self.request.user).filter(pk=pk).first() if pk.isdecimal() else None

    def get_initial(self) -> dict[str, Any]:
        if self.line is None:
            return {}
        return {
            "direction": Direction.IN if self.line.is_incoming else Direction.OUT,
            "iban": iban(self.line.counterparty_iban) if self.line.counterparty_iban else "",
            "name_words": "" if self.line.counterparty_iban else self.line.counterparty,
            "text_words": common_words(self.line.text, self.line.text),
            **self.place_of(self.line),
        }

    def place_of(self, line: BankLine) -> dict[str, Any]:
        """Where the line was booked, else where its best proposal would book it."""
        if line.entry:
            own = [line.bank_account.account_id]
            lines = line.entry.lines.exclude(account__in=own).select_related("account", "cost_centre")
            if len(lines) != 1:
                return {}
            [booked] = lines
            sphere = "" if booked.sphere == booked.account.sphere else booked.sphere
            return {"account": booked.account, "sphere": sphere, "cost_centre": booked.cost_centre}
        proposals = line.proposals.exclude(account=None).select_related("account", "rule__cost_centre")
        best = proposals.order_by("rank").first()
        return {"account": best.account, **best.place} if best else {}

    def perform(self, form: RuleForm) -> str:
        rule = make_rule(**form.cleaned_data, by=self.request.user, on=timezone.localdate())
        self.success(_("Die Regel ist angelegt."))
        return rule.get_absolute_url()


class RuleAct:
    """Getter and way back of the acts on one rule."""

    request: Any
    kwargs: dict[str, Any]
    object: BookingRule

    def get_object(self) -> BookingRule:
        return get_rule(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BANK, RULES]

    def get_facts(self) -> list[tuple[Any, Any]]:
        rule = self.object
        return [
            (_("Umsätze"), rule.conditions),
            (_("Vorschlag"), rule.target),
            (_("angenommen"), rule.hits),
            (_("angelegt am"), day(rule.made_on)),
        ]


class SwitchRule(RuleAct, ConfirmPage):
    permission = "banking.change_bookingrule"

    @property
    def turns_on(self) -> bool:
        return self.object.state != RuleState.ACTIVE

    def get_title(self) -> str:
        return _("Regel einschalten") if self.turns_on else _("Regel ausschalten")

    def get_submit_label(self) -> str:
        return self.get_title()

    def get_consequences(self) -> list[str]:
        if self.turns_on:
            return [_("Offene Umsätze, auf die sie passt, bekommen den Vorschlag. Gebucht wird nichts.")]
        return [_("Die Regel schlägt nichts mehr vor, bleibt aber in der Liste.")]

    def perform(self, form: Any) -> str:
        return switch_rule(self.object, on=self.turns_on, by=self.request.user).get_absolute_url()


class DeleteRule(RuleAct, ConfirmPage):
    permission = "banking.change_bookingrule"
    danger = True

    @property
    def is_proposed(self) -> bool:
        return self.object.state == RuleState.PROPOSED

    def get_title(self) -> str:
        return _("Regel ablehnen") if self.is_proposed else _("Regel löschen")

    def get_submit_label(self) -> str:
        return self.get_title()

    def get_consequences(self) -> list[str]:
        if self.is_proposed:
            return [_("Sie wird nicht noch einmal vorgeschlagen.")]
        return [_("Was mit ihr gebucht ist, bleibt gebucht. Im Protokoll bleibt sie nachlesbar.")]

    def perform(self, form: Any) -> str:
        delete_rule(self.object, by=self.request.user)
        self.success(_("Die Regel ist gelöscht."))
        return reverse("banking:rules")


class KnownAccountsPage(TablePage):
    permission = "banking.view_knownaccount"
    title = gettext_lazy("Bekannte Konten der Städte")
    lead = gettext_lazy("Gelernt aus gebuchten Zahlungen: Von diesen Konten hat eine Stadt schon gezahlt.")
    columns = (
        Column("city__name", gettext_lazy("Stadt"), sort=True),
        Column("iban", gettext_lazy("IBAN"), sort=True, value=lambda known: iban(known.iban)),
        Column(
            "learned_from",
            gettext_lazy("gelernt aus"),
            value=lambda known: str(known.learned_from or ""),
            link=lambda known: known.learned_from.get_absolute_url() if known.learned_from else None,
        ),
    )
    forget = Column(
        "forget",
        "",
        value=lambda known: _("Löschen"),
        link=lambda known: reverse("banking:forget_account", args=[known.pk]),
        export=False,
    )
    search_fields = ("iban", "city__name")
    default_sort = "city__name"
    count_label = gettext_lazy("Konten")
    empty_title = gettext_lazy("Noch keine bekannten Konten")
    empty_text = gettext_lazy("Sie entstehen, wenn Zahlungen gebucht werden.")

    def get_columns(self) -> list[Column]:
        may_forget = self.request.user.has_perm(ForgetAccount.permission)
        return [*self.columns, *([self.forget] if may_forget else [])]

    def get_queryset(self) -> QuerySet[KnownAccount]:
        return visible_known_accounts(self.request.user)

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BANK, RULES]


class ForgetAccount(ConfirmPage):
    permission = "banking.change_bookingrule"
    title = gettext_lazy("Bekanntes Konto löschen")
    submit_label = gettext_lazy("Bekanntes Konto löschen")
    cancel_url = reverse_lazy("banking:known_accounts")
    danger = True

    def get_object(self) -> KnownAccount:
        return get_known_account(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BANK, RULES]

    def get_facts(self) -> list[tuple[Any, Any]]:
        return [(_("Stadt"), self.object.city), (_("IBAN"), iban(self.object.iban))]

    def get_consequences(self) -> list[str]:
        return [_("Zahlungen von diesem Konto werden dieser Stadt nicht mehr zugeschrieben.")]

    def perform(self, form: Any) -> str:
        forget_known_account(self.object, by=self.request.user)
        self.success(_("Das Konto ist gelöscht."))
        return reverse("banking:known_accounts")
