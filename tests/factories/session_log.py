"""A patient who does the exercises of a running plan, through the actions."""

from datetime import date
from uuid import uuid4

from careplan.actions import home_plan
from careplan.actions import plan as plans
from careplan.actions import session_log as actions
from careplan.models import HomePlanItem, Plan, SessionLog
from careplan.queries import checkin as checkins
from careplan.queries import home_plan as home_queries
from careplan.queries import plan as plan_queries
from patients.models import CareTeam, Clinic, Patient, User
from patients.roles import Role
from tests.conftest import actor_of, make_staff
from tests.factories.checkin import by_patient, running


def with_two_sets(patient, by, monkeypatch) -> Plan:
    """A plan that runs, one exercise of which has two sets with a rest, and an easier one."""
    draft = plans.draft

    def drafted(**about):
        version = plan_queries.whole(draft(**about).pk)
        items = home_queries.items_of(version)
        core = next(item for item in items if item["exercise"] == "COR-02")
        core |= home_queries.default_item("COR-03")
        home_plan.set_items(version=version, items=items, by=by)
        return plan_queries.whole(version.pk)

    with monkeypatch.context() as patched:
        patched.setattr(plans, "draft", drafted)
        return running(patient, by)


def exercises(plan: Plan) -> list[HomePlanItem]:
    return checkins.exercises_of(plan.patient)


def do(plan: Plan, code: str, *, turn: int = 1, sets: int | None = None) -> SessionLog:
    """All sets of one exercise, or as many as asked for."""
    item = next(row for row in exercises(plan) if row.exercise == code)
    for number in range(1, (sets or item.sets) + 1):
        row = actions.finish_set(
            patient=plan.patient,
            exercise=code,
            turn=turn,
            sets=number,
            by=by_patient(plan.patient),
        )
    return row


def do_all(plan: Plan) -> list[SessionLog]:
    return [do(plan, row.exercise) for row in exercises(plan)]


def hurt(plan: Plan, code: str, peak: int | None = 7, **more) -> SessionLog:
    """Too much at one exercise."""
    told = {"where": "back", "key": uuid4()} | more
    return actions.too_much(
        patient=plan.patient, exercise=code, peak=peak, by=by_patient(plan.patient), **told
    )


def at_home() -> Plan:
    """A clinic, its therapist, and a patient with a login whose plan runs from today: for servers
    that are looked at from outside, in a database that is empty."""
    clinic = Clinic.objects.create(
        slug="north", name="Northgate Back Clinic", time_zone="UTC", phone="555 0142", is_demo=True
    )
    therapist = make_staff(clinic, "Tom Adeyemi", Role.THERAPIST)
    person = {"given_name": "Margaret", "family_name": "Ellison", "email": "margaret@home.example"}
    user = User.objects.create_user(email=person["email"], name="Margaret Ellison")
    about = {"birth_date": date(1968, 4, 2), "sex": "female", "user": user}
    patient = Patient.objects.create(clinic=clinic, **person, **about)
    CareTeam.objects.create(clinic=clinic, patient=patient, user=therapist, role=Role.THERAPIST)
    return running(patient, actor_of(therapist, clinic))
