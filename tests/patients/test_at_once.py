"""Two people do the same thing in the same moment: one of them is told."""

import threading

import pytest
from django.db import connection

from patients import actions
from patients.models import Invitation, LinkRefused, Membership, Patient, User
from patients.roles import Role
from tests.conftest import actor_of, make_staff

pytestmark = pytest.mark.django_db(transaction=True)
GOOD = "a quiet harbour at dawn"
PERSON = {
    "given_name": "Rosa",
    "family_name": "Marsh",
    "birth_date": "1970-05-17",
    "sex": "female",
    "email": "rosa@home.example",
}


def together(*acts) -> list:
    """Run the acts in threads that start as one; what each returned or raised."""
    ready, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def work(number, act):
        ready.wait()
        try:
            outcomes[number] = act()
        except Exception as refusal:
            outcomes[number] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def of(kind, outcomes) -> list:
    return [one for one in outcomes if isinstance(one, kind)]


def test_one_link_makes_one_person(clinic, by_admin):
    invitation = actions.invite(
        clinic=clinic, email="n@n.example", name="N", roles=["therapist"], by=by_admin
    )
    link = invitation.links.get()
    outcomes = together(
        *[lambda: actions.accept(link=link, name="Nina", password=GOOD) for _ in range(3)]
    )
    assert len(of(User, outcomes)) == 1 and len(of(LinkRefused, outcomes)) == 2
    assert Membership.objects.filter(user__email="n@n.example").count() == 1


def test_two_admins_who_remove_each_other_leave_one(clinic, admin):
    second = make_staff(clinic, "Bo Second", Role.ADMIN)
    first_by, second_by = actor_of(admin, clinic), actor_of(second, clinic)
    places = [user.memberships.get() for user in (admin, second)]
    outcomes = together(
        lambda: actions.deactivate(membership=places[1], by=first_by),
        lambda: actions.deactivate(membership=places[0], by=second_by),
    )
    assert len(of(actions.Refused, outcomes)) == 1
    assert Membership.objects.filter(active=True, roles__contains=["admin"]).count() == 1


def test_one_person_is_registered_once(clinic, by_therapist):
    outcomes = together(
        *[lambda: actions.register(clinic=clinic, person=PERSON, by=by_therapist) for _ in range(3)]
    )
    assert len(of(Patient, outcomes)) == 1 and len(of(actions.Duplicate, outcomes)) == 2
    assert User.objects.filter(email="rosa@home.example").count() == 1


def test_two_clinics_with_one_address_give_one_login(
    clinic, other_clinic, by_therapist, by_other_therapist
):
    outcomes = together(
        lambda: actions.register(clinic=clinic, person=PERSON, by=by_therapist),
        lambda: actions.register(clinic=other_clinic, person=PERSON, by=by_other_therapist),
    )
    assert len(of(Patient, outcomes)) == 1 and len(of(actions.Refused, outcomes)) == 1


def test_one_address_is_invited_once(clinic, by_admin):
    outcomes = together(
        *[
            lambda: actions.invite(
                clinic=clinic, email="n@n.example", name="N", roles=["therapist"], by=by_admin
            )
            for _ in range(3)
        ]
    )
    assert len(of(Invitation, outcomes)) == 1 and len(of(actions.Refused, outcomes)) == 2
