"""An examination from the appointment to the draft motion of discharge, through pages and acts."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from apps.accounts.roles import Role
from apps.bodies.enums import BodyKind
from apps.closing.domain.closing import begin_accounts, prepare_accounts, return_accounts
from apps.closing.domain.errors import FiguresChanged, SamePerson
from apps.closing.domain.package_proofs import report_keys
from apps.closing.models import AnnualAccounts
from apps.core.errors import DomainError
from apps.core.money import euros
from apps.dues.domain.schedules import grant_relief
from apps.examination.domain.annual_accounts import confirm_accounts
from apps.examination.domain.completeness import completeness
from apps.examination.domain.errors import NotYetExamined
from apps.examination.domain.examining import (
    add_finding,
    answer,
    appoint_auditors,
    ask,
    board_members_among,
    tick,
)
from apps.examination.domain.proofs import proofs
from apps.examination.domain.sampling import draw_sample, sample_again
from apps.examination.duties import examination_year
from apps.examination.issuing import draft_discharge, sign_report
from apps.examination.models import Examination, Question
from apps.examination.prints import dues_sentence
from apps.ledger.domain.posting import reverse_entry
from apps.ledger.sources import Source, sources
from apps.organisation.domain.seeds import load_reference_data
from apps.pdf.text import pdf_text
from tests.examination.conftest import DAY
from tests.factories.bodies import make_body as set_up
from tests.factories.bodies import make_term
from tests.factories.claims import make_write_off
from tests.factories.closing import YEAR, make_books
from tests.factories.dues import make_invoices, make_schedule
from tests.factories.ledger import make_expense
from tests.factories.members import make_member
from tests.factories.resolutions import make_body, make_decided, make_proposed
from tests.pdf.verapdf import failed_rules
from tests.waiting import taken

pytestmark = pytest.mark.django_db


def test_auditors_are_two_and_named_by_an_adopted_resolution(auditors) -> None:
    first, second = ((user, None) for user in auditors)
    with pytest.raises(DomainError, match="noch nicht gefasst"):
        appoint_auditors(2026, [first, second], resolution=make_proposed(), by=None, on=DAY)
    with pytest.raises(DomainError, match="zwei verschiedene"):
        appoint_auditors(2026, [first, first], resolution=make_decided(kind="election"), by=None, on=DAY)


def test_only_an_election_appoints_unless_somebody_is_sure(client_for, board_member, auditors) -> None:
    first, second = auditors
    form = {"year": 2026, "first": first.pk, "second": second.pk}
    client, page = client_for(board_member), "/kassenpruefung/neu/"
    budget, general = make_decided(kind="budget"), make_decided(title="Verschiedenes")
    for chosen in ({"resolution": budget.pk, "is_sure": "on"}, {"resolution": general.pk}):
        assert list(client.post(page, form | chosen).context["form"].errors) == ["resolution"]
    assert not Examination.objects.exists()
    assert client.post(page, form | {"resolution": general.pk, "is_sure": "on"}).status_code == 302
    assert Examination.objects.get().resolution == general


def test_only_those_appointed_for_the_year_see_and_examine(
    client_for, user_with, examination, auditors, treasurer
) -> None:
    page = "/kassenpruefung/2026/"
    other = user_with(Role.AUDITOR)
    seen = [client_for(user).get(page).status_code for user in (auditors[0], treasurer, other, user_with(Role.MEMBER))]
    assert seen == [200, 200, 404, 404]
    steps = [client_for(user).get(f"{page}stichprobe/").status_code for user in (auditors[0], treasurer, other)]
    assert steps == [200, 404, 404]
    appoint_auditors(
        2025,
        [(other, None), (user_with(Role.AUDITOR), None)],
        resolution=make_decided(kind="election"),
        by=None,
        on=DAY,
    )
    assert client_for(other).post(f"{page}stichprobe/", {"size": 2}).status_code == 404
    assert not examination.items.exists()


def test_sample_is_drawn_once_and_again_with_the_same_result(examination, auditors, treasurer) -> None:
    examination = draw_sample(examination, size=2, seed="Demo", by=auditors[0])
    drawn = set(examination.items.values_list("entry_id", flat=True))
    assert (examination.sample_until, examination.sample_total.amount) == (5, Decimal(1500))
    make_expense("90000.00", on=date(2026, 12, 1), by=treasurer)
    assert sample_again(examination) == drawn
    with pytest.raises(DomainError, match="schon gezogen"):
        draw_sample(examination, size=3, by=auditors[0])


def test_the_page_names_all_that_is_missing_for_the_signature(examination, auditors, client_for) -> None:
    client, page = client_for(auditors[0]), examination.get_absolute_url()
    draw_sample(examination, size=2, seed="Demo", by=auditors[0])
    ask(examination, "Wer prüft die Bank?", by=auditors[0], on=DAY)
    shown = client.get(page).content.decode()
    assert f"{page}unterzeichnen/" not in shown
    for missing in ("2 Buchungen sind noch nicht geprüft.", "Fragen ohne Antwort", "noch nicht formuliert"):
        assert missing in shown
    answered = client.post(f"{page}unterzeichnen/").content.decode()
    assert "2 Buchungen sind noch nicht geprüft. Es gibt noch Fragen ohne Antwort." in answered


def test_a_year_that_has_not_begun_is_not_examined(auditors) -> None:
    with pytest.raises(DomainError, match="noch nicht begonnen"):
        appoint_auditors(
            2028, [(user, None) for user in auditors], resolution=make_decided(kind="election"), by=None, on=DAY
        )


def test_question_is_answered_by_the_treasurer_before_the_tick(client_for, examination, auditors, treasurer) -> None:
    examination = draw_sample(examination, size=2, seed="Demo", by=auditors[0])
    item = examination.items.first()
    client = client_for(auditors[0])
    client.post(f"{item.get_absolute_url()}frage/", {"text": "Wer hat freigegeben?"})
    answered = client.post(f"{item.get_absolute_url()}abhaken/")
    assert "noch nicht beantwortet" in answered.content.decode()
    question = Question.objects.get()
    assert client.post(f"/kassenpruefung/fragen/{question.pk}/", {"text": "ich"}).status_code == 404
    assert "Eine Frage der Kassenprüfung 2026 beantworten" in client_for(treasurer).get("/").content.decode()
    assert "Fragen ohne Antwort: 1" in client.get("/").content.decode()
    client_for(treasurer).post(f"/kassenpruefung/fragen/{question.pk}/", {"text": "Die Vorsitzende."})
    start = client.get("/").content.decode()
    assert ("Fragen ohne Antwort" in start, "Antworten liegen vor: 1" in start) == (False, True)
    client.post(f"{item.get_absolute_url()}abhaken/")
    assert "Antworten liegen vor" not in client.get("/").content.decode()
    item.refresh_from_db()
    assert (item.state, item.ticked_by) == ("ticked", auditors[0])


def test_from_the_sample_the_auditor_reaches_posting_origin_and_reversal(
    client_for, examination, auditors, treasurer, monkeypatch
) -> None:
    monkeypatch.setitem(sources, "test.case", Source("Probe", lambda reference: f"/belege/?suche={reference}"))
    item = draw_sample(examination, size=1, seed="Demo", by=auditors[0]).items.get()
    reversal = reverse_entry(item.entry, by=treasurer, on=DAY, reason="doppelt erfasst")
    client = client_for(auditors[0])
    page = client.get(item.get_absolute_url()).content.decode()
    facts = page[page.index('<dl class="facts') :]
    links = re.findall(r'<dd><a [^>]*href="([^"]+)"', facts)
    assert item.entry.get_absolute_url() in links
    assert links.count("/belege/?suche=S-1") == 2
    assert reversal.get_absolute_url() in links
    assert [client.get(link).status_code for link in links] == [200] * len(links)
    assert (
        f"Die Buchung wurde inzwischen storniert, und zwar durch {reversal}."
        in client.get(f"{item.get_absolute_url()}abhaken/").content.decode()
    )
    done = client.post(f"{item.get_absolute_url()}abhaken/", follow=True).content.decode()
    assert "ist als geprüft abgehakt" in done


def test_change_after_the_first_signature_lets_it_lapse(examined, accounts, auditors) -> None:
    sign_report(examined, by=auditors[0], on=DAY)
    add_finding(examined, weight="note", text="Belege besser sortieren", by=auditors[1])
    assert not examined.auditors.filter(signed_on__isnull=False).exists()


def test_unfinished_is_not_signed(examination, auditors, treasurer) -> None:
    with pytest.raises(DomainError, match="Stichprobe"):
        sign_report(examination, by=auditors[0], on=DAY)
    examination = draw_sample(examination, size=9, by=auditors[0])
    with pytest.raises(DomainError, match="5 Buchungen"):
        sign_report(examination, by=auditors[0], on=DAY)
    for item in examination.items.all():
        tick(item, by=auditors[1], on=DAY)
    question = ask(examination, "Wo liegt der Vertrag?", by=auditors[0], on=DAY)
    with pytest.raises(DomainError, match="Fragen ohne Antwort"):
        sign_report(examination, by=auditors[0], on=DAY)
    answer(question, "Im Ordner.", by=treasurer, on=DAY)
    with pytest.raises(DomainError, match="Ergebnis"):
        sign_report(examination, by=auditors[0], on=DAY)


def test_nobody_signs_for_accounts_that_are_not_prepared_or_her_own(examined, auditors, treasurer) -> None:
    load_reference_data()
    with pytest.raises(NotYetExamined, match="noch nicht aufgestellt"):
        sign_report(examined, by=auditors[0], on=DAY)
    draft = begin_accounts(2026, by=treasurer, on=DAY)
    with pytest.raises(NotYetExamined, match="noch nicht aufgestellt"):
        sign_report(examined, by=auditors[0], on=DAY)
    prepare_accounts(draft, by=auditors[0], on=DAY)
    with pytest.raises(SamePerson):
        sign_report(examined, by=auditors[0], on=DAY)
    assert not examined.auditors.filter(signed_on__isnull=False).exists()


def test_signature_lapses_with_the_figures_it_was_given_for(examined, accounts, auditors, treasurer) -> None:
    sign_report(examined, by=auditors[0], on=DAY)
    make_expense("1.00", on=date(2026, 12, 31), by=treasurer)
    with pytest.raises(FiguresChanged):
        sign_report(examined, by=auditors[1], on=DAY)
    prepare_accounts(return_accounts(accounts, reason="Nachbuchung", by=treasurer), by=treasurer, on=DAY)
    examined = sign_report(examined, by=auditors[1], on=DAY)
    assert [each.signed_on for each in examined.auditors.all()] == [None, DAY]
    assert sign_report(examined, by=auditors[0], on=DAY).is_reported


def test_accounts_drawn_up_anew_after_the_report_are_confirmed_by_an_auditor(
    client_for, examined, accounts, auditors, treasurer
) -> None:
    for user in auditors:
        examined = sign_report(examined, by=user, on=DAY)
    with pytest.raises(NotYetExamined, match="keinen neu"):
        confirm_accounts(examined, result="nichts", by=auditors[0], on=DAY)
    accounts = return_accounts(AnnualAccounts.objects.get(), reason="Zahlendreher", by=treasurer)
    prepare_accounts(accounts, by=treasurer, on=DAY)
    assert (
        "Neu aufgestellten Abschluss bestätigen"
        in client_for(auditors[1]).get("/kassenpruefung/2026/").content.decode()
    )
    assert client_for(treasurer).post("/kassenpruefung/2026/bestaetigen/", {"result": "x"}).status_code == 404
    client_for(auditors[1]).post("/kassenpruefung/2026/bestaetigen/", {"result": "Buchung B2026-00005 gesehen"})
    accounts.refresh_from_db()
    assert (accounts.state, accounts.examination_note) == ("examined", "Buchung B2026-00005 gesehen")
    assert accounts.examined_by == auditors[1]


def test_signed_by_both_it_is_frozen_filed_and_moves_the_discharge(
    client_for, examined, accounts, auditors, user_with
) -> None:
    make_body()
    make_term(set_up(BodyKind.BOARD), on=date(2026, 1, 1), person_name="Petra Wolff")
    for user in auditors:
        client_for(user).post("/kassenpruefung/2026/unterzeichnen/")
    examination = Examination.objects.get()
    version = examination.report.versions.get()
    with default_storage.open(version.storage_path) as file:
        content = file.read()
    assert sha256(content).hexdigest() == examination.report_sha256
    assert f"Dokument {examination.report.number}" in pdf_text(content)
    with pytest.raises(DomainError, match="nichts mehr"):
        add_finding(examination, weight="note", text="zu spät", by=auditors[0])
    accounts.refresh_from_db()
    assert (accounts.state, accounts.examined_by) == ("examined", auditors[1])
    assert accounts.examination_note == f"Bericht {examination.report.number}, Empfehlung: Entlastung erteilen"
    assert examination.figures_hash == accounts.figures_hash
    assert report_keys(2026) == {examination.report.pk}
    assert report_keys(2025) == set()
    assert examination.discharge == ""
    motion = draft_discharge(examination, by=auditors[0], on=DAY)
    assert motion.state == "draft"
    examination.refresh_from_db()
    assert examination.discharge == "Antrag: Entwurf"
    page = client_for(auditors[0]).get("/abschluss/2026/").content.decode()
    assert "Entlastung des Vorstands" in page
    assert "Antrag: Entwurf" in page
    assert "Petra Wolff" in motion.reasoning
    assert examination.report.number in motion.reasoning
    with pytest.raises(DomainError, match="schon entworfen"):
        draft_discharge(examination, by=auditors[0], on=DAY)
    for sql in (
        "UPDATE examination_examination SET conclusion = 'x'",
        "DELETE FROM examination_sampleitem",
        "UPDATE examination_auditor SET signed_on = NULL",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


@pytest.mark.slow
def test_the_report_is_accessible_and_archivable(examined, accounts, auditors) -> None:
    for user in auditors:
        examined = sign_report(examined, by=user, on=DAY)
    with default_storage.open(examined.report.versions.get().storage_path) as file:
        content = file.read()
    assert [failed_rules(content, flavour) for flavour in ("ua1", "3a")] == [[], []]


def test_board_members_are_named(auditors) -> None:
    make_term(set_up(BodyKind.BOARD), on=date(2026, 5, 1), user=auditors[1])
    assert board_members_among(auditors, 2026) == [str(auditors[1])]
    assert board_members_among(auditors[:1], 2026) == []


def test_balances_are_proven_from_the_rows(examination) -> None:
    found = proofs(2026)
    assert [(proof.expected, proof.found, proof.holds) for proof in found[:2]] == [
        (Decimal(1500), Decimal(1500), True),
        (Decimal(0), Decimal(0), True),
    ]
    assert [proof.found for proof in found[2:]] == [Decimal(5), Decimal(0)]


def test_the_year_names_examination_and_discharge(examined, accounts, auditors, treasurer, user_with) -> None:
    def steps() -> list[tuple[str, date, bool]]:
        return [(step.title, step.on, done) for step, done in taken(examination_year(treasurer, [2025, 2026]))]

    assert steps() == [
        ("Kassenprüfung 2026 abschließen", date(2027, 6, 30), False),
        ("Entlastung für 2026 beschließen", date(2027, 12, 31), False),
    ]
    for user in auditors:
        sign_report(examined, by=user, on=DAY)
    assert [done for _title, _on, done in steps()] == [True, False]
    assert list(examination_year(user_with(Role.MEMBER), [2026])) == []


def test_who_owes_nothing_is_no_difference(treasurer) -> None:
    """Bonn is exempt by resolution, Köln owes 300 euros and was forgotten."""
    bonn, koeln = make_member("Bonn", since=date(2026, 1, 1)), make_member("Köln", since=date(2026, 1, 1))
    make_schedule(form="flat", base_fee=euros(300), valid_from=date(2026, 1, 1))
    grant_relief(
        city=bonn, kind="exemption", percent=Decimal(100), valid_from=date(2026, 1, 1), valid_until=None,
        resolution=make_decided(), reason="neu", by=treasurer,
    )  # fmt: skip
    found = completeness(2026)
    assert (found.members, found.exempt) == (2, 1)
    assert [(row.city, row.expected) for row in found.differences] == [(koeln.name, Decimal(300))]


def test_what_was_written_off_is_told_and_no_difference(db) -> None:
    bonn, _koeln = make_invoices()
    make_write_off(bonn, "48.36")
    found = completeness(2027)
    assert (found.claimed, found.written_off, found.differences) == (Decimal("11457.64"), Decimal("48.36"), [])
    assert "Davon sind 48,36 € ausgebucht." in dues_sentence(found).replace("\xa0", " ")


def test_member_without_an_invoice_is_a_difference(db) -> None:
    make_member("Bonn", since=date(2026, 7, 1))
    make_member("Köln", since=date(2027, 1, 1))
    found = completeness(2026)
    assert (found.members, found.invoices) == (1, 0)
    assert [(row.city, row.reason) for row in found.differences] == [("Bonn", "Mitglied ohne Beitragsrechnung")]


def test_the_first_year_of_the_books_is_proposed_first(client_for, board_member):
    def proposed() -> int:
        with time_machine.travel(datetime(YEAR, 11, 26, 9, tzinfo=UTC), tick=False):
            return client_for(board_member).get(reverse("examination:appoint")).context["form"]["year"].value()

    assert proposed() == YEAR - 1
    make_books(YEAR)
    assert proposed() == YEAR
    make_books(YEAR - 1)
    assert proposed() == YEAR - 1
