"""The short code of a printed page: seven drawn letters and digits and one that checks them.

No vowels, so that no word comes out, and nothing that is read for something else (0 and O, 1 and I,
2 and Z, 5 and S, 8 and B). Twenty-three signs: as 23 is prime, one wrong sign and two swapped ones
never give another valid code. Seven drawn signs are 3.4 thousand million codes.
"""

import re
import secrets

SIGNS = "34679CDFGHJKMNPQRTVWXYL"
DRAWN = 7
LENGTH = DRAWN + 1
# What a hand writes or an eye reads for a sign that is not in the alphabet.
READ_AS = str.maketrans({"I": "L", "1": "L"})


def new_code() -> str:
    """A code drawn at random; another one each time."""
    drawn = "".join(secrets.choice(SIGNS) for _ in range(DRAWN))
    return drawn + _check(drawn)


def read(typed: str) -> str:
    """The code behind what somebody typed: small letters, spaces and hyphens are forgiven.

    Raises ValueError with a sentence where it is no code or a sign of it is wrong.
    """
    code = re.sub(r"[\s\-–.]", "", typed).upper().translate(READ_AS)
    if not code:
        raise ValueError("Type the page code: eight signs at the top of the page with the boxes.")
    if len(code) != LENGTH:
        raise ValueError(f"A page code has {LENGTH} signs; this has {len(code)}.")
    wrong = [sign for sign in code if sign not in SIGNS]
    if wrong:
        raise ValueError(f"“{wrong[0]}” is in no page code. Look at the page again.")
    if _check(code[:DRAWN]) != code[DRAWN]:
        raise ValueError("One sign of this code is wrong, or two are swapped.")
    return code


def shown(code: str) -> str:
    """In two groups, as it is printed: `7KQ4 MX3M`."""
    return f"{code[:4]} {code[4:]}"


def _check(drawn: str) -> str:
    weighted = sum(at * SIGNS.index(sign) for at, sign in enumerate(drawn, 2))
    return SIGNS[weighted % len(SIGNS)]
