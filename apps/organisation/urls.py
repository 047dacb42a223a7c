from django.urls import path

from apps.organisation import views

app_name = "organisation"

urlpatterns = [
    path("organisation/", views.ProfilePage.as_view(), name="profile"),
    path("organisation/aendern/", views.ProfileChange.as_view(), name="profile_change"),
    path("organisation/logo/", views.LogoChange.as_view(), name="logo_change"),
    path("organisation/logo/entfernen/", views.LogoRemove.as_view(), name="logo_remove"),
    path("rechtsform/", views.LegalFormPage.as_view(), name="legal_form"),
    path("rechtsform/aendern/", views.LegalFormChange.as_view(), name="legal_form_change"),
    path("rechtliche-werte/", views.ParameterList.as_view(), name="parameters"),
    path("steuerlicher-status/", views.TaxStatusPage.as_view(), name="tax_status"),
    path("rechtliche-werte/neu/", views.ParameterAdd.as_view(), name="parameter_add"),
    path("mehrheitsregeln/", views.DecisionRuleList.as_view(), name="decision_rules"),
    path("mehrheitsregeln/neu/", views.DecisionRuleAdd.as_view(), name="decision_rule_add"),
    path("farbe.css", views.ColourSheet.as_view(), name="colour"),
    path("logo", views.Logo.as_view(), name="logo"),
]
