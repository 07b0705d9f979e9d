"""The staff pages: who sees them, what they do, what they refuse."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from patients import actions
from patients.models import Invitation, Licence, Link, Membership, User
from patients.roles import Role
from tests.conftest import make_staff

GOOD = "a quiet harbour at dawn"


def url(route: str, *args) -> str:
    return reverse(route, args=["north", *args])


@pytest.fixture
def browser(signed_in, admin):
    return signed_in(admin)


@pytest.fixture
def invitation(clinic, by_admin) -> Invitation:
    return actions.invite(
        clinic=clinic, email="new@north.example", name="Nina New", roles=["therapist"], by=by_admin
    )


def test_the_staff_page_says_who_works_here(browser, therapist, prescriber, invitation):
    Licence.objects.update(expires_on=timezone.localdate() + timedelta(days=9))
    text = browser.get(url("staff")).content.decode()
    assert "3 people work here, 1 licence needs a look" in text
    for words in ("Tom Adeyemi", "Priya Nair", "you", "ends ", "Renew", "new@north.example"):
        assert words in text
    assert "okoro" not in text


@pytest.mark.parametrize(
    ("days", "words"), [(-1, "ended "), (9, "ends "), (400, "until "), (None, "missing")]
)
def test_a_licence_shows_its_state(browser, prescriber, days, words):
    if days is None:
        Licence.objects.all().delete()
    else:
        Licence.objects.update(expires_on=timezone.localdate() + timedelta(days=days))
    assert words in browser.get(url("staff")).content.decode()


def test_the_staff_page_asks_the_same_few_questions_for_many(
    browser, clinic, therapist, django_assert_max_num_queries
):
    for number in range(12):
        make_staff(clinic, f"Nora Number{number}", Role.PRESCRIBER)
    with django_assert_max_num_queries(10):
        browser.get(url("staff"))


def test_therapists_are_told_who_could(signed_in, therapist):
    answer = signed_in(therapist).get(url("staff"))
    assert answer.status_code == 403
    assert "Only admins can invite staff" in answer.content.decode()


def test_an_invitation_goes_out_from_the_form(browser, mailoutbox):
    form = {"name": "Nina New", "email": "new@north.example", "roles": ["therapist"]}
    answer = browser.post(url("invite"), form, follow=True)
    assert "Invitation sent to new@north.example" in answer.content.decode()
    assert Invitation.objects.get().roles == ["therapist"]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "Name: this is missing."),
        ({"name": "N", "email": "x", "roles": ["therapist"]}, "valid email"),
        ({"name": "N", "email": "n@n.example", "roles": ["king"]}, "valid choice"),
        ({"name": "N", "email": "n@n.example", "roles": ["prescriber"]}, "needs a licence"),
        ({"name": "N", "email": "n@n.example", "roles": ["clinical lead"]}, "needs a licence"),
        ({"name": "N", "email": "adeyemi@north.example", "roles": ["admin"]}, "works here already"),
    ],
)
def test_a_bad_invitation_says_what_to_mend(browser, therapist, form, words):
    answer = browser.post(url("invite"), form)
    assert answer.status_code == 422
    assert words in answer.content.decode() and "Error:" in answer.content.decode()
    assert not Invitation.objects.exists()


def test_roles_and_licence_change_on_the_page(browser, therapist):
    page = url("staff_member", therapist.memberships.get().pk)
    assert "Tom Adeyemi" in browser.get(page).content.decode()
    form = {
        "roles": ["therapist", "prescriber"],
        "licence_number": "P-9",
        "licence_authority": "Board",
        "licence_expires_on": "2030-01-01",
    }
    assert browser.post(page, form).status_code == 302
    row = therapist.memberships.get()
    assert row.roles == ["therapist", "prescriber"] and row.licences.get().number == "P-9"


def test_a_lead_is_appointed_on_the_page(browser, therapist):
    page = url("staff_member", therapist.memberships.get().pk)
    form = {
        "roles": ["therapist", "clinical lead"],
        "licence_number": "PT-9",
        "licence_authority": "Board",
        "licence_expires_on": "2030-01-01",
    }
    assert browser.post(page, form).status_code == 302
    assert therapist.memberships.get().roles == ["therapist", "clinical lead"]
    text = browser.get(url("staff")).content.decode()
    assert "Therapist, clinical lead" in text and "until Jan 2030" in text
    assert "signs it for the clinic" in text


def test_the_last_admin_stays(browser, admin):
    page = url("staff_member", admin.memberships.get().pk)
    answer = browser.post(page, {"roles": ["therapist"]})
    assert answer.status_code == 422 and "own admin role" in answer.content.decode()
    answer = browser.post(url("staff_remove", admin.memberships.get().pk), follow=True)
    assert "cannot remove yourself" in answer.content.decode()
    assert admin.memberships.get().active


def test_removed_people_lose_access_at_once(browser, client, therapist, signed_in):
    row = therapist.memberships.get()
    answer = browser.post(url("staff_remove", row.pk), follow=True)
    assert "No access any more" in answer.content.decode()
    assert signed_in(therapist).get(url("patients")).status_code == 404
    assert not Membership.objects.get(pk=row.pk).active


def test_people_come_back(browser, therapist):
    row = therapist.memberships.get()
    browser.post(url("staff_remove", row.pk))
    browser.post(url("staff_return", row.pk))
    assert Membership.objects.get(pk=row.pk).active


def test_acts_need_a_post(browser, therapist, invitation):
    for route, pk in (
        ("staff_remove", therapist.memberships.get().pk),
        ("staff_return", therapist.memberships.get().pk),
        ("invite_again", invitation.pk),
        ("invite_withdraw", invitation.pk),
    ):
        assert browser.get(url(route, pk)).status_code == 405


def test_invitations_are_sent_again_and_withdrawn(browser, invitation):
    answer = browser.post(url("invite_again", invitation.pk), follow=True)
    assert "The old one no longer works" in answer.content.decode()
    assert invitation.links.filter(withdrawn_at=None).count() == 1
    browser.post(url("invite_withdraw", invitation.pk))
    answer = browser.post(url("invite_again", invitation.pk), follow=True)
    assert "was withdrawn. Nothing was changed." in answer.content.decode()


def test_unknown_ids_are_404(browser, other_therapist):
    assert browser.get(url("staff_member", 999_999)).status_code == 404
    stranger = other_therapist.memberships.get().pk
    assert browser.get(url("staff_member", stranger)).status_code == 404


# The link ----------------------------------------------------------------------------------


def token(invitation: Invitation) -> str:
    return reverse("join", args=[invitation.links.latest("created_at").token])


def test_looking_uses_nothing_up_and_joining_works_once(client, invitation):
    page = token(invitation)
    for _ in range(3):  # mail scanners follow links
        text = client.get(page).content.decode()
        assert "Ada Lund" in text and "Northgate Back Clinic" in text and "therapist" in text
    assert client.head(page).status_code == 200
    assert not Link.objects.get().used_at and not User.objects.filter(name="Nina").exists()

    answer = client.post(page, {"name": "Nina", "password": GOOD})
    assert answer.status_code == 302 and answer.url == "/"
    assert client.get("/").url == reverse("worklist", args=["north"])
    again = client.post(page, {"name": "Thief", "password": GOOD})
    assert again.status_code == 410 and "taken up already" in again.content.decode()


@pytest.mark.parametrize("password", ["", "short", "password1234"])
def test_a_weak_password_is_asked_again(client, invitation, password):
    answer = client.post(token(invitation), {"name": "Nina", "password": password})
    assert answer.status_code == 422
    assert not Link.objects.get().used_at


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"expires_at": timezone.now() - timedelta(days=1)}, 410, "send it again"),
        ({"withdrawn_at": timezone.now()}, 410, "newer one"),
        ({"used_at": timezone.now()}, 410, "sign in with the password"),
        ({"purpose": "plan"}, 404, "Open it from the mail again"),
    ],
)
def test_a_dead_link_says_what_to_do_next(client, invitation, patient, change, status, words):
    Link.objects.update(patient=patient, **change)
    answer = client.get(token(invitation))
    assert answer.status_code == status and words in answer.content.decode()


@pytest.mark.parametrize("word", ["x", "a" * 300, "0:0", "..", "%00"])
def test_a_made_up_token_opens_nothing(client, db, word):
    assert client.get(f"/join/{word}/").status_code == 404


def test_a_known_address_signs_in_and_keeps_its_password(
    client, clinic, by_admin, other_therapist, signed_in
):
    row = actions.invite(
        clinic=clinic, email=other_therapist.email, name="Sam", roles=["admin"], by=by_admin
    )
    page = token(row)
    text = client.get(page).content.decode()
    assert "Sign in to join" in text and "Choose a password" not in text
    client.post(page, {"name": "Thief", "password": GOOD})
    assert not Link.objects.get().used_at

    browser = signed_in(other_therapist)
    assert "Your password stays as it is" in browser.get(page).content.decode()
    assert browser.post(page).status_code == 302
    assert User.objects.get(pk=other_therapist.pk).password == other_therapist.password
    assert other_therapist.memberships.count() == 2


def test_somebody_else_cannot_take_it(signed_in, therapist, clinic, by_admin, other_therapist):
    row = actions.invite(
        clinic=clinic, email=other_therapist.email, name="Sam", roles=["admin"], by=by_admin
    )
    browser = signed_in(therapist)
    assert "Sign out, then sign in as" in browser.get(token(row)).content.decode()
    answer = browser.post(token(row))
    assert answer.status_code == 422 and "you are signed in as" in answer.content.decode()
    assert not Link.objects.get().used_at
