"""Questions about resolutions."""

from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from apps.bodies.enums import BodyKind
from apps.core.models import NumberSeries
from apps.core.templatetags.formats import day
from apps.organisation.domain.queries import decimal_parameter, legal_mode_on
from apps.organisation.enums import DecisionSubject, LegalMode
from apps.resolutions.calculations import latest_invitation
from apps.resolutions.domain.deciding import series_of
from apps.resolutions.enums import Mode
from apps.resolutions.models import Resolution
from apps.texts.models import TextVersion


def with_wording(resolutions: QuerySet[Resolution]) -> QuerySet[Resolution]:
    """Let the wording of the newest version be searched as `wording`."""
    newest = TextVersion.objects.filter(text=OuterRef("text")).order_by("-number")
    return resolutions.alias(wording=Subquery(newest.values("plain")[:1]))


def next_reference(resolution: Resolution, on: date) -> str:
    """The number an adoption on that day would get now; only the act gives it."""
    last = NumberSeries.objects.filter(series=series_of(resolution, on.year)).values_list("last", flat=True).first()
    return f"{resolution.body.code}-{on.year}-{(last or 0) + 1:03d}"


def cautions(
    resolution: Resolution, *, mode: str, on: date, convened_on: date | None, is_announced: bool, is_quorate: bool
) -> list[str]:
    """What to check besides the arithmetic. Legal views that depend on the statutes warn, they never block."""
    found = []
    legal_mode = legal_mode_on(on)
    if not is_announced and mode != Mode.CIRCULAR:
        found.append(
            _(
                "Der Gegenstand war nicht in der Einladung bezeichnet. Der Beschluss ist dann nur gültig, wenn die Satzung das "
                "zulässt (§ 32 Abs. 1 Satz 2, § 40 BGB)."
            )
        )
    if mode != Mode.CIRCULAR and (late := late_invitation(resolution, on, convened_on)):
        found.append(late)
    if not is_quorate:
        found.append(_("Die Beschlussfähigkeit ist nicht festgestellt. Bitte prüfen Sie, was die Satzung verlangt."))
    if mode == Mode.VIRTUAL:
        found.append(
            _(
                "Eine virtuelle Versammlung setzt voraus, dass die Mitglieder das vorher beschlossen haben oder die Satzung es "
                "vorsieht (§ 32 Abs. 2 Satz 2 BGB)."
            )
        )
    if mode == Mode.CIRCULAR:
        found.append(
            _("Bitte bewahren Sie die Erklärungen aller Mitglieder in Textform auf (§ 32 Abs. 3, § 126b BGB).")
        )
    if found_by_kind := caution_of_kind(resolution, legal_mode):
        found.append(found_by_kind)
    return found


def late_invitation(resolution: Resolution, on: date, convened_on: date | None) -> str:
    """The sentence about an assembly that was invited to later than usual; the statutes may set another period."""
    if convened_on is None or resolution.body.kind != BodyKind.ASSEMBLY:
        return ""
    days = int(decimal_parameter("invitation_days", on))
    latest = latest_invitation(on, days)
    if convened_on <= latest:
        return ""
    return _(
        "Die Einladung wurde am %(sent)s versandt. Bei einer Frist von %(days)d Tagen war der %(latest)s der letzte Tag (§§ 187, "
        "188 BGB). Bitte prüfen Sie, welche Frist die Satzung setzt."
    ) % {"sent": day(convened_on), "days": days, "latest": day(latest)}


def caution_of_kind(resolution: Resolution, legal_mode: LegalMode) -> str:
    kind = resolution.kind
    if kind == DecisionSubject.NETWORK:
        return _(
            "Ein Konsens im Netzwerk bindet rechtlich nicht. Der Text sollte nicht „beschließt verbindlich“ sagen."
        )
    if legal_mode == LegalMode.INFORMAL:
        return _("An diesem Tag hatte das Netzwerk keine Rechtsform. Ein Vereinsbeschluss ist dann nicht möglich.")
    if kind == DecisionSubject.STATUTES and legal_mode == LegalMode.EV:
        return _("Die Satzungsänderung wird erst mit der Eintragung in das Vereinsregister wirksam (§ 71 BGB).")
    if kind == DecisionSubject.PURPOSE:
        return _(
            "Eine Zweckänderung braucht die Zustimmung aller Mitglieder; Abwesende stimmen in Textform zu (§ 33 Abs. 1 Satz 2 "
            "BGB). Eine Klausel nur über Satzungsänderungen gilt dafür in der Regel nicht."
        )
    if kind == DecisionSubject.DISSOLUTION:
        return _("Die Auflösung und die Liquidator:innen sind zum Vereinsregister anzumelden (§§ 74, 76 BGB).")
    if kind == DecisionSubject.ELECTION:
        return _("Eine Wahl wird mit der Annahme durch die gewählte Person wirksam. Bitte halten Sie die Annahme fest.")
    return ""
