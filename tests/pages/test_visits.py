"""The page of visits: attendance with its way back, the account, grants, what is due."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from careplan.models import Report, Session, VisitEntry
from careplan.queries import visits as queries
from tests.factories.visits import attended, granted, in_plan, session

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _fixed(time_machine):
    """The clock starts on Tuesday 24 November 2026 and ticks."""
    time_machine.move_to("2026-11-24T09:12:00+00:00")


@pytest.fixture
def plan(patient, by_therapist):
    return in_plan(patient, by_therapist)


@pytest.fixture
def browser(signed_in, therapist):
    return signed_in(therapist)


@pytest.fixture
def url(patient) -> str:
    return reverse("visits", args=["north", patient.pk])


def text(answer) -> str:
    return " ".join(answer.content.decode().split()).replace("\xa0", " ")


def post_move(browser, row, move, **more):
    path = reverse("session_move", args=["north", row.pk, move])
    return browser.post(f"{path}?back=visits", follow=True, **more)


def test_the_page_says_what_is_left(browser, plan, patient, by_therapist, url):
    granted(patient, by_therapist, 12, authorisation="A-77")
    attended(plan, (9, 10), by_therapist)
    page = text(browser.get(url))
    for words in (
        "<h1>10 visits left</h1>",
        "2 of 12 visits used; 10 are left until 31 December 2026.",
        "Granted by Blue River Health, A-77, 1 Oct 2026 to 31 Dec 2026",
        "Visit 10 of 24 Nov 2026 attended",
        "10 of 12 left",
        "Tom Adeyemi",
    ):
        assert words in page


def test_before_any_plan_the_page_teaches(browser, patient, url):
    page = text(browser.get(url))
    assert "No visits yet" in page and "Nothing counted yet" in page
    assert "No limit is known: enter what the payer grants." in page


@pytest.mark.parametrize(
    ("move", "words"),
    [
        ("attend", "Session 10: attended."),
        ("miss", "Session 10: missed."),
        ("cancel", "Session 10: cancelled."),
        ("cancel_late", "Session 10: cancelled late."),
    ],
)
def test_attendance_and_its_way_back(browser, plan, move, words):
    row = session(plan, 10)
    answer = post_move(browser, row, move)
    page = text(answer)
    undo = reverse("session_move", args=["north", row.pk, "correct"])
    assert words in page and f'action="{undo}?back=visits"' in page
    assert answer.redirect_chain[-1][0] == reverse("visits", args=["north", row.patient_id])
    post_move(browser, row, "correct")
    assert session(plan, 10).state == "planned"


def test_buttons_are_those_that_the_state_allows(browser, plan, url):
    page = text(browser.get(url))
    row, later = session(plan, 10), session(plan, 16)
    for move in ("attend", "miss", "cancel", "cancel_late"):
        assert reverse("session_move", args=["north", row.pk, move]) in page
    assert reverse("session_move", args=["north", later.pk, "cancel"]) in page
    for move in ("attend", "miss", "cancel_late", "correct"):
        assert reverse("session_move", args=["north", later.pk, move]) not in page


def test_a_cancellation_within_a_day_may_be_late(browser, plan, url):
    row = session(plan, 11)
    row.starts_at = "2026-11-25T08:00:00+00:00"
    row.save()
    assert reverse("session_move", args=["north", row.pk, "cancel_late"]) in text(browser.get(url))


def test_a_move_that_cannot_be_keeps_the_page(browser, plan):
    answer = post_move(browser, session(plan, 11), "attend")
    assert answer.status_code == 422
    assert "it has not been yet" in text(answer) and "<title>Error:" in text(answer)
    answer = post_move(browser, session(plan, 10), "make_up")
    assert answer.status_code == 422 and "Choose the day and hour" in text(answer)
    assert post_move(browser, session(plan, 10), "burn").status_code == 422


def test_a_missed_visit_is_made_up_by_the_page(browser, plan, url):
    row = session(plan, 9)
    post_move(browser, row, "miss")
    path = reverse("make_up", args=["north", row.pk])
    assert path in text(browser.get(url))
    answer = browser.post(path, {"on": "2026-12-03", "at": "10:00"})
    assert answer.status_code == 422 and "keep a day of rest" in text(answer)
    page = text(browser.post(path, {"on": "2026-12-15", "at": "10:00"}, follow=True))
    assert "Booked." in page and "Made up by visit 17, 15 Dec 2026" in page
    assert "Makes up for visit 9" in page and path not in page
    assert Session.objects.get(makes_up_for=row).starts_at.hour == 10  # London keeps UTC in winter


def grant_data(**changes) -> dict:
    return {"payer": "Blue River Health", "visits": "12", "on": "2026-11-01"} | changes


def test_a_grant_by_the_page(browser, patient, url):
    path = reverse("visit_grant", args=["north", patient.pk])
    page = text(browser.post(path, grant_data(until="2026-12-31"), follow=True))
    assert "12 visits by Blue River Health are in the account." in page
    assert "<h1>12 visits left</h1>" in page
    answer = browser.post(path, grant_data(until="2026-12-31"))
    assert answer.status_code == 422 and "in the account already" in text(answer)
    assert VisitEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"payer": ""}, "Write who pays."),
        ({"visits": "many"}, "Enter how many visits, such as 12."),
        ({"visits": "0"}, "A grant is of 1 to 200 visits."),
        ({"visits": "100000"}, "A grant is of 1 to 200 visits."),
        ({"on": "31 June"}, "Enter a day such as 2026-12-31."),
        ({"until": "2026-10-01"}, "is before the first"),
        ({"payer": "x" * 81}, "at most 80 characters"),
    ],
)
def test_a_grant_that_cannot_be_stays_in_the_form(browser, patient, change, words):
    path = reverse("visit_grant", args=["north", patient.pk])
    answer = browser.post(path, grant_data(**change))
    page = text(answer)
    assert answer.status_code == 422 and words in page and "There is a problem" in page
    assert not VisitEntry.objects.exists()


def test_a_grant_is_taken_out_by_the_page(browser, patient, by_therapist):
    row = granted(patient, by_therapist)
    path = reverse("visit_withdraw", args=["north", row.pk])
    assert "12 visits by Blue River Health" in text(browser.get(path))
    answer = browser.post(path, {"why": ""})
    assert answer.status_code == 422 and "Write why it is taken out" in text(answer)
    page = text(browser.post(path, {"why": "Typed twice"}, follow=True))
    assert "The grant is taken out." in page and "Taken out since" in page and "Typed twice" in page


def test_more_visits_than_granted_is_said(browser, plan, patient, by_therapist, url):
    granted(patient, by_therapist, 1)
    attended(plan, (9, 10), by_therapist)
    page = text(browser.get(url))
    assert "<h1>No visit left</h1>" in page and "Not covered" in page
    assert "More visits than the payer covers." in page and "PAY-0" in page


def test_due_papers_lead_to_the_worklist_row(browser, plan, by_therapist, url):
    attended(plan, range(1, 11), by_therapist)
    page = text(browser.get(url))
    assert "10 visits since the last progress report: write the next before visit 11." in page


def test_a_certification_by_the_page(browser, plan, patient):
    path = reverse("certify", args=["north", patient.pk])
    answer = browser.post(path, {"on": "2026-11-30", "physician": "Dr Rao"})
    assert answer.status_code == 422 and "today or in the year before" in text(answer)
    page = text(browser.post(path, {"on": "2026-11-20", "physician": "Dr Rao"}, follow=True))
    assert "The certification is recorded." in page and "20 Nov 2026" in page
    assert Report.objects.get().content == {"on": "2026-11-20", "by": "Dr Rao"}


def test_prescribers_look_and_record_nothing(signed_in, prescriber, plan, patient, url):
    browser = signed_in(prescriber)
    page = text(browser.get(url))
    assert "Enter what the payer grants" not in page and "formaction" not in page
    path = reverse("visit_grant", args=["north", patient.pk])
    assert browser.post(path, grant_data()).status_code == 403


def test_another_clinics_rows_are_not_found(
    signed_in, other_therapist, plan, patient, by_therapist
):
    row = granted(patient, by_therapist)
    browser = signed_in(other_therapist)
    for name, pk in (
        ("visits", patient.pk),
        ("certify", patient.pk),
        ("visit_withdraw", row.pk),
        ("make_up", session(plan, 10).pk),
    ):
        assert browser.get(reverse(name, args=["south", pk])).status_code == 404, name
        assert browser.get(reverse(name, args=["north", pk])).status_code == 404, name
    path = reverse("session_move", args=["south", session(plan, 10).pk, "attend"])
    assert browser.post(path).status_code == 404
    assert queries.ledger(patient, TODAY).balance.used == 0


def test_the_page_does_not_grow(browser, plan, patient, by_therapist, url):
    granted(patient, by_therapist, 50)
    attended(plan, (10,), by_therapist)
    browser.get(url)
    few = _queries(browser, url)
    attended(plan, range(1, 10), by_therapist)
    for number in range(6):
        granted(patient, by_therapist, 5, authorisation=f"A-{number}")
    assert _queries(browser, url) <= few


def _queries(browser, url) -> int:

    with CaptureQueriesContext(connection) as found:
        assert browser.get(url).status_code == 200
    return len(found)
