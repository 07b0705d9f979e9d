"""The plan's pages: drafted, built, signed, read, closed; with and without htmx."""

import uuid

import pytest
from django.urls import reverse
from django.utils.text import slugify

from careplan.actions import home_plan
from careplan.actions import plan as actions
from careplan.models import Plan, PlanVersion
from careplan.queries import home_plan as home_queries
from careplan.queries import plan as queries
from patients.models import AuditEvent, Message
from tests.factories.plan import assessed, drafted, intake, signed

HTMX = {"HTTP_HX_REQUEST": "true"}
PARTS = (
    "plan_goals",
    "plan_movement",
    "plan_cards",
    "plan_program",
    "plan_home",
    "plan_library",
    "plan_routine",
    "plan_medicines",
    "plan_checkins",
    "plan_note",
)


@pytest.fixture(autouse=True)
def _fixed(time_machine):
    """The clock starts on Tuesday 24 November 2026 and ticks."""
    time_machine.move_to("2026-11-24T09:12:00+00:00")


@pytest.fixture
def draft(patient, by_therapist) -> PlanVersion:
    return drafted(patient, by_therapist, ibuprofen="offer")


@pytest.fixture
def browser(signed_in, therapist):
    return signed_in(therapist)


def at(name, *args) -> str:
    return reverse(name, args=["north", *args])


def signature(draft) -> dict:
    """What the form of the signing page posts now."""
    newest = queries.newest_assessment(draft.patient)
    return {"revision": draft.revision, "newest": str(newest.pk), "read": "on"}


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


# Drafting ------------------------------------------------------------------------------------


def test_one_press_leads_into_the_builder(browser, patient, by_therapist):
    assessed(patient, by_therapist.user)
    page = text(browser.get(at("plan", patient.pk)))
    assert "No plan yet" in page and "Draft a plan" in page
    answer = browser.post(at("plan_draft", patient.pk), follow=True)
    assert answer.redirect_chain == [(at("plan_home", patient.pk), 302)]
    page = text(answer)
    assert "Suggested plan. Nothing is sent until you sign it." in page
    assert "Belly brace with breathing" in page
    assert "7.25 of 15 minutes used" in page


def test_a_refused_draft_says_why_on_the_page(browser, patient, by_therapist):
    assessed(patient, by_therapist.user, disposition="urgent")
    answer = browser.post(at("plan_draft", patient.pk))
    assert answer.status_code == 422
    assert "it allows no plan" in text(answer)
    assert not Plan.objects.exists()


def test_without_an_assessment_there_is_nothing_to_draft(browser, patient):
    answer = browser.post(at("plan_draft", patient.pk), follow=True)
    assert "Assess the patient first" in text(answer)


def test_drafting_is_a_post(browser, patient):
    assert browser.get(at("plan_draft", patient.pk)).status_code == 405


# The builder ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PARTS)
def test_every_part_shows_the_parts_the_minutes_and_the_foot(browser, draft, patient, name):
    answer = browser.get(at(name, patient.pk))
    page = text(answer)
    assert answer.status_code == 200
    for words in (
        "Parts of the plan",
        "Time a day",
        "16 visits",
        "16 of 20 covered",
        "Draft saved",
    ):
        assert words in page
    assert f'href="{at("plan_sign", patient.pk)}"' in page


@pytest.mark.parametrize("name", PARTS)
def test_without_a_draft_every_part_leads_to_the_plan(browser, patient, name):
    answer = browser.get(at(name, patient.pk), follow=True)
    assert "There is no draft here" in text(answer)


@pytest.mark.parametrize("name", [*PARTS, "plan_sign", "plan_close", "plan", "plan_draft"])
def test_roles_other_clinics_and_bad_ids(
    signed_in, draft, patient, prescriber, admin, other_therapist, client, name
):
    send = client.post if name == "plan_draft" else client.get
    url = at(name, patient.pk)
    assert send(url).status_code == 302 and "/account/login/" in send(url).url
    signed_in(admin)
    assert send(url).status_code == 403
    signed_in(prescriber)
    assert send(url).status_code == (200 if name == "plan" else 403)
    signed_in(other_therapist)
    assert send(url).status_code == 404  # not of this clinic
    assert send(reverse(name, args=["south", patient.pk])).status_code == 404
    assert send(reverse(name, args=["south", uuid.uuid4()])).status_code == 404


