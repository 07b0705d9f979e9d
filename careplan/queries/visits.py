"""Reads of the ledger of visits: what is granted, used and left, and what the rules ask about it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.http import Http404
from django.utils import timezone

from careplan.models import Assessment, Plan, Report, Session, VisitEntry
from careplan.rules.visit_account import Account, Grant, draw
from patients.access import Actor
from patients.models import Patient

TOLD = "told"  # the key of the limit that was told at the intake
WORSE = "CK-12"
ROWS = 200  # of the ledger on a page: the newest


@dataclass(frozen=True)
class Balance:
    """What a payer covers. `granted` None: no limit is known, and every visit is covered.

    `source` says where the limit is from: "ledger" (grants entered), "told" (at the intake) or "".
    `used` counts visits of this clinic's ledger and those told at the intake.
    """

    granted: int | None
    used: int
    left: int | None
    over: int = 0
    lapsed: int = 0
    until: date | None = None  # the last day on which something that is left can be used
    source: str = ""

    @property
    def sentence(self) -> str:
        """`12 of 16 granted visits are used; 4 are left until 31 December 2026.`"""
        if self.granted is None:
            return f"{_count(self.used)} used. No limit is known: enter what the payer grants."
        end = f" until {self.until:%-d %B %Y}" if self.until and self.left else ""
        left = "none is" if not self.left else "1 is" if self.left == 1 else f"{self.left} are"
        found = f"{self.used} of {_count(self.granted)} used; {left} left{end}."
        if self.lapsed:
            found += f" {_count(self.lapsed)} lapsed unused."
        if self.over:
            verb = "is" if self.over == 1 else "are"
            found += f" {_count(self.over)} {verb} not covered."
        return found


def _count(visits: int) -> str:
    return f"{visits} visit{'' if visits == 1 else 's'}"


@dataclass(frozen=True)
class Ledger:
    """All entries of a patient, oldest first, and what they come to on a day."""

    entries: list[VisitEntry]
    balance: Balance
    account: Account
    today: date
    withdrawn: frozenset = field(default=frozenset())  # ids of grants that were taken out
    uncovered: frozenset = field(default=frozenset())  # ids of sessions that no grant covers

    @property
    def grants(self) -> list[VisitEntry]:
        """What is granted and not taken out."""
        return [e for e in self.entries if e.kind == "granted" and e.pk not in self.withdrawn]

    def left_of(self, entry: VisitEntry) -> int:
        grant = next(one for one in self.account.grants if one.key == entry.pk)
        return self.account.left_of(grant)


def ledger(patient: Patient, today: date) -> Ledger:
    """The account of a patient: 2 queries, however many entries there are."""
    entries = list(
        VisitEntry.objects.filter(patient=patient)
        .select_related("by", "session", "grant")
        .order_by("id")
    )
    withdrawn = frozenset(e.grant_id for e in entries if e.kind == "withdrawn")
    used = _used(entries)
    grants = [
        Grant(e.pk, e.visits, e.on, e.until)
        for e in entries
        if e.kind == "granted" and e.pk not in withdrawn
    ]
    told = None if grants else _told(patient)
    days = sorted(used.values())
    if told is None:
        account = draw(grants, days)
    else:
        account = draw([told[0]], [day for day in days if day >= told[0].first])
    balance = _balance(account, told, bool(grants), len(used), today)
    return Ledger(entries, balance, account, today, withdrawn, _uncovered(used, account))


def _used(entries: list[VisitEntry]) -> dict:
    """Session -> its day, of each session whose last entry says used."""
    last = {e.session_id: e for e in entries if e.session_id}
    return {pk: e.on for pk, e in last.items() if e.kind == VisitEntry.Kind.USED}


def _told(patient: Patient) -> tuple[Grant, int] | None:
    """The limit of the newest assessment as a grant from its day on, and the visits that were
    used before; None where no limit was told."""
    newest = Assessment.objects.filter(patient=patient).order_by("-made_at").first()
    coverage = newest.facts.get("coverage", {}) if newest else {}
    limit, before = coverage.get("visit_limit"), coverage.get("visits_used") or 0
    if limit is None:
        return None
    return Grant(TOLD, max(limit - before, 0), newest.as_of), before


def _balance(account: Account, told, granted: bool, used: int, today: date) -> Balance:
    if not granted and told is None:
        return Balance(None, used, None)
    before = told[1] if told else 0
    open_ends = [
        g.last for g in account.grants if account.left_of(g) and (not g.last or g.last >= today)
    ]
    return Balance(
        granted=account.granted + before,
        used=account.used + before,
        left=account.left(today),
        over=account.over,
        lapsed=account.lapsed(today),
        until=max(open_ends) if open_ends and all(open_ends) else None,
        source="told" if told else "ledger",
    )


def _uncovered(used: dict, account: Account) -> frozenset:
    """Sessions whose visit no grant covers; of two on one day, any that make up the number."""
    days = list(account.uncovered)
    found = set()
    for pk, day in sorted(used.items(), key=lambda one: str(one[0]), reverse=True):
        if day in days:
            days.remove(day)
            found.add(pk)
    return frozenset(found)


# Sessions ------------------------------------------------------------------------------------


def sessions(patient: Patient) -> list[Session]:
    """Every session of the patient's signed plans with who gives it, newest plan's first day
    first; those that a new version took out of the plan are left out. One query."""
    rows = (
        Session.objects.filter(patient=patient, program__version__signed_at__isnull=False)
        .exclude(state=Session.State.CANCELLED, program__version__superseded_at__isnull=False)
        .select_related("program__version", "makes_up_for", "made_up_by", "therapist")
    )
    return list(rows.order_by("starts_at"))


def session_of(actor: Actor, pk) -> Session:
    """One session of the actor's clinic; another clinic's is 404."""
    row = (
        Session.objects.for_clinic(actor.clinic)
        .select_related("patient__clinic", "program__version", "makes_up_for", "made_up_by")
        .filter(pk=pk)
        .first()
    )
    if row is None:
        raise Http404("No such session")
    return row


def grant_of(actor: Actor, pk: int) -> VisitEntry:
    """One grant of the actor's clinic; another clinic's is 404."""
    row = (
        VisitEntry.objects.for_clinic(actor.clinic)
        .select_related("patient__clinic")
        .filter(pk=pk, kind=VisitEntry.Kind.GRANTED)
        .first()
    )
    if row is None:
        raise Http404("No such grant")
    return row


def attendance(rows: list[Session]) -> dict[str, int]:
    """State -> how many sessions, with `made_up` for those that another visit made up for."""
    found = dict.fromkeys((*Session.State.values, "made_up"), 0)
    for row in rows:
        found[row.state] += 1
        if row.makes_up_for_id and row.state == Session.State.ATTENDED:
            found["made_up"] += 1
    return found


def zone_of(patient: Patient) -> ZoneInfo:
    """The clinic's zone: visits are in it."""
    return ZoneInfo(patient.clinic.time_zone)


