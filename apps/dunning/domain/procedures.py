"""Dunning procedures: drafted with the usual levels, put in force by a resolution, ended by the next."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import bulk
from apps.audit.acts import act
from apps.core.transitions import guard_transition
from apps.dispatch.calculations.placeholders import unknown_places
from apps.dunning.domain.errors import NoProcedure, ProcedureIncomplete
from apps.dunning.enums import ProcedureState
from apps.dunning.models import DunningLevel, DunningProcedure
from apps.organisation.enums import DecisionSubject
from apps.resolutions.domain.subjects import guard_subject
from apps.resolutions.models import Resolution

PLACES = ("frist", "gesamt", "stadt")
SUBJECTS = (DecisionSubject.DUES, DecisionSubject.STATUTES)


def usual_levels() -> list[DunningLevel]:
    """Four levels as associations use them: friendly, demand, default named, last notice."""
    return [
        DunningLevel(
            number=0,
            name=_("Zahlungserinnerung"),
            days_after=14,
            respite_days=14,
            opening=_(
                "im Tagesgeschäft bleibt manches liegen: Zu der folgenden Aufstellung haben wir noch keinen vollständigen "
                "Zahlungseingang festgestellt."
            ),
            closing=_("Bitte überweisen Sie den offenen Betrag bis zum {frist}. Eine Kopie der Rechnung liegt bei."),
        ),
        DunningLevel(
            number=1,
            name=_("1. Mahnung"),
            days_after=14,
            respite_days=14,
            opening=_(
                "auf unsere Zahlungserinnerung ist bisher kein vollständiger Zahlungseingang gefolgt. Offen ist:"
            ),
            closing=_("Wir mahnen diese Beträge an und bitten um Zahlung von {gesamt} bis zum {frist}."),
        ),
        DunningLevel(
            number=2,
            name=_("2. Mahnung"),
            days_after=14,
            respite_days=14,
            shows_interest=True,
            opening=_(
                "trotz unserer Mahnung sind die folgenden Beträge offen. Seit dem Tag nach der Fälligkeit befinden Sie "
                "sich in Verzug (§ 286 Abs. 2 BGB). Für diese Zeit können wir Verzugszinsen fordern (§ 288 BGB)."
            ),
            closing=_("Bitte zahlen Sie {gesamt} bis zum {frist}."),
        ),
        DunningLevel(
            number=3,
            name=_("3. Mahnung"),
            days_after=14,
            respite_days=14,
            shows_interest=True,
            opening=_("die folgenden Beträge sind trotz mehrerer Schreiben weiterhin offen:"),
            closing=_(
                "Dies ist unsere letzte Mahnung. Zahlen Sie bitte {gesamt} bis zum {frist}. Danach befasst sich der "
                "Vorstand mit der Forderung und entscheidet über weitere Schritte bis zum gerichtlichen Mahnverfahren."
            ),
        ),
    ]


def procedure_on(day: date) -> DunningProcedure:
    """The procedure in force on that day; of several the one that began last."""
    found = DunningProcedure.objects.in_force().valid_on(day).order_by("-valid_from").first()
    if found is None:
        raise NoProcedure(
            _(
                "Am %s ist keine Mahnordnung in Kraft. Bitte entwerfen Sie eine und setzen Sie sie mit dem Beschluss in Kraft."
            )
            % f"{day:%d.%m.%Y}"
        )
    return found


@transaction.atomic
def save_procedure(
    procedure: DunningProcedure, levels: Sequence[DunningLevel], *, by: User | None, on: date
) -> DunningProcedure:
    """Save a draft with its levels; what is in force stays as it is."""
    if procedure.pk:
        present = DunningProcedure.objects.select_for_update().get(pk=procedure.pk)
        guard_transition(present, ProcedureState.IN_FORCE)
    check_levels(levels)
    with act("dunning.procedure_saved", procedure if procedure.pk else None, by=by, data={"on": on}) as entry:
        procedure.save()
        kept = {level.number: level.pk for level in procedure.levels.all()}
        for number, level in enumerate(levels):
            level.pk, level.number, level.procedure = kept.get(number), number, procedure
            level.save()
        for extra in procedure.levels.filter(number__gte=len(levels)):
            extra.delete()
        entry.subject = procedure
    return procedure


def check_levels(levels: Sequence[DunningLevel]) -> None:
    if not levels:
        raise ProcedureIncomplete(_("Eine Mahnordnung braucht mindestens eine Stufe."))
    for level in levels:
        if level.fee.amount and not level.fee_basis.strip():
            raise ProcedureIncomplete(
                _("%s: Mahnkosten brauchen eine Grundlage in Satzung oder Beitragsordnung.") % level.name
            )
        if unknown := unknown_places(level.opening + level.closing, PLACES):
            raise ProcedureIncomplete(
                _("%(level)s: Diese Platzhalter gibt es nicht: %(places)s.")
                % {"level": level.name, "places": ", ".join(unknown)}
            )


@transaction.atomic
def put_in_force(
    procedure: DunningProcedure, *, resolution: Resolution, by: User | None, on: date, is_sure: bool = False
) -> DunningProcedure:
    """Make the draft binding with its resolution; the one before ends on the day it begins.

    A resolution about dues or statutes; of a general subject, also one of the board, if somebody is sure that it adopted this.
    """
    procedure = DunningProcedure.objects.select_for_update().get(pk=procedure.pk)
    guard_transition(procedure, ProcedureState.IN_FORCE)
    guard_subject(resolution, *SUBJECTS, is_sure=is_sure)
    check_levels(list(procedure.levels.all()))
    before = DunningProcedure.objects.in_force().filter(valid_until__isnull=True).select_for_update()
    if before.filter(valid_from__gte=procedure.valid_from).exists():
        raise ProcedureIncomplete(_("Es gilt schon eine Mahnordnung, die am selben Tag oder später beginnt."))
    with act("dunning.procedure_in_force", procedure, by=by, data={"on": on, "resolution": resolution.reference}):
        for older in before:
            older.valid_until = procedure.valid_from
            older.save(update_fields=["valid_until"])
        procedure.state, procedure.resolution = ProcedureState.IN_FORCE, resolution
        procedure.save(update_fields=["state", "resolution"])
        bulk.change(DunningLevel.objects.filter(procedure=procedure), is_final=True)
    return procedure
