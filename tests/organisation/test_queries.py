from datetime import date
from decimal import Decimal

import pytest

from apps.organisation.domain import queries
from apps.organisation.domain.seeds import load_reference_data
from apps.organisation.enums import DecisionSubject, LegalMode
from apps.organisation.models import DecisionRule, LegalForm, LegalParameter

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("key", "on", "value"),
    [
        ("base_rate", date(2025, 3, 31), Decimal("2.27")),
        ("base_rate", date(2026, 6, 30), Decimal("1.27")),
        ("bgb_31a", date(2025, 12, 31), Decimal(840)),
        ("bgb_31a", date(2026, 1, 1), Decimal(3300)),
        ("retention_vouchers", date(2024, 12, 31), Decimal(10)),
        ("retention_vouchers", date(2025, 1, 1), Decimal(8)),
        ("minority_share", date(2027, 1, 1), "1/10"),
        ("circular_form", date(2024, 12, 31), "SCHRIFTFORM"),
        ("circular_form", date(2025, 1, 1), "TEXTFORM"),
    ],
)
def test_parameter_in_force_on_a_day(key: str, on: date, value: Decimal | str) -> None:
    assert queries.parameter(key, on) == value


def test_unknown_base_rate_is_missing_not_the_old_one() -> None:
    with pytest.raises(queries.ParameterMissing) as error:
        queries.parameter("base_rate", date(2026, 7, 1))
    assert error.value.message == (
        "Für „Basiszinssatz (base_rate)“ ist am 01.07.2026 kein Wert hinterlegt. "
        "Bitte tragen Sie ihn unter „Rechtliche Werte“ ein."
    )


def test_text_is_refused_where_a_number_is_needed() -> None:
    with pytest.raises(queries.ParameterMissing):
        queries.decimal_parameter("minority_share", date(2027, 1, 1))


def test_reference_data_is_complete_and_loaded_once() -> None:
    counts = LegalParameter.objects.count(), DecisionRule.objects.count()
    assert load_reference_data() == 0
    LegalParameter.objects.filter(key="bgb_31a").delete()
    assert load_reference_data() == 2
    assert (LegalParameter.objects.count(), DecisionRule.objects.count()) == counts


def test_circular_rule_follows_the_law_in_force() -> None:
    bases = [
        queries.decision_rule(DecisionSubject.CIRCULAR, day).legal_basis
        for day in (date(2023, 3, 20), date(2023, 3, 21), date(2025, 1, 1))
    ]
    assert bases == [
        "§ 32 Abs. 2 BGB in der Fassung bis 20.03.2023",
        "§ 32 Abs. 3 BGB in der Fassung bis 31.12.2024",
        "§ 32 Abs. 3 BGB",
    ]


@pytest.mark.parametrize("subject", DecisionSubject.values)
def test_every_subject_has_a_rule(subject: str) -> None:
    assert queries.decision_rule(subject, date(2027, 6, 17)).applies_to == subject


def test_rule_of_the_legal_form_goes_before_the_general_one() -> None:
    LegalForm.objects.create(mode=LegalMode.FOUNDING, valid_from=date(2027, 1, 1))
    general = queries.decision_rule(DecisionSubject.ASSEMBLY, date(2027, 1, 1))
    special = DecisionRule.objects.create(
        applies_to=DecisionSubject.ASSEMBLY,
        mode=LegalMode.FOUNDING,
        title="Zwei Drittel",
        base=general.base,
        numerator=2,
        denominator=3,
        comparison=">=",
        legal_basis="Satzung § 9",
        valid_from=date(2020, 1, 1),
    )
    assert queries.decision_rule(DecisionSubject.ASSEMBLY, date(2027, 1, 1)) == special
    assert queries.decision_rule(DecisionSubject.ASSEMBLY, date(2026, 12, 31)) == general


def test_legal_form_on_a_day_and_the_name() -> None:
    LegalForm.objects.create(mode=LegalMode.FOUNDING, valid_from=date(2027, 1, 1), valid_until=date(2027, 5, 3))
    LegalForm.objects.create(
        mode=LegalMode.EV, valid_from=date(2027, 5, 3), register_number="VR 1", registered_on=date(2027, 5, 3)
    )
    modes = [queries.legal_mode_on(day) for day in (date(2026, 12, 31), date(2027, 5, 2), date(2027, 5, 3))]
    assert modes == [LegalMode.INFORMAL, LegalMode.FOUNDING, LegalMode.EV]
    assert queries.full_name_on(date(2027, 5, 2)) == "Unsere Organisation"
    assert queries.full_name_on(date(2027, 5, 3)) == "Unsere Organisation e. V."
