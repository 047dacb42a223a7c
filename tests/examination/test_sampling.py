"""Entries drawn again from what came later, and chosen by hand."""

from datetime import date
from decimal import Decimal

import pytest

from apps.core.errors import DomainError
from apps.examination.domain.sampling import draw_later, draw_sample, pick_entry, sample_again
from apps.ledger.models import ENTRIES_PER_YEAR, Entry
from tests.factories.ledger import make_expense

pytestmark = pytest.mark.django_db


def test_what_was_posted_later_is_drawn_from_once_more(examination, auditors, treasurer, client_for) -> None:
    """A sample drawn during the year must not let the rest of the year escape."""
    examination = draw_sample(examination, size=2, seed="Demo", by=auditors[0])
    first = set(examination.items.values_list("entry_id", flat=True))
    with pytest.raises(DomainError, match="nichts gebucht"):
        draw_later(examination, size=1, by=auditors[0])
    for number in range(1, 5):
        make_expense(f"{number}0.00", on=date(2026, 12, number), by=treasurer)
    client, page = client_for(auditors[0]), examination.get_absolute_url()
    assert "4 spätere Buchungen über zusammen 100,00 € waren in keiner Ziehung." in client.get(page).content.decode()
    client.post(f"{page}nachziehen/", {"size": 2, "seed": "Demo 2"})
    [later] = examination.later_samples.all()
    assert (later.after, later.until, later.total.amount, later.seed) == (5, 9, Decimal(100), "Demo 2")
    drawn = set(examination.items.values_list("entry_id", flat=True))
    assert first < drawn
    assert {pk % ENTRIES_PER_YEAR for pk in drawn - first} <= {6, 7, 8, 9}
    assert sample_again(examination) == drawn
    shown = client.get(page).content.decode()
    assert "waren in keiner Ziehung" not in shown
    assert "nachgezogen: gleiche Auswahl" in shown


def test_nothing_is_added_to_a_sample_that_was_not_drawn(examination, auditors) -> None:
    entry = Entry.objects.filter(year=2026).first()
    for add in (
        lambda: draw_later(examination, size=1, by=auditors[0]),
        lambda: pick_entry(examination, entry, by=auditors[0]),
    ):
        with pytest.raises(DomainError, match="zuerst die Stichprobe"):
            add()
    assert not examination.items.exists()


def test_an_auditor_chooses_an_entry_herself_and_takes_a_tick_back(examination, auditors, client_for) -> None:
    examination = draw_sample(examination, size=1, seed="Demo", by=auditors[0])
    drawn = sample_again(examination)
    chosen = Entry.objects.filter(year=2026).exclude(pk__in=drawn).first()
    client, page = client_for(auditors[0]), examination.get_absolute_url()
    refused = client.post(f"{page}auswaehlen/", {"number": 77})
    assert "Diese Buchung gibt es nicht." in refused.content.decode()
    client.post(f"{page}auswaehlen/", {"number": chosen.number})
    item = examination.items.get(entry=chosen)
    assert (item.hits, sample_again(examination)) == (0, drawn)
    assert pick_entry(examination, chosen, by=auditors[0]) == item
    following = client.post(f"{item.get_absolute_url()}abhaken/")
    assert following["Location"] == examination.items.exclude(pk=item.pk).get().get_absolute_url()
    client.post(f"{item.get_absolute_url()}haken-zuruecknehmen/", {"reason": "Beleg doch unklar"})
    item.refresh_from_db()
    assert (item.state, item.ticked_by) == ("open", None)
