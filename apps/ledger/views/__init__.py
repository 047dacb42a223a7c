"""Screens of the books: journal and entries, accounts and balances."""

from apps.ledger.views import accounts, journal

__all__ = ["accounts", "journal"]
