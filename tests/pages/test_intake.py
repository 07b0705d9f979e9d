"""The intake, step by step: saved as it is answered, nothing lost, no yes overlooked."""

import re
import uuid

import pytest
from django.urls import reverse

from careplan.actions import assessment
from careplan.models import Assessment, Intake
from careplan.rules.book import book
from patients.models import AuditEvent
from tests.factories.assessment import ANSWERS, CORE, answered, answers, assessed

pytestmark = pytest.mark.usefixtures("today")
STEPS = [row["id"] for row in book().steps]
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def browser(signed_in, therapist):
    return signed_in(therapist)


@pytest.fixture
def draft(patient, by_therapist) -> Intake:
    return assessment.start_intake(patient=patient, by=by_therapist)


def at(name, *args) -> str:
    return reverse(name, args=["north", *args])


def step(draft, name) -> str:
    return at("intake", draft.patient_id, name)


def page(answer) -> str:
    return answer.content.decode()


def post(browser, draft, name, revision=None, **given):
    draft.refresh_from_db()
    given["revision"] = draft.revision if revision is None else revision
    answer = browser.post(step(draft, name), given)
    draft.refresh_from_db()
    return answer


def autosave(browser, draft, name, **given):
    given.setdefault("revision", draft.revision)
    answer = browser.post(step(draft, name), given, **HTMX)
    draft.refresh_from_db()
    return answer


# Starting ------------------------------------------------------------------------------------


def test_an_intake_begins_on_post_alone(browser, patient):
    assert browser.get(at("intake_start", patient.pk)).status_code == 200
    assert not Intake.objects.exists()
    answer = browser.post(at("intake_start", patient.pk))
    assert answer.url == at("intake", patient.pk, "red_flags")
    assert Intake.objects.count() == 1


def test_without_a_draft_a_step_leads_to_the_start(browser, patient):
    assert browser.get(at("intake", patient.pk, "story")).url == at("intake_start", patient.pk)


def test_a_missing_fact_is_one_click_away(browser, patient, by_therapist):
    assessed(patient, by_therapist)
    place = f"{at('intake_start', patient.pk)}?step=tests&at=creatinine_mg_dl"
    assert "Change an answer" in page(browser.get(place))
    answer = browser.post(
        at("intake_start", patient.pk), {"step": "tests", "at": "creatinine_mg_dl"}
    )
    assert answer.url == f"{at('intake', patient.pk, 'tests')}#id_creatinine_mg_dl"
    assert browser.get(place).url == answer.url


# Warning signs -------------------------------------------------------------------------------


