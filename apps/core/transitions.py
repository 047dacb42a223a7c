"""States and the only ways between them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from apps.core.errors import DomainError


class WrongState(DomainError):
    """The object is in a state from which the act isn't possible."""


def guard_transition(instance: Any, to: str, *, field: str = "state") -> None:
    """Raise `WrongState` unless the model's `TRANSITIONS` map allows the step from the present state to `to`."""
    transitions: Mapping[str, tuple[str, ...]] = instance.TRANSITIONS
    present = getattr(instance, field)
    if to not in transitions.get(present, ()):
        raise WrongState(
            _("„%(object)s“ ist im Zustand „%(state)s“. Dieser Schritt ist von dort aus nicht möglich.")
            % {"object": instance, "state": getattr(instance, f"get_{field}_display")()}
        )
