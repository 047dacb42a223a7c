from django.urls import path

from apps.dues.views import accounts, einvoices, invoices, runs, schedules, sending

app_name = "dues"

urlpatterns = [
    path("", accounts.Overview.as_view(), name="overview"),
    path("ordnungen/", schedules.ScheduleList.as_view(), name="schedules"),
    path("ordnungen/neu/", schedules.ScheduleEditor.as_view(), name="schedule_create"),
    path("ordnungen/<int:pk>/", schedules.SchedulePage.as_view(), name="schedule"),
    path("ordnungen/<int:pk>/aendern/", schedules.ScheduleEditor.as_view(), name="schedule_edit"),
    path("ordnungen/<int:pk>/in-kraft/", schedules.ScheduleInForce.as_view(), name="schedule_in_force"),
    path("ordnungen/<int:pk>/ende/", schedules.ScheduleEnd.as_view(), name="schedule_end"),
    path("nachlaesse/", schedules.ReliefList.as_view(), name="reliefs"),
    path("nachlaesse/neu/", schedules.ReliefCreate.as_view(), name="relief_create"),
    path("laeufe/", runs.RunList.as_view(), name="runs"),
    path("laeufe/neu/", runs.RunCreate.as_view(), name="run_create"),
    path("laeufe/<int:pk>/", runs.RunPage.as_view(), name="run"),
    path("laeufe/<int:pk>/ausstellen/", runs.RunIssue.as_view(), name="run_issue"),
    path("laeufe/<int:pk>/verwerfen/", runs.RunDiscard.as_view(), name="run_discard"),
    path("laeufe/<int:pk>/liste.pdf", runs.RunPdf.as_view(), name="run_pdf"),
    path("rechnungen/", invoices.InvoiceList.as_view(), name="invoices"),
    path("rechnungen/drucken/", runs.PrintMissing.as_view(), name="print"),
    path("rechnungen/versenden/", sending.SendInvoices.as_view(), name="send_invoices"),
    path("rechnungen/zurueckgehalten/", einvoices.HeldBackList.as_view(), name="held_back"),
    path("rechnungen/<str:number>/", invoices.InvoicePage.as_view(), name="invoice"),
    path("rechnungen/<str:number>/pdf/", invoices.DocumentRedirect.as_view(), name="invoice_pdf"),
    path("rechnungen/<str:number>/storno-pdf/", invoices.CreditNoteRedirect.as_view(), name="credit_note_pdf"),
    path("rechnungen/<str:number>/e-rechnung/", einvoices.DataPage.as_view(), name="invoice_data"),
    path("rechnungen/<str:number>/e-rechnung.xml", einvoices.DataFile.as_view(), name="invoice_data_file"),
    path("rechnungen/<str:number>/storno-e-rechnung/", einvoices.NoteDataPage.as_view(), name="note_data"),
    path("rechnungen/<str:number>/storno-e-rechnung.xml", einvoices.NoteDataFile.as_view(), name="note_data_file"),
    path("rechnungen/<str:number>/stornieren/", invoices.InvoiceCancel.as_view(), name="invoice_cancel"),
    path("rechnungen/<str:number>/verrechnen/", invoices.ApplyCredit.as_view(), name="apply_credit"),
    path("konto/", accounts.AccountList.as_view(), name="accounts"),
    path("konto/<slug:slug>/", accounts.AccountPage.as_view(), name="account"),
    path("konto/<slug:slug>/auszug.pdf", accounts.AccountPdf.as_view(), name="account_pdf"),
]
