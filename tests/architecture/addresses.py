"""Who may open what: every named address of the house, the object it leads to, and the people who get an answer.

Everybody else gets a 404, and who is not signed in is asked to sign in. `answer` is the status for those who may.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.architecture.test_views import FOREIGN_FOR_EVERYBODY, FOREIGN_FOR_OWNERS
from tests.architecture.world import World

PEOPLE = ("anonymous", "nobody", "koeln", "bonn", "treasurer", "board", "auditor", "office", "admin")

TREASURER, BOARD, AUDITOR, OFFICE, ADMIN = ({name} for name in PEOPLE[4:])
KOELN, BONN, NOBODY = {"koeln"}, {"bonn"}, {"nobody"}
MEMBERS = KOELN | BONN
OVERSEERS = TREASURER | BOARD | AUDITOR
STAFF = OVERSEERS | OFFICE | ADMIN
WITH_ROLE = STAFF | MEMBERS
SIGNED_IN = WITH_ROLE | NOBODY
EVERYBODY = SIGNED_IN | {"anonymous"}
KEEPERS = BOARD | OFFICE | ADMIN
JOURNAL = OVERSEERS | ADMIN
PAPERS_IN_DRAFT = BOARD | OFFICE | AUDITOR


class Address(NamedTuple):
    name: str
    place: str
    allowed: set[str]
    answer: int = 200

    def url(self, world: World) -> str:
        return reverse(self.name, kwargs=world.places[self.place])


def steps(app: str, place: str, allowed: set[str], names: str) -> list[Address]:
    """Several pages about the same object for the same people."""
    return [Address(f"{app}:{name}", place, allowed) for name in names.split()]


ADDRESSES = [
    # portal, work in the background
    *steps("portal", "", SIGNED_IN, "start year search"),
    *steps("portal", "", EVERYBODY, "imprint privacy accessibility"),
    Address("core:job", "job", TREASURER),
    # people and roles
    *steps("accounts", "", SIGNED_IN, "profile roles"),
    Address("accounts:people", "", OFFICE | ADMIN),
    Address("accounts:person", "person", OFFICE | ADMIN),
    Address("accounts:invite", "", ADMIN),
    *steps("accounts", "person", ADMIN, "assign-role invite-again lock unlock"),
    Address("accounts:end-role", "assignment", ADMIN),
    Address("accounts:accept-invitation", "invitation", EVERYBODY, 410),
    # journal
    *steps("audit", "", JOURNAL, "journal verifications"),
    Address("audit:entry", "journal", JOURNAL),
    Address("audit:history", "history_bonn_invoice", OVERSEERS | BONN),
    Address("audit:history", "history_koeln_invoice", OVERSEERS | KOELN),
    Address("audit:history", "history_bonn_contact", BOARD | OFFICE | TREASURER | ADMIN | BONN),
    Address("audit:history", "history_draft", PAPERS_IN_DRAFT),
    Address("audit:history", "history_adopted", SIGNED_IN),
    Address("audit:history", "history_person", OFFICE | ADMIN),
    Address("audit:history", "history_line", OVERSEERS),
    Address("einvoice:check", "", SIGNED_IN),
    # organisation
    *steps("organisation", "", STAFF, "profile legal_form parameters decision_rules"),
    *steps("organisation", "", ADMIN, "profile_change logo_change logo_remove legal_form_change decision_rule_add"),
    *steps("organisation", "", TREASURER | ADMIN, "parameter_add tax_status"),
    Address("organisation:colour", "", EVERYBODY),
    Address("organisation:logo", "", EVERYBODY),
    # members
    *steps("members", "", SIGNED_IN, "cities municipalities"),
    Address("members:municipality", "municipality", SIGNED_IN),
    Address("members:city_add", "", KEEPERS),
    *steps("members", "", OFFICE | ADMIN, "municipalities_import lists"),
    *steps("members", "list", OFFICE | ADMIN, "list_upload"),
    Address("members:list_take_over", "list", OFFICE | ADMIN, 404),  # nothing was uploaded yet
    Address("members:list_export", "list_file", OFFICE | ADMIN),
    Address("members:city", "bonn", SIGNED_IN),
    Address("members:city_change", "bonn", KEEPERS | TREASURER | BONN),
    Address("members:contact_add", "bonn", KEEPERS | BONN),
    *steps("members", "bonn_contact", KEEPERS | BONN, "contact_change contact_end"),
    Address("members:address_set", "bonn_new_address", KEEPERS | TREASURER | BONN),
    Address("members:address_end", "bonn_invoice_address", KEEPERS | TREASURER | BONN),
    Address("members:population_add", "bonn", OFFICE | TREASURER | ADMIN),
    Address("members:delegation_add", "bonn", KEEPERS),
    Address("members:delegation_end", "bonn_delegation", KEEPERS),
    *steps("members", "bonn", BOARD | OFFICE, "membership_antrag membership_aufnahme membership_beginn"),
    *steps("members", "bonn", BOARD | OFFICE, "membership_ablehnung membership_ruecknahme membership_austritt"),
    *steps("members", "bonn", BOARD | OFFICE, "membership_verbleib membership_ende membership_ausschluss"),
    # bodies
    Address("bodies:bodies", "", SIGNED_IN),
    Address("bodies:body", "board", SIGNED_IN),
    Address("bodies:body_add", "", KEEPERS),
    *steps("bodies", "board", KEEPERS, "body_change body_dissolve office_add term_add"),
    *steps("bodies", "term", KEEPERS, "term_end term_register"),
    # documents
    Address("documents:library", "", SIGNED_IN),
    *steps("documents", "", EVERYBODY, "public-library verify"),
    Address("documents:upload", "", TREASURER | BOARD | OFFICE),
    Address("documents:document", "public_document", EVERYBODY),
    Address("documents:document", "members_document", WITH_ROLE),
    Address("documents:document", "board_document", BOARD | OFFICE),
    Address("documents:document", "treasury_document", OVERSEERS),
    Address("documents:document", "auditors_document", BOARD | AUDITOR),
    Address("documents:document", "bonn_document", OVERSEERS | BONN),
    Address("documents:download", "public_document_file", EVERYBODY),
    Address("documents:download", "members_document_file", WITH_ROLE),
    Address("documents:download", "board_document_file", BOARD | OFFICE),
    Address("documents:download", "treasury_document_file", OVERSEERS),
    Address("documents:download", "auditors_document_file", BOARD | AUDITOR),
    Address("documents:download", "bonn_document_file", OVERSEERS | BONN),
    *steps("documents", "members_document", TREASURER | BOARD | OFFICE, "change new-version"),
    *steps("documents", "treasury_document", TREASURER | BOARD, "change new-version"),
    # outbox
    Address("dispatch:outbox", "", OVERSEERS | OFFICE),
    *steps("dispatch", "", TREASURER | BOARD | OFFICE, "release_all send bounces"),
    Address("dispatch:dispatch", "sending", OVERSEERS),
    *steps("dispatch", "sending", TREASURER | BOARD, "release change call_back cancel hand_over unclear"),
    *steps("dispatch", "sending", TREASURER | BOARD, "returned confirm again"),
    Address("dispatch:batches", "", OVERSEERS),
    Address("dispatch:batch", "pile", OVERSEERS),
    Address("dispatch:stack", "", TREASURER | BOARD),
    *steps("dispatch", "pile", TREASURER | BOARD, "print posted dissolve"),
    Address("dispatch:wordings", "", OVERSEERS | OFFICE),
    Address("dispatch:wording", "wording", TREASURER | BOARD | OFFICE),
    # resolutions
    Address("resolutions:register", "", SIGNED_IN),
    Address("resolutions:public-register", "", EVERYBODY),
    Address("resolutions:public-resolution", "public_resolution", EVERYBODY),
    Address("resolutions:draft", "", BOARD | OFFICE),
    Address("resolutions:book", "", BOARD | OFFICE | AUDITOR),
    *steps("resolutions", "adopted", SIGNED_IN, "resolution compare"),
    *steps("resolutions", "draft", PAPERS_IN_DRAFT, "resolution compare"),
    Address("resolutions:version", "adopted_version", SIGNED_IN),
    Address("resolutions:version", "draft_version", PAPERS_IN_DRAFT),
    *steps("resolutions", "draft", BOARD | OFFICE, "revise withdraw"),
    Address("resolutions:propose", "draft", BOARD),
    *steps("resolutions", "proposed", BOARD, "return decide"),
    *steps("resolutions", "adopted", BOARD, "entry repeal publish unpublish follow-up"),
    Address("resolutions:extract", "adopted", BOARD | OFFICE),
    Address("resolutions:follow-up-done", "follow_up", BOARD | TREASURER),
    # dues
    Address("dues:overview", "", OVERSEERS | MEMBERS),
    *steps(
        "dues", "", OVERSEERS, "schedules reliefs runs schedule_comparison schedule_comparison_pdf announcement_runs"
    ),
    Address("dues:relief_end", "relief", TREASURER),
    Address("dues:announcement_create", "", TREASURER),
    Address("dues:announcement_run", "announced", OVERSEERS),
    Address("dues:announcement_print", "announced", TREASURER),
    Address("dues:send_announcements", "announced", TREASURER),
    *steps("dues", "announcement_preview", TREASURER, "announce announcement_discard"),
    Address("dues:announcement", "bonn_announcement", OVERSEERS | BONN),
    Address("dues:announcement", "koeln_announcement", OVERSEERS | KOELN),
    Address("dues:announcement_pdf", "bonn_announcement", OVERSEERS | BONN, 302),
    Address("dues:schedule", "schedule", OVERSEERS),
    *steps("dues", "", TREASURER, "schedule_create relief_create run_create print send_invoices"),
    *steps("dues", "draft_schedule", TREASURER, "schedule_edit schedule_in_force"),
    Address("dues:schedule_end", "schedule", TREASURER),
    Address("dues:run", "issued_run", OVERSEERS),
    Address("dues:run", "preview", OVERSEERS),
    Address("dues:run_pdf", "preview", OVERSEERS),
    *steps("dues", "preview", TREASURER, "run_issue run_discard"),
    *steps("dues", "", OVERSEERS | MEMBERS, "invoices accounts"),
    Address("dues:invoice", "bonn_invoice", OVERSEERS | BONN),
    Address("dues:invoice", "koeln_invoice", OVERSEERS | KOELN),
    Address("dues:invoice_pdf", "bonn_invoice", OVERSEERS | BONN, 302),
    Address("dues:credit_note_pdf", "cancelled_invoice", OVERSEERS, 302),
    Address("dues:held_back", "", OVERSEERS),
    *steps("dues", "bonn_invoice", OVERSEERS | BONN, "invoice_data invoice_data_file"),
    *steps("dues", "cancelled_invoice", OVERSEERS, "note_data note_data_file"),
    *steps("dues", "bonn_invoice", TREASURER, "invoice_cancel apply_credit"),
    *steps("dues", "leipzig_invoice", TREASURER, "write_off_create accept_cash"),
    Address("dues:write_offs", "", OVERSEERS),
    Address("dues:write_off", "write_off", OVERSEERS),
    Address("dues:write_off_pdf", "write_off", OVERSEERS, 302),
    Address("dues:waiver_pdf", "write_off", OVERSEERS, 302),
    Address("dues:write_off_take_back", "write_off", TREASURER),
    Address("dues:credits", "", OVERSEERS),
    Address("dues:credit", "bonn", OVERSEERS | BONN),
    Address("dues:credit", "koeln", OVERSEERS | KOELN),
    Address("dues:release_credit", "set_off", TREASURER),
    Address("dues:account", "bonn", OVERSEERS | BONN),
    Address("dues:account", "koeln", OVERSEERS | KOELN),
    Address("dues:account_pdf", "bonn", OVERSEERS | BONN),
    # reminders
    Address("dunning:letters", "", OVERSEERS | MEMBERS),
    *steps("dunning", "bonn_letter", OVERSEERS | BONN, "letter"),
    Address("dunning:letter_pdf", "bonn_letter", OVERSEERS | BONN, 302),
    Address("dunning:letter", "koeln_letter", OVERSEERS | KOELN),
    Address("dunning:withdraw", "bonn_letter", TREASURER),
    Address("dunning:waive", "bonn_letter", TREASURER),
    *steps("dunning", "", OVERSEERS, "runs procedures blocks limitation"),
    *steps("dunning", "", TREASURER, "run_create print procedure_create block_create"),
    Address("dunning:run", "dunning_run", OVERSEERS),
    *steps("dunning", "dunning_preview", TREASURER, "run_issue run_discard"),
    Address("dunning:procedure", "procedure", OVERSEERS),
    *steps("dunning", "draft_procedure", TREASURER, "procedure_edit procedure_in_force"),
    Address("dunning:block_lift", "block", TREASURER),
    Address("dunning:claim", "bonn_invoice", OVERSEERS),
    Address("dunning:event_create", "bonn_invoice", TREASURER),
    Address("dunning:event_revoke", "limitation_event", TREASURER),
    # papers
    Address("papers:papers", "", SIGNED_IN),
    Address("papers:public-papers", "", EVERYBODY),
    Address("papers:public-paper", "published_paper", EVERYBODY),
    Address("papers:draft", "", BOARD | OFFICE),
    *steps("papers", "draft_paper", PAPERS_IN_DRAFT, "paper compare"),
    *steps("papers", "frozen_paper", SIGNED_IN, "paper compare"),
    Address("papers:version", "draft_paper_version", PAPERS_IN_DRAFT),
    Address("papers:version", "frozen_paper_version", SIGNED_IN),
    Address("papers:revise", "draft_paper", BOARD | OFFICE),
    Address("papers:print", "frozen_paper", BOARD | OFFICE),
    Address("papers:freeze", "draft_paper", BOARD),
    *steps("papers", "frozen_paper", BOARD, "reopen letter publish withdraw"),
    Address("papers:sign", "frozen_paper", MEMBERS),
    Address("papers:withdraw-signature", "signature", BOARD | KOELN),
    # budget
    Address("budget:plans", "", SIGNED_IN),
    *steps("budget", "adopted_plan", SIGNED_IN, "plan print"),
    Address("budget:plan", "draft_plan", OVERSEERS),
    Address("budget:draft", "", TREASURER),
    *steps("budget", "draft_plan", TREASURER, "amounts propose return withdraw"),
    Address("budget:adopt", "draft_plan", TREASURER | BOARD),
    Address("budget:sheet", "adopted_plan", SIGNED_IN),
    Address("budget:upload", "draft_plan", TREASURER),
    Address("budget:take_over", "draft_plan", TREASURER, 404),  # nothing was uploaded yet
    Address("budget:forecast", "forecast", TREASURER),
    *steps("budget", "", OVERSEERS, "commitments liquidity network_years"),
    Address("budget:enter_commitment", "", TREASURER),
    Address("budget:commitment", "commitment", OVERSEERS),
    *steps("budget", "commitment", TREASURER, "refer close_commitment"),
    Address("budget:release", "commitment_posting", TREASURER),
    Address("budget:reopen_commitment", "closed_commitment", TREASURER),
    Address("budget:meetings", "", OVERSEERS | MEMBERS),
    Address("budget:record_meeting", "", TREASURER),
    Address("budget:meeting", "meeting", OVERSEERS | BONN),
    Address("budget:change_meeting", "meeting", TREASURER),
    Address("budget:record_cost", "meeting", TREASURER | BONN),
    *steps("budget", "cost", TREASURER | BONN, "change_cost remove_cost"),
    *steps("budget", "network_year", OVERSEERS, "network_year print_costs"),
    # closing
    *steps("closing", "", OVERSEERS, "years reserves"),
    *steps("closing", "", TREASURER, "begin move_reserve adviser"),
    *steps("closing", "accounts", OVERSEERS, "accounts statement report open_items funds funds_pdf packages"),
    Address("closing:table", "accounts_table", OVERSEERS),
    *steps("closing", "accounts", TREASURER, "note prepare return close datev"),
    Address("closing:datev_openings", "accounts", TREASURER, answer=302),  # the year before is not closed
    Address("closing:adopt", "accounts", TREASURER | BOARD),
    Address("closing:make_package", "accounts", TREASURER | AUDITOR),
    Address("closing:package", "package", OVERSEERS),
    # examination
    Address("examination:examinations", "", OVERSEERS),
    Address("examination:appoint", "", BOARD),
    Address("examination:examination", "examination", OVERSEERS),
    *steps("examination", "examination", AUDITOR, "draw draw_later pick ask add_finding conclude sign confirm"),
    Address("examination:discharge", "examination", AUDITOR | BOARD),
    Address("examination:item", "examined_item", OVERSEERS),
    *steps("examination", "examined_item", AUDITOR, "tick untick ask_item"),
    Address("examination:answer", "question", TREASURER),
    Address("examination:remove_finding", "finding", AUDITOR),
    # books
    *steps("ledger", "", OVERSEERS, "journal journal_pdf accounts balance balance_pdf cost_centres"),
    *steps("ledger", "", TREASURER, "post close open_account open_cost_centre"),
    Address("ledger:entry", "entry", OVERSEERS),
    Address("ledger:reverse", "entry", TREASURER),
    Address("ledger:add_voucher", "entry", TREASURER),
    *steps("ledger", "account", OVERSEERS, "account account_pdf"),
    Address("ledger:change_account", "account", TREASURER),
    Address("ledger:chart_upload", "", TREASURER),
    Address("ledger:chart_take_over", "", TREASURER, 404),  # nothing was uploaded yet
    Address("ledger:chart_file", "chart_file", OVERSEERS),
    # vouchers, petty cash, fixed assets
    *steps("vouchers", "", OVERSEERS, "vouchers due creditors cash cash_counts assets"),
    *steps("vouchers", "", TREASURER, "receive own add_creditor record_cash count_cash record_asset"),
    Address("vouchers:voucher", "voucher", OVERSEERS),
    *steps("vouchers", "voucher", TREASURER, "describe post reverse settle pay_in_cash"),
    *steps("vouchers", "voucher", TREASURER | BOARD, "factual arithmetical approve return reject"),
    Address("vouchers:creditor", "creditor", OVERSEERS),
    Address("vouchers:change_creditor", "creditor", TREASURER),
    Address("vouchers:cash_count", "cash_count", OVERSEERS),
    Address("vouchers:reverse_cash", "cash_row", TREASURER),
    Address("vouchers:asset", "asset", OVERSEERS),
    Address("vouchers:dispose", "asset", TREASURER),
    Address("vouchers:depreciate", "depreciation_year", TREASURER),
    Address("vouchers:reverse_depreciation", "depreciation", TREASURER),
    Address("ledger:cost_centre", "cost_centre", OVERSEERS),
    Address("ledger:change_cost_centre", "cost_centre", TREASURER),
    # bank
    *steps("banking", "", OVERSEERS, "lines statements accounts"),
    *steps("banking", "", TREASURER, "certain refresh upload new_account"),
    Address("banking:line", "line", OVERSEERS),
    Address("banking:book", "line", TREASURER, 405),
    *steps("banking", "line", TREASURER, "allocate clarify ignore unbook reopen"),
    Address("banking:import", "statement_import", OVERSEERS),
    Address("banking:withdraw_import", "statement_import", TREASURER),
    *steps("banking", "statement", OVERSEERS, "statement statement_pdf"),
    Address("banking:opening", "bank_account", TREASURER),
    # payments
    *steps("payments", "", OVERSEERS, "runs mandates transfers"),
    *steps("payments", "", TREASURER, "collect new_mandate blank transfer creditor payables pay_due credits"),
    Address("payments:run", "payment_run", OVERSEERS),
    Address("payments:release", "payment_run", BOARD | TREASURER),
    *steps("payments", "payment_run", TREASURER, "announce discard refuse"),
    *steps("payments", "run_order", TREASURER, "take_out refuse_order"),
    Address("payments:mandate", "mandate", OVERSEERS),
    *steps("payments", "mandate", TREASURER, "original revoke"),
    Address("payments:blank_pdf", "", TREASURER, 404),
    Address("payments:pay", "payable", TREASURER),
    Address("payments:refund", "bonn", TREASURER),
    Address("payments:withdraw", "payment_order", TREASURER),
    *steps("banking", "bank_account", OVERSEERS, "proof proof_pdf"),
    *steps("banking", "", OVERSEERS, "rules known_accounts"),
    Address("banking:new_rule", "", TREASURER),
    Address("banking:rule", "booking_rule", OVERSEERS),
    *steps("banking", "booking_rule", TREASURER, "switch_rule delete_rule"),
    Address("banking:forget_account", "known_account", TREASURER),
]


def named_patterns(
    patterns: Any = None, namespace: str = "", prefix: str = ""
) -> Iterator[tuple[str, str, URLPattern]]:
    """Name, address and pattern of everything in the URLconf that has a name."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from named_patterns(pattern.url_patterns, inner, address)
        elif pattern.name:
            yield namespace + pattern.name, address, pattern


def own_names() -> set[str]:
    """Names of our own addresses; those of django-allauth have their table in test_views.py."""
    foreign = FOREIGN_FOR_EVERYBODY | FOREIGN_FOR_OWNERS
    return {name for name, address, _pattern in named_patterns() if address not in foreign}
