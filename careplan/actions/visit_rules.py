"""What the rules ask for after a change of the visits: each thing once, closed when it is done."""

from datetime import date

from django.utils import timezone

from careplan.actions import follow_up
from careplan.models import FollowUp
from careplan.queries import visits as queries
from careplan.queries.visits import Standing
from careplan.rules import visits as rules
from careplan.rules.book import book
from patients.access import Actor
from patients.models import Patient

PROGRESS, CERTIFICATION, AUTHORISATION = "progress_report", "certification", "prior_authorisation"
EVERY = 10  # visits after which an unwritten report is asked for again (PT-23)
WARN, OVER = "PAY-02", "PAY-03"
# No number that moves from visit to visit: a row keeps its words while it is open.
WARN_SAYS = "The planned visits use up the {visits} that the payer covers. Ask for more in time."
OVER_SAYS = (
    "More visits are used or planned than the {visits} that the payer covers. Ask for more, or keep "
    "a notice that the patient has signed."
)


def judge(*, patient: Patient, by: Actor) -> list[FollowUp]:
    """Raise what the rules of visits ask for. Called inside the action's transaction.

    The key of a row names what it is about (the plan, the number of the report), so that the same
    thing is asked for once, however often visits are recorded and corrected.
    """
    standing = queries.standing(patient, timezone.now())
    if standing is None:
        return []
    said = rules.judge(standing.record, book())
    found = {finding["rule"]: finding for finding in said["findings"]}
    rows = [
        _raise(patient, standing, asked, found[asked["rule"]], by)
        for asked in said["follow_ups"]
        if asked["rule"] in found
    ]
    if asked := _more_visits(standing):
        rows.append(_raise(patient, standing, *asked, by))
    return rows


def written(*, patient: Patient, kind: str, what: str, by: Actor) -> None:
    """Close the rows that asked for what is there now: `what` is the sentence that they keep."""
    rows = FollowUp.objects.filter(patient=patient, kind=kind)
    for row in rows.exclude(state=FollowUp.State.CLOSED):
        follow_up.close(row=row, reason=what, by=by)


def granted(*, patient: Patient, by: Actor) -> None:
    written(patient=patient, kind=AUTHORISATION, what="The payer granted visits.", by=by)


def _raise(patient: Patient, standing: Standing, asked: dict, finding: dict, by: Actor) -> FollowUp:
    """One row; where a row of this kind is open already, that one, graver where the news is."""
    open_row = (
        FollowUp.objects.filter(patient=patient, kind=asked["kind"])
        .exclude(state=FollowUp.State.CLOSED)
        .first()
    )
    return follow_up.raise_one(
        key=open_row.key if open_row else _key(standing, asked["kind"]),
        patient=patient,
        plan=standing.plan,
        kind=asked["kind"],
        severity=finding["severity"],
        role="therapist",  # who writes the paper: admins see no health records
        rule=asked["rule"],
        reason=finding["message"],
        because=finding["because"],
        due_on=date.fromisoformat(asked["due"]),
        by=by,
    )


def _key(standing: Standing, kind: str) -> str:
    if kind == PROGRESS:
        spell = standing.record["visits_since_report"] // EVERY
        number = f"{standing.reports + 1}:{spell}"
    elif kind == CERTIFICATION:
        number = standing.certifications + 1
    else:
        moved = ("granted", "withdrawn")
        number = sum(entry.kind in moved for entry in standing.ledger.entries)
    return f"visits:{standing.plan.pk}:{kind}:{number}"


def _more_visits(standing: Standing) -> tuple[dict, dict] | None:
    """(asked, finding) where the planned visits reach what is granted (PAY-02, PAY-03)."""
    balance, today = standing.ledger.balance, standing.ledger.today
    if balance.granted is None:
        return None
    due = rules.authorisation_due(standing.planned, 0, balance.left, book())
    planned = len(standing.planned)
    over = balance.over + max(planned - balance.left, 0)
    if due is None and not balance.over:
        return None
    because = {"granted": balance.granted, "used": balance.used, "planned": planned}
    asked = {"kind": AUTHORISATION, "rule": OVER if over else WARN}
    asked["due"] = max(due or today, today).isoformat()
    return asked, {
        "severity": "caution" if over else "info",
        "message": (OVER_SAYS if over else WARN_SAYS).format(visits=balance.granted),
        "because": because,
    }
