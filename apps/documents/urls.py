from django.urls import path

from apps.documents import views

app_name = "documents"

urlpatterns = [
    path("", views.LibraryPage.as_view(), name="library"),
    path("oeffentlich/", views.PublicLibraryPage.as_view(), name="public-library"),
    path("pruefen/", views.VerifyPage.as_view(), name="verify"),
    path("neu/", views.UploadPage.as_view(), name="upload"),
    path("<str:number>/", views.DocumentPage.as_view(), name="document"),
    path("<str:number>/aendern/", views.ChangePage.as_view(), name="change"),
    path("<str:number>/neue-fassung/", views.NewVersionPage.as_view(), name="new-version"),
    path("<str:number>/<int:version>/<path:filename>", views.DownloadPage.as_view(), name="download"),
]
