"""Working days: Monday to Friday, forwards and backwards (D-42)."""

from datetime import date

import pytest

from careplan.rules import working_days


@pytest.mark.parametrize(
    ("day", "count", "wanted"),
    [
        (date(2026, 11, 24), 0, date(2026, 11, 24)),
        (date(2026, 11, 24), 2, date(2026, 11, 26)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),  # Friday to Monday
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # Saturday to Monday
        (date(2026, 11, 29), 2, date(2026, 12, 1)),  # Sunday to Tuesday
    ],
)
def test_later(day, count, wanted):
    assert working_days.after(day, count) == wanted


@pytest.mark.parametrize(
    ("day", "count", "wanted"),
    [
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 11, 23), 1, date(2026, 11, 20)),
        (date(2026, 11, 22), 1, date(2026, 11, 20)),
        (date(2026, 11, 20), 5, date(2026, 11, 13)),
    ],
)
def test_earlier(day, count, wanted):
    assert working_days.before(day, count) == wanted
