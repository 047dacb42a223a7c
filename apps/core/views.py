"""The shapes of a page. Every view of the house is one of these and names its `permission`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.core.paginator import Page as PaginatorPage
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, ListView, TemplateView, View

from apps.core import exports
from apps.core.downloads import Download, download_response
from apps.core.errors import DomainError
from apps.core.models import Job
from apps.core.paging import FromBothEnds
from apps.core.registries import job_permissions
from apps.core.tables import ActiveFilter, Column, Filter, Table, add_up_rows, choose_filters, count_and_add_up

PUBLIC: Final = "public"
SIGNED_IN: Final = "signed in"


@dataclass(frozen=True)
class Action:
    """A button or link in the page header, named by its effect."""

    label: Any
    url: str
    primary: bool = False
    icon: str = ""


@dataclass(frozen=True)
class Badge:
    """State beside the title; `tone` is info, success, warning or danger."""

    label: Any
    tone: str = "info"


@dataclass(frozen=True)
class Crumb:
    label: Any
    url: str = ""


class Guarded(View):
    """Anonymous people sign in first; what you may not see is a 404.

    `permission` is asked once for the page and once more with the object, if `get_object` returns one.
    """

    permission: str

    def get_object(self) -> Any:
        """Ask the getter that knows the user (`get_invoice(self.request.user, …)`); it raises Http404."""
        return None

    @cached_property
    def object(self) -> Any:
        return self.get_object()

    def has_permission(self) -> bool:
        if self.permission in {PUBLIC, SIGNED_IN}:
            return True
        user = self.request.user
        if not user.has_perm(self.permission):
            return False
        return self.object is None or user.has_perm(self.permission, self.object)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.permission != PUBLIC and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not self.has_permission():
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class Headed(Guarded):
    """What every page shows on top: title, lead, badge, actions, the way back."""

    title: Any = ""
    lead: Any = ""

    def get_title(self) -> Any:
        return self.title or self.object or ""

    def get_lead(self) -> Any:
        return self.lead

    def get_badge(self) -> Badge | None:
        return None

    def get_actions(self) -> Sequence[Action]:
        return ()

    def get_breadcrumbs(self) -> Sequence[Crumb | tuple[Any, str]]:
        """Pages above this one, outermost first."""
        return ()

    def success(self, message: Any) -> None:
        messages.success(self.request, message)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = [crumb if isinstance(crumb, Crumb) else Crumb(*crumb) for crumb in self.get_breadcrumbs()]
        headed = {
            "object": self.object,
            "title": self.get_title(),
            "lead": self.get_lead(),
            "badge": self.get_badge(),
            "actions": self.get_actions(),
            "breadcrumbs": crumbs,
        }
        return super().get_context_data(**{**headed, **kwargs})  # type: ignore[misc]


class Page(Headed, TemplateView):
    """A page with its own template that extends `base.html` (or `public.html`)."""


class ObjectPage(Headed, TemplateView):
    """One object; its template extends `object.html`. Override `get_object`."""

    template_name = "object.html"


class FormPage(Headed, FormView):
    """A form with one button named by its effect. Override `perform`; a refusal stands beside its field."""

    template_name = "form.html"
    form_class: type[forms.BaseForm] = forms.Form
    intro: Any = ""
    submit_label: Any = gettext_lazy("Speichern")
    cancel_url: Any = ""

    def perform(self, form: Any) -> str:
        """Make the one domain call and return the address to go to."""
        raise ImproperlyConfigured(f"{type(self).__name__} must define perform()")

    def get_intro(self) -> Any:
        return self.intro

    def get_submit_label(self) -> Any:
        return self.submit_label

    def get_cancel_url(self) -> str:
        if not self.cancel_url and hasattr(self.object, "get_absolute_url"):
            return str(self.object.get_absolute_url())
        return str(self.cancel_url)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            url = self.perform(form)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.form_invalid(form)
        return HttpResponseRedirect(url)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **{
                "intro": self.get_intro(),
                "submit_label": self.get_submit_label(),
                "cancel_url": self.get_cancel_url(),
                **kwargs,
            }
        )


class ConfirmPage(FormPage):
    """Shows exactly what will happen, then one button. `final`: what cannot be undone, in one sentence."""

    template_name = "confirm.html"
    danger = False
    final: Any = ""

    def get_consequences(self) -> Sequence[Any]:
        """Sentences: how many, which sums, to whom, what follows. A DomainError here takes the button away."""
        return ()

    def get_facts(self) -> Sequence[tuple[Any, Any]]:
        """Pairs of label and value shown above the consequences."""
        return ()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown: dict[str, Any] = {"danger": self.danger, "final": self.final}
        try:
            shown |= {"consequences": self.get_consequences(), "facts": self.get_facts()}
        except DomainError as error:
            shown["refusal"] = error.message
        return super().get_context_data(**{**shown, **kwargs})


class TablePage(Headed, ListView):
    """A list with search, filters, sorting, totals, paging and export of exactly what is shown.

    Override `get_queryset` with a getter that knows the user; describe the rest in the attributes.
    """

    template_name = "list.html"
    paginate_by = 50
    paginator_class = FromBothEnds
    page_kwarg = "seite"
    columns: Sequence[Column] = ()
    filters: Sequence[Filter] = ()
    search_fields: Sequence[str] = ()
    search_label: Any = gettext_lazy("Suchen")
    default_sort = ""
    count_label: Any = gettext_lazy("Einträge")
    empty_title: Any = gettext_lazy("Noch keine Einträge")
    empty_text: Any = ""
    empty_action: Action | None = None
    object_list: Any
    only_page: list[Any] | None = None

    def get_columns(self) -> Sequence[Column]:
        return self.columns

    def get_empty_action(self) -> Action | None:
        return self.empty_action

    @cached_property
    def shown_columns(self) -> Sequence[Column]:
        return self.get_columns()

    @cached_property
    def active_filters(self) -> list[ActiveFilter]:
        return choose_filters(self.filters, self.request.user, self.request.GET)

    @property
    def query(self) -> str:
        return self.request.GET.get("suche", "").strip()

    @property
    def sorting(self) -> str:
        asked = self.request.GET.get("sortierung", "")
        known = {column.name for column in self.shown_columns if column.order}
        return asked if asked.removeprefix("-") in known else self.default_sort

    def search(self, queryset: QuerySet, query: str) -> QuerySet:
        """Every word must occur in one of `search_fields`."""
        for word in query.split():
            hits = Q()
            for field in self.search_fields:
                hits |= Q(**{f"{field}__icontains": word})
            queryset = queryset.filter(hits)
        return queryset

    def sort(self, queryset: QuerySet) -> QuerySet:
        name = self.sorting.removeprefix("-")
        order = next((column.order for column in self.shown_columns if column.name == name), ())
        if not order:
            return queryset if queryset.ordered else queryset.order_by("pk")
        if self.sorting.startswith("-"):
            order = tuple(field.removeprefix("-") if field.startswith("-") else f"-{field}" for field in order)
        return queryset.order_by(*order, "pk")

    def narrow(self, queryset: QuerySet) -> QuerySet:
        for active in self.active_filters:
            if active.value:
                queryset = active.filter.narrow(queryset, active.value)
        if self.query and self.search_fields:
            queryset = self.search(queryset, self.query)
        return self.sort(queryset)

    @property
    def chosen(self) -> dict[str, str]:
        """What is searched for and filtered by, as the address would say it."""
        chosen = {active.filter.name: active.value for active in self.active_filters if active.value}
        return chosen | ({"suche": self.query} if self.query else {})

    @property
    def shows_default(self) -> bool:
        """Nothing is searched for, and only those filters hold that hold by themselves."""
        return self.chosen == {each.name: each.default for each in self.filters if each.default}

    @property
    def everything_url(self) -> str:
        """The list without any search and filter; those that hold by themselves are switched off in words."""
        off = {each.filter.name: each.all_value for each in self.active_filters if each.all_value}
        return f"{self.request.path}?{urlencode(off)}" if off else self.request.path

    def sum_up(self, rows: QuerySet) -> tuple[int, dict[str, Any]]:
        """Number of rows and the line below the table, over all pages; override where they are known by a shorter way."""
        return count_and_add_up(rows, self.shown_columns)

    @cached_property
    def summed_up(self) -> tuple[int, dict[str, Any]]:
        if self.only_page is not None:
            return len(self.only_page), add_up_rows(self.only_page, self.shown_columns)
        return self.sum_up(self.object_list)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object_list = self.narrow(self.get_queryset())
        wanted = request.GET.get("export")
        if wanted in {"xlsx", "csv"}:
            return self.export(wanted)
        return self.render_to_response(self.get_context_data())

    def export(self, kind: str) -> HttpResponse:
        write, content_type = {"xlsx": (exports.to_xlsx, exports.XLSX), "csv": (exports.to_csv, exports.CSV)}[kind]
        title = str(self.get_title())
        content = write(title, self.shown_columns, self.object_list.iterator(chunk_size=2000), self.summed_up[1])
        name = f"{slugify(title) or 'liste'}-{timezone.localdate():%Y-%m-%d}.{kind}"
        return download_response(Download(content, name, content_type))

    def paginate_queryset(self, queryset: Any, page_size: int) -> tuple[Paginator, PaginatorPage, Any, bool]:
        """An unknown page number shows the nearest page instead of an error.

        The first page is read with one row more than it shows: if that is not there, the database need not count and add up.
        """
        asked = self.request.GET.get(self.page_kwarg, "1")
        first = list(queryset[: page_size + 1]) if asked == "1" else None
        if first is not None and len(first) <= page_size:
            queryset = self.only_page = first
        paginator = self.get_paginator(queryset, page_size)
        paginator.count = self.summed_up[0]
        page = paginator.get_page(asked)
        if first is not None:
            page.object_list = first[:page_size]
        return paginator, page, page.object_list, page.has_other_pages()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows = list(context["object_list"])
        context["table"] = Table(
            columns=self.shown_columns,
            rows=rows,
            caption=self.get_title(),
            totals=self.summed_up[1] if rows else {},
            sorting=self.sorting,
            sortable=True,
        )
        return context | {
            "rows": rows,
            "filters": self.active_filters,
            "query": self.query,
            "searchable": bool(self.search_fields),
            "search_label": self.search_label,
            "is_narrowed": bool(self.chosen),
            "shows_default": self.shows_default,
            "everything_url": self.everything_url,
            "count_label": self.count_label,
            "empty_title": self.empty_title,
            "empty_text": self.empty_text,
            "empty_action": self.get_empty_action(),
        }


class DownloadView(Guarded):
    """A file for the person who may have it. Override `get_download`."""

    def get_download(self) -> Download:
        raise ImproperlyConfigured(f"{type(self).__name__} must define get_download()")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return download_response(self.get_download())


class JobPage(Headed, TemplateView):
    """Progress of work in the background; leaving the page does not stop the work."""

    permission = SIGNED_IN
    template_name = "job.html"

    def get_object(self) -> Job:
        """The person who started it, and whoever holds the permission registered for this kind of work."""
        job = get_object_or_404(Job.objects.select_related("started_by"), pk=self.kwargs["pk"])
        permission = job_permissions.get(job.kind)
        if job.started_by_id != self.request.user.pk and not (permission and self.request.user.has_perm(permission)):
            raise Http404
        return job

    def get_title(self) -> str:
        return str(self.object.title)

    def get_template_names(self) -> list[str]:
        return ["components/job.html"] if getattr(self.request, "htmx", False) else [self.template_name]

    def get_lead(self) -> str:
        return _("Sie können diese Seite verlassen. Die Arbeit läuft weiter.") if self.object.is_alive else ""
