"""The side navigation."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from apps.portal.navigation import navigation_for


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Groups of pages for the person who is signed in, made only where a template shows them."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": []}
    return {"navigation": SimpleLazyObject(lambda: list(navigation_for(user, request.path)))}
