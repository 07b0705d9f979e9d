"""A clinic's first day: founded in the shell, the admin signs in, two people come by real mail."""

import io
import re

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from patients import notify
from patients.models import AuditEvent, Membership, Message

GOOD = "a quiet harbour at dawn"


def path_in(text: str, part: str) -> str:
    """The path of the first address with this part in it."""
    return re.search(rf"https?://[^/\s]+(/\S*{part}\S+)", text)[1]


def found() -> Client:
    """`manage.py create_clinic`, then the admin with the printed link: a signed-in browser."""
    out, browser = io.StringIO(), Client()
    call_command(
        "create_clinic", slug="north", name="Northgate Back Clinic", time_zone="Europe/London",
        admin_email="ada@north.example", admin_name="Ada Lund", stdout=out,
    )  # fmt: skip
    page = browser.get(path_in(out.getvalue(), "reset/key"), follow=True)
    browser.post(page.request["PATH_INFO"], {"password1": GOOD, "password2": GOOD})
    browser.post(reverse("account_login"), {"login": "ada@north.example", "password": GOOD})
    return browser


def invite(admin: Client, email: str, **form) -> None:
    answer = admin.post("/c/north/staff/invite/", {"name": "New Person", "email": email} | form)
    assert answer.status_code == 302, answer.content.decode()


@pytest.mark.parametrize(
    ("email", "form", "home"),
    [
        ("tom@north.example", {"roles": ["therapist"]}, "/c/north/worklist/"),
        (
            "priya@north.example",
            {
                "roles": ["prescriber"],
                "licence_number": "P-1",
                "licence_authority": "State Board",
                "licence_expires_on": "2030-01-01",
            },
            "/c/north/worklist/",
        ),
        ("second@north.example", {"roles": ["admin"]}, "/c/north/staff/"),
    ],
)
def test_an_invitation_comes_by_mail_and_works_once_on_post(db, post, email, form, home):
    invite(found(), email, **form)
    assert notify.deliver() == 1
    (mail,) = post.mails
    assert mail["To"] == email and mail["Subject"] == "Northgate Back Clinic invites you"
    link = path_in(mail.get_payload(0).get_payload(decode=True).decode(), "join/")

    scanner, newcomer, thief = Client(), Client(), Client()
    for _ in range(3):
        assert scanner.get(link).status_code == 200
    answer = newcomer.post(link, {"name": "Nina New", "password": GOOD}, follow=True)
    assert answer.request["PATH_INFO"] == home and answer.status_code == 200
    assert thief.post(link, {"name": "T", "password": GOOD}).status_code == 410
    assert Membership.objects.get(user__email=email).roles == form["roles"]
    assert AuditEvent.objects.filter(action="staff.join", actor="Nina New").count() == 1


def test_who_joins_before_the_mail_went_gets_none(db, post):
    admin = found()
    invite(admin, "tom@north.example", roles=["therapist"])
    link = Message.objects.get().link
    Client().post(reverse("join", args=[link.token]), {"name": "Tom", "password": GOOD})
    assert notify.deliver() == 0 and post.mails == []
