"""What the auditors' report shows (domain rule 8.12)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.closing.domain.statement import statement_for
from apps.closing.models import AnnualAccounts
from apps.core.templatetags.formats import euro, number
from apps.examination.domain.annual_accounts import accounts_of
from apps.examination.domain.completeness import Completeness, completeness
from apps.examination.domain.proofs import Proof, proofs
from apps.examination.domain.sampling import not_drawn_from
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
    accounts: AnnualAccounts | None
    figures: tuple[tuple[str, Decimal], ...]

    @property
    def dues_sentence(self) -> str:
        return dues_sentence(self.completeness)


def report_print(examination: Examination, *, on: date) -> ReportPrint:
    auditors = list(examination.auditors.select_related("user", "city"))
    facts = (
        (_("Prüfungsjahr"), str(examination.year)),
        (_("Bestellt durch"), str(examination.resolution)),
        (
            _("Kassenprüfer:innen"),
            ", ".join(each.name_and_city for each in auditors),
        ),
        (_("Festgestellt am"), f"{on:%d.%m.%Y}"),
    )
    accounts = accounts_of(examination)
    return ReportPrint(
        title=_("Bericht über die Kassenprüfung %s") % examination.year,
        subtitle=_("Bericht an die Mitgliederversammlung"),
        facts=facts,
        examination=examination,
        auditors=auditors,
        proofs=proofs(examination.year),
        completeness=completeness(examination.year),
        items=list(examination.items.select_related("entry", "ticked_by")),
        questions=list(examination.questions.select_related("item__entry", "asked_by", "answered_by")),
        findings=list(examination.findings.all()),
        accounts=accounts,
        figures=figures_of(accounts) if accounts else (),
    )


def figures_of(accounts: AnnualAccounts) -> tuple[tuple[str, Decimal], ...]:
    """The sums of the accounts that were examined."""
    statement = statement_for(accounts)
    return (
        (_("Geldbestand am Jahresanfang"), statement.money_opening),
        (_("Einnahmen"), statement.total("actual", income=True)),
        (_("Ausgaben"), statement.total("actual", income=False)),
        (_("Geldbestand am Jahresende"), statement.money_closing),
        (_("Vereinsvermögen am Jahresende"), statement.net_assets),
    )


def dues_sentence(found: Completeness) -> str:
    """Members × schedule × invoices in a sentence."""
    sentence = _(
        "%(members)s Mitglieder im Prüfungsjahr, %(invoices)s Beitragsrechnungen über zusammen %(claimed)s."
    ) % {
        "members": number(found.members),
        "invoices": number(found.invoices),
        "claimed": euro(found.claimed),
    }
    if found.written_off:
        sentence = f"{sentence} {_('Davon sind %s ausgebucht.') % euro(found.written_off)}"
    if not found.exempt:
        return sentence
    exempt = ngettext(
        "%s Mitglied schuldete nach der Beitragsordnung nichts.",
        "%s Mitglieder schuldeten nach der Beitragsordnung nichts.",
        found.exempt,
    )
    return f"{sentence} {exempt % number(found.exempt)}"


def sample_sentences(examination: Examination) -> list[str]:
    """The method in sentences that let anybody draw the sample again, and what was chosen by hand."""
    later = [
        _(
            "Nachgezogen aus den Buchungen %(first)s bis %(until)s mit zusammen %(total)s: Startwert „%(seed)s“, Umfang %(size)s."
        )
        % {
            "first": number(each.after + 1),
            "until": number(each.until),
            "total": euro(each.total),
            "seed": each.seed,
            "size": number(each.size),
        }
        for each in examination.later_samples.all()
    ]
    sentences = [sample_sentence(examination), *later]
    if chosen := examination.items.filter(hits=0).count():
        text = ngettext(
            "%s Buchung haben die Prüfer:innen selbst gewählt.",
            "%s Buchungen haben die Prüfer:innen selbst gewählt.",
            chosen,
        )
        sentences.append(text % number(chosen))
    count, total = not_drawn_from(examination)
    if count:
        text = ngettext(
            "%(count)s spätere Buchung über %(total)s war in keiner Ziehung.",
            "%(count)s spätere Buchungen über zusammen %(total)s waren in keiner Ziehung.",
            count,
        )
        sentences.append(text % {"count": number(count), "total": euro(total)})
    return sentences


def sample_sentence(examination: Examination) -> str:
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
