"""Reads of the sheet door: what a version says on paper, and what a filled fortnight holds."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.http import Http404

from careplan.models import (
    DayEntry,
    Device,
    ExercisePicture,
    Goal,
    HomePlanItem,
    MedicationStep,
    Plan,
    PlanSheet,
    PlanVersion,
    Reminder,
    Session,
    SessionLog,
)
from careplan.queries import checkin as checkins
from careplan.queries import device as devices
from careplan.queries import home_plan as home_queries
from careplan.queries import medication as medicines
from careplan.queries import mine as mine_queries
from careplan.queries import plan as plans
from careplan.queries import safety
from careplan.queries import session_log as logs
from careplan.queries.catalogue import catalogue, hidden
from careplan.rules.book import Exercise
from patients.access import Actor
from patients.models import Clinic, Membership, Patient, SupportLink, User
from patients.queries import support_links

VISITS = 6  # dates on paper, at most
PAPER = SessionLog.Source.PAPER
# Columns of a fortnight beside the exercises.
KINDS = ("short_day", "pain", "walked", "breathing", "enjoyed")


@dataclass(frozen=True)
class Line:
    """One exercise on paper: its row with the dose, what it is, and what this person must heed."""

    row: HomePlanItem
    exercise: Exercise
    notes: tuple[str, ...] = ()
    picture: bytes | None = None  # a clinic's own, JPEG

    @property
    def counts(self) -> bool:
        """Walking, cycling and water are counted apart from the fifteen minutes (PT-08)."""
        return not self.row.exercise.startswith(home_queries.AEROBIC)


@dataclass(frozen=True)
class Printed:
    """Everything that a version says on paper. `panel` set: nothing of it may be printed but that."""

    version: PlanVersion
    clinic: Clinic
    patient: Patient
    panel: safety.Panel | None = None
    lines: list[Line] = field(default_factory=list)
    walk: str = ""
    usual: float | None = None
    goals: list[Goal] = field(default_factory=list)
    visits: list[Session] = field(default_factory=list)
    checkin: Reminder | None = None
    medicines: list[MedicationStep] = field(default_factory=list)
    devices: list[Device] = field(default_factory=list)  # that may be logged, beside the plan
    support: list[SupportLink] = field(default_factory=list)

    @property
    def draft(self) -> bool:
        return self.version.signed_at is None

    @property
    def codes(self) -> list[str]:
        return [line.row.exercise for line in self.lines]

    @property
    def bouts(self) -> list["Part"]:
        """The parts of the day with what is printed of each; none where it is one piece."""
        if not home_queries.is_split(line.row for line in self.lines):
            return []
        anchors, found = self.version.home_plan.anchors, {}
        for line in self.lines:
            found.setdefault(line.row.bout, []).append(line)
        return [
            Part("ABC"[number - 1], anchors[number - 1]["words"], lines)
            for number, lines in found.items()
        ]

    @property
    def short(self) -> list[Line]:
        return [line for line in self.lines if line.row.short_day]


@dataclass(frozen=True)
class Part:
    """One bout of a day on paper (BAR-05): the letter it is ticked by, what it is tied to."""

    letter: str
    anchor: str
    lines: list[Line]


def minutes(lines: list[Line]) -> Decimal:
    """Minutes a day with changeovers, as in the plan itself."""
    counted = [line.row.minutes for line in lines if line.counts]
    return sum(counted, Decimal(0)) + home_queries.CHANGEOVER * len(counted)


# What may be printed -------------------------------------------------------------------------


def current(patient: Patient) -> PlanVersion | None:
    """The signed version the patient follows, on hold or not."""
    return plans.current_of(patient)


def draft(patient: Patient) -> PlanVersion | None:
    return plans.draft_of(patient)


def printed(version: PlanVersion, now: datetime, day: date) -> Printed:
    """A version as it may be printed on the patient's own `day`. A hold or an open warning sign
    leaves nothing of it but the panel."""
    patient, clinic = version.patient, version.clinic
    panel = safety.panel_of(patient)
    if panel or version.plan.state == Plan.State.CLOSED:
        return Printed(version, clinic, patient, panel)
    running = version.signed_at is not None
    return Printed(
        version=version,
        clinic=clinic,
        patient=patient,
        lines=_lines(version),
        walk=_walk(version),
        usual=mine_queries.usual_pain(patient),
        goals=list(version.goals.all()),
        visits=list(mine_queries.visits(version.plan, now)[:VISITS]) if running else [],
        checkin=checkins.next_due(patient) if running else None,
        medicines=medicines.signed_for(patient, day),
        devices=devices.logged(patient),
        support=list(support_links(clinic)),
    )


def _lines(version: PlanVersion) -> list[Line]:
    """The version's exercises in order, without what this person must not do (any more)."""
    known = catalogue(version.clinic, at=version.signed_at)
    newest = plans.newest_assessment(version.patient)
    left_out = set(hidden(newest, known)) | mine_queries.left_out(version.patient)
    care = home_queries.caution_notes(newest, known)
    rows = [row for row in version.home_plan.items.all() if row.exercise not in left_out]
    rows = [row for row in rows if row.exercise in known]
    pictures = _pictures([known[row.exercise] for row in rows])
    return [
        Line(
            row=row,
            exercise=known[row.exercise],
            notes=_notes(row, care.get(row.exercise, ())),
            picture=pictures.get(row.exercise),
        )
        for row in rows
    ]