@pytest.mark.parametrize("name", PARTS)
def test_the_number_of_queries_does_not_grow(
    browser, draft, patient, by_therapist, name, django_assert_max_num_queries
):
    with django_assert_max_num_queries(26) as few:
        browser.get(at(name, patient.pk))
    items = home_plan.from_template("TPL-2", ())
    home_plan.set_items(version=draft, items=items, by=by_therapist)
    goals = [(f"goal {n}", None) for n in range(5)]
    actions.save_goals(version=draft, goals=goals, by=by_therapist)
    with django_assert_max_num_queries(len(few)):
        browser.get(at(name, patient.pk))


def test_goals_in_the_patients_words(browser, draft, patient):
    url = at("plan_goals", patient.pk)
    given = {"revision": draft.revision, "goal_1": "Play with Ella", "by_1": "2027-01-31"}
    answer = browser.post(url, given, follow=True)
    page = text(answer)
    assert "Draft saved." in page and 'value="Play with Ella"' in page and "2027-01-31" in page
    assert "1 in the patient’s words" in page
    answer = browser.post(url, {"goal_1": "x", "by_1": "soon"})
    assert answer.status_code == 422
    assert "Goal 1: enter a day such as" in text(answer) and 'value="soon"' in text(answer)


def test_the_routine_is_kept_line_by_line(browser, draft, patient):
    given = {
        "revision": draft.revision,
        "on_SM-04": "on",
        "minutes_SM-04": "8",
        "anchor_SM-04": "while the kettle boils",
    }
    browser.post(at("plan_routine", patient.pk), given)
    row = queries.whole(draft.pk)
    assert row.routine == [
        {
            "code": "SM-04",
            "title": "Slow breathing",
            "minutes": 8,
            "anchor": "while the kettle boils",
        }
    ]
    answer = browser.post(at("plan_routine", patient.pk), given | {"minutes_SM-04": "99"})
    assert answer.status_code == 422
    assert "Slow breathing: 1 to 30 minutes." in text(answer)


def test_a_note_is_kept(browser, draft, patient):
    browser.post(at("plan_note", patient.pk), {"revision": draft.revision, "note": "See you."})
    assert queries.whole(draft.pk).note == "See you."


def test_the_second_tab_keeps_its_text_and_decides(browser, draft, patient):
    url, seen = at("plan_note", patient.pk), draft.revision
    browser.post(url, {"revision": seen, "note": "from the first tab"})
    answer = browser.post(url, {"revision": seen, "note": "from the second"})
    page = text(answer)
    assert answer.status_code == 422
    assert "Tom Adeyemi changed this draft after you opened it" in page
    assert "from the second</textarea>" in page
    assert f'name="revision" value="{seen + 1}"' in page
    browser.post(url, {"revision": seen + 1, "note": "from the second"})
    assert queries.whole(draft.pk).note == "from the second"


def test_htmx_narrows_to_what_follows_from_a_typed_value(browser, draft, patient):
    answer = browser.post(
        at("plan_note", patient.pk), {"revision": draft.revision, "note": "x"}, **HTMX
    )
    page = text(answer)
    assert answer["HX-Reswap"] == "none"
    assert "<html" not in page and "<textarea" not in page
    assert 'id="live"' in page and f'value="{draft.revision + 1}" hx-swap-oob="true"' in page


def test_htmx_shows_a_refusal_with_the_form(browser, draft, patient):
    pressed = {"revision": 0, "note": "mine", "act": "save"}
    answer = browser.post(at("plan_note", patient.pk), pressed, **HTMX)
    assert answer.status_code == 200
    assert "changed this draft" in text(answer) and "mine</textarea>" in text(answer)


