"""A stimulator beside the plan: noted at the desk, logged on the phone, stopped and opened again."""

import re
from datetime import date

import pytest
from django.urls import reverse

from careplan.models import Device, FollowUp
from patients.models import Patient
from tests.browser.conftest import DESK, PHONE, ROOT
from tests.factories.checkin import running
from tests.factories.device import LEAFLET, field, having, noted, used

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = ROOT / "build" / "device"
DARK = "document.documentElement.dataset.bsTheme = 'dark'"
LOOKS = [(DESK, "desk", False), (DESK, "desk-dark", True)]
LOOKS += [(PHONE, "phone", False), (PHONE, "phone-dark", True)]


@pytest.fixture
def other_of_the_clinic(clinic) -> Patient:
    about = {"given_name": "Ruth", "family_name": "Abel", "birth_date": date(1960, 5, 5)}
    return Patient.objects.create(clinic=clinic, sex="female", email="ruth@home.example", **about)


def to(name: str, *args) -> str:
    return reverse(name, args=["north", *args])


def tap(page, name: str, value: str) -> None:
    page.locator(f'label:has(input[name="{name}"][value="{value}"])').click()


def test_from_the_wish_to_the_stop_and_back(at, patient, therapist, by_therapist):
    """Given a running plan; when a wish is noted, used and harms; then each side sees it at once."""
    running(patient, by_therapist)
    desk = at(therapist, to("plan", patient.pk)).page
    desk.get_by_role("link", name="Note a wish").click()
    desk.get_by_role("link", name="Own muscle stimulator").click()
    desk.get_by_label("How long and how often").fill(LEAFLET)
    for code in field():
        tap(desk, code, "no")
    desk.get_by_role("button", name="Note the wish").click()
    desk.get_by_role("heading", name="Own muscle stimulator: may be logged").wait_for()

    phone = at(patient.user, reverse("mine_today"), PHONE).page
    phone.get_by_role("link", name=re.compile("My muscle stimulator")).click()
    phone.get_by_label("Minutes").fill("20")
    tap(phone, "before", "3")
    tap(phone, "after", "3")
    tap(phone, "burn", "no")
    tap(phone, "rash", "yes")
    phone.get_by_role("button", name="Keep this use").click()
    phone.get_by_role("heading", name="Do not use it for now").wait_for()
    assert phone.get_by_role("link", name=re.compile("555 0142")).count() == 1
    assert FollowUp.objects.get(kind="device_harm").state == "open"

    # One session at a time: each side signs in again.
    desk = at(therapist, to("device", Device.objects.get().pk)).page
    desk.get_by_label("What you saw on the skin").fill("Red from the old pads, gone now.")
    desk.get_by_role("button", name="Allow the log").click()
    desk.get_by_role("heading", name="Own muscle stimulator: may be logged").wait_for()
    assert Device.objects.get().state == "logged"
    assert FollowUp.objects.get(kind="device_harm").state == "closed"
    phone = at(patient.user, reverse("mine_today"), PHONE).page
    phone.get_by_role("link", name=re.compile("My muscle stimulator")).click()
    phone.get_by_role("button", name="Keep this use").wait_for()


@pytest.mark.parametrize(("screen", "look", "dark"), LOOKS)
def test_the_staff_pages_are_sound(
    at, patient, therapist, by_therapist, other_of_the_clinic, screen, look, dark
):
    running(patient, by_therapist)
    harmed = noted(patient, by_therapist)
    used(harmed)
    used(harmed, burn=True, after=6)
    waiting = noted(patient, by_therapist, "clinic", cleared=True, field=field(cancer="unknown"))
    tens = noted(patient, by_therapist, "tens")
    running(other_of_the_clinic, by_therapist, having("osteoporosis"))
    weighed = noted(other_of_the_clinic, by_therapist)
    pages = {
        "list": to("devices", patient.pk),
        "harmed": to("device", harmed.pk),
        "waiting": to("device", waiting.pk),
        "tens": to("device", tens.pk),
        "caution": to("device", weighed.pk),
        "answers": to("device_change", waiting.pk),
    }
    who = at(therapist, pages["list"], screen)
    for name, path in pages.items():
        who.page.goto(path)
        if dark:
            who.page.evaluate(DARK)
        who.seen(f"{name}-{look}")


@pytest.mark.parametrize(("screen", "look", "dark"), LOOKS[2:])
def test_the_patients_pages_are_sound(at, patient, by_therapist, screen, look, dark):
    running(patient, by_therapist)
    row = noted(patient, by_therapist)
    used(row)
    who = at(patient.user, reverse("mine_device", args=[row.pk]), screen)
    if dark:
        who.page.evaluate(DARK)
    who.seen(f"mine-{look}")
    who.page.get_by_role("button", name="Keep this use").click()
    who.page.get_by_text("There is a problem").wait_for()
    if dark:
        who.page.evaluate(DARK)
    who.seen(f"mine-wrong-{look}")
    used(row, burn=True)
    for name, path in {"held": who.page.url, "today": reverse("mine_today")}.items():
        who.page.goto(path)
        if dark:
            who.page.evaluate(DARK)
        who.seen(f"mine-{name}-{look}")
