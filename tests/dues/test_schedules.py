"""Schedules: which figure counts, what they mean for every city, two side by side, reductions."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.roles import Role
from apps.core.money import euros
from apps.dues.calculations import Case, Terms, Tier, fee, reference_day
from apps.dues.domain import errors
from apps.dues.domain.cancelling import cancel_invoice
from apps.dues.domain.effects import compare, effect_year, predecessor
from apps.dues.domain.issuing import issue_run
from apps.dues.domain.schedules import end_relief, grant_relief, put_in_force, save_schedule
from apps.dues.domain.wording import describe_steps, why
from apps.dues.enums import PopulationRule
from apps.dues.models import FeeSchedule, FeeTier, Invoice
from apps.dues.prints import comparison_job
from apps.organisation.domain.queries import letterhead
from apps.organisation.enums import DecisionSubject
from apps.pdf.render import render_pdf
from apps.pdf.text import pdf_text
from apps.resolutions.domain.errors import WrongSubject
from tests.dues.test_pages import SCHEDULE
from tests.factories.dues import (
    TODAY,
    make_association,
    make_draft_schedule,
    make_network,
    make_preview,
    make_real_network,
    make_resolution,
    make_schedule,
)
from tests.factories.members import make_figure, make_member
from tests.factories.resolutions import make_decided

pytestmark = pytest.mark.django_db
D = Decimal
TWO_CITIES = (("Köln", 1_024_621), ("Bonn", 323_336))


def plain(content: bytes) -> str:
    return content.decode().replace("\xa0", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("rule", "day"),
    [
        ("newest", None),
        ("end_year_before_last", date(2025, 12, 31)),
        ("mid_last_year", date(2026, 6, 30)),
        ("end_last_year", date(2026, 12, 31)),
    ],
)
def test_reference_day_of_2027(rule, day):
    assert reference_day(rule, 2027) == day
    assert rule in PopulationRule.values


@pytest.mark.parametrize(
    ("rule", "population"),
    [
        ("newest", 1_000_004),
        ("end_year_before_last", 1_000_003),
        ("mid_last_year", 1_000_004),
        ("end_last_year", None),
    ],
)
def test_schedule_says_which_figure_counts(rule, population):
    make_association()
    make_schedule(population_rule=rule)
    koeln = make_member("Köln", population=1_000_001)
    make_figure(koeln, value=1_000_003, reference_date=date(2025, 12, 31), published_on=date(2026, 8, 1))
    make_figure(koeln, value=1_000_004, reference_date=date(2026, 6, 30), published_on=date(2026, 9, 30))
    [assessed] = make_preview().assessments.all()
    assert assessed.population == population
    if population is None:
        assert "zum 31.12.2026 ist noch nicht veröffentlicht" in assessed.findings[0]["text"]


def test_corrected_figure_never_changes_an_issued_invoice():
    [koeln] = make_network(("Köln", 1_024_621))
    [invoice] = issue_run(make_preview(), by=None, on=TODAY)
    make_figure(koeln, value=900_000, reference_date=date(2025, 12, 31), published_on=date(2026, 9, 1))
    with pytest.raises(errors.NobodyToBill):
        make_preview(supplement=True)
    kept = Invoice.objects.get()
    assert (kept.amount.amount, kept.calculation["population"]) == (D("8709.28"), 1_024_621)
    assert kept.pk == invoice.pk
    [expected] = compare(FeeSchedule.objects.get(), None, year=2027, today=TODAY).effects
    assert expected.after == D("7650.00")


@pytest.mark.parametrize(
    ("rule", "amount"),
    [("month_started", "1706.26"), ("quarter_started", "1919.54"), ("day", "1654.84"), ("none", "2559.39")],
)
def test_augsburg_joins_on_10_may_2027(rule, amount):
    make_association()
    make_schedule(pro_rata=rule)
    make_member("Augsburg", population=301_105, since=date(2027, 5, 10))
    [assessed] = make_preview(on=date(2027, 5, 11)).assessments.all()
    assert assessed.amount.amount == D(amount)


def test_29_cities_side_by_side(cities_csv):
    make_real_network(cities_csv)
    tiers = ((300_000, "1500"), (500_000, "2500"), (1_000_000, "4000"), (None, "6000"))
    draft = make_draft_schedule(
        title="Entwurf",
        form="tier_flat",
        tiers=tiers,
        rate=D(0),
        minimum=None,
        maximum=None,
        valid_from=date(2028, 1, 1),
    )
    before = predecessor(draft)
    comparison = compare(draft, before, year=effect_year(draft, TODAY), today=TODAY)
    assert (comparison.year, before.title) == (2028, "Beitragsordnung 2027")
    assert (comparison.total_before, comparison.total_after) == (D("142307.34"), D("97000.00"))
    assert (comparison.difference, comparison.percent) == (D("-45307.34"), D("-31.8"))
    augsburg = next(row for row in comparison.effects if row.city == "Augsburg")
    assert (augsburg.before, augsburg.after, augsburg.difference, augsburg.percent) == (
        D("2559.39"), D("2500.00"), D("-59.39"), D("-2.3"),
    )  # fmt: skip
    assert [(group.count, group.after) for group in comparison.size_classes] == [
        (14, D("29000.00")),
        (11, D("44000.00")),
        (4, D("24000.00")),
    ]
    assert comparison.paying_more + comparison.paying_less == 29
    assert comparison.inversions == []


def test_budget_key_over_the_members_sums_to_the_budget():
    make_network(("Frankfurt am Main", 756_021), ("Wiesbaden", 288_850), ("Augsburg", 301_105))
    draft = make_draft_schedule(
        title="Umlage", form="budget_key", budget=euros(10_000), rate=D(0), minimum=None, maximum=None,
        valid_from=date(2028, 1, 1),
    )  # fmt: skip
    comparison = compare(draft, None, year=2028, today=TODAY)
    assert [row.after for row in comparison.effects] == [D("2237.07"), D("5616.90"), D("2146.03")]
    assert comparison.total_after == D("10000.00")


@pytest.mark.parametrize(
    ("fields", "tiers", "message"),
    [
        ({"form": "budget_key", "budget": euros(100), "intro_percent": 50, "intro_years": 1}, (), "neue Mitglieder"),
        ({"form": "tier_flat"}, (FeeTier(upper=None, value=D(1), cap=euros(1)),), "Obergrenze je Größenklasse"),
    ],
)
def test_what_contradicts_itself_is_refused(fields, tiers, message):
    schedule = FeeSchedule(title="X", valid_from=date(2028, 1, 1), legal_basis="§ 5", **fields)
    with pytest.raises(errors.ScheduleIncomplete, match=message):
        save_schedule(schedule, tiers=tiers, by=None, on=TODAY)


def test_every_step_says_why():
    tiers = (Tier(100, D("0.5"), D(10)), Tier(None, D(1)))
    joined = Case(50, 2027, date(2027, 7, 1))
    for form in ("per_capita", "base_plus", "flat", "tier_flat", "tier_rate", "marginal", "votes"):
        terms = Terms(form, rate=D(1), base_fee=D(1), tiers=tiers, minimum=D(1), maximum=D(5), pro_rata="day")
        for population in (50, 150):
            steps = fee(terms, Case(population, joined.year, joined.member_since)).steps
            assert all(why(step) for step in steps)
            assert all(item["label"] and item["why"] for item in describe_steps(steps))


def test_exemption_and_its_end():
    [koeln] = make_network(("Köln", 1_024_621))
    relief = grant_relief(
        city=koeln, kind="exemption", percent=D(100), valid_from=date(2027, 1, 1), valid_until=None,
        resolution=make_resolution(), reason="Haushaltssperre", by=None,
    )  # fmt: skip
    [assessed] = make_preview().assessments.all()
    assert assessed.amount.amount == 0
    assert [item["code"] for item in assessed.findings] == ["delegate", "nothing"]
    assert f"Befreiung (Beschluss {relief.resolution.reference})" in assessed.steps[-2]["label"]
    with pytest.raises(errors.ScheduleIncomplete, match="nach dem Beginn"):
        end_relief(relief, valid_until=date(2027, 1, 1), reason="Ende", by=None)
    end_relief(relief, valid_until=date(2028, 1, 1), reason="Haushalt genehmigt", by=None)
    effects = [compare(FeeSchedule.objects.get(), None, year=year, today=TODAY).total_after for year in (2027, 2028)]
    assert effects == [D("0.00"), D("8709.28")]


@pytest.mark.parametrize(
    ("begin", "warned"),
    [
        (date(2027, 1, 1), [True, True]),
        (date(2027, 7, 1), [False, True]),
        (date(2028, 1, 1), [None, True]),
        (date(2029, 1, 1), [None, None]),
    ],
)
def test_a_schedule_that_reaches_back_warns_before_it_enters_into_force(client_of, begin, warned):
    """`warned`: for 2027 (2 invoices, one of them cancelled) and 2028 (2); False: named, but not changed; None: not named."""
    make_association()
    make_schedule(valid_from=date(2026, 1, 1))
    for name in ("Bonn", "Köln"):
        make_member(name, population=300_000)
    bonn, _koeln = issue_run(make_preview(2027), by=None, on=TODAY)
    issue_run(make_preview(2028), by=None, on=TODAY)
    cancel_invoice(bonn, reason="Irrtum", by=None, on=TODAY)
    draft = make_draft_schedule(title="Neu", valid_from=begin)
    page = client_of(Role.TREASURER).get(reverse("dues:schedule_in_force", args=[draft.pk])).content.decode()
    named = [
        f"Für {year} sind schon Rechnungen ausgestellt ({count})" in page for year, count in ((2027, 1), (2028, 2))
    ]
    kept = [f"{year} ist schon abgerechnet (Rechnungen: {count})" in page for year, count in ((2027, 1), (2028, 2))]
    assert named == [each is True for each in warned]
    assert kept == [each is False for each in warned]
    assert page.count("brauchen eine Grundlage in der Satzung") == warned.count(True)


@pytest.mark.usefixtures("eleventh_of_january")
class TestPages:
    def test_editor_shows_both_schedules_a_page_at_a_time(self, client_of):
        make_network(*((f"Stadt {number:02}", 300_000 + number) for number in range(60)))
        client = client_of(Role.TREASURER)
        url = reverse("dues:schedule_create")
        first = plain(client.post(url, SCHEDULE, headers={"HX-Request": "true"}).content)
        assert "Stadt 00" in first
        assert "Stadt 59" not in first
        assert "180.017,70 €" in first
        assert "153.015,06 €" in first
        assert "27.002,64 €" in first
        assert "17,6 %" in first
        second = plain(client.post(url, SCHEDULE | {"seite": "2"}).content)
        assert "<html" in second
        assert "Stadt 59" in second
        assert "180.017,70 €" in second
        assert FeeSchedule.objects.count() == 1

    def test_editor_names_what_is_missing_instead_of_figures(self, client_of):
        make_network(*TWO_CITIES)
        answer = client_of(Role.TREASURER).post(
            reverse("dues:schedule_create"), SCHEDULE | {"form": "flat"}, headers={"HX-Request": "true"}
        )
        assert "Bitte geben Sie den Beitrag an, den jede Stadt zahlt." in answer.content.decode()

    def test_comparison_can_be_shared_and_exported(self, client_of):
        make_network(*TWO_CITIES)
        new = make_draft_schedule(title="Ordnung 2028", rate=D("0.01"), valid_from=date(2028, 1, 1))
        old = FeeSchedule.objects.get(title="Beitragsordnung 2027")
        client = client_of(Role.AUDITOR)
        url = reverse("dues:schedule_comparison")
        choice = {"alt": old.pk, "neu": new.pk, "jahr": 2028}
        for query in ({}, choice):
            page = plain(client.get(url, query).content)
            assert "13.479,57 €" in page
            assert "+2.021,93 €" in page
        exported = client.get(url, choice | {"export": "csv"}).content.decode("utf-8-sig")
        assert exported.splitlines()[1] == "Bonn;323336;2748,36;3233,36;485,00;17,6"
        assert client.get(url, choice | {"neu": 0}).status_code == 200
        assert client.get(reverse("dues:schedule_comparison_pdf"), {"neu": 0}).status_code == 404

    @pytest.mark.parametrize("name", ["dues:schedule", "dues:schedule_comparison", "dues:reliefs"])
    def test_pages_need_the_same_queries_for_more_cities(self, name, client_of):
        make_network(*TWO_CITIES)
        make_draft_schedule(title="Ordnung 2028", valid_from=date(2028, 1, 1))
        client = client_of(Role.BOARD)
        args = [FeeSchedule.objects.first().pk] if name == "dues:schedule" else []
        counts = []
        for more in ("Aachen", "Ulm", "Kiel"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(reverse(name, args=args)).status_code == 200
            counts.append(len(queries))
            relief = {"kind": "hardship", "percent": D(10), "valid_from": date(2027, 1, 1), "valid_until": None}
            city = make_member(more)
            grant_relief(city=city, resolution=make_resolution(), reason="Probe", by=None, **relief)
        assert counts[1] == counts[2]
        assert counts[2] <= 25

    def test_relief_is_ended_on_screen(self, client_of):
        [koeln] = make_network(("Köln", 1_024_621))
        relief = grant_relief(
            city=koeln, kind="hardship", percent=D(10), valid_from=date(2027, 1, 1), valid_until=None,
            resolution=make_resolution(), reason="Probe", by=None,
        )  # fmt: skip
        client = client_of(Role.TREASURER)
        url = reverse("dues:relief_end", args=[relief.pk])
        assert url in client.get(reverse("dues:reliefs")).content.decode()
        assert "nach dem Beginn" in client.post(url, {"valid_until": "2026-01-01", "reason": "x"}).content.decode()
        client.post(url, {"valid_until": "2028-01-01", "reason": "Nicht mehr nötig"})
        relief.refresh_from_db()
        assert relief.valid_until == date(2028, 1, 1)
        assert "01.01.2028" in client.get(reverse("dues:reliefs"), {"gilt": "heute"}).content.decode()


def test_annex_of_the_resolution_prints_rules_and_every_city():
    make_network(*TWO_CITIES)
    tiers = ((400_000, "0.01"), (None, "0.005"))
    new = make_draft_schedule(
        title="Ordnung 2028", form="tier_rate", tiers=tiers, rate=D(0), valid_from=date(2028, 1, 1)
    )
    job = comparison_job(compare(new, predecessor(new), year=2028, today=TODAY), letterhead(TODAY), on=TODAY)
    content = render_pdf(job.template, job.context, title=job.title, created=job.created, author=job.author)
    text = " ".join(pdf_text(content).replace("\xa0", " ").split())
    for part in (
        "Beiträge 2028: Ordnung 2028",
        "bis 400.000 Einwohner:innen: 0,01 €",
        "darüber: 0,005 €",
        "Achtung: Mit 400.000 Einwohner:innen beträgt der Beitrag 4.000,00 €, mit einer mehr nur 2.000,01 €.",
        "Bonn 323.336 2.748,36 € 3.233,36 € 485,00 € 17,6",
        "Summe 11.457,64 € 8.356,47 € −3.101,17 € −27,1",
    ):
        assert part in text


@pytest.mark.usefixtures("eleventh_of_january")
class TestDraft:
    def test_a_day_no_year_has_is_refused_at_its_field_and_named_in_the_preview(self, client_of):
        make_network(*TWO_CITIES)
        client, url = client_of(Role.TREASURER), reverse("dues:schedule_create")
        wrong = SCHEDULE | {"due_day": 31, "due_month": 2}
        answer = client.post(url, wrong)
        assert list(answer.context["form"].errors) == ["due_day"]
        assert "Den 31.2. gibt es nicht. Der Monat endet mit dem 29." in answer.content.decode()
        assert FeeSchedule.objects.count() == 1
        live = client.post(url, wrong, headers={"HX-Request": "true"}).content.decode()
        assert "Den 31.2. gibt es nicht." in live
        assert client.post(url, SCHEDULE | {"due_day": 29, "due_month": 2}).status_code == 302
        page = client.get(FeeSchedule.objects.get(title="Beitragsordnung 2028").get_absolute_url()).content.decode()
        assert "letzter Tag im Februar" in page

    def test_the_live_preview_names_the_field_that_is_wrong(self, client_of):
        make_network(*TWO_CITIES)
        answer = client_of(Role.TREASURER).post(
            reverse("dues:schedule_create"),
            SCHEDULE | {"due_month": 13, "tiers-0-value": "viel"},
            headers={"HX-Request": "true"},
        )
        live = answer.content.decode()
        assert "fällig im Monat: " in live
        assert "Größenklasse 1, Betrag, Satz oder Stimmen: " in live

    def test_rates_carry_their_unit(self, client_of):
        make_network(*TWO_CITIES)
        page = plain(client_of(Role.TREASURER).get(FeeSchedule.objects.get().get_absolute_url()).content)
        assert "0,0085 € je Einwohner:in" in page
        assert "0,008500" not in page

    def test_only_a_resolution_about_dues_puts_in_force_unless_somebody_is_sure(self, client_of):
        make_network(*TWO_CITIES)
        draft = make_draft_schedule(title="Neu", valid_from=date(2028, 1, 1))
        election = make_decided(kind=DecisionSubject.ELECTION, title="Wahl der Kassenprüfung")
        discharge = make_decided(kind=DecisionSubject.ASSEMBLY, title="Entlastung")
        client, url = client_of(Role.TREASURER), reverse("dues:schedule_in_force", args=[draft.pk])
        offered = client.get(url).content.decode()
        assert "Wahl der Kassenprüfung" not in offered
        assert client.post(url, {"resolution": election.pk}).status_code == 200
        for kind in (DecisionSubject.BUDGET, DecisionSubject.ACCOUNTS, DecisionSubject.RESERVES, DecisionSubject.BOARD):
            other = make_decided(kind=kind, title=f"Nicht darüber: {kind}")
            assert other.title not in client.get(url).content.decode()
            assert client.post(url, {"resolution": other.pk, "is_sure": "on"}).status_code == 200
            with pytest.raises(WrongSubject, match="Bitte wählen Sie den Beschluss"):
                put_in_force(draft, resolution=other, is_sure=True, by=None, on=TODAY)
        refused = client.post(url, {"resolution": discharge.pk})
        assert list(refused.context["form"].errors) == ["resolution"]
        assert "nicht „Beitragsordnung“" in refused.content.decode()
        draft.refresh_from_db()
        assert draft.is_draft
        client.post(url, {"resolution": discharge.pk, "is_sure": "on"})
        draft.refresh_from_db()
        assert draft.resolution == discharge
