"""The secret address of a calendar: what it shows, to whom, and what happens when it is changed."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from careplan.actions import calendar as actions
from careplan.actions import visits
from careplan.models import CalendarFeed, Session
from careplan.queries.calendar import short_name
from patients.access import Actor, Denied
from patients.models import AuditEvent
from tests.conftest import make_staff
from tests.factories.visits import in_plan, session

NOW = datetime(2026, 11, 24, 9, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _fixed(time_machine):
    """The clock starts on Tuesday 24 November 2026 and ticks."""
    time_machine.move_to(NOW)


@pytest.fixture
def plan(patient, by_therapist):
    return in_plan(patient, by_therapist)


@pytest.fixture
def by_patient(patient) -> Actor:
    return Actor.for_patient(patient, patient.user)


def address(row: CalendarFeed) -> str:
    return reverse("calendar", args=[row.token])


def events(answer) -> dict:
    """Number of the visit in the order of time -> event."""
    found = Calendar.from_ical(answer.content).walk("VEVENT")
    return {one["UID"].removeprefix("visit-").removesuffix("@careplan"): one for one in found}


def text(answer) -> str:
    return " ".join(answer.content.decode().split()).replace("\xa0", " ")


# The patient's feed --------------------------------------------------------------------------


def test_a_patients_feed_opens_without_a_login(client, plan, by_patient):
    answer = client.get(address(actions.new_address(by=by_patient)))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, max-age=900"
    assert answer["X-Robots-Tag"] == "noindex"
    found = events(answer)
    assert len(found) == 16
    told = found[str(session(plan, 11).pk)]
    assert told["DTSTART"].dt.isoformat() == "2026-11-27T08:00:00+00:00"
    assert told["DTEND"].dt - told["DTSTART"].dt == timedelta(minutes=45)


def test_a_patients_feed_says_nothing_of_health(client, plan, by_patient):
    answer = client.get(address(actions.new_address(by=by_patient)))
    said = answer.content.decode().lower()
    for word in ("pain", "back", "spine", "therap", "exercise", "physio", "margaret", "ellison"):
        assert word not in said, word
    assert {str(one["SUMMARY"]) for one in events(answer).values()} == {"Visit at Northgate"}
    assert str(next(iter(events(answer).values()))["DESCRIPTION"]) == "Another time? Call 555 0142."


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Northgate Back Clinic", "Northgate"),
        ("Southbank Spine Centre", "Southbank"),
        ("Bridge & Harbour Physiotherapy", "Bridge & Harbour"),
        ("Pain Clinic", ""),
        ("Eastfield", "Eastfield"),
    ],
)
def test_the_clinics_name_without_what_it_treats(name, short):
    assert short_name(name) == short


def test_moves_and_cancellations_keep_the_uid(client, plan, by_patient, by_therapist, time_machine):
    url = address(actions.new_address(by=by_patient))
    row = session(plan, 12)
    before = events(client.get(url))[str(row.pk)]
    time_machine.move_to(NOW + timedelta(minutes=5))
    visits.record_attendance(session=row, move="cancel_late", by=by_therapist)
    after = events(client.get(url))[str(row.pk)]
    assert (after["STATUS"], before["STATUS"]) == ("CANCELLED", "CONFIRMED")
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after["LAST-MODIFIED"].dt > before["LAST-MODIFIED"].dt
    visits.record_attendance(session=row, move="correct", by=by_therapist)
    again = events(client.get(url))[str(row.pk)]
    assert (again["STATUS"], again["SEQUENCE"]) == ("CONFIRMED", before["SEQUENCE"] + 2)


def test_what_is_long_past_leaves_the_feed(client, plan, by_patient, time_machine):
    url = address(actions.new_address(by=by_patient))
    time_machine.move_to(NOW + timedelta(days=61))
    assert len(events(client.get(url))) == 6


def test_only_signed_plans_are_in_a_feed(client, patient, by_patient):
    assert events(client.get(address(actions.new_address(by=by_patient)))) == {}


# Asking again --------------------------------------------------------------------------------


def test_nothing_new_is_304(client, plan, by_patient, by_therapist):
    url = address(actions.new_address(by=by_patient))
    first = client.get(url)
    again = client.get(url, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Cache-Control"] == "private, max-age=900"
    visits.record_attendance(session=session(plan, 12), move="cancel", by=by_therapist)
    assert client.get(url, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200


def test_a_feed_is_read_alone(client, plan, by_patient):
    url = address(actions.new_address(by=by_patient))
    assert client.post(url).status_code == 405
    assert client.head(url).status_code == 200


# The address ---------------------------------------------------------------------------------


def test_a_changed_address_opens_and_the_old_one_does_not(client, plan, by_patient):
    old = address(actions.new_address(by=by_patient))
    assert client.get(old).status_code == 200
    new = address(actions.new_address(by=by_patient))
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200
    assert CalendarFeed.objects.count() == 1


def test_an_address_that_was_turned_off_opens_nothing(client, plan, by_patient):
    url = address(actions.new_address(by=by_patient))
    actions.turn_off(by=by_patient)
    assert actions.turn_off(by=by_patient) is None
    assert client.get(url).status_code == 404
    assert client.get(address(actions.new_address(by=by_patient))).status_code == 200
    assert list(
        AuditEvent.objects.filter(action__startswith="calendar.")
        .order_by("id")
        .values_list("action", flat=True)
    ) == ["calendar.open", "calendar.close", "calendar.change"]


@pytest.mark.parametrize("token", ["x", "0" * 33, "0" * 32 + "1.abc", "é", "a" * 4000])
def test_made_up_addresses_are_404(client, db, token):
    assert client.get(f"/calendar/{token}.ics").status_code == 404


def test_a_signature_of_another_row_is_404(client, plan, by_patient):
    row = actions.new_address(by=by_patient)
    assert client.get(f"/calendar/{row.token[:-1]}x.ics").status_code == 404
    serial = row.token.replace(f"{row.pk.hex}1", f"{row.pk.hex}2")
    assert client.get(f"/calendar/{serial}.ics").status_code == 404


# The therapist's feed ------------------------------------------------------------------------


def test_a_therapists_feed_shows_initials(client, plan, by_therapist):
    answer = client.get(address(actions.new_address(by=by_therapist)))
    assert "Ellison" not in answer.content.decode()
    told = events(answer)[str(session(plan, 11).pk)]
    assert told["SUMMARY"] == "M. E., visit 11"
    assert told["URL"].endswith(reverse("visits", args=["north", plan.patient_id]))


def test_a_therapists_feed_holds_the_own_visits(client, plan, by_therapist, clinic):
    colleague = make_staff(clinic, "Nia Colwyn", "therapist")
    Session.objects.filter(pk=session(plan, 12).pk).update(therapist=colleague)
    Session.objects.exclude(pk=session(plan, 12).pk).update(therapist=by_therapist.user)
    found = events(client.get(address(actions.new_address(by=by_therapist))))
    assert len(found) == 15 and str(session(plan, 12).pk) not in found


def test_who_left_the_clinic_sees_nothing_new(client, plan, by_therapist):
    url = address(actions.new_address(by=by_therapist))
    member = by_therapist.user.memberships.get()
    member.roles = ["admin"]
    member.save()
    assert client.get(url).status_code == 404
    member.roles = ["therapist"]
    member.active = False
    member.save()
    assert client.get(url).status_code == 404


def test_feeds_hold_one_clinic(client, plan, by_other_therapist, by_therapist):
    found = events(client.get(address(actions.new_address(by=by_other_therapist))))
    assert found == {}


def test_prescribers_and_admins_give_no_visits(by_prescriber, by_admin):
    for by in (by_prescriber, by_admin):
        with pytest.raises(Denied):
            actions.new_address(by=by)


# The pages -----------------------------------------------------------------------------------


def test_a_patient_makes_changes_and_turns_off_the_address(signed_in, patient, plan):
    browser = signed_in(patient.user)
    url = reverse("mine_calendar")
    assert "Make the address" in text(browser.get(url))
    assert not CalendarFeed.objects.exists()
    page = text(browser.post(url, {"do": "change"}, follow=True))
    first = CalendarFeed.objects.get().token
    assert first in page and "webcal://" in page and 'href="webcal://' in page
    page = text(browser.post(url, {"do": "change"}, follow=True))
    assert first not in page and CalendarFeed.objects.get().token in page
    page = text(browser.post(url, {"do": "off"}, follow=True))
    assert "The address is turned off." in page and "webcal" not in page


def test_my_plan_leads_to_the_calendar(signed_in, patient, plan):
    page = text(signed_in(patient.user).get(reverse("mine_plan")))
    assert reverse("mine_calendar") in page and "Add to calendar" in page


def test_a_therapist_makes_the_address(signed_in, therapist, plan):
    browser = signed_in(therapist)
    url = reverse("staff_calendar", args=["north"])
    page = text(browser.post(url, {"do": "change"}, follow=True))
    assert CalendarFeed.objects.get().token in page
    assert CalendarFeed.objects.get().membership.user == therapist
    assert url in text(browser.get(reverse("worklist", args=["north"])))


def test_a_feed_does_not_grow_with_its_visits(client, plan, by_patient):
    url = address(actions.new_address(by=by_patient))
    client.get(url)
    with CaptureQueriesContext(connection) as found:
        client.get(url)
    assert len(found) <= 2
