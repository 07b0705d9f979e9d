"""Muscle stimulators: the rules decide what may be logged, harm stops it at once, nothing is lost."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from careplan.actions import assessment as assessments
from careplan.actions import device as actions
from careplan.actions import plan as plans
from careplan.models import Device, DeviceUse, FollowUp, PlanVersion
from careplan.queries import device as queries
from careplan.rules.lifecycle import IllegalMove
from patients.access import Denied, OtherClinic
from patients.models import AuditEvent
from tests.factories.assessment import answered, answers
from tests.factories.checkin import by_patient, running
from tests.factories.device import field, having, noted, used

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(today, patient, by_therapist):
    return running(patient, by_therapist)


@pytest.fixture
def device(plan, patient, by_therapist) -> Device:
    return noted(patient, by_therapist)


def rows(kind: str) -> list[FollowUp]:
    return list(FollowUp.objects.filter(kind=kind).exclude(state="closed"))


def rules(row: Device) -> set[str]:
    return {one["rule"] for one in row.findings}


@pytest.fixture
def assess_anew(time_machine):
    """A new conversation, a minute later."""

    def again(patient, by, given) -> None:
        time_machine.shift(timedelta(minutes=1))
        assessments.assess(intake=answered(patient, by, given), by=by)

    return again


# A wish --------------------------------------------------------------------------------------


def test_a_healthy_person_may_log_it_at_once(device, by_therapist):
    assert (device.state, device.status, device.missing) == ("logged", "log", [])
    assert rules(device) == {"NM-01", "NM-06"}
    (event,) = device.events.all()
    assert (event.move, event.to_state, event.by) == ("note", "logged", by_therapist.user)
    assert AuditEvent.objects.get(action="device.note").after["state"] == "logged"


def test_it_touches_no_plan(plan, device):
    """NM-01: never a treatment, no goal refers to it."""
    version = PlanVersion.objects.get()
    assert version == plan.current and version.revision == plan.current.revision
    assert not version.goals.filter(text__icontains="stimul").exists()
    assert queries.logged(plan.patient) == [device]


def test_nothing_is_judged_without_an_assessment(today, patient, by_therapist):
    with pytest.raises(actions.DeviceRefused, match="not been assessed"):
        noted(patient, by_therapist)
    assert not Device.objects.exists()


@pytest.mark.parametrize("schedule", ["", "  \n "])
@pytest.mark.parametrize("kind", ["own", "clinic"])
def test_the_schedule_is_asked_and_never_filled_in(plan, patient, by_therapist, kind, schedule):
    with pytest.raises(actions.DeviceRefused, match="Enter how long and how often"):
        noted(patient, by_therapist, kind, schedule=schedule, cleared=True)
    assert not Device.objects.exists()


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"schedule": "x" * 301}, "at most 300"),
        ({"field": {"burn": "yes"}}, "no question burn"),
        ({"field": field(cancer="perhaps")}, "not “perhaps”"),
    ],
)
def test_what_cannot_be_kept_is_refused(plan, patient, by_therapist, told, words):
    with pytest.raises(actions.DeviceRefused, match=words):
        noted(patient, by_therapist, **told)
    with pytest.raises(actions.DeviceRefused, match="Choose one of"):
        noted(patient, by_therapist, "laser")
    assert not Device.objects.exists()


def test_one_of_a_kind_is_open(device, patient, by_therapist):
    with pytest.raises(actions.DeviceRefused, match="noted already"):
        noted(patient, by_therapist)
    actions.close(device=device, reason="Sold it.", by=by_therapist)
    assert noted(patient, by_therapist).pk != device.pk


def test_tens_is_told_about_and_never_logged(plan, patient, by_therapist):
    row = noted(patient, by_therapist, "tens", schedule="")
    assert (row.state, rules(row)) == ("told", {"NM-09"})
    with pytest.raises(IllegalMove):
        actions.allow(device=row, by=by_therapist)
    with pytest.raises(IntegrityError, match="no_log_of_tens"), transaction.atomic():
        Device.objects.filter(pk=row.pk).update(state="logged", schedule="x")
    with pytest.raises(actions.DeviceRefused):
        used(row)


@pytest.mark.parametrize("condition", ["pacemaker", "epilepsy", "deep_vein_thrombosis"])
def test_a_stop_of_the_intake_cannot_be_overridden(today, patient, by_therapist, condition):
    running(patient, by_therapist, having(condition))
    row = noted(patient, by_therapist)
    assert (row.state, row.status) == ("waiting", "stop")
    with pytest.raises(actions.DeviceRefused, match="No muscle stimulator"):
        actions.allow(
            device=row, reasons={"NM-04": "He insists"}, found="He insists", by=by_therapist
        )
    assert queries.on_the_phone(patient) == []
    assert rows("device_review") == []  # the therapist is reading it


def test_the_database_knows_no_log_against_a_stop(device):
    with pytest.raises(IntegrityError, match="against_a_stop"), transaction.atomic():
        Device.objects.filter(pk=device.pk).update(status="stop")


def test_unknown_is_asked_and_then_it_stands(plan, patient, by_therapist):
    row = noted(patient, by_therapist, field=field(cancer="unknown"))
    assert (row.state, row.missing) == ("waiting", ["/device/field/cancer"])
    with pytest.raises(actions.DeviceRefused, match="not known yet"):
        actions.allow(device=row, by=by_therapist)
    told = {"schedule": row.schedule, "field": field()}
    row = actions.change(device=row, revision=row.revision, by=by_therapist, **told)
    assert row.state == "logged"


def test_an_answer_left_out_is_unknown(plan, patient, by_therapist):
    row = noted(patient, by_therapist, field={})
    assert row.status == "needs_data" and len(row.missing) == 9


def test_a_caution_waits_for_the_doctors_word(today, patient, by_therapist):
    running(patient, by_therapist, having("osteoporosis"))
    row = noted(patient, by_therapist)
    assert (row.state, row.status) == ("waiting", "caution")
    for empty in ({}, {"NM-05": "  "}, {"NM-03": "other"}):
        with pytest.raises(actions.DeviceRefused, match="NM-05 waits for its reason"):
            actions.allow(device=row, reasons=empty, by=by_therapist)
    why = "Dr Nair agreed on 20 November: low dose, no fracture."
    row = actions.allow(device=row, reasons={"NM-05": why}, by=by_therapist)
    assert (row.state, row.weighed["NM-05"]["reason"]) == ("logged", why)
    assert why in row.events.last().reason
    assert AuditEvent.objects.filter(action="device.allow").count() == 1


def test_the_clinics_device_needs_clearance_and_a_reason(plan, patient, by_therapist):
    row = noted(patient, by_therapist, "clinic", cleared=None)
    assert (row.state, row.missing) == ("waiting", ["/device/cleared"])
    told = {"schedule": row.schedule, "field": field()}
    row = actions.change(device=row, revision=None, cleared=False, by=by_therapist, **told)
    assert row.status == "stop"
    row = actions.change(device=row, revision=None, cleared=True, by=by_therapist, **told)
    assert (row.state, row.status) == ("waiting", "caution")
    row = actions.allow(device=row, reasons={"NM-03": "Beside strengthening"}, by=by_therapist)
    assert row.state == "logged"


def test_an_approval_holds_for_the_facts_that_it_was_given_for(
    today, patient, by_therapist, assess_anew
):
    running(patient, by_therapist, having("osteoporosis"))
    row = noted(patient, by_therapist)
    actions.allow(device=row, reasons={"NM-05": "Dr Nair agreed."}, by=by_therapist)
    assess_anew(patient, by_therapist, having("asthma", "osteoporosis"))
    row.refresh_from_db()
    assert row.state == "logged"  # nothing that the doctor weighed has changed
    assess_anew(patient, by_therapist, having("osteoporosis", "heart_failure"))
    row.refresh_from_db()
    assert row.state == "held"
    assert [one.rule for one in rows("device_review")] == ["NM-05"]


def test_only_therapists_write(device, patient, by_prescriber, by_admin, by_other_therapist):
    for by in (by_prescriber, by_admin, by_other_therapist):
        for write in (
            lambda by=by: noted(patient, by),
            lambda by=by: actions.close(device=device, reason="No.", by=by),
            lambda by=by: actions.allow(device=device, by=by),
        ):
            with pytest.raises((Denied, OtherClinic)):
                write()


def test_the_second_tab_hears_who_was_first(device, by_therapist):
    told = {"field": field(), "by": by_therapist}
    seen = device.revision
    actions.change(device=device, revision=seen, schedule="10 minutes", **told)
    with pytest.raises(actions.DeviceMoved, match="Tom Adeyemi changed this"):
        actions.change(device=device, revision=seen, schedule="60 minutes", **told)
    device.refresh_from_db()
    assert device.schedule == "10 minutes"


# What changes about the patient --------------------------------------------------------------


def test_a_new_stop_holds_it_at_once_and_asks_a_therapist(
    device, patient, by_therapist, assess_anew
):
    assess_anew(patient, by_therapist, having("pacemaker"))
    device.refresh_from_db()
    assert (device.state, [one["rule"] for one in device.held_for]) == ("held", ["NM-04"])
    (row,) = rows("device_review")
    assert (row.rule, row.role, row.severity) == ("NM-04", "therapist", "stop")
    assert row.due_on == date(2026, 11, 26)
    assert queries.words_for_patient(device) == [
        "Please do not use a muscle stimulator. Ask us why at your next visit."
    ]


def test_what_is_not_known_any_more_holds_it_too(device, patient, by_therapist, assess_anew):
    given = answers()
    del given["conditions_complete"]
    assess_anew(patient, by_therapist, given)
    device.refresh_from_db()
    assert (device.state, device.status) == ("held", "needs_data")
    (row,) = rows("device_review")
    assert row.severity == "caution" and "not known any more" in row.reason


def test_a_warning_sign_told_later_holds_it(device, patient, by_therapist, assess_anew):
    assess_anew(patient, by_therapist, answers(numbness_spreading="yes"))
    device.refresh_from_db()
    assert device.state == "held"


def test_an_assessment_allows_nothing_by_itself(today, patient, by_therapist, assess_anew):
    running(patient, by_therapist, having("epilepsy"))
    row = noted(patient, by_therapist)
    assess_anew(patient, by_therapist, answers())
    row.refresh_from_db()
    assert (row.state, row.status) == ("waiting", "log")
    assert actions.allow(device=row, by=by_therapist).state == "logged"


def test_a_later_stop_joins_what_it_is_held_for(device, patient, by_therapist, assess_anew):
    used(device, burn=True)
    assess_anew(patient, by_therapist, having("pacemaker"))
    device.refresh_from_db()
    assert [one["rule"] for one in device.held_for] == ["NM-08", "NM-04"]


def test_an_answer_that_stops_it_holds_it(device, by_therapist):
    told = {"schedule": device.schedule, "field": field(forbidden_site="yes")}
    row = actions.change(device=device, revision=device.revision, by=by_therapist, **told)
    assert row.state == "held"
    assert [one.rule for one in rows("device_review")] == ["NM-06"]


def test_it_ends_with_the_plan(plan, device, by_therapist):
    plans.close(plan=plan, reason="Goals reached.", by=by_therapist)
    device.refresh_from_db()
    assert (device.state, device.close_reason) == ("closed", "The plan was closed.")


# The log -------------------------------------------------------------------------------------


def test_several_uses_a_day_and_a_double_post_once(device):
    key = uuid4()
    first = used(device, key=key)
    assert used(device, key=key, minutes=99).pk == first.pk
    used(device)
    assert [row.minutes for row in queries.uses(device)] == [20, 20]
    assert AuditEvent.objects.filter(action="device.use").count() == 2


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"on": date(2026, 11, 25)}, "25 November has not come yet"),
        ({"on": date(2026, 11, 23)}, "from 24 November 2026 on"),
        ({"minutes": 0}, "minutes as a whole number"),
        ({"minutes": 10_000}, "minutes as a whole number"),
        ({"before": 11}, "0 to 10"),
        ({"after": -1}, "0 to 10"),
    ],
)
def test_a_use_that_cannot_be_is_refused(device, told, words):
    with pytest.raises(actions.DeviceRefused, match=words):
        used(device, **told)
    assert not DeviceUse.objects.exists()


@pytest.mark.parametrize(
    "told", [{"burn": True}, {"rash": True}, {"after": 5}, {"before": 0, "after": 10}]
)
def test_harm_stops_it_at_once(device, told):
    use = used(device, **told)
    device.refresh_from_db()
    assert (device.state, use.rules) == ("held", ["NM-08"])
    assert queries.words_for_patient(device) == [
        "Stop using the stimulator. We will call you within two working days."
    ]
    (row,) = rows("device_harm")
    assert (row.rule, row.role, row.severity) == ("NM-08", "therapist", "stop")
    assert row.due_on == date(2026, 11, 26)  # two working days
    assert row.because["pain before"] == use.before
    with pytest.raises(actions.DeviceRefused, match="stopped for now"):
        used(device)
    assert DeviceUse.objects.count() == 1


def test_pain_up_by_one_is_no_harm(device):
    used(device, before=3, after=4)
    device.refresh_from_db()
    assert (device.state, rows("device_harm")) == ("logged", [])


def test_harm_is_heard_where_it_was_stopped_meanwhile(device, patient, by_therapist, assess_anew):
    assess_anew(patient, by_therapist, having("pacemaker"))
    device.refresh_from_db()
    used(device, burn=True)
    device.refresh_from_db()
    assert [one["rule"] for one in device.held_for] == ["NM-04", "NM-08"]
    assert len(rows("device_harm")) == 1


def test_a_use_is_judged_on_todays_facts(device, patient, time_machine):
    """Who was not pregnant 31 days ago is not known to be so now; 58 is beyond that question."""
    time_machine.shift(timedelta(days=31))
    used(device)
    device.refresh_from_db()
    assert device.state == "logged"
    patient.birth_date = date(1990, 4, 2)
    patient.save()
    used(device)
    device.refresh_from_db()
    assert (device.state, device.status) == ("held", "stop")
    assert [one.rule for one in rows("device_review")] == ["NM-04"]
    assert DeviceUse.objects.count() == 2  # what was told is kept


def test_nothing_is_logged_while_the_plan_is_on_hold(plan, device, by_therapist):
    assessments.hold(patient=plan.patient, because="a sign", by=by_therapist)
    assert queries.on_the_phone(plan.patient) == []
    with pytest.raises(actions.DeviceRefused, match="stopped for now"):
        used(device)


def test_a_therapist_opens_it_again_after_judging(device, by_therapist):
    used(device, rash=True)
    with pytest.raises(actions.DeviceRefused, match="Write what you saw"):
        actions.allow(device=device, found=" ", by=by_therapist)
    row = actions.allow(device=device, found="Skin clear, new pads.", by=by_therapist)
    assert (row.state, row.held_for) == ("logged", [])
    closed = FollowUp.objects.get(kind="device_harm")
    assert (closed.state, closed.close_reason) == ("closed", "Skin clear, new pads.")
    used(row)
    assert [event.move for event in row.events.all()] == ["note", "hold", "allow"]


def test_it_is_not_opened_against_a_stop(device, patient, by_therapist, assess_anew):
    used(device, rash=True)
    assess_anew(patient, by_therapist, having("pacemaker"))
    with pytest.raises(actions.DeviceRefused, match="pacemaker"):
        actions.allow(device=device, found="Skin clear.", by=by_therapist)


def test_harm_is_looked_at_though_it_is_taken_off(device, by_therapist):
    used(device, burn=True)
    for reason in ("", "  ", "x" * 301):
        with pytest.raises(actions.DeviceRefused):
            actions.close(device=device, reason=reason, by=by_therapist)
    row = actions.close(device=device, reason="Burned twice.", by=by_therapist)
    assert (row.state, row.close_reason) == ("closed", "Burned twice.")
    assert len(rows("device_harm")) == 1
    with pytest.raises(actions.DeviceRefused):
        used(row)
    with pytest.raises(IllegalMove):
        actions.close(device=row, reason="Again.", by=by_therapist)


def test_nobody_logs_for_another(device, other_patient):
    from_outside = {"on": timezone.localdate(), "minutes": 5, "before": 1, "after": 1}
    with pytest.raises((Denied, Device.DoesNotExist)):
        actions.log_use(
            patient=other_patient,
            device=device,
            burn=False,
            rash=False,
            key=uuid4(),
            by=by_patient(other_patient),
            **from_outside,
        )


@pytest.mark.parametrize("change", ["save", "delete"])
def test_the_log_and_the_history_only_grow(device, change):
    for row in (used(device), device.events.get()):
        with pytest.raises(DatabaseError), transaction.atomic():
            getattr(row, change)()
