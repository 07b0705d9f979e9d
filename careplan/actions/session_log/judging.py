"""What the rules of a session ask for because of what was logged: worklist rows, each once.

The plan itself is not changed here: a therapist accepts what the rules propose (PT-16).
"""

from datetime import date

from careplan.actions import assessment as assessments
from careplan.actions import follow_up
from careplan.models import FollowUp, SessionLog
from careplan.queries import mine as mine_queries
from careplan.queries import session_log as queries
from careplan.queries.catalogue import catalogue
from careplan.rules.book import book
from careplan.rules.session import ALL_SIGNS, propose
from patients import audit
from patients.access import Actor
from patients.models import Patient

JOB = "read exercise logs"


def judge(*, patient: Patient, day: date) -> None:
    """Raise what the records ask for, one row a kind and rule while it is open; another exercise
    joins it. Call it inside the transaction of what was logged."""
    for exercise, record in queries.records(patient, day).items():
        told = propose(record, book())
        findings = {finding["rule"]: finding for finding in told["findings"]}
        for asked in told["follow_ups"]:
            if asked["rule"] != queries.STOP:
                log = record["sessions"][-1]["log"]
                _raise(patient, exercise, log, asked, findings[asked["rule"]])


def _raise(patient: Patient, exercise: str, log: int, asked: dict, finding: dict) -> None:
    name = catalogue(patient.clinic)[exercise].name
    standing = (
        FollowUp.objects.select_for_update()
        .filter(patient=patient, kind=asked["kind"], rule=asked["rule"])
        .exclude(state=FollowUp.State.CLOSED)
        .first()
    )
    if standing:
        _join(standing, exercise, name)
        return
    job = Actor.for_job(JOB, patient.clinic)
    follow_up.raise_one(
        key=f"session:{log}:{asked['rule']}:{asked['kind']}",
        patient=patient,
        plan=mine_queries.open_plan(patient),
        kind=asked["kind"],
        severity=finding["severity"],
        role=asked["role"],
        rule=asked["rule"],
        reason=f"{finding['message']} {name}.",
        because={"exercises": [exercise]},
        due_on=date.fromisoformat(asked["due"]),
        by=job,
    )


def _join(row: FollowUp, exercise: str, name: str) -> None:
    known = row.because.get("exercises", [])
    if exercise in known:
        return
    row.because = row.because | {"exercises": [*known, exercise]}
    row.reason = f"{row.reason.rstrip('.')}, {name}."[:400]
    row.save(update_fields=["because", "reason"])
    job = Actor.for_job(JOB, row.clinic)
    audit.record("follow_up.grow", by=job, on=row, after={"exercises": row.because["exercises"]})


def stop_for_sign(row: SessionLog) -> None:
    """Hold the plan and raise the row of a new sign, with the severity that the rule gives it."""
    name = catalogue(row.patient.clinic)[row.exercise].name
    stop_for_signs(
        patient=row.patient,
        on=row.on,
        signs=row.signs,
        told=f"at {name}",
        key=f"session:{row.first_id or row.pk}:{queries.STOP}",
        because={"exercise": row.exercise},
    )


def stop_for_signs(
    *, patient: Patient, on: date, signs: list[str], told: str, key: str, because: dict
) -> None:
    """The same for signs that were told elsewhere than in a session: `told` says where."""
    alone = {"on": on.isoformat(), "signs": signs}
    said = propose({"as_of": on.isoformat(), "sessions": [alone]}, book())
    finding = next(one for one in said["findings"] if one["rule"] == queries.STOP)
    plan = mine_queries.open_plan(patient)
    job = Actor.for_job(JOB, patient.clinic)
    assessments.hold(patient=patient, because=f"{queries.STOP} told {told}", by=job)
    words = "; ".join(ALL_SIGNS[code] for code in signs)
    follow_up.raise_one(
        key=key,
        patient=patient,
        plan=plan,
        kind=follow_up.RED_FLAG,
        severity=finding["severity"],
        role="therapist",
        rule=queries.STOP,
        reason=f"Told {told}: {words}. Ask the warning signs again.",
        because={"signs": signs} | because,
        due_on=on,
        by=job,
    )