def _pictures(exercises: list[Exercise]) -> dict[str, bytes]:
    """Code -> the clinic's own picture; no SQL where none has one."""
    wanted = {one.code: one.picture for one in exercises if one.own and one.picture}
    if not wanted:
        return {}
    rows = ExercisePicture.objects.filter(pk__in=wanted.values())
    content = {str(row.pk): bytes(row.content) for row in rows}
    return {code: content[key] for code, key in wanted.items() if key in content}


def _notes(row: HomePlanItem, care) -> tuple[str, ...]:
    said = [one.note for one in care]
    return tuple(f"{note[0].upper()}{note[1:].rstrip('.')}." for note in [row.note, *said] if note)


def _walk(version: PlanVersion) -> str:
    """The name of the walking (or cycling) of the program."""
    aerobic = (version.assessment.result.get("home_plan") or {}).get("aerobic") or {}
    return aerobic.get("name", "Walking")


# Sheets --------------------------------------------------------------------------------------


def sheet_of(clinic: Clinic, code: str) -> PlanSheet | None:
    """The sheet of a page code in one clinic, with its version; None where there is none."""
    rows = PlanSheet.objects.for_clinic(clinic).select_related(
        "patient__clinic", "version__plan", "version__signed_by", "version__home_plan"
    )
    return rows.filter(code=code).first()


def sheet(actor: Actor, code: str) -> PlanSheet:
    """A sheet of the actor's clinic, a patient's own where a patient asks; others are 404."""
    found = sheet_of(actor.clinic, code)
    if found is None or (actor.patient and found.patient_id != actor.patient.pk):
        raise Http404("No sheet has this code")
    return found


def sheet_by_code(code: str) -> PlanSheet:
    """A sheet of any clinic, for the door behind the QR code, which shows nothing of it."""
    found = PlanSheet.objects.select_related("patient", "clinic").filter(code=code).first()
    if found is None:
        raise Http404("No sheet has this code")
    return found


def works_at(user: User, clinic: Clinic) -> bool:
    return Membership.objects.filter(user=user, clinic=clinic, active=True).exists()


def sheets_of(patient: Patient, most: int = 6) -> list[PlanSheet]:
    """The last printed fortnights of a patient, newest first."""
    return list(PlanSheet.objects.filter(patient=patient).select_related("version")[:most])


def days(sheet: PlanSheet) -> list[date]:
    return [sheet.first_day + timedelta(days=n) for n in range(PlanSheet.DAYS)]


def names(sheet: PlanSheet) -> list[str]:
    """The names of the exercises of a sheet, in its order, as they were when it was signed."""
    known = catalogue(sheet.clinic, at=sheet.version.signed_at)
    return [known[code].name if code in known else code for code in sheet.exercises]


@dataclass(frozen=True)
class Mark:
    """What is known already of one box of a sheet: done, partly or not_today of an exercise, a
    number, or "done" of another tick; and whether it came on paper."""

    value: str | int
    paper: bool = False


def marks(sheet: PlanSheet) -> dict[tuple[date, str], Mark]:
    """(day, exercise or kind) -> what is there already; two queries."""
    first, *_, last = days(sheet)
    logged = {
        (entry.row.on, entry.row.exercise): Mark(entry.row.outcome, entry.row.source == PAPER)
        for entry in logs.entries(sheet.patient, first, last)
    }
    rows = DayEntry.objects.filter(patient=sheet.patient, on__range=(first, last))
    rows = rows.filter(kind__in=KINDS)
    return logged | {
        (row.on, row.kind): Mark("done" if row.value is None else row.value) for row in rows
    }
