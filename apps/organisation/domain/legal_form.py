"""The way from a network to a registered association, and its end."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.core.errors import DomainError
from apps.core.transitions import guard_transition
from apps.organisation.domain.profile import locked_profile
from apps.organisation.enums import LegalMode
from apps.organisation.models import LegalForm

ENTRY_FORMS = (LegalMode.INFORMAL, LegalMode.UNREG_ASSOC, LegalMode.FOUNDING, LegalMode.EV)


class RegistrationMissing(DomainError):
    """An e. V. exists only with its entry in the register."""


class LegalFormStartsTooEarly(DomainError):
    """The new form would begin before the present one."""


class BasisMissing(DomainError):
    """Nothing is named that brought the change about."""


@transaction.atomic
def change_legal_form(
    mode: LegalMode | str,
    *,
    by: User | None,
    on: date,
    basis: str,
    register_court: str = "",
    register_number: str = "",
    registered_on: date | None = None,
) -> LegalForm:
    """Let the organisation have this legal form from `on`; the one before ends that day.

    Only the steps in `LegalForm.TRANSITIONS` are open; an association that was registered long ago starts as such. An e. V.
    begins with its entry in the register (BGB §§ 21, 65), so number and day of the entry are needed; liquidation needs a
    resolution (§ 41) or a decision of the court.
    """
    mode = LegalMode(mode)
    present = LegalForm.objects.select_for_update().filter(valid_until__isnull=True).first()
    guard_step(present, mode, on)
    if not basis.strip():
        raise BasisMissing(_("Bitte nennen Sie den Beschluss oder die Entscheidung dahinter."), field="basis")
    if mode == LegalMode.EV:
        guard_registration(on, register_number, registered_on)
    elif mode == LegalMode.LIQUIDATION and present:
        register_court, register_number = present.register_court, present.register_number
        registered_on = present.registered_on
    with act("organisation.legal_form_changed", by=by, data={"mode": mode.value, "on": on}) as entry:
        if present:
            present.valid_until = on
            present.save()
        entry.subject = form = LegalForm.objects.create(
            mode=mode,
            valid_from=on,
            basis=basis,
            register_court=register_court,
            register_number=register_number,
            registered_on=registered_on,
        )
        if mode == LegalMode.EV:
            take_over_registration(form)
    return form


def guard_step(present: LegalForm | None, mode: LegalMode, on: date) -> None:
    if present is None:
        if mode not in ENTRY_FORMS:
            raise RegistrationMissing(_("Bitte beginnen Sie mit der Form, in der Sie vorher standen."), field="mode")
        return
    guard_transition(present, mode, field="mode")
    if on <= present.valid_from:
        raise LegalFormStartsTooEarly(
            _("„%(form)s“ gilt seit dem %(day)s. Die neue Form kann erst danach beginnen.")
            % {"form": present, "day": f"{present.valid_from:%d.%m.%Y}"},
            field="on",
        )


def guard_registration(on: date, register_number: str, registered_on: date | None) -> None:
    if not register_number.strip():
        raise RegistrationMissing(_("Bitte geben Sie die Nummer im Vereinsregister an."), field="register_number")
    if registered_on is None:
        raise RegistrationMissing(_("Bitte geben Sie den Tag der Eintragung an."), field="registered_on")
    if registered_on != on:
        raise RegistrationMissing(
            _(
                "Der Verein besteht als e. V. vom Tag der Eintragung an (§ 21 BGB). Bitte geben Sie zweimal denselben Tag an."
            ),
            field="registered_on",
        )


def take_over_registration(form: LegalForm) -> None:
    """Letters name court and number from now on."""
    profile = locked_profile()
    profile.register_court = form.register_court or profile.register_court
    profile.register_number = form.register_number
    profile.save()