def today_of(patient: Patient, now: datetime | None = None) -> date:
    return timezone.localdate(now, timezone=zone_of(patient))


# For the rules -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """What the rules are asked about a patient's visits, and the parts it was made of."""

    record: dict  # see careplan.rules.visits
    plan: Plan
    ledger: Ledger
    planned: list[date]  # days of the visits to come
    reports: int  # progress reports of this plan
    certifications: int


def standing(patient: Patient, now: datetime) -> Standing | None:
    """The account of the open plan for the rules, in a known number of queries; None where the
    patient follows no plan."""
    plan = Plan.objects.filter(patient=patient).exclude(state=Plan.State.CLOSED).first()
    if plan is None:
        return None
    today = today_of(patient, now)
    found = ledger(patient, today)
    rows = list(Session.objects.filter(program__version__plan=plan).order_by("starts_at"))
    days = sorted(
        timezone.localtime(row.starts_at, zone_of(patient)).date()
        for row in rows
        if row.state == Session.State.ATTENDED
    )
    planned = [
        timezone.localtime(row.starts_at, zone_of(patient)).date()
        for row in rows
        if row.state == Session.State.PLANNED and row.starts_at > now
    ]
    written = list(Report.objects.filter(patient=patient, at__gte=plan.created_at).order_by("at"))
    reports = [row for row in written if row.kind == Report.Kind.PROGRESS]
    certified = [row for row in written if row.kind == Report.Kind.CERTIFICATION]
    record = _record(found, days, reports, certified, today)
    record["worsening"] = _worse(patient, reports)
    return Standing(record, plan, found, planned, len(reports), len(certified))


def _record(found: Ledger, days, reports, certified, today: date) -> dict:
    last = reports[-1] if reports else None
    since = [day for day in days if last is None or day > last.on]
    record = {
        "as_of": today.isoformat(),
        "payer": {"kind": "visit_limit"},
        "visits_used": len(days),
        "visits_since_report": max(len(days) - (last.at_visit if last else 0), 0),
        "days_treated_since_report": len(set(since)),
        "certified_on": certified[-1].on.isoformat() if certified else None,
    }
    if found.balance.granted is not None:
        record["payer"]["visit_limit"] = found.balance.granted
    return record | ({"first_treatment": days[0].isoformat()} if days else {})


def _worse(patient: Patient, reports: list[Report]) -> bool:
    """The newest assessment says that the last check-in was worse, and no report is newer."""
    newest = Assessment.objects.filter(patient=patient).order_by("-made_at").first()
    if newest is None or (reports and reports[-1].at > newest.made_at):
        return False
    return any(finding["rule"] == WORSE for finding in newest.result.get("findings", []))
