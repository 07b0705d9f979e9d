"""Two therapists at once: one name in use, one draft that was changed first."""

import pytest

from careplan.actions import preset as actions
from careplan.actions.drafting import DraftMoved
from careplan.actions.preset import PresetRefused
from careplan.models import PlanVersion, Preset
from careplan.queries import preset as queries
from patients.models import AuditEvent
from patients.roles import Role
from tests.concurrency.test_plan import at_once
from tests.conftest import actor_of, make_staff
from tests.factories.plan import drafted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def by_colleague(clinic):
    return actor_of(make_staff(clinic, "Nia Colwyn", Role.THERAPIST), clinic)


def parted(results, kind: type, refusal: type) -> tuple[list, list]:
    """What was done, and who was refused; nothing else happened."""
    done = [one for one in results if isinstance(one, kind)]
    lost = [one for one in results if isinstance(one, refusal)]
    assert len(done) + len(lost) == len(results), results
    return done, lost


def test_two_presets_of_one_name(patient, by_therapist, by_colleague):
    version = drafted(patient, by_therapist)
    results = at_once(
        *(
            lambda by=by, name=name: actions.keep(version=version, name=name, for_whom="X", by=by)
            for by, name in ((by_therapist, "Stiff back"), (by_colleague, "STIFF back"))
        )
    )
    done, lost = parted(results, Preset, PresetRefused)
    assert (len(done), len(lost)) == (1, 1)
    assert "in use already" in str(lost[0])
    assert AuditEvent.objects.filter(action="preset.keep").count() == Preset.objects.count() == 1


def test_two_bring_back_one_name(patient, by_therapist, by_colleague):
    version, rows = drafted(patient, by_therapist), []
    for _ in range(2):
        row = actions.keep(version=version, name="Stiff back", for_whom="X", by=by_therapist)
        rows.append(actions.retire(preset=row, by=by_therapist))
    results = at_once(
        lambda: actions.bring_back(preset=rows[0], by=by_therapist),
        lambda: actions.bring_back(preset=rows[1], by=by_colleague),
    )
    done, lost = parted(results, Preset, PresetRefused)
    assert (len(done), len(lost)) == (1, 1)
    assert Preset.objects.filter(retired_at=None).count() == 1


def test_two_start_one_draft_from_a_preset(patient, by_therapist, by_colleague):
    version = drafted(patient, by_therapist)
    row = actions.keep(version=version, name="Stiff back", for_whom="X", by=by_therapist)
    goal = queries.target(patient)
    fit = queries.Fitting(goal).fit(row.content)
    stamp = queries.stamp(fit, queries.wish(fit, goal, None), goal)
    page = {"source": row, "patient": patient, "parts": ["home"], "seen": stamp}
    page |= {"revision": goal.draft.revision}
    results = at_once(
        lambda: actions.start_from(by=by_therapist, **page),
        lambda: actions.start_from(by=by_colleague, **page),
    )
    done, lost = parted(results, PlanVersion, DraftMoved)
    assert (len(done), len(lost)) == (1, 1)
    assert "changed this draft after you opened the page" in str(lost[0])
    assert AuditEvent.objects.filter(action="plan.preset").count() == 1
