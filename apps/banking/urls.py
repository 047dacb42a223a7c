from django.urls import path

from apps.banking.views import accounts, handling, lines, statements

app_name = "banking"

urlpatterns = [
    path("", lines.LinesPage.as_view(), name="lines"),
    path("eindeutige-buchen/", lines.CertainPage.as_view(), name="certain"),
    path("vorschlaege-suchen/", lines.RefreshPage.as_view(), name="refresh"),
    path("umsaetze/<int:pk>/", lines.LinePage.as_view(), name="line"),
    path("umsaetze/<int:pk>/buchen/", lines.BookView.as_view(), name="book"),
    path("umsaetze/<int:pk>/zuordnen/", handling.AllocatePage.as_view(), name="allocate"),
    path("umsaetze/<int:pk>/klaeren/", handling.ClarifyPage.as_view(), name="clarify"),
    path("umsaetze/<int:pk>/nicht-buchen/", handling.IgnorePage.as_view(), name="ignore"),
    path("umsaetze/<int:pk>/zuruecknehmen/", handling.UnbookPage.as_view(), name="unbook"),
    path("umsaetze/<int:pk>/oeffnen/", handling.ReopenPage.as_view(), name="reopen"),
    path("auszuege/", statements.StatementsPage.as_view(), name="statements"),
    path("auszuege/einlesen/", statements.UploadPage.as_view(), name="upload"),
    path("auszuege/eingelesen/<int:pk>/", statements.ImportPage.as_view(), name="import"),
    path("auszuege/<int:pk>/", statements.StatementPage.as_view(), name="statement"),
    path("auszuege/<int:pk>/pdf/", statements.StatementPdf.as_view(), name="statement_pdf"),
    path("abgleich/", accounts.AccountsPage.as_view(), name="accounts"),
    path("abgleich/konto/", accounts.NewAccountPage.as_view(), name="new_account"),
    path("abgleich/<int:pk>/anfangsbestand/", accounts.OpeningPage.as_view(), name="opening"),
]
