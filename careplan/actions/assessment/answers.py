"""Start an intake and keep its answers, one step at a time."""

from django.db import transaction
from django.utils import timezone

from careplan.actions import turns
from careplan.actions.assessment.refusals import AnswersRefused, ChangedElsewhere, Refused
from careplan.models import Intake
from careplan.queries import intake as intakes
from careplan.queries.intake import at, pointers, put
from careplan.queries.record_import import DATED
from careplan.rules import intake as shape
from careplan.rules.book import book
from patients import audit
from patients.access import Actor, check_can
from patients.models import Patient
from patients.roles import Permission


@transaction.atomic
def start_intake(*, patient: Patient, by: Actor) -> Intake:
    """The draft of the patient, or a new one that takes over what lasts from the last intake."""
    check_can(by, Permission.INTAKE_EDIT, on=patient)
    turns.of_patient(patient.pk)
    draft = intakes.draft_of(patient)
    if draft:
        return draft
    last = intakes.latest_intake(patient)
    return new_intake(patient, intakes.prefill_from(last, timezone.localdate()), by)


def new_intake(patient: Patient, prefill: intakes.Prefill, by: Actor) -> Intake:
    intake = Intake.objects.create(
        clinic=patient.clinic,
        patient=patient,
        answers=prefill.answers,
        provenance=prefill.provenance,
        started_by=by.user,
    )
    audit.record("intake.start", by=by, on=intake, after={"prefilled": pointers(prefill.answers)})
    return intake


@transaction.atomic
def save_answers(
    *, intake: Intake, step: str, answers: dict, revision: int, by: Actor, done: bool = False
) -> Intake:
    """Keep the answers of one step: its places get what `answers` (contract-shaped) holds there,
    and are emptied where it holds nothing. `done` marks the step as gone through.

    Raises ChangedElsewhere where another tab saved other answers to this step since `revision`,
    AnswersRefused naming every place that cannot be kept, Refused once the intake is assessed.
    """
    check_can(by, Permission.INTAKE_EDIT, on=intake)
    intake = lock_intake(intake)
    places = places_of(step)
    new = _with_places(intake.answers, answers, places)
    changed = [pointer for pointer in places if at(new, pointer) != at(intake.answers, pointer)]
    if changed and intake.revision != revision:
        raise ChangedElsewhere(intake)
    _refuse_bad_answers(intake, new)
    before, intake.answers = intake.answers, new
    for pointer in changed:
        _forget_source(intake, pointer)
    if done and step not in intake.done_steps:
        intake.done_steps = [*intake.done_steps, step]
    if changed:
        intake.revision += 1
        audit_answers("intake.save", intake, before, by)
    intake.save()
    return intake


def places_of(step: str) -> list[str]:
    """The pointers that the questions of a step fill, with the day each was told or measured."""
    paths = [row.path for row in book().questions.values() if row.step == step]
    asked = {path.rstrip("0123456789").rstrip("/") for path in paths}
    days = {day for day, values in DATED.items() if asked & set(values)}
    return sorted(asked | days | ({"/medications_on"} if "/medications" in asked else set()))


def _with_places(old: dict, given: dict, places: list[str]) -> dict:
    new = _copy(old)
    for pointer in places:
        put(new, pointer, at(given, pointer))
    return new


def _copy(answers: dict) -> dict:
    """A copy whose objects can be changed; lists and values are replaced whole."""
    return {
        name: _copy(value) if isinstance(value, dict) else value for name, value in answers.items()
    }


def lock_intake(intake: Intake) -> Intake:
    """The draft, locked; Refused once it is assessed."""
    intake = (
        Intake.objects.select_for_update(of=("self",))
        .select_related("patient__clinic")
        .get(pk=intake.pk)
    )
    if intake.state != Intake.State.DRAFT:
        raise Refused("This intake was assessed already. Start a new one to change an answer.")
    return intake


def _refuse_bad_answers(intake: Intake, answers: dict) -> None:
    """The rules' own check of shape and dates, with the parts that a draft may still lack."""
    patient, today = intake.patient, timezone.localdate().isoformat()
    whole = answers | {
        "as_of": today,
        "person": {"birth_date": patient.birth_date.isoformat(), "sex": patient.sex}
        | answers.get("person", {}),
        "episode": {"onset": today} | answers.get("episode", {}),
    }
    try:
        shape.check(whole)
    except shape.IntakeRefused as refusal:
        raise AnswersRefused(refusal.errors) from None


def _forget_source(intake: Intake, pointer: str) -> None:
    """A value that was changed by hand no longer comes from the record; a list keeps its source
    for the entries that are still in it."""
    if not isinstance(at(intake.answers, pointer), list):
        intake.provenance.pop(pointer, None)


def audit_answers(action: str, intake: Intake, before: dict, by: Actor) -> None:
    places = {*pointers(before), *pointers(intake.answers)}
    changed = sorted(p for p in places if at(before, p) != at(intake.answers, p))
    audit.record(
        action,
        by=by,
        on=intake,
        before={pointer: at(before, pointer) for pointer in changed},
        after={pointer: at(intake.answers, pointer) for pointer in changed},
    )
