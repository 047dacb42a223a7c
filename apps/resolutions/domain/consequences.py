"""What happens after the adoption: entry into force, repeal, publication, effects, follow-up."""

from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.resolutions.domain.errors import AlreadyDone, AlreadyEnded, AlreadyInForce, NotAdopted
from apps.resolutions.enums import Relation
from apps.resolutions.models import ENDED, Effect, FollowUp, Resolution, Supersession


def locked_adopted(resolution: Resolution) -> Resolution:
    resolution = Resolution.objects.select_for_update().get(pk=resolution.pk)
    if not resolution.is_adopted:
        raise NotAdopted(
            _("„%(title)s“ ist nicht angenommen. Das geht nur mit einem angenommenen Beschluss.")
            % {"title": resolution.title}
        )
    return resolution


@transaction.atomic
def repeal(
    earlier: Resolution,
    *,
    later: Resolution,
    by: User | None,
    on: date,
    relation: Relation | str = Relation.REPEALS,
    note: str = "",
) -> Supersession:
    """Record that an adopted resolution repeals, replaces or amends an earlier one from `on`; the earlier one stays readable."""
    earlier, later = locked_adopted(earlier), locked_adopted(later)
    if earlier.pk == later.pk or earlier.superseded_by.filter(relation__in=ENDED).exists():
        raise AlreadyEnded(
            _("%(reference)s ist bereits aufgehoben oder ersetzt, oder es ist derselbe Beschluss.")
            % {"reference": earlier.reference},
            field="earlier",
        )
    row = Supersession(earlier=earlier, later=later, relation=relation, valid_from=on, note=note)
    with act("resolutions.superseded", earlier, by=by, data={"later": later.reference, "on": on, "how": str(relation)}):
        row.save()
    return row


@transaction.atomic
def record_entry_into_force(
    resolution: Resolution, *, effective_on: date, by: User | None, on: date, reason: str = ""
) -> Resolution:
    """Record the day a change of the statutes was entered in the register and so took effect (§ 71 Abs. 1 Satz 1 BGB)."""
    resolution = locked_adopted(resolution)
    if resolution.effective_on is not None:
        raise AlreadyInForce(
            _("%(reference)s ist seit dem %(day)s wirksam.")
            % {"reference": resolution.reference, "day": f"{resolution.effective_on:%d.%m.%Y}"}
        )
    if resolution.decided_on and effective_on < resolution.decided_on:
        raise AlreadyInForce(_("Ein Beschluss wird nicht vor seiner Annahme wirksam."), field="effective_on")
    with act("resolutions.in_force", resolution, by=by, reason=reason, data={"effective_on": effective_on, "on": on}):
        resolution.effective_on = effective_on
        resolution.save()
    return resolution


@transaction.atomic
def publish(resolution: Resolution, *, by: User | None, on: date) -> Resolution:
    """Show an adopted resolution to everybody, without signing in."""
    resolution = locked_adopted(resolution)
    if not resolution.is_public:
        with act("resolutions.published", resolution, by=by, data={"on": on}):
            resolution.is_public = True
            resolution.save()
    return resolution


@transaction.atomic
def unpublish(resolution: Resolution, *, by: User | None, on: date, reason: str = "") -> Resolution:
    """Take a resolution from the public pages; members still see it."""
    resolution = locked_adopted(resolution)
    if resolution.is_public:
        with act("resolutions.unpublished", resolution, by=by, reason=reason, data={"on": on}):
            resolution.is_public = False
            resolution.save()
    return resolution


@transaction.atomic
def record_effect(
    resolution: Resolution,
    *,
    description: str,
    effective_on: date,
    by: User | None,
    on: date,
    target: models.Model | None = None,
) -> Effect:
    """Note what the resolution brought about on a lower floor; the same effect is noted once."""
    resolution = locked_adopted(resolution)
    same: dict[str, Any] = {"description": description, "content_type": None, "object_id": None}
    effect = Effect(resolution=resolution, description=description, effective_on=effective_on)
    if target is not None:
        effect.target = target
        same |= {"content_type": effect.content_type, "object_id": effect.object_id}
    if present := resolution.effects.filter(**same).first():
        return present
    with act("resolutions.effect_recorded", resolution, by=by, data={"description": description, "on": on}):
        effect.save()
    return effect


@transaction.atomic
def add_follow_up(
    resolution: Resolution,
    *,
    task: str,
    by: User | None,
    on: date,
    responsible: User | None = None,
    responsible_unit: str = "",
    due_on: date | None = None,
) -> FollowUp:
    """Say who carries out what until when."""
    resolution = locked_adopted(resolution)
    follow_up = FollowUp(
        resolution=resolution,
        task=task,
        responsible=responsible,
        responsible_unit="" if responsible else responsible_unit,
        due_on=due_on,
    )
    with act("resolutions.follow_up_added", resolution, by=by, data={"task": task, "due_on": due_on, "on": on}):
        follow_up.save()
    return follow_up


@transaction.atomic
def complete_follow_up(follow_up: FollowUp, *, by: User | None, on: date, result: str = "") -> FollowUp:
    """Mark a follow-up as done, with its result in a sentence."""
    follow_up = FollowUp.objects.select_for_update().get(pk=follow_up.pk)
    if follow_up.is_done:
        raise AlreadyDone(_("Diese Aufgabe ist bereits erledigt."))
    with act("resolutions.follow_up_done", follow_up.resolution, by=by, data={"task": follow_up.task, "on": on}):
        follow_up.done_on = on
        follow_up.result = result
        follow_up.save()
    return follow_up
