"""Screens under /beitraege/."""
