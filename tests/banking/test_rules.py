"""Rules are proposed after the same decision twice, propose with a reason, and never book by themselves."""

from datetime import date

import pytest
from django.urls import reverse

from apps.audit.models import JournalEntry
from apps.banking.domain.batch import certain_proposals
from apps.banking.domain.booking import Part, book_line
from apps.banking.domain.errors import RuleNotPossible
from apps.banking.domain.rule_book import common_words, delete_rule, forget_known_account, make_rule, switch_rule
from apps.banking.enums import Direction, MatchKind, RuleState
from apps.banking.models import BankLine, BookingRule, KnownAccount
from apps.ledger.domain.accounts import account
from apps.members.models import City
from tests.banking.conftest import TODAY
from tests.factories.banking import Row

pytestmark = pytest.mark.django_db
IBAN = "DE02120300000000202051"
ROWS = [
    Row("-19.90", "Serverpacht Rechnung 11", "Rechenzentrum", IBAN, on=date(2027, 1, 5)),
    Row("-19.90", "Serverpacht Rechnung 12", "Rechenzentrum", IBAN, on=date(2027, 1, 12)),
    Row("-24.90", "Serverpacht Rechnung 13", "Rechenzentrum", IBAN, on=date(2027, 1, 19)),
]


@pytest.fixture
def lines(association, read_in) -> list[BankLine]:
    read_in(*ROWS)
    return list(BankLine.objects.order_by("booked_on"))


def decide(line: BankLine, key: str, by) -> BankLine:
    return book_line(line, parts=[Part(abs(line.amount.amount), account=account(key))], by=by, on=TODAY)


def test_the_second_same_decision_proposes_a_rule_and_the_first_does_not(lines, treasurer):
    decide(lines[0], "IT", treasurer)
    assert not BookingRule.objects.exists()
    decide(lines[1], "IT", treasurer)
    rule = BookingRule.objects.get()
    assert (rule.state, rule.direction, rule.iban, rule.text_words, rule.account.key) == (
        RuleState.PROPOSED,
        Direction.OUT,
        IBAN,
        "SERVERPACHT RECHNUNG",
        "IT",
    )
    assert lines[2].proposals.count() == 0


def test_two_different_decisions_propose_nothing(lines, treasurer):
    decide(lines[0], "IT", treasurer)
    decide(lines[1], "ROOM", treasurer)
    assert not BookingRule.objects.exists()


def test_an_accepted_rule_proposes_with_its_reason_counts_and_books_nothing(lines, treasurer):
    decide(lines[0], "IT", treasurer)
    decide(lines[1], "IT", treasurer)
    switch_rule(BookingRule.objects.get(), on=True, by=treasurer)

    proposal = lines[2].proposals.get()
    assert (proposal.kind, proposal.score, proposal.account) == (MatchKind.RULE, 88, account("IT"))
    assert proposal.reason == (
        "Ihre Regel passt: Ausgänge, Konto DE02 1203 0000 0000 2020 51, Zweck mit „SERVERPACHT RECHNUNG“ → "
        f"{account('IT')} (bisher 0-mal angenommen)"
    )
    assert certain_proposals() == []
    lines[2].refresh_from_db()
    assert lines[2].entry is None

    book_line(lines[2], proposal=proposal.pk, by=treasurer, on=TODAY)
    rule = BookingRule.objects.get()
    assert (rule.hits, rule.last_hit_on) == (1, TODAY)
    assert rule.history.count() == 3


def test_a_rule_switched_off_or_deleted_proposes_no_longer(lines, treasurer):
    rule = make_rule(direction="out", text_words="serverpacht", account=account("IT"), by=treasurer, on=TODAY)
    assert [line.proposals.count() for line in lines] == [1, 1, 1]
    switch_rule(rule, on=False, by=treasurer)
    assert [line.proposals.count() for line in lines] == [0, 0, 0]
    switch_rule(rule, on=True, by=treasurer)
    delete_rule(rule, by=treasurer)
    assert [line.proposals.count() for line in lines] == [0, 0, 0]
    assert JournalEntry.objects.filter(verb="banking.rule_deleted", actor_id=treasurer.pk).count() == 1


