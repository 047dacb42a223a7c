"""Screens under /versand/."""
