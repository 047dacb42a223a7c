from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import Role
from apps.audit.history import History
from apps.core.constraints import choices_constraint, period_constraint
from apps.core.periods import Dated, DatedQuerySet


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail. Nobody is deleted: people are deactivated, later made anonymous."""

    email = models.EmailField(_("E-Mail-Adresse"), unique=True)
    first_name = models.CharField(_("Vorname"), max_length=80, blank=True)
    last_name = models.CharField(_("Nachname"), max_length=80, blank=True)
    is_active = models.BooleanField(_("darf sich anmelden"), default=True)
    date_joined = models.DateTimeField(_("angelegt"), default=timezone.now)

    objects = UserManager()
    history = History(excluded_fields=["last_login", "password"])
    personal_fields = ("email", "first_name", "last_name")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("Person")
        verbose_name_plural = _("Personen")
        ordering = ["last_name", "first_name", "email"]
        constraints = [models.UniqueConstraint(Lower("email"), name="accounts_user_email_unique")]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email

    def get_short_name(self) -> str:
        return self.first_name or self.email


class RoleAssignment(Dated):
    """A person holds a role from a day until a day (exclusive)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="assignments", verbose_name=_("Person"))
    role = models.CharField(_("Rolle"), max_length=20, choices=Role.choices)

    objects = DatedQuerySet.as_manager()
    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Rolle einer Person")
        verbose_name_plural = _("Rollen von Personen")
        ordering = ["user", "role", "valid_from"]
        constraints = [
            choices_constraint("role", Role, name="accounts_roleassignment_role_known"),
            period_constraint(name="accounts_roleassignment_period"),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=models.Q(valid_until__isnull=True),
                name="accounts_roleassignment_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
