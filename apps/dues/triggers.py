"""The database keeps what is assigned to each invoice, written off of it and still owed for it, on SQLite and PostgreSQL alike.

A balance begins with its invoice, moves with every allocation (they are only added) and ends with a cancellation.
"""

from typing import Any

from django.db import connections

OWED = "CASE WHEN NEW.cancelled_on IS NULL THEN NEW.amount ELSE 0 END"
BEGIN = f"""INSERT INTO dues_invoicebalance (invoice_id, allocated, written_off, outstanding)
    VALUES (NEW.id, 0, 0, {OWED});"""  # noqa: S608
CANCEL = f"""UPDATE dues_invoicebalance SET outstanding = ROUND({OWED} - allocated - written_off, 2)
    WHERE invoice_id = NEW.id;"""  # noqa: S608
MOVE = """UPDATE dues_invoicebalance
    SET allocated = ROUND(allocated + CASE NEW.kind WHEN 'write_off' THEN 0 ELSE NEW.amount END, 2),
        written_off = ROUND(written_off + CASE NEW.kind WHEN 'write_off' THEN NEW.amount ELSE 0 END, 2),
        outstanding = ROUND(outstanding - NEW.amount, 2)
    WHERE invoice_id = NEW.invoice_id;"""

TRIGGERS = {
    "dues_balance_begins": ("AFTER INSERT ON dues_invoice", "", BEGIN),
    "dues_balance_is_cancelled": ("AFTER UPDATE OF cancelled_on ON dues_invoice", "", CANCEL),
    "dues_balance_moves": ("AFTER INSERT ON dues_allocation", "WHEN (NEW.invoice_id IS NOT NULL)", MOVE),
}

# for invoices from before there were balances
FILL = """INSERT INTO dues_invoicebalance (invoice_id, allocated, outstanding)
    SELECT id, paid, ROUND(CASE WHEN cancelled_on IS NULL THEN amount ELSE 0 END - paid, 2) FROM (
        SELECT id, amount, cancelled_on, ROUND(COALESCE(
            (SELECT SUM(amount) FROM dues_allocation WHERE invoice_id = dues_invoice.id), 0), 2) AS paid
        FROM dues_invoice) AS invoices"""


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
