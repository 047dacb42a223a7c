"""Every page of the three jobs: queries, and milliseconds of processor time in the middle of several requests."""

import time
from statistics import median
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.banking.models import BankLine, Statement, StatementImport
from apps.core.statistics import refresh_statistics
from apps.dues.models import DuesRun, Invoice
from apps.portal.bench.measuring import Counter
from apps.resolutions.models import Resolution

REQUESTS = 5


def addresses(year: int) -> dict[str, str]:
    """Name and address; »list« stands in the names of lists."""
    run = DuesRun.objects.issued().filter(year=year).latest("pk")
    invoice = Invoice.objects.filter(run=run).select_related("city").order_by("sequence")[0]
    line, statement = BankLine.objects.latest("pk"), Statement.objects.latest("pk")
    record, resolution = StatementImport.objects.latest("pk"), Resolution.objects.latest("pk")
    invoices, lines = reverse("dues:invoices"), reverse("banking:lines")
    return {
        "start": reverse("portal:start"),
        "year": reverse("portal:year"),
        "search": reverse("portal:search") + f"?q={invoice.city.name}",
        "cities_list": reverse("members:cities"),
        "city": invoice.city.get_absolute_url(),
        "dues_overview": reverse("dues:overview"),
        "runs_list": reverse("dues:runs"),
        "run": run.get_absolute_url(),
        "invoices_list": invoices,
        "invoices_list_searched": f"{invoices}?suche={invoice.city.name}",
        "invoices_list_last_page": f"{invoices}?seite=9999",
        "invoice": invoice.get_absolute_url(),
        "accounts_list": reverse("dues:accounts"),
        "account": reverse("dues:account", args=[invoice.city.slug]),
        "schedules_list": reverse("dues:schedules"),
        "bank_lines_list": lines,
        "bank_line": line.get_absolute_url(),
        "certain_lines": reverse("banking:certain"),
        "statements_list": reverse("banking:statements"),
        "statement": reverse("banking:statement", args=[statement.pk]),
        "import_report": reverse("banking:import", args=[record.pk]),
        "bank_accounts": reverse("banking:accounts"),
        "resolutions_list": reverse("resolutions:register"),
        "resolution": resolution.get_absolute_url(),
        "documents_list": reverse("documents:library"),
        "history": reverse("audit:history", args=["members", "city", invoice.city_id]),
    }


def measure_pages(year: int, *, by: User) -> dict[str, Any]:
    """As on the morning after: the nightly run has looked at how the rows are spread."""
    refresh_statistics()
    client = Client()
    client.force_login(by)
    return {name: measure_page(client, url) for name, url in addresses(year).items()}


def measure_page(client: Client, url: str) -> dict[str, Any]:
    """The first request warms up and is not counted. Of the database's own process nothing is counted."""
    response = client.get(url)
    counter, times = Counter(), []
    for _request in range(REQUESTS):
        processor = time.process_time()
        client.get(url)
        times.append(time.process_time() - processor)
    with connection.execute_wrapper(counter):
        client.get(url)
    return {
        "status": response.status_code,
        "queries": counter.count,
        "cpu_ms": round(median(times) * 1000, 1),
        "bytes": len(response.content),
    }
