"""What every page knows about the organisation."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from apps.organisation.domain.queries import current_profile
from apps.organisation.models import Profile


def profile(request: HttpRequest) -> dict[str, object]:
    """The profile, read at most once per request."""

    def read() -> Profile:
        if not hasattr(request, "_profile"):
            request._profile = current_profile()  # type: ignore[attr-defined]
        return request._profile  # type: ignore[attr-defined, no-any-return]

    return {"profile": SimpleLazyObject(read)}
