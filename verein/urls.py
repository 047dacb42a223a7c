"""Addresses of the house. Each app owns its part; nothing is mounted twice."""

from django.urls import include, path

urlpatterns = [
    path("konto/", include("apps.accounts.urls")),
    path("konto/", include("allauth.urls")),
    path("arbeit/", include("apps.core.urls")),
    path("verlauf/", include("apps.audit.urls")),
    path("einstellungen/", include("apps.organisation.urls")),
    path("texte/", include("apps.texts.urls")),
    path("mitglieder/", include("apps.members.urls")),
    path("gremien/", include("apps.bodies.urls")),
    path("dokumente/", include("apps.documents.urls")),
    path("versand/", include("apps.dispatch.urls")),
    path("e-rechnung/", include("apps.einvoice.urls")),
    path("buchhaltung/", include("apps.ledger.urls")),
    path("belege/", include("apps.vouchers.urls")),
    path("beschluesse/", include("apps.resolutions.urls")),
    path("beitraege/", include("apps.dues.urls")),
    path("positionspapiere/", include("apps.papers.urls")),
    path("haushalt/", include("apps.budget.urls")),
    path("mahnwesen/", include("apps.dunning.urls")),
    path("abschluss/", include("apps.closing.urls")),
    path("bank/", include("apps.banking.urls")),
    path("zahlungen/", include("apps.payments.urls")),
    path("kassenpruefung/", include("apps.examination.urls")),
    path("", include("apps.portal.urls")),
]
