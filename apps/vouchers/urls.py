from django.urls import path

from apps.vouchers.views import assets, cash, creditors, steps, vouchers

app_name = "vouchers"

urlpatterns = [
    path("", vouchers.VouchersPage.as_view(), name="vouchers"),
    path("faellig/", vouchers.DuePage.as_view(), name="due"),
    path("neu/", vouchers.ReceivePage.as_view(), name="receive"),
    path("eigenbeleg/", vouchers.OwnVoucherPage.as_view(), name="own"),
    path("beleg/<str:number>/", vouchers.VoucherPage.as_view(), name="voucher"),
    path("beleg/<str:number>/erfassen/", vouchers.DescribePage.as_view(), name="describe"),
    path("beleg/<str:number>/sachlich-richtig/", steps.FactualPage.as_view(), name="factual"),
    path("beleg/<str:number>/rechnerisch-richtig/", steps.ArithmeticalPage.as_view(), name="arithmetical"),
    path("beleg/<str:number>/anweisen/", steps.ApprovePage.as_view(), name="approve"),
    path("beleg/<str:number>/zurueckgeben/", steps.ReturnPage.as_view(), name="return"),
    path("beleg/<str:number>/zurueckweisen/", steps.RejectPage.as_view(), name="reject"),
    path("beleg/<str:number>/buchen/", steps.PostPage.as_view(), name="post"),
    path("beleg/<str:number>/stornieren/", steps.ReversePage.as_view(), name="reverse"),
    path("beleg/<str:number>/bezahlt/", steps.SettlePage.as_view(), name="settle"),
    path("beleg/<str:number>/bar-bezahlen/", cash.PayInCashPage.as_view(), name="pay_in_cash"),
    path("kreditoren/", creditors.CreditorsPage.as_view(), name="creditors"),
    path("kreditoren/neu/", creditors.AddCreditorPage.as_view(), name="add_creditor"),
    path("kreditoren/<int:pk>/", creditors.CreditorPage.as_view(), name="creditor"),
    path("kreditoren/<int:pk>/bearbeiten/", creditors.ChangeCreditorPage.as_view(), name="change_creditor"),
    path("kasse/", cash.CashBookPage.as_view(), name="cash"),
    path("kasse/buchen/", cash.RecordCashPage.as_view(), name="record_cash"),
    path("kasse/zaehlen/", cash.CountPage.as_view(), name="count_cash"),
    path("kasse/zaehlungen/", cash.CountsPage.as_view(), name="cash_counts"),
    path("kasse/zaehlungen/<str:number>/", cash.CashCountPage.as_view(), name="cash_count"),
    path("kasse/<str:number>/stornieren/", cash.ReverseCashPage.as_view(), name="reverse_cash"),
    path("anlagen/", assets.AssetsPage.as_view(), name="assets"),
    path("anlagen/neu/", assets.RecordAssetPage.as_view(), name="record_asset"),
    path("anlagen/abschreiben/<year:year>/", assets.DepreciatePage.as_view(), name="depreciate"),
    path("anlagen/<str:number>/", assets.AssetPage.as_view(), name="asset"),
    path("anlagen/<str:number>/abgang/", assets.DisposePage.as_view(), name="dispose"),
    path(
        "anlagen/<str:number>/<year:year>/stornieren/",
        assets.ReverseDepreciationPage.as_view(),
        name="reverse_depreciation",
    ),
]
