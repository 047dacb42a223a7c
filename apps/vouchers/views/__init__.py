"""Screens of vouchers, creditors, petty cash and fixed assets."""
