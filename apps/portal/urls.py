from django.urls import path

from apps.portal import views

app_name = "portal"

urlpatterns = [
    path("", views.StartPage.as_view(), name="start"),
    path("jahreslauf/", views.YearPage.as_view(), name="year"),
    path("suche/", views.SearchPage.as_view(), name="search"),
    path("impressum/", views.ImprintPage.as_view(), name="imprint"),
    path("datenschutz/", views.PrivacyPage.as_view(), name="privacy"),
    path("barrierefreiheit/", views.AccessibilityPage.as_view(), name="accessibility"),
]
