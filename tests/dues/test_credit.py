"""Credit of a city on screen: shown, set off only by a deliberate act with its basis, taken back."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.roles import Role
from apps.audit.models import JournalEntry
from apps.dues.domain import errors
from apps.dues.domain.cancelling import cancel_invoice
from apps.dues.domain.issuing import issue_run
from apps.dues.domain.payments import apply_credit, cities_with_credit, credit_balance, refund_credit
from apps.dues.domain.queries import city_account
from apps.dues.models import Allocation, Invoice
from apps.dues.prints import account_job, credit_note_job
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.posting import post_entry
from apps.organisation.domain.queries import letterhead
from apps.pdf.render import render_pdf
from apps.pdf.text import pdf_text
from tests.factories.dues import TODAY, make_invoices, make_payment, make_preview
from tests.factories.members import make_delegate, make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eleventh_of_january")]
D = Decimal
WISH = "Schreiben der Stadtkasse vom 04.01.2027"


def plain(content: bytes) -> str:
    return content.decode().replace("\xa0", " ")


@pytest.fixture
def paid_and_cancelled() -> tuple[Invoice, Invoice]:
    """Bonn paid its invoice, which was then cancelled and replaced by a supplement."""
    [bonn, _koeln] = make_invoices()
    make_payment(bonn, "2748.36", on=TODAY)
    cancel_invoice(bonn, reason="Falsche Anschrift", by=None, on=TODAY)
    [again] = issue_run(make_preview(supplement=True), by=None, on=TODAY)
    return bonn, again


def test_paid_and_cancelled_leaves_credit_that_nothing_sets_off_by_itself(paid_and_cancelled, client_of):
    bonn, again = paid_and_cancelled
    assert cities_with_credit() == {bonn.city_id: D("2748.36")}
    assert Invoice.objects.with_balance().get(pk=again.pk).outstanding == D("2748.36")
    client = client_of(Role.TREASURER)
    cancelled = plain(client.get(bonn.get_absolute_url()).content)
    assert "Die Stadt hat ein Guthaben von 2.748,36 €." in cancelled
    assert ("<dt>Guthaben</dt><dd>2.748,36 €</dd>" in " ".join(cancelled.split()), "−2.748,36" in cancelled) == (
        True,
        False,
    )
    page = plain(client.get(reverse("dues:credit", args=["bonn"])).content)
    assert "bezahlt und am 11.01.2027 storniert" in page
    assert reverse("dues:apply_credit", args=[again.number]) in page
    assert "§ 395 BGB" in page


def test_set_off_with_its_basis_and_back(paid_and_cancelled, client_of):
    bonn, again = paid_and_cancelled
    client = client_of(Role.TREASURER)
    url = reverse("dues:apply_credit", args=[again.number])
    assert "dieselbe Kasse" in plain(client.get(url).content)
    for _click in range(2):
        client.post(url, {"amount": "2.748,36", "reason": WISH})
    assert Invoice.objects.with_balance().get(pk=again.pk).outstanding == 0
    assert credit_balance(bonn.city) == 0
    assert JournalEntry.objects.filter(verb="dues.credit_applied").get().reason == WISH
    moved = Allocation.objects.get(counterpart__isnull=False)
    release = reverse("dues:release_credit", args=[moved.pk])
    credit_page = reverse("dues:credit", args=["bonn"])
    assert release in client.get(credit_page).content.decode()
    assert f"Auf Rechnung {again.number} sind 2.748,36 € wieder offen." in plain(client.get(release).content)
    for _click in range(2):
        client.post(release, {"reason": "Stadt hat widersprochen"})
    assert credit_balance(bonn.city) == D("2748.36")
    page = client.get(credit_page).content.decode()
    assert release not in page
    assert "zurückgenommen" in page


def test_set_off_needs_a_basis(paid_and_cancelled):
    _bonn, again = paid_and_cancelled
    with pytest.raises(errors.ReasonMissing):
        apply_credit(again, amount=D(1), reason=" ", by=None, on=TODAY)


def test_without_credit_there_is_no_button(client_of):
    [bonn, _koeln] = make_invoices()
    page = plain(client_of(Role.TREASURER).get(reverse("dues:apply_credit", args=[bonn.number])).content)
    assert "Es gibt nichts zu verrechnen" in page
    assert 'name="amount"' not in page


def test_list_of_credit_adds_up_and_a_refund_leaves_it(paid_and_cancelled, client_of):
    bonn, _again = paid_and_cancelled
    koeln = Invoice.objects.get(city__name="Köln")
    make_payment(koeln, "8710.28", on=TODAY)
    make_payment(None, "10.00", city=koeln.city, on=TODAY)
    assert cities_with_credit() == {bonn.city_id: D("2748.36"), koeln.city_id: D("11.00")}
    client = client_of(Role.AUDITOR)
    assert "2.759,36 €" in plain(client.get(reverse("dues:credits")).content)
    assert "11,00" in client.get(reverse("dues:credits"), {"export": "csv"}).content.decode("utf-8-sig")
    lines = (Line("RECEIVABLE_DUES", debit=D("2748.36"), city=bonn.city), Line("BANK", credit=D("2748.36")))
    entry = post_entry(on=TODAY, text="Erstattung", lines=lines, source="test.case", reference="S-1", by=None)
    refund_credit(bonn.city, amount=D("2748.36"), entry=entry, by=None, on=TODAY)
    assert cities_with_credit() == {koeln.city_id: D("11.00")}
    assert "Erstattung" in client.get(reverse("dues:credit", args=["bonn"])).content.decode()


def test_city_sees_its_credit_and_cannot_act(paid_and_cancelled, client):
    bonn, again = paid_and_cancelled
    client.force_login(make_delegate(bonn.city))
    page = plain(client.get(reverse("dues:credit", args=["bonn"])).content)
    assert "2.748,36 €" in page
    assert reverse("dues:apply_credit", args=[again.number]) not in page
    assert client.get(reverse("dues:credits")).status_code == 404


def test_credit_note_promises_the_money_and_no_set_off(paid_and_cancelled):
    bonn, _again = paid_and_cancelled
    bonn.refresh_from_db()
    job = credit_note_job(bonn.credit_note, letterhead(TODAY))
    content = render_pdf(job.template, job.context, title=job.title, created=job.created, author=job.author)
    text = " ".join(pdf_text(content).replace("\xa0", " ").split())
    assert (
        "Wir zahlen es zurück. Mit einem offenen Beitrag verrechnen wir es nur, wenn Sie das wünschen (§ 395 BGB)."
        in text
    )
    assert "−2.748,36 €" in text


def test_pages_need_the_same_queries_for_more_credit(paid_and_cancelled, client_of):
    client = client_of(Role.TREASURER)
    counts = []
    for number in range(3):
        urls = [reverse("dues:credits"), reverse("dues:credit", args=["bonn"])]
        with CaptureQueriesContext(connection) as queries:
            assert [client.get(url).status_code for url in urls] == [200, 200]
        counts.append(len(queries))
        make_payment(None, "5.00", city=make_member(f"Stadt {number}"), on=date(2027, 1, 5))
        make_payment(None, "5.00", city=paid_and_cancelled[0].city, on=date(2027, 1, 5))
    assert counts[1] == counts[2]
    assert counts[2] <= 40


def test_the_figure_on_the_tiles_is_the_sum_of_the_list_they_lead_to(paid_and_cancelled, client_of):
    """Köln paid a part, Bonn's cancelled invoice was paid: neither is forgotten, and credit lessens no claim."""
    _bonn, again = paid_and_cancelled
    koeln = Invoice.objects.get(city__name="Köln")
    make_payment(koeln, "709.28", on=TODAY)
    client = client_of(Role.TREASURER)
    link = reverse("dues:invoices") + "?stand=offen"
    for start in (reverse("dues:overview"), "/"):
        page = plain(client.get(start).content)
        assert link in page
        assert "10.748,36 €" in page
    shown = plain(client.get(link).content)
    assert koeln.number in shown
    assert again.number in shown
    assert "10.748,36 €" in shown
    everything = plain(client.get(reverse("dues:invoices")).content)
    assert "10.748,36 €" in everything
    assert "-2.748,36 €" not in everything.replace("−", "-")


def test_credit_beside_an_open_invoice_of_the_same_size_is_not_called_balanced(paid_and_cancelled, client_of):
    bonn, _again = paid_and_cancelled
    account = city_account(bonn.city)
    assert (account.balance, account.owed, account.credit) == (0, D("2748.36"), D("2748.36"))
    page = plain(client_of(Role.TREASURER).get(reverse("dues:account", args=["bonn"])).content)
    assert "offen: 2.748,36 €, Guthaben: 2.748,36 €" in page
    assert "Guthaben und Rechnung stehen gegeneinander." in page
    assert "ausgeglichen" not in page
    job = account_job(account, letterhead(TODAY), on=TODAY)
    paper = plain(render_to_string(job.template, job.context).encode())
    assert "dem steht ein Guthaben von 2.748,36 € gegenüber" in paper
    assert "ausgeglichen" not in paper
