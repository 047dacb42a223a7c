from django.urls import include, path

from apps.budget.views import commitments, costs, liquidity, network_years, plans, sheets

app_name = "budget"

plan_urls = [
    path("", plans.PlanPage.as_view(), name="plan"),
    path("ansaetze/", plans.AmountsPage.as_view(), name="amounts"),
    path("ansaetze.xlsx", sheets.SheetFile.as_view(), name="sheet"),
    path("einlesen/", sheets.UploadPage.as_view(), name="upload"),
    path("einlesen/vorschau/", sheets.TakeOverPage.as_view(), name="take_over"),
    path("prognose/<str:account>/", sheets.ForecastPage.as_view(), name="forecast"),
    path("vorlegen/", plans.ProposePage.as_view(), name="propose"),
    path("zuruecknehmen/", plans.ReturnPage.as_view(), name="return"),
    path("beschluss/", plans.AdoptPage.as_view(), name="adopt"),
    path("zurueckziehen/", plans.WithdrawPage.as_view(), name="withdraw"),
    path("pdf/", plans.PrintPage.as_view(), name="print"),
]

commitment_urls = [
    path("", commitments.CommitmentPage.as_view(), name="commitment"),
    path("buchung/", commitments.ReferPage.as_view(), name="refer"),
    path("buchung/<int:posting>/aufheben/", commitments.ReleasePage.as_view(), name="release"),
    path("schliessen/", commitments.CloseCommitment.as_view(), name="close_commitment"),
    path("oeffnen/", commitments.ReopenCommitment.as_view(), name="reopen_commitment"),
]

cost_urls = [
    path("", costs.MeetingsPage.as_view(), name="meetings"),
    path("neu/", costs.RecordMeeting.as_view(), name="record_meeting"),
    path("<int:pk>/", costs.MeetingPage.as_view(), name="meeting"),
    path("<int:pk>/bearbeiten/", costs.ChangeMeeting.as_view(), name="change_meeting"),
    path("<int:pk>/kosten/", costs.RecordCost.as_view(), name="record_cost"),
    path("kosten/<int:pk>/", costs.ChangeCost.as_view(), name="change_cost"),
    path("kosten/<int:pk>/entfernen/", costs.RemoveCost.as_view(), name="remove_cost"),
    path("jahre/", network_years.NetworkYearsPage.as_view(), name="network_years"),
    path("jahre/<year:year>/", network_years.NetworkYearPage.as_view(), name="network_year"),
    path("jahre/<year:year>/pdf/", network_years.PrintCosts.as_view(), name="print_costs"),
]

urlpatterns = [
    path("", plans.PlansPage.as_view(), name="plans"),
    path("neu/", plans.DraftPage.as_view(), name="draft"),
    path("<int:year>/<int:version>/", include(plan_urls)),
    path("verpflichtungen/", commitments.CommitmentsPage.as_view(), name="commitments"),
    path("verpflichtungen/neu/", commitments.EnterCommitment.as_view(), name="enter_commitment"),
    path("verpflichtungen/<int:pk>/", include(commitment_urls)),
    path("liquiditaet/", liquidity.LiquidityPage.as_view(), name="liquidity"),
    path("treffen/", include(cost_urls)),
]
