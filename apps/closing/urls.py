from django.urls import include, path

from apps.closing.views import accounts, handing_over, reserves, statement

app_name = "closing"

year_urls = [
    path("", accounts.AccountsPage.as_view(), name="accounts"),
    path("erlaeuterungen/", accounts.NotePage.as_view(), name="note"),
    path("aufstellen/", accounts.PreparePage.as_view(), name="prepare"),
    path("zuruecknehmen/", accounts.ReturnPage.as_view(), name="return"),
    path("beschluss/", accounts.AdoptPage.as_view(), name="adopt"),
    path("abschliessen/", accounts.ClosePage.as_view(), name="close"),
    path("jahresrechnung/", statement.StatementPage.as_view(), name="statement"),
    path("kassenbericht.pdf", statement.ReportPdf.as_view(), name="report"),
    path("offene-posten/", statement.OpenItemsPage.as_view(), name="open_items"),
    path("tabellen/<slug:table>.<slug:form>", statement.TableFile.as_view(), name="table"),
    path("mittelverwendung/", reserves.FundsPage.as_view(), name="funds"),
    path("mittelverwendung.pdf", reserves.FundsPdf.as_view(), name="funds_pdf"),
    path("datev.csv", handing_over.DatevFile.as_view(), name="datev"),
    path("datev-saldenvortraege.csv", handing_over.DatevOpenings.as_view(), name="datev_openings"),
    path("pakete/", handing_over.PackagesPage.as_view(), name="packages"),
    path("pakete/neu/", handing_over.MakePackagePage.as_view(), name="make_package"),
    path("pakete/<int:pk>.zip", handing_over.PackageFile.as_view(), name="package"),
]

urlpatterns = [
    path("", accounts.YearsPage.as_view(), name="years"),
    path("neu/", accounts.BeginPage.as_view(), name="begin"),
    path("ruecklagen/", reserves.ReservesPage.as_view(), name="reserves"),
    path("ruecklagen/buchen/", reserves.MoveReservePage.as_view(), name="move_reserve"),
    path("steuerberatung/", handing_over.AdviserPage.as_view(), name="adviser"),
    path("<int:year>/", include(year_urls)),
]
