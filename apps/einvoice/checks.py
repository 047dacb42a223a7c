"""What the judgement of e-invoices needs from the machine."""

from typing import Any

from django.core.checks import CheckMessage, Error

from apps.einvoice.rulebook import missing_files


def check_rules(**options: Any) -> list[CheckMessage]:
    """Look for the official schemas and rules that set-up installs."""
    missing = missing_files()
    if not missing:
        return []
    message = f"E-Rechnungen können nicht geprüft werden, es fehlen amtliche Dateien: {', '.join(missing)}."
    return [Error(message, hint="make setup", id="einvoice.E001")]
