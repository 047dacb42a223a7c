"""Building blocks of the screens."""

from django import template

register = template.Library()
