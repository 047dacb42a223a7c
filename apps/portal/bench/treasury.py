"""Every page of the treasury after ten years: its address, by name."""

import time
from statistics import median
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.banking.models import BankAccount, BankLine, Statement
from apps.dispatch.models import Dispatch
from apps.dues.models import Announcement, AnnouncementRun, DuesRun, Invoice
from apps.dunning.models import DunningLetter
from apps.ledger.models import Account, Entry
from apps.members.models import City
from apps.portal.bench.measuring import Counter, processor_clock

REQUESTS = 5


def measure_treasury(year: int, *, by: User) -> dict[str, Any]:
    client = Client()
    client.force_login(by)
    return {name: measure_page(client, url) for name, url in treasury_pages(year).items()}


def measure_page(client: Client, url: str) -> dict[str, Any]:
    """The first request warms up. Milliseconds on the clock, and of processor time with the database's own process."""
    response, clock, times = client.get(url), processor_clock(), []
    worked = clock()
    for _request in range(REQUESTS):
        start = time.perf_counter()
        client.get(url)
        times.append(time.perf_counter() - start)
    worked = clock() - worked
    counter = Counter()
    with connection.execute_wrapper(counter):
        client.get(url)
    return {
        "status": response.status_code,
        "queries": counter.count,
        "ms": round(median(times) * 1000),
        "cpu_ms": round(worked / REQUESTS * 1000),
    }


def treasury_pages(year: int) -> dict[str, str]:
    """Pages of dues, bank, books, dunning, budget and closing; »list« stands in the names of lists."""
    start = {"start": reverse("portal:start"), "year": reverse("portal:year")}
    return {**start, **dues_pages(year), **bank_pages(), **book_pages(year), **letter_pages(), **closing_pages(year)}


def dues_pages(year: int) -> dict[str, str]:
    run = DuesRun.objects.issued().filter(year=year).latest("pk")
    invoice = Invoice.objects.filter(run=run).select_related("city").order_by("sequence")[20]
    city, invoices = invoice.city, reverse("dues:invoices")
    found = {
        "dues_overview": reverse("dues:overview"),
        "runs_list": reverse("dues:runs"),
        "run_list": run.get_absolute_url(),
        "run_list_last_page": f"{run.get_absolute_url()}?seite=9999",
        "run_list_by_change": f"{run.get_absolute_url()}?sortierung=-change",
        "invoices_list": invoices,
        "invoices_list_last_page": f"{invoices}?seite=9999",
        "invoices_list_searched": f"{invoices}?suche={city.name}",
        "invoices_list_of_a_year": f"{invoices}?jahr={year - 5}",
        "invoices_list_open": f"{invoices}?stand=open",
        "invoices_list_overdue": f"{invoices}?stand=overdue",
        "invoices_list_overpaid": f"{invoices}?stand=overpaid",
        "invoices_list_by_amount": f"{invoices}?sortierung=-amount",
        "invoices_list_by_outstanding": f"{invoices}?sortierung=-outstanding",
        "invoice": invoice.get_absolute_url(),
        "invoices_send": reverse("dues:send_invoices"),
        "held_back_list": reverse("dues:held_back"),
        "accounts_list": reverse("dues:accounts"),
        "accounts_list_by_balance": reverse("dues:accounts") + "?sortierung=-balance",
        "account": reverse("dues:account", args=[city.slug]),
        "credits_list": reverse("dues:credits"),
        "write_offs_list": reverse("dues:write_offs"),
        "credit": reverse("dues:credit", args=[city.slug]),
        "schedules_list": reverse("dues:schedules"),
        "schedule": run.schedule.get_absolute_url(),
        "comparison": reverse("dues:schedule_comparison"),
        "reliefs_list": reverse("dues:reliefs"),
        "announcement_runs_list": reverse("dues:announcement_runs"),
    }
    if preview := DuesRun.objects.previews().first():
        found |= {
            "run_preview_list": preview.get_absolute_url(),
            "run_issue": reverse("dues:run_issue", args=[preview.pk]),
        }
    if announced := AnnouncementRun.objects.last():
        letter = Announcement.objects.filter(run=announced).latest("pk")
        found |= {
            "announcement_list": announced.get_absolute_url(),
            "announcement_send": reverse("dues:send_announcements", args=[announced.pk]),
            "announcement": letter.get_absolute_url(),
        }
    return found


