"""Print the Kassenbericht and file it when the year is closed."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.closing.domain.closing import close_year
from apps.closing.models import AnnualAccounts
from apps.closing.prints import print_report
from apps.documents.domain.filing import file_document, next_document_number
from apps.documents.enums import Access, Category
from apps.documents.models import Document


def close_and_file(accounts: AnnualAccounts, *, by: User | None, on: date) -> AnnualAccounts:
    """Close the year and file its Kassenbericht for the member cities, both or neither."""

    def report(closing: AnnualAccounts) -> Document:
        return file_document(
            content=print_report(closing, number=next_document_number(on), on=on, created=timezone.now()),
            filename=f"kassenbericht-{closing.year}.pdf",
            title=_("Kassenbericht %s") % closing.year,
            category=Category.BOOKS,
            access=Access.MEMBERS,
            origin="closing.report",
            subject=closing,
            by=by,
            on=on,
        )

    return close_year(accounts, by=by, on=on, report=report)
