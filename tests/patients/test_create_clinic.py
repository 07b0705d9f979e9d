"""`manage.py create_clinic`, from the shell's side."""

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from patients.models import Clinic, User

GOOD = "a quiet harbour at dawn"


def create(*more, **options) -> str:
    out = io.StringIO()
    values = {
        "slug": "east",
        "name": "East Clinic",
        "time_zone": "Europe/London",
        "admin_email": "bea@east.example",
        "admin_name": "Bea Boss",
    } | options
    words = [
        part for key, value in values.items() for part in (f"--{key.replace('_', '-')}", value)
    ]
    call_command("create_clinic", *words, *more, stdout=out)
    return out.getvalue()


def path_of(link: str) -> str:
    return "/" + link.split("/", 3)[3]


def test_the_printed_link_sets_a_password_once(client, db):
    link = re.search(r"http\S+/password/reset/key/\S+", create())[0]
    form_page = client.get(path_of(link), follow=True)  # looking uses nothing up
    assert client.get(path_of(link), follow=True).status_code == 200
    assert "Choose a password" in form_page.content.decode()
    client.post(form_page.request["PATH_INFO"], {"password1": GOOD, "password2": GOOD})
    answer = client.post(
        reverse("account_login"), {"login": "bea@east.example", "password": GOOD}, follow=True
    )
    assert answer.request["PATH_INFO"] == "/c/east/staff/"
    client.logout()
    assert "no longer works" in client.get(path_of(link), follow=True).content.decode()


def test_the_link_can_be_mailed_and_is_then_not_printed(db, mailoutbox):
    assert "/password/" not in create("--mail")
    assert "/password/reset/key/" in mailoutbox[0].body and mailoutbox[0].to == ["bea@east.example"]


def test_a_password_comes_from_standard_input(db, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(GOOD + "\n"))
    assert GOOD not in create("--password-stdin")
    assert User.objects.get().check_password(GOOD)


def test_an_admin_known_elsewhere_keeps_the_password(admin):
    assert "signs in with the password" in create(admin_email=admin.email)
    assert admin.memberships.count() == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"slug": "north"}, r"--slug: There is a clinic “north” already"),
        ({"slug": "a b"}, r"--slug: "),
        ({"time_zone": "Europe/Londn"}, r"--time-zone: “Europe/Londn” is not a time zone"),
        ({"admin_email": "x"}, r"--admin-email: "),
        ({"admin_name": " "}, r"--admin-name: "),
        ({"name": ""}, r"--name: "),
    ],
)
def test_a_refusal_names_the_option_and_creates_nothing(clinic, options, words):
    before = User.objects.count()
    with pytest.raises(CommandError, match=words + ".*Nothing was created.") as refusal:
        create(**options)
    assert refusal.value.returncode == 1
    assert (Clinic.objects.count(), User.objects.count()) == (1, before)


def test_a_weak_password_is_refused(db, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    with pytest.raises(CommandError, match="--password-stdin: .*too short"):
        create("--password-stdin")
