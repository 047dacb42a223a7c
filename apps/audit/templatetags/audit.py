"""Ways into the history."""

from django import template
from django.db.models import Model
from django.urls import reverse

register = template.Library()


@register.simple_tag
def history_url(instance: Model) -> str:
    """The address of »Verlauf« of an object."""
    return reverse("audit:history", args=[instance._meta.app_label, instance._meta.model_name, instance.pk])
