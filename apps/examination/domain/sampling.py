"""Which entries are examined: drawn by amount so that anybody can draw them again, or chosen by an auditor."""

from collections.abc import Sequence
from secrets import token_hex

from django.db import transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import bulk
from apps.audit.acts import act
from apps.core.money import euros
from apps.examination.calculations import METHOD, Hit, monetary_unit_sample
from apps.examination.domain.errors import SampleImpossible
from apps.examination.domain.examining import lapse_signatures, locked
from apps.examination.models import Examination, LaterSample, SampleItem
from apps.ledger.models import ENTRIES_PER_YEAR, Entry

type Population = list[tuple[int, int]]


def population(year: int, *, after: int = 0, until: int | None = None) -> Population:
    """The entries of the year with numbers in this span, in their order, with their amount in cents."""
    entries = Entry.objects.filter(year=year, number__gt=after).order_by("number")
    if until is not None:
        entries = entries.filter(number__lte=until)
    return [(pk, int(amount * 100)) for pk, amount in entries.values_list("pk", "amount")]


@transaction.atomic
def draw_sample(examination: Examination, *, size: int, seed: str = "", by: User | None) -> Examination:
    """Draw the sample once; seed, size, method and the last entry it was drawn from are kept, so it can be drawn again."""
    examination = locked(examination)
    if examination.sample_method:
        raise SampleImpossible(_("Die Stichprobe ist schon gezogen. Sie bleibt, damit sie nachvollzogen werden kann."))
    amounts = population(examination.year)
    guard_possible(examination, amounts, size)
    seed = seed.strip() or token_hex(8)
    with act("examination.sample_drawn", examination, by=by, data={"size": size, "seed": seed, "method": METHOD}):
        examination.sample_seed, examination.sample_method, examination.sample_size = seed, METHOD, size
        examination.sample_until, examination.sample_total = last_of(amounts), total_of(amounts)
        examination.save()
        take_in(examination, monetary_unit_sample(amounts, size=size, seed=seed))
    return examination


@transaction.atomic
def draw_later(examination: Examination, *, size: int, seed: str = "", by: User | None) -> LaterSample:
    """Draw once more, from what was posted since the draw before."""
    examination = locked(examination)
    guard_drawn(examination)
    after = drawn_until(examination)
    amounts = population(examination.year, after=after)
    guard_possible(examination, amounts, size)
    seed = seed.strip() or token_hex(8)
    with act("examination.sample_drawn", examination, by=by, data={"size": size, "seed": seed, "method": METHOD}):
        later = LaterSample.objects.create(
            examination=examination,
            seed=seed,
            method=METHOD,
            size=size,
            after=after,
            until=last_of(amounts),
            total=total_of(amounts),
        )
        take_in(examination, monetary_unit_sample(amounts, size=size, seed=seed))
        lapse_signatures(examination)
    return later


@transaction.atomic
def pick_entry(examination: Examination, entry: Entry, *, by: User) -> SampleItem:
    """An auditor examines an entry of her own choice beside those drawn."""
    examination = locked(examination)
    guard_drawn(examination)
    if entry.year != examination.year:
        raise SampleImpossible(_("%s gehört nicht in das Prüfungsjahr.") % entry, field="number")
    if known := examination.items.filter(entry=entry).first():
        return known
    with act("examination.entry_picked", examination, by=by, data={"entry": str(entry)}):
        item = SampleItem.objects.create(examination=examination, entry=entry, hits=0)
        lapse_signatures(examination)
    return item


def guard_drawn(examination: Examination) -> None:
    """What is added is added to a sample."""
    if not examination.sample_method:
        raise SampleImpossible(_("Bitte ziehen Sie zuerst die Stichprobe."))


def guard_possible(examination: Examination, amounts: Population, size: int) -> None:
    if not amounts and examination.sample_method:
        raise SampleImpossible(_("Seit der letzten Ziehung wurde nichts gebucht."))
    if not amounts:
        raise SampleImpossible(_("Für %s gibt es keine Buchungen.") % examination.year)
    if size < 1:
        raise SampleImpossible(_("Bitte wählen Sie mindestens eine Buchung."), field="size")


def last_of(amounts: Population) -> int:
    return amounts[-1][0] % ENTRIES_PER_YEAR


def total_of(amounts: Population) -> object:
    return euros(sum(cents for _pk, cents in amounts)) / 100


def take_in(examination: Examination, hits: Sequence[Hit]) -> None:
    """The drawn entries; one that an auditor chose before is now drawn as well."""
    chosen = {item.entry_id: item for item in examination.items.filter(entry__in=[hit.key for hit in hits])}
    for hit in hits:
        if item := chosen.get(hit.key):
            item.hits = hit.hits
            item.save(update_fields=["hits"])
    fresh = [hit for hit in hits if hit.key not in chosen]
    bulk.create(SampleItem, [SampleItem(examination=examination, entry_id=hit.key, hits=hit.hits) for hit in fresh])


def drawn_until(examination: Examination) -> int:
    """The last number from which something could have been drawn."""
    last = examination.later_samples.order_by("-until").values_list("until", flat=True).first()
    return last or examination.sample_until


def not_drawn_from(examination: Examination) -> tuple[int, object]:
    """Number and sum of the entries that no draw could have hit."""
    later = Entry.objects.filter(year=examination.year, number__gt=drawn_until(examination))
    found = later.aggregate(count=Count("pk"), total=Sum("amount"))
    return found["count"], euros(found["total"] or 0)


def sample_again(examination: Examination) -> set[int]:
    """The entries that seeds, sizes and populations give; must equal what is stored."""
    draws = [(examination.sample_seed, examination.sample_size, 0, examination.sample_until)]
    draws += examination.later_samples.values_list("seed", "size", "after", "until")
    return {
        hit.key
        for seed, size, after, until in draws
        for hit in monetary_unit_sample(population(examination.year, after=after, until=until), size=size, seed=seed)
    }
