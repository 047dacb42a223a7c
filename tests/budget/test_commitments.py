"""Commitments bind money until postings pay them; plan, actual, bound and forecast side by side."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine

from apps.accounts.roles import Role
from apps.budget.domain.commitments import close_commitment, enter_commitment, refer_posting, release_posting
from apps.budget.domain.deviations import deviations
from apps.budget.domain.forecasts import set_forecast
from apps.budget.domain.liquidity import liquidity
from apps.budget.domain.queries import compare_plan
from apps.budget.models import Commitment
from apps.core.errors import DomainError
from apps.ledger.domain.posting import reverse_entry
from tests.factories.ledger import account, make_expense, make_income

pytestmark = pytest.mark.django_db
MAY = date(2027, 5, 31)


@pytest.fixture
def hall(treasurer) -> Commitment:
    return enter_commitment(
        year=2027,
        title="Saal Dortmund",
        partner="Westfalenhalle",
        account=account("ROOM"),
        amount=Decimal(5000),
        agreed_on=date(2027, 2, 1),
        due_on=date(2027, 9, 30),
        by=treasurer,
    )


def rest(commitment: Commitment) -> Decimal:
    return Commitment.objects.with_remainder().get(pk=commitment.pk).remainder


def rooms(plan, on=MAY):
    return next(figure for figure in compare_plan(plan, on).expenses.figures if figure.number == "50000")


def test_posting_reduces_what_is_bound_and_its_reversal_binds_again(hall, treasurer) -> None:
    entry = make_expense("1500.00", on=date(2027, 3, 1), by=treasurer)
    line = entry.lines.get(account__key="ROOM")
    refer_posting(hall, line, by=treasurer)
    assert rest(hall) == Decimal(3500)
    with pytest.raises(DomainError, match="passt nicht"):
        refer_posting(hall, line, by=treasurer)
    reverse_entry(entry, by=treasurer, on=date(2027, 3, 2), reason="falscher Betrag")
    assert rest(hall) == Decimal(5000)


def test_reference_is_undone_and_closing_frees_the_rest(hall, treasurer) -> None:
    line = make_expense("1500.00", on=date(2027, 3, 1), by=treasurer).lines.get(account__key="ROOM")
    release_posting(refer_posting(hall, line, by=treasurer), by=treasurer)
    assert rest(hall) == Decimal(5000)
    close_commitment(hall, by=treasurer, on=MAY, reason="abgesagt")
    assert rest(hall) == Decimal(0)
    with pytest.raises(DomainError, match="geschlossen"):
        refer_posting(hall, line, by=treasurer)


def test_bill_above_the_contract_binds_nothing_more(hall, treasurer) -> None:
    line = make_expense("5600.00", on=date(2027, 3, 1), by=treasurer).lines.get(account__key="ROOM")
    refer_posting(hall, line, by=treasurer)
    assert rest(hall) == Decimal(0)


def test_posting_on_another_account_does_not_pay(hall, treasurer) -> None:
    line = make_expense("10.00", key="CATERING", on=date(2027, 3, 1), by=treasurer).lines.get(account__key="CATERING")
    with pytest.raises(DomainError, match="passt nicht"):
        refer_posting(hall, line, by=treasurer)


def test_income_cannot_be_committed(treasurer) -> None:
    with pytest.raises(DomainError, match="Ausgabekonten"):
        enter_commitment(
            year=2027, title="x", partner="y", account=account("DUES"), amount=Decimal(1), agreed_on=MAY, by=treasurer
        )


def test_plan_actual_bound_and_forecast_stand_side_by_side(adopted, hall, treasurer) -> None:
    make_expense("9000.00", on=date(2027, 2, 1), by=treasurer)
    make_expense("777.00", on=date(2026, 2, 1), by=treasurer)
    make_expense("99.00", on=date(2028, 2, 1), by=treasurer)
    found = rooms(adopted)
    assert (found.actual_before, found.planned, found.actual, found.committed, found.remaining) == (
        Decimal(777),
        Decimal(12000),
        Decimal(9000),
        Decimal(5000),
        Decimal(-2000),
    )
    assert found.forecast == Decimal(14000)


def test_own_forecast_needs_its_reason_and_replaces_the_one_before(adopted, treasurer) -> None:
    room = account("ROOM")
    with pytest.raises(DomainError, match="begründen"):
        set_forecast(2027, room, rule="own", figure=Decimal(1), by=treasurer)
    set_forecast(2027, room, rule="linear", by=treasurer)
    set_forecast(2027, room, rule="own", figure=Decimal(8000), reason="nur ein Treffen", by=treasurer)
    assert (rooms(adopted).forecast, rooms(adopted).estimate.reason) == (Decimal(8000), "nur ein Treffen")


def test_own_forecast_of_an_expense_is_never_below_what_is_spent(client_for, adopted, treasurer) -> None:
    make_expense("9000.00", on=date(2027, 2, 1), by=treasurer)
    url = "/haushalt/2027/1/prognose/50000/"
    form = {"rule": "own", "figure": "8.999,99", "reason": "nur ein Treffen"}
    answer = client_for(treasurer).post(url, form)
    assert list(answer.context["form"].errors) == ["figure"]
    assert "Gebucht und gebunden sind schon 9.000,00" in answer.content.decode().replace("\xa0", " ")
    assert client_for(treasurer).post(url, form | {"figure": "9.000,00"}).status_code == 302
    assert rooms(adopted).forecast == Decimal(9000)
    make_expense("1000.00", on=date(2027, 3, 1), by=treasurer)
    assert rooms(adopted).forecast == Decimal(10000)


def test_deviation_beyond_the_set_percentage_is_a_duty(client_for, adopted, treasurer) -> None:
    make_expense("13200.00", on=date(2027, 2, 1), by=treasurer)
    assert deviations(MAY).figures == ()
    make_expense("0.01", on=date(2027, 2, 2), by=treasurer)
    make_expense("0.50", key="CASH_SHORT", on=date(2027, 2, 2), by=treasurer)
    assert [figure.number for figure in deviations(MAY).figures] == ["50000"]
    with time_machine.travel(datetime(2027, 5, 31, 12, tzinfo=UTC)):
        page = client_for(treasurer).get("/").content.decode()
        assert "Abweichungen vom Haushalt 2027 prüfen" in page
        assert "Abweichungen vom Plan" in client_for(treasurer).get("/haushalt/2027/1/").content.decode()


def test_liquidity_follows_bookings_commitments_and_plan(adopted, hall, treasurer) -> None:
    make_income("10000.00", on=date(2026, 12, 1), by=treasurer)
    make_expense("1000.00", on=date(2027, 2, 10), by=treasurer)
    set_forecast(2027, account("DUES"), rule="own", figure=Decimal(0), reason="Test", by=treasurer)
    months = liquidity(2027, MAY).months
    assert [month.closing for month in months[:4]] == [Decimal(10000), Decimal(9000), Decimal(9000), Decimal(9000)]
    # 12,000 planned − 1,000 booked − 5,000 due in September = 6,000 over eight months
    assert [month.outgoing for month in months[4:]] == [Decimal(750)] * 4 + [Decimal(5750)] + [Decimal(750)] * 3
    assert months[-1].closing == Decimal(-2000)
    assert liquidity(2028, MAY).months[0].opening == Decimal(-2000)


def test_commitment_is_entered_paid_and_closed_in_the_browser(client_for, treasurer, user_with) -> None:
    client = client_for(treasurer)
    form = {"title": "Moderation", "partner": "Büro Klar", "amount": "2.000", "account": account("SPEAKER").pk}
    url = client.post("/haushalt/verpflichtungen/neu/", form | {"year": 2027, "agreed_on": "01.02.2027"}).url
    line = make_expense("500.00", key="SPEAKER", on=date(2027, 3, 1), by=treasurer).lines.get(account__key="SPEAKER")
    client.post(f"{url}buchung/", {"line": line.pk})
    assert "1.500,00" in client.get(url).content.decode()
    client.post(f"{url}schliessen/", {"reason": "günstiger"})
    assert Commitment.objects.get().closing_reason == "günstiger"
    assert client_for(user_with(Role.MEMBER)).get(url).status_code == 404
