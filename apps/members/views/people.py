from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.views import ConfirmPage
from apps.members.domain import cities, people
from apps.members.enums import AddressKind
from apps.members.forms import AddressForm, ContactForm, DelegationForm, EndForm
from apps.members.models import Address, Contact, Delegation
from apps.members.rules import get_address, get_contact, get_delegation
from apps.members.views.common import OfCity, OfPart

KINDS = {"post": AddressKind.POSTAL, "rechnung": AddressKind.INVOICE}


class AddressSet(OfCity):
    permission = "members.change_address"
    form_class = AddressForm
    submit_label = gettext_lazy("Anschrift festlegen")
    intro = gettext_lazy("Die bisherige Anschrift endet an diesem Tag und bleibt im Verlauf sichtbar.")

    @cached_property
    def kind(self) -> AddressKind:
        if self.kwargs["kind"] not in KINDS:
            raise Http404
        return KINDS[self.kwargs["kind"]]

    @cached_property
    def present(self) -> Address | None:
        return self.object.addresses.filter(kind=self.kind, valid_until__isnull=True).first()

    def get_title(self) -> Any:
        return self.kind.label

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.present}

    def get_initial(self) -> dict[str, Any]:
        return {"organisation": self.object.official_name, "town": self.object.name, "on": timezone.localdate()}

    def perform(self, form: Any) -> str:
        cities.set_address(self.object, kind=self.kind, **form.cleaned_data, by=self.request.user)
        return self.done(_("Die Anschrift gilt ab dem %s.") % f"{form.cleaned_data['on']:%d.%m.%Y}")


class AddressEnd(OfPart, ConfirmPage):
    permission = "members.change_address"
    title = gettext_lazy("Rechnungsanschrift beenden")
    form_class = EndForm
    submit_label = gettext_lazy("Rechnungsanschrift beenden")

    def get_object(self) -> Address:
        address = get_address(self.request.user, self.kwargs["pk"])
        if address.kind != AddressKind.INVOICE:
            raise Http404
        return address

    def get_consequences(self) -> list[str]:
        return [_("Rechnungen gehen von diesem Tag an wieder an die Postanschrift.")]

    def perform(self, form: Any) -> str:
        cities.end_address(self.object, on=form.cleaned_data["on"], by=self.request.user)
        return self.done(_("Die Rechnungsanschrift ist beendet."))


class ContactAdd(OfCity):
    permission = "members.change_contact"
    title = gettext_lazy("Ansprechperson eintragen")
    form_class = ContactForm
    submit_label = gettext_lazy("Ansprechperson eintragen")

    def perform(self, form: Any) -> str:
        contact = people.add_contact(self.object, **form.cleaned_data, by=self.request.user, on=timezone.localdate())
        return self.done(_("%s ist eingetragen.") % contact)


class ContactChange(OfPart):
    permission = "members.change_contact"
    title = gettext_lazy("Ansprechperson ändern")
    form_class = ContactForm
    submit_label = gettext_lazy("Angaben übernehmen")

    def get_object(self) -> Contact:
        return get_contact(self.request.user, self.kwargs["pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.get_object()}

    def perform(self, form: Any) -> str:
        people.change_contact(self.object, form.cleaned_data, by=self.request.user, on=timezone.localdate())
        return self.done(_("Die Angaben sind geändert."))


class ContactEnd(OfPart, ConfirmPage):
    permission = "members.change_contact"
    title = gettext_lazy("Ansprechperson beenden")
    form_class = EndForm
    submit_label = gettext_lazy("Ansprechperson beenden")

    def get_object(self) -> Contact:
        return get_contact(self.request.user, self.kwargs["pk"])

    def get_consequences(self) -> list[str]:
        return [
            _("%(name)s ist von diesem Tag an nicht mehr Ansprechperson von %(city)s.")
            % {"name": self.object, "city": self.object.city},
            _("Sechs Monate danach können die Angaben gelöscht werden."),
        ]

    def perform(self, form: Any) -> str:
        people.end_contact(self.object, on=form.cleaned_data["on"], by=self.request.user)
        return self.done(_("%s ist nicht mehr Ansprechperson.") % self.object)


class DelegationAdd(OfCity):
    permission = "members.change_delegation"
    title = gettext_lazy("Person entsenden")
    intro = gettext_lazy(
        "Die Person handelt in diesem Zeitraum für die Stadt. Sie braucht dazu einen Zugang mit der Rolle Mitgliedsstadt."
    )
    form_class = DelegationForm
    submit_label = gettext_lazy("Entsendung eintragen")

    def perform(self, form: Any) -> str:
        data = form.cleaned_data
        delegation = people.add_delegation(self.object, data.pop("user"), **data, by=self.request.user)
        return self.done(_("%s ist eingetragen.") % delegation)


class DelegationEnd(OfPart, ConfirmPage):
    permission = "members.change_delegation"
    title = gettext_lazy("Entsendung beenden")
    form_class = EndForm
    submit_label = gettext_lazy("Entsendung beenden")
    danger = True

    def get_object(self) -> Delegation:
        return get_delegation(self.request.user, self.kwargs["pk"])

    def get_consequences(self) -> list[str]:
        return [
            _("%(person)s handelt von diesem Tag an nicht mehr für %(city)s und sieht deren Rechnungen nicht mehr.")
            % {"person": self.object.user, "city": self.object.city},
            _("Was die Person bis dahin erklärt hat, bleibt gültig."),
        ]

    def perform(self, form: Any) -> str:
        people.end_delegation(self.object, on=form.cleaned_data["on"], by=self.request.user)
        return self.done(_("Die Entsendung ist beendet."))
