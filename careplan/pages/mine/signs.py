"""Signs that need quick care, in the patient's words."""

from careplan.queries import safety
from careplan.rules.book import book


def in_a_session() -> list[tuple[str, str]]:
    """What is asked when an exercise is too much (PT-22): (code, words), the gravest first."""
    return [(row.code, row.plain) for row in book().codes["session_signs"].values()]


def emergency_signs() -> list:
    """The check-in's warning signs that mean an emergency."""
    flags = book().red_flags
    return [
        row
        for row in book().check_in.values()
        if row.id in flags and flags[row.id].core and flags[row.id].emergency
        if flags[row.id].rule != safety.CRISIS  # has words and a number of its own
    ]
