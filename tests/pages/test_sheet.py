"""A filled fortnight typed in: found by its code, kept once, nothing lost by a slip."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from careplan.actions import plan as plans
from careplan.actions import sheet as actions
from careplan.models import DayEntry, SessionLog
from patients.models import AuditEvent
from tests.factories.plan import looked_at, signed

pytestmark = pytest.mark.django_db
FIRST = date(2026, 11, 12)  # the fortnight before the 24th and two days of it to come


@pytest.fixture
def plan(today, patient, by_therapist):
    row = signed(patient, by_therapist)
    row.refresh_from_db()
    return row


@pytest.fixture
def codes(plan) -> list[str]:
    return [item.exercise for item in plan.current.home_plan.items.all()]


@pytest.fixture
def sheet(plan, codes, by_therapist):
    return actions.put_on_paper(
        version=plan.current, exercises=codes, first_day=FIRST, by=by_therapist
    )


@pytest.fixture
def page(sheet) -> str:
    return reverse("sheet", args=["north", sheet.code])


@pytest.fixture
def staff(signed_in, therapist):
    return signed_in(therapist)


def text(response) -> str:
    return response.content.decode()


def logs() -> list[tuple]:
    rows = SessionLog.objects.order_by("on", "id")
    return [(row.on.day, row.exercise, row.outcome, row.source) for row in rows]


def notes() -> dict[tuple, int | None]:
    rows = DayEntry.objects.exclude(kind="exercise")
    return {(row.on.day, row.kind): row.value for row in rows}


# Finding it ------------------------------------------------------------------------------------


def test_the_code_opens_the_boxes_however_it_is_typed(staff, sheet, page):
    door = reverse("sheets", args=["north"])
    assert staff.get(door).status_code == 200
    for typed in (
        sheet.code,
        sheet.shown,
        sheet.code.lower(),
        f" {sheet.code[:4]}-{sheet.code[4:]} ",
    ):
        assert staff.get(door, {"code": typed})["Location"] == page


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Type the page code"),
        ("7KQ4", "A page code has 8 signs; this has 4."),
        ("7KQ4MX3O", "“O” is in no page code"),
        ("7KQ4MX33", "One sign of this code is wrong"),
    ],
)
def test_a_code_that_is_none_says_what_is_wrong(staff, sheet, typed, says):
    answer = staff.get(reverse("sheets", args=["north"]), {"code": typed})
    assert answer.status_code == 422
    assert says in text(answer)
    assert f'value="{typed}"' in text(answer)


def test_a_code_of_another_clinic_is_none_of_ours(
    sheet, signed_in, other_therapist, other_clinic, page
):
    stranger = signed_in(other_therapist)
    answer = stranger.get(reverse("sheets", args=["south"]), {"code": sheet.code})
    assert answer.status_code == 422
    assert "No page of this clinic has this code" in text(answer)
    assert stranger.get(reverse("sheet", args=["south", sheet.code])).status_code == 404
    assert stranger.get(page).status_code == 404


def test_the_chart_leads_there_too(staff, sheet, page, patient):
    assert page in text(staff.get(reverse("plan_print", args=["north", patient.pk])))


# Keeping it ------------------------------------------------------------------------------------


def test_a_filled_page_is_kept(staff, page, codes):
    answer = staff.post(
        page,
        {
            "d0-1": "1",
            "d0-2": "1",
            "d3-1": "1",
            "d0-pain": "4",
            "d3-walked": "25",
            "d3-breathing": "1",
        },
    )
    assert answer["Location"] == page
    assert logs() == [
        (12, codes[0], "done", "paper"),
        (12, codes[1], "done", "paper"),
        (15, codes[0], "done", "paper"),
    ]
    assert notes() == {(12, "pain"): 4, (15, "walked"): 25, (15, "breathing"): None}
    assert "Kept 3\xa0exercises and 3\xa0other boxes." in text(staff.get(page))


def test_typed_twice_it_is_kept_once_and_shown_as_there(staff, page, codes):
    filled = {"d0-1": "1", "d0-pain": "4", "d1-short_day": "1"}
    for _ in range(2):
        staff.post(page, filled)
    assert len(logs()) == 1
    assert notes() == {(12, "pain"): 4, (13, "short_day"): None}
    shown = text(staff.get(page))
    assert "Nothing new on this page" in shown
    assert 'name="d0-1"' not in shown and 'name="d0-pain"' not in shown
    assert shown.count(", there already") == 3


def test_another_number_does_not_replace_what_is_there(staff, page):
    staff.post(page, {"d0-pain": "4"})
    staff.post(page, {"d0-pain": "9", "d1-pain": "5"})
    assert notes() == {(12, "pain"): 4, (13, "pain"): 5}


def test_what_the_phone_told_stays(staff, page, patient, plan, codes):
    row = {"clinic": patient.clinic, "patient": patient, "version": plan.current, "level": 1}
    SessionLog.objects.create(**row, exercise=codes[0], on=FIRST, number=1, outcome="partly")
    assert "partly" in text(staff.get(page))
    staff.post(page, {"d0-1": "1", "d1-1": "1"})
    assert [(on, outcome) for on, _, outcome, _ in logs()] == [(12, "partly"), (13, "done")]


def test_a_day_to_come_is_refused_and_all_that_was_typed_stays(staff, page):
    answer = staff.post(page, {"d0-1": "1", "d0-pain": "4", "d13-1": "1"})
    assert answer.status_code == 422
    assert "Wed\xa025\xa0Nov has not come yet: leave 1 " in text(answer)
    assert logs() == [] and notes() == {}
    assert 'name="d0-1" value="1" data-cell checked' in text(answer)
    assert 'name="d0-pain" value="4"' in text(answer)
    assert 'href="#d13-1"' in text(answer)


def test_today_can_be_typed(staff, page):
    assert staff.post(page, {"d12-1": "1"}).status_code == 302
    assert [on for on, *_ in logs()] == [24]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("pain", "11"),
        ("pain", "-1"),
        ("pain", "4,5"),
        ("pain", "bad"),
        ("pain", "٣"),
        ("walked", "0"),
        ("walked", "2000"),
        ("walked", "9" * 40),
    ],
)
def test_a_number_that_cannot_be_is_refused(staff, page, name, typed):
    answer = staff.post(page, {f"d0-{name}": typed, "d1-1": "1"})
    assert answer.status_code == 422
    assert "on 12\xa0Nov: enter " in text(answer)
    assert f'value="{typed}"' in text(answer)
    assert "checked" in text(answer)
    assert logs() == [] and notes() == {}


def test_an_empty_page_keeps_nothing(staff, page):
    assert staff.post(page, {}).status_code == 302
    assert logs() == [] and notes() == {}


def test_boxes_that_the_page_does_not_have_are_not_read(staff, page):
    staff.post(page, {"d0-99": "1", "d99-1": "1", "d0-morning": "3"})
    assert logs() == [] and notes() == {}


def test_an_older_version_keeps_its_own_exercises(staff, plan, sheet, page, codes, by_therapist):
    version = looked_at(plans.revise(plan=plan, by=by_therapist), by_therapist)
    plans.sign(version=version, read=True, by=by_therapist)
    assert "replaced since" in text(staff.get(page))
    staff.post(page, {f"d0-{len(codes)}": "1"})
    row = SessionLog.objects.get()
    assert (row.exercise, row.version_id) == (codes[-1], sheet.version_id)


def test_who_typed_it_is_in_the_audit(staff, page, therapist, patient):
    staff.post(page, {"d0-1": "1", "d0-pain": "4"})
    event = AuditEvent.objects.get(action="sheet.type")
    assert event.user_id == therapist.pk and event.patient_id == patient.pk
    assert event.after == {"exercises": 1, "notes": 1}


def test_the_days_are_the_patients(staff, page, patient, time_machine):
    """At 23:30 UTC the 25th has begun in Auckland, and not in the clinic."""
    patient.time_zone = "Pacific/Auckland"
    patient.save()
    time_machine.move_to(datetime(2026, 11, 24, 23, 30, tzinfo=UTC), tick=False)
    assert staff.post(page, {"d13-1": "1"}).status_code == 302
    assert [on for on, *_ in logs()] == [25]


def test_prescribers_do_not_type_pages(signed_in, prescriber, page):
    assert signed_in(prescriber).get(page).status_code == 403


def test_more_marks_cost_no_more_queries_to_show(staff, page, codes):
    staff.get(page)
    with CaptureQueriesContext(connection) as few:
        staff.get(page)
    staff.post(page, {f"d{day}-{n}": "1" for day in range(12) for n in range(1, len(codes) + 1)})
    staff.get(page)
    with CaptureQueriesContext(connection) as many:
        staff.get(page)
    assert len(many) == len(few)


# The action ---------------------------------------------------------------------------------------


def test_the_action_refuses_what_the_page_cannot_send(sheet, by_therapist, codes):
    with pytest.raises(actions.SheetRefused, match="is not on this sheet"):
        actions.type_in(
            sheet=sheet, ticks=[(FIRST - timedelta(1), codes[0])], notes=[], by=by_therapist
        )
    with pytest.raises(actions.SheetRefused, match="XYZ-01 is not on this sheet"):
        actions.type_in(sheet=sheet, ticks=[(FIRST, "XYZ-01")], notes=[], by=by_therapist)
    with pytest.raises(actions.SheetRefused, match="pain as a number"):
        actions.type_in(
            sheet=sheet, ticks=[(FIRST, codes[0])], notes=[(FIRST, "pain", 99)], by=by_therapist
        )
    assert logs() == []
