from django.urls import path

from apps.bodies import views

app_name = "bodies"

urlpatterns = [
    path("", views.BodyList.as_view(), name="bodies"),
    path("neu/", views.BodyAdd.as_view(), name="body_add"),
    path("sitze/<int:pk>/beenden/", views.TermEnd.as_view(), name="term_end"),
    path("sitze/<int:pk>/eintragung/", views.TermRegister.as_view(), name="term_register"),
    path("<str:code>/", views.BodyPage.as_view(), name="body"),
    path("<str:code>/aendern/", views.BodyChange.as_view(), name="body_change"),
    path("<str:code>/aufloesen/", views.BodyDissolve.as_view(), name="body_dissolve"),
    path("<str:code>/aemter/neu/", views.OfficeAdd.as_view(), name="office_add"),
    path("<str:code>/sitze/neu/", views.TermAdd.as_view(), name="term_add"),
]
