from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.core.constraints import choices_constraint
from apps.documents.models import Document
from apps.members.models import City
from apps.papers.enums import LegalBasis, Level, PaperState, PaperType, SignatureForm, SignatureOrder
from apps.resolutions.models import Resolution
from apps.texts.models import Text, TextVersion


class PaperQuerySet(models.QuerySet["Paper"]):
    def signable_on(self, day: date) -> Self:
        """Frozen or published, and the window to sign is open."""
        return self.filter(
            Q(sign_until__isnull=True) | Q(sign_until__gte=day),
            state__in=[PaperState.FROZEN, PaperState.PUBLISHED],
        )

    def published(self) -> Self:
        return self.filter(state=PaperState.PUBLISHED)


class Paper(models.Model):
    """A common declaration of cities. Only the cities that sign it speak; not signing says nothing."""

    TRANSITIONS = {
        PaperState.IDEA: (PaperState.DRAFT, PaperState.WITHDRAWN),
        PaperState.DRAFT: (PaperState.FROZEN, PaperState.WITHDRAWN),
        PaperState.FROZEN: (PaperState.DRAFT, PaperState.PUBLISHED, PaperState.WITHDRAWN),
        PaperState.PUBLISHED: (PaperState.WITHDRAWN,),
        PaperState.WITHDRAWN: (),
    }

    type = models.CharField(_("Art"), max_length=12, choices=PaperType.choices)
    level = models.CharField(_("Ebene"), max_length=10, choices=Level.choices, default=Level.EXPERT)
    title = models.CharField(_("Titel"), max_length=200)
    slug = models.SlugField(_("Kurzname in der Adresse"), max_length=120, unique=True)
    place = models.CharField(
        _("Ort"), max_length=80, blank=True, help_text=_("Ort, nach dem die Erklärung heißt oder an dem sie entstand.")
    )
    addressees = models.TextField(_("gerichtet an"), blank=True, help_text=_("Eine Stelle je Zeile."))
    text = models.OneToOneField(Text, models.PROTECT, related_name="paper", verbose_name=_("Text"))
    state = models.CharField(_("Stand"), max_length=10, choices=PaperState.choices, default=PaperState.IDEA)
    builds_on = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="successors", verbose_name=_("knüpft an")
    )
    resolution = models.ForeignKey(
        Resolution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="papers",
        verbose_name=_("beschlossen durch"),
        help_text=_("Wenn auch die Mitgliederversammlung oder der Vorstand zugestimmt hat."),
    )
    signature_order = models.CharField(
        _("Reihenfolge der Unterschriften"),
        max_length=12,
        choices=SignatureOrder.choices,
        default=SignatureOrder.ALPHABETICAL,
    )
    sign_until = models.DateField(_("zeichnen bis"), null=True, blank=True)
    frozen_version = models.ForeignKey(
        TextVersion, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("festgelegte Fassung")
    )
    frozen_sha256 = models.CharField(_("Prüfsumme des Wortlauts"), max_length=64, blank=True)
    frozen_on = models.DateField(_("Textschluss"), null=True, blank=True)
    published_on = models.DateField(_("veröffentlicht am"), null=True, blank=True)
    withdrawn_on = models.DateField(_("zurückgezogen am"), null=True, blank=True)
    printed = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("gedruckte Fassung")
    )

    objects = PaperQuerySet.as_manager()
    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Positionspapier")
        verbose_name_plural = _("Positionspapiere")
        ordering = ["-published_on", "-pk"]
        constraints = [
            choices_constraint("type", PaperType, name="papers_paper_type_known"),
            choices_constraint("level", Level, name="papers_paper_level_known"),
            choices_constraint("state", PaperState, name="papers_paper_state_known"),
            choices_constraint("signature_order", SignatureOrder, name="papers_paper_order_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["frozen", "published"])
                | (Q(frozen_version__isnull=False, frozen_on__isnull=False) & ~Q(frozen_sha256="")),
                name="papers_paper_frozen_has_version",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_on__isnull=False), name="papers_paper_published_has_day"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("papers:paper", args=[self.slug])

    @property
    def public_url(self) -> str:
        return reverse("papers:public-paper", args=[self.slug])

    @property
    def is_open(self) -> bool:
        """Its text may still change."""
        return self.state in {PaperState.IDEA, PaperState.DRAFT}

    @property
    def is_frozen(self) -> bool:
        return self.state in {PaperState.FROZEN, PaperState.PUBLISHED}

    @property
    def addressee_lines(self) -> list[str]:
        return [line.strip() for line in self.addressees.splitlines() if line.strip()]

    def may_be_signed_on(self, day: date) -> bool:
        return self.is_frozen and (self.sign_until is None or day <= self.sign_until)

    @property
    def disclaimer(self) -> str:
        """Who speaks: printed under every paper."""
        if self.level == Level.EXPERT:
            return _now(
                "Dies ist eine fachliche Stellungnahme der unterzeichnenden Verwaltungen. Sie gibt nicht notwendig die Haltung der "
                "Räte oder der Stadtspitzen wieder."
            )
        return _now(
            "Es sprechen allein die unterzeichnenden Städte. Wer nicht unterzeichnet hat, hat sich nicht geäußert."
        )


class SignatureQuerySet(models.QuerySet["Signature"]):
    def active(self) -> Self:
        """Not withdrawn; of whatever version."""
        return self.filter(withdrawn_on__isnull=True)

    def carrying(self, paper: Paper) -> Self:
        """Active signatures under the frozen version: those that count and are printed."""
        return self.active().filter(paper=paper, version=paper.frozen_version_id)


class Signature(models.Model):
    """A city signs one version of a paper. Never changed; a withdrawal is an entry of its own."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="signatures", verbose_name=_("Positionspapier"))
    version = models.ForeignKey(TextVersion, models.PROTECT, related_name="+", verbose_name=_("Fassung"))
    version_sha256 = models.CharField(_("Prüfsumme des Wortlauts"), max_length=64)
    city = models.ForeignKey(City, models.PROTECT, related_name="signatures", verbose_name=_("Stadt"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="signatures",
        verbose_name=_("erklärt von"),
    )
    person_name = models.CharField(_("Name"), max_length=120)
    person_function = models.CharField(_("Amt oder Funktion"), max_length=120)
    signed_on = models.DateField(_("unterzeichnet am"))
    form = models.CharField(_("Form"), max_length=8, choices=SignatureForm.choices)
    legal_basis = models.CharField(_("Grundlage"), max_length=14, choices=LegalBasis.choices)
    basis_detail = models.CharField(
        _("Nummer und Tag des Ratsbeschlusses"),
        max_length=120,
        blank=True,
        help_text=_("Nur beim Beschluss des Rates."),
    )
    is_first_signatory = models.BooleanField(_("Erstunterzeichner:in"), default=False)
    note = models.CharField(_("Anmerkung"), max_length=300, blank=True)
    proof = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Nachweis")
    )
    withdrawn_on = models.DateField(_("zurückgezogen am"), null=True, blank=True)

    objects = SignatureQuerySet.as_manager()
    history = History()
    personal_fields = ("person_name", "person_function", "note")

    class Meta:
        verbose_name = _("Unterschrift")
        verbose_name_plural = _("Unterschriften")
        ordering = ["paper", "signed_on", "pk"]
        constraints = [
            choices_constraint("form", SignatureForm, name="papers_signature_form_known"),
            choices_constraint("legal_basis", LegalBasis, name="papers_signature_basis_known"),
            models.UniqueConstraint(
                fields=["city", "version"], condition=Q(withdrawn_on__isnull=True), name="papers_signature_active_once"
            ),
            models.CheckConstraint(
                condition=~Q(form="letter") | Q(proof__isnull=False), name="papers_signature_letter_has_proof"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=models.F("signed_on")),
                name="papers_signature_withdrawn_after_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.city}: {self.person_name}"

    def get_absolute_url(self) -> str:
        return self.paper.get_absolute_url()

    @property
    def is_active(self) -> bool:
        return self.withdrawn_on is None

    @property
    def basis(self) -> str:
        """»Beschluss des Rates (V 1234/2026 vom 12.05.2026)«"""
        label = str(self.get_legal_basis_display())
        return f"{label} ({self.basis_detail})" if self.basis_detail else label


class SignatureWithdrawal(models.Model):
    """A city takes its signature back. The signature stays readable with its day of withdrawal."""

    signature = models.OneToOneField(
        Signature, models.PROTECT, related_name="withdrawal", verbose_name=_("Unterschrift")
    )
    withdrawn_on = models.DateField(_("zurückgezogen am"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("erklärt von")
    )
    reason = models.CharField(_("Grund"), max_length=300, blank=True)

    history = History()
    personal_fields = ("reason",)

    class Meta:
        verbose_name = _("Rücknahme einer Unterschrift")
        verbose_name_plural = _("Rücknahmen von Unterschriften")
        ordering = ["-withdrawn_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.signature}, {self.withdrawn_on:%d.%m.%Y}"

    def get_absolute_url(self) -> str:
        return self.signature.get_absolute_url()
