from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "apps.accounts"
    label = "accounts"
    verbose_name = _("Konten")

    def ready(self) -> None:
        from apps.audit.verbs import register_verbs

        register_verbs(
            {
                "accounts.person_invited": _("Person eingeladen"),
                "accounts.invited_again": _("Einladung erneut gesendet"),
                "accounts.invitation_accepted": _("Einladung angenommen"),
                "accounts.role_assigned": _("Rolle gegeben"),
                "accounts.role_ended": _("Rolle beendet"),
                "accounts.person_locked": _("Zugang gesperrt"),
                "accounts.person_unlocked": _("Zugang wieder geöffnet"),
            }
        )
