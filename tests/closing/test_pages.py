"""The closing through the browser's eyes: steps by role, statement, files, duties."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.closing.calculations.datev import balances, read_file
from apps.closing.domain.books import Books
from apps.closing.domain.bridge import bridge
from apps.closing.domain.closing import begin_accounts, record_examination
from apps.closing.domain.datev import set_adviser
from apps.closing.domain.package import make_package
from apps.closing.domain.statement import build_statement
from apps.closing.duties import closing_duties, closing_year
from apps.closing.models import AnnualAccounts
from apps.closing.prints import StatementPrint, print_funds, print_report
from apps.documents.models import Document
from apps.pdf.text import pdf_text
from tests.factories.closing import (
    NEXT,
    YEAR,
    count_cash_on,
    credit,
    debit,
    make_accounts,
    make_books,
    make_charitable,
    make_plan,
    make_resolution,
    post,
)
from tests.factories.organisation import make_profile
from tests.factories.resolutions import make_decided
from tests.pdf.verapdf import failed_rules
from tests.waiting import resolve, taken

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _in_the_next_year():
    with time_machine.travel(NEXT, tick=False):
        yield


@pytest.fixture
def books() -> None:
    make_profile()
    make_books()


def url(name: str) -> str:
    return f"/abschluss/{YEAR}/{name}"


@pytest.mark.usefixtures("books")
def test_the_whole_way_by_the_people_who_go_it(
    client_for: ClientFor, treasurer: User, auditor: User, board_member: User
):
    keeper, examiner, board = client_for(treasurer), client_for(auditor), client_for(board_member)
    assert keeper.post("/abschluss/neu/", {"year": YEAR}).status_code == 302
    assert "Am Jahresende leer: Ungeklärte Zahlungen" in keeper.get(url("")).content.decode()
    assert keeper.post(url("aufstellen/")).status_code == 302
    assert "aufgestellt" in examiner.get(url("")).content.decode()
    record_examination(AnnualAccounts.objects.get(), result="Keine Beanstandungen", by=auditor, on=NEXT)
    election = make_decided(kind="election", title="Wahl der Kassenprüfung")
    refused = board.post(url("beschluss/"), {"resolution": election.pk, "is_sure": "on"})
    assert list(refused.context["form"].errors) == ["resolution"]
    general = make_decided(title="Verschiedenes")
    refused = board.post(url("beschluss/"), {"resolution": general.pk})
    assert "nicht „Jahresabschluss“" in refused.context["form"].errors["resolution"][0]
    resolution = make_resolution()
    assert board.post(url("beschluss/"), {"resolution": resolution.pk}).status_code == 302
    page = keeper.get(url("abschliessen/")).content.decode()
    assert "5 Buchungen stehen fest" in page
    assert keeper.post(url("abschliessen/")).status_code == 302
    accounts = AnnualAccounts.objects.get()
    assert accounts.is_closed
    assert accounts.document == Document.objects.get(origin="closing.report")
    with default_storage.open(accounts.document.versions.get().storage_path) as file:
        assert f"Dokument {accounts.document.number}" in pdf_text(file.read())
    again = keeper.post(url("abschliessen/"))
    assert "Dieser Schritt ist von dort aus nicht möglich" in again.content.decode()
    assert Document.objects.filter(origin="closing.report").count() == 1


@pytest.mark.usefixtures("books")
def test_what_stands_in_the_way_takes_the_button_away(client_for: ClientFor, treasurer: User):
    post(date(YEAR, 8, 1), debit("BANK", "5.00"), credit("SUSPENSE", "5.00"))
    make_accounts()
    page = client_for(treasurer).get(url("aufstellen/")).content.decode()
    assert "Ungeklärte Zahlungen" in page
    assert 'type="submit"><span class="kern-label">Jahresabschluss aufstellen' not in page
    assert "1 Punkt steht im Weg" in client_for(treasurer).get(url("")).content.decode()


@pytest.mark.usefixtures("books")
def test_the_statement_leads_to_the_account_sheet(client_for: ClientFor, auditor: User):
    make_accounts()
    page = client_for(auditor).get(url("jahresrechnung/")).content.decode()
    assert "/buchhaltung/konten/40000/?von=2027-01-01&amp;bis=2027-12-31" in page
    assert "600,00" in page
    assert "850,00" in page


@pytest.mark.usefixtures("books")
def test_tables_come_as_csv_and_xlsx(client_for: ClientFor, auditor: User):
    make_accounts()
    client = client_for(auditor)
    text = client.get(url("tabellen/einnahmen-ausgaben.csv")).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [(row["Konto"], row["2027"]) for row in rows] == [
        ("40000", "600,00"),
        ("51000", "80,00"),
        ("44000", "30,00"),
        ("43000", "100,00"),
    ]
    assert client.get(url("tabellen/offene-posten.xlsx")).content.startswith(b"PK")
    assert client.get(url("tabellen/geheim.xlsx")).status_code == 404


@pytest.mark.usefixtures("books")
def test_the_adviser_file_asks_for_its_numbers_first(client_for: ClientFor, treasurer: User):
    make_accounts()
    client = client_for(treasurer)
    assert client.get(url("datev.csv")).url == "/abschluss/steuerberatung/"
    client.post("/abschluss/steuerberatung/", {"consultant_number": 1501, "client_number": 23, "chart": "42"})
    file = read_file(client.get(url("datev.csv")).content)
    assert balances(file.rows)["40000"] == -1000


@pytest.mark.usefixtures("books")
def test_carried_balances_are_offered_once_the_year_before_is_closed(client_for: ClientFor, treasurer: User):
    make_accounts("closed", 2027)
    begin_accounts(2028, by=treasurer, on=date(2028, 3, 2))
    set_adviser(consultant_number=1501, client_number=23, chart="42", by=treasurer)
    client = client_for(treasurer)
    assert "datev-saldenvortraege.csv" not in client.get(url("")).content.decode()
    refused = client.get(url("datev-saldenvortraege.csv"), follow=True)
    assert "sobald das Jahr 2026 abgeschlossen ist" in refused.content.decode()
    assert "/abschluss/2028/datev-saldenvortraege.csv" in client.get("/abschluss/2028/").content.decode()
    file = client.get("/abschluss/2028/datev-saldenvortraege.csv")
    assert file.headers["Content-Disposition"].endswith('filename="EXTF_Saldenvortraege_2028.csv"')
    assert balances(read_file(file.content).rows)["12000"] == 400


def test_packages_are_offered_in_words(client_for: ClientFor, auditor: User, treasurer: User):
    make_books()
    make_accounts()
    package = make_package(2027, by=treasurer, at=datetime(2028, 3, 2, 9, 5, tzinfo=UTC))
    page = client_for(auditor).get(url("pakete/")).content.decode()
    label = "ZIP-Datei vom 02.03.2028, 10:05 Uhr herunterladen"
    assert re.search(rf'<a [^>]*href="{package.get_absolute_url()}"[^>]*>\s*{label}', page)
    assert "Doppelklick auf pruefen.py" in page


@pytest.mark.usefixtures("books")
def test_reserves_are_refused_beside_the_amount(client_for: ClientFor, treasurer: User):
    make_charitable()
    make_accounts()
    client = client_for(treasurer)
    form = {
        "year": YEAR,
        "kind": "free",
        "direction": "form",
        "amount": "80,00",
        "purpose": "Rücklage",
        "resolution": make_resolution().pk,
    }
    page = client.post("/abschluss/ruecklagen/buchen/", form).content.decode()
    assert "höchstens noch 80,00" not in page
    refused = client.post("/abschluss/ruecklagen/buchen/", form | {"amount": "0,01"}).content.decode()
    assert "höchstens noch 0,00" in refused
    assert "Mittel nach dem Jahr ihres Zuflusses" in client.get(url("mittelverwendung/")).content.decode()


def test_duties_name_the_next_step(treasurer: User, auditor: User):
    make_books()
    assert [duty.detail for duty in resolve(closing_duties(treasurer, NEXT))] == ["Noch nicht begonnen."]
    make_accounts("prepared")
    [duty] = resolve(closing_duties(treasurer, NEXT))
    assert (duty.detail, duty.due_on) == ("Aufgestellt. Die Kassenprüfung steht aus.", date(2028, 5, 31))
    assert [duty.title for duty in resolve(closing_duties(auditor, NEXT))] == ["Jahresabschluss 2027 prüfen"]


def test_the_year_names_both_steps_and_which_is_done(treasurer: User, auditor: User):
    make_books()
    make_accounts("prepared")
    assert [(step.title, step.on, done) for step, done in taken(closing_year(treasurer, [YEAR, YEAR + 1]))] == [
        ("Jahresabschluss 2027 aufstellen", date(2028, 5, 31), True),
        ("Geschäftsjahr 2027 abschließen", date(2028, 12, 31), False),
    ]
    assert list(closing_year(auditor, [YEAR])) == []


def test_the_reports_on_paper_hold_the_figures():
    """Kassenbericht and use of funds, with letterhead, sums and the line to sign on."""
    make_profile()
    make_books()
    make_charitable()
    accounts = make_accounts("prepared")
    report = pdf_text(print_report(accounts, on=NEXT, created=timezone.now()))
    for part in ("Kassenbericht 2027", "650,00", "850,00", "Schatzmeister:in", accounts.figures_hash[:20]):
        assert part in report
    assert "zugeflossen" in pdf_text(print_funds(YEAR, on=NEXT, created=timezone.now()))


@pytest.mark.slow
def test_the_reports_are_accessible_and_archivable():
    make_profile()
    make_books()
    make_charitable()
    report = print_report(make_accounts("prepared"), on=NEXT, created=timezone.now())
    for content in (report, print_funds(YEAR, on=NEXT, created=timezone.now())):
        assert [failed_rules(content, flavour) for flavour in ("ua1", "3a")] == [[], []]


@pytest.mark.usefixtures("books")
def test_the_statement_of_assets_adds_up(client_for: ClientFor, treasurer: User):
    """Assets less debts are the own funds, the result of the year among them."""
    shown = StatementPrint(make_accounts())
    assert shown.statement.is_proven
    sums = {label: closing for label, _rows, _opening, closing in shown.stock}
    assert sums["Vermögen"] - sums["Verbindlichkeiten"] == sums["Eigene Mittel"] == shown.statement.net_assets
    page = client_for(treasurer).get(url("jahresrechnung/")).content.decode()
    assert "Ergebnis 2027 nach Rechnungen" in page
    assert "Ergebnis 2027" in client_for(treasurer).get(url("tabellen/vermoegen.csv")).content.decode("utf-8-sig")


@pytest.mark.usefixtures("books")
def test_the_checklist_asks_few_questions(
    client_for: ClientFor, treasurer: User, django_assert_max_num_queries: Callable
):
    """A second visit, when the cash view is kept: the page asks as much whatever the books hold."""
    make_plan({"ROOM": 150, "DUES": 1000})
    post(date(YEAR, 8, 1), debit("CASH", "50.00"), credit("BANK", "50.00"))
    count_cash_on(date(YEAR, 12, 31), by=treasurer)
    make_accounts()
    client = client_for(treasurer)
    client.get(url(""))
    with django_assert_max_num_queries(20):
        page = client.get(url("")).content.decode()
    assert "Vor dem Abschluss" in page
    assert "Haushaltsplan 2027" in page


@pytest.mark.usefixtures("books")
def test_the_statement_explains_why_an_account_shows_another_amount(client_for: ClientFor, treasurer: User):
    """Two bills of 270 euros are on the account but not paid; what was paid as booked is not listed."""
    post(date(YEAR, 9, 1), debit("ROOM", "70.00"), credit("PAYABLE", "70.00"), text="Saal")
    make_accounts()
    books = Books(YEAR)
    [row] = [row for row in bridge(build_statement(YEAR, books), books) if row.name == "Raummieten"]
    assert (row.booked, row.paid, row.difference) == (270, 0, -270)
    page = client_for(treasurer).get(url("jahresrechnung/")).content.decode()
    assert "Warum manche Konten einen anderen Betrag zeigen" in page


@pytest.mark.usefixtures("books")
def test_the_checklist_leads_only_where_its_reader_may_go(client_for: ClientFor, treasurer: User, auditor: User):
    make_accounts()
    pages = [client_for(user).get(url("")).content.decode() for user in (treasurer, auditor)]
    assert ["/belege/anlagen/abschreiben/" in page for page in pages] == [True, False]
    assert ["/buchhaltung/summen-und-salden/" in page for page in pages] == [True, True]


def test_before_the_year_is_over_the_checklist_says_so_and_offers_nothing(client_for: ClientFor, treasurer: User):
    make_profile()
    make_books(NEXT.year)
    accounts = make_accounts(year=NEXT.year)
    client, own = client_for(treasurer), accounts.get_absolute_url()
    page = client.get(own).content.decode()
    assert "Aufgestellt werden kann ab dem 01.01.2029." in page
    assert f"{own}aufstellen/" not in page
    step = client.get(f"{own}aufstellen/").content.decode()
    assert "Das Jahr 2028 ist noch nicht vorbei." in step
    assert '<button class="kern-btn kern-btn--primary"' not in step
    assert resolve(closing_duties(treasurer, NEXT)) == []
    with time_machine.travel(date(2029, 1, 1), tick=False):
        assert f"{own}aufstellen/" in client_for(treasurer).get(own).content.decode()
        assert [duty.title for duty in resolve(closing_duties(treasurer, date(2029, 1, 1)))] == ["Jahresabschluss 2028"]
