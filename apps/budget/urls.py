from django.urls import include, path

from apps.budget import views

app_name = "budget"

plan_urls = [
    path("", views.PlanPage.as_view(), name="plan"),
    path("ansaetze/", views.AmountsPage.as_view(), name="amounts"),
    path("vorlegen/", views.ProposePage.as_view(), name="propose"),
    path("zuruecknehmen/", views.ReturnPage.as_view(), name="return"),
    path("beschluss/", views.AdoptPage.as_view(), name="adopt"),
    path("zurueckziehen/", views.WithdrawPage.as_view(), name="withdraw"),
    path("pdf/", views.PrintPage.as_view(), name="print"),
]

urlpatterns = [
    path("", views.PlansPage.as_view(), name="plans"),
    path("neu/", views.DraftPage.as_view(), name="draft"),
    path("<int:year>/<int:version>/", include(plan_urls)),
]
