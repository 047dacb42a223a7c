"""Screens of the books: journal and entries, accounts and balances."""
