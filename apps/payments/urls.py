from django.urls import path

from apps.payments import views

app_name = "payments"

urlpatterns = [
    path("", views.RunsPage.as_view(), name="runs"),
    path("lastschriften/", views.CollectPage.as_view(), name="collect"),
    path("laeufe/<int:pk>/", views.RunPage.as_view(), name="run"),
    path("laeufe/<int:pk>/freigeben/", views.ReleasePage.as_view(), name="release"),
    path("laeufe/<int:pk>/verwerfen/", views.DiscardPage.as_view(), name="discard"),
    path("mandate/", views.MandatesPage.as_view(), name="mandates"),
    path("mandate/neu/", views.NewMandatePage.as_view(), name="new_mandate"),
    path("mandate/<int:pk>/", views.MandatePage.as_view(), name="mandate"),
    path("mandate/<int:pk>/widerruf/", views.RevokePage.as_view(), name="revoke"),
    path("ueberweisungen/", views.TransfersPage.as_view(), name="transfers"),
    path("ueberweisungen/entwerfen/", views.TransferRunPage.as_view(), name="transfer"),
    path("ueberweisungen/erstattung/", views.RefundPage.as_view(), name="refund"),
    path("ueberweisungen/<int:pk>/zurueckziehen/", views.WithdrawPage.as_view(), name="withdraw"),
    path("glaeubiger-id/", views.CreditorPage.as_view(), name="creditor"),
]
