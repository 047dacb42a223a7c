"""Pages for owners of texts: they add the address, the permission and the getter."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import Http404

from apps.core.views import FormPage, ObjectPage
from apps.texts.domain.errors import TextChangedMeanwhile
from apps.texts.domain.queries import (
    Comparison,
    compare_numbers,
    compare_with_typed,
    get_version,
    latest_version,
    versions_of,
)
from apps.texts.models import Text


class EditorPage(FormPage):
    """A form with an `EditorField` named content and a hidden base_version. Override `save` instead of `perform`.

    When somebody else saved meanwhile, the page keeps what was typed, shows the other version and the differences, and a
    second click saves on top of it.
    """

    template_name = "texts/editor.html"
    conflict: Comparison | None = None

    def save(self, form: Any) -> str:
        """Make the domain call and return the address to go to."""
        raise ImproperlyConfigured(f"{type(self).__name__} must define save()")

    def perform(self, form: Any) -> str:
        try:
            return self.save(form)
        except TextChangedMeanwhile as error:
            self.conflict = compare_with_typed(error.current, error.typed)
            form.data = form.data.copy()
            form.data["base_version"] = str(error.current.number)
            raise

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"conflict": self.conflict, **kwargs})


class VersionPage(ObjectPage):
    """One version of the text of `self.object`."""

    template_name = "texts/version.html"

    def get_text(self) -> Text:
        text: Text = self.object.text
        return text

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        version = get_version(self.get_text(), self.kwargs["number"])
        return super().get_context_data(
            **{
                "version": version,
                "versions": versions_of(self.get_text()),
                "versions_url": self.versions_url,
                **kwargs,
            }
        )

    @property
    def versions_url(self) -> str:
        return f"{self.object.get_absolute_url()}fassungen/"


class ComparePage(VersionPage):
    """Any two versions of the text of `self.object`, chosen by `?alt=1&neu=3`; without it the last two."""

    template_name = "texts/compare.html"

    def get_comparison(self) -> Comparison:
        newest = latest_version(self.get_text()).number
        try:
            old = int(self.request.GET.get("alt", max(1, newest - 1)))
            new = int(self.request.GET.get("neu", newest))
        except ValueError:
            raise Http404 from None
        return compare_numbers(self.get_text(), old, new)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super(VersionPage, self).get_context_data(
            **{
                "comparison": self.get_comparison(),
                "versions": versions_of(self.get_text()),
                "versions_url": self.versions_url,
                **kwargs,
            }
        )
