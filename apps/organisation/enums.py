from django.db import models
from django.utils.translation import gettext_lazy as _


class LegalMode(models.TextChoices):
    """In what legal form the organisation acts."""

    INFORMAL = "informal", _("Netzwerk ohne Rechtsform")
    UNREG_ASSOC = "unreg_assoc", _("Verein ohne Rechtspersönlichkeit")
    FOUNDING = "founding", _("Verein in Gründung")
    EV = "ev", _("eingetragener Verein")
    LIQUIDATION = "liquidation", _("Verein in Liquidation")


class TaxStatus(models.TextChoices):
    """How the association is taxed; decides whether spheres, timely use and reserves matter."""

    CHARITABLE = "GEMEINNUETZIG", _("gemeinnützig (§§ 51 ff. AO)")
    PUBLIC_BODIES = (
        "ZUSAMMENSCHLUSS_JPOER",
        _("Zusammenschluss juristischer Personen des öffentlichen Rechts (§ 5 KStG)"),
    )
    TAXABLE = "TAXABLE", _("steuerpflichtig (§ 1 KStG)")


class DecisionSubject(models.TextChoices):
    """What is decided, and by whom."""

    NETWORK = "network", _("Netzwerk (Konsens)")
    ASSEMBLY = "assembly", _("Mitgliederversammlung (Beschluss)")
    STATUTES = "statutes", _("Satzungsänderung")
    PURPOSE = "purpose", _("Änderung des Vereinszwecks")
    DISSOLUTION = "dissolution", _("Auflösung")
    CIRCULAR = "circular", _("Umlaufbeschluss")
    BOARD = "board", _("Vorstandsbeschluss")
    BUDGET = "budget", _("Haushaltsplan")
    ACCOUNTS = "accounts", _("Jahresabschluss")
    RESERVES = "reserves", _("Rücklagen")
    DUES = "dues", _("Beitragsordnung")
    ELECTION = "election", _("Wahl")


class VoteBase(models.TextChoices):
    """Of what the share is taken."""

    CAST = "cast", _("abgegebene Stimmen (Ja und Nein)")
    PRESENT = "present", _("anwesende Mitglieder")
    ALL_MEMBERS = "all_members", _("alle Mitglieder")
    ALL_VOTES = "all_votes", _("alle Stimmen")
    CONSENSUS = "consensus", _("kein Widerspruch (Konsens)")


class Comparison(models.TextChoices):
    MORE_THAN = ">", _("mehr als")
    AT_LEAST = ">=", _("mindestens")
