from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResolutionsConfig(AppConfig):
    name = "apps.resolutions"
    label = "resolutions"
    verbose_name = _("Beschlüsse")

    def ready(self) -> None:
        from apps.audit.triggers import protect
        from apps.audit.verbs import register_verbs
        from apps.core.registries import register_duties, register_search
        from apps.resolutions.models import Effect, Resolution, Supersession
        from apps.resolutions.offers import resolution_duties, search_resolutions

        register_search(search_resolutions)
        register_duties(resolution_duties)

        protect(
            Resolution,
            when="OLD.state IN ('adopted', 'rejected', 'withdrawn')",
            except_columns=("effective_on", "is_public"),
        )
        protect(Supersession)
        protect(Effect)
        register_verbs(
            {
                "resolutions.drafted": _("Beschluss entworfen"),
                "resolutions.revised": _("Beschlussentwurf geändert"),
                "resolutions.proposed": _("Beschluss zur Abstimmung gestellt"),
                "resolutions.returned": _("Beschluss zurück in den Entwurf genommen"),
                "resolutions.adopted": _("Beschluss angenommen"),
                "resolutions.rejected": _("Beschluss abgelehnt"),
                "resolutions.withdrawn": _("Beschluss zurückgezogen"),
                "resolutions.superseded": _("Beschluss aufgehoben, ersetzt oder geändert"),
                "resolutions.in_force": _("Wirksamwerden eines Beschlusses festgehalten"),
                "resolutions.published": _("Beschluss veröffentlicht"),
                "resolutions.unpublished": _("Veröffentlichung eines Beschlusses beendet"),
                "resolutions.effect_recorded": _("Wirkung eines Beschlusses festgehalten"),
                "resolutions.follow_up_added": _("Folgeaufgabe angelegt"),
                "resolutions.follow_up_done": _("Folgeaufgabe erledigt"),
                "resolutions.extract_issued": _("Beschlussausfertigung erstellt"),
                "resolutions.book_issued": _("Beschlussbuch erstellt"),
            }
        )
