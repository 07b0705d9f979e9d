"""One clinic with one of everything that has an address, and what each route takes of it."""

from dataclasses import asdict
from datetime import date
from pathlib import Path

from django.urls import reverse
from django.utils import timezone

from careplan.actions import assessment, calendar, follow_up, plan, preset, reports, visits
from careplan.actions import sheet as sheets
from careplan.exchange.fhir_in import read_bundle
from patients import actions
from patients.models import Clinic, Link, Patient
from patients.roles import STAFF_ROLES, Role
from tests.conftest import actor_of, make_staff
from tests.factories.assessment import answers, assessed
from tests.factories.checkin import first_due, link_of, opened, running
from tests.factories.device import noted
from tests.factories.library import pictured
from tests.factories.proposal import step_up

RECORD = Path(__file__).parents[1] / "exchange" / "data" / "p07_kidney_disease_diabetes.json"
# Parts of an address that are words, not ids.
WORDS = {
    "step": "story",
    "flag": "saddle_numbness",
    "code": "COR-01",
    "kind": "pain",
    "move": "attend",
    "number": 1,
    "rule_id": "MED-GEN-02",
    "question_id": "saddle_numbness",
}
SPECIAL = {
    "figure": {"kind": "panels"},
    "report_new": {"kind": "progress"},
    "device_new": {"kind": "clinic"},
}
OWN_EXERCISE = ("exercise_edit", "exercise_retire", "exercise_bring_back")
QUERIES = {
    "plan_home_put_back": "?at=0&bout=1&sets=1&reps=8&hold_s=0&short_day=0",
    "plan_home_bouts": "?day=COR-01.1,COR-02.1",
}


class World:
    """Everything of one clinic. `nina` has every role."""

    def __init__(self, clinic: Clinic, patient: Patient, prefix: str):
        self.clinic, self.patient = clinic, patient
        self.nina = make_staff(clinic, f"{prefix} Nina", *STAFF_ROLES)
        self.by = actor_of(self.nina, clinic)
        self.member = make_staff(clinic, f"{prefix} Mo", Role.THERAPIST).memberships.get()
        self.invitation = actions.invite(
            clinic=clinic, email=f"x@{prefix}.example", name="X", roles=["admin"], by=self.by
        )
        self.closure = actions.close_days(
            clinic=clinic, first_day=date(2027, 6, 1), why="Works on the roof", by=self.by
        )
        self.link = actions.add_support_link(
            clinic=clinic, name="Back Pain Circle", phone="555 0100", by=self.by
        )
        self.plan = running(patient, self.by)
        self.checkin = opened(self.plan, now=first_due(self.plan))
        self.draft = plan.revise(plan=self.plan, by=self.by)
        self.medicine = self.plan.medication_steps.filter(state="proposed").first()
        self.session = self.plan.current.program.sessions.first()
        self.grant = visits.grant(
            patient=patient, payer="Payer", visits=12, on=timezone.localdate(), by=self.by
        )
        self.report = reports.write(
            patient=patient, kind="progress", words={"course": "Well.", "need": "Yes."}, by=self.by
        )
        self.sheet = self._sheet()
        self.feed = calendar.new_address(by=self.by)
        self.row = self._row()
        self.record = self._record()
        self.flagged = self._flagged()
        self.exercise = pictured(self.by)
        self.step = step_up(self.plan)
        words = {"name": f"{prefix} first weeks", "for_whom": "A stiff back"}
        self.preset = preset.keep(version=self.draft, by=self.by, **words)
        self.device = noted(patient, self.by)

    def _sheet(self):
        version = self.plan.current
        codes = [item.exercise for item in version.home_plan.items.all()]
        today = timezone.localdate()
        return sheets.put_on_paper(version=version, exercises=codes, first_day=today, by=self.by)

    def _row(self):
        return follow_up.raise_one(
            key=f"test:{self.patient.pk}",
            patient=self.patient,
            plan=self.plan,
            kind="checkin_reply",
            severity="caution",
            role="therapist",
            rule="CK-12",
            reason="Worse than before.",
            due_on=timezone.localdate(),
            by=self.by,
        )

    def _record(self):
        proposal = read_bundle(RECORD.read_bytes(), as_of=date(2026, 11, 24))
        return assessment.keep_import(
            proposal=asdict(proposal), sha256="0" * 64, file_name="p07.json", by=self.by
        )

    def _flagged(self) -> Patient:
        """Somebody with an open warning sign, and therefore without a plan."""
        person = {"given_name": "Fay", "family_name": "Flagged", "birth_date": "1970-02-03"}
        row = actions.register(clinic=self.clinic, person=person | {"sex": "female"}, by=self.by)
        assessed(row, self.by, answers(saddle_numbness="yes"))
        return row

    def token(self, route: str) -> str:
        if route == "calendar":
            return self.feed.token
        if route == "join":
            return self.invitation.links.get().token
        if route == "open_plan":
            return Link.objects.get(purpose="plan", patient=self.patient).token
        return link_of(self.checkin).token

    def arguments(self, route) -> dict:
        """What this route takes, from this clinic."""
        ids = {
            "patient_id": self.patient.pk,
            "member_id": self.member.pk,
            "closure_id": self.closure.pk,
            "proposal_id": self.step.pk,
            "link_id": self.link.pk,
            "invitation_id": self.invitation.pk,
            "import_id": self.record.pk,
            "step_id": self.medicine.pk,
            "session_id": self.session.pk,
            "row_id": self.row.pk,
            "grant_id": self.grant.pk,
            "report_id": self.report.pk,
            "what": self.sheet.code,
            "device_id": self.device.pk,
            "picture_id": self.exercise.picture_id,
            "preset_id": self.preset.pk,
            "version_id": self.draft.pk,
            "to_id": self.flagged.pk,
        }
        known = WORDS | ids | ({"token": self.token(route.name)} if "token" in route.takes else {})
        known |= SPECIAL.get(route.name, {})
        if route.name in ("sheet", "sheet_door"):
            known["code"] = self.sheet.code
        known |= {"code": self.exercise.code} if route.name in OWN_EXERCISE else {}
        if route.name in ("flag_review", "emergency_page"):
            known["patient_id"] = self.flagged.pk
        return {name: known[name] for name in route.takes}

    def path(self, route, slug: str | None = None, **changed) -> str:
        """The whole address; `slug` puts the same ids below another clinic."""
        taken = self.arguments(route) | changed
        if route.door == "clinic":
            taken["clinic"] = slug or self.clinic.slug
        return reverse(route.name, kwargs=taken) + QUERIES.get(route.name, "")
