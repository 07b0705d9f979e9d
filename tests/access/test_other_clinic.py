"""Another clinic's rows do not exist: every id of theirs is 404, whatever right one has."""

import uuid

import pytest
from django.urls import reverse

from patients.models import AuditEvent, User
from tests.access.routes import own_routes
from tests.access.test_role_matrix import IN, NOT_FOUND, answered, undone
from tests.access.world import WORDS, World

STAFF_ROUTES = [route for route in own_routes() if route.door == "clinic"]
OBJECT_ROUTES = [route for route in STAFF_ROUTES if set(route.takes) - set(WORDS)]


@pytest.fixture
def north(clinic, patient, today) -> World:
    return World(clinic, patient, "north")


@pytest.fixture
def south(other_clinic, other_patient, today) -> World:
    other_patient.user = User.objects.create_user(email=other_patient.email, name="David Okonjo")
    other_patient.save()
    return World(other_clinic, other_patient, "south")


def answers_of(browser, routes, paths, expected: str) -> list[str]:
    wrong = []
    for route in routes:
        answers = answered(browser, route, paths(route))
        if set(answers.values()) != {expected}:
            wrong.append(f"{route.name}: {expected} expected, {answers} given")
    return wrong


def test_own_ids_open(north, signed_in):
    """The twin of the denials below: with every role, every page of the own clinic opens."""
    browser = signed_in(north.nina)
    assert len(OBJECT_ROUTES) > 20
    assert answers_of(browser, STAFF_ROUTES, lambda r: north.path(r, "north"), IN) == []


def test_ids_of_another_clinic_are_404(north, south, signed_in):
    browser = signed_in(north.nina)
    looked = AuditEvent.objects.filter(user_id=north.nina.pk, clinic_id=south.clinic.pk)
    assert answers_of(browser, OBJECT_ROUTES, lambda r: south.path(r, "north"), NOT_FOUND) == []
    assert not looked.exists()


def test_ids_of_nobody_are_404(north, signed_in):
    def path(route):
        nobody = {
            name: 999_999 if isinstance(value, int) else uuid.uuid4()
            for name, value in north.arguments(route).items()
            if name not in WORDS
        }
        return north.path(route, "north", **nobody)

    assert answers_of(signed_in(north.nina), OBJECT_ROUTES, path, NOT_FOUND) == []


@pytest.mark.parametrize("slug", ["south", "nowhere"])
def test_a_clinic_without_a_membership_is_404(north, south, signed_in, slug):
    browser = signed_in(north.nina)
    assert answers_of(browser, STAFF_ROUTES, lambda r: south.path(r, slug), NOT_FOUND) == []


def test_the_removed_are_strangers(north, signed_in):
    north.nina.memberships.update(active=False)
    browser = signed_in(north.nina)
    assert answers_of(browser, STAFF_ROUTES, lambda r: north.path(r, "north"), NOT_FOUND) == []


def test_a_clinics_lists_hold_only_its_own(north, south, signed_in):
    browser = signed_in(north.nina)
    lists = [route for route in STAFF_ROUTES if not route.takes]
    assert len(lists) > 7
    for route in lists:
        with undone():
            text = browser.get(north.path(route, "north"), {"q": ""}).content.decode()
        for word in ("Okonjo", "south Nina", "x@south.example", str(south.patient.pk)):
            assert word not in text, f"{route.name} shows {word}"


def test_patients_see_their_own_pages_alone(north, south, signed_in):
    browser = signed_in(north.patient.user)
    for route in own_routes():
        if route.door != "mine":
            continue
        path = north.path(route)
        with undone():
            text = browser.get(path).content.decode(errors="replace")
        assert "Okonjo" not in text and "Southbank" not in text, route.name


def test_a_link_of_one_clinic_shows_nothing_of_another(north, south, client):
    text = client.get(reverse("checkin", args=[south.token("checkin")])).content.decode()
    assert "Southbank" in text and "Northgate" not in text
    tampered = south.token("checkin")[:-2] + "xx"
    assert client.get(reverse("checkin", args=[tampered])).status_code == 404
