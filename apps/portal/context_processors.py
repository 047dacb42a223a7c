"""The side navigation."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString

from apps.portal.navigation import navigation_for


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The pages this person may open, written once for both places of a page that show them, and only if one does."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": ""}

    def write() -> SafeString:
        return render_to_string("components/navigation.html", {"groups": list(navigation_for(user, request.path))})

    return {"navigation": SimpleLazyObject(write)}