def test_all_eighteen_are_asked_and_none_is_chosen(browser, draft, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        shown = page(browser.get(step(draft, "red_flags")))
    for code in CORE:
        assert shown.count(f'name="{code}"') == 3, code
    assert "checked" not in shown
    assert "18\xa0warning signs to settle" in shown
    assert AuditEvent.objects.filter(action="viewed", subject_type="careplan.intake").exists()


def test_an_answer_saves_itself(browser, draft):
    answer = autosave(browser, draft, "red_flags", fever="no")
    assert "Draft saved" in page(answer)
    assert 'name="revision" value="1"' in page(answer)
    assert draft.answers["red_flags"] == {"fever": "no"}
    assert draft.done_steps == []


def test_a_yes_opens_what_to_do_at_once(browser, draft):
    shown = page(autosave(browser, draft, "red_flags", saddle_numbness="yes"))
    assert "Emergency: act now, the rest can wait" in shown
    assert "RF-01" in shown
    assert "Assess now" in shown


def test_an_urgent_yes_is_no_emergency(browser, draft):
    shown = page(autosave(browser, draft, "red_flags", numbness_spreading="yes"))
    assert "Urgent: a clinician sees Margaret today" in shown
    assert "Emergency" not in shown


def test_not_sure_is_never_read_as_no(browser, draft):
    shown = page(autosave(browser, draft, "red_flags", fever="unknown"))
    assert "Not sure is never read as no" in shown
    again = page(autosave(browser, draft, "red_flags", fever="unknown", call="fever?"))
    assert "Not sure is never read as no" not in again  # it stands there already
    gone = page(autosave(browser, draft, "red_flags", fever="no", call="fever?"))
    assert '<div hx-swap-oob="innerHTML:#danger">' in gone
    assert "A yes shows here what to do at once." in gone
    assert "never read as no" not in gone


def test_an_autosave_swaps_no_row_that_is_being_answered(browser, draft):
    """Only what is outside the rows, and the quiet word beside a question not asked any more."""
    shown = page(autosave(browser, draft, "red_flags", fever="yes", unsteady_gait="unknown"))
    swapped = re.findall(r'hx-swap-oob="([^"]+)"', shown)
    assert set(swapped) == {"true", "innerHTML:#danger", "beforeend:#brought-up"}
    ids = re.findall(r'id="([^"]+)"[^>]* hx-swap-oob="true"', shown)
    assert ids == ["revision", "open-count"]
    again = autosave(browser, draft, "red_flags", fever="no", shown="rigors_confusion_or_unwell")
    assert 'id="off-rigors_confusion_or_unwell" class="cp-q-off" hx-swap-oob="true"' in page(again)


def test_what_the_page_says_it_shows_is_only_compared(browser, draft):
    """Names made up by whoever posts are neither printed nor believed."""
    told = {"shown": "<script>alert(1)</script>", "call": "<script>"}
    shown = page(autosave(browser, draft, "red_flags", fever="no", **told))
    assert "<script" not in shown


def test_a_yes_brings_its_own_question_once(browser, draft):
    shown = page(autosave(browser, draft, "red_flags", fever="yes"))
    assert "Shaking chills, confusion or very unwell" in shown
    assert "beforeend:#brought-up" in shown
    again = autosave(browser, draft, "red_flags", fever="yes", shown="rigors_confusion_or_unwell")
    assert "beforeend:#brought-up" not in page(again)


def test_without_scripts_a_yes_stands_on_the_next_page_too(browser, draft):
    answer = post(browser, draft, "red_flags", saddle_numbness="yes")
    assert answer.status_code == 302
    assert "Emergency: act now" in page(browser.get(step(draft, "story")))


def test_enter_in_a_field_continues_and_does_not_assess(browser, draft):
    post(browser, draft, "red_flags", saddle_numbness="yes")
    shown = page(browser.get(step(draft, "story")))
    first = shown[shown.index('form="intake-form"') :]
    assert first.startswith('form="intake-form" name="go" value="next"')
    assert "Assess now" in first


def test_an_emergency_is_assessed_from_the_first_step(browser, draft):
    answer = post(browser, draft, "red_flags", saddle_numbness="yes", go="assess")
    assert answer.url == at("assessment", draft.patient_id)
    assert Assessment.objects.get().disposition == "emergency"


# Steps ---------------------------------------------------------------------------------------


def test_every_step_opens_and_keeps_what_it_shows(browser, draft, patient, by_therapist):
    """Posting each page as it stands changes nothing: leaving and coming back loses nothing."""
    draft = answered(patient, by_therapist)
    before = draft.answers
    assert before == ANSWERS
    for name in STEPS:
        answer = browser.get(step(draft, name))
        assert answer.status_code == 200, name
        answer = post(browser, draft, name, **as_posted(answer.context["form"]))
        assert answer.status_code == 302, (name, page(answer))
        assert draft.answers == before, name
    assert draft.done_steps == STEPS


def as_posted(form) -> dict:
    """What a browser would send for a page that nobody touched."""
    given = {}
    for field in form.fields:
        if field.rows:
            cells = [cell for line in field.rows.lines for cell in line]
            given |= {cell.name: cell.value for cell in cells}
            given[f"{field.name}-count"] = field.rows.count
        elif field.kind == "multi":
            given[field.name] = field.chosen
        elif field.kind == "tick":
            given |= {field.name: "yes"} if field.value else {}
        elif field.name == "allergies":
            given |= {"allergies": field.control or ""}
            given |= {"allergies_none": "yes"} if field.none else {}
        elif field.control is not None:
            given[field.name] = field.control
    return given


def test_continue_leads_through_the_steps_and_the_last_one_assesses(browser, draft):
    for here, there in zip(STEPS, STEPS[1:], strict=False):
        given = {"onset": "2026-05-01"} if here == "story" else {}
        assert post(browser, draft, here, **given).url == step(draft, there)
    answer = post(browser, draft, STEPS[-1], go="assess")
    assert answer.url == at("assessment", draft.patient_id)
    assert Assessment.objects.get().disposition == "incomplete"


def test_what_the_rules_need_is_asked_where_it_is_missing(browser, draft):
    answer = post(browser, draft, "goals", go="assess")
    assert answer.status_code == 422
    assert "Pain since: answer this before you assess." in page(answer)
    assert not Assessment.objects.exists()


def test_a_wrong_value_stays_on_the_page_and_the_right_ones_are_kept(browser, draft):
    given = {"onset": "31 2 2026", "pain_now": "11", "pain_average": "5", "course": "stable"}
    answer = post(browser, draft, "story", **given)
    assert answer.status_code == 422
    shown = page(answer)
    assert "Error: Story" in shown
    assert '<a href="#id_pain_now">Pain now: enter a number from 0 to 10.</a>' in shown
    assert 'value="11"' in shown
    assert 'value="31 2 2026"' in shown
    assert draft.answers == {"episode": {"pain": {"average": 5}, "course": "stable"}}
    assert draft.done_steps == []


def test_what_the_rules_refuse_stands_beside_its_field(browser, draft):
    answer = post(browser, draft, "story", onset="2026-11-25", pain_average="5")
    assert answer.status_code == 422
    assert "Pain since: 2026-11-25 lies after the day of the intake" in page(answer)
    assert draft.answers == {"episode": {"pain": {"average": 5}}}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("2026-05-01", "2026-05-01"), ("1 5 2026", "2026-05-01"), ("1.5.2026", "2026-05-01")],
)
def test_dates_are_read_as_people_write_them(browser, draft, typed, kept):
    post(browser, draft, "story", onset=typed)
    assert draft.answers["episode"]["onset"] == kept


