from django.urls import path

from apps.accounts import views

app_name = "accounts"

urlpatterns = [
    path("", views.ProfilePage.as_view(), name="profile"),
    path("personen/", views.PeoplePage.as_view(), name="people"),
    path("personen/einladen/", views.InvitePage.as_view(), name="invite"),
    path("personen/<int:pk>/", views.PersonPage.as_view(), name="person"),
    path("personen/<int:pk>/rolle/", views.AssignRolePage.as_view(), name="assign-role"),
    path("personen/<int:pk>/rolle/<int:assignment>/beenden/", views.EndRolePage.as_view(), name="end-role"),
    path("personen/<int:pk>/einladen/", views.InviteAgainPage.as_view(), name="invite-again"),
    path("personen/<int:pk>/sperren/", views.LockPage.as_view(), name="lock"),
    path("personen/<int:pk>/oeffnen/", views.UnlockPage.as_view(), name="unlock"),
    path("rollen/", views.RolesPage.as_view(), name="roles"),
    path("einladung/<str:uid>/<str:token>/", views.AcceptInvitationPage.as_view(), name="accept-invitation"),
]
