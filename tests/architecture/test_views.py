"""Every address of the house names who may come in."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import rules
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path
from django.views.generic import RedirectView

from apps.core.views import PUBLIC, SIGNED_IN, Page

# addresses of django-allauth, which guards them itself: everybody …
FOREIGN_FOR_EVERYBODY = {
    "konto/login/",
    "konto/login/code/confirm/",
    "konto/logout/",
    "konto/inactive/",
    "konto/signup/",
    "konto/confirm-email/",
    "konto/^confirm-email/(?P<key>[-:\\w]+)/$",
    "konto/password/reset/",
    "konto/password/reset/done/",
    "konto/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
    "konto/password/reset/key/done/",
    "konto/2fa/authenticate/",
    "konto/2fa/webauthn/login/",
    "konto/3rdparty/login/cancelled/",
    "konto/3rdparty/login/error/",
    "konto/3rdparty/signup/",
    "konto/oidc/^(?P<provider_id>[^/]+)/login/",
    "konto/oidc/^(?P<provider_id>[^/]+)/login/callback/",
}
# … and who is signed in, for the own account
FOREIGN_FOR_OWNERS = {
    "konto/reauthenticate/",
    "konto/email/",
    "konto/password/change/",
    "konto/password/set/",
    "konto/2fa/",
    "konto/2fa/reauthenticate/",
    "konto/2fa/totp/activate/",
    "konto/2fa/totp/deactivate/",
    "konto/2fa/recovery-codes/",
    "konto/2fa/recovery-codes/generate/",
    "konto/2fa/recovery-codes/download/",
    "konto/2fa/webauthn/",
    "konto/2fa/webauthn/add/",
    "konto/2fa/webauthn/reauthenticate/",
    "konto/2fa/webauthn/keys/<int:pk>/remove/",
    "konto/2fa/webauthn/keys/<int:pk>/edit/",
    "konto/3rdparty/",
}
# addresses whose permission depends on the object, and why
BY_OBJECT = {
    "dokumente/<str:number>/": "a published document is public",
    "verlauf/<slug:app_label>/<slug:model>/<str:pk>/": "who may see an object may see its history",
    "dokumente/<str:number>/<int:version>/<path:filename>": "a published document is public",
}


def walk(patterns: Iterable[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, address)
        else:
            yield address, pattern.callback


def unguarded(patterns: Iterable[URLPattern | URLResolver]) -> list[str]:
    """Addresses whose view names no permission, or one that no app has defined. A redirect leads to a guarded page."""
    found = []
    for address, view in walk(patterns):
        view_class = getattr(view, "view_class", None)
        permission = getattr(view_class, "permission", None)
        if permission in {PUBLIC, SIGNED_IN} or view_class is RedirectView:
            continue
        if not (permission and rules.perm_exists(permission)):
            found.append(address)
    return found


def test_every_view_names_its_permission() -> None:
    found, known = (
        set(unguarded(get_resolver().url_patterns)),
        FOREIGN_FOR_EVERYBODY | FOREIGN_FOR_OWNERS | set(BY_OBJECT),
    )
    assert found - known == set()
    assert known - found == set()


def test_an_unguarded_view_is_found() -> None:
    class Open(Page):
        pass

    class Misspelled(Page):
        permission = "dues.no_such_permission"

    class Guarded(Page):
        permission = SIGNED_IN

    def function(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    patterns = [
        path("offen/", Open.as_view()),
        path("vertippt/", Misspelled.as_view()),
        path("gut/", Guarded.as_view()),
        path("funktion/", function),
    ]
    assert unguarded(patterns) == ["offen/", "vertippt/", "funktion/"]


def test_foreign_pages_for_owners_refuse_strangers(client: Client, db: None) -> None:
    for address in FOREIGN_FOR_OWNERS:
        response = client.get("/" + address.replace("<int:pk>", "1"))
        assert (address, response.status_code) == (address, 302)
        assert response["Location"].startswith("/konto/login/"), address
