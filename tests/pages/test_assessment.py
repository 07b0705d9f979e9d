"""The assessment page: what it says, why, and what is switched off; reviews; the page to hand over."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from careplan.actions import assessment
from careplan.models import Assessment, RedFlagReview
from patients.models import AuditEvent
from tests.factories.assessment import answers, assessed
from tests.factories.checkin import first_due, opened, running, whole


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to("2026-11-24T09:12:00+00:00")
    return time_machine


@pytest.fixture
def browser(signed_in, therapist):
    return signed_in(therapist)


def at(name, *args) -> str:
    return reverse(name, args=["north", *args])


def page(browser, patient) -> str:
    answer = browser.get(at("assessment", patient.pk))
    assert answer.status_code == 200
    return answer.content.decode()


# What it says --------------------------------------------------------------------------------


def test_before_any_assessment_it_leads_to_the_intake(browser, patient):
    shown = page(browser, patient)
    assert "Not assessed yet" in shown
    assert at("intake_start", patient.pk) in shown


def test_after_a_check_in_it_says_what_was_compared(signed_in, patient, by_therapist, clock):
    plan = running(patient, by_therapist)
    clock.move_to(first_due(plan))
    whole(opened(plan))
    shown = page(signed_in(by_therapist.user), patient).replace("\u00a0", " ")
    assert "Measures of: 24 Nov 2026, 8 Dec 2026" in shown


def test_ready_for_a_plan(browser, patient, by_therapist, django_assert_max_num_queries):
    assessed(patient, by_therapist)
    with django_assert_max_num_queries(13):
        shown = page(browser, patient)
    for words in (
        "Ready for a plan",
        "Mechanical pain for 29\xa0weeks",
        at("plan_draft", patient.pk),
        "Ibuprofen 400\xa0mg",
        "Suggestions only",
        "2\xa0sessions a week for 8\xa0weeks",
        "0.8\xa0mg/dL",
        "1\xa0Sep\xa02026",
        "122/78",
        "Rules 2026.11",
        "No clinician has reviewed these rules yet.",
        "by Tom Adeyemi",
    ):
        assert words in shown, words
    assert AuditEvent.objects.filter(action="viewed", patient_id=patient.pk).exists()


def test_every_finding_says_why(browser, patient, by_therapist):
    given = answers()
    given["medications"] = [{"drug": "lisinopril"}, {"drug": "hydrochlorothiazide"}]
    assessed(patient, by_therapist, given)
    shown = page(browser, patient)
    assert "MED-NSAID-16" in shown
    assert "Takes: lisinopril, 24\xa0Nov\xa02026" in shown
    assert "prescribing information" in shown
    assert "by no clinician yet" in shown


def test_a_drug_that_waits_for_facts_links_to_where_they_are_entered(
    browser, patient, by_therapist
):
    given = answers()
    del given["labs"]
    assessed(patient, by_therapist, given)
    shown = page(browser, patient)
    assert "Needs data" in shown
    assert f"{at('intake_start', patient.pk)}?step=tests&amp;at=creatinine_mg_dl" in shown


def test_incomplete_shows_what_is_missing_and_no_plan(browser, patient, by_therapist):
    given = answers()
    del given["red_flags"]["fever"]
    given["red_flags"]["cancer_history"] = "unknown"
    assessed(patient, by_therapist, given)
    shown = page(browser, patient)
    assert "2 warning signs still to answer" in shown
    assert f"{at('intake_start', patient.pk)}?step=red_flags&amp;at=fever" in shown
    assert at("plan_draft", patient.pk) not in shown


def test_not_chronic_says_what_to_do(browser, patient, by_therapist):
    given = answers()
    given["episode"]["onset"] = "2026-10-20"
    assessed(patient, by_therapist, given)
    shown = page(browser, patient)
    assert "Not yet chronic: 5\xa0weeks" in shown
    assert at("plan_draft", patient.pk) not in shown


def test_an_emergency_is_the_panel_alone(browser, patient, by_therapist):
    assessed(patient, by_therapist, answers(saddle_numbness="yes"))
    shown = page(browser, patient)
    assert "Emergency: Margaret needs help now" in shown
    assert "Call 911" in shown
    assert at("emergency_page", patient.pk) in shown
    assert at("flag_review", patient.pk, "saddle_numbness") in shown
    for words in ("Ibuprofen", "Programme", "Build the plan", at("plan_draft", patient.pk)):
        assert words not in shown, words


def test_urgent_holds_everything_and_asks_for_a_finding(browser, patient, by_therapist):
    assessed(patient, by_therapist, answers(unexplained_weight_loss="yes"))
    shown = page(browser, patient)
    assert "Urgent: Margaret needs a clinician today" in shown
    assert "Call Margaret" in shown
    assert "Medicines: all on hold while the flag is open" in shown
    assert "After the flag is cleared" in shown
    assert at("plan_draft", patient.pk) not in shown


def test_an_emergency_before_the_story_says_so(browser, patient, by_therapist):
    draft = assessment.start_intake(patient=patient, by=by_therapist)
    flags = {"red_flags": {"saddle_numbness": "yes"}}
    draft = assessment.save_answers(
        intake=draft, step="red_flags", answers=flags, revision=0, by=by_therapist
    )
    assessment.assess(intake=draft, by=by_therapist)
    assert "The story was not told yet." in page(browser, patient)


def test_an_open_draft_is_named(browser, patient, by_therapist):
    assessed(patient, by_therapist)
    assessment.start_intake(patient=patient, by=by_therapist)
    assert "A draft of new answers is open." in page(browser, patient)


# Assess --------------------------------------------------------------------------------------


def test_assessing_again_uses_the_last_answers(signed_in, therapist, patient, by_therapist, clock):
    assessed(patient, by_therapist)
    clock.shift(timedelta(days=3))
    answer = signed_in(therapist).post(at("assess", patient.pk))
    assert answer.url == at("assessment", patient.pk)
    assert Assessment.objects.count() == 2


def test_assessing_nobody_yet_says_so(browser, patient):
    answer = browser.post(at("assess", patient.pk), follow=True)
    assert "has not been assessed yet" in answer.content.decode()


def test_assess_takes_no_get(browser, patient):
    assert browser.get(at("assess", patient.pk)).status_code == 405


# Record what you found -----------------------------------------------------------------------


@pytest.fixture
def emergency(patient, by_therapist) -> Assessment:
    return assessed(patient, by_therapist, answers(saddle_numbness="yes"))


FOUND = {
    "outcome": "cleared",
    "finding": "MRI without compression.",
    "role": "prescriber",
    "on": "2026-11-24",
}


def review(browser, patient, flag="saddle_numbness", **changes):
    return browser.post(at("flag_review", patient.pk, flag), FOUND | changes)


def test_a_prescriber_records_and_the_plan_opens(emergency, patient, signed_in, prescriber):
    browser = signed_in(prescriber)
    form = browser.get(at("flag_review", patient.pk, "saddle_numbness"))
    assert "Me, as prescriber" in form.content.decode()
    assert review(browser, patient).url == at("assessment", patient.pk)
    assert "Ready for a plan" in page(browser, patient)
    assert at("plan_draft", patient.pk) not in page(browser, patient)  # a therapist builds it


def test_a_therapist_does_not_close_an_emergency(emergency, patient, browser):
    form = browser.get(at("flag_review", patient.pk, "saddle_numbness")).content.decode()
    assert "Me, as prescriber" not in form
    answer = review(browser, patient, role="therapist")
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "only a prescriber" in shown
    assert "MRI without compression." in shown
    assert not RedFlagReview.objects.exists()


def test_a_therapist_does_not_close_a_fever_with_a_racing_heart(
    patient, by_therapist, browser, signed_in, prescriber
):
    """An emergency by a measurement, not by another sign."""
    given = answers(fever="yes")
    given["vitals"] |= {"heart_rate": 118, "on": "2026-11-24"}
    assert assessed(patient, by_therapist, given).disposition == "emergency"
    answer = review(browser, patient, "fever", role="therapist")
    assert answer.status_code == 422 and "only a prescriber" in answer.content.decode()
    assert not RedFlagReview.objects.exists()
    assert (
        review(browser, patient, "fever", role="therapist", outcome="confirmed").status_code == 302
    )
    assert review(signed_in(prescriber), patient, "fever", outcome="cleared").status_code == 302


def test_a_therapist_closes_a_fever_without_one(patient, by_therapist, browser):
    assessed(patient, by_therapist, answers(fever="yes"))
    assert review(browser, patient, "fever", role="therapist").status_code == 302
    assert RedFlagReview.objects.get().outcome == "cleared"


def test_a_role_that_is_not_ones_own_is_refused(emergency, patient, browser):
    assert review(browser, patient, role="prescriber").status_code == 422
    assert not RedFlagReview.objects.exists()


@pytest.mark.parametrize("missing", ["outcome", "finding", "role", "on"])
def test_every_part_of_a_finding_is_asked(emergency, patient, signed_in, prescriber, missing):
    answer = review(signed_in(prescriber), patient, **{missing: ""})
    assert answer.status_code == 422
    assert f'href="#id_{missing}' in answer.content.decode()
    assert not RedFlagReview.objects.exists()


def test_an_emergency_department_may_be_quoted(emergency, patient, browser):
    assert review(browser, patient, role="emergency_department").status_code == 302
    assert "Ready for a plan" in page(browser, patient)


def test_a_flag_that_is_not_open_is_not_found(emergency, patient, browser):
    assert browser.get(at("flag_review", patient.pk, "fever")).status_code == 404
    assert browser.get(at("flag_review", patient.pk, "nonsense")).status_code == 404


# The page to hand over -----------------------------------------------------------------------


def test_the_page_for_emergency_staff_names_symptoms_and_no_diagnosis(emergency, patient, browser):
    shown = browser.get(at("emergency_page", patient.pk)).content.decode()
    for words in (
        "For emergency staff",
        "Margaret Ellison",
        "2\xa0April\xa01968",
        "Numb or odd feeling between the legs",
        "Trouble passing urine, weak stream or leaking: no",
        "11 asked, and no",
        "29\xa0weeks",
        "Northgate Back Clinic",
        "555 0142",
        "data-print",
    ):
        assert words in shown, words
    assert "cauda" not in shown.lower()


def test_without_an_open_flag_there_is_no_such_page(patient, by_therapist, browser):
    assert browser.get(at("emergency_page", patient.pk)).status_code == 404
    assessed(patient, by_therapist)
    assert browser.get(at("emergency_page", patient.pk)).status_code == 404


# Who may -------------------------------------------------------------------------------------

ROUTES = ("assessment", "emergency_page")


def test_another_clinics_patient_is_not_found(browser, other_patient):
    for name in ROUTES:
        assert browser.get(at(name, other_patient.pk)).status_code == 404
    assert browser.get(at("flag_review", other_patient.pk, "fever")).status_code == 404
    assert browser.post(at("assess", other_patient.pk)).status_code == 404
    assert browser.get(at("assessment", uuid.uuid4())).status_code == 404


def test_admins_see_no_assessment(signed_in, admin, emergency, patient):
    browser = signed_in(admin)
    for name in ROUTES:
        assert browser.get(at(name, patient.pk)).status_code == 403
    assert browser.get(at("flag_review", patient.pk, "saddle_numbness")).status_code == 403
    assert browser.post(at("assess", patient.pk)).status_code == 403


def test_prescribers_read_but_do_not_assess(signed_in, prescriber, emergency, patient):
    browser = signed_in(prescriber)
    assert browser.get(at("assessment", patient.pk)).status_code == 200
    assert browser.post(at("assess", patient.pk)).status_code == 403
