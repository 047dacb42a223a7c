"""Billing a city again, or one more city: the same figures for who was billed before, and nothing changes for the others."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from apps.accounts.roles import Role
from apps.core.money import euros
from apps.core.templatetags.formats import euro
from apps.dues.domain import errors
from apps.dues.domain.cancelling import cancel_invoice
from apps.dues.domain.issuing import issue_run
from apps.dues.domain.runs import prepare_run
from apps.dues.domain.schedules import end_relief, grant_relief
from apps.dues.duties import duties
from apps.dues.models import DuesRun, FeeRelief, Invoice
from apps.members.domain import memberships
from apps.members.domain.cities import correct_population, set_address
from apps.members.models import City, PopulationFigure
from tests.factories.dues import (
    TODAY,
    make_association,
    make_invoices,
    make_network,
    make_preview,
    make_real_network,
    make_resolution,
    make_schedule,
)
from tests.factories.members import make_city, make_figure, make_member, make_membership
from tests.waiting import resolve

pytestmark = pytest.mark.django_db
BUDGET = {"form": "budget_key", "rate": Decimal(0), "budget": euros(29_000), "minimum": None, "maximum": None}
SUMMER, LATE = date(2027, 6, 1), date(2027, 9, 15)


def make_split(**schedule) -> list[Invoice]:
    """29,000 euro over four cities."""
    make_association()
    make_schedule(**BUDGET | schedule)
    for name, population in (("Aachen", 262_670), ("Bonn", 323_336), ("Kiel", 252_668), ("Köln", 1_024_621)):
        make_member(name, population=population)
    return issue_run(make_preview(), by=None, on=TODAY)


def supplement(on: date = SUMMER) -> DuesRun:
    return make_preview(on=on, supplement=True)


def cancel(*invoices: Invoice, on: date = SUMMER) -> None:
    for invoice in invoices:
        cancel_invoice(invoice, reason="Falsche Anschrift", by=None, on=on)


def bill_again(invoice: Invoice, on: date = SUMMER) -> Invoice:
    cancel(invoice, on=on)
    [again] = issue_run(supplement(on), by=None, on=on)
    return again


def notes(run: DuesRun, city: str) -> dict[str, str]:
    found = run.assessments.get(city_label=city).findings
    return {item["code"]: item["text"].replace("\xa0", " ") for item in found}


def standing() -> Decimal:
    return sum((invoice.amount.amount for invoice in Invoice.objects.standing()), Decimal(0))


def shown(invoice: Invoice) -> tuple:
    """The amount and all that the annex says about it."""
    return invoice.amount.amount, invoice.calculation


def relieve(city: City, *, percent: int = 50, since: date = date(2027, 1, 1), until: date | None = None) -> FeeRelief:
    return grant_relief(
        city=city,
        kind="hardship",
        percent=Decimal(percent),
        valid_from=since,
        valid_until=until,
        resolution=make_resolution(),
        reason="Haushaltssicherung",
        by=None,
    )


def leave(city: City, on: date) -> None:
    memberships.exclude(city.memberships.get(), by=None, on=on, reason="Auflösung der Stadt")


# a budget that is shared


def test_one_of_29_shares_is_billed_again_as_it_was(client_of, cities_csv, time_machine):
    """The way of the treasurer: cancel Aachen, »Beitragslauf beginnen« once more."""
    make_real_network(cities_csv, **BUDGET)
    aachen = issue_run(make_preview(), by=None, on=TODAY)[0]
    assert (aachen.city_label, aachen.amount.amount, standing()) == ("Aachen", Decimal("406.04"), Decimal(29_000))
    time_machine.move_to(datetime(2027, 6, 1, 9, tzinfo=UTC), tick=False)
    client = client_of(Role.TREASURER)
    client.post(reverse("dues:invoice_cancel", args=[aachen.number]), {"reason": "Falsche Anschrift"})
    url = client.post(reverse("dues:run_create"), {"year": 2027}).url
    page = client.get(url).content.decode().replace("\xa0", " ")
    assert "Ersetzt die stornierte Rechnung 2027-0001 und rechnet mit ihren Angaben." in page
    assert "406,04 €" in page
    client.post(reverse("dues:run_issue", args=[DuesRun.objects.previews().get().pk]))
    again = Invoice.objects.standing().get(city_label="Aachen")
    assert shown(again) == shown(aachen)
    assert standing() == Decimal(29_000)


@pytest.mark.parametrize("form", ["budget_key", "equal_share"])
def test_a_share_is_billed_again_and_again_as_it_was(form):
    aachen, bonn, *_others = make_split(form=form)
    again = bill_again(aachen)
    assert shown(again) == shown(aachen)
    assert shown(bill_again(again, LATE)) == shown(aachen)
    assert shown(bill_again(bonn, LATE)) == shown(bonn)
    assert standing() == Decimal(29_000)


@pytest.mark.parametrize("form", ["budget_key", "equal_share"])
def test_who_joins_after_the_split_has_no_share_and_the_preview_says_what_to_do(form):
    first = make_split(form=form)
    make_member("Dortmund", population=603_462, since=date(2027, 5, 10))
    run = supplement()
    assert run.total.amount == 0
    assert notes(run, "Dortmund")["too_late"] == (
        "Die 29.000,00 € sind für 2027 schon ganz auf andere Städte verteilt; diese zahlt ab dem nächsten Beitragsjahr. "
        "Soll sie schon 2027 beteiligt sein, stornieren Sie alle Rechnungen des Jahres: Dann wird neu verteilt."
    )
    assert issue_run(run, by=None, on=SUMMER) == []
    cancel(*first)
    anew = issue_run(supplement(), by=None, on=SUMMER)
    assert [invoice.city_label for invoice in anew] == ["Aachen", "Bonn", "Dortmund", "Kiel", "Köln"]
    assert standing() == Decimal(29_000)
    assert anew[0].amount < first[0].amount


def test_an_exempt_city_keeps_the_share_it_was_spared():
    make_association()
    make_schedule(**BUDGET)
    aachen, _bonn = make_member("Aachen", population=100_000), make_member("Bonn", population=300_000)
    relief = relieve(aachen, percent=100)
    [bonn] = issue_run(make_preview(), by=None, on=TODAY)
    relief.delete()
    [invoice] = issue_run(supplement(), by=None, on=SUMMER)
    assert (bonn.amount.amount, invoice.amount.amount) == (Decimal(21_750), Decimal(7_250))


def test_a_budget_is_not_split_beside_invoices_by_other_rules():
    make_association()
    make_schedule(valid_from=date(2026, 1, 1))
    for name in ("Aachen", "Bonn"):
        make_member(name, population=300_000)
    aachen, bonn = issue_run(make_preview(), by=None, on=TODAY)
    make_schedule(**BUDGET | {"title": "Umlage", "valid_from": date(2027, 1, 1)})
    cancel(aachen)
    run = supplement()
    assert "stornieren Sie zuerst die übrigen Rechnungen des Jahres" in notes(run, "Aachen")["split"]
    with pytest.raises(errors.PreviewIncomplete, match="Aachen: Für 2027 stehen noch Rechnungen nach anderen Regeln"):
        issue_run(run, by=None, on=SUMMER)
    cancel(bonn)
    issue_run(supplement(), by=None, on=SUMMER)
    assert standing() == Decimal(29_000)


# who is billed, and with what


@pytest.mark.parametrize("on", [TODAY, date(2027, 4, 15), date(2027, 12, 1)])
def test_who_leaves_during_the_year_is_billed_whenever_the_run_is(on):
    kiel, _koeln = make_network(("Kiel", 252_668), ("Köln", 1_024_621))
    leave(kiel, date(2027, 4, 1))
    invoices = issue_run(make_preview(on=on), by=None, on=on)
    assert [(invoice.city_label, invoice.amount.amount) for invoice in invoices] == [
        ("Kiel", Decimal("2147.68")),
        ("Köln", Decimal("8709.28")),
    ]


def test_who_was_gone_before_the_year_is_not_billed():
    kiel, _koeln = make_network(("Kiel", 252_668), ("Köln", 1_024_621))
    leave(kiel, date(2026, 12, 31))
    assert [row.city_label for row in make_preview().assessments.all()] == ["Köln"]


def test_a_city_that_left_gets_its_cancelled_invoice_again():
    kiel, _bonn = make_invoices(("Kiel", 252_668), ("Bonn", 323_336))[::-1]
    leave(kiel.city, date(2027, 4, 1))
    assert shown(bill_again(kiel, LATE)) == shown(kiel)


def test_who_leaves_and_returns_within_the_year_is_billed_once_for_all_of_it():
    [kiel] = make_network(("Kiel", 252_668))
    leave(kiel, date(2027, 4, 1))
    make_membership(kiel, since=date(2027, 8, 1))
    [row] = make_preview(on=LATE).assessments.all()
    assert (row.amount.amount, row.member_since) == (Decimal("2147.68"), date(2015, 1, 1))


def test_a_relief_that_ended_since_still_reduces_the_invoice_billed_again():
    """Kiel: half of 2,147.68 euro until 30 June; cancelled for its address, billed again in September."""
    [city] = make_network(("Kiel", 252_668))
    relieve(city, until=date(2027, 7, 1))
    [kiel] = issue_run(make_preview(), by=None, on=TODAY)
    set_address(city, kind="postal", organisation="Stadt Kiel", street="Fleethörn 9", postcode="24103", town="Kiel", by=None, on=LATE)  # fmt: skip
    again = bill_again(kiel, LATE)
    assert again.amount.amount == Decimal("1073.84")
    assert shown(again) == shown(kiel)
    assert again.recipient_lines != kiel.recipient_lines


@pytest.mark.parametrize("on", [TODAY, LATE])
def test_a_relief_counts_if_it_holds_when_the_claim_arises_and_the_preview_says_if_not(on):
    kiel, _koeln = make_network(("Kiel", 252_668), ("Köln", 1_024_621))
    relief = relieve(kiel, since=date(2027, 3, 1))
    run = make_preview(on=on)
    assert run.assessments.get(city=kiel).amount.amount == Decimal("2147.68")
    assert notes(run, "Kiel")["relief"] == (
        f"Ermäßigung im Einzelfall (Beschluss {relief.resolution.reference}) gilt am 01.01.2027 nicht und mindert darum "
        "den Beitrag 2027 nicht."
    )
    assert "relief" not in notes(run, "Köln")


def test_a_relief_of_who_joins_counts_from_the_first_day_of_membership():
    make_network()
    dortmund = make_member("Dortmund", population=603_462, since=date(2027, 5, 10))
    relieve(dortmund, since=date(2027, 5, 1))
    assert make_preview(on=LATE).assessments.get().amount.amount == Decimal("2564.71")


def test_a_relief_granted_after_all_reduces_the_invoice_billed_again():
    [kiel] = make_invoices(("Kiel", 252_668))
    relieve(kiel.city)
    assert bill_again(kiel).amount.amount == Decimal("1073.84")


def test_ending_a_relief_later_in_the_year_leaves_the_invoice_billed_again():
    [city] = make_network(("Kiel", 252_668))
    relief = relieve(city)
    [kiel] = issue_run(make_preview(), by=None, on=TODAY)
    end_relief(relief, valid_until=date(2027, 9, 1), reason="Haushalt genehmigt", by=None)
    assert shown(bill_again(kiel, LATE)) == shown(kiel)


def test_figures_published_since_do_not_reach_the_invoice_billed_again():
    """By the rule »31.12. of the year before last« a newer census base of the same day would count."""
    make_association()
    make_schedule(population_rule="end_year_before_last")
    city = make_member("Kiel", population=252_668)
    make_figure(city, value=250_000, reference_date=date(2025, 12, 31), published_on=date(2026, 7, 1))
    [kiel] = issue_run(make_preview(), by=None, on=TODAY)
    make_figure(city, value=260_000, reference_date=date(2025, 12, 31), census_base="Zensus 2031", published_on=SUMMER)
    assert shown(bill_again(kiel, LATE)) == shown(kiel)


def test_a_wrong_figure_put_right_reaches_the_invoice_billed_again_and_the_preview_says_so():
    [kiel] = make_invoices(("Kiel", 252_686))
    figure = PopulationFigure.objects.get()
    correct_population(
        figure, value=252_668, source=figure.source, published_on=figure.published_on, reason="Zahlendreher", by=None
    )
    cancel(kiel)
    run = supplement()
    assert notes(run, "Kiel")["again"] == (
        "Ersetzt die stornierte Rechnung 2027-0001 und rechnet mit ihren Angaben. Die Einwohnerzahl wurde seitdem "
        "berichtigt, sie war 252.686."
    )
    assert run.total.amount == Decimal("2147.68")


def test_a_fee_that_asks_for_no_figure_needs_none():
    make_association()
    make_schedule(form="flat", base_fee=euros(300), rate=0, minimum=None, maximum=None)
    make_membership(make_city("Neustadt", population=None))
    [invoice] = issue_run(prepare_run(2027, by=None, on=TODAY), by=None, on=TODAY)
    assert invoice.amount.amount == Decimal(300)


# what tells the treasurer


def told(user, on: date) -> list[tuple[str, str]]:
    return [(duty.title, duty.url) for duty in resolve(duties(user, on)) if "keine Rechnung" in duty.title]


def test_members_without_an_invoice_are_a_duty_until_they_are_billed(client_for, user_with, time_machine):
    treasurer, url = user_with(Role.TREASURER), f"{reverse('dues:run_create')}?jahr=2027"
    make_network(("Bonn", 323_336), ("Kiel", 252_668))
    assert told(treasurer, SUMMER) == []  # »Beiträge 2027 erheben« is the duty
    _bonn, kiel = issue_run(make_preview(), by=None, on=TODAY)
    assert told(treasurer, SUMMER) == []
    cancel(kiel)
    assert told(treasurer, SUMMER) == [("1 Mitgliedsstadt hat noch keine Rechnung für 2027", url)]
    make_member("Dortmund", population=603_462, since=date(2027, 5, 10))
    two = [("2 Mitgliedsstädte haben noch keine Rechnung für 2027", url)]
    assert told(treasurer, date(2027, 5, 9))[0][0].startswith("1 ")
    assert told(treasurer, SUMMER) == two == told(treasurer, date(2028, 1, 5))
    time_machine.move_to(datetime(2027, 6, 1, 9, tzinfo=UTC), tick=False)
    client = client_for(treasurer)
    for page in (reverse("dues:overview"), "/"):
        text = client.get(page).content.decode()
        assert "2 Mitgliedsstädte haben noch keine Rechnung für 2027" in text
        assert url in text
    assert client.get(url).context["form"]["year"].value() == "2027"
    client.post(url, {"year": 2027})
    assert told(treasurer, SUMMER) == []  # the preview is the duty
    client.post(reverse("dues:run_issue", args=[DuesRun.objects.previews().get().pk]))
    assert Invoice.objects.standing().count() == 3
    assert told(treasurer, SUMMER) == []
    assert "noch keine Rechnung" not in client.get(reverse("dues:overview")).content.decode()


def test_who_owes_nothing_is_no_duty(client_for, user_with, time_machine):
    time_machine.move_to(datetime(2027, 6, 1, 9, tzinfo=UTC), tick=False)
    treasurer = user_with(Role.TREASURER)
    client = client_for(treasurer)
    kiel, _bonn = make_network(("Kiel", 252_668), ("Bonn", 323_336))
    relieve(kiel, percent=100)
    [bonn] = issue_run(make_preview(), by=None, on=TODAY)
    assert told(treasurer, SUMMER) == []
    relieve(bonn.city, percent=100)
    cancel(bonn)
    assert [title for title, _url in told(treasurer, SUMMER)] == ["1 Mitgliedsstadt hat noch keine Rechnung für 2027"]
    url = reverse("dues:run_issue", args=[supplement().pk])
    page = client.get(url).content.decode()
    assert "Keine dieser Städte schuldet für 2027 etwas. Es entstehen keine Rechnungen." in page
    assert "Ohne Rechnungen abschließen" in page
    assert "Es war nichts zu berechnen" in client.post(url, follow=True).content.decode()
    assert told(treasurer, SUMMER) == []


def test_a_single_invoice_is_spoken_of_in_the_singular(client_for, treasurer):
    make_network(("Bonn", 323_336))
    client, run = client_for(treasurer), make_preview()
    page = client.get(reverse("dues:run_issue", args=[run.pk])).content.decode().replace("\xa0", " ")
    assert f"Eine Beitragsrechnung über {euro(run.total)} ausstellen".replace("\xa0", " ") in page
    assert f"Eine Stadt erhält eine Rechnung über {euro(run.total)}.".replace("\xa0", " ") in page
    answer = client.post(reverse("dues:run_issue", args=[run.pk]), follow=True).content.decode().replace("\xa0", " ")
    assert f"Eine Rechnung über {euro(run.total)} ausgestellt.".replace("\xa0", " ") in answer