def test_a_declined_rule_is_not_proposed_again(lines, treasurer):
    decide(lines[0], "IT", treasurer)
    decide(lines[1], "IT", treasurer)
    delete_rule(BookingRule.objects.get(), by=treasurer)
    decide(lines[2], "IT", treasurer)
    assert list(BookingRule.objects.values_list("state", flat=True)) == [RuleState.DECLINED]
    assert not BookingRule.objects.known().exists()


def test_a_rule_for_a_city_reads_its_invoices(invoices, read_in, treasurer):
    bonn = City.objects.get(name="Bonn")
    make_rule(direction="in", text_words="Kassenzeichen 4711", city=bonn, by=treasurer, on=TODAY)
    read_in(Row("2748.36", "Kassenzeichen 4711/27", "Regionalkasse West"))
    proposal = BankLine.objects.get().proposals.first()
    assert (proposal.city, proposal.score, proposal.targets.get().invoice) == (bonn, 72, invoices[0])


def test_umlauts_and_case_do_not_matter(association, read_in, treasurer):
    make_rule(direction="out", name_words="Bürobedarf Müller", account=account("OFFICE"), by=treasurer, on=TODAY)
    read_in(Row("-9.00", "x", "BUEROBEDARF MUELLER GMBH"))
    assert BankLine.objects.get().proposals.get().kind == MatchKind.RULE


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"direction": "out"}, "Bitte geben Sie mindestens eine Bedingung an"),
        ({"direction": "out", "text_words": "x"}, "Bitte geben Sie entweder ein Konto oder eine Stadt an."),
        ({"direction": "out", "text_words": "x", "city": "Bonn"}, "Nur Eingänge können einer Stadt zugeordnet werden."),
        ({"direction": "out", "text_words": "doppelt", "account": "IT"}, "Diese Regel gibt es schon"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(invoices, treasurer, values, sentence):
    make_rule(direction="out", text_words="doppelt", account=account("IT"), by=treasurer, on=TODAY)
    found = dict(values)
    if "city" in found:
        found["city"] = City.objects.get(name=found["city"])
    if "account" in found:
        found["account"] = account(found["account"])
    with pytest.raises(RuleNotPossible) as refused:
        make_rule(**found, by=treasurer, on=TODAY)
    assert str(refused.value).startswith(sentence)
    assert BookingRule.objects.count() == 1


def test_a_known_account_can_be_forgotten(invoices, read_in, treasurer):
    read_in(Row("10.00", "Beitrag", "Regionalkasse West", IBAN))
    known = KnownAccount.objects.create(iban=IBAN, city=City.objects.get(name="Bonn"))
    forget_known_account(known, by=treasurer)
    assert not KnownAccount.objects.exists()
    assert BankLine.objects.get().proposals.count() == 0


def test_words_in_common():
    assert common_words("Kontoführung 12/2026", "Kontofuehrung 01/2027") == "KONTOFUEHRUNG"
    assert common_words("Miete Saal A, Januar", "Miete Saal A, Februar") == "MIETE SAAL A"
    assert common_words("Kontoführungsgebühr März", "Kontofuehrungsgebuehr Maerz") == "KONTOFUEHRUNGSGEBUEHR"
    assert common_words("Beitrag", "Honorar") == ""


def test_the_treasurer_writes_switches_and_deletes_a_rule_on_screen(lines, client, treasurer):
    client.force_login(treasurer)
    data = {"direction": "out", "iban": "DE02 1203 0000 0000 2020 51", "account": account("IT").pk}
    page = client.post(reverse("banking:new_rule"), data, follow=True)
    rule = BookingRule.objects.get()
    assert page.redirect_chain[-1][0] == rule.get_absolute_url()
    assert "DE02 1203 0000 0000 2020 51" in client.get(reverse("banking:rules")).content.decode()
    assert client.get(reverse("banking:new_rule") + f"?umsatz={lines[0].pk}").context["form"].initial["iban"]
    client.post(reverse("banking:switch_rule", args=[rule.pk]))
    rule.refresh_from_db()
    assert rule.state == RuleState.OFF
    client.post(reverse("banking:delete_rule", args=[rule.pk]))
    assert not BookingRule.objects.exists()
