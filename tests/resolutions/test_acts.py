"""A resolution from draft to register, through the acts."""

import threading
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from apps.audit.models import JournalEntry
from apps.core.transitions import WrongState
from apps.organisation.enums import DecisionSubject
from apps.resolutions.calculations import Counts
from apps.resolutions.domain.consequences import (
    add_follow_up,
    complete_follow_up,
    publish,
    record_effect,
    record_entry_into_force,
    repeal,
    unpublish,
)
from apps.resolutions.domain.deciding import Meeting, record_decision
from apps.resolutions.domain.drafting import propose, return_to_draft, revise_resolution, withdraw
from apps.resolutions.domain.errors import (
    AlreadyDone,
    AlreadyEnded,
    AlreadyInForce,
    AnnouncedDiffers,
    CountNeeded,
    CountsContradict,
    DecidedTooEarly,
    NotAdopted,
    NotADraft,
)
from apps.resolutions.enums import Mode, Relation, ResolutionState
from apps.resolutions.models import Resolution
from tests.factories.resolutions import DAY, ensure_rules, make_body, make_decided, make_draft, make_proposed

pytestmark = pytest.mark.django_db


def test_a_draft_has_a_text_and_no_number(board_member):
    draft = make_draft(by=board_member)
    assert (draft.state, draft.reference, draft.text.versions.count()) == (ResolutionState.DRAFT, None, 1)
    assert JournalEntry.objects.about(draft).get().verb == "resolutions.drafted"


def test_revising_saves_the_next_version(board_member):
    draft = make_draft()
    revised = revise_resolution(
        draft,
        body=draft.body,
        kind=DecisionSubject.DUES,
        title="Beitragsordnung 2028",
        html="<p>Neu</p>",
        base_version=1,
        by=board_member,
        on=DAY,
        note="gekürzt",
    )
    assert (revised.title, revised.kind, revised.text.title) == ("Beitragsordnung 2028", "dues", "Beitragsordnung 2028")
    assert list(revised.text.versions.values_list("number", "note")) == [(2, "gekürzt"), (1, "")]


def test_what_is_put_to_the_vote_stands_still():
    proposed = make_proposed()
    with pytest.raises(NotADraft):
        revise_resolution(
            proposed, body=proposed.body, kind="assembly", title="x", html="<p>x</p>", base_version=1, by=None, on=DAY
        )
    back = return_to_draft(proposed, by=None, on=DAY)
    assert (back.state, back.proposed_on) == (ResolutionState.DRAFT, None)


def test_adoption_freezes_rule_arithmetic_and_wording(board_member):
    resolution = make_decided(by=board_member)
    version = resolution.text.versions.get()
    assert (resolution.state, resolution.reference, resolution.required) == ("adopted", "MV-2026-001", 12)
    assert resolution.outcome == (
        "18 Ja, 4 Nein, 3 Enthaltungen; Enthaltungen zählen nicht mit "
        f"({resolution.rule_legal_basis}). Nötig sind mehr als die Hälfte der 22 abgegebenen Stimmen, "
        "also mindestens 12. Angenommen."
    )
    assert "§ 32" in resolution.rule_legal_basis
    assert (resolution.final_version, resolution.text_sha256) == (version, version.sha256)
    assert (resolution.effective_on, resolution.discrepancy) == (DAY, "")
    assert resolution.computed().sentence == resolution.outcome
    entry = JournalEntry.objects.about(resolution).first()
    assert (entry.verb, entry.actor) == ("resolutions.adopted", board_member)


def test_a_rejected_motion_gets_no_number_and_leaves_no_gap():
    rejected = make_decided(Counts(5, 5, 3))
    assert (rejected.state, rejected.reference, rejected.effective_on) == ("rejected", None, None)
    assert [make_decided().reference, make_decided().reference] == ["MV-2026-001", "MV-2026-002"]


def test_every_body_and_year_counts_for_itself():
    board = make_body("VS")
    references = [
        make_decided().reference,
        make_decided(body=board, kind="board").reference,
        make_decided(day=date(2027, 1, 8)).reference,
        make_decided().reference,
    ]
    assert references == ["MV-2026-001", "VS-2026-001", "MV-2027-001", "MV-2026-002"]


def test_three_quarters_are_needed_for_the_statutes():
    assert make_decided(Counts(12, 4), kind="statutes").state == "adopted"
    assert make_decided(Counts(11, 4), kind="statutes").state == "rejected"


def test_by_circular_all_members_must_agree():
    circular = Meeting(mode=Mode.CIRCULAR)
    assert make_decided(Counts(29, members=29), meeting=circular).state == "adopted"
    assert make_decided(Counts(28, members=29), meeting=circular).state == "rejected"


def test_a_needed_count_is_asked_for():
    with pytest.raises(CountNeeded) as refused:
        make_decided(Counts(29), meeting=Meeting(mode=Mode.CIRCULAR))
    assert refused.value.field == "members"


def test_counts_that_cannot_be_right_are_refused():
    with pytest.raises(CountsContradict) as refused:
        make_decided(Counts(20, 10, present=25, members=29))
    assert refused.value.field == "yes"


