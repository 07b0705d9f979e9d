"""My stimulator on the phone: nothing before it is allowed, a note in a few taps, the stop at once."""

from datetime import timedelta

import pytest
from django.urls import reverse

from careplan.actions import assessment as assessments
from careplan.actions import device as actions
from careplan.models import Device, DeviceUse
from careplan.pages import paper_lines
from careplan.queries import sheet
from tests.factories.assessment import answered
from tests.factories.checkin import running
from tests.factories.device import LEAFLET, field, having, noted, used

pytestmark = pytest.mark.django_db
NOT_A_TREATMENT = "It is not a treatment for back pain and not part of your plan."
NEVER = "Never use it on your chest, the front of your neck or your head."
STOP = "Stop using the stimulator. We will call you within two working days."


@pytest.fixture
def plan(today, patient, by_therapist):
    return running(patient, by_therapist)


@pytest.fixture
def phone(signed_in, plan, patient):
    return signed_in(patient.user)


@pytest.fixture
def device(plan, patient, by_therapist) -> Device:
    return noted(patient, by_therapist)


def path(device) -> str:
    return reverse("mine_device", args=[device.pk])


def text(response) -> str:
    return response.content.decode()


def use(**changes) -> dict:
    key = "8f0c5f4e-0000-4000-8000-000000000001"
    calm = {"on": "2026-11-24", "minutes": "20", "before": "3", "after": "3", "key": key}
    return calm | {"burn": "no", "rash": "no"} | changes


def everywhere(phone) -> str:
    return "".join(text(phone.get(reverse(name))) for name in ("mine_today", "mine_plan"))


def test_the_page_says_schedule_where_never_and_that_it_is_no_treatment(phone, device):
    assert path(device) in everywhere(phone)
    page = text(phone.get(path(device)))
    for words in (LEAFLET, NEVER, NOT_A_TREATMENT, "Keep this use"):
        assert words in page
    assert "NM-0" not in page  # patients read no rule ids


def test_nothing_is_on_the_phone_while_it_is_not_allowed(phone, patient, by_therapist):
    row = noted(patient, by_therapist, field=field(cancer="unknown"))
    noted(patient, by_therapist, "tens")
    assert "timulator" not in everywhere(phone)
    assert phone.get(path(row)).status_code == 404
    assert phone.post(path(row), use()).status_code == 404


def test_a_use_is_kept_once(phone, device):
    assert phone.post(path(device), use()).url == reverse("mine_today")
    phone.post(path(device), use())
    row = DeviceUse.objects.get()
    assert (row.minutes, row.before, row.after, row.burn, row.rash) == (20, 3, 3, False, False)
    phone.post(path(device), use(key="8f0c5f4e-0000-4000-8000-000000000002"))
    assert DeviceUse.objects.count() == 2
    assert "20\u00a0minutes, pain 3 before and 3 after" in text(phone.get(path(device)))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"on": "2026-11-25"}, "25 November has not come yet"),
        ({"on": "2026-11-01"}, "from 24 November 2026 on"),
        ({"on": "soon"}, "Choose the day you used it"),
        ({"on": ""}, "Choose the day you used it"),
        ({"minutes": ""}, "Enter the minutes"),
        ({"minutes": "twenty"}, "Enter the minutes"),
        ({"minutes": "10000"}, "Enter the minutes"),
        ({"minutes": "-5"}, "Enter the minutes"),
        ({"before": ""}, "pain was before"),
        ({"after": "11"}, "pain was after"),
        ({"burn": ""}, "Say whether you saw a burn"),
        ({"rash": "perhaps"}, "Choose no or yes"),
    ],
)
def test_bad_input_is_told_and_what_was_typed_stays(phone, device, changes, words):
    reply = phone.post(path(device), use(**changes))
    page = text(reply)
    assert reply.status_code == 422 and "<title>Error:" in page
    assert words in page
    if "minutes" not in changes:
        assert 'name="minutes" required maxlength="4" value="20"' in page
    assert use()["key"] in page  # the next try is the same use
    assert not DeviceUse.objects.exists()


@pytest.mark.parametrize("changes", [{"burn": "yes"}, {"rash": "yes"}, {"after": "5"}])
def test_harm_says_stop_and_whom_to_call(phone, device, changes):
    reply = phone.post(path(device), use(**changes))
    assert reply.url == path(device)
    page = text(phone.get(path(device)))
    assert STOP in page and "555 0142" in page
    assert "Keep this use" not in page and NEVER not in page
    assert "Do not use it for now" in text(phone.get(reverse("mine_today")))
    assert path(device) not in text(phone.get(reverse("mine_plan")))
    late = phone.post(path(device), use(key="8f0c5f4e-0000-4000-8000-000000000002"))
    assert late.status_code == 422 and "nothing was noted" in text(late)


def test_opened_again_it_is_back(phone, device, by_therapist):
    phone.post(path(device), use(burn="yes"))
    actions.allow(device=device, found="Skin is clear.", by=by_therapist)
    assert "Keep this use" in text(phone.get(path(device)))


def test_a_new_stop_is_said_in_the_books_words(phone, device, patient, by_therapist, time_machine):
    time_machine.shift(timedelta(minutes=1))
    assessments.assess(intake=answered(patient, by_therapist, having("epilepsy")), by=by_therapist)
    page = text(phone.get(path(device)))
    assert "Please do not use a muscle stimulator. Ask us why at your next visit." in page


def test_what_is_not_known_any_more_says_to_call(phone, device, by_therapist):
    actions.change(
        device=device,
        revision=None,
        schedule=LEAFLET,
        field=field(cancer="unknown"),
        by=by_therapist,
    )
    assert "We need to ask you something first" in text(phone.get(path(device)))


def test_while_the_plan_is_on_hold_only_the_panel_stands(phone, device, patient, by_therapist):
    assessments.hold(patient=patient, because="a sign", by=by_therapist)
    assert phone.get(path(device)).status_code == 404
    assert "timulator" not in everywhere(phone)


def test_nobody_opens_anothers(phone, device, other_patient, by_other_therapist):
    running(other_patient, by_other_therapist)
    other = noted(other_patient, by_other_therapist)
    assert phone.get(path(other)).status_code == 404
    assert phone.post(path(other), use()).status_code == 404
    assert not DeviceUse.objects.exists()


def test_taken_off_it_is_gone(phone, device, by_therapist):
    actions.close(device=device, reason="Sold it.", by=by_therapist)
    assert phone.get(path(device)).status_code == 404
    assert "timulator" not in everywhere(phone)


def test_queries_do_not_grow_with_the_log(phone, device, django_assert_max_num_queries):
    for _ in range(12):
        used(device)
    with django_assert_max_num_queries(12):
        page = text(phone.get(path(device)))
    assert page.count("20\u00a0minutes, pain 3") == 5


def test_the_patient_reads_who_did_what(phone, device):
    used(device)
    page = text(phone.get(reverse("mine_record")))
    assert "Noted a use of your muscle stimulator" in page


def test_paper_has_it_beside_the_plan_only_while_it_is_allowed(plan, device):
    def parts() -> dict:
        printed = sheet.printed(plan.current, plan.current.signed_at, plan.starts_on)
        made = paper_lines.content(printed, None, paper="a4", large=False)
        return {part["title"]: part for part in made["parts"]}

    part = parts()["My muscle stimulator"]
    assert part["lines"] == [LEAFLET]
    assert NOT_A_TREATMENT in part["words"] and NEVER in part["words"]
    used(device, burn=True)
    assert "My muscle stimulator" not in parts()
