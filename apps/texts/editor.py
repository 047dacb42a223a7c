"""The editor as a form field: a restricted schema in the browser, the same rules again on the server."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_prose_editor.widgets import ProseEditorWidget

from apps.texts.calculations.blocks import render
from apps.texts.calculations.markup import URL_SCHEMES, read_blocks, write_lines

EXTENSIONS: dict[str, Any] = {
    "Heading": {"levels": [2, 3]},
    "Bold": True,
    "Italic": True,
    "HardBreak": True,
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "Link": {"enableTarget": False, "protocols": sorted(URL_SCHEMES)},
    "History": True,
}


# What the editor says in English, by its own words.
WORDS: dict[str, Any] = {
    "heading 2": _("Überschrift"),
    "heading 3": _("Zwischenüberschrift"),
    "Heading 2": _("Überschrift"),
    "Heading 3": _("Zwischenüberschrift"),
    "paragraph": _("Absatz"),
    "Paragraph": _("Absatz"),
    "unordered list": _("Liste mit Punkten"),
    "ordered list": _("Liste mit Zahlen"),
    "List properties": _("Eigenschaften der Liste"),
    "blockquote": _("Zitat"),
    "bold": _("fett"),
    "italic": _("kursiv"),
    "insert link": _("Link einfügen"),
    "remove link": _("Link entfernen"),
    "undo": _("rückgängig"),
    "redo": _("wiederholen"),
    "Edit Link": _("Link bearbeiten"),
    "URL": _("Adresse"),
    "Title": _("Titel"),
    "Update": _("Übernehmen"),
    "Insert": _("Einfügen"),
    "Cancel": _("Abbrechen"),
}


class EditorWidget(ProseEditorWidget):
    """A plain text area that becomes an editor where scripts run: without them it shows and takes lines."""

    template_name = "texts/editor_widget.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs={"rows": 24, **(attrs or {})}, config={"extensions": EXTENSIONS}, preset="configurable")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        blocks = read_blocks(str(value or ""))
        context: dict[str, Any] = super().get_context(name, write_lines(blocks), attrs)
        context["widget"]["attrs"]["data-html"] = render(blocks)
        context["words"] = {english: str(german) for english, german in WORDS.items()}
        return context


class EditorField(forms.CharField):
    """A text with headings, paragraphs, bold, italic, lists, quotations and links. What comes in is cleaned when it is saved."""

    widget = EditorWidget
    default_error_messages = {"required": _("Der Text ist leer. Bitte schreiben Sie ihn, bevor Sie speichern.")}

    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "help_text",
            _(
                "Überschriften, Absätze, Fett, Kursiv, Listen, Zitate und Links. Ohne Schaltflächen: Eine leere Zeile "
                "beginnt einen Absatz, „## “ eine Überschrift, „- “ oder „1. “ einen Listenpunkt."
            ),
        )
        super().__init__(**options)

    def clean(self, value: Any) -> str:
        """Refuse a text without words; the value stays as typed, `save_version` brings it into its normal form."""
        typed = super().clean(value)
        if typed and self.required and not read_blocks(typed):
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return typed
