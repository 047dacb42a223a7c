"""Mandates, waiting transfers, and the runs that go to the bank."""
