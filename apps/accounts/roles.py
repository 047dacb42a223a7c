"""Roles as code: a German name and a sentence a lay person understands; predicates over them."""

from collections.abc import Iterable
from typing import Any

import rules
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    TREASURER = "treasurer", _("Schatzmeister:in")
    BOARD = "board", _("Vorstand")
    MEMBER = "member", _("Mitgliedsstadt")
    AUDITOR = "auditor", _("Kassenprüfer:in")
    OFFICE = "office", _("Geschäftsstelle")
    ADMIN = "admin", _("Administration")


DESCRIPTIONS = {
    Role.TREASURER: _(
        "Stellt Beitragsrechnungen aus, liest Kontoauszüge ein, bucht Zahlungen und führt Bücher und Haushalt."
    ),
    Role.BOARD: _(
        "Entwirft Beschlüsse, stellt ihre Annahme fest, nimmt Städte auf und sieht Beiträge und Haushalt ein."
    ),
    Role.MEMBER: _(
        "Handelt für die eigene Stadt, solange die Entsendung gilt: zeichnet mit, sieht Rechnungen und Unterlagen."
    ),
    Role.AUDITOR: _("Sieht Bücher, Rechnungen, Kontoauszüge und das Protokoll ein, ändert aber nichts."),
    Role.OFFICE: _("Pflegt Städte, Ansprechpersonen und Einwohnerzahlen und verwaltet die Dokumente."),
    Role.ADMIN: _("Lädt Menschen ein, vergibt Rollen und pflegt die Angaben zur Organisation."),
}


def current_roles(user: Any) -> frozenset[str]:
    """Roles that `user` holds today; read once per request and user object."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    cached = getattr(user, "_current_roles", None)
    if cached is None:
        today = timezone.localdate()
        cached = user._current_roles = frozenset(user.assignments.valid_on(today).values_list("role", flat=True))
    return cached


def has_role(*roles: Role | str) -> rules.Predicate:
    """Predicate: the user holds one of `roles` today."""
    wanted: Iterable[str] = frozenset(str(role) for role in roles)

    @rules.predicate(name="has_role:" + "|".join(sorted(wanted)))
    def predicate(user: Any) -> bool:
        return not current_roles(user).isdisjoint(wanted)

    return predicate


@rules.predicate
def is_signed_in(user: Any) -> bool:
    return bool(user.is_authenticated and user.is_active)
