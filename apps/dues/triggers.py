"""The database keeps where each invoice stands (`dues.InvoiceBalance`), on SQLite and PostgreSQL alike.

A balance begins with its invoice, moves with every allocation (they are only added) and ends with a cancellation. An invoice is
queued while its document has a first sending that was not cancelled (`dispatch.DispatchQuerySet.standing`).
"""

from typing import Any

from django.db import connections

OWED = "CASE WHEN NEW.cancelled_on IS NULL THEN NEW.amount ELSE 0 END"
BEGIN = f"""INSERT INTO dues_invoicebalance (invoice_id, allocated, written_off, outstanding, due_on)
    VALUES (NEW.id, 0, 0, {OWED}, NEW.due_on);"""  # noqa: S608
CANCEL = f"""UPDATE dues_invoicebalance SET outstanding = ROUND({OWED} - allocated - written_off, 2)
    WHERE invoice_id = NEW.id;"""  # noqa: S608
MOVE = """UPDATE dues_invoicebalance
    SET allocated = ROUND(allocated + CASE NEW.kind WHEN 'write_off' THEN 0 ELSE NEW.amount END, 2),
        written_off = ROUND(written_off + CASE NEW.kind WHEN 'write_off' THEN NEW.amount ELSE 0 END, 2),
        outstanding = ROUND(outstanding - NEW.amount, 2)
    WHERE invoice_id = NEW.invoice_id;"""
QUEUED = """EXISTS (SELECT 1 FROM dispatch_dispatch
    WHERE dispatch_dispatch.document_id = {document} AND replaces_id IS NULL AND state <> 'cancelled')"""
SEND = f"""UPDATE dues_invoicebalance SET is_queued = {QUEUED.format(document="NEW.document_id")}
    WHERE invoice_id IN (SELECT id FROM dues_invoice WHERE document_id = NEW.document_id);"""  # noqa: S608

TRIGGERS = {
    "dues_balance_begins": ("AFTER INSERT ON dues_invoice", "", BEGIN),
    "dues_balance_is_cancelled": ("AFTER UPDATE OF cancelled_on ON dues_invoice", "", CANCEL),
    "dues_balance_moves": ("AFTER INSERT ON dues_allocation", "WHEN (NEW.invoice_id IS NOT NULL)", MOVE),
    "dues_balance_is_queued": ("AFTER INSERT ON dispatch_dispatch", "WHEN (NEW.replaces_id IS NULL)", SEND),
    "dues_balance_is_taken_out": (
        "AFTER UPDATE OF state ON dispatch_dispatch",
        "WHEN (NEW.replaces_id IS NULL AND (NEW.state = 'cancelled') <> (OLD.state = 'cancelled'))",
        SEND,
    ),
}

# for invoices from before there were balances
FILL = """INSERT INTO dues_invoicebalance (invoice_id, allocated, outstanding)
    SELECT id, paid, ROUND(CASE WHEN cancelled_on IS NULL THEN amount ELSE 0 END - paid, 2) FROM (
        SELECT id, amount, cancelled_on, ROUND(COALESCE(
            (SELECT SUM(amount) FROM dues_allocation WHERE invoice_id = dues_invoice.id), 0), 2) AS paid
        FROM dues_invoice) AS invoices"""

# for invoices from before there were due days and marks
DATE = """UPDATE dues_invoicebalance SET due_on = (SELECT due_on FROM dues_invoice WHERE id = invoice_id)"""
MARK = f"""UPDATE dues_invoicebalance SET is_queued = TRUE WHERE invoice_id IN (
    SELECT id FROM dues_invoice WHERE {QUEUED.format(document="dues_invoice.document_id")})"""  # noqa: S608


def statements(vendor: str) -> list[str]:
    found = []
    for name, (event, condition, body) in TRIGGERS.items():
        if vendor == "postgresql":
            found.append(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $f$"
                f" BEGIN {body} RETURN NEW; END $f$"
            )
            found.append(f"CREATE OR REPLACE TRIGGER {name} {event} FOR EACH ROW {condition} EXECUTE FUNCTION {name}()")
        else:
            found.append(f"DROP TRIGGER IF EXISTS {name}")
            found.append(f"CREATE TRIGGER {name} {event} FOR EACH ROW {condition} BEGIN {body} END")
    return found


def install_triggers(using: str = "default", **options: Any) -> None:
    """Put the triggers in place after every migrate: SQLite drops them when a migration remakes a table."""
    connection = connections[using]
    if "dues_invoicebalance" not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        for statement in statements(connection.vendor):
            cursor.execute(statement)
