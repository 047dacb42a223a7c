"""What pages about one city share."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy

from apps.core.views import Crumb, FormPage
from apps.members.models import City
from apps.members.rules import get_city

MEMBERS = Crumb(gettext_lazy("Mitglieder"), reverse_lazy("members:cities"))


class OfCity(FormPage):
    """A form or question about one city; the permission is asked with the city."""

    def get_object(self) -> City:
        return get_city(self.request.user, self.kwargs["slug"])

    def get_breadcrumbs(self) -> Sequence[Crumb]:
        return [MEMBERS, Crumb(self.object, self.object.get_absolute_url())]

    def done(self, message: Any) -> str:
        self.success(message)
        return self.object.get_absolute_url()


class OfPart(FormPage):
    """A form or question about something that belongs to a city."""

    def get_breadcrumbs(self) -> Sequence[Crumb]:
        return [MEMBERS, Crumb(self.object.city, self.object.city.get_absolute_url())]

    def done(self, message: Any) -> str:
        self.success(message)
        return self.object.get_absolute_url()
