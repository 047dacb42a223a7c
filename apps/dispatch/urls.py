from django.urls import path

from apps.dispatch.views import batches, outbox, sendings, wordings

app_name = "dispatch"

urlpatterns = [
    path("", outbox.Outbox.as_view(), name="outbox"),
    path("freigeben/", outbox.ReleaseAll.as_view(), name="release_all"),
    path("senden/", outbox.SendMails.as_view(), name="send"),
    path("rueckmeldungen/", outbox.Bounces.as_view(), name="bounces"),
    path("sendungen/<int:pk>/", sendings.DispatchPage.as_view(), name="dispatch"),
    path("sendungen/<int:pk>/freigeben/", sendings.ReleaseOne.as_view(), name="release"),
    path("sendungen/<int:pk>/aendern/", sendings.Change.as_view(), name="change"),
    path("sendungen/<int:pk>/zurueckholen/", sendings.CallBack.as_view(), name="call_back"),
    path("sendungen/<int:pk>/zurueckziehen/", sendings.Cancel.as_view(), name="cancel"),
    path("sendungen/<int:pk>/uebergeben/", sendings.HandOver.as_view(), name="hand_over"),
    path("sendungen/<int:pk>/klaeren/", sendings.Unclear.as_view(), name="unclear"),
    path("sendungen/<int:pk>/unzustellbar/", sendings.Returned.as_view(), name="returned"),
    path("sendungen/<int:pk>/zugang/", sendings.Confirmed.as_view(), name="confirm"),
    path("sendungen/<int:pk>/noch-einmal/", sendings.Again.as_view(), name="again"),
    path("post/", batches.BatchList.as_view(), name="batches"),
    path("post/stapeln/", batches.Stack.as_view(), name="stack"),
    path("post/<int:pk>/", batches.BatchPage.as_view(), name="batch"),
    path("post/<int:pk>/drucken/", batches.PrintAgain.as_view(), name="print"),
    path("post/<int:pk>/versandt/", batches.Posted.as_view(), name="posted"),
    path("post/<int:pk>/aufloesen/", batches.Dissolve.as_view(), name="dissolve"),
    path("texte/", wordings.WordingList.as_view(), name="wordings"),
    path("texte/<str:kind>/", wordings.WordingEditor.as_view(), name="wording"),
]
