from django.urls import path

from apps.payments.views import mandates, runs, steps, transfers

app_name = "payments"

urlpatterns = [
    path("", runs.RunsPage.as_view(), name="runs"),
    path("lastschriften/", steps.CollectPage.as_view(), name="collect"),
    path("laeufe/<int:pk>/", runs.RunPage.as_view(), name="run"),
    path("laeufe/<int:pk>/ankuendigen/", steps.AnnouncePage.as_view(), name="announce"),
    path("laeufe/<int:pk>/freigeben/", steps.ReleasePage.as_view(), name="release"),
    path("laeufe/<int:pk>/verwerfen/", steps.DiscardPage.as_view(), name="discard"),
    path("laeufe/<int:pk>/nicht-ausgefuehrt/", steps.RefusePage.as_view(), name="refuse"),
    path("auftraege/<int:pk>/herausnehmen/", steps.TakeOutPage.as_view(), name="take_out"),
    path("auftraege/<int:pk>/nicht-ausgefuehrt/", steps.RefuseOrderPage.as_view(), name="refuse_order"),
    path("mandate/", mandates.MandatesPage.as_view(), name="mandates"),
    path("mandate/neu/", mandates.NewMandatePage.as_view(), name="new_mandate"),
    path("mandate/vordruck/", mandates.BlankMandatePage.as_view(), name="blank"),
    path("mandate/vordruck/pdf/", mandates.BlankMandateFile.as_view(), name="blank_pdf"),
    path("mandate/<int:pk>/", mandates.MandatePage.as_view(), name="mandate"),
    path("mandate/<int:pk>/original/", mandates.OriginalPage.as_view(), name="original"),
    path("mandate/<int:pk>/widerruf/", mandates.RevokePage.as_view(), name="revoke"),
    path("ueberweisungen/", transfers.TransfersPage.as_view(), name="transfers"),
    path("ueberweisungen/entwerfen/", transfers.TransferRunPage.as_view(), name="transfer"),
    path("ueberweisungen/rechnungen/", transfers.PayablesPage.as_view(), name="payables"),
    path("ueberweisungen/rechnungen/faellige/", transfers.PayDuePage.as_view(), name="pay_due"),
    path("ueberweisungen/rechnungen/<str:number>/", transfers.PayPage.as_view(), name="pay"),
    path("ueberweisungen/guthaben/", transfers.CreditsPage.as_view(), name="credits"),
    path("ueberweisungen/guthaben/<slug:slug>/", transfers.RefundPage.as_view(), name="refund"),
    path("ueberweisungen/<int:pk>/zurueckziehen/", transfers.WithdrawPage.as_view(), name="withdraw"),
    path("glaeubiger-id/", mandates.CreditorPage.as_view(), name="creditor"),
]
