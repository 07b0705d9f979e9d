"""Two people, or two tabs, and one stimulator: one wish, one use, the first change."""

from uuid import uuid4

import pytest

from careplan.actions import device as actions
from careplan.models import Device, DeviceUse, FollowUp
from tests.concurrency.test_plan import at_once
from tests.factories.checkin import running
from tests.factories.device import field, noted, used

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def device(patient, by_therapist) -> Device:
    running(patient, by_therapist)
    return noted(patient, by_therapist)


def test_two_presses_note_one_wish(patient, by_therapist):
    running(patient, by_therapist)
    results = at_once(*[lambda: noted(patient, by_therapist)] * 3)
    assert [type(one) for one in results].count(Device) == 1
    assert Device.objects.count() == 1


def test_one_page_posted_at_once_makes_one_use(device):
    key = uuid4()
    results = at_once(*[lambda: used(device, key=key, burn=True)] * 3)
    assert len({row.pk for row in results}) == 1
    assert DeviceUse.objects.count() == 1
    assert FollowUp.objects.filter(kind="device_harm").count() == 1
    assert device.events.filter(move="hold").count() == 1


def test_two_tabs_keep_the_first_change(device, by_therapist):
    told = {"device": device, "revision": device.revision, "field": field(), "by": by_therapist}
    results = at_once(
        lambda: actions.change(schedule="10 minutes", **told),
        lambda: actions.change(schedule="60 minutes", **told),
    )
    lost = [one for one in results if isinstance(one, actions.DeviceMoved)]
    device.refresh_from_db()
    assert len(lost) == 1 and device.revision == 1
    assert device.schedule in ("10 minutes", "60 minutes")
