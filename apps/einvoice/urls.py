from django.urls import path

from apps.einvoice import views

app_name = "einvoice"

urlpatterns = [
    path("pruefen/", views.CheckPage.as_view(), name="check"),
]
