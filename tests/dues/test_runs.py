"""The dues run: preview, issuing, and everything that must not happen."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.roles import Role
from apps.audit.models import JournalEntry
from apps.core.transitions import WrongState
from apps.dues.domain import errors
from apps.dues.domain.cancelling import cancel_invoice
from apps.dues.domain.issuing import issue_run
from apps.dues.domain.runs import changes_since, discard_run, prepare_run
from apps.dues.domain.wording import rules_in_words
from apps.dues.enums import RunState
from apps.dues.models import Assessment, DuesRun, FeeSchedule, Invoice
from apps.ledger.models import Entry, EntryLine
from apps.members.domain import cities as city_acts
from apps.organisation.models import LegalForm, Profile
from tests.factories.dues import (
    TODAY,
    make_association,
    make_invoices,
    make_network,
    make_preview,
    make_real_network,
    make_schedule,
)
from tests.factories.members import make_city, make_figure, make_member, make_membership

pytestmark = pytest.mark.django_db


def codes(run: DuesRun) -> dict[str, list[str]]:
    return {item.city_label: [found["code"] for found in item.findings] for item in run.assessments.all()}


def test_29_invoices_sum_to_142307_34(cities_csv):
    make_real_network(cities_csv)
    run = make_preview()
    assert (run.count, run.total.amount) == (29, Decimal("142307.34"))
    invoices = issue_run(run, by=None, on=TODAY)
    assert [invoice.number for invoice in invoices] == [f"2027-{number:04d}" for number in range(1, 30)]
    assert sum(invoice.amount.amount for invoice in invoices) == Decimal("142307.34")
    assert [invoice.city_label for invoice in invoices][:4] == ["Aachen", "Augsburg", "Berlin", "Bielefeld"]
    assert [invoice.city_label for invoice in invoices][-3:] == ["Stuttgart", "Wiesbaden", "Wuppertal"]
    claims = EntryLine.objects.filter(account__key="RECEIVABLE_DUES", side="debit")
    assert sum(line.amount.amount for line in claims) == Decimal("142307.34")


def test_invoice_repeats_everything_it_shows():
    [bonn, koeln] = make_invoices()
    assert koeln.amount.amount == Decimal("8709.28")
    assert koeln.reference == "RF20GSN2027000002"
    assert koeln.recipient_lines == ["Stadt Köln", "Rathausplatz 1", "50667 Köln"]
    assert koeln.legal_basis.endswith(f", Beschluss {FeeSchedule.objects.get().resolution.reference}")
    assert koeln.payee["iban"] == "DE89370400440532013000"
    assert koeln.calculation["population"] == 1_024_621
    assert [step["value"].replace("\xa0", " ") for step in koeln.steps] == [
        "8.709,2785 €",
        "8.709,2785 €",
        "8.709,28 €",
    ]
    assert koeln.steps[0]["detail"].replace("\xa0", " ") == "1.024.621 × 0,0085 €"
    assert (koeln.issued_on, koeln.due_on) == (TODAY, date(2027, 3, 31))
    assert bonn.entry.reference == "2027-0001"


def test_preview_is_frozen_and_issued_as_shown():
    make_network(("Köln", 1_024_621))
    run = make_preview()
    assert run.state == RunState.PREVIEW
    assert Invoice.objects.count() == 0
    assert len(run.content_hash) == 64
    assert make_preview().content_hash == run.content_hash
    run.refresh_from_db()
    assert run.state == RunState.DISCARDED


def test_second_issue_is_refused_and_changes_nothing():
    make_invoices()
    run = DuesRun.objects.get()
    before = (Invoice.objects.count(), Entry.objects.count(), JournalEntry.objects.count())
    with pytest.raises(errors.AlreadyIssued):
        issue_run(run, by=None, on=TODAY)
    with pytest.raises(errors.AlreadyIssued):
        prepare_run(2027, by=None, on=TODAY)
    assert (Invoice.objects.count(), Entry.objects.count(), JournalEntry.objects.count()) == before


def test_failure_after_the_numbers_leaves_neither_invoice_nor_gap(monkeypatch):
    make_network(("Köln", 1_024_621), ("Bonn", 323_336))
    run = make_preview()
    from apps.dues.domain import issuing

    def power_cut(*args, **kwargs):
        raise RuntimeError("power cut")

    monkeypatch.setattr(issuing.bulk, "create", power_cut)
    with pytest.raises(RuntimeError):
        issue_run(run, by=None, on=TODAY)
    monkeypatch.undo()
    assert (Invoice.objects.count(), Entry.objects.count()) == (0, 0)
    assert [invoice.number for invoice in issue_run(run, by=None, on=TODAY)] == ["2027-0001", "2027-0002"]


def test_database_refuses_a_second_invoice_of_a_city_and_year():
    [bonn, _koeln] = make_invoices()
    assessment = Assessment.objects.filter(invoice=bonn).get()
    values = {f.attname: getattr(bonn, f.attname) for f in Invoice._meta.concrete_fields if not f.primary_key}
    values |= {"number": "2027-0099", "sequence": 99, "reference": "RF00X", "assessment_id": None}
    other = Assessment(**{f.attname: getattr(assessment, f.attname) for f in Assessment._meta.concrete_fields})
    other.pk, other.run, other.position = None, make_other_run(), 1
    other.save()
    with pytest.raises(IntegrityError, match="city"), transaction.atomic():
        Invoice.objects.create(**values | {"assessment_id": other.pk})


def make_other_run() -> DuesRun:
    run = DuesRun.objects.first()
    run.pk, run.state, run.issued_on = None, RunState.PREVIEW, None
    run.save(force_insert=True)
    return run


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE dues_invoice SET amount = 1",
        "UPDATE dues_invoice SET city_label = 'Bonn am Rhein'",
        "DELETE FROM dues_invoice",
        "UPDATE dues_assessment SET amount = 1",
        "UPDATE dues_duesrun SET total = 1",
        "UPDATE dues_feeschedule SET rate = 1",
    ],
)
def test_issued_is_final_even_to_sql(change):
    make_invoices()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_invoice_keeps_what_it_showed_when_the_city_changes():
    [_bonn, koeln] = make_invoices()
    city_acts.change_city(koeln.city, {"name": "Köln am Rhein"}, by=None, on=TODAY)
    make_figure(koeln.city, value=1, reference_date=date(2025, 12, 31), published_on=date(2026, 8, 1))
    koeln = Invoice.objects.get(pk=koeln.pk)
    assert (koeln.city.name, koeln.city_label) == ("Köln am Rhein", "Köln")
    assert koeln.calculation["population"] == 1_024_621


def test_changes_since_the_preview_are_named_and_refuse_issuing():
    [koeln, _bonn] = make_network(("Köln", 1_024_621), ("Bonn", 323_336))
    run = make_preview()
    make_figure(koeln, value=1_000_000, reference_date=date(2025, 12, 31), published_on=date(2026, 8, 1))
    make_member("Aachen", population=262_670)
    Profile.objects.update(iban="DE79000000001234567890")
    assert changes_since(run, run.assessments.all(), on=TODAY) == [
        "Die Bankverbindung oder der Name der Organisation wurde geändert.",
        "Aachen ist hinzugekommen.",
        "Köln: Einwohnerzahl war „1.024.621“, ist jetzt „1.000.000“.",
        "Köln: Stichtag der Einwohnerzahl war „31.12.2024“, ist jetzt „31.12.2025“.",
        "Köln: Beitrag war „8.709,28 €“, ist jetzt „8.500,00 €“.",
    ]
    with pytest.raises(errors.PreviewOutdated, match="Aachen ist hinzugekommen"):
        issue_run(run, by=None, on=TODAY)
    assert Invoice.objects.count() == 0


def test_figures_published_after_the_cut_off_do_not_count():
    [koeln] = make_network(("Köln", 1_024_621))
    make_figure(koeln, value=1_000_000, reference_date=date(2025, 12, 31), published_on=date(2026, 10, 1))
    assert make_preview().assessments.get().population == 1_024_621


def test_missing_figure_or_address_blocks_missing_delegate_warns():
    make_network(("Köln", 1_024_621))
    make_membership(make_city("Bonn", population=None, with_address=False))
    run = make_preview()
    assert codes(run) == {"Bonn": ["population", "address", "delegate"], "Köln": ["delegate"]}
    with pytest.raises(errors.PreviewIncomplete, match="Bonn: Es fehlt eine veröffentlichte Einwohnerzahl"):
        issue_run(run, by=None, on=TODAY)


def test_missing_bank_account_blocks():
    make_network(("Köln", 1_024_621))
    Profile.objects.update(iban="DE00")
    with pytest.raises(errors.PreviewIncomplete, match="Bankverbindung"):
        issue_run(make_preview(), by=None, on=TODAY)


def test_network_without_legal_form_has_no_creditor():
    make_network(("Köln", 1_024_621))
    LegalForm.objects.all().delete()
    with pytest.raises(errors.NoCreditor, match="keine Rechtsform"):
        make_preview()


def test_year_without_schedule_or_members_is_refused():
    make_association()
    with pytest.raises(errors.NoScheduleInForce):
        make_preview()
    make_schedule()
    with pytest.raises(errors.NobodyToBill):
        make_preview()


def test_discarded_preview_is_not_issued():
    make_network(("Köln", 1_024_621))
    run = discard_run(make_preview(), by=None, on=TODAY)
    with pytest.raises(WrongState):
        issue_run(run, by=None, on=TODAY)


def test_supplement_bills_who_joined_later_and_who_was_cancelled():
    [bonn, koeln] = make_invoices()
    make_member("Aachen", population=262_670, since=date(2027, 5, 10))
    cancel_invoice(koeln, reason="Falscher Empfänger", by=None, on=date(2027, 6, 1))
    run = prepare_run(2027, by=None, on=date(2027, 6, 1), supplement=True)
    assert run.sequence == 1
    invoices = issue_run(run, by=None, on=date(2027, 6, 1))
    assert [(invoice.number, invoice.city_label) for invoice in invoices] == [
        ("2027-0003", "Aachen"),
        ("2027-0004", "Köln"),
    ]
    assert invoices[0].due_on == date(2027, 6, 15)
    assert Invoice.objects.standing().filter(city=bonn.city).count() == 1


def test_number_of_queries_does_not_depend_on_the_number_of_cities():
    make_network()
    counts = []
    for year, names in ((2027, ["Köln"]), (2028, ["Aachen", "Bonn", "Dortmund"])):
        for name in names:
            make_member(name)
        day = date(year, 1, 11)
        with CaptureQueriesContext(connection) as queries:
            issue_run(prepare_run(year, by=None, on=day), by=None, on=day)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_due_days_count_from_the_invoice_and_skip_what_is_no_working_day():
    """§ 187 Abs. 1, § 188 Abs. 1, § 193 BGB: 11.01. plus 21 days is a Monday, plus 20 a Sunday."""
    make_association()
    make_schedule(due_days=20)
    make_member("Köln", population=300_000)
    run = make_preview()
    assert run.assessments.get().due_on == date(2027, 2, 1)
    [invoice] = issue_run(run, by=None, on=TODAY)
    assert (invoice.due_on, invoice.due_note) == (date(2027, 2, 1), "Sonntag")


def test_a_preview_issued_later_counts_from_the_later_day():
    make_association()
    make_schedule(due_days=30)
    make_member("Köln", population=300_000)
    run = make_preview()
    [invoice] = issue_run(run, by=None, on=date(2027, 1, 20))
    run.refresh_from_db()
    assert (invoice.due_on, run.falls_due_on) == (date(2027, 2, 19), date(2027, 2, 19))
    assert run.terms["due_days"] == 30
    assert dict(rules_in_words(run.schedule))["fällig"] == "30 Tage nach dem Rechnungsdatum"


def test_a_holiday_of_the_city_moves_due_days_too():
    """1 November is a holiday in Cologne, not in Hamburg."""
    make_association()
    make_schedule(due_days=14)
    for name, land in (("Köln", "NW"), ("Hamburg", "HH")):
        make_member(name, population=300_000, land=land)
    on = date(2027, 10, 18)
    due = {invoice.city_label: invoice.due_on for invoice in issue_run(make_preview(on=on), by=None, on=on)}
    assert due == {"Köln": date(2027, 11, 2), "Hamburg": date(2027, 11, 1)}


def test_a_late_supplement_leaves_days_to_pay_and_every_page_names_them(client_of, time_machine):
    """Issued on 26.11.2027, the day of the schedule (31.03.) long past: due 14 days later, on the page as on the invoice."""
    [bonn, _koeln] = make_invoices()
    cancel_invoice(bonn, reason="Falsche Anschrift", by=None, on=TODAY)
    late = date(2027, 11, 26)
    time_machine.move_to(late, tick=False)
    run = make_preview(supplement=True, on=late)
    client = client_of(Role.TREASURER)
    url = reverse("dues:run_issue", args=[run.pk])
    page = client.get(url).content.decode()
    assert "Fällig sind sie am 10.12.2027" in page
    assert "31.03.2027" not in page
    answer = client.post(url, follow=True).content.decode()
    invoice = run.invoices.get()
    run.refresh_from_db()
    assert (invoice.due_on, run.falls_due_on) == (date(2027, 12, 10), date(2027, 12, 10))
    assert "Fällig am 10.12.2027" in answer


def test_a_year_far_ahead_is_refused_at_its_field(client_of, time_machine):
    make_network()
    time_machine.move_to(TODAY, tick=False)
    client = client_of(Role.TREASURER)
    answer = client.post(reverse("dues:run_create"), {"year": 2099})
    assert list(answer.context["form"].errors) == ["year"]
    assert "Möglich ist es bis 2029." in answer.content.decode()
    assert not DuesRun.objects.exists()
    assert client.post(reverse("dues:run_create"), {"year": 2029}).context["form"].errors.get("year") is None