def test_a_decimal_comma_is_fine(browser, draft):
    post(browser, draft, "tests", weight_kg="70,5")
    assert draft.answers["person"] == {"weight_kg": 70.5, "weight_on": "2026-11-24"}


@pytest.mark.parametrize("typed", ["1e400", "nan", "-inf", "²", "two"])
def test_what_is_no_number_gets_a_sentence(browser, draft, typed):
    answer = post(browser, draft, "goals", walking_minutes=typed)
    assert answer.status_code == 422
    assert "enter a number" in page(answer)


def test_an_odd_revision_is_an_old_one(browser, draft):
    answer = post(browser, draft, "story", revision="²", pain_average="5")
    assert answer.status_code in (302, 409)


def test_an_odd_count_of_rows_is_none(browser, draft):
    answer = post(browser, draft, "medicines", **{"medications-count": "²"})
    assert answer.status_code == 302


def test_a_nul_in_a_medicine_is_dropped(browser, draft):
    row = {"medications-count": "1", "medications-0-drug": "ibu\0profen"}
    post(browser, draft, "medicines", **row)
    assert draft.answers["medications"] == [{"drug": "ibuprofen"}]


def test_a_blood_test_needs_its_day(browser, draft):
    answer = post(browser, draft, "tests", creatinine_mg_dl="0.9")
    assert answer.status_code == 422
    assert "enter the day of the blood test" in page(answer)
    post(browser, draft, "tests", creatinine_mg_dl="0.9", creatinine_on="2026-11-20")
    assert draft.answers["labs"] == {"creatinine_mg_dl": 0.9, "creatinine_on": "2026-11-20"}


def test_the_three_peg_answers_belong_together(browser, draft):
    answer = post(browser, draft, "goals", peg_pain="5", walking_minutes="20")
    assert answer.status_code == 422
    assert "All three PEG answers are needed" in page(answer)
    assert draft.answers == {"function": {"walking_minutes": 20}}
    post(browser, draft, "goals", peg_pain="5", peg_enjoyment="6", peg_activity="5")
    assert draft.answers["function"]["peg"] == [5, 6, 5]


def test_an_empty_list_is_a_no_only_where_it_was_gone_through(browser, draft):
    post(browser, draft, "conditions")
    assert "conditions" not in draft.answers
    post(browser, draft, "conditions", conditions_complete="yes")
    assert draft.answers["conditions"] == []
    assert draft.answers["conditions_complete"] is True


def test_allergies_are_named_or_said_to_be_none(browser, draft):
    post(browser, draft, "medicines", allergies="penicillin, latex")
    assert draft.answers["allergies"] == ["penicillin", "latex"]
    post(browser, draft, "medicines")
    assert "allergies" not in draft.answers
    post(browser, draft, "medicines", allergies_none="yes")
    assert draft.answers["allergies"] == []
    answer = post(browser, draft, "medicines", allergies="latex", allergies_none="yes")
    assert answer.status_code == 422
    assert draft.answers["allergies"] == []


MEDICINE = {
    "medications-count": 2,
    "medications-0-drug": "ibuprofen",
    "medications-0-dose_mg": "400",
    "medications-0-as_needed": "yes",
    "medications-1-drug": "",
}


