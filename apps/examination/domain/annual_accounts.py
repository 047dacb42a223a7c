"""The auditors sign for the accounts as they were prepared; their report brings the closing to »geprüft«."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.closing.domain.closing import guard_examiner, guard_unchanged, record_examination
from apps.closing.enums import AccountsState
from apps.closing.models import AnnualAccounts
from apps.examination.domain.errors import AppointmentImpossible, NotYetExamined
from apps.examination.models import Examination

NOTE_LENGTH = 500


def accounts_of(examination: Examination) -> AnnualAccounts | None:
    return AnnualAccounts.objects.filter(year=examination.year).first()


def prepared_accounts(examination: Examination, *, by: User) -> AnnualAccounts:
    """The accounts a signature is for: drawn up by somebody else, and still those of the books."""
    accounts = accounts_of(examination)
    if accounts is None or not accounts.is_frozen:
        raise NotYetExamined(
            _("Der Jahresabschluss %s ist noch nicht aufgestellt. Unterzeichnet wird für Zahlen, die feststehen.")
            % examination.year
        )
    if accounts.state == AccountsState.PREPARED:
        guard_examiner(accounts, by=by)
        guard_unchanged(accounts)
    return accounts


def mark_examined(examination: Examination, *, by: User, on: date) -> None:
    """Tell the closing what came of the examination; accounts that have gone further already stay as they are."""
    accounts = accounts_of(examination)
    if accounts and accounts.state == AccountsState.PREPARED:
        record_examination(accounts, result=result_of(examination), by=by, on=on)


def result_of(examination: Examination) -> str:
    """Recommendation and report in a line; the report itself says more."""
    report = examination.report.number if examination.report else ""
    sentence = _("Bericht %(number)s, Empfehlung: %(recommendation)s") % {
        "recommendation": examination.get_recommendation_display(),
        "number": report,
    }
    return sentence[:NOTE_LENGTH]


def awaits_confirmation(examination: Examination) -> bool:
    """The report is final, but the accounts were taken back and drawn up again since."""
    accounts = accounts_of(examination) if examination.is_reported else None
    return accounts is not None and accounts.state == AccountsState.PREPARED


@transaction.atomic
def confirm_accounts(examination: Examination, *, result: str, by: User, on: date) -> AnnualAccounts:
    """The auditors looked at what changed after their report: accounts drawn up anew are examined again."""
    examination = Examination.objects.select_for_update(of=("self",)).get(pk=examination.pk)
    if not examination.auditors.filter(user=by).exists():
        raise AppointmentImpossible(_("Sie sind für diese Prüfung nicht bestellt."))
    if not awaits_confirmation(examination):
        raise NotYetExamined(_("Es gibt keinen neu aufgestellten Jahresabschluss, der zu bestätigen wäre."))
    accounts = prepared_accounts(examination, by=by)
    with act("examination.accounts_confirmed", examination, by=by, data={"hash": accounts.figures_hash}):
        return record_examination(accounts, result=result[:NOTE_LENGTH], by=by, on=on)
