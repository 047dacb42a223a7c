"""manage.py invite_administrator EMAIL VORNAME NACHNAME: the first person of an empty database, who then invites all others.

Exit code 0: invited, the link is printed and mailed. 1: refused; the sentence says why.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.accounts.domain.invitations import invitation_link
from apps.accounts.domain.people import invite_first_administrator
from apps.core.errors import DomainError


class Command(BaseCommand):
    help = "Lädt die erste Person mit der Rolle Administration ein; alle weiteren lädt sie unter »Personen« ein."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("first_name", metavar="VORNAME")
        parser.add_argument("last_name", metavar="NACHNAME")

    def handle(self, *args: Any, **options: Any) -> None:
        person = {name: options[name] for name in ("email", "first_name", "last_name")}
        try:
            user = invite_first_administrator(**person, on=timezone.localdate())
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"Eingeladen: {user} ({user.email}). Die Einladung geht auch per E-Mail hinaus.")
        self.stdout.write("Mit diesem Link entsteht das Passwort; er gilt drei Tage und nur einmal:")
        self.stdout.write(invitation_link(user))