def test_medicines_are_rows_and_bring_their_own_questions(browser, draft):
    answer = post(browser, draft, "medicines", **MEDICINE)
    row = {"drug": "ibuprofen", "dose_mg": 400, "as_needed": True}
    assert draft.answers["medications"] == [row]
    assert answer.url.startswith(step(draft, "medicines"))
    shown = page(browser.get(step(draft, "medicines")))
    assert "Black stool, vomiting blood or severe belly pain" in shown
    assert 'value="ibuprofen"' in shown


def test_a_row_without_its_name_is_asked_for_it(browser, draft):
    given = MEDICINE | {"medications-1-dose_mg": "5"}
    answer = post(browser, draft, "medicines", **given)
    assert answer.status_code == 422
    assert "Name the medicine, or empty the row." in page(answer)
    assert draft.answers == {}


def test_more_rows_can_be_added_without_scripts(browser, draft):
    answer = post(browser, draft, "medicines", go="more:medications", **MEDICINE)
    assert "rows=5" in answer.url
    shown = page(browser.get(answer.url.partition("#")[0]))
    assert 'name="medications-5-drug"' in shown


def test_the_tick_dates_the_list_of_medicines(browser, draft):
    post(browser, draft, "medicines", medications_complete="yes")
    assert draft.answers["medications"] == []
    assert draft.answers["medications_on"] == "2026-11-24"


def test_prefilled_values_say_where_they_come_from(browser, draft):
    draft.answers = {"labs": {"egfr": 79.5, "egfr_on": "2020-11-22"}, "conditions": ["asthma"]}
    source = {"from": "old.json", "date": "2020-11-22"}
    draft.provenance = {"/labs/egfr": source, "/conditions": source | {"values": ["asthma"]}}
    draft.save()
    assert "From the record, 22\xa0Nov\xa02020" in page(browser.get(step(draft, "tests")))
    shown = page(browser.get(step(draft, "conditions")))
    assert "those marked “record”" in shown
    assert shown.count(">record<") == 1


# Two windows ---------------------------------------------------------------------------------


def test_two_windows_show_both_values_and_keep_what_was_typed(browser, draft):
    post(browser, draft, "red_flags", fever="yes")
    answer = post(browser, draft, "red_flags", revision=0, fever="no")
    assert answer.status_code == 409
    shown = page(answer)
    assert "changed in another window" in shown
    assert 'data-label="Saved now">Yes<' in shown
    assert 'data-label="Typed here">No<' in shown
    assert draft.answers["red_flags"]["fever"] == "yes"
    assert f'name="revision" value="{draft.revision}"' in shown
    post(browser, draft, "red_flags", fever="no")
    assert draft.answers["red_flags"]["fever"] == "no"


def test_an_autosave_from_an_old_window_overwrites_nothing(browser, draft):
    post(browser, draft, "red_flags", fever="yes")
    answer = autosave(browser, draft, "red_flags", revision=0, fever="no")
    assert "changed in another window" in page(answer)
    assert draft.answers["red_flags"]["fever"] == "yes"


def test_an_intake_assessed_in_another_window_is_left_alone(browser, draft, patient, by_therapist):
    assessed(patient, by_therapist, answers())
    answer = post(browser, draft, "red_flags", fever="yes")
    assert answer.url == at("intake_start", patient.pk)
    assert "fever" not in {k for k, v in draft.answers["red_flags"].items() if v == "yes"}


# Who may -------------------------------------------------------------------------------------


def test_another_clinics_patient_is_not_found(browser, other_patient):
    for name, more in (("intake_start", ()), ("intake", ("red_flags",))):
        assert browser.get(at(name, other_patient.pk, *more)).status_code == 404
        assert browser.post(at(name, other_patient.pk, *more)).status_code == 404


def test_unknown_patients_and_steps_are_not_found(browser, draft):
    assert browser.get(at("intake", uuid.uuid4(), "story")).status_code == 404
    assert browser.get(step(draft, "horoscope")).status_code == 404


def test_prescribers_and_admins_do_not_answer(signed_in, prescriber, admin, draft):
    for user in (prescriber, admin):
        browser = signed_in(user)
        assert browser.get(step(draft, "red_flags")).status_code == 403
        assert browser.post(at("intake_start", draft.patient_id)).status_code == 403


def test_the_logged_out_are_sent_to_the_login(client, draft):
    assert client.get(step(draft, "red_flags")).status_code == 302
