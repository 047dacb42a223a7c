"""Where entries come from. Apps above name their sources here, so that the ledger can show them without knowing them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

MANUAL = "ledger.manual"
REVERSAL = "ledger.reversal"


@dataclass(frozen=True)
class Source:
    """German name of a source; `url_for` turns the reference of an entry into the address of what it stands for.

    `is_payment`: it proves that money moved, but not what for.
    """

    label: Any
    url_for: Callable[[str], str | None] = lambda reference: None
    is_payment: bool = False


sources: dict[str, Source] = {
    MANUAL: Source(_("Buchung von Hand")),
    REVERSAL: Source(_("Storno")),
}


def register_source(
    code: str, label: Any, *, url_for: Callable[[str], str | None] = lambda reference: None, is_payment: bool = False
) -> None:
    """Name a source in `AppConfig.ready()`: `register_source("dues.invoice", _("Beitragsrechnung"), url_for=…)`."""
    sources[code] = Source(label, url_for, is_payment)


def payment_sources() -> list[str]:
    return [code for code, source in sources.items() if source.is_payment]


def source_label(code: str) -> str:
    return str(sources[code].label) if code in sources else code


def source_url(code: str, reference: str) -> str | None:
    return sources[code].url_for(reference) if code in sources and reference else None
