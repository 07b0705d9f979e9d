"""Reads of the device door: a patient's stimulators, what the rules say of one, its log of uses."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Max
from django.http import Http404

from careplan.models import Device, DeviceUse, Plan
from careplan.queries import intake as intakes
from careplan.rules.book import book
from careplan.rules.device import judge
from patients.access import Actor
from patients.models import Patient

State = Device.State


@dataclass(frozen=True)
class Judged:
    """What the rules say of one device on one day; `facts` are the intake it was judged on."""

    device: Device
    facts: dict
    status: str
    findings: list[dict]
    missing: list[str]
    follow_ups: list[dict] = field(default_factory=list)

    @property
    def stops(self) -> list[dict]:
        return [one for one in self.findings if one["severity"] == "stop"]

    @property
    def cautions(self) -> list[dict]:
        return [one for one in self.findings if one["severity"] == "caution"]

    @property
    def unweighed(self) -> list[dict]:
        """Cautions that nobody has answered for the facts as they are now."""
        return [one for one in self.cautions if not self.weighed(one)]

    def weighed(self, finding: dict) -> str:
        """Why a caution is acceptable; empty where nobody said so, or the facts have moved since."""
        answer = self.device.weighed.get(finding["rule"], {})
        return answer.get("reason", "") if answer.get("because") == grounds(finding) else ""

    @property
    def stands(self) -> bool:
        """The patient may log its use."""
        if self.device.kind == Device.Kind.TENS:
            return False
        return self.status == "log" or (self.status == "caution" and not self.unweighed)


def grounds(finding: dict) -> list[str]:
    """The facts that a finding rests on, whatever their place in a list."""
    told = finding["because"].items()
    return sorted(f"{path.rstrip('0123456789')}={value}" for path, value in told)


def facts_now(patient: Patient, day: date) -> dict | None:
    """The patient's last assessed answers with all that came since, as of a day; None without."""
    intake = intakes.latest_intake(patient)
    if intake is None:
        return None
    answered = intakes.answered_on(intake)
    return intakes.facts(patient=patient, answers=intake.answers, as_of=day, answered=answered)


def judged(device: Device, facts: dict, use: dict | None = None) -> Judged:
    """What the rules say of a device, or of one use of it: {"pain_before", "pain_after" (0 to 10),
    "burn", "rash" (yes or no)}. No SQL."""
    record = {"kind": device.kind, "schedule": device.schedule, "field": dict(device.field)}
    record |= {"cleared": device.cleared} if device.cleared is not None else {}
    if use:
        record["field"] |= {name: use[name] for name in ("burn", "rash")}
        record |= {name: use[name] for name in ("pain_before", "pain_after")}
    said = judge(facts | {"device": record}, book())
    return Judged(device, facts, **said)


def devices_of(patient: Patient) -> list[Device]:
    """All of one patient, those that were taken off last; `times` and `last_on` of their log."""
    rows = Device.objects.filter(patient=patient).select_related("noted_by")
    rows = rows.annotate(times=Count("uses"), last_on=Max("uses__on"))
    return sorted(rows, key=lambda row: row.state == State.CLOSED)


def device_of(actor: Actor, pk) -> Device:
    """One device of the actor's clinic; another clinic's is 404."""
    rows = Device.objects.for_clinic(actor.clinic).select_related("patient__clinic", "noted_by")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404("No such device")
    return row


def uses(device: Device):
    """The log, newest day first."""
    return DeviceUse.objects.filter(device=device).select_related("by")


def events(device: Device) -> list:
    """Every move of one device, the newest first; at most 100."""
    return list(device.events.select_related("by").order_by("-at", "-id")[:100])


def open_kinds(patient: Patient) -> set[str]:
    """Kinds that are noted and not taken off."""
    return set(
        Device.objects.filter(patient=patient)
        .exclude(state=State.CLOSED)
        .values_list("kind", flat=True)
    )


def logged(patient: Patient) -> list[Device]:
    """What the patient may log: an item of wellness beside the plan, never part of it (NM-01)."""
    return list(Device.objects.filter(patient=patient, state=State.LOGGED).order_by("kind"))


def on_the_phone(patient: Patient) -> list[Device]:
    """What the patient's pages show while the plan runs: what may be logged, and what is held."""
    rows = Device.objects.filter(patient=patient, state__in=(State.LOGGED, State.HELD))
    running = Plan.objects.filter(patient=patient, state=Plan.State.ACTIVE)
    return list(rows.filter(patient_id__in=running.values("patient_id")).order_by("kind"))


def device_on_the_phone(patient: Patient, pk) -> Device:
    """One of `on_the_phone`; anything else is 404."""
    found = next((row for row in on_the_phone(patient) if row.pk == pk), None)
    if found is None:
        raise Http404("No such device")
    return found


def words_for_patient(device: Device) -> list[str]:
    """What the rules say to the patient of what is held, or of what may be logged, each once."""
    told = device.held_for if device.state == State.HELD else device.findings
    words = [one["patient_message"] for one in told if one.get("patient_message")]
    return list(dict.fromkeys(words))