def test_a_refused_value_is_told_in_the_foot_and_swaps_nothing_else(browser, draft, patient):
    answer = browser.post(at("plan_note", patient.pk), {"revision": 0, "note": "mine"}, **HTMX)
    page = text(answer)
    assert answer["HX-Reswap"] == "none"
    assert "Not saved. " in page and "changed this draft" in page
    assert page.count("hx-swap-oob") == 1 and 'id="foot"' in page
    assert 'name="revision"' not in page  # saving again stays a decision


def test_medicine_lines_are_read_only_here(browser, draft, patient):
    page = text(browser.get(at("plan_medicines", patient.pk)))
    assert "Ibuprofen" in page and "Waits for a prescriber" in page
    assert "Sign ibuprofen" not in page


def test_checkin_days_are_shown(browser, draft, patient):
    page = text(browser.get(at("plan_checkins", patient.pk))).replace("\xa0", " ")
    for day in ("Tue 8 Dec", "Tue 22 Dec", "Tue 2 Feb"):
        assert day in page
    assert "Europe/London" in page


def test_looking_leaves_its_trace(browser, draft, patient):
    browser.get(at("plan_home", patient.pk))
    assert AuditEvent.objects.filter(action="viewed", patient_id=patient.pk).exists()


# Signing -------------------------------------------------------------------------------------


def test_the_sign_page_shows_what_will_happen(browser, draft, patient):
    page = text(browser.get(at("plan_sign", patient.pk))).replace("\xa0", " ")
    for words in (
        "Ready to sign: Margaret’s plan, version 1",
        "As Margaret will see it",
        "Belly brace with breathing",
        "“Your plan is ready”",
        "1 medicine to decide",
        "First visit of 16",
        "Thu 26 Nov",
        "Tue 8 Dec",
        "I have read this page. The plan fits what I found.",
    ):
        assert words in page
    assert "checked" not in page


def test_signing_by_the_page(browser, draft, patient):
    url = at("plan_sign", patient.pk)
    answer = browser.post(url, signature(draft) | {"read": ""})
    assert answer.status_code == 422
    assert "sign only what you have read" in text(answer)
    answer = browser.post(url, signature(draft), follow=True)
    page = text(answer)
    assert "Version 1 is signed. Margaret has it now." in page
    assert "Signed by Tom Adeyemi" in page and "Change the plan" in page
    assert Plan.objects.get().state == "active"
    assert Message.objects.count() == 1
    again = browser.post(url, signature(draft), follow=True)
    assert "There is no draft here" in text(again)
    assert Message.objects.count() == 1


def test_a_signature_without_the_page_is_refused(browser, draft, patient):
    answer = browser.post(at("plan_sign", patient.pk), {"read": "on"})
    assert answer.status_code == 422
    assert "read it before you sign" in text(answer)
    assert Plan.objects.get().state == "draft"


def test_a_draft_that_moved_is_read_again(browser, draft, patient, by_therapist):
    actions.save_note(version=draft, note="one more word", by=by_therapist)
    answer = browser.post(at("plan_sign", patient.pk), signature(draft))
    assert answer.status_code == 422
    assert "Read it again, then sign" in text(answer)


def test_a_page_from_before_an_assessment_is_read_again(browser, draft, patient, by_therapist):
    old = signature(draft)
    assessed(patient, by_therapist.user)
    answer = browser.post(at("plan_sign", patient.pk), old)
    assert answer.status_code == 422
    assert "Margaret was assessed again after you opened this page" in text(answer)
    assert Plan.objects.get().state == "draft"
    browser.post(at("plan_sign", patient.pk), signature(draft))
    assert Plan.objects.get().state == "active"


@pytest.mark.parametrize("disposition", ["emergency", "urgent"])
def test_a_newer_danger_refuses_even_a_direct_post(
    browser, draft, patient, by_therapist, disposition
):
    assessed(patient, by_therapist.user, disposition=disposition)
    url = at("plan_sign", patient.pk)
    page = text(browser.get(url))
    assert "Not ready to sign" in page and "A red flag is open" in page and "disabled" in page
    answer = browser.post(url, signature(draft))
    assert answer.status_code == 422
    assert "A red flag is open" in text(answer)
    assert Plan.objects.get().state == "draft"