def bank_pages() -> dict[str, str]:
    line, statement = BankLine.objects.booked().latest("pk"), Statement.objects.latest("pk")
    account, lines = BankAccount.objects.get(), reverse("banking:lines")
    return {
        "bank_lines_list": lines,
        "bank_lines_list_booked": f"{lines}?stand=booked",
        "bank_lines_list_searched": f"{lines}?stand=booked&suche={line.counterparty}",
        "bank_lines_list_searched_in_vain": f"{lines}?stand=booked&suche=Nirgendwo",
        "bank_lines_list_last_page": f"{lines}?stand=booked&seite=9999",
        "bank_line": line.get_absolute_url(),
        "certain_lines": reverse("banking:certain"),
        "statements_list": reverse("banking:statements"),
        "statement": statement.get_absolute_url(),
        "bank_accounts": reverse("banking:accounts"),
        "bank_proof": reverse("banking:proof", args=[account.pk]),
        "rules_list": reverse("banking:rules"),
        "known_accounts_list": reverse("banking:known_accounts"),
    }


def book_pages(year: int) -> dict[str, str]:
    entry = Entry.objects.filter(year=year).latest("pk")
    journal = reverse("ledger:journal")
    of_year = f"?jahr={year}"
    sheet = reverse("ledger:account", args=[Account.objects.get(key="RECEIVABLE_DUES").number])
    return {
        "journal_list": journal,
        "journal_list_last_page": f"{journal}?seite=9999",
        "journal_list_searched": f"{journal}?suche={entry.reference}",
        "journal_list_searched_in_vain": f"{journal}?suche=Nirgendwo",
        "entry": entry.get_absolute_url(),
        "ledger_accounts_list": reverse("ledger:accounts"),
        "account_sheet_list": sheet,
        "account_sheet_list_of_the_year": f"{sheet}{of_year}",
        "trial_balance": reverse("ledger:balance"),
        "cost_centres_list": reverse("ledger:cost_centres"),
    }


def letter_pages() -> dict[str, str]:
    letter, sent = DunningLetter.objects.latest("pk"), Dispatch.objects.latest("pk")
    outbox, library = reverse("dispatch:outbox"), reverse("documents:library")
    return {
        "dunning_letters_list": reverse("dunning:letters"),
        "dunning_letter": letter.get_absolute_url(),
        "dunning_runs_list": reverse("dunning:runs"),
        "dunning_run_list": letter.run.get_absolute_url(),
        "limitation_list": reverse("dunning:limitation"),
        "outbox_list": outbox,
        "outbox_list_last_page": f"{outbox}?seite=9999",
        "outbox_list_searched": f"{outbox}?suche={sent.city_label}",
        "outbox_list_searched_in_vain": f"{outbox}?suche=Nirgendwo",
        "sending": sent.get_absolute_url(),
        "library_list": library,
        "library_list_last_page": f"{library}?seite=9999",
        "library_list_searched": f"{library}?suche={sent.city_label}",
        "document": sent.document.get_absolute_url(),
    }


def closing_pages(year: int) -> dict[str, str]:
    return {
        "plans_list": reverse("budget:plans"),
        "liquidity": reverse("budget:liquidity"),
        "commitments_list": reverse("budget:commitments"),
        "closing_years_list": reverse("closing:years"),
        "closing_year": reverse("closing:accounts", args=[year]),
        "annual_statement": reverse("closing:statement", args=[year]),
        "open_items_list": reverse("closing:open_items", args=[year]),
        "funds": reverse("closing:funds", args=[year]),
        "search": reverse("portal:search") + f"?q={City.objects.earliest('pk').name}",
        "search_in_vain": reverse("portal:search") + "?q=Nirgendwo",
    }