def test_another_announced_result_must_be_explained():
    ensure_rules()
    proposed = make_proposed()
    counts = Counts(12, 4, present=20, members=29)
    with pytest.raises(AnnouncedDiffers) as refused:
        record_decision(proposed, counts=counts, announced=False, by=None, on=DAY)
    assert refused.value.field == "explanation"
    decided = record_decision(
        proposed, counts=counts, announced=False, by=None, on=DAY, explanation="Die Leitung hatte sich versprochen."
    )
    assert (decided.state, decided.discrepancy) == ("adopted", "Die Leitung hatte sich versprochen.")
    assert JournalEntry.objects.about(decided).first().reason == "Die Leitung hatte sich versprochen."


def test_nothing_is_decided_before_it_was_proposed():
    with pytest.raises(DecidedTooEarly) as refused:
        make_decided(day=date(2026, 11, 1))
    assert refused.value.field == "decided_on"


def test_a_second_click_decides_nothing():
    decided = make_decided()
    with pytest.raises(WrongState):
        record_decision(decided, counts=Counts(1), announced=True, by=None, on=DAY)
    assert Resolution.objects.get().reference == "MV-2026-001"


def test_a_withdrawn_motion_is_over():
    withdrawn = withdraw(make_proposed(), by=None, on=DAY, reason="überholt")
    assert (withdrawn.state, withdrawn.withdrawn_on) == ("withdrawn", DAY)
    with pytest.raises(WrongState):
        propose(withdrawn, by=None, on=DAY)


@pytest.mark.parametrize("change", [{"title": "anders"}, {"yes": 25}, {"outcome": "Angenommen."}, {"state": "draft"}])
def test_the_database_refuses_to_change_what_was_decided(change):
    decided = make_decided()
    with pytest.raises(IntegrityError), transaction.atomic():
        Resolution.objects.filter(pk=decided.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.cursor().execute("DELETE FROM resolutions_resolution WHERE id = %s", [decided.pk])


def test_the_database_refuses_to_change_a_saved_version():
    draft = make_draft()
    with pytest.raises(IntegrityError), transaction.atomic():
        draft.text.versions.update(html="<p>anders</p>")


def test_a_later_resolution_ends_an_earlier_one_once():
    earlier, later, third = make_decided(), make_decided(), make_decided()
    repeal(earlier, later=later, by=None, on=date(2027, 1, 1), relation=Relation.REPLACES)
    assert Resolution.objects.in_force_on(date(2026, 12, 31)).count() == 3
    assert set(Resolution.objects.in_force_on(date(2027, 1, 1))) == {later, third}
    with pytest.raises(AlreadyEnded):
        repeal(earlier, later=third, by=None, on=date(2027, 2, 1))
    with pytest.raises(NotAdopted):
        repeal(later, later=make_draft(), by=None, on=DAY)


def test_statutes_of_a_registered_association_wait_for_the_register(registered):
    resolution = make_decided(Counts(20, 2), kind="statutes")
    assert resolution.effective_on is None
    in_force = record_entry_into_force(resolution, effective_on=date(2027, 2, 3), by=None, on=date(2027, 2, 10))
    assert in_force.effective_on == date(2027, 2, 3)
    with pytest.raises(AlreadyInForce):
        record_entry_into_force(resolution, effective_on=date(2027, 3, 3), by=None, on=date(2027, 3, 10))


def test_publication_can_be_ended():
    resolution = publish(make_decided(), by=None, on=DAY)
    assert Resolution.objects.get(pk=resolution.pk).is_public
    assert not unpublish(resolution, by=None, on=DAY).is_public
    with pytest.raises(NotAdopted):
        publish(make_draft(), by=None, on=DAY)


def test_effects_are_noted_once(board_member):
    resolution = make_decided()
    first = record_effect(
        resolution, description="Amt besetzt", effective_on=DAY, by=board_member, on=DAY, target=resolution.body
    )
    again = record_effect(
        resolution, description="Amt besetzt", effective_on=DAY, by=board_member, on=DAY, target=resolution.body
    )
    assert (first, first.target) == (again, resolution.body)


def test_a_follow_up_is_done_once(board_member):
    follow_up = add_follow_up(
        make_decided(), task="Städte anschreiben", responsible=board_member, due_on=date(2027, 1, 15), by=None, on=DAY
    )
    done = complete_follow_up(follow_up, by=board_member, on=date(2027, 1, 10), result="29 Briefe versandt")
    assert (done.is_done, done.result, done.who) == (True, "29 Briefe versandt", str(board_member))
    with pytest.raises(AlreadyDone):
        complete_follow_up(follow_up, by=board_member, on=date(2027, 1, 11))


@pytest.mark.django_db(transaction=True)
def test_two_simultaneous_adoptions_get_neighbouring_numbers():
    ensure_rules()
    motions = [make_proposed(title=f"Antrag {number}") for number in range(2)]
    barrier, errors = threading.Barrier(2), []

    def adopt(resolution: Resolution) -> None:
        try:
            barrier.wait()
            record_decision(resolution, counts=Counts(10, 2), announced=True, by=None, on=DAY)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=adopt, args=(motion,)) for motion in motions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(Resolution.objects.values_list("reference", flat=True)) == ["MV-2026-001", "MV-2026-002"]
