"""Pre-notification: a letter per mandate, in time and out of the house, or no release."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from apps.dispatch.domain.afterwards import note_bounce
from apps.dispatch.enums import DispatchState
from apps.dispatch.models import Dispatch
from apps.payments.domain.errors import RunNotPossible
from apps.payments.domain.notices import untold, write_notices
from apps.payments.domain.releasing import discard_run, release_run, take_out
from apps.payments.models import PaymentRun, PreNotification
from apps.payments.printing import print_now
from tests.payments.conftest import DUE, LATEST, TODAY, send_letters


@pytest.fixture
def run(mandates, draft) -> PaymentRun:
    return draft(announced_on=None)


def queued(run: PaymentRun, by) -> None:
    write_notices(run, by=by, on=TODAY)
    print_now(by=by)


def test_nothing_is_released_before_the_cities_were_told(run, treasurer, board_member):
    with pytest.raises(RunNotPossible) as refused:
        release_run(run, by=board_member, on=TODAY)
    assert "Bonn (bis 17.03.2027), Köln (bis 17.03.2027)" in str(refused.value)
    queued(run, treasurer)
    with pytest.raises(RunNotPossible):
        release_run(run, by=board_member, on=TODAY)
    send_letters(LATEST)
    assert list(untold(run)) == []
    release_run(run, by=board_member, on=TODAY)


def test_a_letter_that_left_too_late_does_not_count(run, treasurer):
    queued(run, treasurer)
    send_letters(LATEST + timedelta(days=1))
    assert list(untold(run)) == ["Bonn (bis 17.03.2027)", "Köln (bis 17.03.2027)"]


def test_a_letter_that_came_back_does_not_count(run, treasurer, board_member):
    queued(run, treasurer)
    send_letters(date(2027, 3, 5))
    assert list(untold(run)) == []
    note_bounce(Dispatch.objects.get(city__name="Bonn"), reason="unbekannt verzogen", by=treasurer)
    with pytest.raises(RunNotPossible):
        release_run(run, by=board_member, on=TODAY)
    take_out(run.orders.get(mandate__city__name="Bonn"), by=treasurer)
    assert release_run(run, by=board_member, on=TODAY).orders.count() == 1


def test_each_city_gets_one_letter_however_often_it_is_asked_for(run, mandates, invoices, treasurer):
    assert write_notices(run, by=treasurer, on=TODAY) == 2
    assert write_notices(run, by=treasurer, on=TODAY) == 0
    assert print_now(by=treasurer) == 2
    assert print_now(by=treasurer) == 0
    notice = PreNotification.objects.get(mandate=mandates[0])
    assert (notice.amount, notice.due_on, notice.creditor_id) == (invoices[0].amount, DUE, "DE98ZZZ09999999999")
    letter = Dispatch.objects.get(document=notice.document)
    assert "am 31.03.2027 ziehen wir 2.748,36" in letter.text.replace("\xa0", " ")
    text = notice.document.versions.get()
    assert text.content_type == "application/pdf"


@pytest.mark.parametrize("act", ["take_out", "discard"])
def test_letters_still_in_the_outbox_are_called_off(run, mandates, treasurer, act):
    queued(run, treasurer)
    if act == "discard":
        discard_run(run, by=treasurer)
    else:
        take_out(run.orders.get(mandate=mandates[0]), by=treasurer)
    states = dict(Dispatch.objects.values_list("city__name", "state"))
    kept = DispatchState.CANCELLED if act == "discard" else DispatchState.QUEUED
    assert states == {"Bonn": DispatchState.CANCELLED, "Köln": kept}


def test_what_was_discarded_before_printing_is_not_printed(run, treasurer):
    write_notices(run, by=treasurer, on=TODAY)
    discard_run(run, by=treasurer)
    assert (print_now(by=treasurer), Dispatch.objects.count()) == (0, 0)


def test_the_way_by_clicks(mandates, bank, client, treasurer, board_member, time_machine):
    time_machine.move_to(TODAY, tick=False)
    client.force_login(treasurer)
    data = {"instrument": "CORE", "bank_account": bank.pk, "due_on": "31.03.2027"}
    page = client.post(reverse("payments:collect"), data, follow=True)
    run = PaymentRun.objects.get()
    assert page.redirect_chain[-1][0] == run.get_absolute_url()
    shown = page.content.decode().replace("\xa0", " ")
    assert "11.457,64" in shown
    assert "Die Vorabankündigung steht noch aus" in shown
    write_notices(run, by=treasurer, on=TODAY)
    print_now(by=treasurer)
    time_machine.move_to(date(2027, 3, 2), tick=False)
    send_letters(date(2027, 3, 2))
    client.force_login(treasurer)
    refused = client.post(reverse("payments:release", args=[run.pk]))
    assert "Vier Augen" in refused.content.decode()
    assert "02.03.2027" in client.get(run.get_absolute_url()).content.decode()
    client.force_login(board_member)
    page = client.post(reverse("payments:release", args=[run.pk]), follow=True).content.decode()
    assert PaymentRun.objects.get().sha256 in page
    assert "Datei für die Bank herunterladen" in page
    again = client.post(reverse("payments:release", args=[run.pk])).content.decode()
    assert "inzwischen freigegeben" in again
