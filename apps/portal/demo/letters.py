"""What left the house in 2026: invoices by mail and post, one refused, one bounced; reminders of unpaid dues."""

from datetime import date

from apps.dispatch.domain.afterwards import confirm_receipt, note_bounce, send_again
from apps.dispatch.domain.batches import post_batch, stack_letters
from apps.dispatch.domain.releasing import release
from apps.dispatch.domain.sending import note_failure, reserve, send_released
from apps.dispatch.models import Dispatch
from apps.dispatch.printing import print_batch
from apps.dues.domain.sending import queue_unsent
from apps.dunning.domain.care import block
from apps.dunning.domain.issuing import issue_run
from apps.dunning.domain.procedures import put_in_force, save_procedure, usual_levels
from apps.dunning.domain.runs import prepare_run
from apps.dunning.enums import BlockKind
from apps.dunning.models import DunningProcedure
from apps.dunning.printing import print_now
from apps.members.domain.cities import change_city
from apps.members.enums import EinvoiceChannel
from apps.portal.demo.cast import REGISTERED_ON, Cast
from apps.resolutions.models import Resolution

ON_PAPER = ("Hamburg", "Mannheim", "Kiel")
WITHOUT_MAIL = ("Bremen", "Gelsenkirchen")
REFUSED, BOUNCED, CONFIRMED = "Wiesbaden", "Bochum", "Köln"
INVOICED_ON, POSTED_ON = date(2026, 1, 16), date(2026, 1, 19)
REMINDED_ON, BLOCKED_ON, DUNNED_ON = date(2026, 5, 4), date(2026, 5, 20), date(2026, 6, 1)


def tell_addresses(cast: Cast) -> None:
    """Most cities take invoices by mail; some want paper."""
    for name, city in cast.cities.items():
        if name in ON_PAPER:
            change_city(city, {"einvoice_channel": EinvoiceChannel.POST}, by=cast.office, on=REGISTERED_ON)
        elif name not in WITHOUT_MAIL:
            changes = {"invoice_email": f"stadtkasse@{city.slug}.example"}
            change_city(city, changes, by=cast.office, on=REGISTERED_ON)


def send_invoices_2026(cast: Cast) -> None:
    queue_unsent(by=cast.treasurer, on=INVOICED_ON)
    send_everything(cast, on=INVOICED_ON, refused=REFUSED)
    sent = {dispatch.city_label: dispatch for dispatch in Dispatch.objects.filter(kind="dues.invoice").order_by("pk")}
    bounce = "550 5.1.1 <stadtkasse@bochum.example>: Recipient address rejected: User unknown"
    note_bounce(sent[BOUNCED], reason=bounce, by=cast.treasurer)
    send_again(sent[REFUSED], email="rechnung@wiesbaden.example", by=cast.treasurer, on=POSTED_ON)
    confirm_receipt(sent[CONFIRMED], note="E-Mail der Stadtkasse vom 20.01.2026", by=cast.treasurer)
    release(Dispatch.objects.waiting(), by=cast.treasurer, on=POSTED_ON)
    send_released(by=cast.treasurer)


def send_everything(cast: Cast, *, on: date, refused: str = "") -> None:
    """Release, send the mails (in the demo they land in a folder), print and post the letters."""
    release(Dispatch.objects.waiting(), by=cast.treasurer, on=on)
    for dispatch in Dispatch.objects.to_mail().filter(city_label=refused):
        taken = reserve(dispatch.pk)
        if taken:
            note_failure(taken, "552 5.2.2 Mailbox full", by=cast.treasurer)
    send_released(by=cast.treasurer)
    if Dispatch.objects.to_print().exists():
        batch = stack_letters(by=cast.treasurer, on=on)
        print_batch(batch, by=cast.treasurer, on=on)
        batch.refresh_from_db()
        post_batch(batch, by=cast.treasurer, on=on)


def adopt_dunning_procedure(cast: Cast, resolution: Resolution) -> None:
    procedure = DunningProcedure(title="Mahnordnung 2026", valid_from=date(2026, 1, 1))
    save_procedure(procedure, usual_levels(), by=cast.treasurer, on=date(2025, 10, 20))
    put_in_force(procedure, resolution=resolution, by=cast.treasurer, on=date(2025, 10, 20))


def remind_2026(cast: Cast) -> None:
    """Three cities are reminded; one then pays in instalments, the others get a first dunning by mail and post."""
    remind(cast, on=REMINDED_ON)
    block(
        cast.cities["Bremen"],
        kind=BlockKind.INSTALMENTS,
        reason="Ratenzahlung bis Ende 2026 nach Telefonat mit der Stadtkasse",
        valid_until=date(2027, 1, 1),
        by=cast.treasurer,
        on=BLOCKED_ON,
    )
    remind(cast, on=DUNNED_ON)


def remind(cast: Cast, *, on: date) -> None:
    issue_run(prepare_run(by=cast.treasurer, on=on), by=cast.treasurer, on=on)
    print_now(by=cast.treasurer)
    send_everything(cast, on=on)
