"""Every view says who may open it, and the middleware opens none that does not."""

from collections import Counter

import pytest
from django.http import HttpResponse
from django.test import override_settings
from django.urls import include, path

from careplan import urls as real
from patients.guards import needs, public, signed_in
from patients.roles import ROLES, Permission, Role
from tests.access.routes import FOREIGN, foreign_routes, own_routes

BEHIND_LINK = "the signed link and the year of birth are the key"
# What opens without a login, and why. A new one is a decision: write it down here.
PUBLIC = {
    "join": "the signed link is the key",
    "healthz": "machines ask it; it says nothing of anybody",
    "checkin": BEHIND_LINK,
    "checkin_done": BEHIND_LINK,
    "checkin_show": BEHIND_LINK,
    "checkin_question": BEHIND_LINK,
    "open_plan": BEHIND_LINK,
    "mine_help": "help must open for everybody, signed in or not, also without a database",
    "calendar": "the secret address is the key; it can be changed",
    "figure": "drawings hold nothing about anybody",
}
PATIENTS = ROLES[Role.PATIENT][1]


def faults(routes) -> list[str]:
    """What is wrong with the guards of some routes, in words."""
    found = [f"{route.pattern} has no guard" for route in routes if route.guard is None]
    for route in routes:
        if route.door == "clinic" and not isinstance(route.guard, Permission):
            found.append(f"{route.pattern} is a staff page and asks for no right")
        if route.door == "clinic" and route.guard in PATIENTS:
            found.append(f"{route.pattern} is a staff page and asks for a patient's right")
        if route.door == "mine" and route.guard not in PATIENTS:
            found.append(f"{route.pattern} is a patient's page and asks for another right")
        if str(route.guard).startswith("public: ") and route.name not in PUBLIC:
            found.append(f"{route.pattern} is public and not in the list")
    return found


def test_every_route_is_guarded():
    assert faults(own_routes()) == []


def test_the_list_of_public_routes_is_true():
    open_to_all = {
        route.name: route.guard.removeprefix("public: ")
        for route in own_routes()
        if str(route.guard).startswith("public: ")
    }
    assert open_to_all == PUBLIC


def test_a_name_means_one_route():
    twice = [name for name, count in Counter(r.name for r in own_routes()).items() if count > 1]
    assert twice == [] and None not in {route.name for route in own_routes()}


def test_the_only_guards_of_others_are_allauths():
    assert {route.view.__module__.split(".")[0] for route in foreign_routes()} == {"allauth"}
    assert len(FOREIGN) == 2


# Shown red ----------------------------------------------------------------------------------


def bare():
    """A view without a guard, a new one each time: `public` stamps the function itself."""

    def view(request):
        return HttpResponse("open")

    return view


def planted(view, *, prefix="c/<slug:clinic>/"):
    """The real tree with one more route."""
    extra = include([path("planted/", view, name="planted")])
    return [*real.urlpatterns, path(prefix, extra)]


class Tree:
    """A URL tree that a test may hand to Django."""

    def __init__(self, urlpatterns):
        self.urlpatterns = urlpatterns


@pytest.mark.parametrize(
    ("view", "prefix", "words"),
    [
        (bare(), "", "planted/ has no guard"),
        (bare(), "c/<slug:clinic>/", "has no guard"),
        (public("everybody")(bare()), "", "public and not in the list"),
        (public("everybody")(bare()), "c/<slug:clinic>/", "asks for no right"),
        (signed_in("everybody")(bare()), "c/<slug:clinic>/", "asks for no right"),
        (needs(Permission.OWN_PLAN_VIEW)(bare()), "c/<slug:clinic>/", "a patient's right"),
        (needs(Permission.PLAN_VIEW)(bare()), "mine/", "asks for another right"),
        (signed_in("everybody")(bare()), "mine/", "asks for another right"),
    ],
)
def test_a_planted_fault_is_found(view, prefix, words):
    found = faults(own_routes(Tree(planted(view, prefix=prefix))))
    assert any(words in fault for fault in found)


@pytest.mark.parametrize(
    ("view", "prefix"),
    [
        (needs(Permission.PLAN_VIEW)(bare()), "c/<slug:clinic>/"),
        (needs(Permission.OWN_PLAN_VIEW)(bare()), "mine/"),
        (signed_in("everybody")(bare()), ""),
    ],
)
def test_a_guard_in_its_place_passes(view, prefix):
    assert faults(own_routes(Tree(planted(view, prefix=prefix)))) == []


def test_a_view_without_a_guard_does_not_open_to_anybody(client, signed_in, admin):
    with override_settings(ROOT_URLCONF=Tree(planted(bare(), prefix=""))):
        assert client.get("/planted/").status_code == 404
        assert signed_in(admin).get("/planted/").status_code == 404
    with override_settings(ROOT_URLCONF=Tree(planted(public("x")(bare()), prefix=""))):
        assert client.get("/planted/").status_code == 200
