import pytest
from django.urls import reverse

from apps.bodies.models import Body, Term
from tests.factories.bodies import make_body, make_office, make_term

pytestmark = pytest.mark.django_db


def test_all_who_are_signed_in_see_and_some_change(client_for, client, member_user, auditor, board_member) -> None:
    body = make_body("board")
    term = make_term(body)
    seen = [reverse("bodies:bodies"), body.get_absolute_url()]
    changed = [
        reverse(f"bodies:{name}", args=["VS"]) for name in ("body_change", "body_dissolve", "office_add", "term_add")
    ]
    changed += [reverse(f"bodies:{name}", args=[term.pk]) for name in ("term_end", "term_register")]
    for url in seen:
        assert client.get(url).status_code == 302
        assert client_for(member_user).get(url).status_code == 200
    for url in [*changed, reverse("bodies:body_add")]:
        assert client_for(auditor).get(url).status_code == 404
        assert client_for(board_member).get(url).status_code == 200
    assert "Sitz beenden" not in client_for(member_user).get(body.get_absolute_url()).content.decode()


def test_the_board_is_set_up_and_filled_on_the_screen(client_for, board_member) -> None:
    client = client_for(board_member)
    body = {"name": "Vorstand", "code": "VS", "kind": "board", "basis": "Satzung § 8", "on": "01.06.2026"}
    assert client.post(reverse("bodies:body_add"), body).status_code == 302
    assert client.post(reverse("bodies:body_add"), body).context["form"].errors["code"]
    client.post(reverse("bodies:office_add", args=["VS"]), {"name": "Vorsitz", "rank": "1", "represents": "on"})
    office = Body.objects.get().offices.get()
    data = {"office": office.pk, "user": board_member.pk, "on": "01.06.2026", "basis": "Wahl"}
    page = client.post(reverse("bodies:term_add", args=["VS"]), data, follow=True).content.decode()
    assert "von keiner Mitgliedsstadt entsandt" in page
    term = Term.objects.get()
    assert (term.office, term.user, term.basis) == (office, board_member, "Wahl")
    assert client.post(reverse("bodies:term_register", args=[term.pk]), {"on": "01.07.2026"}).status_code == 302
    assert client.post(reverse("bodies:term_end", args=[term.pk]), {"on": "01.06.2026"}).context["form"].errors["on"]
    client.post(reverse("bodies:term_end", args=[term.pk]), {"on": "02.06.2026", "reason": "Rücktritt"})
    assert "Rücktritt" in client.get(term.get_absolute_url()).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_pages_need_the_same_queries_for_any_number(
    count, client_for, member_user, django_assert_max_num_queries
) -> None:
    body = make_body("board")
    for number in range(count):
        make_term(body, person_name=f"Person {number}", office=make_office(body, f"Amt {number}"))
    client = client_for(member_user)
    for url in (reverse("bodies:bodies"), body.get_absolute_url()):
        with django_assert_max_num_queries(9):
            client.get(url)
