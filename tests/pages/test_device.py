"""The staff's pages of stimulators: what the rules say, what is asked, the log, who may do what."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from careplan.actions import assessment as assessments
from careplan.actions import device as actions
from careplan.models import Device
from careplan.rules.book import book
from careplan.rules.device import WISH
from tests.factories.assessment import answered
from tests.factories.checkin import running
from tests.factories.device import LEAFLET, field, having, noted, used

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(today, patient, by_therapist):
    return running(patient, by_therapist)


@pytest.fixture
def device(plan, patient, by_therapist) -> Device:
    return noted(patient, by_therapist)


@pytest.fixture
def desk(signed_in, therapist):
    return signed_in(therapist)


def to(name: str, *args) -> str:
    return reverse(name, args=["north", *args])


def text(response) -> str:
    return response.content.decode()


def wish(**changes) -> dict:
    return {"schedule": LEAFLET} | field() | changes


def post(desk, device, name: str, **told):
    return desk.post(to(f"device_{name}", device.pk), told)


def rule(code: str) -> str:
    return f'href="{to("rule", code)}"'


# Noting --------------------------------------------------------------------------------------


def test_the_page_says_by_the_books_words_what_it_is_not(desk, plan, patient):
    page = text(desk.get(to("devices", patient.pk)))
    assert "it is no part of the plan and no goal refers to it" in page
    assert rule("NM-01") in page
    for kind in ("own", "clinic", "tens"):
        assert to("device_new", patient.pk, kind) in page


def test_a_wish_is_noted_in_one_form(desk, plan, patient):
    form = text(desk.get(to("device_new", patient.pk, "own")))
    for words in WISH.values():
        assert words[1:] in form
    assert "checked" not in form  # nothing is answered before it is asked
    reply = desk.post(to("device_new", patient.pk, "own"), wish())
    row = Device.objects.get()
    assert reply.url == to("device", row.pk)
    assert (row.state, row.schedule) == ("logged", LEAFLET)
    page = text(desk.get(reply.url))
    assert "may be logged" in page and LEAFLET in page


def test_nothing_typed_is_lost(desk, plan, patient):
    reply = desk.post(to("device_new", patient.pk, "own"), wish(schedule="  ", cancer="yes"))
    page = text(reply)
    assert reply.status_code == 422 and "Error:" in page
    assert "Enter how long and how often" in page
    assert 'name="cancer" value="yes" id="id_cancer" checked' in page
    assert not Device.objects.exists()


@pytest.mark.parametrize("changes", [{"cancer": "maybe"}, {"schedule": "x" * 301}])
def test_bad_answers_are_refused(desk, plan, patient, changes):
    assert desk.post(to("device_new", patient.pk, "own"), wish(**changes)).status_code == 422
    assert desk.get(to("device_new", patient.pk, "laser")).status_code == 404


def test_a_second_post_makes_no_second_wish(desk, device, patient):
    reply = desk.post(to("device_new", patient.pk, "own"), wish())
    assert reply.status_code == 422 and "noted already" in text(reply)
    assert Device.objects.count() == 1


def test_who_was_not_assessed_is_led_to_the_intake(desk, today, patient):
    reply = desk.post(to("device_new", patient.pk, "own"), wish())
    assert "has not been assessed yet" in text(reply)


def test_tens_is_answered_and_has_no_log(desk, plan, patient):
    reply = desk.post(to("device_new", patient.pk, "tens"), {}, follow=True)
    page = text(reply)
    assert "TENS is not muscle stimulation" in page and rule("NM-09") in page
    assert "Log of uses" not in page and "Allow the log" not in page


# One device ----------------------------------------------------------------------------------


def test_a_stop_shows_its_rule_and_no_way_round_it(desk, today, patient, by_therapist):
    running(patient, by_therapist, having("pacemaker"))
    row = noted(patient, by_therapist)
    page = text(desk.get(to("device", row.pk)))
    assert "the rules stop it" in page and rule("NM-04") in page
    assert "Pacemaker" in page  # the fact behind it
    assert "Allow the log" not in page
    reply = post(desk, row, "allow", found="He insists")
    assert reply.status_code == 422
    assert "No muscle stimulator with a pacemaker" in text(reply)


def test_what_is_missing_is_listed_with_where_to_ask_it(desk, today, patient, by_therapist):
    given = having()
    del given["conditions_complete"]
    running(patient, by_therapist, given)
    row = noted(patient, by_therapist, field=field(cancer="unknown"))
    page = text(desk.get(to("device", row.pk)))
    assert "something is still to be asked" in page
    assert f'href="{to("device_change", row.pk)}">Cancer near the pads' in page
    assert to("intake_start", patient.pk) in page.split('id="missing"')[1].split("</ul>")[0]


def test_a_caution_waits_for_the_reason(desk, today, patient, by_therapist):
    running(patient, by_therapist, having("osteoporosis"))
    row = noted(patient, by_therapist)
    page = text(desk.get(to("device", row.pk)))
    assert "Which doctor approved it" in page and rule("NM-05") in page
    reply = post(desk, row, "allow", revision=row.revision)
    assert reply.status_code == 422 and "NM-05 waits for its reason" in text(reply)
    told = {"NM-05": "Dr Nair agreed today.", "revision": row.revision}
    page = text(desk.post(to("device_allow", row.pk), told, follow=True))
    assert "may be logged" in page and "Weighed: Dr Nair agreed today." in page


def test_the_second_tab_keeps_what_it_typed(desk, device, by_therapist):
    seen = device.revision
    actions.change(
        device=device, revision=seen, schedule="10 minutes", field=field(), by=by_therapist
    )
    told = wish(schedule="60 minutes", revision=seen)
    reply = desk.post(to("device_change", device.pk), told)
    page = text(reply)
    assert reply.status_code == 422 and "changed this after you opened the page" in page
    assert "60 minutes" in page
    assert f'name="revision" value="{seen + 1}"' in page


def test_harm_is_opened_again_with_what_was_seen(desk, device):
    used(device, burn=True)
    page = text(desk.get(to("device", device.pk)))
    assert "Why it was stopped" in page and "What you saw on the skin" in page
    assert "Yes or not sure" in page  # the log
    assert post(desk, device, "allow").status_code == 422
    told = {"found": "Skin is clear."}
    assert post(desk, device, "allow", **told).status_code == 302
    device.refresh_from_db()
    assert device.state == "logged"


def test_it_is_taken_off_with_a_reason(desk, device):
    reply = post(desk, device, "close", reason=" ", revision=device.revision)
    assert reply.status_code == 422 and "Write why it is taken off" in text(reply)
    post(desk, device, "close", reason="Sold it.", revision=device.revision)
    page = text(desk.get(to("device", device.pk)))
    assert "taken off" in page and "Sold it." in page
    assert "Take it off</button>" not in page and "Allow the log" not in page
    assert desk.get(to("device_change", device.pk)).status_code == 302
    assert post(desk, device, "close", reason="Twice.").status_code == 422


def test_prescribers_read_and_do_not_write(signed_in, prescriber, device, patient):
    desk = signed_in(prescriber)
    page = text(desk.get(to("device", device.pk)))
    assert "Take it off" not in page and "Change the answers" not in page
    assert "Note a wish" not in text(desk.get(to("devices", patient.pk)))


def test_what_no_longer_stands_says_so(desk, device, patient):
    """Before the next assessment holds it, the page reads the rules of today."""
    patient.birth_date = "2006-01-01"
    patient.save()
    page = text(desk.get(to("device", device.pk)))
    assert "not allowed on today’s facts" in page and rule("NM-02") in page


def test_the_log_is_read_a_page_at_a_time(desk, device):
    for minutes in range(1, 25):
        used(device, minutes=minutes)
    first, second = (text(desk.get(f"{to('device', device.pk)}?page={n}")) for n in (1, 2))
    assert first.count('<tr><th scope="row">') == 20
    assert second.count('<tr><th scope="row">') == 4
    assert "Page 2 of 2" in second


def test_queries_do_not_grow_with_the_log(desk, device, patient, by_therapist):
    def count(path) -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert desk.get(path).status_code == 200
        return len(found)

    pages = [to("device", device.pk), to("devices", patient.pk), to("plan", patient.pk)]
    used(device)
    before = [count(path) for path in pages]
    for _ in range(7):
        used(device)
    for kind in ("clinic", "tens"):
        noted(patient, by_therapist, kind, cleared=True)
    assert [count(path) for path in pages] == before
    assert max(before) < 40


# Beside the plan -----------------------------------------------------------------------------


def test_the_plan_mentions_it_only_while_it_may_be_logged(desk, device, patient, by_therapist):
    page = text(desk.get(to("plan", patient.pk)))
    assert "Logged as wellness, no part of the plan." in page
    used(device, burn=True)
    page = text(desk.get(to("plan", patient.pk)))
    assert "Logged as wellness" not in page and to("devices", patient.pk) in page


def test_the_builder_leads_there_quietly(desk, plan, patient):
    desk.post(to("plan_draft", patient.pk))
    assert to("devices", patient.pk) in text(desk.get(to("plan_home", patient.pk)))


def test_the_worklist_opens_the_devices(desk, device, patient):
    used(device, burn=True)
    page = text(desk.get(to("worklist") + "?tab=clinic"))
    assert book().rules["NM-08"].levels[0].message[:30] in page
    assert to("devices", patient.pk) in page


def test_a_hold_by_the_intake_shows_why(desk, device, patient, by_therapist, time_machine):
    time_machine.shift(timedelta(minutes=1))
    assessments.assess(intake=answered(patient, by_therapist, having("epilepsy")), by=by_therapist)
    page = text(desk.get(to("device", device.pk)))
    assert "Why it was stopped" in page and "with epilepsy" in page
    assert "Allow the log" not in page
