from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DispatchConfig(AppConfig):
    name = "apps.dispatch"
    label = "dispatch"
    verbose_name = _("Postausgang")

    def ready(self) -> None:
        from apps.audit.triggers import protect
        from apps.audit.verbs import register_verbs
        from apps.core.registries import register_duties, register_job, register_search
        from apps.core.searching import register_searched
        from apps.dispatch.duties import duties
        from apps.dispatch.models import Dispatch, Enclosure, PrintBatch, Wording
        from apps.dispatch.search import search

        register_verbs(VERBS)
        register_duties(duties)
        register_search(search)
        register_searched("dispatch_dispatch", "title", "subject", "city_label", "recipient_email")
        register_job("dispatch.send", "dispatch.send")
        register_job("dispatch.print", "dispatch.stack")
        protect(Wording)
        protect(Enclosure)
        protect(Dispatch, when="OLD.state <> 'queued'", except_columns=HANDLING)
        protect(Dispatch, when="OLD.state IN ('sent', 'bounced', 'confirmed')", except_columns=["state", "answer"])
        protect(Dispatch, when="OLD.state IN ('failed', 'cancelled')")
        protect(PrintBatch, except_columns=["document", "posted_on", "dissolved_on"])


HANDLING = ["state", "released_at", "released_by", "sending_at", "message_id", "sent_at", "answer", "batch"]

VERBS = {
    "dispatch.wording_written": _("Anschreiben geändert"),
    "dispatch.queued": _("In den Postausgang gelegt"),
    "dispatch.changed": _("Sendung geändert"),
    "dispatch.released": _("Sendung freigegeben"),
    "dispatch.called_back": _("Freigabe zurückgenommen"),
    "dispatch.cancelled": _("Sendung zurückgezogen"),
    "dispatch.sending": _("Versand begonnen"),
    "dispatch.sent": _("Versandt"),
    "dispatch.failed": _("Versand gescheitert"),
    "dispatch.bounced": _("Unzustellbar zurückgekommen"),
    "dispatch.confirmed": _("Zugang bestätigt"),
    "dispatch.repeated": _("Noch einmal gesendet"),
    "dispatch.stacked": _("Poststapel zusammengestellt"),
    "dispatch.printed": _("Druckdatei erstellt"),
    "dispatch.posted": _("Poststapel zur Post gegeben"),
    "dispatch.dissolved": _("Poststapel aufgelöst"),
}
