"""What the auditors' report shows (domain rule 8.12)."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from apps.core.templatetags.formats import euro, number
from apps.examination.domain.completeness import Completeness, completeness
from apps.examination.domain.proofs import Proof, proofs
from apps.examination.models import Auditor, Examination, Finding, Question, SampleItem


@dataclass(frozen=True)
class ReportPrint:
    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    examination: Examination
    auditors: list[Auditor]
    proofs: list[Proof]
    completeness: Completeness
    items: list[SampleItem]
    questions: list[Question]
    findings: list[Finding]


def report_print(examination: Examination, *, on: date) -> ReportPrint:
    auditors = list(examination.auditors.select_related("user", "city"))
    facts = (
        (_("Prüfungsjahr"), str(examination.year)),
        (_("Bestellt durch"), str(examination.resolution)),
        (
            _("Kassenprüfer:innen"),
            ", ".join(f"{each.user} ({each.city})" if each.city else str(each.user) for each in auditors),
        ),
        (_("Festgestellt am"), f"{on:%d.%m.%Y}"),
    )
    return ReportPrint(
        title=_("Bericht über die Kassenprüfung %s") % examination.year,
        subtitle=_("Bericht an die Mitgliederversammlung"),
        facts=facts,
        examination=examination,
        auditors=auditors,
        proofs=proofs(examination.year),
        completeness=completeness(examination.year),
        items=list(examination.items.select_related("entry", "ticked_by")),
        questions=list(examination.questions.select_related("item__entry")),
        findings=list(examination.findings.all()),
    )


def sample_sentence(examination: Examination) -> str:
    """The method in a sentence that lets anybody draw the sample again."""
    return _(
        "Zufallsauswahl nach Betrag (Monetary-Unit-Sampling, Verfahren %(method)s): Startwert „%(seed)s“, Umfang %(size)s, "
        "Grundgesamtheit alle Buchungen bis Nummer %(until)s mit zusammen %(total)s."
    ) % {
        "method": examination.sample_method,
        "seed": examination.sample_seed,
        "size": number(examination.sample_size),
        "until": number(examination.sample_until),
        "total": euro(examination.sample_total),
    }
