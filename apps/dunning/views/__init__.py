"""Screens under /mahnwesen/."""
