"""A paper from draft to signature, through the acts."""

import threading
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from apps.audit.models import JournalEntry
from apps.core.transitions import WrongState
from apps.documents.models import Document
from apps.members.domain.people import end_delegation
from apps.papers.domain.errors import (
    AlreadySigned,
    AlreadyWithdrawn,
    BasisTooLow,
    MayNotSign,
    NobodyCarriesIt,
    NotAMember,
    NotOpen,
    NotSignable,
    OtherWording,
)
from apps.papers.domain.queries import cities_still_silent, former_signatures, signature_status
from apps.papers.domain.signing import Letter, Signer, record_letter, sign, withdraw_signature
from apps.papers.domain.writing import freeze, publish_paper, reopen, revise_paper, withdraw_paper
from apps.papers.enums import LegalBasis
from apps.papers.issuing import print_paper, publish, sign_and_print, withdraw
from apps.papers.models import Signature, SignatureWithdrawal
from tests.factories.members import make_city, make_delegate, make_delegation, make_member
from tests.factories.papers import DAY, make_frozen, make_letter, make_paper, make_signature
from tests.factories.resolutions import make_decided

pytestmark = pytest.mark.django_db


def test_an_idea_becomes_a_draft_and_is_frozen_in_its_newest_version():
    paper = make_paper(is_idea=True)
    with pytest.raises(WrongState):
        freeze(paper, by=None, on=DAY)
    paper = revise_paper(paper, html="<p>Neu</p>", base_version=1, by=None, on=DAY)
    paper = freeze(paper, by=None, on=DAY, sign_until=date(2026, 12, 31))
    assert (paper.state, paper.frozen_version.number, paper.frozen_sha256) == (
        "frozen",
        2,
        paper.frozen_version.sha256,
    )
    with pytest.raises(NotOpen):
        revise_paper(paper, html="<p>Anders</p>", base_version=2, by=None, on=DAY)


def test_equal_titles_get_different_addresses():
    assert [make_paper(title="Größe Ä").slug, make_paper(title="Größe Ä").slug] == ["groesse-ae", "groesse-ae-2"]


def test_a_delegate_signs_for_the_city(cologne, delegate):
    paper = make_frozen()
    signature = make_signature(paper, cologne, delegate)
    assert (signature.person_name, signature.person_function, signature.version_sha256) == (
        "Kim Köln",
        "Bildungsdezernentin",
        paper.frozen_sha256,
    )
    assert (signature.is_first_signatory, signature.signed_on) == (True, DAY)
    entry = JournalEntry.objects.about(paper).first()
    assert (entry.verb, entry.actor) == ("papers.signed", delegate)


def test_only_a_delegate_with_the_right_to_sign_within_the_term_signs(cologne, bonn, delegate, member_user):
    paper = make_frozen()
    with pytest.raises(MayNotSign):
        make_signature(paper, bonn, delegate)
    make_delegation(bonn, member_user, may_sign=False)
    with pytest.raises(MayNotSign):
        make_signature(paper, bonn, member_user)
    end_delegation(delegate.delegations.get(), by=None, on=date(2026, 11, 15))
    with pytest.raises(MayNotSign):
        make_signature(paper, cologne, delegate)
    assert not Signature.objects.exists()


def test_only_members_sign():
    city = make_city("Trier")
    with pytest.raises(NotAMember):
        make_signature(make_frozen(), city, make_delegate(city))


@pytest.mark.parametrize(
    ("level", "basis", "detail", "refused"),
    [
        ("expert", LegalBasis.EXPERT_LEVEL, "", False),
        ("political", LegalBasis.EXPERT_LEVEL, "", True),
        ("political", LegalBasis.MAYOR, "", False),
        ("political", LegalBasis.COUNCIL, "", True),
        ("political", LegalBasis.COUNCIL, "V 0815/2026 vom 12.05.2026", False),
    ],
)
def test_the_level_decides_who_may_sign(cologne, delegate, level, basis, detail, refused):
    paper = make_frozen(level=level)
    if refused:
        with pytest.raises(BasisTooLow):
            make_signature(paper, cologne, delegate, legal_basis=basis, basis_detail=detail)
    else:
        assert make_signature(paper, cologne, delegate, legal_basis=basis, basis_detail=detail).is_active


def test_a_city_signs_a_version_once(cologne, delegate):
    paper = make_frozen()
    make_signature(paper, cologne, delegate)
    with pytest.raises(AlreadySigned):
        make_signature(paper, cologne, delegate)


def test_nobody_signs_a_draft_or_too_late(cologne, delegate):
    with pytest.raises(NotSignable):
        make_signature(make_paper(), cologne, delegate)
    with pytest.raises(NotSignable):
        make_signature(make_frozen(sign_until=date(2026, 11, 19)), cologne, delegate)
    assert make_signature(make_frozen(sign_until=DAY), cologne, delegate).is_active


def test_what_was_read_is_what_is_signed(cologne, delegate):
    with pytest.raises(OtherWording):
        sign(
            make_frozen(),
            city=cologne,
            signer=Signer(LegalBasis.MAYOR),
            by=delegate,
            on=DAY,
            read_sha256="0" * 64,
        )


