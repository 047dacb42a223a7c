"""Direct debits: our number as a creditor, three mandates, and the refund of a credit that waits for its run."""

from datetime import date

from apps.dues.domain.payments import credit_balance
from apps.dues.models import Allocation
from apps.members.models import City
from apps.payments.domain.mandates import give_mandate
from apps.payments.domain.creditor import set_creditor_id
from apps.payments.domain.transfers import order_refund
from apps.portal.demo.cast import Cast

ON = date(2026, 11, 18)
# the identifier the Bundesbank prints in its examples; test accounts of ISO 13616
CREDITOR_ID = "DE98ZZZ09999999999"
MANDATES = (
    ("Bonn", "DE02120300000000202051"),
    ("Leipzig", "DE02100500000024290661"),
    ("Wiesbaden", "DE75512108001245126199"),
)


def give_mandates(cast: Cast) -> None:
    set_creditor_id(value=CREDITOR_ID, valid_from=date(2026, 1, 1), by=cast.treasurer)
    for place, (name, iban) in enumerate(MANDATES, start=1):
        give_mandate(
            reference=f"GSN-2026-{place:03}",
            city=City.objects.get(name=name),
            debtor_name=f"Stadt {name}",
            iban=iban,
            instrument="CORE",
            sequence="RCUR",
            signed_on=date(2026, 9, 14),
            by=cast.treasurer,
            on=ON,
        )
    refund_first_credit(cast)


def refund_first_credit(cast: Cast) -> None:
    """The first city that has paid more than it owed gets it back with the next run."""
    for city in City.objects.filter(pk__in=Allocation.objects.values("city")).order_by("name"):
        if credit := credit_balance(city):
            order_refund(city, amount=credit, name=f"Stadt {city}", iban=MANDATES[0][1], by=cast.treasurer, on=ON)
            return
