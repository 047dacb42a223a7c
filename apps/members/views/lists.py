from collections.abc import Sequence
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.list_views import ListFile, ListTakeOverPage, ListUploadPage
from apps.core.lists import ListResource
from apps.core.views import Crumb, Page
from apps.members.resources import RESOURCES
from apps.members.views.common import MEMBERS


class OfKind:
    """Chooses the list by the address."""

    kwargs: dict[str, Any]

    def get_resource(self) -> ListResource:
        if self.kwargs["kind"] not in RESOURCES:
            raise Http404
        return RESOURCES[self.kwargs["kind"]]()

    def get_list_url(self) -> str:
        return reverse("members:lists")

    def get_take_over_url(self) -> str:
        return reverse("members:list_take_over", args=[self.kwargs["kind"]])

    def get_breadcrumbs(self) -> Sequence[Crumb]:
        return [MEMBERS, Crumb(_("Listen"), reverse("members:lists"))]


class Lists(Page):
    permission = "members.import_members"
    template_name = "members/lists.html"
    title = gettext_lazy("Listen einlesen und ausgeben")
    lead = gettext_lazy("Geben Sie eine Liste aus, ändern Sie sie in Excel und lesen Sie sie wieder ein.")

    def get_breadcrumbs(self) -> Sequence[Crumb]:
        return [MEMBERS]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(lists=RESOURCES.items(), **kwargs)


class ListUpload(OfKind, ListUploadPage):
    permission = "members.import_members"


class ListTakeOver(OfKind, ListTakeOverPage):
    permission = "members.import_members"


class ListExport(OfKind, ListFile):
    permission = "members.import_members"
