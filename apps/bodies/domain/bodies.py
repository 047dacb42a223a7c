"""Acts on bodies and offices."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.bodies.enums import BodyKind
from apps.bodies.models import Body, Office
from apps.core.errors import DomainError


class CodeTaken(DomainError):
    """Another body has this code; numbers of resolutions begin with it."""


class BodyStillSits(DomainError):
    """Somebody holds a seat beyond the end of the body."""


class OfficeExists(DomainError):
    """The body has an office of this name."""


@transaction.atomic
def set_up_body(*, name: str, code: str, kind: BodyKind | str, by: User | None, on: date, basis: str = "") -> Body:
    """Set up a body from `on`. Its code begins the numbers of its resolutions and is never given twice."""
    if Body.objects.filter(code=code).exists():
        raise CodeTaken(_("Das Kürzel „%s“ ist schon vergeben.") % code, field="code")
    with act("bodies.body_set_up", by=by, data={"code": code, "on": on}) as entry:
        entry.subject = body = Body.objects.create(name=name, code=code, kind=kind, valid_from=on, basis=basis)
    return body


@transaction.atomic
def rename_body(body: Body, *, name: str, basis: str, by: User | None) -> Body:
    """Give a body another name or basis; its code stays because numbers contain it."""
    body = Body.objects.select_for_update().get(pk=body.pk)
    if (body.name, body.basis) != (name, basis):
        with act("bodies.body_changed", body, by=by):
            body.name, body.basis = name, basis
            body.save()
    return body


@transaction.atomic
def dissolve_body(body: Body, *, by: User | None, on: date, reason: str = "") -> Body:
    """From `on` the body exists no longer; all seats must have ended by then."""
    body = Body.objects.select_for_update().get(pk=body.pk)
    if body.valid_until is not None or on <= body.valid_from:
        raise BodyStillSits(_("Das Gremium ist schon aufgelöst oder beginnt erst später."), field="on")
    if body.terms.exclude(valid_until__lte=on).exists():
        raise BodyStillSits(_("Es gibt noch besetzte Sitze. Bitte beenden Sie diese zuerst."))
    with act("bodies.body_dissolved", body, by=by, reason=reason, data={"on": on}):
        body.valid_until = on
        body.save()
    return body


@transaction.atomic
def create_office(body: Body, *, name: str, by: User | None, **details: Any) -> Office:
    """Create a post in a body, such as the chair."""
    with act("bodies.office_created", body, by=by, data={"name": name}):
        try:
            with transaction.atomic():
                return Office.objects.create(body=body, name=name, **details)
        except IntegrityError:
            raise OfficeExists(_("Das Amt „%s“ gibt es in diesem Gremium schon.") % name, field="name") from None
