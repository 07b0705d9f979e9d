"""The clinical rules: an intake goes in, an assessment comes out.

`assess(intake)` checks the intake (raising `IntakeRefused` with every fault) and says what the
rules of the book say of it. A pure function: no clock, no database, same intake, same assessment.
"""

from careplan.rules.assessment import assess
from careplan.rules.book import BOOK_VERSION
from careplan.rules.intake import IntakeRefused

__all__ = ["BOOK_VERSION", "IntakeRefused", "assess"]
