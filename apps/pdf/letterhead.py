"""Who writes: the sender's particulars as every letter and report shows them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.pdf.calculations import group4


@dataclass(frozen=True)
class Letterhead:
    """Pure data; empty lines are left out of the print. `logo_svg` must have been sanitised by whoever stored it."""

    name: str
    legal_form: str = ""
    sender_line: str = ""
    address: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""
    web: str = ""
    register_line: str = ""
    board_line: str = ""
    tax_line: str = ""
    iban: str = ""
    bic: str = ""
    bank_name: str = ""
    colour: str = "#1b3a5c"
    logo_svg: str = ""

    @property
    def return_address(self) -> str:
        """One line over the address for the window of the envelope (DIN 5008: Rücksendeangabe)."""
        return self.sender_line or " · ".join((self.name, *self.address))

    @property
    def business_data(self) -> list[list[str]]:
        """The columns at the foot beside name and address: contact, register and board, bank."""
        return [
            filled(self.phone and _("Telefon %(number)s") % {"number": self.phone}, self.email, self.web),
            filled(self.register_line, self.board_line, self.tax_line),
            filled(self.bank_name, self.iban and f"IBAN {group4(self.iban)}", self.bic and f"BIC {self.bic}"),
        ]


def filled(*lines: str) -> list[str]:
    return [line for line in lines if line]
