"""Steps from logged sessions: proposed once, decided once, signed by a therapist."""

from datetime import timedelta

import pytest
from django.utils import timezone

from careplan.actions import plan as plans
from careplan.actions import proposal as actions
from careplan.actions.drafting import PlanRefused
from careplan.models import Plan, PlanVersion, Proposal
from careplan.queries import home_plan as home_queries
from careplan.queries import plan as plan_queries
from patients.access import Actor, Denied
from patients.models import AuditEvent
from tests.factories.plan import looked_at, weighed
from tests.factories.proposal import RED, logged, run_for_ten_days, went_well

CODE = "COR-02"


@pytest.fixture
def plan(patient, by_therapist, time_machine) -> Plan:
    return run_for_ten_days(patient, by_therapist, time_machine)


@pytest.fixture
def by_job(clinic) -> Actor:
    return Actor.for_job("propose_steps", clinic)


def propose(plan, by) -> list[Proposal]:
    return actions.propose(plan=plan, as_of=timezone.localdate(), by=by)


def item(version: PlanVersion, code: str) -> dict | None:
    items = home_queries.items_of(version)
    return next((one for one in items if one["exercise"] == code), None)


def test_three_green_sessions_earn_one_step_once(plan, by_job):
    sessions = went_well(plan, CODE)
    (row,) = propose(plan, by_job)
    assert (row.kind, row.rule, row.exercise, row.log) == ("progress", "PT-16", CODE, sessions[-1])
    assert 1.1 * row.before["reps"] <= row.after["reps"] <= 1.2 * row.before["reps"]
    assert "3 sessions" in row.reason and row.because
    assert propose(plan, by_job) == []
    assert AuditEvent.objects.filter(action="step.propose").count() == 1


def test_used_sessions_do_not_count_again(plan, by_job, by_therapist, time_machine):
    went_well(plan, CODE)
    (row,) = propose(plan, by_job)
    actions.decline(proposal=row, by=by_therapist)
    time_machine.shift(timedelta(days=1))
    logged(plan, CODE, 1)
    assert propose(plan, by_job) == []  # two of the three were used
    time_machine.shift(timedelta(days=2))
    logged(plan, CODE, 2)
    logged(plan, CODE, 1)
    for days_ago in (1, 2, 3):
        logged(plan, "POS-01", days_ago, before=2)
    (again,) = propose(plan, by_job)
    assert again.kind == "progress"


def test_a_sheet_typed_late_is_never_back_filled(plan, by_job):
    for days_ago in (9, 9, 8):
        logged(plan, CODE, days_ago)
    assert propose(plan, by_job) == []


def test_a_red_session_halves_and_overtakes_a_step_up(plan, by_job, by_therapist):
    went_well(plan, CODE)
    (up,) = propose(plan, by_job)
    logged(plan, CODE, 0, **RED)
    (down,) = propose(plan, by_job)
    up.refresh_from_db()
    assert (up.state, down.kind, down.rule) == ("overtaken", "regress", "PT-18")
    amount = lambda dose: dose["sets"] * dose["reps"]  # noqa: E731
    assert amount(down.after) * 2 <= amount(down.before)
    with pytest.raises(PlanRefused, match="decided on this step already"):
        actions.accept(proposals=[up], by=by_therapist)


def test_two_red_sessions_take_it_out(plan, by_job, by_therapist):
    logged(plan, CODE, 2, **RED)
    logged(plan, CODE, 1, **RED)
    (row,) = propose(plan, by_job)
    assert (row.kind, row.after) == ("remove", {})
    draft = actions.accept(proposals=[row], by=by_therapist)
    assert item(draft, CODE) is None


def test_an_accepted_step_waits_in_the_draft_for_a_signature(plan, by_job, by_therapist):
    went_well(plan, CODE)
    (row,) = propose(plan, by_job)
    draft = actions.accept(proposals=[row], by=by_therapist)
    assert item(draft, CODE)["reps"] == row.after["reps"]
    assert item(plan_queries.whole(plan.current_id), CODE)["reps"] == row.before["reps"]
    row.refresh_from_db()
    assert (row.state, row.version, row.decided_by) == ("accepted", draft, by_therapist.user)
    plans.sign(
        version=weighed(looked_at(draft, by_therapist), by_therapist), read=True, by=by_therapist
    )
    plan.refresh_from_db()
    assert item(plan_queries.whole(plan.current_id), CODE)["reps"] == row.after["reps"]


def test_all_of_a_patient_at_once_in_one_draft(plan, by_job, by_therapist):
    went_well(plan, CODE)
    went_well(plan, "EXP-01")
    rows = propose(plan, by_job)
    draft = actions.accept(proposals=rows, by=by_therapist)
    assert {row.exercise for row in rows} == {CODE, "EXP-01"}
    assert draft.plan.versions.filter(signed_at=None).count() == 1
    assert Proposal.objects.filter(state="accepted", version=draft).count() == 2
    assert sum(one["short_day"] for one in home_queries.items_of(draft)) > 0


def test_a_step_from_another_dose_is_overtaken(plan, by_job, by_therapist):
    went_well(plan, CODE)
    (row,) = propose(plan, by_job)
    draft = plan_queries.whole(plans.revise(plan=plan, by=by_therapist).pk)
    items = [
        one | {"reps": 3} if one["exercise"] == CODE else one
        for one in home_queries.items_of(draft)
    ]
    actions.home_plan.set_items(version=draft, items=items, by=by_therapist)
    actions.accept(proposals=[row], by=by_therapist)
    row.refresh_from_db()
    assert row.state == "overtaken"
    assert item(plan_queries.whole(draft.pk), CODE)["reps"] == 3


def test_nothing_is_half_accepted(plan, by_job, by_therapist, by_prescriber, monkeypatch):
    went_well(plan, CODE)
    (row,) = propose(plan, by_job)
    with pytest.raises(Denied):
        actions.accept(proposals=[row], by=by_prescriber)
    with pytest.raises(PlanRefused, match="one patient"):
        actions.accept(proposals=[], by=by_therapist)

    def fail(**about):
        raise PlanRefused("Not now.")

    monkeypatch.setattr(actions.home_plan, "set_items", fail)
    with pytest.raises(PlanRefused):
        actions.accept(proposals=[row], by=by_therapist)
    row.refresh_from_db()
    assert row.state == "open"
    assert not plan.versions.filter(signed_at=None).exists()


def test_the_job_goes_on_past_a_plan_it_cannot_read(plan, monkeypatch, caplog):
    went_well(plan, CODE)
    assert actions.propose_steps() == 1
    assert actions.propose_steps() == 0
    logged(plan, CODE, 0, **RED)

    def fail(**about):
        raise ValueError("not readable")

    with monkeypatch.context() as patched:
        patched.setattr(actions, "propose", fail)
        assert actions.propose_steps() == 0
    assert f"no step was proposed for plan {plan.pk}" in caplog.text
    Plan.objects.filter(pk=plan.pk).update(state="safety_hold")
    assert actions.propose_steps() == 0
