"""The calendar of weeks by plain pages: propose, move one session, undo, booked visits; no script."""

import html
import re
from datetime import date, time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from careplan.actions import program as actions
from careplan.models import Session
from careplan.queries import dates as dates_of
from careplan.queries import plan as queries
from patients import actions as people
from tests.factories.plan import drafted, signed


@pytest.fixture(autouse=True)
def _fixed(time_machine):
    """The clock starts on Tuesday 24 November 2026 and ticks."""
    time_machine.move_to("2026-11-24T09:12:00+00:00")


@pytest.fixture
def browser(signed_in, therapist):
    return signed_in(therapist)


def at(name, patient) -> str:
    return reverse(name, args=["north", patient.pk])


def text(answer) -> str:
    return html.unescape(" ".join(answer.content.decode().split())).replace("\xa0", " ")


def starts(version) -> dict[int, str]:
    found = dates_of.dates(queries.whole(version.pk)).starts
    return {number: f"{start:%a %-d %b %-H:%M}" for number, start in found.items()}


def undo_of(page: str) -> str:
    """The address of the toast's way back."""
    return re.search(r'action="([^"]*number=[^"]*)"', page)[1]


def test_a_session_of_a_draft_moves_and_comes_back(browser, patient, by_therapist):
    draft = drafted(patient, by_therapist)
    before = starts(draft)
    page = text(browser.get(at("plan_program", patient) + "?session=3"))
    offered = re.findall(r'name="to" value="([^"]+)"', page)
    assert offered and "Move session 3 to" in page
    given = {"number": "3", "to": offered[0], "seen": draft.revision}
    page = text(browser.post(at("plan_program_move", patient), given, follow=True))
    after = starts(draft)
    assert "Session 3 is on" in page and "Put it back" in page
    assert after[3] != before[3] and {**after, 3: 0} == {**before, 3: 0}, "the rest stays"
    browser.post(undo_of(page))
    assert starts(draft) == before


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"number": "3", "to": "2026-11-20T09:00"}, "has passed"),
        ({"number": "3", "to": "2026-12-03T03:00"}, "Choose an hour between 6:00 and 21:00"),
        ({"number": "3", "to": "soon"}, "is no day and hour"),
        ({"number": "99", "to": "2026-12-03T09:00"}, "cannot move"),
        ({"number": "x"}, "Choose a session and a day"),
    ],
)
def test_a_move_that_cannot_be_made_says_why(browser, patient, by_therapist, given, words):
    draft = drafted(patient, by_therapist)
    before = starts(draft)
    answer = browser.post(at("plan_program_move", patient), given)
    assert answer.status_code == 422 and words in text(answer)
    assert starts(draft) == before


def test_two_therapists_move_in_one_draft(browser, patient, by_therapist):
    draft = drafted(patient, by_therapist)
    actions.propose(version=draft, by=by_therapist)
    given = {"number": "3", "to": "2026-12-04T09:00", "seen": draft.revision}
    answer = browser.post(at("plan_program_move", patient), given)
    assert answer.status_code == 422
    assert f"{by_therapist.user.name} changed this draft after you opened it" in text(answer)


def test_what_is_known_is_proposed_by_one_press(browser, patient, clinic, by_therapist, by_admin):
    draft = drafted(patient, by_therapist)

    people.close_days(
        clinic=clinic,
        first_day=date(2026, 12, 24),
        last_day=date(2026, 12, 31),
        why="Christmas",
        by=by_admin,
    )
    page = text(
        browser.post(at("plan_program_propose", patient), {"seen": draft.revision}, follow=True)
    )
    assert "Proposed: 2 a week for" in page and "Christmas" in page
    assert not [day for day in starts(draft).values() if day.split()[1:3] == ["25", "Dec"]]


def test_a_booked_visit_moves_and_comes_back(browser, patient, by_therapist):
    signed(patient, by_therapist)
    row = Session.objects.get(patient=patient, number=3)
    page = text(browser.get(at("visits_dates", patient) + "?session=3"))
    offered = re.findall(r'name="to" value="([^"]+)"', page)
    given = {"number": "3", "to": offered[0], "seen": row.sequence}
    page = text(browser.post(at("visits_move", patient), given, follow=True))
    moved = Session.objects.get(pk=row.pk)
    assert moved.starts_at != row.starts_at and moved.sequence == row.sequence + 1
    stale = browser.post(at("visits_move", patient), given)
    assert stale.status_code == 422 and "changed session 3 after you opened this page" in text(
        stale
    )
    browser.post(undo_of(page))
    assert Session.objects.get(pk=row.pk).starts_at == row.starts_at


@pytest.mark.parametrize("page", ["plan_program", "visits_dates"])
def test_a_page_does_not_grow_with_its_sessions(browser, patient, by_therapist, page):
    if page == "visits_dates":
        signed(patient, by_therapist)
        Session.objects.filter(patient=patient, number__gt=4).update(state="cancelled")
        few = _queries(browser, at(page, patient))
        Session.objects.filter(patient=patient).update(state="planned")
    else:
        draft = drafted(patient, by_therapist)
        few = _queries(browser, at(page, patient))
        _lay(draft, by_therapist)
    assert _queries(browser, at(page, patient)) == few


def _lay(draft, by) -> None:
    """Twenty-four sessions instead of sixteen."""

    actions.lay(
        version=draft,
        sessions_per_week=3,
        weeks=8,
        weekdays=(0, 2, 4),
        at=time(9),
        starts_on=date(2026, 11, 30),
        by=by,
    )


def _queries(browser, url: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert browser.get(url).status_code == 200
    return len(found)
