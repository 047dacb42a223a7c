"""Acts on dated values and majority rules: new ones are added, old ones stay as they were."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.core.errors import DomainError
from apps.organisation.enums import TaxStatus
from apps.organisation.models import DecisionRule, LegalParameter


class ValueAlreadySet(DomainError):
    """There is a value from that day."""


class ValueNotANumber(DomainError):
    """The earlier values of this key are numbers."""


class ValueUnknown(DomainError):
    """The value is none of those that the key knows."""


class RuleImpossible(DomainError):
    """The rule cannot be fulfilled or begins before the one it replaces."""


@transaction.atomic
def add_parameter(
    key: str,
    *,
    value: str,
    valid_from: date,
    source: str,
    by: User | None,
    title: str = "",
    unit: str = "",
    note: str = "",
    valid_until: date | None = None,
) -> LegalParameter:
    """Add the value that holds from a day on; title and unit follow the earlier values of the key."""
    earlier = LegalParameter.objects.filter(key=key).first()
    if earlier:
        title, unit = title or earlier.title, unit or earlier.unit
        value = same_kind(earlier, value)
    guard_tax_status(key, value)
    with act("organisation.parameter_added", by=by, data={"key": key, "value": value, "on": valid_from}) as entry:
        try:
            with transaction.atomic():
                entry.subject = row = LegalParameter.objects.create(
                    key=key,
                    title=title or key,
                    valid_from=valid_from,
                    valid_until=valid_until,
                    value=value,
                    unit=unit,
                    source=source,
                    note=note,
                )
        except IntegrityError:
            raise ValueAlreadySet(
                _("Für „%(title)s“ gibt es schon einen Wert ab dem %(day)s. Er bleibt, wie er ist.")
                % {"title": title or key, "day": f"{valid_from:%d.%m.%Y}"},
                field="valid_from",
            ) from None
    return row


def set_tax_status(status: TaxStatus | str, *, valid_from: date, source: str, by: User | None) -> LegalParameter:
    """Enter how the association is taxed from a day on, as the tax office decided (§§ 51 ff. AO, § 5 (1) KStG)."""
    return add_parameter(
        "tax_status",
        value=TaxStatus(status).value,
        valid_from=valid_from,
        source=source,
        by=by,
        title=_("Steuerlicher Status"),
    )


def guard_tax_status(key: str, value: str) -> None:
    if key == "tax_status" and value not in TaxStatus.values:
        raise ValueUnknown(
            _("„%(value)s“ ist kein steuerlicher Status. Möglich sind: %(known)s.")
            % {"value": value, "known": ", ".join(TaxStatus.values)},
            field="value",
        )


def same_kind(earlier: LegalParameter, value: str) -> str:
    """A number where the earlier value is one; a German comma is understood."""
    if isinstance(earlier.typed_value, str):
        return value.strip()
    try:
        return str(Decimal(value.strip().replace(",", ".")))
    except InvalidOperation:
        raise ValueNotANumber(
            _("„%s“ ist keine Zahl. Bitte geben Sie eine Zahl ein, zum Beispiel 2,27.") % value, field="value"
        ) from None


@transaction.atomic
def add_decision_rule(*, by: User | None, valid_from: date, **fields: Any) -> DecisionRule:
    """Let a majority rule hold from `valid_from`; the open one for the same subject and legal form ends that day."""
    if fields["numerator"] > fields["denominator"] or not fields["denominator"]:
        raise RuleImpossible(_("Der Anteil darf nicht größer als eins sein."), field="numerator")
    present = (
        DecisionRule.objects.select_for_update()
        .filter(applies_to=fields["applies_to"], mode=fields.get("mode", ""), valid_until__isnull=True)
        .first()
    )
    if present and present.valid_from >= valid_from:
        raise RuleImpossible(
            _("„%(rule)s“ gilt ab dem %(day)s. Die neue Regel kann erst danach beginnen.")
            % {"rule": present, "day": f"{present.valid_from:%d.%m.%Y}"},
            field="valid_from",
        )
    with act("organisation.decision_rule_added", by=by, data={"on": valid_from}) as entry:
        if present:
            present.valid_until = valid_from
            present.save()
        entry.subject = rule = DecisionRule.objects.create(valid_from=valid_from, **fields)
    return rule
