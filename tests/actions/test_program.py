"""A program is kept with its reasons."""

from datetime import UTC, date, datetime, time

import pytest

from careplan.actions import program as actions
from careplan.actions.drafting import DraftMoved, PlanRefused
from careplan.queries import dates as dates_of
from careplan.queries import plan as plan_queries
from careplan.queries import program as queries
from patients import actions as people
from patients.access import Denied, OtherClinic
from patients.models import AuditEvent
from tests.factories.plan import drafted, intake, signed

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
    laid = dates_of.dates(plan_queries.whole(draft.pk)).laid
    first = laid[0].start
    assert (len(laid), first.date(), first.time()) == (18, date(2026, 12, 2), time(14, 30))
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
    assert found.sentence in [row.title for row in plan_queries.cautions(version)]  # PAY-03


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
    laid = dates_of.dates(draft).laid
    weeks = queries.weeks([(one.start, "planned") for one in laid], visit_limit=11)
    assert [len(week["visits"]) for week in weeks] == [2] * 8
    assert [n for n, week in enumerate(weeks, 1) if week["review"]] == [4, 8]
    assert [n for n, week in enumerate(weeks, 1) if week["limit"]] == [6]
    assert queries.weeks([]) == []


# Proposals -----------------------------------------------------------------------------------


def windows(*rows) -> list:
    return [(day, time(begins), time(ends)) for day, begins, ends in rows]


def starts(version) -> list[str]:
    found = dates_of.dates(plan_queries.whole(version.pk))
    return [f"{one.start:%a %-d %b %-H:%M}" for one in found.laid]


def test_a_draft_is_laid_from_the_hours_of_both(patient, therapist, by_therapist, by_admin):
    suits = windows((1, 13, 18), (2, 13, 18), (4, 9, 12))
    people.set_suitable_hours(patient=patient, hours=suits, by=by_therapist)
    works = windows((1, 8, 17), (3, 8, 17), (4, 8, 17))
    people.set_working_hours(membership=therapist.memberships.get(), hours=works, by=by_admin)
    draft = drafted(patient, by_therapist)
    assert (draft.program.therapist, draft.program.weekdays) == (therapist, [1, 4])
    found = starts(draft)
    assert len(found) == 16
    assert {text.split()[0] for text in found} == {"Tue", "Fri"}
    assert {text.split()[3] for text in found if "Tue" in text} == {"13:00"}
    assert all("Tue" in text or int(text.split()[3].split(":")[0]) < 12 for text in found)


def test_two_patients_of_one_therapist_are_laid_at_two_hours(patient, clinic, by_therapist):
    first = signed(patient, by_therapist)
    first.refresh_from_db()
    person = {"given_name": "Rosa", "family_name": "Marsh", "birth_date": "1970-01-02"}
    other = people.register(clinic=clinic, person=person | {"sex": "female"}, by=by_therapist)
    found = starts(drafted(other, by_therapist))
    assert len(found) == 16 and not set(found) & set(starts(first.current))


def close(clinic, by, first, last, why="Christmas"):
    people.close_days(clinic=clinic, first_day=first, last_day=last, why=why, by=by)


def test_a_proposal_goes_round_closed_days(draft, clinic, by_therapist, by_admin):
    first, last = date(2026, 12, 24), date(2027, 1, 3)
    close(clinic, by_admin, first, last)
    draft = plan_queries.whole(draft.pk)
    assert len(plan_queries.blockers(draft)) == 2  # the closure, and what it leaves
    program = actions.propose(version=draft, by=by_therapist)
    assert (program.sessions_per_week, program.weeks) == (2, 7)  # 16 find no room: the nearest
    found = dates_of.dates(plan_queries.whole(draft.pk))
    assert len(found.laid) == 14 and found.blocking == []
    assert not any(first <= one.start.date() <= last for one in found.laid)


def test_a_clinic_that_is_closed_too_long_is_said_and_blocks(
    patient, clinic, by_therapist, by_admin
):
    close(clinic, by_admin, date(2026, 11, 25), date(2027, 6, 1), "Works on the roof")
    draft = drafted(patient, by_therapist)
    blockers = [row.text for row in plan_queries.blockers(draft) if row.part == "program"]
    assert blockers[0].startswith("The clinic is closed from Wednesday 25 November to ")
    with pytest.raises(PlanRefused, match="only 0 of 16 sessions"):
        actions.propose(version=draft, by=by_therapist)


