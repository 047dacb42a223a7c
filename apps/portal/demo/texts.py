"""Wording of the demo's resolutions and papers. All of it is invented."""

SELF_ORGANISED = """
<p>Die Städte führen das Großstadtnetzwerk für Bildung ab 2024 in eigener Verantwortung fort.</p>
<ol>
<li>Jedes Jahr übernehmen eine oder mehrere Städte den Staffelstab.</li>
<li>Die federführenden Städte richten ein Präsenztreffen und die digitalen Stammtische aus.</li>
<li>Die Planung reicht stets zwei Jahre voraus.</li>
</ol>
"""

ORDINANCE = """
<h2>§ 1 Beitragspflicht</h2>
<p>Jede Mitgliedsstadt zahlt einen jährlichen Beitrag. Er wird mit der Rechnung festgestellt und ist am 31. März fällig.</p>
<h2>§ 2 Höhe</h2>
<p>Der Beitrag beträgt 0,85 Cent je Einwohnerin und Einwohner, mindestens 250 Euro und höchstens 15.000 Euro.</p>
<h2>§ 3 Einwohnerzahl</h2>
<p>Maßgeblich ist die Einwohnerzahl, die das Statistische Bundesamt bis zum 30. September des Vorjahres zuletzt veröffentlicht hat.</p>
<h2>§ 4 Inkrafttreten</h2>
<p>Diese Beitragsordnung gilt ab dem 1. Januar 2026.</p>
"""

DUES_2025 = """
<ol>
<li>Für das Rumpfgeschäftsjahr 2025 wird ein Startbeitrag erhoben. Er beträgt nach der Zahl der Einwohnerinnen und Einwohner
bis 300.000: 500 Euro, bis 600.000: 750 Euro, bis 1 Million: 1.000 Euro, darüber: 1.250 Euro.</li>
<li>Ihn zahlen die 13 Städte, die das Netzwerk 2024 getragen haben. Die übrigen Städte sind für 2025 befreit.</li>
<li>Der Startbeitrag ist am 14. November 2025 fällig.</li>
</ol>
"""

BUDGET_2025 = """
<p>Die Mitgliederversammlung beschließt den Haushaltsplan für das Rumpfgeschäftsjahr 2025 in der vorgelegten Fassung.</p>
"""

AUDITORS_2025 = """
<p>Heike Lorenz (Leipzig) und Ralf Brinkmann (Hannover) prüfen die Kasse des Rumpfgeschäftsjahres 2025.</p>
"""

RESERVE_2025 = """
<p>Der Vorstand bildet zum 31. Dezember 2025 eine Projektrücklage von 3.000 Euro für das Netzwerktreffen im Juni 2026 in
Augsburg. Sie wird aufgelöst, sobald der Saal bezahlt ist.</p>
"""

BUDGET_2026 = """
<p>Die Mitgliederversammlung beschließt den Haushaltsplan 2026 in der vorgelegten Fassung.</p>
<p>Die Schatzmeisterin berichtet im Herbst 2026 über den Vollzug.</p>
"""

BUDGET_2027 = """
<p>Die Mitgliederversammlung beschließt den Haushaltsplan 2027 in der vorgelegten Fassung.</p>
<p>Überschreitet eine Ausgabe ihren Ansatz um mehr als zehn vom Hundert, holt der Vorstand vorher die Zustimmung der
Mitgliederversammlung ein.</p>
"""

ACCOUNTS_2025 = """
<p>Die Mitgliederversammlung stellt den Jahresabschluss 2025 in der geprüften Fassung fest.</p>
<p>Der Überschuss wird auf neue Rechnung vorgetragen.</p>
"""

DIALOGUE = """
<p>Die Mitgliederversammlung fordert Bund und Länder auf, die großen Städte an der Umsetzung des Rechtsanspruchs auf
ganztägige Förderung dauerhaft zu beteiligen.</p>
<ol>
<li>Der Vorstand bietet dem Bund und den Ländern einen halbjährlichen Austausch an.</li>
<li>Die Fachgruppe Ganztag bereitet die Gespräche mit Zahlen aus den Städten vor.</li>
<li>Der Vorstand berichtet der Mitgliederversammlung einmal im Jahr.</li>
</ol>
"""

MEETING_2028 = """
<p>Der Vorstand vergibt den Staffelstab für das Jahr 2028 an die Städte Köln (Präsenztreffen) und Kiel (digitale Stammtische).</p>
"""

DECLARATION_FIRST = """
<h2>Anlass</h2>
<p>Seit August 2026 gilt der Anspruch auf ganztägige Förderung für Kinder im Grundschulalter. Die großen Städte setzen ihn um.</p>
<h2>Unsere Forderungen</h2>
<ol>
<li>Bund und Länder beteiligen sich dauerhaft an den Betriebskosten.</li>
<li>Die Länder schaffen einheitliche Regeln für Personal und Räume.</li>
</ol>
"""

DECLARATION = """
<h2>Anlass</h2>
<p>Seit August 2026 gilt der Anspruch auf ganztägige Förderung für Kinder im Grundschulalter. Die großen Städte setzen ihn um und
erreichen dort die meisten Kinder.</p>
<h2>Was die Städte leisten</h2>
<p>Wir planen Schule, Jugendhilfe und Stadtentwicklung gemeinsam und auf der Grundlage von Daten.</p>
<h2>Unsere Forderungen</h2>
<ol>
<li>Bund und Länder beteiligen sich dauerhaft und verlässlich an den Betriebskosten.</li>
<li>Die Länder beteiligen die Städte, bevor sie Regeln für Personal und Räume erlassen.</li>
<li>Die Daten der amtlichen Statistik stehen den Städten kleinräumig zur Verfügung.</li>
</ol>
"""

DATA_FIRST = """
<h2>Worum es geht</h2>
<p>Wer Bildung vor Ort steuern will, braucht Daten aus dem Stadtteil.</p>
<ol>
<li>Die Länder geben den Städten die Daten der Schulstatistik auf Ebene der Schule.</li>
</ol>
"""

DATA_PAPER = """
<h2>Worum es geht</h2>
<p>Wer Bildung vor Ort steuern will, braucht verlässliche Daten aus dem Stadtteil, jedes Jahr und in gleicher Form.</p>
<h2>Was wir brauchen</h2>
<ol>
<li>Die Länder geben den Städten die Daten der Schulstatistik auf Ebene der Schule und des Wohnorts.</li>
<li>Der Datenschutz wird durch einheitliche Vereinbarungen zwischen den Ämtern gesichert.</li>
</ol>
"""
