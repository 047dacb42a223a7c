"""What every page knows about the organisation."""

from django.http import HttpRequest


def profile(request: HttpRequest) -> dict[str, object]:
    return {"profile": None}
