"""What a therapist has seen and weighed before a draft is signed."""

from django.db import transaction

from careplan.actions import drafting
from careplan.actions.drafting import PlanRefused
from careplan.models import PlanVersion
from careplan.queries import plan as queries
from careplan.rules.book import book
from patients.access import Actor

NOTE_LENGTH, REASON_LENGTH = 200, 300


@transaction.atomic
def save_movement(
    *, version: PlanVersion, seen: dict[str, dict], by: Actor, revision=None
) -> PlanVersion:
    """The checklist of movement (PT-06): {code of `movements`: {"seen": bool, "note": text}}."""
    known = book().codes["movements"]
    if unknown := sorted(set(seen) - set(known)):
        raise PlanRefused(f"There is no movement {unknown[0]} on the checklist.")
    if any(len(line["note"]) > NOTE_LENGTH for line in seen.values()):
        raise PlanRefused(f"A note about a movement has at most {NOTE_LENGTH} letters.")
    row = drafting.claim(version=version, by=by, revision=revision)
    before, row.movement = row.movement, {code: seen[code] for code in known if code in seen}
    row.save(update_fields=["movement"])
    drafting.note("movement", by=by, version=row, before=before, after=row.movement)
    return row


@transaction.atomic
def weigh(*, version: PlanVersion, key: str, reason: str, by: Actor, revision=None) -> PlanVersion:
    """Say why the plan goes on with something that is allowed only with a reason; empty words
    take the answer back. Raises PlanRefused for what the draft does not hold (any more)."""
    row = drafting.claim(version=version, by=by, revision=revision)
    reason = reason.strip()
    if len(reason) > REASON_LENGTH:
        raise PlanRefused(f"A reason has at most {REASON_LENGTH} letters.")
    if key not in {one.key for one in queries.cautions(queries.whole(row.pk))}:
        raise PlanRefused("The draft has changed: this is not in it any more.")
    before = row.reasons.get(key, "")
    row.reasons = {k: why for k, why in (row.reasons | {key: reason}).items() if why}
    row.save(update_fields=["reasons"])
    drafting.note("weigh", by=by, version=row, before={key: before}, after={key: reason})
    return row
