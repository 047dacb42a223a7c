from django.urls import path

from apps.papers.views import reading, steps

app_name = "papers"

urlpatterns = [
    path("", reading.PapersPage.as_view(), name="papers"),
    path("neu/", steps.DraftPage.as_view(), name="draft"),
    path("oeffentlich/", reading.PublicPapersPage.as_view(), name="public-papers"),
    path("oeffentlich/<slug:slug>/", reading.PublicPaperPage.as_view(), name="public-paper"),
    path("unterschriften/<int:pk>/zurueckziehen/", steps.WithdrawSignaturePage.as_view(), name="withdraw-signature"),
    path("papier/<slug:slug>/", reading.PaperPage.as_view(), name="paper"),
    path("papier/<slug:slug>/fassungen/vergleich/", reading.PaperComparePage.as_view(), name="compare"),
    path("papier/<slug:slug>/fassungen/<int:number>/", reading.PaperVersionPage.as_view(), name="version"),
    path("papier/<slug:slug>/bearbeiten/", steps.RevisePage.as_view(), name="revise"),
    path("papier/<slug:slug>/textschluss/", steps.FreezePage.as_view(), name="freeze"),
    path("papier/<slug:slug>/ueberarbeiten/", steps.ReopenPage.as_view(), name="reopen"),
    path("papier/<slug:slug>/zeichnen/", steps.SignPage.as_view(), name="sign"),
    path("papier/<slug:slug>/schreiben/", steps.LetterPage.as_view(), name="letter"),
    path("papier/<slug:slug>/veroeffentlichen/", steps.PublishPage.as_view(), name="publish"),
    path("papier/<slug:slug>/zurueckziehen/", steps.WithdrawPage.as_view(), name="withdraw"),
    path("papier/<slug:slug>/drucken/", steps.PrintPage.as_view(), name="print"),
]
