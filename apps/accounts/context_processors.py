"""The accounts of the demo on its sign-in page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from apps.accounts.models import User

DEMO_DOMAIN = "@demo.example"


def demo_accounts(request: HttpRequest) -> dict[str, Any]:
    """People of the demo association with role and common password; nothing outside demo mode."""
    if not settings.DEMO or request.path != reverse("account_login"):
        return {}
    people = User.objects.filter(email__endswith=DEMO_DOMAIN, is_active=True).prefetch_related("assignments")
    return {
        "demo_accounts": [
            {
                "name": str(person),
                "email": person.email,
                "password": settings.DEMO_PASSWORD,
                "role": ", ".join(assignment.get_role_display() for assignment in person.assignments.all()),
            }
            for person in people.order_by("pk")
        ]
    }
