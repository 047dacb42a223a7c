from django.urls import path

from apps.members.views import cities, lists, memberships, municipalities, people

app_name = "members"

urlpatterns = [
    path("", cities.CityList.as_view(), name="cities"),
    path("neu/", cities.CityAdd.as_view(), name="city_add"),
    path("gemeinden/", municipalities.MunicipalityList.as_view(), name="municipalities"),
    path("gemeinden/einlesen/", municipalities.MunicipalitiesImport.as_view(), name="municipalities_import"),
    path("gemeinden/<str:ags>/", municipalities.MunicipalityPage.as_view(), name="municipality"),
    path("listen/", lists.Lists.as_view(), name="lists"),
    path("listen/<str:kind>/einlesen/", lists.ListUpload.as_view(), name="list_upload"),
    path("listen/<str:kind>/uebernehmen/", lists.ListTakeOver.as_view(), name="list_take_over"),
    path("listen/<str:kind>/ausgeben/<str:form>/", lists.ListExport.as_view(), name="list_export"),
    path("anschriften/<int:pk>/beenden/", people.AddressEnd.as_view(), name="address_end"),
    path("ansprechpersonen/<int:pk>/aendern/", people.ContactChange.as_view(), name="contact_change"),
    path("ansprechpersonen/<int:pk>/beenden/", people.ContactEnd.as_view(), name="contact_end"),
    path("entsendungen/<int:pk>/beenden/", people.DelegationEnd.as_view(), name="delegation_end"),
    path("<slug:slug>/", cities.CityPage.as_view(), name="city"),
    path("<slug:slug>/aendern/", cities.CityChange.as_view(), name="city_change"),
    path("<slug:slug>/anschrift/<str:kind>/", people.AddressSet.as_view(), name="address_set"),
    path("<slug:slug>/einwohnerzahl/", cities.PopulationAdd.as_view(), name="population_add"),
    path("<slug:slug>/ansprechperson/", people.ContactAdd.as_view(), name="contact_add"),
    path("<slug:slug>/entsendung/", people.DelegationAdd.as_view(), name="delegation_add"),
    *(
        path(f"<slug:slug>/mitgliedschaft/{step}/", view.as_view(), name=f"membership_{step}")
        for step, view in memberships.STEP_VIEWS.items()
    ),
]
