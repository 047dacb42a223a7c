"""A budget from draft to adoption, through acts and pages."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from apps.accounts.roles import Role
from apps.budget.domain.planning import Planned, adopt_plan, draft_plan, propose_plan, set_amounts, withdraw_plan
from apps.budget.domain.queries import compare_plan
from apps.budget.duties import budget_duties
from apps.budget.enums import PlanState
from apps.budget.models import BudgetLine, BudgetPlan
from apps.budget.prints import budget_print
from apps.core.errors import DomainError
from apps.documents.models import Document
from apps.resolutions.domain.errors import WrongSubject
from tests.factories.ledger import account
from tests.factories.resolutions import make_decided
from tests.waiting import resolve

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 2)


def test_plan_is_drafted_proposed_and_adopted_in_the_browser(client_for, treasurer) -> None:
    client, resolution = client_for(treasurer), make_decided(kind="budget")
    assert client.post(reverse("budget:draft"), {"year": 2027}).url == "/haushalt/2027/1/ansaetze/"
    form = {
        "amount_40000": "142.307,34",
        "amount_50000": "12.000",
        "explanation_50000": "zwei Treffen",
        "note": "Ruhig",
    }
    assert client.post("/haushalt/2027/1/ansaetze/", form).url == "/haushalt/2027/1/"
    client.post("/haushalt/2027/1/vorlegen/")
    client.post("/haushalt/2027/1/beschluss/", {"resolution": resolution.pk})
    plan = BudgetPlan.objects.get()
    assert (plan.state, plan.resolution, plan.adopted_on) == (PlanState.ADOPTED, resolution, resolution.decided_on)
    assert list(plan.lines.values_list("account__number", "amount", "explanation", "is_final")) == [
        ("40000", Decimal("142307.34"), "", True),
        ("50000", Decimal("12000.00"), "zwei Treffen", True),
    ]
    page = client.get("/haushalt/2027/1/").content.decode()
    assert "142.307,34" in page
    assert resolution.reference in page


@pytest.mark.parametrize("wrong", ["viel", "-5", "1.000.0"])
def test_wrong_amount_stands_at_its_field_and_changes_nothing(client_for, treasurer, plan, wrong) -> None:
    answer = client_for(treasurer).post("/haushalt/2027/1/ansaetze/", {"amount_40000": wrong})
    assert list(answer.context["form"].errors) == ["amount_40000"]
    summary = answer.content.decode().partition('id="fehler"')[2].partition("</ul>")[0]
    assert f'href="#{answer.context["form"]["amount_40000"].id_for_label}"' in summary
    assert "Mitgliedsbeiträge" in summary
    assert plan.lines.get(account__key="DUES").amount.amount == Decimal("142307.34")


def test_second_draft_of_a_year_is_refused(plan, treasurer) -> None:
    with pytest.raises(DomainError, match="schon einen Entwurf"):
        draft_plan(2027, by=treasurer, on=DAY)


def test_empty_draft_cannot_be_proposed_and_a_draft_cannot_be_adopted(treasurer) -> None:
    empty = draft_plan(2028, by=treasurer, on=DAY)
    with pytest.raises(DomainError, match="keinen Ansatz"):
        propose_plan(empty, by=treasurer, on=DAY)
    with pytest.raises(DomainError, match="nicht möglich"):
        adopt_plan(empty, make_decided(kind="budget"), by=treasurer)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE budget_budgetline SET amount = 1",
        "DELETE FROM budget_budgetline",
        "UPDATE budget_budgetplan SET resolution_id = NULL",
        "DELETE FROM budget_budgetplan",
    ],
)
def test_adopted_plan_is_final_for_the_database(adopted, sql) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert BudgetLine.objects.filter(amount=Decimal("142307.34")).count() == 1


def test_supplementary_budget_starts_from_the_plan_in_force_and_replaces_it(adopted, treasurer) -> None:
    supplement = draft_plan(2027, by=treasurer, on=DAY)
    assert (supplement.version, supplement.lines.count(), supplement.lines.filter(is_final=True).count()) == (2, 2, 0)
    adopt_plan(propose_plan(supplement, by=treasurer, on=DAY), make_decided(kind="budget"), by=treasurer)
    assert dict(BudgetPlan.objects.values_list("version", "state")) == {1: "superseded", 2: "adopted"}
    assert (supplement.supplements, str(supplement)) == (adopted, "Haushaltsplan 2027, 1. Nachtrag")


def test_plan_in_force_follows_the_day(adopted, treasurer) -> None:
    supplement = propose_plan(draft_plan(2027, by=treasurer, on=DAY), by=treasurer, on=DAY)
    supplement = adopt_plan(supplement, make_decided(kind="budget", day=date(2027, 5, 3)), by=treasurer)
    days = [date(2026, 11, 19), date(2026, 11, 20), date(2027, 5, 2), date(2027, 5, 3)]
    assert [BudgetPlan.objects.in_force_on(2027, day) for day in days] == [None, adopted, adopted, supplement]


def test_without_a_plan_of_the_year_before_there_are_no_amounts_of_it(client_for, treasurer, adopted) -> None:
    page = client_for(treasurer).get(adopted.get_absolute_url()).content.decode()
    assert {*re.findall(r'data-label="Plan 2026">([^<]*)<', page)} == {"–"}


def test_members_see_adopted_plans_only(client_for, user_with, adopted, treasurer) -> None:
    draft_plan(2027, by=treasurer, on=DAY)
    client = client_for(user_with(Role.MEMBER))
    assert [client.get(f"/haushalt/2027/{version}/").status_code for version in (1, 2)] == [200, 404]
    assert client.get("/haushalt/2027/1/ansaetze/").status_code == 404


def test_printed_plan_is_filed_for_the_cities(client_for, treasurer, adopted) -> None:
    client_for(treasurer).post("/haushalt/2027/1/pdf/")
    document = Document.objects.get(origin="budget.plan")
    assert (document.access, document.subject) == ("members", adopted)


def test_pages_take_as_many_queries_for_many_plans_as_for_one(
    client_for, treasurer, adopted, django_assert_max_num_queries
) -> None:
    client, counts = client_for(treasurer), []
    for _round in range(2):
        for url in ("/haushalt/", "/haushalt/2027/1/"):
            with django_assert_max_num_queries(20) as captured:
                client.get(url)
            counts.append(len(captured))
        draft_plan(2028, by=treasurer, on=DAY) if not BudgetPlan.objects.filter(year=2028).exists() else None
    assert counts[:2] == counts[2:]


def test_a_supplementary_budget_is_not_due_before_its_year_began(adopted, treasurer, client_for, time_machine) -> None:
    time_machine.move_to(date(2027, 11, 26))
    draft_plan(2027, by=treasurer, on=date(2027, 11, 20))
    [duty] = resolve(budget_duties(treasurer, date(2027, 11, 26)))
    assert (duty.title, duty.due_on) == ("Nachtrag zum Haushaltsplan 2027", date(2027, 12, 31))
    page = client_for(treasurer).get("/").content.decode()
    assert duty.title in page
    assert "31.12.2026" not in page.partition("Der Jahreslauf")[0]


def test_only_a_resolution_about_the_budget_adopts_it_unless_somebody_is_sure(client_for, treasurer, plan) -> None:
    propose_plan(plan, by=treasurer, on=DAY)
    client, page = client_for(treasurer), "/haushalt/2027/1/beschluss/"
    election = make_decided(kind="election", title="Bestellung der Kassenprüfer:innen")
    general = make_decided(title="Haushalt und anderes")
    budget = make_decided(kind="budget", title="Haushaltsplan 2027")
    assert list(client.get(page).context["form"].fields["resolution"].queryset) == [budget, general]
    for options in ({}, {"is_sure": "on"}):
        answer = client.post(page, {"resolution": election.pk} | options)
        assert list(answer.context["form"].errors) == ["resolution"]
    with pytest.raises(WrongSubject):
        adopt_plan(plan, election, is_sure=True, by=treasurer)
    refused = client.post(page, {"resolution": general.pk}).context["form"].errors["resolution"]
    assert refused == [
        (
            "Beschluss MV-2026-002 „Haushalt und anderes“ hat den Gegenstand „Mitgliederversammlung (Beschluss)“, nicht "
            "„Haushaltsplan“. Wenn er trotzdem darüber entschieden hat, bestätigen Sie das bitte."
        )
    ]
    assert client.post(page, {"resolution": general.pk, "is_sure": "on"}).status_code == 302
    plan.refresh_from_db()
    assert (plan.state, plan.resolution) == (PlanState.ADOPTED, general)


def test_supplementary_budget_stands_beside_the_plan_it_supplements(adopted, client_for, treasurer) -> None:
    before = draft_plan(2026, by=treasurer, on=DAY)
    set_amounts(before, {(account("DUES"), None): Planned(Decimal(99))}, note="", by=treasurer)
    adopt_plan(propose_plan(before, by=treasurer, on=DAY), make_decided(kind="budget"), by=treasurer)
    supplement = draft_plan(2027, by=treasurer, on=DAY)
    set_amounts(supplement, {(account("DUES"), None): Planned(Decimal("142000.00"))}, note="", by=treasurer)
    figure = compare_plan(supplement).income.figures[0]
    assert (figure.supplemented, figure.planned, figure.change) == (
        Decimal("142307.34"),
        Decimal("142000.00"),
        Decimal("-307.34"),
    )
    expenses = compare_plan(supplement).expenses
    assert expenses.supplemented > 0
    assert (expenses.planned, expenses.change) == (Decimal(0), -expenses.supplemented)
    page = client_for(treasurer).get(supplement.get_absolute_url()).content.decode()
    assert ("Bisher 2027" in page, "-307,34" in page.replace("−", "-"), "Plan 2026" in page) == (True, True, False)
    assert "Plan 2026" in client_for(treasurer).get(adopted.get_absolute_url()).content.decode()
    assert [row.is_supplement for row in (budget_print(supplement, on=DAY), budget_print(adopted, on=DAY))] == [
        True,
        False,
    ]


def test_the_plan_in_force_leads_to_its_supplementary_budget(adopted, client_for, treasurer) -> None:
    client = client_for(treasurer)
    page = client.get(adopted.get_absolute_url()).content.decode()
    assert ("Nachtrag beginnen" in page, "/haushalt/neu/?jahr=2027" in page) == (True, True)
    assert client.get("/haushalt/neu/?jahr=2027").context["form"]["year"].value() == "2027"
    withdrawn = withdraw_plan(draft_plan(2027, by=treasurer, on=DAY), reason="Irrtum", by=treasurer)
    live = draft_plan(2027, by=treasurer, on=DAY)
    assert (str(withdrawn), str(live)) == (
        "Haushaltsplan 2027, 1. Nachtrag (zurückgezogen)",
        "Haushaltsplan 2027, 1. Nachtrag",
    )
    page = client.get(adopted.get_absolute_url()).content.decode()
    assert ("Zum Nachtrag im Entwurf" in page, "Nachtrag beginnen" in page) == (True, False)
