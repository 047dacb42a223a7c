from django.urls import path

from apps.banking.views import accounts, handling, lines, proof, rules, statements

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
    path("auszuege/eingelesen/<int:pk>/zurueckziehen/", statements.WithdrawImport.as_view(), name="withdraw_import"),
    path("auszuege/<int:pk>/", statements.StatementPage.as_view(), name="statement"),
    path("auszuege/<int:pk>/pdf/", statements.StatementPdf.as_view(), name="statement_pdf"),
    path("abgleich/", accounts.AccountsPage.as_view(), name="accounts"),
    path("abgleich/konto/", accounts.NewAccountPage.as_view(), name="new_account"),
    path("abgleich/<int:pk>/tage/", proof.ProofPage.as_view(), name="proof"),
    path("abgleich/<int:pk>/tage/pdf/", proof.ProofPdf.as_view(), name="proof_pdf"),
    path("regeln/", rules.RulesPage.as_view(), name="rules"),
    path("regeln/neu/", rules.NewRulePage.as_view(), name="new_rule"),
    path("regeln/<int:pk>/", rules.RulePage.as_view(), name="rule"),
    path("regeln/<int:pk>/schalten/", rules.SwitchRule.as_view(), name="switch_rule"),
    path("regeln/<int:pk>/loeschen/", rules.DeleteRule.as_view(), name="delete_rule"),
    path("regeln/konten/", rules.KnownAccountsPage.as_view(), name="known_accounts"),
    path("regeln/konten/<int:pk>/loeschen/", rules.ForgetAccount.as_view(), name="forget_account"),
    path("abgleich/<int:pk>/anfangsbestand/", accounts.OpeningPage.as_view(), name="opening"),
]
