"""Which resolution may carry an act of another app: one on its subject, or, if somebody is sure, one whose subject says nothing."""

from collections.abc import Collection

from django.db.models import Case, IntegerField, When
from django.utils.translation import gettext as _

from apps.organisation.enums import DecisionSubject
from apps.resolutions.domain.errors import NotAdopted, WrongSubject
from apps.resolutions.models import Resolution, ResolutionQuerySet

# These only say who decided. Resolutions from before a subject of its own existed stand under them.
GENERAL = (DecisionSubject.ASSEMBLY, DecisionSubject.CIRCULAR, DecisionSubject.BOARD, DecisionSubject.NETWORK)


def resolutions_on(*fitting: DecisionSubject, unfit: Collection[DecisionSubject] = ()) -> ResolutionQuerySet:
    """Adopted resolutions on one of these subjects, after them those of a general subject, each the newest first."""
    kinds = {*fitting, *GENERAL} - {*unfit}
    order = Case(When(kind__in=fitting, then=0), default=1, output_field=IntegerField())
    return Resolution.objects.adopted().filter(kind__in=kinds).order_by(order, "-decided_on", "-pk")


def guard_subject(
    resolution: Resolution, *fitting: DecisionSubject, is_sure: bool, unfit: Collection[DecisionSubject] = ()
) -> None:
    """The resolution is adopted and about this; of a general subject only if somebody is sure that it decided this.

    `unfit` names general subjects whose body may not decide this at all.
    """
    if not resolution.is_adopted or resolution.decided_on is None:
        raise NotAdopted(
            _("„%s“ ist noch nicht gefasst. Bitte wählen Sie einen angenommenen Beschluss.") % resolution,
            field="resolution",
        )
    kind = DecisionSubject(resolution.kind)
    may_be = kind in GENERAL and kind not in unfit
    if kind in fitting or (is_sure and may_be):
        return
    raise WrongSubject(
        _("Beschluss %(number)s „%(title)s“ hat den Gegenstand „%(kind)s“, nicht „%(wanted)s“. %(help)s")
        % {
            "number": resolution.reference,
            "title": resolution.title,
            "kind": kind.label,
            "wanted": fitting[0].label,
            "help": _("Wenn er trotzdem darüber entschieden hat, bestätigen Sie das bitte.")
            if may_be
            else _("Bitte wählen Sie den Beschluss, der darüber entschieden hat."),
        },
        field="resolution",
    )
