"""The program part of the builder, by the page."""

from datetime import time

import pytest
from django.urls import reverse

from careplan.queries import plan as queries
from tests.factories.plan import drafted


@pytest.fixture(autouse=True)
def _fixed(time_machine):
    """The clock starts on Tuesday 24 November 2026 and ticks."""
    time_machine.move_to("2026-11-24T09:12:00+00:00")


@pytest.fixture
def draft(patient, by_therapist):
    return drafted(patient, by_therapist)


@pytest.fixture
def browser(signed_in, therapist):
    return signed_in(therapist)


@pytest.fixture
def url(patient) -> str:
    return reverse("plan_program", args=["north", patient.pk])


def wish(draft, **changes) -> dict:
    return {
        "revision": draft.revision,
        "sessions_per_week": "3",
        "weeks": "6",
        "weekdays": ["0", "2", "4"],
        "at": "14:30",
        "starts_on": "2026-12-01",
        "aerobic_minutes_start": "12",
        "aerobic_minutes_goal": "25",
    } | changes


def text(answer) -> str:
    return " ".join(answer.content.decode().split()).replace("\xa0", " ")


def test_the_part_starts_from_the_proposal(browser, draft, url):
    page = text(browser.get(url))
    for words in (
        'value="2" id="id_sessions_per_week" checked',
        'value="2026-11-25"',
        "16 sessions",
    ):
        assert words in page
    assert "Session 1, Thursday 26 November, 9:00" in page
    assert "Session 16, Monday 18 January, 9:00" in page


def test_dates_are_laid_again(browser, draft, url):
    page = text(browser.post(url, wish(draft), follow=True))
    assert (
        "18 sessions" in page
        and "Session 1, Wednesday 2 December, 14:30" in page
        and "18 of 20 covered" in page
    )
    program = queries.whole(draft.pk).program
    assert (program.weekdays, program.at, program.aerobic_minutes_goal) == (
        [0, 2, 4],
        time(14, 30),
        25,
    )


def test_htmx_gets_the_columns_with_the_new_dates(browser, draft, url):
    answer = browser.post(url, wish(draft), HTTP_HX_REQUEST="true")
    page = text(answer)
    assert "<html" not in page and 'id="builder"' in page and "18 sessions" in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"weekdays": ["0", "1", "3"]}, "Monday and Tuesday leave no rest day between them."),
        ({"weekdays": ["0", "3"]}, "Choose 3 different days: 2 are chosen."),
        ({"weekdays": []}, "Choose the days of the week."),
        ({"sessions_per_week": "5"}, "Choose 2 or 3 sessions a week."),
        ({"weeks": "many"}, "Choose 6, 7 or 8 weeks."),
        ({"at": "25:99"}, "Enter an hour such as 9:30."),
        ({"at": "03:00"}, "Choose an hour between 6:00 and 21:00."),
        ({"starts_on": "2026-11-01"}, "Choose a first day between 24 November"),
        ({"starts_on": "31 June"}, "Enter the first day, such as 2026-11-26."),
        ({"aerobic_minutes_start": "-3"}, "Walking takes 1 to 60 minutes a day."),
        ({"aerobic_minutes_goal": "x"}, "Enter the minutes to reach."),
    ],
)
def test_a_wish_that_cannot_be_kept_stays_in_the_form(browser, draft, url, change, words):
    answer = browser.post(url, wish(draft, **change))
    page = text(answer)
    assert answer.status_code == 422
    assert words in page
    assert "There is a problem" in page and "<title>Error:" in page
    for name, typed in change.items():
        if isinstance(typed, str) and name not in ("weeks", "sessions_per_week"):
            assert f'value="{typed}"' in page
    assert queries.whole(draft.pk).program.weeks == 8
