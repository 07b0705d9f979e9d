"""What a payer's grants cover: visits drawn from grants by day, what is left, what is over (PAY-03).

Plain numbers and days. Grants are counted in visits, never in dollars (PAY-01).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Grant:
    """Visits that a payer covers from `first` to `last`; `last` None: no end is known."""

    key: object
    visits: int
    first: date
    last: date | None = None

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Account:
    """How the visits of some days fall on the grants."""

    grants: tuple[Grant, ...]
    drawn: dict  # key of a grant -> visits drawn from it
    uncovered: tuple[date, ...]  # days whose visit no grant covers, in order
    used: int

    @property
    def granted(self) -> int:
        return sum(grant.visits for grant in self.grants)

    @property
    def over(self) -> int:
        return len(self.uncovered)

    def left_of(self, grant: Grant) -> int:
        return grant.visits - self.drawn[grant.key]

    def left(self, day: date) -> int:
        """Visits that can still be used on this day or after it; ended grants give none."""
        return sum(
            self.left_of(grant) for grant in self.grants if grant.last is None or day <= grant.last
        )

    def lapsed(self, day: date) -> int:
        """Visits that were granted, not used, and ended before this day."""
        return self.granted - self.used + self.over - self.left(day)


def draw(grants: Iterable[Grant], days: Iterable[date]) -> Account:
    """Cover as many visits as the grants can: each day, in order, draws from the grant that ends
    first. The order in which rows were written changes nothing."""
    grants = tuple(sorted(grants, key=_ends))
    drawn = {grant.key: 0 for grant in grants}
    days, uncovered = sorted(days), []
    for day in days:
        able = (g for g in grants if g.holds(day) and drawn[g.key] < g.visits)
        grant = next(able, None)
        if grant is None:
            uncovered.append(day)
        else:
            drawn[grant.key] += 1
    return Account(grants, drawn, tuple(uncovered), len(days))


def _ends(grant: Grant) -> tuple:
    return (grant.last or date.max, grant.first, str(grant.key))
