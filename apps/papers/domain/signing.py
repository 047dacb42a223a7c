"""Cities sign, and take their signature back."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.documents.domain.filing import file_document
from apps.documents.enums import Access, Category
from apps.members.domain.queries import member_cities
from apps.members.models import City, Delegation
from apps.papers.domain.errors import (
    AlreadySigned,
    AlreadyWithdrawn,
    BasisTooLow,
    MayNotSign,
    NotAMember,
    NotSignable,
    OtherWording,
)
from apps.papers.enums import LegalBasis, Level, PaperState, SignatureForm
from apps.papers.models import Paper, Signature, SignatureWithdrawal


@dataclass(frozen=True)
class Signer:
    """Who signs for the city, and by what right."""

    legal_basis: LegalBasis | str
    name: str = ""
    function: str = ""
    basis_detail: str = ""
    note: str = ""


@dataclass(frozen=True)
class Letter:
    """A signed letter as proof."""

    content: bytes
    filename: str


def signing_delegation(user: User | None, city: City, on: date) -> Delegation | None:
    """The delegation by which the person may sign for the city on that day."""
    if user is None:
        return None
    return Delegation.objects.valid_on(on).filter(user=user, city=city, may_sign=True).first()


@transaction.atomic
def sign(paper: Paper, *, city: City, signer: Signer, by: User, on: date, read_sha256: str | None = None) -> Signature:
    """Sign for a member city: by a delegate with the right to sign, within the term, under the version the person has read.

    A city signs a version once. Cities that sign before publication are first signatories. Not signing has no consequence.
    """
    paper = Paper.objects.select_for_update().get(pk=paper.pk)
    delegation = signing_delegation(by, city, on)
    if delegation is None:
        raise MayNotSign(
            _("Für %s dürfen Sie an diesem Tag nicht zeichnen. Die Stadt kann Sie mit Zeichnungsrecht entsenden.")
            % city
        )
    guard_signable(paper, city, signer, on)
    if read_sha256 is not None and read_sha256 != paper.frozen_sha256:
        raise OtherWording(
            _("Der Text hat sich geändert, während Sie ihn gelesen haben. Bitte lesen Sie ihn noch einmal.")
        )
    signature = Signature(
        person_name=signer.name or by.get_full_name(),
        person_function=signer.function or delegation.function or _("Delegierte:r"),
        user=by,
        signed_on=on,
        form=SignatureForm.ONLINE,
    )
    return put_down(signature, paper, city, signer, by=by, on=on)


@transaction.atomic
def record_letter(
    paper: Paper, *, city: City, signer: Signer, letter: Letter, signed_on: date, by: User | None, on: date
) -> Signature:
    """Record a signed letter of a city (by the board), with the letter filed as proof."""
    paper = Paper.objects.select_for_update().get(pk=paper.pk)
    if signed_on > on:
        raise NotSignable(_("Das Schreiben kann nicht in der Zukunft unterzeichnet sein."), field="signed_on")
    guard_signable(paper, city, signer, signed_on)
    if paper.frozen_on and signed_on < paper.frozen_on:
        raise OtherWording(
            _("Das Schreiben ist älter als der Textschluss am %s. Es kann diese Fassung nicht meinen.")
            % f"{paper.frozen_on:%d.%m.%Y}",
            field="signed_on",
        )
    proof = file_document(
        content=letter.content,
        filename=letter.filename,
        title=_("Unterschrift %(city)s: %(title)s") % {"city": city, "title": paper.title},
        category=Category.PAPER,
        access=Access.BOARD,
        origin="papers.signature",
        city=city,
        by=by,
        on=on,
    )
    signature = Signature(
        person_name=signer.name,
        person_function=signer.function,
        signed_on=signed_on,
        form=SignatureForm.LETTER,
        proof=proof,
    )
    return put_down(signature, paper, city, signer, by=by, on=on)


def guard_signable(paper: Paper, city: City, signer: Signer, on: date) -> None:
    if not paper.may_be_signed_on(on):
        raise NotSignable(_("„%s“ kann an diesem Tag nicht gezeichnet werden.") % paper.title, field="signed_on")
    if not member_cities(on).filter(pk=city.pk).exists():
        raise NotAMember(_("%s ist an diesem Tag nicht Mitglied.") % city, field="city")
    if paper.level == Level.POLITICAL and signer.legal_basis == LegalBasis.EXPERT_LEVEL:
        raise BasisTooLow(
            _("Ein politisches Papier zeichnen die Stadtspitze, Beigeordnete oder der Rat, nicht die Fachebene."),
            field="legal_basis",
        )
    if signer.legal_basis == LegalBasis.COUNCIL and not signer.basis_detail.strip():
        raise BasisTooLow(_("Bitte nennen Sie Nummer und Tag des Ratsbeschlusses."), field="basis_detail")
    if Signature.objects.carrying(paper).filter(city=city).exists():
        raise AlreadySigned(_("%s hat diese Fassung bereits unterzeichnet.") % city, field="city")


def put_down(signature: Signature, paper: Paper, city: City, signer: Signer, *, by: User | None, on: date) -> Signature:
    """Bind the signature to the frozen version and its hash, and write it."""
    signature.paper, signature.city = paper, city
    if paper.frozen_version is None:
        raise NotSignable(_("„%s“ hat keinen Textschluss.") % paper.title)
    signature.version, signature.version_sha256 = paper.frozen_version, paper.frozen_sha256
    signature.legal_basis = signer.legal_basis
    signature.basis_detail, signature.note = signer.basis_detail, signer.note
    signature.is_first_signatory = paper.state == PaperState.FROZEN
    data = {"city": city.name, "signed_on": signature.signed_on, "sha256": paper.frozen_sha256, "form": signature.form}
    with act("papers.signed", paper, by=by, data=data):
        signature.save()
    return signature


@transaction.atomic
def withdraw_signature(signature: Signature, *, by: User | None, on: date, reason: str = "") -> SignatureWithdrawal:
    """Take a signature back: a dated entry beside it, always possible. The city may sign again later."""
    paper = Paper.objects.select_for_update().get(pk=signature.paper_id)
    signature = Signature.objects.select_for_update().select_related("city").get(pk=signature.pk)
    if not signature.is_active:
        raise AlreadyWithdrawn(
            _("%(city)s hat die Unterschrift bereits am %(day)s zurückgezogen.")
            % {"city": signature.city, "day": f"{signature.withdrawn_on:%d.%m.%Y}"}
        )
    withdrawal = SignatureWithdrawal(signature=signature, withdrawn_on=on, user=by, reason=reason)
    with act("papers.signature_withdrawn", paper, by=by, reason=reason, data={"city": signature.city.name, "on": on}):
        withdrawal.save()
        signature.withdrawn_on = on
        signature.save()
    return withdrawal