def test_a_prescriber_does_not_sign_plans(signed_in, prescriber, draft, patient):
    answer = signed_in(prescriber).post(at("plan_sign", patient.pk), signature(draft))
    assert answer.status_code == 403
    assert Plan.objects.get().state == "draft"


def test_what_blocks_is_written_beside_the_button(browser, draft, patient, by_therapist):
    items = home_plan.from_template("TPL-2", ())
    items = [*items, home_queries.default_item("COR-10")]
    home_plan.set_items(version=draft, items=items, by=by_therapist)
    page = text(browser.get(at("plan_home", patient.pk)))
    assert "3.75 over. Remove one, or cut a set." in page
    assert "Go to signing</button>" in page and "disabled" in page
    assert at("plan_sign", patient.pk) not in page
    assert "Remove Side plank on knees" in page


def test_differences_from_the_last_version(browser, patient, by_therapist):
    plan = signed(patient, by_therapist)
    version = actions.revise(plan=plan, by=by_therapist)
    items = home_queries.items_of(queries.whole(version.pk))
    items = home_plan.dropped(items, "EXP-01")
    items = home_plan.added(items, home_queries.default_item("EXP-04"))
    items = home_plan.dosed(items, {"COR-02": {"sets": 2}})
    home_plan.set_items(version=version, items=items, by=by_therapist)
    page = text(browser.get(at("plan_sign", patient.pk)))
    for words in (
        "Different from version 1",
        "Sit to stand added",
        "Knee rocks taken out",
        "Pelvic tilt: 2 sets of 10",
        "All the rest is the same",
        "“Your plan has changed”",
    ):
        assert words in page


# Afterwards ----------------------------------------------------------------------------------


@pytest.fixture
def running(patient, by_therapist) -> Plan:
    return signed(patient, by_therapist)


def test_the_signed_plan_is_for_every_clinician(signed_in, prescriber, running, patient):
    page = text(signed_in(prescriber).get(at("plan", patient.pk)))
    assert "Margaret’s plan, version 1" in page
    for words in ("Change the plan", "Close the plan", "Attended"):
        assert words not in page


def test_changing_a_signed_plan_drafts_the_next_version(browser, running, patient):
    browser.post(at("plan_draft", patient.pk))
    assert queries.draft_of(patient).number == 2
    assert "Go on with version 2" in text(browser.get(at("plan", patient.pk)))


def test_attendance_from_the_plan(signed_in, therapist, running, patient, time_machine):
    time_machine.move_to("2026-11-26T12:00:00+00:00")
    browser = signed_in(therapist)
    session = patient.sessions.order_by("starts_at").first()
    assert "Attended" in text(browser.get(at("plan", patient.pk)))
    answer = browser.post(at("session_move", session.pk, "attend"), follow=True)
    assert "Session 1: attended." in text(answer)
    answer = browser.post(at("session_move", session.pk, "attend"))
    assert answer.status_code == 422
    assert "Reload the page" in text(answer)
    later = patient.sessions.order_by("starts_at").last()
    answer = browser.post(at("session_move", later.pk, "attend"))
    assert answer.status_code == 422
    assert "it has not been yet" in text(answer)
    assert browser.post(at("session_move", later.pk, "explode")).status_code == 422


def test_attendance_of_another_clinic_is_not_found(signed_in, other_therapist, running, patient):
    session = patient.sessions.first()
    url = reverse("session_move", args=["south", session.pk, "attend"])
    assert signed_in(other_therapist).post(url).status_code == 404


def test_closing_by_the_page(browser, running, patient):
    url = at("plan_close", patient.pk)
    assert "Visits still to come are cancelled" in text(browser.get(url))
    answer = browser.post(url, {"reason": " "})
    assert answer.status_code == 422 and "Write why the plan ends" in text(answer)
    answer = browser.post(url, {"reason": "Goals reached."}, follow=True)
    page = text(answer)
    assert "The plan is closed." in page and "Goals reached." in page
    again = browser.get(url, follow=True)
    assert "There is no open plan to close" in text(again)


