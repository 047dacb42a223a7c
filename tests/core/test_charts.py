from decimal import Decimal
from xml.etree import ElementTree

from apps.core.charts import bar_chart, share_bar

SVG = "{http://www.w3.org/2000/svg}"


def bars(svg, series):
    tree = ElementTree.fromstring(svg)
    return [bar for bar in tree.iter(f"{SVG}rect") if bar.get("class") == f"series-{series}"]


def test_bars_are_proportional_and_start_at_zero():
    svg = bar_chart("Offen", [("Köln", [Decimal("100")]), ("Bonn", [Decimal("25")])], ["Betrag"])
    assert [(bar.get("x"), bar.get("width")) for bar in bars(svg, 1)] == [("0.0", "308.0"), ("0.0", "77.0")]


def test_expenses_point_to_the_left_of_zero():
    svg = bar_chart("Plan und Ist", [("Personal", [Decimal("-50"), Decimal("50")])], ["Plan", "Ist"])
    plan, actual = bars(svg, 1)[-1], bars(svg, 2)[-1]
    assert (plan.get("x"), plan.get("width")) == ("0.0", "154.0")
    assert (actual.get("x"), actual.get("width")) == ("154.0", "154.0")


def test_charts_say_their_figures_in_words():
    tree = ElementTree.fromstring(bar_chart("Plan und Ist", [("Reisen", [Decimal(1), Decimal(2)])], ["Plan", "Ist"]))
    assert tree.get("role") == "img"
    assert tree.find(f"{SVG}title").text == "Plan und Ist"
    assert tree.find(f"{SVG}desc").text == "Reisen: Plan 1,00 €, Ist 2,00 €"


def test_labels_cannot_bring_in_markup():
    svg = share_bar("Stimmen", [("<script>", Decimal(1))], notation=str)
    assert "<script>" not in svg
    assert ElementTree.fromstring(svg).find(f"{SVG}desc").text == "<script>: 1"


def test_shares_fill_the_bar_and_nothing_stays_empty():
    svg = share_bar("Alter", [("fällig", Decimal(30)), ("überfällig", Decimal(10))])
    assert [bar.get("width") for bar in bars(svg, 1)] == ["314.0", "12"]
    assert next(bar.get("x") for bar in bars(svg, 2)) == "315.0"
    assert "0,00" in share_bar("Alter", [("fällig", Decimal(0))])


def test_long_names_of_series_go_on_in_the_next_line():
    row = ("2026", [Decimal(1), Decimal(2), Decimal(3)])
    long, short = ["Städte, bezahlt", "Städte, Sachleistung", "Verein"], ["Plan", "Ist", "Prognose"]
    heights = []
    for names in (long, short):
        tree = ElementTree.fromstring(bar_chart("Kosten", [row], names))
        heights.append([int(text.get("y")) for text in tree.iter(f"{SVG}text") if text.text in names])
    assert heights == [[13, 13, 33], [13, 13, 13]]
