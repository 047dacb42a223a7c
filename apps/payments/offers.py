"""What payments tell lower floors: the credit of cities that refunds under way have promised already."""

from decimal import Decimal

from django.db.models import Q, Sum

from apps.banking.models import ExpectedPayment
from apps.core.money import CENT
from apps.members.models import City
from apps.payments.models import PaymentOrder


def promised_refunds(city: City | None) -> dict[int, Decimal]:
    """Per city what waits for a run, stands in a draft, or was released and not booked yet."""
    at_the_bank = ExpectedPayment.objects.waiting().values("end_to_end_id")
    under_way = Q(end_to_end_id="", is_standing=True) | Q(end_to_end_id__in=at_the_bank)
    orders = PaymentOrder.objects.filter(under_way, city__isnull=False)
    orders = orders.filter(city=city) if city else orders
    sums = orders.order_by().values_list("city").annotate(sum=Sum("amount"))
    return {pk: Decimal(total).quantize(CENT) for pk, total in sums}
