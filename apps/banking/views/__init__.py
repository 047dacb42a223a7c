"""Screens of the bank: lines, statements, accounts."""

from apps.banking.views import accounts, lines, statements

__all__ = ["accounts", "lines", "statements"]