def test_a_plan_on_hold_says_so(browser, running, patient):
    Plan.objects.update(state="safety_hold")
    assert "On hold: Margaret sees the phone number" in text(browser.get(at("plan", patient.pk)))


def test_the_plan_page_does_not_grow(browser, running, patient, django_assert_max_num_queries):
    with django_assert_max_num_queries(26):
        browser.get(at("plan", patient.pk))


def test_a_visit_limit_that_is_passed_waits_for_a_reason(browser, patient, by_therapist):
    drafted(patient, by_therapist, facts=intake(coverage={"visit_limit": 11}))
    page = text(browser.get(at("plan_program", patient.pk)))
    assert "16 visits are 5 over the 11 that are left. No program of 6 to 8 weeks fits" in page
    assert f'href="{at("plan_sign", patient.pk)}"' not in page
    given = {"key": "PAY-03", "reason": "notice", "part": "program"}
    page = text(browser.post(at("plan_weigh", patient.pk), given, follow=True))
    assert "The patient knows and has signed the notice" in page
    assert f'href="{at("plan_sign", patient.pk)}"' in page
    page = text(browser.post(at("plan_weigh", patient.pk), given | {"reason": ""}, follow=True))
    assert f'href="{at("plan_sign", patient.pk)}"' not in page


def test_a_reason_in_own_words_and_for_what_is_gone(browser, patient, by_therapist):
    drafted(patient, by_therapist, facts=intake(conditions=["wrist_problem"]))
    (one,) = queries.cautions(queries.draft_of(patient))
    page = text(browser.get(at("plan_home", patient.pk)))
    assert f'{at("plan_library", patient.pk)}?kind=FLX"' in page  # others of its kind
    given = {"key": one.key, "reason": "own", "own": "Does it on <b>her fists</b>.", "part": "home"}
    page = text(browser.post(at("plan_weigh", patient.pk), given, follow=True))
    assert "Does it on &lt;b&gt;her fists&lt;/b&gt;." in page
    page = text(browser.post(at("plan_weigh", patient.pk), given | {"key": "X:Y"}, follow=True))
    assert "this is not in it any more" in page
    page = text(browser.post(at("plan_weigh", patient.pk), given | {"own": "x" * 301}, follow=True))
    assert "at most 300 letters" in page
    assert queries.cautions(queries.draft_of(patient))[0].reason == "Does it on <b>her fists</b>."


def test_the_checklist_by_one_press_or_line_by_line(browser, patient, by_therapist):
    actions.draft(assessment=assessed(patient, by_therapist.user), by=by_therapist)
    url = at("plan_movement", patient.pk)
    page = text(browser.get(url))
    assert "Standing" in page and "not ready" in page
    given = {"seen_walk": "on", "note_walk": "Short steps, left", "act": "save"}
    browser.post(url, given)
    kept = queries.draft_of(patient).movement
    assert kept["walk"] == {"seen": True, "note": "Short steps, left"}
    assert not kept["lift"]["seen"]
    browser.post(url, given | {"act": "all"})
    version = queries.draft_of(patient)
    assert queries.movement_seen(version) and queries.blockers(version) == []


def test_cards_and_barriers_are_chosen(browser, patient, by_therapist):
    version = drafted(patient, by_therapist)
    assert "ED-12" in version.education and "ED-01" in version.education
    url = at("plan_cards", patient.pk)
    given = {"education": ["ED-06"], "barriers": ["BAR-05", "BAR-02"]}
    page = text(browser.post(url, given, follow=True))
    assert "I have no time" in page
    version = queries.draft_of(patient)
    assert (version.education, version.barriers) == (["ED-06", "ED-12"], ["BAR-02", "BAR-05"])
    page = text(browser.post(url, {"barriers": ["ED-01"]}))
    assert "There is a problem" in page
    assert queries.draft_of(patient).barriers == ["BAR-02", "BAR-05"]
    actions.sign(version=queries.draft_of(patient), read=True, by=by_therapist)
    asked = patient.follow_ups.get(rule="BAR-02")
    assert (asked.kind, asked.role) == ("side_effect_review", "therapist")


