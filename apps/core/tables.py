"""Tables: columns that know how to show, sort, add up and export themselves, and the filters above them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from itertools import product
from typing import Any

from django.db.models import Count, Model, QuerySet, Sum
from django.template.loader import render_to_string
from django.utils.encoding import force_str
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from djmoney.money import Money

from apps.core.money import euros
from apps.core.templatetags.formats import day, euro, moment, number

Value = Any
type Options = Sequence[tuple[str, Any]]


def present(value: Value) -> Any:
    """Show a value in German notation: amounts, numbers, dates, yes and no."""
    match value:
        case None | "":
            return "–"
        case bool():
            return _("Ja") if value else _("Nein")
        case Money():
            return euro(value)
        case Decimal() | int():
            return number(value)
        case datetime():
            return moment(value)
        case date():
            return day(value)
    return value


def lookup(row: Any, path: str) -> Value:
    """Follow `city__name` through attributes, keys and methods without arguments; choices give their label."""
    value = row
    for step in path.split("__"):
        if value is None:
            return None
        if isinstance(value, Mapping):
            value = value[step]
            continue
        labels = choice_labels(type(value)).get(step) if isinstance(value, Model) else None
        value = getattr(value, step)
        if callable(value):
            value = value()
        if labels:
            value = force_str(labels.get(value, value), strings_only=True)
    return value


@cache
def choice_labels(model: type[Model]) -> dict[str, dict[Any, Any]]:
    """Labels of the fields with choices; `get_…_display` would translate every choice anew for every cell."""
    return {field.name: dict(field.flatchoices) for field in model._meta.concrete_fields if field.choices}


@dataclass(frozen=True)
class Column:
    """One column. `name` is its name in the address and, unless `value` is given, the path to its value.

    `sort`: field or fields to order by (True: `name`). `value(row)`: the typed value, used for show and export.
    `render(row)` or `template` (context `row`, `value`): what the cell shows. `export(row)`: what the file holds.
    `total`: field or annotation added up over all filtered rows. `format(value)`: notation, else by type.
    """

    name: str
    label: Any
    sort: bool | str | Sequence[str] = False
    link: bool | Callable[[Any], str | None] = False
    align: str = "left"
    value: Callable[[Any], Value] | None = None
    render: Callable[[Any], Any] | None = None
    template: str = ""
    format: Callable[[Any], Any] | None = None
    export: Callable[[Any], Value] | bool = True
    total: str | None = None

    @property
    def order(self) -> tuple[str, ...]:
        match self.sort:
            case True:
                return (self.name,)
            case False:
                return ()
            case str():
                return (self.sort,)
        return tuple(self.sort)

    @property
    def attributes(self) -> SafeString:
        """What every cell says of itself: figures to the right, the heading for the cards on a phone."""
        numeric = " kern-table__cell--numeric" if self.align == "right" else ""
        return format_html('class="kern-table__cell{}" data-label="{}"', numeric, self.label)

    def get_value(self, row: Any) -> Value:
        return self.value(row) if self.value else lookup(row, self.name)

    def show(self, row: Any) -> Any:
        if self.render:
            return present(self.render(row))
        value = self.get_value(row)
        if self.template:
            return render_to_string(self.template, {"row": row, "value": value})
        return self.show_total(value) if self.total is not None else self.show_value(value)

    def show_value(self, value: Value) -> Any:
        return self.format(value) if self.format else present(value)

    def get_url(self, row: Any) -> str | None:
        if callable(self.link):
            return self.link(row)
        return row.get_absolute_url() if self.link else None

    def get_export(self, row: Any) -> Value:
        return self.export(row) if callable(self.export) else self.as_amount(self.get_value(row))

    def as_amount(self, value: Value) -> Value:
        """Decimals of a column that shows amounts are amounts in the file too."""
        shows_amounts = self.format is euro or (self.format is None and self.total is not None)
        return euros(value) if shows_amounts and isinstance(value, Decimal) else value

    def show_total(self, value: Value) -> Any:
        """Decimals that are added up, and their sum, are amounts unless the column has its own notation."""
        if self.format or not isinstance(value, Decimal):
            return self.show_value(value)
        return euro(value)


@dataclass(frozen=True)
class Cell:
    """A cell ready to be shown; `attributes` are the same for all cells of a column."""

    column: Column
    text: Any
    attributes: SafeString
    url: str | None = None

    def __str__(self) -> str:
        text = conditional_escape(self.text)
        shown = f'<a class="kern-link" href="{escape(self.url)}">{text}</a>' if self.url else text
        return f'<td role="cell" {self.attributes}>{shown}</td>'


@dataclass
class Table:
    """Rows ready to be shown with `{% table … %}`; TablePage builds one, object pages may build their own."""

    columns: Sequence[Column]
    rows: Iterable[Any]
    caption: Any = ""
    totals: Mapping[str, Value] = field(default_factory=dict)
    sorting: str = ""
    sortable: bool = False
    empty: Any = ""

    def __iter__(self) -> Iterator[list[Cell]]:
        columns = [(column, column.attributes) for column in self.columns]
        for row in self.rows:
            yield [Cell(column, column.show(row), attributes, column.get_url(row)) for column, attributes in columns]

    @property
    def body(self) -> SafeString:
        """The rows as HTML: a page has hundreds of cells, and a loop in a template costs several times as much."""
        return SafeString(
            "".join(f'<tr class="kern-table__row" role="row">{"".join(map(str, row))}</tr>' for row in self)
        )

    @property
    def total_cells(self) -> list[Cell]:
        if not any(column.total is not None for column in self.columns):
            return []
        return [
            Cell(
                column,
                column.show_total(self.totals[column.name]) if column.name in self.totals else "",
                column.attributes,
            )
            for column in self.columns
        ]


def count_and_add_up(queryset: QuerySet[Model], columns: Sequence[Column]) -> tuple[int, dict[str, Value]]:
    """Number of rows, and totals of all columns that have one, in one query over the whole queryset."""
    sums = {f"total_{column.name}": Sum(column.total) for column in columns if column.total is not None}
    if not sums:
        return queryset.count(), {}
    found = queryset.order_by().aggregate(number_of_rows=Count("*"), **sums)
    number = found.pop("number_of_rows")
    return number, {
        name.removeprefix("total_"): Decimal(0) if value is None else value for name, value in found.items()
    }


def add_up_rows(rows: Iterable[Any], columns: Sequence[Column]) -> dict[str, Value]:
    """The same totals from rows that are all at hand; every total must be a field or an annotation of the row."""
    paths = {column.name: column.total for column in columns if column.total is not None}
    found: dict[str, Value] = dict.fromkeys(paths, 0)
    for row, (name, path) in product(rows, paths.items()):
        value = lookup(row, path)
        found[name] += getattr(value, "amount", value) or 0
    return found


@dataclass(frozen=True)
class Filter:
    """A choice above the table that stands in the address and can be shared.

    `options`: pairs of value and label, or a function of the user giving them. `apply(queryset, value)` narrows;
    without it `field` (or `name`) is compared. `default` holds as long as the address says nothing.
    """

    name: str
    label: Any
    options: Options | Callable[[Any], Options]
    apply: Callable[[Any, str], Any] | None = None
    field: str = ""
    default: str = ""

    def get_options(self, user: Any) -> list[tuple[str, Any]]:
        options = self.options(user) if callable(self.options) else self.options
        return [(str(value), label) for value, label in options if str(value)]

    def narrow[Q: QuerySet](self, queryset: Q, value: str) -> Q:
        if self.apply:
            narrowed: Q = self.apply(queryset, value)
            return narrowed
        return queryset.filter(**{self.field or self.name: value})


@dataclass(frozen=True)
class ActiveFilter:
    """A filter with its options and the value that holds now."""

    filter: Filter
    options: list[tuple[str, Any]]
    value: str

    @property
    def all_value(self) -> str:
        """What the link »Alle« puts into the address; a default must be switched off in words."""
        return "alle" if self.filter.default else ""

    @property
    def current_label(self) -> Any:
        return dict(self.options).get(self.value, "")

    @property
    def is_long(self) -> bool:
        return len(self.options) > 5


def choose_filters(filters: Sequence[Filter], user: Any, parameters: Mapping[str, str]) -> list[ActiveFilter]:
    """Read the filters from the address; unknown values count as not chosen."""
    chosen = []
    for each in filters:
        options = each.get_options(user)
        value = parameters.get(each.name, each.default)
        chosen.append(ActiveFilter(each, options, value if value in dict(options) else ""))
    return chosen
