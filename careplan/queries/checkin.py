"""Reads of the checkin door: which questions a check-in asks, what its answers come to, and the
measures of a patient over time."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from careplan.models import CheckIn, DayEntry, FollowUp, Goal, HomePlanItem, Outcome, Reminder
from careplan.queries import intake as intakes
from careplan.rules.book import Question, book
from careplan.rules.facts import Facts
from patients.models import Link, Patient

FLAGS, EFFECTS, MEASURES = "red_flags", "side_effects", "how_it_goes"
# PEG's first question is the pain average of CK-01: it is asked once and counts for both.
HOW_IT_GOES = (
    "nprs",
    "peg_enjoyment",
    "peg_activity",
    "walking_minutes",
    "sleep_quality",
    "nights_woken",
    "psfs",
    "adherence",
    "overall",
)
PEG = ("nprs", "peg_enjoyment", "peg_activity")
ADHERENCE_DAYS = 7
GRADES = ("mild", "moderate", "severe")
OVERALL = (
    "much_worse",
    "worse",
    "slightly_worse",
    "same",
    "slightly_better",
    "better",
    "much_better",
)


@dataclass(frozen=True)
class Asked:
    """The questions of one check-in as its answers stand now, in order."""

    questions: list[Question]
    drugs: dict[str, str]  # id of a side-effect question -> the drug it is about
    activity: str  # the patient's own activity, in their words

    def question(self, question_id: str) -> Question | None:
        return next((one for one in self.questions if one.id == question_id), None)

    def next_open(self, answers: dict) -> Question | None:
        """The first question without an answer; None when all are answered or skipped."""
        return next((one for one in self.questions if one.id not in answers), None)

    def before(self, question: Question) -> Question | None:
        place = self.questions.index(question)
        return self.questions[place - 1] if place else None


def asked(checkin: CheckIn, today: date) -> Asked:
    """Red flags first, then effects by drug taken, then how it goes. Any warning sign answered
    with yes leaves out what comes after the warning signs."""
    answers, table = checkin.answers, book().check_in
    found = _facts(checkin, today)
    flags = [one for one in table.values() if one.step == FLAGS and _applies(one, found)]
    effects = [one for one in table.values() if one.step == EFFECTS and _applies(one, found)]
    drugs = {one.id: _drug(one, found) for one in effects}
    if any(answers.get(one.id) == "yes" for one in flags):
        return Asked(flags, {}, "")
    activity = _activity(checkin.patient) if "psfs" in _known(found) else ""
    left_out = {"psfs"} if not activity else set()
    if noted_days(checkin.patient, today):
        left_out.add("adherence")
    measures = [table[one] for one in HOW_IT_GOES if one not in left_out]
    return Asked([*flags, *effects, *measures], drugs, activity)


def _facts(checkin: CheckIn, today: date) -> Facts | None:
    """What the rules know of the patient, with what this check-in has said so far."""
    intake = intakes.latest_intake(checkin.patient)
    if intake is None:
        return None
    found = intakes.facts(
        patient=checkin.patient,
        answers=intake.answers,
        as_of=today,
        answered=intakes.answered_on(intake),
    )
    found["check_ins"] = [*found["check_ins"], {"on": today.isoformat(), **said(checkin.answers)}]
    return Facts(found, book())


def said(answers: dict) -> dict:
    """The red flags of a check-in that is still being answered, as the rules read them."""
    table = book().check_in
    flags = {key: value or "unknown" for key, value in answers.items() if table[key].step == FLAGS}
    return {"red_flags": flags} if flags else {}


def _applies(question: Question, found: Facts | None) -> bool:
    if question.applies is None:
        return True
    return found is not None and question.applies.truth(found) is True


def _drug(question: Question, found: Facts) -> str:
    """`gabapentin_effects` -> the name under which that drug, or one of its class, is listed."""
    name = question.id.removesuffix("_effects")
    taken = found.medicines.taken(name)
    return taken[0].drug if taken else name


def _known(found: Facts | None) -> dict:
    return found.intake.get("function", {}) if found else {}


def _activity(patient: Patient) -> str:
    """The first goal of the running version: PSFS asks about one activity of the patient's own."""
    goal = Goal.objects.filter(
        version__plan__patient=patient,
        version__signed_at__isnull=False,
        version__superseded_at=None,
    ).first()
    return goal.text if goal else "the activity you chose"


def stops(answers: dict) -> str:
    """The flag that makes the answers an emergency, or nothing: the form ends at once."""
    flags = {key for key, value in answers.items() if value == "yes"}
    effects = [
        told for value in answers.values() if isinstance(value, dict) for told in value.items()
    ]
    for flag, row in book().red_flags.items():
        if flag in flags and (row.emergency or flags & set(row.emergency_with)):
            return flag
        if row.emergency and any(_means(row, *told) for told in effects):
            return flag
    return ""


def _means(row, effect: str, grade: str) -> bool:
    """A side effect that answers the flag with yes (D-09)."""
    return any(
        effect == name and GRADES.index(grade) >= GRADES.index(least)
        for name, least, meaning in row.effects
        if meaning == "yes"
    )


