"""Whether a page would let somebody in, for links that lead there."""

from typing import Any

from django.urls import resolve

from apps.core.views import PUBLIC, SIGNED_IN


def may_open(user: Any, url: str) -> bool:
    """Whether the page at this address lets this person in; what it shows of an object it decides itself."""
    view = getattr(resolve(url.partition("?")[0]).func, "view_class", None)
    permission = getattr(view, "permission", None)
    open_to_all = not isinstance(permission, str) or permission in {PUBLIC, SIGNED_IN}
    return open_to_all or bool(user.has_perm(permission))
