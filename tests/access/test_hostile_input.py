"""Whatever is typed into whatever field, or hung on whatever address, no page breaks."""

from html.parser import HTMLParser

import pytest
from django.test import Client

from tests.access.routes import own_routes
from tests.access.test_role_matrix import MINE, OPEN, undone
from tests.access.world import World

ODD = {
    "nothing": "",
    "a NUL": "a\x00b",
    "a huge number": "9" * 400,
    "more than a database holds": "9223372036854775808",
    "a small number below zero": "-1",
    "not a number": "NaN",
    "infinity": "1e999",
    "year nought": "0000-00-00",
    "the first year": "0001-01-01",
    "the last year": "9999-12-31",
    "an hour that is none": "25:61",
    "markup": "<script>alert(1)</script>",
    "a list in JSON": '[{"a": [1]}]',
    "deep JSON": "[" * 5000,
    "a very long text": "ä" * 2000,
    "digits of another script": "١٢",
    "a superscript": "²",
}

ROUNDS = 2  # each time every field gets another one


class Fields(HTMLParser):
    """Name -> value of the fields of a page's forms that post."""

    def __init__(self, text):
        super().__init__()
        self.found, self.inside = {}, False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "form":
            self.inside = (told.get("method") or "").lower() == "post"
        name = told.get("name")
        if self.inside and name and name != "csrfmiddlewaretoken":
            self.found.setdefault(name, told.get("value") or "")

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False


@pytest.fixture
def world(clinic, patient, today) -> World:
    return World(clinic, patient, "north")


@pytest.fixture
def browsers(world):
    """Door -> a browser that passes it and gets an answer where a page breaks."""
    found = {}
    for door, user in (("clinic", world.nina), ("mine", world.patient.user), ("open", None)):
        found[door] = Client(raise_request_exception=False)
        if user:
            found[door].force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return found


def browser_of(route, browsers):
    if route.name in MINE:
        return browsers["mine"]
    return browsers["open"] if route.name in OPEN else browsers["clinic"]


def status(browser, method, path, data):
    with undone():
        return getattr(browser, method)(path, data).status_code


def mixed(names, turn):
    """Name -> something odd, a different one for each."""
    odd = list(ODD.values())
    return {name: odd[(place + turn * 7) % len(odd)] for place, name in enumerate(names)}


def test_no_address_breaks_a_page(world, browsers):
    names = ("q", "page", "at", "on", "from", "kind", "sort", "week", "day", "step", "next")
    broken = []
    for route in own_routes():
        browser, path = browser_of(route, browsers), world.path(route)
        for turn in range(ROUNDS):
            if status(browser, "get", path, told := mixed(names, turn)) >= 500:
                broken.append(f"{route.name}: {told}")
    assert broken == []


def test_no_field_breaks_a_page(world, browsers):
    broken = []
    for route in own_routes():
        browser, path = browser_of(route, browsers), world.path(route)
        with undone():
            page = browser.get(path)
        fields = Fields("" if page.streaming else page.content.decode(errors="replace")).found
        for turn in range(ROUNDS) if fields else ():
            if status(browser, "post", path, told := mixed(fields, turn)) >= 500:
                broken.append(f"{route.name}: {told}")
    assert broken == []
