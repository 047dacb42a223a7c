"""Documents of every access class, as people would have uploaded them."""

from datetime import date

from django.utils import timezone

from apps.documents.domain.filing import file_document
from apps.documents.enums import Access, Category
from apps.organisation.domain.queries import letterhead
from apps.pdf.render import render_pdf
from apps.portal.demo.cast import Cast

FILENAMES = {
    Category.STATUTES: "satzung",
    Category.MINUTES: "protokoll",
    Category.MATERIAL: "fachmaterial",
    Category.LETTER: "schreiben",
    Category.BANK: "bankunterlagen",
    Category.AUDIT: "kassenpruefung",
}

PAPERS: list[tuple[str, Category, Access, str, date, list[str]]] = [
    (
        "Satzung in der Fassung vom 27. Juni 2025",
        Category.STATUTES,
        Access.PUBLIC,
        "board",
        date(2025, 10, 6),
        [
            "Der Verein führt den Namen „Großstadtnetzwerk für Bildung“. Er soll in das Vereinsregister eingetragen werden.",
            "Mitglied kann jede Stadt mit mehr als 250.000 Einwohnerinnen und Einwohnern werden.",
            "Der Verein erhebt Beiträge nach einer Beitragsordnung, die die Mitgliederversammlung beschließt.",
        ],
    ),
    (
        "Niederschrift der Mitgliederversammlung vom 10. Oktober 2025",
        Category.MINUTES,
        Access.MEMBERS,
        "office",
        date(2025, 10, 24),
        [
            "Die Versammlung wurde form- und fristgerecht einberufen. Anwesend waren 27 von 29 Städten.",
            "Die Beitragsordnung und der Haushaltsplan 2026 wurden beschlossen.",
        ],
    ),
    (
        "Handreichung: Kooperationsvereinbarung zur Weitergabe von Bildungsdaten",
        Category.MATERIAL,
        Access.MEMBERS,
        "office",
        date(2026, 3, 16),
        [
            "Das Muster regelt, welche Daten Schulamt, Jugendamt und Statistikstelle einander geben und wie lange sie bleiben.",
            "Öffnungsklauseln erlauben es, das Muster an das Recht des Landes anzupassen.",
        ],
    ),
    (
        "Vermerk zur Vorbereitung der Vorstandssitzung im Dezember 2026",
        Category.LETTER,
        Access.BOARD,
        "board",
        date(2026, 11, 17),
        ["Zu beraten sind der Staffelstab 2028 und die Planung des Netzwerktreffens in Dortmund."],
    ),
    (
        "Vertrag über das Girokonto",
        Category.BANK,
        Access.TREASURY,
        "treasurer",
        date(2025, 10, 13),
        ["Das Konto wird gemeinschaftlich geführt. Verfügungen über 5.000 Euro zeichnen zwei Personen."],
    ),
    (
        "Prüfplan der Kassenprüfung 2026",
        Category.AUDIT,
        Access.AUDITORS,
        "board",
        date(2026, 11, 3),
        [
            "Geprüft werden die Vollständigkeit der Beiträge, eine Stichprobe der Belege und der Nachweis der Kontostände."
        ],
    ),
]


def fill_library(cast: Cast) -> None:
    who = {"board": cast.board, "office": cast.office, "treasurer": cast.treasurer}
    for title, category, access, person, on, paragraphs in PAPERS:
        content = render_pdf(
            "pdf/demo_paper.html",
            {"letterhead": letterhead(on), "paragraphs": paragraphs, "subtitle": "", "facts": ()},
            title=title,
            created=timezone.now(),
        )
        file_document(
            content=content,
            filename=f"{FILENAMES[category]}-{on:%Y-%m-%d}.pdf",
            title=title,
            category=category,
            access=access,
            origin="documents.upload",
            by=who[person],
            on=on,
        )
