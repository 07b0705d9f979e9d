"""A program is kept with its reasons."""

from datetime import UTC, date, datetime, time

import pytest

from careplan.actions import program as actions
from careplan.actions.drafting import DraftMoved, PlanRefused
from careplan.queries import plan as plan_queries
from careplan.queries import program as queries
from patients.access import Denied, OtherClinic
from patients.models import AuditEvent
from tests.factories.plan import drafted, intake

NOW = datetime(2026, 11, 24, 9, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _fixed(time_machine):
    """The clock starts on Tuesday 24 November 2026 and ticks."""
    time_machine.move_to(NOW)


@pytest.fixture
def draft(patient, by_therapist):
    return drafted(patient, by_therapist)


def wish(**changes) -> dict:
    return {
        "sessions_per_week": 3,
        "weeks": 6,
        "starts_on": date(2026, 12, 1),
        "weekdays": [4, 0, 2],
        "at": time(14, 30),
    } | changes


def test_a_wish_is_kept_and_audited(draft, by_therapist):
    program = actions.lay(version=draft, by=by_therapist, **wish(aerobic_minutes_start=12))
    assert (program.sessions_per_week, program.weeks, program.weekdays) == (3, 6, [0, 2, 4])
    assert (program.aerobic_minutes_start, program.aerobic_minutes_goal) == (12, 30)
    laid = queries.moments(program, zone="Europe/London")
    assert (len(laid), laid[0].date(), laid[0].time()) == (18, date(2026, 12, 2), time(14, 30))
    event = AuditEvent.objects.filter(action="plan.program").latest("id")
    assert (event.before["weeks"], event.after["weeks"]) == (8, 6)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sessions_per_week": 4, "weekdays": [0, 2, 4, 6]}, "2 or 3 sessions"),
        ({"weeks": 9}, "6, 7 or 8 weeks"),
        ({"weekdays": [0, 1, 3]}, "Monday and Tuesday leave no rest day"),
        ({"weekdays": [0, 2]}, "3 different days"),
        ({"at": time(4)}, "hour between"),
        ({"starts_on": date(2026, 11, 23)}, "between 24 November and 22 February 2027"),
        ({"starts_on": date(2027, 2, 23)}, "between 24 November and 22 February 2027"),
        ({"aerobic_minutes_start": 0}, "1 to 60 minutes"),
        ({"aerobic_minutes_start": 40, "aerobic_minutes_goal": 20}, "goal is shorter"),
    ],
)
def test_what_cannot_be_kept_says_why(draft, by_therapist, change, words):
    with pytest.raises(PlanRefused, match=words):
        actions.lay(version=draft, by=by_therapist, **wish(**change))
    assert plan_queries.whole(draft.pk).program.weeks == 8


def test_the_second_tab_overwrites_nothing(draft, by_therapist):
    actions.lay(version=draft, by=by_therapist, revision=draft.revision, **wish())
    with pytest.raises(DraftMoved):
        actions.lay(version=draft, by=by_therapist, revision=draft.revision, **wish(weeks=7))
    assert plan_queries.whole(draft.pk).program.weeks == 6


def test_the_right_and_the_clinic_are_asked(draft, by_prescriber, by_other_therapist):
    with pytest.raises(Denied):
        actions.lay(version=draft, by=by_prescriber, **wish())
    with pytest.raises(OtherClinic):
        actions.lay(version=draft, by=by_other_therapist, **wish())


# Visits --------------------------------------------------------------------------------------


def test_over_the_limit_names_the_nearest_that_fit(draft, by_therapist):
    actions.lay(version=draft, by=by_therapist, **wish(weeks=8))
    version = plan_queries.whole(draft.pk)
    found = queries.visits(version.program, version.assessment)
    assert (found.planned, found.left, found.over, found.nearest) == (24, 20, 4, ((2, 8), (3, 6)))
    assert found.sentence == (
        "24 visits are 4 over the 20 that are left. "
        "2 a week for 8 weeks (16) or 3 a week for 6 weeks (18) would fit."
    )
    assert plan_queries.blockers(version) == []  # PAY-03: valid, and said
    assert found.sentence in [row["title"] for row in plan_queries.cautions(version)]


@pytest.mark.parametrize(
    ("coverage", "words"),
    [
        ({}, "No visit limit is known."),
        ({"visit_limit": 20}, "16 of 20 covered visits, 80 %."),
        ({"visit_limit": 20, "visits_used": 3}, "19 of 20 covered visits, 95 %."),
        ({"visit_limit": 10}, "6 over the 10 that are left. No program of 6 to 8 weeks fits"),
        ({"visit_limit": 0}, "16 over the 0 that are left"),
    ],
)
def test_visits_in_words(patient, by_therapist, coverage, words):
    version = drafted(patient, by_therapist, facts=intake(coverage=coverage))
    assert words in queries.visits(version.program, version.assessment).sentence


def test_weeks_of_the_strip(draft):
    laid = queries.moments(draft.program, zone="Europe/London")
    weeks = queries.weeks([(start, "planned") for start in laid], visit_limit=11)
    assert [len(week["visits"]) for week in weeks] == [2] * 8
    assert [n for n, week in enumerate(weeks, 1) if week["review"]] == [4, 8]
    assert [n for n, week in enumerate(weeks, 1) if week["limit"]] == [6]
    assert queries.weeks([]) == []
