from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BankingConfig(AppConfig):
    name = "apps.banking"
    label = "banking"
    verbose_name = _("Bank")

    def ready(self) -> None:
        from apps.audit.triggers import protect
        from apps.audit.verbs import register_verbs
        from apps.banking.domain.accounts import kept_by_statements, own_ibans
        from apps.banking.duties import bank_duties
        from apps.banking.models import BankLine, BatchNotice, NoticePart, Statement, StatementFile, StatementLine
        from apps.banking.search import search_lines
        from apps.core.registries import register_duties, register_search
        from apps.core.searching import register_searched
        from apps.ledger.domain.kept import register_kept_accounts
        from apps.ledger.sources import register_source
        from apps.vouchers.domain.own_accounts import register_own_accounts

        register_kept_accounts(kept_by_statements)
        register_own_accounts(own_ibans)
        register_verbs(
            {
                "banking.account_opened": _("Bankkonto angelegt"),
                "banking.opening_posted": _("Anfangsbestand gebucht"),
                "banking.statements_imported": _("Kontoauszüge eingelesen"),
                "banking.import_withdrawn": _("Einlesen zurückgezogen"),
                "banking.line_booked": _("Bankumsatz verbucht"),
                "banking.return_booked": _("Rückzahlung verbucht"),
                "banking.certain_lines_booked": _("Eindeutige Bankumsätze verbucht"),
                "banking.line_unbooked": _("Verbuchung zurückgenommen"),
                "banking.line_parked": _("Bankumsatz als ungeklärt gebucht"),
                "banking.line_handed_over": _("Klärung übergeben"),
                "banking.line_ignored": _("Bankumsatz nicht zu buchen"),
                "banking.line_reopened": _("Bankumsatz wieder offen"),
                "banking.rule_made": _("Buchungsregel angelegt"),
                "banking.rule_proposed": _("Buchungsregel vorgeschlagen"),
                "banking.rule_switched": _("Buchungsregel ein- oder ausgeschaltet"),
                "banking.rule_deleted": _("Buchungsregel gelöscht"),
                "banking.rule_declined": _("Buchungsregel abgelehnt"),
                "banking.account_forgotten": _("bekanntes Konto gelöscht"),
                "banking.payments_expected": _("Zahlungsaufträge erwartet"),
                "banking.payments_dropped": _("Zahlungsaufträge nicht ausgeführt"),
            }
        )
        register_duties(bank_duties)
        register_search(search_lines)
        register_searched("banking_bankline", "counterparty", "text", "counterparty_iban", "structured_reference")
        register_source("banking.line", _("Bankumsatz"), url_for=line_url, is_payment=True)
        register_source("banking.opening", _("Anfangsbestand der Bank"))
        for final in (Statement, StatementFile, StatementLine, NoticePart):
            protect(final, when=STANDS, except_columns=("is_withdrawn",))
        protect(BatchNotice, when=STANDS, except_columns=("line", "is_withdrawn"))
        protect(
            BankLine,
            when=STANDS,
            except_columns=(
                "entry",
                "booked_as",
                "booking_note",
                "returns",
                "parked_entry",
                "owner",
                "note",
                "ignored_reason",
                "is_withdrawn",
            ),
        )


STANDS = "NOT OLD.is_withdrawn"


def line_url(reference: str) -> str | None:
    from django.urls import reverse

    return reverse("banking:line", args=[reference]) if reference.isdecimal() else None
