"""Two people print or type the same fortnight at once: one page, each box once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from careplan.actions import sheet as actions
from careplan.models import DayEntry, PlanSheet, SessionLog
from tests.concurrency.test_plan import at_once
from tests.factories.plan import signed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def version(patient, by_therapist):
    plan = signed(patient, by_therapist)
    plan.refresh_from_db()
    return plan.current


@pytest.fixture
def codes(version) -> list[str]:
    return [item.exercise for item in version.home_plan.items.all()]


def printed(version, codes, by):
    first = timezone.localdate() - timedelta(5)
    return actions.put_on_paper(version=version, exercises=codes, first_day=first, by=by)


def test_two_presses_make_one_page(version, codes, by_therapist):
    results = at_once(*[lambda: printed(version, codes, by_therapist)] * 4)
    assert len({sheet.code for sheet in results}) == 1
    assert PlanSheet.objects.count() == 1


def test_two_typists_keep_each_box_once(version, codes, by_therapist):
    sheet = printed(version, codes, by_therapist)
    ticks = [(sheet.first_day + timedelta(n), code) for n in range(5) for code in codes]
    notes = [(sheet.first_day, "pain", 4), (sheet.first_day, "breathing", None)]
    results = at_once(
        *[lambda: actions.type_in(sheet=sheet, ticks=ticks, notes=notes, by=by_therapist)] * 3
    )
    assert sorted(typed.exercises for typed in results) == [0, 0, len(ticks)]
    assert SessionLog.objects.count() == len(ticks)
    assert DayEntry.objects.exclude(kind="exercise").count() == 2
