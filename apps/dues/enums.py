"""Words of the app: states and the ways between them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FeeForm(TextChoices):
    PER_CAPITA = "per_capita", _("Satz je Einwohner:in")
    BASE_PLUS = "base_plus", _("Grundbeitrag und Satz je Einwohner:in")
    FLAT = "flat", _("gleicher Beitrag für alle")
    TIER_FLAT = "tier_flat", _("fester Beitrag je Größenklasse")
    TIER_RATE = "tier_rate", _("Satz je Größenklasse auf alle Einwohner:innen")
    MARGINAL = "marginal", _("gestaffelte Sätze, jeder nur für seinen Abschnitt")
    BUDGET_KEY = "budget_key", _("Umlage eines Betrags nach Einwohnerzahl")
    EQUAL_SHARE = "equal_share", _("Umlage eines Betrags zu gleichen Teilen")
    VOTES = "votes", _("Preis je Stimme")


class DataState(TextChoices):
    """What became of an e-invoice."""

    HELD_BACK = "held_back", _("zurückgehalten")
    ISSUED = "issued", _("ausgestellt")


class ProRata(TextChoices):
    NONE = "none", _("voller Jahresbeitrag")
    MONTH_STARTED = "month_started", _("nach angefangenen Monaten")
    QUARTER_STARTED = "quarter_started", _("nach angefangenen Quartalen")
    DAY = "day", _("taggenau")


class Rounding(TextChoices):
    CENT = "cent", _("auf den Cent")
    EURO = "euro", _("auf volle Euro")
    TEN_EUROS = "ten_euros", _("auf volle zehn Euro")


class PopulationRule(TextChoices):
    """Which official figure counts for a dues year."""

    NEWEST = "newest", _("neueste Zahl, die bis zum Stichtag des Vorjahres veröffentlicht war")
    END_YEAR_BEFORE_LAST = "end_year_before_last", _("31.12. des vorvergangenen Jahres")
    MID_LAST_YEAR = "mid_last_year", _("30.06. des Vorjahres")
    END_LAST_YEAR = "end_last_year", _("31.12. des Vorjahres (erst ab August veröffentlicht)")


class ScheduleState(TextChoices):
    DRAFT = "draft", _("Entwurf")
    IN_FORCE = "in_force", _("in Kraft")


class RunState(TextChoices):
    PREVIEW = "preview", _("Vorschau")
    ISSUED = "issued", _("ausgestellt")
    DISCARDED = "discarded", _("verworfen")


class AnnouncementRunState(TextChoices):
    PREVIEW = "preview", _("Vorschau")
    ANNOUNCED = "announced", _("bekannt gegeben")
    DISCARDED = "discarded", _("verworfen")


class AnnouncementState(TextChoices):
    PREVIEW = "preview", _("Vorschau")
    STANDING = "standing", _("gilt vorläufig")
    SUPERSEDED = "superseded", _("ersetzt")
    DISCARDED = "discarded", _("verworfen")


class AllocationKind(TextChoices):
    PAYMENT = "payment", _("Zahlung")
    CREDIT = "credit", _("Guthaben")
    REFUND = "refund", _("Erstattung")
    WRITE_OFF = "write_off", _("Ausbuchung")


class WriteOffGround(TextChoices):
    """Why a claim, or the rest of one, is not pursued any more."""

    SMALL = "small", _("Kleinbetrag")
    BARRED = "barred", _("verjährt")
    UNCOLLECTIBLE = "uncollectible", _("uneinbringlich")
    WAIVED = "waived", _("Erlass durch Beschluss")


class ReliefKind(TextChoices):
    LEAD_CITY = "lead_city", _("Nachlass für die federführende Stadt")
    HARDSHIP = "hardship", _("Ermäßigung im Einzelfall")
    EXEMPTION = "exemption", _("Befreiung")


class InvoiceStatus(TextChoices):
    """Derived from the amount, the allocations and the day; never stored."""

    OPEN = "open", _("offen")
    PARTLY_PAID = "partly_paid", _("teilweise bezahlt")
    OVERDUE = "overdue", _("überfällig")
    PAID = "paid", _("bezahlt")
    OVERPAID = "overpaid", _("überzahlt")
    WRITTEN_OFF = "written_off", _("ausgebucht")
    CANCELLED = "cancelled", _("storniert")
