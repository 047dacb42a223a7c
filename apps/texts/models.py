from django.conf import settings
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.core.constraints import choices_constraint
from apps.texts.calculations.blocks import Block, NumberedBlock, from_json, number_margins, render
from apps.texts.enums import TextKind


class Text(models.Model):
    """A text that grows in versions. Its owner (a resolution, a paper) points here and decides who may read and write."""

    title = models.CharField(_("Titel"), max_length=200)
    kind = models.CharField(_("Art"), max_length=20, choices=TextKind.choices)
    next_block = models.PositiveIntegerField(_("nächste Blocknummer"), default=1, editable=False)

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Text")
        verbose_name_plural = _("Texte")
        constraints = [choices_constraint("kind", TextKind, name="texts_text_kind_known")]

    def __str__(self) -> str:
        return self.title


class TextVersion(models.Model):
    """What was saved at one moment. Never changed, never deleted (database trigger)."""

    text = models.ForeignKey(Text, models.PROTECT, related_name="versions", verbose_name=_("Text"))
    number = models.PositiveIntegerField(_("Fassung"))
    html = models.TextField(_("Wortlaut"), blank=True)
    blocks = models.JSONField(_("Absätze"), default=list)
    plain = models.TextField(_("Wortlaut ohne Gestaltung"), blank=True)
    sha256 = models.CharField(_("Prüfsumme (SHA-256)"), max_length=64)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("gespeichert von")
    )
    saved_at = models.DateTimeField(_("gespeichert"))
    note = models.CharField(_("Was sich geändert hat"), max_length=200, blank=True)

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Textfassung")
        verbose_name_plural = _("Textfassungen")
        ordering = ["text", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["text", "number"], name="texts_version_number_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="texts_version_number_positive"),
        ]

    def __str__(self) -> str:
        return gettext("Fassung %(number)s") % {"number": self.number}

    @cached_property
    def parsed_blocks(self) -> list[Block]:
        return from_json(self.blocks)

    @property
    def numbered_html(self) -> str:
        """The wording with Randnummern, its headings one level lower: to stand below the title of its owner."""
        return render(self.parsed_blocks, shift=1, numbered=True)

    @property
    def numbered_blocks(self) -> list[NumberedBlock]:
        return number_margins(self.parsed_blocks)

    @property
    def fingerprint(self) -> str:
        """The first 16 characters of the hash in groups of four, for people to compare."""
        return " ".join(self.sha256[start : start + 4] for start in range(0, 16, 4))
