"""Every row has a history, every personal field is named, every choice is guarded by the database."""

import re
from collections.abc import Iterable

from django.db import models
from django.db.models import CheckConstraint, Q
from djmoney.models.fields import CurrencyField

from tests.architecture.house import domain_models

# models without a history, and why
TECHNICAL = {
    "audit.Anchor": "head of the journal as it was published; never changed",
    "audit.HistoryShape": "columns of the history tables, kept to read them later",
    "audit.JournalEntry": "is the history itself",
    "audit.JournalHead": "one row that serialises the journal",
    "audit.Verification": "result of a walk through the journal; never changed",
    "documents.Download": "one row per copy taken, never changed, deleted after twelve months",
    "dues.InvoiceBalance": "kept by the database; follows from invoice, allocations and cancellation",
    "banking.MatchProposal": "computed anew at any time; the booking keeps what was accepted",
    "banking.ProposalTarget": "part of a proposal",
    "ledger.AccountYear": "kept by the database; follows from the lines",
    "core.Job": "progress of background work, no business content",
    "core.NumberSeries": "counter; the numbers stand in the rows that took them",
}

# fields whose name sounds like a person but which hold none, and why
IMPERSONAL = {
    "banking.BankAccount.iban": "account of the association",
    "banking.BankAccount.name": "name of an account of the association",
    "bodies.Body.name": "name of a body",
    "bodies.Office.name": "name of an office",
    "dunning.DunningItem.level_name": "name of a level",
    "dunning.DunningLetter.level_name": "name of a level",
    "dunning.DunningLevel.name": "name of a level",
    "ledger.Account.name": "name of an account",
    "payments.PreNotification.creditor_id": "number of the association as a creditor",
    "vouchers.FixedAsset.name": "name of a thing",
    "ledger.CostCentre.name": "name of a meeting, a Fachgruppe, a city",
    "members.Address.postcode": "office of a city administration",
    "members.Address.street": "office of a city administration",
    "members.City.name": "name of a city",
    "members.City.official_name": "name of a city",
    "members.Municipality.name": "name of a municipality",
    "members.Municipality.postcode": "of the town hall, published",
    "organisation.Profile.account_holder": "the association",
    "organisation.Profile.bank_name": "name of a bank",
    "organisation.Profile.email": "of the association",
    "organisation.Profile.iban": "of the association",
    "organisation.Profile.name": "of the association",
    "organisation.Profile.phone": "of the association",
    "organisation.Profile.postcode": "of the association",
    "organisation.Profile.short_name": "of the association",
    "organisation.Profile.street": "of the association",
}

PERSONAL_WORDS = re.compile(
    r"(^|_)(name|names|firstname|lastname|surname|salutation|person|email|mail|phone|mobile|fax|address|street|"
    r"postcode|iban|account_holder|payer|debtor|creditor|counterparty|recipient|contact|birthday|born_on|signature|signatory)($|_)"
)
TEXT_FIELDS = (models.CharField, models.TextField, models.JSONField, models.DateField)


def test_every_model_has_a_history() -> None:
    lacking = {
        model._meta.label for model in domain_models() if not hasattr(model, "history") and not model._meta.auto_created
    }
    assert lacking - set(TECHNICAL) == set()
    assert set(TECHNICAL) - lacking == set()


def test_every_model_names_its_personal_fields() -> None:
    wrong = []
    for model in domain_models():
        named = getattr(model, "personal_fields", None)
        if model._meta.label in TECHNICAL or model._meta.auto_created:
            continue
        if not isinstance(named, tuple) or not set(named) <= {field.name for field in model._meta.fields}:
            wrong.append((model._meta.label, named))
    assert wrong == []


def unnamed_personal_fields(found: Iterable[type[models.Model]]) -> set[str]:
    """Fields that sound like a person but are not in `personal_fields`."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in found
        for field in model._meta.fields
        if isinstance(field, TEXT_FIELDS)
        and not field.choices
        and PERSONAL_WORDS.search(field.name)
        and field.name not in getattr(model, "personal_fields", ())
    }


def test_fields_that_sound_personal_are_classified() -> None:
    found = unnamed_personal_fields(domain_models())
    assert found - set(IMPERSONAL) == set()
    assert set(IMPERSONAL) - found == set()


def names_in(condition: Q) -> set[str]:
    """Fields that a condition limits to listed values."""
    found: set[str] = set()
    for child in condition.children:
        if isinstance(child, Q):
            found |= names_in(child)
        else:
            name, _, lookup = str(child[0]).partition("__")
            found |= {name} if lookup in {"in", "exact", ""} else set()
    return found


def unguarded_choices(found: Iterable[type[models.Model]]) -> list[str]:
    """Choices fields without a check constraint. Currencies are left out: the settings know only the euro."""
    unguarded = []
    for model in found:
        conditions = [c.condition for c in model._meta.constraints if isinstance(c, CheckConstraint)]
        guarded = set().union(*(names_in(condition) for condition in conditions if isinstance(condition, Q)))
        unguarded += [
            f"{model._meta.label}.{field.name}"
            for field in model._meta.fields
            if field.choices and not isinstance(field, CurrencyField) and field.name not in guarded
        ]
    return unguarded


def test_every_choice_is_guarded_by_the_database() -> None:
    assert unguarded_choices(domain_models()) == []
