from django.urls import path

from apps.audit import views

app_name = "audit"

urlpatterns = [
    path("", views.JournalPage.as_view(), name="journal"),
    path("pruefungen/", views.VerificationsPage.as_view(), name="verifications"),
    path("<int:sequence>/", views.EntryPage.as_view(), name="entry"),
    path("<slug:app_label>/<slug:model>/<str:pk>/", views.HistoryPage.as_view(), name="history"),
]
