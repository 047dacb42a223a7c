"""A year no calendar knows is no address and no crash."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("year", ["0", "0000", "99999", "202", "99999999999999999999"])
@pytest.mark.parametrize(
    "address", ["/haushalt/treffen/jahre/{}/", "/haushalt/treffen/jahre/{}/pdf/", "/belege/anlagen/abschreiben/{}/"]
)
def test_absurd_years_are_not_found(client_for, treasurer, address: str, year: str) -> None:
    assert client_for(treasurer).get(address.format(year)).status_code == 404


@pytest.mark.parametrize("year", ["0000", "9999", "0001", "²²²²"])
def test_liquidity_of_an_absurd_year_is_that_of_the_nearest(client_for, treasurer, year: str) -> None:
    assert client_for(treasurer).get("/haushalt/liquiditaet/", {"jahr": year}).status_code == 200


@pytest.mark.parametrize("address", ["/belege/anlagen/abschreiben/9999/", "/belege/anlagen/abschreiben/0001/"])
def test_a_year_without_anything_to_depreciate_says_so(client_for, treasurer, address: str) -> None:
    assert "nichts abzuschreiben" in client_for(treasurer).get(address).context["refusal"]


@pytest.mark.parametrize("day", ["31.12.9999", "01.01.2199"])
def test_books_are_not_closed_ahead_of_time(client_for, treasurer, day: str) -> None:
    answer = client_for(treasurer).post("/buchhaltung/abschliessen/", {"last_day": day, "reason": "Abschluss"})
    assert list(answer.context["form"].errors) == ["last_day"]
