"""What the database itself guarantees about the books, on SQLite and PostgreSQL alike.

Lines are written before their entry. The entry then proves them: without two lines, with debit unlike credit, with a
wrong sum, a wrong year, without a voucher or with a date in a closed period it can't come into being. A line can't join an entry that exists, and
a line without its entry fails the foreign key at the end of the transaction. That nothing of it is changed or deleted
later is the part of `audit.triggers` (see `LedgerConfig`).

Every line also joins the sums of its account and year. Whoever posts holds the number series of the year, so that nobody
waits here for somebody who waits for them.
"""

from typing import Any

from django.db import connections

from apps.ledger.models import ENTRIES_PER_YEAR

SQLITE_CENTS = "CAST(ROUND(amount * 100) AS INTEGER)"

# what proves an entry: a document, or source and reference of an object; by hand (ledger.manual) only a document
UNPROVEN = "NEW.voucher_id IS NULL AND (NEW.source = 'ledger.manual' OR TRIM(NEW.reference) = '')"

SQLITE = [
    "DROP TRIGGER IF EXISTS ledger_entry_is_proven",
    """CREATE TRIGGER IF NOT EXISTS ledger_line_joins_nothing BEFORE INSERT ON ledger_entryline
    WHEN EXISTS (SELECT 1 FROM ledger_entry WHERE id = NEW.entry_id)
    BEGIN SELECT RAISE(ABORT, 'Die Buchung ist festgeschrieben'); END""",
    f"""CREATE TRIGGER ledger_entry_is_proven AFTER INSERT ON ledger_entry
    BEGIN
        SELECT RAISE(ABORT, 'Soll und Haben sind nicht gleich') WHERE NOT EXISTS (
            SELECT 1 FROM (
                SELECT COUNT(*) AS n,
                       SUM(CASE side WHEN 'debit' THEN {SQLITE_CENTS} ELSE 0 END) AS debit,
                       SUM(CASE side WHEN 'credit' THEN {SQLITE_CENTS} ELSE 0 END) AS credit
                FROM ledger_entryline WHERE entry_id = NEW.id
            ) WHERE n >= 2 AND debit = credit AND debit = CAST(ROUND(NEW.amount * 100) AS INTEGER));
        SELECT RAISE(ABORT, 'Das Jahr passt nicht zum Buchungsdatum')
            WHERE CAST(substr(NEW.booked_on, 1, 4) AS INTEGER) <> NEW.year;
        SELECT RAISE(ABORT, 'Keine Buchung ohne Beleg') WHERE {UNPROVEN};
        SELECT RAISE(ABORT, 'Der Zeitraum ist abgeschlossen')
            WHERE EXISTS (SELECT 1 FROM ledger_periodlock WHERE locked_until > NEW.booked_on);
    END""",  # noqa: S608
    "DROP TRIGGER IF EXISTS ledger_line_joins_its_year",
    f"""CREATE TRIGGER ledger_line_joins_its_year AFTER INSERT ON ledger_entryline
    BEGIN
        INSERT INTO ledger_accountyear (account_id, year, debit, credit)
            VALUES (NEW.account_id, NEW.entry_id / {ENTRIES_PER_YEAR},
                    CASE NEW.side WHEN 'debit' THEN NEW.amount ELSE 0 END,
                    CASE NEW.side WHEN 'credit' THEN NEW.amount ELSE 0 END)
            ON CONFLICT (account_id, year) DO UPDATE
                SET debit = ROUND(debit + excluded.debit, 2), credit = ROUND(credit + excluded.credit, 2);
    END""",  # noqa: S608
]

# for lines from before there were sums
FILL = """INSERT INTO ledger_accountyear (account_id, year, debit, credit)
    SELECT account_id, entry_id / {entries} AS of_year,
           ROUND(SUM(CASE side WHEN 'debit' THEN amount ELSE 0 END), 2),
           ROUND(SUM(CASE side WHEN 'credit' THEN amount ELSE 0 END), 2)
    FROM {lines} GROUP BY account_id, of_year"""

POSTGRESQL = [
    """CREATE OR REPLACE FUNCTION ledger_line_joins_nothing() RETURNS trigger LANGUAGE plpgsql AS $f$
    BEGIN
        IF EXISTS (SELECT 1 FROM ledger_entry WHERE id = NEW.entry_id) THEN
            RAISE EXCEPTION 'Die Buchung ist festgeschrieben' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $f$""",
    f"""CREATE OR REPLACE FUNCTION ledger_entry_is_proven() RETURNS trigger LANGUAGE plpgsql AS $f$
    DECLARE n bigint; debits numeric; credits numeric;
    BEGIN
        SELECT COUNT(*), COALESCE(SUM(amount) FILTER (WHERE side = 'debit'), 0),
               COALESCE(SUM(amount) FILTER (WHERE side = 'credit'), 0)
            INTO n, debits, credits FROM ledger_entryline WHERE entry_id = NEW.id;
        IF n < 2 OR debits <> credits OR debits <> NEW.amount THEN
            RAISE EXCEPTION 'Soll und Haben sind nicht gleich' USING ERRCODE = 'check_violation';
        END IF;
        IF EXTRACT(YEAR FROM NEW.booked_on) <> NEW.year THEN
            RAISE EXCEPTION 'Das Jahr passt nicht zum Buchungsdatum' USING ERRCODE = 'check_violation';
        END IF;
        IF {UNPROVEN} THEN
            RAISE EXCEPTION 'Keine Buchung ohne Beleg' USING ERRCODE = 'check_violation';
        END IF;
        IF EXISTS (SELECT 1 FROM ledger_periodlock WHERE locked_until > NEW.booked_on) THEN
            RAISE EXCEPTION 'Der Zeitraum ist abgeschlossen' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $f$""",  # noqa: S608
    f"""CREATE OR REPLACE FUNCTION ledger_line_joins_its_year() RETURNS trigger LANGUAGE plpgsql AS $f$
    BEGIN
        {FILL.format(entries=ENTRIES_PER_YEAR, lines="joining")} ORDER BY of_year, account_id
            ON CONFLICT (account_id, year) DO UPDATE
                SET debit = ledger_accountyear.debit + EXCLUDED.debit,
                    credit = ledger_accountyear.credit + EXCLUDED.credit;
        RETURN NULL;
    END $f$""",  # noqa: S608
    """CREATE OR REPLACE TRIGGER ledger_line_joins_its_year AFTER INSERT ON ledger_entryline
    REFERENCING NEW TABLE AS joining FOR EACH STATEMENT EXECUTE FUNCTION ledger_line_joins_its_year()""",
    """CREATE OR REPLACE TRIGGER ledger_line_joins_nothing BEFORE INSERT ON ledger_entryline
    FOR EACH ROW EXECUTE FUNCTION ledger_line_joins_nothing()""",
    """CREATE OR REPLACE TRIGGER ledger_entry_is_proven AFTER INSERT ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_entry_is_proven()""",
]


def install_triggers(using: str = "default", **options: Any) -> None:
    """Put the triggers in place after every migrate: SQLite drops them when a migration remakes a table."""
    connection = connections[using]
    if "ledger_accountyear" not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        for statement in POSTGRESQL if connection.vendor == "postgresql" else SQLITE:
            cursor.execute(statement)


NAMES = ("ledger_line_joins_nothing", "ledger_entry_is_proven", "ledger_line_joins_its_year")


def missing_triggers(connection: Any) -> list[str]:
    """Names of the triggers that don't stand in this database."""
    sql = (
        "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        standing = {row[0] for row in cursor.fetchall()}
    return [name for name in NAMES if name not in standing]
