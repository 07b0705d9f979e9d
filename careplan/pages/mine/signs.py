"""Signs that need quick care, in the patient's words."""

from careplan.queries import safety
from careplan.rules.book import book

# What is asked when an exercise is too much (PT-22), the gravest first.
IN_A_SESSION = {
    "chest_pain": "Chest pain",
    "faint": "I fainted",
    "leg_weakness": "A leg went weak",
    "bladder_bowel_saddle": "Trouble with peeing or bowels, or numb between the legs",
    "leg_numbness": "A leg went numb",
    "fall": "I fell",
}


def emergency_signs() -> list:
    """The check-in's warning signs that mean an emergency."""
    flags = book().red_flags
    return [
        row
        for row in book().check_in.values()
        if row.id in flags and flags[row.id].core and flags[row.id].emergency
        if flags[row.id].rule != safety.CRISIS  # has words and a number of its own
    ]