def test_a_changed_text_asks_for_every_signature_again(cologne, delegate, bonn):
    paper = make_frozen()
    make_signature(paper, cologne, delegate)
    paper = reopen(paper, by=None, on=DAY, reason="Bonn wünscht eine Ergänzung")
    same = freeze(paper, by=None, on=DAY)
    assert signature_status(same, DAY).signed == 1
    paper = reopen(same, by=None, on=DAY, reason="doch")
    paper = revise_paper(paper, html="<p>Ganz neu</p>", base_version=1, by=None, on=DAY)
    paper = freeze(paper, by=None, on=DAY)
    assert (signature_status(paper, DAY).signed, [row.city for row in former_signatures(paper)]) == (0, [cologne])
    make_signature(paper, cologne, delegate)
    status = signature_status(paper, DAY)
    assert (status.signed, status.members, status.percent) == (1, 2, 50)
    assert cities_still_silent(paper, DAY) == [bonn]


def test_a_withdrawal_is_an_entry_of_its_own(cologne, delegate):
    paper = make_frozen()
    signature = make_signature(paper, cologne, delegate)
    withdraw_signature(signature, by=delegate, on=date(2026, 11, 25), reason="Ratsbeschluss")
    signature.refresh_from_db()
    assert (signature.withdrawn_on, SignatureWithdrawal.objects.get().reason) == (date(2026, 11, 25), "Ratsbeschluss")
    assert signature_status(paper, date(2026, 11, 25)).signed == 0
    with pytest.raises(AlreadyWithdrawn):
        withdraw_signature(signature, by=delegate, on=date(2026, 11, 26))
    make_signature(paper, cologne, delegate, day=date(2026, 11, 27))
    assert (Signature.objects.count(), signature_status(paper, date(2026, 11, 27)).signed) == (2, 1)


@pytest.mark.parametrize(
    "change", [{"person_name": "Anders"}, {"version_sha256": "0"}, {"signed_on": date(2020, 1, 1)}]
)
def test_the_database_refuses_to_change_a_signature(cologne, delegate, change):
    signature = make_signature(make_frozen(), cologne, delegate)
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.filter(pk=signature.pk).update(**change)
    withdraw_signature(signature, by=None, on=DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.filter(pk=signature.pk).update(withdrawn_on=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.cursor().execute("DELETE FROM papers_signaturewithdrawal")


def test_a_signed_letter_is_filed_as_proof(bonn, board_member):
    paper = make_frozen()
    details = {
        "city": bonn,
        "signer": Signer(LegalBasis.MAYOR, "Katja Muster", "Oberbürgermeisterin"),
        "letter": Letter(make_letter(), "bonn.pdf"),
        "by": board_member,
        "on": DAY,
    }
    with pytest.raises(OtherWording):
        record_letter(paper, signed_on=date(2026, 11, 9), **details)
    with pytest.raises(NotSignable):
        record_letter(paper, signed_on=date(2026, 11, 21), **details)
    signature = record_letter(paper, signed_on=date(2026, 11, 12), **details)
    assert (signature.form, signature.person_name, signature.user) == ("letter", "Katja Muster", None)
    assert (signature.proof.access, signature.proof.city) == ("board", bonn)


def test_a_paper_nobody_carries_is_not_published():
    with pytest.raises(NobodyCarriesIt):
        publish_paper(make_frozen(), by=None, on=DAY)
    adopted = publish_paper(make_frozen(title="Beschlossen", resolution=make_decided()), by=None, on=DAY)
    assert adopted.state == "published"
    with pytest.raises(WrongState):
        reopen(adopted, by=None, on=DAY, reason="zu spät")


def test_the_public_print_follows_the_signatures(cologne, delegate, bonn, bonn_delegate, board_member):
    paper = make_frozen()
    make_signature(paper, cologne, delegate)
    paper = publish(paper, by=board_member, on=DAY)
    document = Document.objects.get()
    assert (paper.printed, document.access, document.versions.count()) == (document, "public", 1)
    late = sign_and_print(paper, city=bonn, signer=Signer(LegalBasis.MAYOR), by=bonn_delegate, on=DAY)
    assert (late.is_first_signatory, document.versions.count()) == (False, 2)
    withdraw(paper, by=board_member, on=DAY, reason="überholt")
    document.refresh_from_db()
    assert document.access == "members"


def test_a_print_before_publication_is_for_members(cologne, delegate):
    paper = make_frozen()
    make_signature(paper, cologne, delegate)
    document = print_paper(paper, by=None, on=DAY)
    assert (document.access, document.number) == ("members", "D-2026-00001")


def test_a_withdrawn_paper_is_over():
    paper = withdraw_paper(make_paper(), by=None, on=DAY, reason="kein Bedarf")
    with pytest.raises(WrongState):
        freeze(paper, by=None, on=DAY)


@pytest.mark.django_db(transaction=True)
def test_two_simultaneous_signatures_of_a_city_count_once():
    city = make_member("Hamm")
    delegate, paper = make_delegate(city), make_frozen()
    barrier, outcomes = threading.Barrier(2), []

    def put() -> None:
        try:
            barrier.wait()
            make_signature(paper, city, delegate)
            outcomes.append("signed")
        except AlreadySigned:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=put) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(outcomes), Signature.objects.count()) == (["refused", "signed"], 1)