def entry_of(answers: dict, drugs: dict, adherence: float | None) -> dict:
    """Answers by question id -> one entry of the contract's `check_ins`, without its date."""
    entry = said(answers)
    if effects := _effects(answers, drugs):
        entry["side_effects"] = effects
    for name in ("nprs", "walking_minutes", "sleep_quality", "nights_woken"):
        if answers.get(name) is not None:
            entry[name] = answers[name]
    if all(answers.get(name) is not None for name in PEG):
        entry["peg"] = [answers[name] for name in PEG]
    if answers.get("psfs") is not None:
        entry["psfs"] = [answers["psfs"]]
    if answers.get("adherence") is not None:
        adherence = round(answers["adherence"] / ADHERENCE_DAYS, 2)
    return entry | ({"adherence": adherence} if adherence is not None else {})


def _effects(answers: dict, drugs: dict) -> list[dict]:
    return [
        {"drug": drugs[key], "effect": effect, "grade": grade}
        for key, told in answers.items()
        if key in drugs and told
        for effect, grade in told.items()
    ]


# Rows ----------------------------------------------------------------------------------------


def checkin_link(token: str) -> Link:
    """The link of a check-in; raises LinkRefused where it opens nothing (any more)."""
    return Link.objects.find(token, purpose=Link.Purpose.CHECKIN)


def plan_link(token: str) -> Link:
    """The link of a plan; raises LinkRefused where it opens nothing (any more)."""
    return Link.objects.find(token, purpose=Link.Purpose.PLAN)


def of_link(link: Link) -> CheckIn | None:
    """The check-in that a signed link opens: of the same patient, or none."""
    return (
        CheckIn.objects.select_related("reminder__plan", "patient__clinic", "patient__user")
        .filter(pk=link.subject_id, patient=link.patient_id)
        .first()
    )


def told_yes(patient: Patient) -> bool:
    """Whether a check-in that was begun and not sent yet holds a warning sign answered with yes:
    the rules read it when it is sent or its window ends."""
    begun = CheckIn.objects.filter(
        patient=patient, submitted_at=None, reminder__state=Reminder.State.OPEN
    )
    return any("yes" in said(row.answers).get("red_flags", {}).values() for row in begun)


def after(checkin: CheckIn) -> dict:
    """What was told, in words and numbers, who reads it and by when."""
    row = FollowUp.objects.filter(key=f"checkin:{checkin.pk}").first()
    team = checkin.patient.care_team.select_related("user").filter(role="therapist").first()
    return {
        "told": {outcome.measure: outcome for outcome in checkin.outcomes.all()},
        "kind": row.kind.removeprefix("check_in_") if row else "",
        "due_on": row.due_on if row else None,
        "reader": team.user.name.split()[0] if team else "",
        "warning": "unknown" in checkin.answers.get("red_flags", {}).values(),
    }


def open_link(patient: Patient) -> Link | None:
    """The link of the check-in that waits for the patient now."""
    checkin = CheckIn.objects.filter(
        patient=patient, submitted_at=None, reminder__state=Reminder.State.OPEN
    ).first()
    if checkin is None:
        return None
    return Link.objects.filter(
        purpose=Link.Purpose.CHECKIN, subject_id=checkin.pk, withdrawn_at=None
    ).first()


def next_due(patient: Patient) -> Reminder | None:
    return (
        Reminder.objects.filter(
            patient=patient, state=Reminder.State.DUE, plan__state__in=("active", "safety_hold")
        )
        .order_by("due_at")
        .first()
    )


def series(patient: Patient, since: date) -> dict[str, list[Outcome]]:
    """Measure -> its outcomes since the baseline, oldest first."""
    found = defaultdict(list)
    for row in Outcome.objects.filter(patient=patient, on__gte=since).order_by("on", "id"):
        found[row.measure].append(row)
    return dict(found)


def before(checkin: CheckIn) -> dict[str, Outcome]:
    """Measure -> the value before this check-in's own."""
    rows = Outcome.objects.filter(patient=checkin.patient_id).exclude(checkin=checkin)
    return {row.measure: row for row in rows.order_by("on", "id")}


def noted_days(patient: Patient, today: date, days: int = 14) -> dict[date, set[str]]:
    """Day -> exercises noted as done, over the last days before today."""
    found = defaultdict(set)
    rows = DayEntry.objects.filter(
        patient=patient,
        kind=DayEntry.Kind.EXERCISE,
        on__gte=today - timedelta(days=days),
        on__lt=today,
    )
    for day, exercise in rows.values_list("on", "exercise"):
        found[day].add(exercise)
    return dict(found)


def adherence(patient: Patient, today: date) -> float | None:
    """Share of the last 14 days with an exercise noted; None where nothing was noted at all."""
    days = noted_days(patient, today)
    return round(len(days) / 14, 2) if days else None


def exercises_of(patient: Patient) -> list[HomePlanItem]:
    """The home exercises of the plan that runs; none while it is on hold."""
    return list(
        HomePlanItem.objects.filter(
            home_plan__version__plan__patient=patient,
            home_plan__version__plan__state="active",
            home_plan__version__signed_at__isnull=False,
            home_plan__version__superseded_at=None,
        )
        .select_related("home_plan__version__clinic")
        .order_by("position")
    )
