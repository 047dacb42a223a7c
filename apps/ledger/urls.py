from django.urls import path

from apps.ledger.views import accounts, cost_centres, journal

app_name = "ledger"

urlpatterns = [
    path("", journal.JournalPage.as_view(), name="journal"),
    path("journal.pdf", journal.JournalPdf.as_view(), name="journal_pdf"),
    path("buchen/", journal.PostPage.as_view(), name="post"),
    path("abschliessen/", journal.ClosePage.as_view(), name="close"),
    path("buchungen/<int:year>/<int:number>/", journal.EntryPage.as_view(), name="entry"),
    path("buchungen/<int:year>/<int:number>/stornieren/", journal.ReversePage.as_view(), name="reverse"),
    path("buchungen/<int:year>/<int:number>/beleg/", journal.AddVoucherPage.as_view(), name="add_voucher"),
    path("konten/", accounts.AccountsPage.as_view(), name="accounts"),
    path("konten/neu/", accounts.OpenAccountPage.as_view(), name="open_account"),
    path("konten/einlesen/", accounts.ChartUpload.as_view(), name="chart_upload"),
    path("konten/uebernehmen/", accounts.ChartTakeOver.as_view(), name="chart_take_over"),
    path("konten/kontenplan.<str:form>", accounts.ChartFile.as_view(), name="chart_file"),
    path("konten/<str:number>/", accounts.AccountPage.as_view(), name="account"),
    path("konten/<str:number>/blatt.pdf", accounts.AccountPdf.as_view(), name="account_pdf"),
    path("konten/<str:number>/bearbeiten/", accounts.ChangeAccountPage.as_view(), name="change_account"),
    path("kostenstellen/", cost_centres.CostCentresPage.as_view(), name="cost_centres"),
    path("kostenstellen/neu/", cost_centres.OpenCostCentrePage.as_view(), name="open_cost_centre"),
    path("kostenstellen/<str:number>/", cost_centres.CostCentrePage.as_view(), name="cost_centre"),
    path(
        "kostenstellen/<str:number>/bearbeiten/",
        cost_centres.ChangeCostCentrePage.as_view(),
        name="change_cost_centre",
    ),
    path("summen-und-salden/", accounts.BalancePage.as_view(), name="balance"),
    path("summen-und-salden.pdf", accounts.BalancePdf.as_view(), name="balance_pdf"),
]
