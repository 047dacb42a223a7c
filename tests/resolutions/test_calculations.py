"""Majorities: every vector of the law book, and what must hold for all counts."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.resolutions.calculations import (
    ALL_MEMBERS,
    ALL_VOTES,
    AT_LEAST,
    CAST,
    CONSENSUS,
    PRESENT,
    CountMissing,
    Counts,
    MajorityRule,
    decide,
    implausible,
    latest_invitation,
    required_votes,
)

SIMPLE = MajorityRule(CAST, legal_basis="§ 32 Abs. 1 Satz 3 BGB")
STATUTES = MajorityRule(CAST, 3, 4, AT_LEAST, "§ 33 Abs. 1 Satz 1 BGB")
CIRCULAR = MajorityRule(ALL_MEMBERS, 1, 1, AT_LEAST, "§ 32 Abs. 3 BGB")
CONSENT = MajorityRule(CONSENSUS)


@pytest.mark.parametrize(
    ("rule", "votes", "accepted"),
    [
        (SIMPLE, (13, 12, 4), True),
        (SIMPLE, (5, 5, 3), False),
        (SIMPLE, (4, 3, 1), True),
        (SIMPLE, (1, 1, 0), False),
        (SIMPLE, (3, 1, 96), True),
        (SIMPLE, (0, 0, 5), False),
        (SIMPLE, (0, 0, 0), False),
        (STATUTES, (12, 4, 0), True),
        (STATUTES, (11, 4, 0), False),
        (STATUTES, (9, 3, 0), True),
        (STATUTES, (8, 3, 0), False),
        (STATUTES, (3, 1, 20), True),
        (STATUTES, (0, 0, 5), False),
        (STATUTES, (0, 0, 0), False),
        (CONSENT, (20, 0, 9), True),
        (CONSENT, (20, 1, 0), False),
        (CONSENT, (0, 0, 5), False),
        (CONSENT, (0, 0, 0), False),
    ],
)
def test_votes_cast(rule, votes, accepted):
    assert decide(Counts(*votes), rule).accepted is accepted


@pytest.mark.parametrize(
    ("base", "votes", "accepted"),
    [
        (CAST, (6, 5, 4), True),
        (PRESENT, (6, 5, 4), False),
        (PRESENT, (8, 5, 2), True),
        (ALL_MEMBERS, (14, 0, 1), False),
        (ALL_MEMBERS, (15, 0, 0), True),
    ],
)
def test_half_of_each_base(base, votes, accepted):
    assert decide(Counts(*votes, present=15, members=29), MajorityRule(base)).accepted is accepted


@pytest.mark.parametrize(("votes", "accepted"), [((29, 0, 0), True), ((28, 0, 1), False), ((28, 0, 0), False)])
def test_by_circular_everybody_must_agree(votes, accepted):
    assert decide(Counts(*votes, members=29), CIRCULAR).accepted is accepted


def test_half_of_forty_two_is_not_more_than_half():
    assert (required_votes(42, MajorityRule(CAST, comparison=AT_LEAST)), required_votes(42, SIMPLE)) == (21, 22)


def test_an_excluded_member_leaves_votes_and_base():
    counts = Counts(yes=28, excluded=1, members=29)
    assert decide(counts, CIRCULAR).accepted
    assert decide(Counts(7, 0, 7, excluded=1, present=15), MajorityRule(PRESENT)).accepted is False
    assert decide(Counts(8, 0, 6, excluded=1, present=15), MajorityRule(PRESENT)).required == 8


def test_a_missing_count_is_named():
    with pytest.raises(CountMissing) as missing:
        decide(Counts(5), MajorityRule(ALL_VOTES))
    assert missing.value.field == "all_votes"


@pytest.mark.parametrize(
    ("counts", "rule", "sentence"),
    [
        (
            Counts(18, 4, 3),
            SIMPLE,
            (
                "18 Ja, 4 Nein, 3 Enthaltungen; Enthaltungen zählen nicht mit (§ 32 Abs. 1 Satz 3 BGB). "
                "Nötig sind mehr als die Hälfte der 22 abgegebenen Stimmen, also mindestens 12. Angenommen."
            ),
        ),
        (
            Counts(11, 4),
            STATUTES,
            (
                "11 Ja, 4 Nein, 0 Enthaltungen. Nötig sind mindestens drei Viertel der 15 abgegebenen Stimmen "
                "(§ 33 Abs. 1 Satz 1 BGB), also 12. Abgelehnt."
            ),
        ),
        (
            Counts(28, 0, 1, members=29),
            CIRCULAR,
            (
                "28 Ja, 0 Nein, 1 Enthaltung; Enthaltungen wirken wie Nein. "
                "Nötig sind die Ja-Stimmen aller 29 stimmberechtigten Mitglieder (§ 32 Abs. 3 BGB), also 29. Abgelehnt."
            ),
        ),
        (
            Counts(10, 2, 1, 1, 1, present=15, members=29),
            SIMPLE,
            (
                "10 Ja, 2 Nein, 1 Enthaltung, 1 ungültige Stimme; 1 Mitglied war nicht stimmberechtigt (§ 34 BGB); "
                "Enthaltungen und ungültige Stimmen zählen nicht mit (§ 32 Abs. 1 Satz 3 BGB). "
                "Nötig sind mehr als die Hälfte der 12 abgegebenen Stimmen, also mindestens 7. Angenommen."
            ),
        ),
        (
            Counts(0, 0, 5),
            SIMPLE,
            (
                "0 Ja, 0 Nein, 5 Enthaltungen; Enthaltungen zählen nicht mit (§ 32 Abs. 1 Satz 3 BGB). "
                "Es gibt keine Stimme, die zählt. Abgelehnt."
            ),
        ),
        (
            Counts(20, 2),
            CONSENT,
            "20 Ja, 2 Nein, 0 Enthaltungen. Nötig ist, dass niemand widerspricht; 2 Städte haben widersprochen. Abgelehnt.",
        ),
        (Counts(20, 0, 2), CONSENT, "20 Ja, 0 Nein, 2 Enthaltungen. Niemand hat widersprochen. Angenommen."),
        (
            Counts(20, 9, all_votes=40),
            MajorityRule(ALL_VOTES, 2, 3, AT_LEAST),
            "20 Ja, 9 Nein, 0 Enthaltungen. Nötig sind mindestens zwei Drittel aller 40 Stimmen, also 27. Abgelehnt.",
        ),
    ],
)
def test_the_arithmetic_in_one_sentence(counts, rule, sentence):
    assert decide(counts, rule).sentence == sentence


@pytest.mark.parametrize(
    ("counts", "field"),
    [
        (Counts(10, 5, present=15, members=29), None),
        (Counts(10, 5, 1, present=15, members=29), "yes"),
        (Counts(10, 5, excluded=1, present=15, members=29), "yes"),
        (Counts(1, present=30, members=29), "present"),
        (Counts(excluded=3, present=2), "excluded"),
        (Counts(30, members=20, all_votes=40), None),
        (Counts(41, members=20, all_votes=40), "yes"),
        (Counts(5, 5), None),
    ],
)
def test_counts_that_contradict_each_other(counts, field):
    found = implausible(counts)
    assert (found[0] if found else None) == field


rules = st.builds(
    lambda fraction, base, comparison: MajorityRule(base, *fraction, comparison),
    st.sampled_from([(1, 2), (2, 3), (3, 4), (1, 1), (4, 5), (7, 10)]),
    st.sampled_from([CAST, PRESENT, ALL_MEMBERS, ALL_VOTES]),
    st.sampled_from([">", ">="]),
)
number = st.integers(0, 500)


@given(number, number, number, rules)
def test_one_more_yes_and_one_less_no_never_hurts(yes, no, abstentions, rule):
    whole = {"present": 1500, "members": 1600, "all_votes": 1700}
    before = decide(Counts(yes, no + 1, abstentions, **whole), rule)
    after = decide(Counts(yes + 1, no, abstentions, **whole), rule)
    assert after.accepted or not before.accepted


@given(st.integers(1, 3000), rules)
def test_required_is_the_smallest_number_that_satisfies_the_rule(size, rule):
    required = required_votes(size, rule)

    def satisfies(yes: int) -> bool:
        left, right = yes * rule.denominator, size * rule.numerator
        return left > right if rule.comparison == ">" else left >= right

    assert satisfies(required)
    assert required == 1 or not satisfies(required - 1)


@pytest.mark.parametrize(("days", "latest"), [(14, date(2027, 6, 2)), (28, date(2027, 5, 19)), (0, date(2027, 6, 16))])
def test_full_days_lie_between_invitation_and_assembly(days, latest):
    """Vector 11 and the example of four weeks; with no notice at all the day before is the last."""
    assert latest_invitation(date(2027, 6, 17), days) == latest
