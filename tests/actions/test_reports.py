"""The rules ask for papers once; a paper is kept as it was written and ends what asked for it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from careplan.actions import reports as actions
from careplan.actions import visits
from careplan.actions.reports import ReportRefused
from careplan.models import FollowUp, Report
from careplan.queries import reports as queries
from patients.access import Denied, OtherClinic
from patients.models import AuditEvent
from tests.factories.visits import attended, granted, in_plan, measured, session

NOW = datetime(2026, 11, 24, 9, 12, tzinfo=UTC)
TODAY = date(2026, 11, 24)
WORDS = {"course": "Walks further.", "need": "Stairs are still hard.", "next": "Strength."}


@pytest.fixture(autouse=True)
def _fixed(time_machine):
    """The clock starts on Tuesday 24 November 2026 and ticks."""
    time_machine.move_to(NOW)


@pytest.fixture
def plan(patient, by_therapist):
    return in_plan(patient, by_therapist)


def rows(kind) -> list[FollowUp]:
    return list(FollowUp.objects.filter(kind=kind).order_by("created_at"))


def write(patient, by, kind="progress", **more) -> Report:
    return actions.write(patient=patient, kind=kind, words=WORDS, by=by, **more)


# What the rules ask for ----------------------------------------------------------------------


def test_the_tenth_visit_asks_for_a_progress_report(plan, by_therapist):
    attended(plan, range(1, 10), by_therapist)
    assert rows("progress_report") == []
    attended(plan, (10,), by_therapist)
    row = rows("progress_report")[0]
    assert (row.rule, row.role, row.due_on) == ("PT-23", "therapist", TODAY)
    assert row.reason == "10 visits since the last progress report: write the next before visit 11."


def test_a_corrected_tenth_visit_asks_once(plan, by_therapist):
    attended(plan, range(1, 11), by_therapist)
    for _ in range(3):
        visits.record_attendance(session=session(plan, 10), move="correct", by=by_therapist)
        attended(plan, (10,), by_therapist)
    assert len(rows("progress_report")) == 1


def test_the_report_ends_the_row_and_ten_more_ask_again(plan, patient, by_therapist, time_machine):
    attended(plan, range(1, 11), by_therapist)
    report = write(patient, by_therapist)
    row = rows("progress_report")[0]
    assert (row.state, row.close_reason) == (
        "closed",
        "The progress report of 24 November 2026 is written.",
    )
    assert (report.at_visit, report.on) == (10, TODAY)
    for number in range(11, 21):
        _another(plan, patient, number)
    time_machine.move_to(NOW + timedelta(days=40))
    attended(plan, range(11, 20), by_therapist)
    assert len(rows("progress_report")) == 1
    attended(plan, (20,), by_therapist)
    assert [row.state for row in rows("progress_report")] == ["closed", "open"]


def _another(plan, patient, number):
    version = plan.current
    version.program.sessions.update_or_create(
        number=number,
        defaults={"starts_at": NOW + timedelta(days=3 * (number - 10)), "state": "planned"},
        create_defaults={
            "clinic": patient.clinic,
            "patient": patient,
            "starts_at": NOW + timedelta(days=3 * (number - 10)),
        },
    )


def test_a_row_that_was_closed_without_a_report_comes_back_after_ten_more(
    plan, patient, by_therapist, time_machine
):
    attended(plan, range(1, 11), by_therapist)
    FollowUp.objects.filter(kind="progress_report").update(
        state="closed", closed_at=NOW, close_reason="Not now."
    )
    for number in range(11, 21):
        _another(plan, patient, number)
    time_machine.move_to(NOW + timedelta(days=40))
    attended(plan, range(11, 21), by_therapist)
    assert [row.state for row in rows("progress_report")] == ["closed", "open"]


def test_certification_is_asked_for_once_and_ends_with_it(
    plan, patient, by_therapist, time_machine
):
    attended(plan, (9, 10), by_therapist)
    assert [row.state for row in rows("certification")] == ["open"]
    actions.certify(patient=patient, on=TODAY, physician="Dr Rao", by=by_therapist)
    row = rows("certification")[0]
    assert (row.state, row.close_reason) == (
        "closed",
        "The plan of care is certified from 24 November 2026 on.",
    )
    time_machine.move_to(NOW + timedelta(days=75))
    attended(plan, (11,), by_therapist)
    assert [row.state for row in rows("certification")] == ["closed", "open"]


def test_authorisation_is_asked_for_ten_working_days_before(plan, patient, by_therapist):
    """Five visits are left of six: the fifth visit to come is on 9 December."""
    granted(patient, by_therapist, 6)
    attended(plan, (10,), by_therapist)
    row = rows("prior_authorisation")[0]
    assert (row.rule, row.due_on, row.severity) == ("PAY-02", date(2026, 11, 25), "caution")
    assert row.reason.startswith("More visits are used or planned than the 6 that the payer")
    granted(patient, by_therapist, 20, authorisation="A-2")
    assert [row.state for row in rows("prior_authorisation")] == ["closed"]


def test_the_letter_ends_the_request(plan, patient, by_therapist):
    granted(patient, by_therapist, 3)
    attended(plan, (10,), by_therapist)
    asked = {"visits": 12, "first": TODAY, "last": date(2027, 1, 31)}
    report = write(patient, by_therapist, "authorisation", asked=asked)
    assert [row.state for row in rows("prior_authorisation")] == ["closed"]
    attended(plan, (9,), by_therapist)
    assert len(rows("prior_authorisation")) == 1  # asked already; the next grant opens a new spell
    assert report.content["asked"] == {"visits": 12, "first": "2026-11-24", "last": "2027-01-31"}


# What a paper says ---------------------------------------------------------------------------


def test_a_report_holds_the_numbers_of_its_day(plan, patient, by_therapist):
    granted(patient, by_therapist, 12)
    attended(plan, (8, 9), by_therapist)
    visits.record_attendance(session=session(plan, 10), move="miss", by=by_therapist)
    measured(plan, 6, 3)
    said = write(patient, by_therapist).content
    assert said["diagnosis"] and said["patient"]["name"] == "Margaret Ellison"
    assert (said["visits"]["granted"], said["visits"]["used"], said["visits"]["left"]) == (
        12,
        2,
        10,
    )
    assert (said["attendance"]["attended"], said["attendance"]["missed"]) == (2, 1)
    assert said["first_visit"] == "2026-11-18"
    pain = said["measures"][0]
    assert (pain["start"], pain["now"], pain["words"]) == ("6", "3", "Better by 3: a real change")
    assert said["words"] == WORDS and said["asked"] is None
    assert said["signer"]["name"] == "Tom Adeyemi"


@pytest.mark.parametrize(
    ("start", "now", "words"),
    [
        (6, 5, "1 better: too small to be sure"),
        (3, 6, "Worse by 3: a real change"),
        (5, 5, "The same"),
    ],
)
def test_a_change_against_the_smallest_real_one(patient, plan, start, now, words):
    measured(plan, start, now)
    assert queries.measures(patient)[0]["words"] == words


def test_a_report_stays_as_it_was_written(plan, patient, by_therapist):
    row = write(patient, by_therapist)
    row.content["words"]["course"] = "Other"
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        row.save()
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        row.delete()
    assert AuditEvent.objects.filter(action="report.write").count() == 1


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ({"course": " "}, "Write “How it went”"),
        ({"need": ""}, "Write “Why therapy goes on”"),
        ({"next": "x" * 1201}, "“What comes next” has at most 1200 letters: 1201 are written"),
    ],
)
def test_words_that_are_missing_or_too_long(plan, patient, by_therapist, words, reason):
    with pytest.raises(ReportRefused, match=reason):
        actions.write(patient=patient, kind="progress", words=WORDS | words, by=by_therapist)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (None, "how many visits"),
        ({"visits": 0, "first": TODAY, "last": TODAY}, "1 to 60 visits"),
        ({"visits": 61, "first": TODAY, "last": TODAY}, "1 to 60 visits"),
        ({"visits": 6, "first": TODAY, "last": date(2026, 11, 23)}, "before the first"),
        ({"visits": 6, "first": TODAY, "last": date(2028, 1, 1)}, "within a year"),
    ],
)
def test_a_letter_asks_for_something_possible(plan, patient, by_therapist, asked, reason):
    with pytest.raises(ReportRefused, match=reason):
        write(patient, by_therapist, "authorisation", asked=asked)


def test_two_writers_notice_each_other(plan, patient, by_therapist):
    write(patient, by_therapist, seen=0)
    with pytest.raises(ReportRefused, match="Tom Adeyemi kept a report like this on 24 November"):
        write(patient, by_therapist, seen=0)
    assert write(patient, by_therapist, seen=1)


@pytest.mark.parametrize(
    ("on", "physician", "reason"),
    [
        (TODAY, " ", "who certified"),
        (date(2026, 11, 25), "Dr Rao", "today or in the year before"),
        (date(2025, 1, 1), "Dr Rao", "today or in the year before"),
    ],
)
def test_a_certification_that_cannot_be(plan, patient, by_therapist, on, physician, reason):
    with pytest.raises(ReportRefused, match=reason):
        actions.certify(patient=patient, on=on, physician=physician, by=by_therapist)


def test_one_certification_is_recorded_once(plan, patient, by_therapist):
    actions.certify(patient=patient, on=TODAY, physician="Dr Rao", by=by_therapist)
    with pytest.raises(ReportRefused, match="recorded already"):
        actions.certify(patient=patient, on=TODAY, physician="Dr Rao", by=by_therapist)


def test_who_may_write(plan, patient, by_prescriber, by_other_therapist):
    with pytest.raises(Denied, match="Only therapists can write reports"):
        write(patient, by_prescriber)
    with pytest.raises(OtherClinic):
        write(patient, by_other_therapist)
    with pytest.raises(Denied):
        actions.certify(patient=patient, on=TODAY, physician="Dr Rao", by=by_prescriber)
