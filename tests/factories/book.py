"""Clinics whose clinical lead has signed the rule book."""

from datetime import UTC, datetime

from careplan.models import BookSignature
from careplan.rules import edition
from patients.models import Clinic, User

SIGNED_AT = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)


def signed(clinic: Clinic, **changes) -> BookSignature:
    """The running book, signed by somebody who has left since, so that staff lists stay short."""
    running = edition.running()
    email = f"former-lead@{clinic.slug}.example"
    user, _ = User.objects.get_or_create(email=email, defaults={"name": "Wanda Former"})
    values = {
        "version": running.version,
        "digest": running.digest,
        "marks": running.marks,
        "rules": running.rules,
        "unchecked": running.unchecked,
        "name": user.name,
        "licence_number": "L-1",
        "licence_authority": "State Board",
        "signed_at": SIGNED_AT,
        "signed_by": user,
    }
    return BookSignature.objects.create(clinic=clinic, **values | changes)


class OtherEdition:
    """A book of another version, as an upgrade would put it there: one rule new, one reworded."""

    version = "2027.1.1"
    digest = "f" * 64
    rules = 3
    unchecked = 3
    conventions = 1

    before = staticmethod(edition.running)

    def __init__(self):
        marks = edition.running().marks
        rules = dict(list(marks["rules"].items())[1:])
        first = next(iter(rules))
        self.marks = {
            "rules": rules | {first: "0" * 12, "RF-991": "1" * 12},
            "files": marks["files"] | {"exercises": "2" * 12},
        }
