from django.urls import path

from apps.examination.views import examinations, items, sampling

app_name = "examination"

urlpatterns = [
    path("", examinations.ExaminationsPage.as_view(), name="examinations"),
    path("neu/", examinations.AppointPage.as_view(), name="appoint"),
    path("<int:year>/", examinations.ExaminationPage.as_view(), name="examination"),
    path("<int:year>/stichprobe/", sampling.DrawPage.as_view(), name="draw"),
    path("<int:year>/nachziehen/", sampling.DrawLaterPage.as_view(), name="draw_later"),
    path("<int:year>/auswaehlen/", sampling.PickPage.as_view(), name="pick"),
    path("<int:year>/frage/", examinations.AskPage.as_view(), name="ask"),
    path("<int:year>/feststellung/", examinations.AddFinding.as_view(), name="add_finding"),
    path("<int:year>/ergebnis/", examinations.ConcludePage.as_view(), name="conclude"),
    path("<int:year>/unterzeichnen/", examinations.SignPage.as_view(), name="sign"),
    path("<int:year>/bestaetigen/", examinations.ConfirmAccountsPage.as_view(), name="confirm"),
    path("<int:year>/entlastung/", examinations.DischargePage.as_view(), name="discharge"),
    path("<int:year>/buchungen/<int:number>/", items.ItemPage.as_view(), name="item"),
    path("<int:year>/buchungen/<int:number>/abhaken/", items.TickPage.as_view(), name="tick"),
    path("<int:year>/buchungen/<int:number>/haken-zuruecknehmen/", items.UntickPage.as_view(), name="untick"),
    path("<int:year>/buchungen/<int:number>/frage/", items.AskItem.as_view(), name="ask_item"),
    path("fragen/<int:pk>/", items.AnswerPage.as_view(), name="answer"),
    path("feststellungen/<int:pk>/entfernen/", examinations.RemoveFinding.as_view(), name="remove_finding"),
]
