"""What a patient says in their own words: read at once for warning signs (RFL-06)."""

import hashlib
from datetime import date
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from careplan.actions import follow_up
from careplan.models import CheckIn
from careplan.rules import free_text
from careplan.rules.book import book
from patients import audit
from patients.access import Actor, check_can
from patients.roles import Permission

from .answers import CheckInRefused

LONGEST = 4000  # letters of one message; a page says so before it is sent


@transaction.atomic
def tell(*, checkin: CheckIn, words: str, by: Actor) -> list[str]:
    """Read words that were typed beside a check-in; what to tell the patient at once.

    Words that may speak of a warning sign become a row for the therapist, with the words in it;
    they answer no question of the check-in, hold nothing and lower nothing. The same words on one
    day make one row. Raises CheckInRefused where there are none, or too many.
    """
    check_can(by, Permission.OWN_CHECKIN_ANSWER, on=checkin)
    words = words.replace("\0", " ").strip()  # the database keeps no NUL
    if not words:
        raise CheckInRefused("Write a few words, or go on without.")
    if len(words) > LONGEST:
        raise CheckInRefused(f"Please use {LONGEST:,} letters or fewer.")
    clinic = checkin.patient.clinic
    today = timezone.now().astimezone(ZoneInfo(clinic.time_zone)).date()
    said = free_text.read({"as_of": today.isoformat(), "text": words}, book())
    audit.record("checkin.tell", by=by, on=checkin, after={"flags": said["flags"]})
    findings = {finding["rule"]: finding for finding in said["findings"]}
    for asked in said["follow_ups"]:
        _raise(checkin, asked, findings[asked["rule"]], words)
    return [finding["patient_message"] for finding in said["findings"]]


def _raise(checkin: CheckIn, asked: dict, finding: dict, words: str) -> None:
    mark = hashlib.sha256(words.encode()).hexdigest()[:16]
    follow_up.raise_one(
        key=f"words:{checkin.pk}:{asked['due']}:{asked['rule']}:{asked['kind']}:{mark}",
        patient=checkin.patient,
        plan=checkin.reminder.plan,
        kind=asked["kind"],
        severity=finding["severity"],
        role=asked["role"],
        rule=asked["rule"],
        reason=finding["message"],
        because={"words": words},
        due_on=date.fromisoformat(asked["due"]),
        by=Actor.for_job("read check-ins", checkin.patient.clinic),
    )
