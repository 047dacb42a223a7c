"""What matching works on: claims, payments, rules, what we expect; and what it finds: proposals."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

ZERO = Decimal("0.00")


class Kind(StrEnum):
    REFERENCE = "reference"
    NUMBER = "number"
    IBAN_AMOUNT = "iban_amount"
    NAME_AMOUNT = "name_amount"
    JOINT = "joint"
    PARTIAL = "partial"
    OVER = "over"
    PAID_TWICE = "paid_twice"
    RETURNED = "returned"
    AMOUNT = "amount"
    BANK_FEE = "bank_fee"
    ACCOUNT = "account"
    RULE = "rule"
    EXPECTED = "expected"
    WITH_SIDES = "with_sides"
    SIDES_FIRST = "sides_first"


class Clue(StrEnum):
    """What pointed at the invoice or the city."""

    REFERENCE = "reference"
    NUMBER = "number"
    CUT_OFF = "cut_off"
    IBAN = "iban"
    NAME = "name"
    AMOUNT = "amount"
    CODE = "code"
    TEXT = "text"
    RETURN = "return"
    RULE = "rule"
    EXPECTED = "expected"
    PARTS = "parts"
    OTHER_ACCOUNT = "other_account"


@dataclass(frozen=True, slots=True)
class Claim:
    """An invoice as matching sees it; `open` is what is still owed."""

    id: int
    number: str
    reference: str
    city: int
    open: Decimal
    due: int = 0


@dataclass(frozen=True, slots=True)
class Payable:
    """A supplier's invoice as matching sees it; `numbers` are compact (capitals, no blanks), the name is normal."""

    id: int
    numbers: tuple[str, ...]
    creditor: int
    name: str
    iban: str
    open: Decimal
    due: int = 0


@dataclass(frozen=True, slots=True)
class Payment:
    """A bank line as matching sees it."""

    id: int
    amount: Decimal
    counterparty: str
    iban: str
    text: str
    structured_reference: str
    end_to_end_id: str
    gvc: str
    is_reversal: bool
    batch_reference: str = ""
    original: Decimal | None = None
    on: int = 0

    @property
    def returned_amount(self) -> Decimal:
        """What a payment that comes back was about: the amount before fees."""
        return self.amount if self.original is None else self.original


@dataclass(frozen=True, slots=True)
class Rule:
    """A decision of the treasurer; words are normal (capitals, no umlauts), empty conditions always hold."""

    id: int
    incoming: bool
    iban: str
    name_words: str
    text_words: str
    account: int | None
    city: int | None


@dataclass(frozen=True, slots=True)
class Expected:
    """A payment we ordered; `arrived` once its line has come."""

    id: int
    end_to_end_id: str
    batch_reference: str
    amount: Decimal
    due: int
    arrived: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """Orders that the bank may book as one sum; none of them has arrived."""

    reference: str
    due: int
    orders: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """One reading of a line: which invoices get how much, what goes on interest and costs (`side`) or remains as credit of the
    city, or which account it is.
    """

    kind: Kind
    score: int
    clue: Clue
    targets: tuple[tuple[int, Decimal], ...] = ()
    city: int | None = None
    credit: Decimal = ZERO
    account_key: str = ""
    returns: int | None = None
    payer: int | None = None
    account: int | None = None
    rule: int | None = None
    expected: tuple[int, ...] = ()
    payables: tuple[tuple[int, Decimal], ...] = ()
    side: Decimal = ZERO

    @property
    def meaning(self) -> tuple[object, ...]:
        """Two proposals with the same meaning would book the same."""
        booked = (self.targets, self.payables, self.city, self.side)
        return (*booked, self.account_key, self.account, self.returns, self.expected)


@dataclass
class Index:
    """Everything a line is compared with, looked up by key."""

    by_reference: dict[str, Claim] = field(default_factory=dict)
    by_number: dict[tuple[str, int], Claim] = field(default_factory=dict)
    by_cut_number: dict[int, list[Claim]] = field(default_factory=lambda: defaultdict(list))
    by_amount: dict[Decimal, list[Claim]] = field(default_factory=lambda: defaultdict(list))
    open_by_city: dict[int, list[Claim]] = field(default_factory=lambda: defaultdict(list))
    city_by_iban: Mapping[str, int] = field(default_factory=dict)
    city_by_name: dict[str, int | None] = field(default_factory=dict)
    earlier_by_key: Mapping[tuple[str, Decimal], int] = field(default_factory=dict)
    reference_lengths: Sequence[int] = ()
    sorted_references: Sequence[str] = ()
    rules: Sequence[Rule] = ()
    sides: Mapping[int, Decimal] = field(default_factory=dict)
    expected_by_id: Mapping[str, Expected] = field(default_factory=dict)
    batches_by_amount: Mapping[Decimal, Sequence[Batch]] = field(default_factory=dict)
    payables_by_amount: dict[Decimal, list[Payable]] = field(default_factory=lambda: defaultdict(list))
    payables_by_iban: dict[str, list[Payable]] = field(default_factory=lambda: defaultdict(list))
