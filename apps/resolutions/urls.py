from django.urls import path

from apps.resolutions.views import register, steps

app_name = "resolutions"

urlpatterns = [
    path("", register.RegisterPage.as_view(), name="register"),
    path("neu/", steps.DraftPage.as_view(), name="draft"),
    path("buch/", steps.BookPage.as_view(), name="book"),
    path("oeffentlich/", register.PublicRegisterPage.as_view(), name="public-register"),
    path("oeffentlich/<str:reference>/", register.PublicResolutionPage.as_view(), name="public-resolution"),
    path("aufgaben/<int:pk>/erledigt/", steps.DonePage.as_view(), name="follow-up-done"),
    path("<int:pk>/", register.ResolutionPage.as_view(), name="resolution"),
    path("<int:pk>/fassungen/vergleich/", register.ResolutionComparePage.as_view(), name="compare"),
    path("<int:pk>/fassungen/<int:number>/", register.ResolutionVersionPage.as_view(), name="version"),
    path("<int:pk>/bearbeiten/", steps.RevisePage.as_view(), name="revise"),
    path("<int:pk>/zur-abstimmung/", steps.ProposePage.as_view(), name="propose"),
    path("<int:pk>/zurueck-in-den-entwurf/", steps.ReturnPage.as_view(), name="return"),
    path("<int:pk>/zurueckziehen/", steps.WithdrawPage.as_view(), name="withdraw"),
    path("<int:pk>/abstimmung/", steps.DecidePage.as_view(), name="decide"),
    path("<int:pk>/eintragung/", steps.EntryPage.as_view(), name="entry"),
    path("<int:pk>/aufheben/", steps.RepealPage.as_view(), name="repeal"),
    path("<int:pk>/veroeffentlichen/", steps.PublishPage.as_view(), name="publish"),
    path("<int:pk>/veroeffentlichung-beenden/", steps.UnpublishPage.as_view(), name="unpublish"),
    path("<int:pk>/ausfertigung/", steps.ExtractPage.as_view(), name="extract"),
    path("<int:pk>/aufgabe/", steps.FollowUpPage.as_view(), name="follow-up"),
]