def test_a_draft_without_covered_visits_is_drafted_and_says_so(patient, by_therapist):
    used_up = intake(coverage={"visit_limit": 20, "visits_used": 20})
    draft = drafted(patient, by_therapist, facts=used_up)
    assert draft.program.sessions_per_week * draft.program.weeks == 16
    assert "16 over the 0 that are left" in queries.visits(draft.program, draft.assessment).sentence
    with pytest.raises(PlanRefused, match="No covered visit is left"):
        actions.propose(version=draft, by=by_therapist)


def test_a_wish_on_days_without_hours_is_refused_with_the_reason(draft, patient, by_therapist):
    suits = windows((1, 9, 12), (3, 9, 12))
    people.set_suitable_hours(patient=patient, hours=suits, by=by_therapist)
    with pytest.raises(PlanRefused) as refusal:
        actions.lay(version=draft, by=by_therapist, **wish())
    assert refusal.value.reasons[0] == "Monday does not suit Margaret."
    assert plan_queries.whole(draft.pk).program.weeks == 8


def test_walking_minutes_are_kept_whatever_the_calendar_says(draft, patient, by_therapist):
    people.set_suitable_hours(patient=patient, hours=windows((1, 9, 12)), by=by_therapist)
    same = {"sessions_per_week": 2, "weeks": 8, "weekdays": [0, 3], "at": time(9)}
    same["starts_on"] = date(2026, 11, 25)
    program = actions.lay(version=draft, by=by_therapist, aerobic_minutes_start=7, **same)
    assert program.aerobic_minutes_start == 7


def test_only_a_therapist_of_the_clinic_gives_sessions(draft, by_therapist, other_therapist, admin):
    for stranger in (other_therapist, admin):
        with pytest.raises(PlanRefused, match="treats no patients here"):
            actions.lay(version=draft, by=by_therapist, therapist=stranger, **wish())


def test_the_dates_of_a_draft_take_a_known_number_of_queries(draft, django_assert_max_num_queries):
    version = plan_queries.whole(draft.pk)
    with django_assert_max_num_queries(6):
        found = dates_of.dates(version)
        assert len(found.offers) == 16 and len(found.weeks) == 9


# Moving in a draft ---------------------------------------------------------------------------


def test_one_session_moves_and_the_rest_stays(draft, by_therapist):
    before = starts(draft)
    actions.move(version=draft, number=3, to=datetime(2026, 12, 4, 10), by=by_therapist)
    after = starts(draft)
    assert (before[2], after[2]) == ("Thu 3 Dec 9:00", "Fri 4 Dec 10:00")
    assert before[:2] + before[3:] == after[:2] + after[3:]
    actions.move(version=draft, number=3, to=None, by=by_therapist)
    assert starts(draft) == before
    events = AuditEvent.objects.filter(action="plan.program").order_by("id")
    assert [event.after for event in events][-2:] == [{"3": "2026-12-04T10:00"}, {}]


@pytest.mark.parametrize(
    ("number", "to", "words"),
    [
        (3, datetime(2026, 12, 8, 9), "Session 4 on Monday 7 December is in the way"),
        (3, datetime(2026, 12, 6, 9), "keep a rest day"),
        (3, datetime(2026, 12, 4, 4), "hour between"),
        (1, datetime(2026, 11, 23, 9), "has passed"),
        (17, datetime(2026, 12, 4, 9), "Session 17 cannot move"),
    ],
)
def test_a_move_that_breaks_a_promise_is_refused(draft, by_therapist, number, to, words):
    with pytest.raises(PlanRefused, match=words):
        actions.move(version=draft, number=number, to=to, by=by_therapist)
    assert plan_queries.whole(draft.pk).program.moved == {}


def test_a_move_from_an_old_page_is_refused(draft, by_therapist):
    to = datetime(2026, 12, 4, 10)
    actions.move(version=draft, number=3, to=to, revision=draft.revision, by=by_therapist)
    with pytest.raises(DraftMoved):
        actions.move(version=draft, number=5, to=to, revision=draft.revision, by=by_therapist)


def test_another_program_drops_the_moves(draft, by_therapist):
    actions.move(version=draft, number=3, to=datetime(2026, 12, 4, 10), by=by_therapist)
    program = actions.lay(version=draft, by=by_therapist, **wish())
    assert program.moved == {}


def test_a_closure_that_comes_later_blocks_the_session_that_was_moved_there(
    draft, clinic, by_therapist, by_admin
):
    actions.move(version=draft, number=3, to=datetime(2026, 12, 4, 10), by=by_therapist)
    close(clinic, by_admin, date(2026, 12, 4), None, "Stocktaking")
    (blocker,) = plan_queries.blockers(plan_queries.whole(draft.pk))
    assert blocker.text == "Session 3: The clinic is closed on Friday 4 December: Stocktaking."