def test_goals_carry_where_the_patient_is(browser, patient, by_therapist):
    drafted(patient, by_therapist)
    url = at("plan_goals", patient.pk)
    browser.post(url, {"goal_1": "Garden an hour", "now_1": "3", "wanted_1": "7"})
    goal = queries.draft_of(patient).goals.get()
    assert (goal.text, goal.now, goal.wanted) == ("Garden an hour", 3, 7)
    for bad, words in (({"now_1": "11"}, "0 (cannot do it) to 10"), ({"wanted_1": "2"}, "above")):
        given = {"goal_1": "Garden an hour", "now_1": "3", "wanted_1": "7"} | bad
        page = text(browser.post(url, given))
        assert words in page and next(iter(bad.values())) in page
    assert queries.draft_of(patient).goals.get().wanted == 7


def test_a_goal_that_people_often_have_takes_one_press(browser, patient, by_therapist):
    drafted(patient, by_therapist, facts=intake(function={"psfs": [4]}))
    url = at("plan_goals", patient.pk)
    page = text(browser.get(url))
    assert 'name="now_1" value="4"' in page  # what the intake told is not asked again
    assert page.index('value="save"') < page.index('value="often:')  # what Enter in a field presses
    page = text(browser.post(url, {"act": "often:carry", "now_1": "4"}, **HTMX))
    assert 'value="Carry my shopping home"' in page  # the page shows what is kept
    goal = queries.draft_of(patient).goals.get()
    assert (goal.text, goal.now, goal.wanted) == ("Carry my shopping home", 4, None)
    given = {"goal_1": goal.text, "now_1": "4", "act": "often:no-such"}
    browser.post(url, given)
    browser.post(url, given | {"goal_2": "x", "now_2": "30", "act": "often:walk"})
    assert [one.text for one in queries.draft_of(patient).goals.all()] == [goal.text]


def test_a_score_between_two_numbers_is_not_rounded(browser, patient, by_therapist):
    drafted(patient, by_therapist, facts=intake(function={"psfs": [3.5]}))
    assert 'name="now_1" value=""' in text(browser.get(at("plan_goals", patient.pk)))


def test_after_the_button_for_all_movements_the_page_shows_them_ticked(
    browser, patient, by_therapist
):
    actions.draft(assessment=assessed(patient, by_therapist.user), by=by_therapist)
    page = text(browser.post(at("plan_movement", patient.pk), {"act": "all"}, **HTMX))
    assert page.count('name="seen_') == page.count(" checked>")


def test_what_is_left_leads_to_its_place(browser, patient, by_therapist):
    facts = intake(conditions=["wrist_problem", "osteoporosis"])
    actions.draft(assessment=assessed(patient, by_therapist.user, facts=facts), by=by_therapist)
    open_ones = queries.cautions(queries.draft_of(patient))
    assert len(open_ones) > 1 and not any(one.reason for one in open_ones)
    page = text(browser.get(at("plan_note", patient.pk)))
    left = page[page.index("Before you sign") :]
    for name, words in (
        (at("plan_movement", patient.pk), "Fill in the movement checklist."),
        (f"#weigh-{slugify(open_ones[0].key)}", f"{len(open_ones)} cautions to answer."),
        (at("plan_goals", patient.pk), "No goal is written yet."),
    ):
        assert f'<a href="{name}">{words}</a>' in left
    assert page.count('class="cp-answers" open') == 1  # the answers of one caution at a time
    for number, one in enumerate(open_ones, start=1):
        given = {"key": one.key, "reason": "watched", "part": "note"}
        page = text(browser.post(at("plan_weigh", patient.pk), given, follow=True))
        kept = queries.cautions(queries.draft_of(patient))
        assert sum(bool(weighed.reason) for weighed in kept) == number
        assert page.count("data-focus") == 1  # the next open point has the focus
    assert "cautions to answer" not in page
