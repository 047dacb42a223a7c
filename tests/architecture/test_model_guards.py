"""The guards over models find what they are there for."""

from django.db import models
from django.test.utils import isolate_apps

from apps.core.constraints import choices_constraint
from tests.architecture.test_models import unguarded_choices, unnamed_personal_fields


class Colour(models.TextChoices):
    RED = "red", "rot"


@isolate_apps("apps.core")
def test_a_choice_without_a_constraint_is_found() -> None:
    class Bare(models.Model):
        colour = models.CharField(max_length=5, choices=Colour)

        class Meta:
            app_label = "core"

    class Guarded(models.Model):
        colour = models.CharField(max_length=5, choices=Colour)

        class Meta:
            app_label = "core"
            constraints = [choices_constraint("colour", Colour, name="guarded_colour")]

    assert unguarded_choices([Bare, Guarded]) == ["core.Bare.colour"]


@isolate_apps("apps.core")
def test_an_unnamed_personal_field_is_found() -> None:
    class Somebody(models.Model):
        personal_fields = ("last_name",)
        last_name = models.CharField(max_length=5)
        e_mail = models.EmailField()
        phone = models.CharField(max_length=5)
        rename_count = models.CharField(max_length=5)

        class Meta:
            app_label = "core"

    assert unnamed_personal_fields([Somebody]) == {"core.Somebody.e_mail", "core.Somebody.phone"}
