"""Screens of the bank: lines and what is done with them, statements, accounts."""
