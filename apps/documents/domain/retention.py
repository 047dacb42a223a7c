"""How long a document must be kept (§ 147 AO): shown, never enforced by deleting.

The period begins with the end of the year the document was made in (§ 147 (4) AO). It never ends while the tax can still be
assessed (§ 147 (3) Satz 5 AO), which only people know: so it is a day before which nothing may be thrown away. The years are
those in force today, because the shorter period for vouchers since 2025 also holds for older ones (Art. 97 § 19a (3) EGAO).
What belongs to the association itself (statutes, minutes, resolutions) is kept for good.
"""

from datetime import date

from apps.documents.enums import Category
from apps.documents.models import Document
from apps.organisation.domain.queries import ParameterMissing, decimal_parameter

VOUCHERS, BOOKS, LETTERS = "retention_vouchers", "retention_books", "retention_letters"
KEYS = {
    Category.INVOICE: VOUCHERS,
    Category.DUES: VOUCHERS,
    Category.BANK: VOUCHERS,
    Category.VOUCHER: VOUCHERS,
    Category.BOOKS: BOOKS,
    Category.AUDIT: BOOKS,
    Category.BUDGET: LETTERS,
    Category.LETTER: LETTERS,
}
FOR_GOOD = {Category.STATUTES, Category.RESOLUTION, Category.MINUTES}


def kept_until(document: Document, on: date) -> date | None:
    """The last day of the period by the law of `on`; None if none is set for its category."""
    key = KEYS.get(Category(document.category))
    return None if key is None else end_of_retention(key, made_on=document.dated_on, on=on)


def end_of_retention(key: str, *, made_on: date, on: date) -> date | None:
    try:
        years = int(decimal_parameter(key, on))
    except ParameterMissing:
        return None
    return date(made_on.year + years, 12, 31)
