"""The statement of the demo association exercises every kind of match."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from apps.banking.domain.booking import book_line
from apps.banking.domain.importing import BankFile, import_statements
from apps.banking.models import BankLine
from apps.dues.domain.issuing import issue_run
from tests.factories.dues import make_preview, make_real_network

pytestmark = pytest.mark.django_db
FIXTURES = Path(settings.BASE_DIR) / "fixtures"
ON = date(2027, 3, 1)


def found() -> list[tuple[str, int]]:
    lines = BankLine.objects.order_by("booked_on", "pk").prefetch_related("proposals")
    best = [(line.counterparty, next(iter(line.proposals.all()), None)) for line in lines]
    return [(name, proposal.kind if proposal else "", proposal.score if proposal else 0) for name, proposal in best]


def test_the_demo_statement_shows_every_kind_of_match(treasurer):
    make_real_network(FIXTURES / "cities.csv")
    issue_run(make_preview(), by=None, on=date(2027, 1, 11))
    content = (FIXTURES / "demo" / "kontoauszug-2027.xml").read_bytes()

    report = import_statements([BankFile("kontoauszug-2027.xml", content)], by=treasurer, on=ON)

    assert (len(report.statements), report.new_lines, report.warnings) == (2, 29, [])
    assert found() == [
        ("Landeshauptkasse Berlin", "reference", 100),
        ("Stadt Aachen", "reference", 100),
        ("Stadt Augsburg, Stadtkasse", "reference", 100),
        ("Bundesstadt Bonn", "number", 100),
        ("Landeshauptkasse Bremen", "number", 100),
        ("Stadt Dortmund", "number", 100),
        ("Landeshauptstadt Dresden", "reference", 100),
        ("LANDESHAUPTSTADT DUESSELDORF STADTKASSE", "name_amount", 80),
        ("Kasse der Landeshauptstadt", "partial", 85),
        ("Stadt Hannover", "number", 100),
        ("Gemeinsame Kommunalkasse Ruhr", "joint", 100),
        ("Freie und Hansestadt Hamburg, Kasse.Hamburg", "reference", 100),
        ("Tagungshaus am Dom GmbH", "account", 70),
        ("", "bank_fee", 95),
        ("Stadt Hannover", "returned", 95),
        ("Kasse der Landeshauptstadt", "", 0),
        ("Stadt Bochum", "number", 95),
        ("Stadt Bielefeld", "reference", 100),
        ("Stadtkasse", "number", 80),
        ("Stadt Koeln", "number", 100),
        ("Stadt Leipzig", "reference", 100),
        ("Stadt Moenchengladbach", "name_amount", 80),
        ("Landeshauptstadt Muenchen Kassen- und Steueramt", "name_amount", 80),
        ("Stadt Nuernberg", "over", 85),
        ("Landeshauptstadt Stuttgart", "partial", 85),
        ("Landeshauptstadt Wiesbaden", "number", 100),
        ("Landeshauptstadt Wiesbaden", "number", 100),
        ("Dr. Erika Beispiel", "", 0),
        ("", "bank_fee", 95),
    ]


def test_booking_teaches_the_account_of_the_second_instalment(treasurer):
    test_the_demo_statement_shows_every_kind_of_match(treasurer)
    first, second = BankLine.objects.filter(counterparty="Kasse der Landeshauptstadt").order_by("booked_on")
    book_line(first, proposal=first.proposals.get(rank=1).pk, by=treasurer, on=ON)
    proposal = second.proposals.get(rank=1)
    assert (proposal.kind, proposal.score, proposal.city.name) == ("iban_amount", 90, "Kiel")
