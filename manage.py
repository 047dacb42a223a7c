#!/usr/bin/env python
"""Command line of the project."""

import os
import sys

from django.core.management import execute_from_command_line

from verein.env import Misconfigured

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "verein.settings")
    try:
        execute_from_command_line(sys.argv)
    except Misconfigured as error:
        sys.exit(
            f"{error}\nFür die Daten von `make demo` genügt VEREIN_DEMO=1, für den Betrieb siehe docs/production.md."
        )
