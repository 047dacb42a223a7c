from django.urls import path

from apps.dunning.views import care, letters, procedures, runs

app_name = "dunning"

urlpatterns = [
    path("", letters.LetterList.as_view(), name="letters"),
    path("schreiben/drucken/", letters.PrintMissing.as_view(), name="print"),
    path("schreiben/<str:number>/", letters.LetterPage.as_view(), name="letter"),
    path("schreiben/<str:number>/pdf/", letters.LetterPdf.as_view(), name="letter_pdf"),
    path("schreiben/<str:number>/zuruecknehmen/", letters.Withdraw.as_view(), name="withdraw"),
    path("laeufe/", runs.RunList.as_view(), name="runs"),
    path("laeufe/neu/", runs.RunCreate.as_view(), name="run_create"),
    path("laeufe/<int:pk>/", runs.RunPage.as_view(), name="run"),
    path("laeufe/<int:pk>/ausstellen/", runs.RunIssue.as_view(), name="run_issue"),
    path("laeufe/<int:pk>/verwerfen/", runs.RunDiscard.as_view(), name="run_discard"),
    path("ordnungen/", procedures.ProcedureList.as_view(), name="procedures"),
    path("ordnungen/neu/", procedures.ProcedureEditor.as_view(), name="procedure_create"),
    path("ordnungen/<int:pk>/", procedures.ProcedurePage.as_view(), name="procedure"),
    path("ordnungen/<int:pk>/aendern/", procedures.ProcedureEditor.as_view(), name="procedure_edit"),
    path("ordnungen/<int:pk>/in-kraft/", procedures.InForce.as_view(), name="procedure_in_force"),
    path("schreiben/<str:number>/erlassen/", letters.Waive.as_view(), name="waive"),
    path("sperren/", care.BlockList.as_view(), name="blocks"),
    path("sperren/neu/", care.BlockCreate.as_view(), name="block_create"),
    path("sperren/<int:pk>/aufheben/", care.BlockLift.as_view(), name="block_lift"),
    path("verjaehrung/", care.LimitationList.as_view(), name="limitation"),
    path("forderungen/<str:number>/", care.ClaimPage.as_view(), name="claim"),
    path("forderungen/<str:number>/ereignis/", care.EventCreate.as_view(), name="event_create"),
    path("ereignisse/<int:pk>/streichen/", care.EventRevoke.as_view(), name="event_revoke"),
]
