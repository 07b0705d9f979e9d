"""Presets by the page: kept of a plan, listed, looked at for a patient, put into a draft; copies."""

import re
from datetime import date

import pytest
from django.urls import reverse

from careplan.actions import home_plan
from careplan.actions import plan as plans
from careplan.actions import preset as actions
from careplan.models import Plan, Preset
from careplan.queries import home_plan as home_queries
from careplan.queries import plan as plan_queries
from careplan.queries.catalogue import catalogue
from patients.models import Patient
from patients.roles import Role
from tests.conftest import actor_of, make_staff
from tests.factories.plan import assessed, drafted, intake, signed

WORDS = {"name": "Stiff back", "for_whom": "Stiff after sitting"}


@pytest.fixture(autouse=True)
def _fixed(time_machine):
    """The clock starts on Tuesday 24 November 2026 and ticks."""
    time_machine.move_to("2026-11-24T09:12:00+00:00")


@pytest.fixture
def browser(signed_in, therapist):
    return signed_in(therapist)


@pytest.fixture
def samuel(clinic) -> Patient:
    return Patient.objects.create(
        clinic=clinic,
        given_name="Samuel",
        family_name="Reyes",
        birth_date=date(1970, 9, 23),
        sex="male",
    )


@pytest.fixture
def version(patient, by_therapist):
    """Margaret's draft: a core exercise, one that thin bones forbid, a stretch."""
    row = drafted(patient, by_therapist)
    items = [home_queries.default_item(code) for code in ("COR-01", "EXP-03", "FLX-01")]
    items = home_queries.with_short_day(items)
    home_plan.set_items(version=row, items=items, by=by_therapist)
    return plan_queries.whole(row.pk)


@pytest.fixture
def preset(version, by_therapist) -> Preset:
    return actions.keep(version=version, by=by_therapist, **WORDS)


@pytest.fixture
def thin(samuel, by_therapist):
    """The draft of Samuel, who has thin bones."""
    return drafted(samuel, by_therapist, facts=intake(conditions=["osteoporosis"]))


def at(name: str, *args) -> str:
    return reverse(name, args=["north", *args])


def text(answer) -> str:
    return " ".join(answer.content.decode().split()).replace("\xa0", " ")


def hidden_of(page: str) -> dict:
    """What the form of a fit would post beside the parts."""
    found = re.search(
        r'<form id="use".*?name="seen" value="(\w*)".*?"revision" value="(\d*)"', page
    )
    return {"seen": found[1], "revision": found[2]}


def codes(version) -> list[str]:
    return [item["exercise"] for item in home_queries.items_of(plan_queries.whole(version.pk))]


# Keeping and listing -------------------------------------------------------------------------


def test_a_plan_is_kept_and_the_page_says_what_goes_in(browser, patient, version):
    url = at("preset_keep", patient.pk, version.pk)
    page = text(browser.get(url))
    for words in ("What goes in", "What is left out", "Goals", "Medicines", "Graded forward reach"):
        assert words in page
    answer = browser.post(url, WORDS | {"revision": version.revision}, follow=True)
    assert "Kept as “Stiff back”" in text(answer)
    assert Preset.objects.get().for_whom == WORDS["for_whom"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": ""}, "Give the preset a name."),
        ({"for_whom": " "}, "Say in a line for whom it is meant."),
        ({"name": "x" * 61}, "at most 60 characters"),
        ({"name": "<b>STIFF</b>"}, ""),
        ({"name": "With Margaret"}, "“Margaret” is a name of the patient"),
        ({"revision": "0"}, "The draft changed after you opened this page"),
        ({"revision": "soon"}, "Enter a whole number."),
    ],
)
def test_what_was_typed_stays_and_the_page_says_why(browser, patient, version, typed, words):
    answer = browser.post(at("preset_keep", patient.pk, version.pk), WORDS | typed)
    if not words:  # HTML in a name is only letters
        page = text(browser.get(at("presets")))
        assert "&lt;b&gt;STIFF&lt;/b&gt;" in page and "<b>STIFF" not in page
        return
    assert answer.status_code == 422 and words in text(answer)
    assert f'value="{WORDS["for_whom"]}"' in text(answer) or "for_whom" in typed
    assert not Preset.objects.exists()


def test_a_name_that_is_only_a_word_is_kept_on_a_second_press(browser, patient, version):
    url = at("preset_keep", patient.pk, version.pk)
    typed = WORDS | {"name": "The Margaret way", "revision": version.revision}
    page = text(browser.post(url, typed))
    assert 'name="not_named"' in page
    browser.post(url, typed | {"not_named": "on"})
    assert Preset.objects.get().name == "The Margaret way"


def test_a_draft_that_moved_on_can_be_kept_by_a_second_press(browser, patient, version):
    url = at("preset_keep", patient.pk, version.pk)
    page = text(browser.post(url, WORDS | {"revision": 0}))
    again = re.search(r'name="revision" value="(\d+)"', page)[1]
    assert browser.post(url, WORDS | {"revision": again}).status_code == 302


def test_renaming_two_at_once(browser, preset, by_therapist):
    url = at("preset", preset.pk)
    actions.rename(preset=preset, name="First", for_whom="X", revision=1, by=by_therapist)
    answer = browser.post(url, {"name": "Second", "for_whom": "Y", "revision": 1})
    page = text(answer)
    assert answer.status_code == 422 and "renamed this preset to “First”" in page
    assert 'value="Second"' in page
    seen = re.search(r'name="revision" value="(\d+)"', page)[1]
    browser.post(url, {"name": "Second", "for_whom": "Y", "revision": seen})
    assert Preset.objects.get().name == "Second"


def test_a_name_in_use_says_so_and_a_missing_revision_is_no_wildcard(
    browser, version, preset, by_therapist
):
    other = actions.keep(version=version, by=by_therapist, name="Other", for_whom="X")
    answer = browser.post(at("preset", other.pk), WORDS | {"revision": 1})
    assert "There is a preset “Stiff back” in use already" in text(answer)
    assert browser.post(at("preset", other.pk), {"name": "Z", "for_whom": "X"}).status_code == 422


def test_retired_with_an_undo(browser, preset, samuel, thin):
    page = text(browser.post(at("preset_retire", preset.pk), follow=True))
    assert "Retired Stiff back." in page and "1 retired" in page
    shown = text(browser.get(at("plan_preset", samuel.pk, preset.pk)))
    assert "This preset is retired" in shown and 'id="use"' not in shown
    assert "Stiff back" not in text(browser.get(at("plan_presets", samuel.pk)))
    undo = re.search(r'action="([^"]*bring-back[^"]*)"', page)[1]
    assert "Stiff back is offered again." in text(browser.post(undo, follow=True))


def test_bringing_back_a_taken_name_leads_to_the_preset(browser, version, preset, by_therapist):
    actions.retire(preset=preset, by=by_therapist)
    actions.keep(version=version, by=by_therapist, **WORDS)
    page = text(browser.post(at("preset_bring_back", preset.pk), follow=True))
    assert "in use already" in page and "Rename one of the two." in page


def test_the_ways_to_it(browser, patient, samuel, version, by_therapist):
    """From the builder, from a signed plan and from the library."""
    assert at("plan_presets", patient.pk) in text(browser.get(at("plan_home", patient.pk)))
    plan = signed(samuel, by_therapist)
    page = text(browser.get(at("plan", samuel.pk)))
    current = Plan.objects.get(pk=plan.pk).current_id
    assert at("preset_keep", samuel.pk, current) in page
    assert at("plan_copy", samuel.pk, current) in page
    assert at("presets") in text(browser.get(at("exercises")))


# Into a draft --------------------------------------------------------------------------------


def test_what_would_happen_is_shown_for_this_patient(browser, samuel, preset, thin):
    page = text(browser.get(at("plan_presets", samuel.pk)))
    assert "2 of 3 exercises" in page
    assert "Graded forward reach is left out. Not with thin bones" in page
    assert 'href="/c/north/rules/EXR-01/"' in page
    assert "of 15 minutes" in page


def test_nothing_changes_before_the_button(browser, samuel, preset, thin):
    before = codes(thin)
    url = at("plan_preset", samuel.pk, preset.pk)
    page = text(browser.get(url))
    assert "“Stiff back” for Samuel Reyes" in page and "goes out of the draft" in page
    assert plan_queries.whole(thin.pk).revision == thin.revision and codes(thin) == before
    answer = browser.post(url, hidden_of(page) | {"parts": ["home", "program"]}, follow=True)
    assert "In the draft of version 1." in text(answer)
    assert codes(thin) == ["COR-01", "FLX-01"]


def test_parts_that_are_not_ticked_stay(browser, samuel, preset, thin):
    before, url = codes(thin), at("plan_preset", samuel.pk, preset.pk)
    given = hidden_of(text(browser.get(url)))
    browser.post(url, given | {"parts": ["words"]})
    assert codes(thin) == before
    page = text(browser.post(url, hidden_of(text(browser.get(url)))))
    assert "Choose at least one part to take over." in page
    assert 'value="home" id="part-home">' in page  # as it was sent: not ticked


def test_a_stale_page_shows_what_would_change_now(browser, clinic, samuel, preset, thin):
    url = at("plan_preset", samuel.pk, preset.pk)
    given = hidden_of(text(browser.get(url))) | {"parts": ["home"]}
    nia = actor_of(make_staff(clinic, "Nia Colwyn", Role.THERAPIST), clinic)
    plans.save_note(version=thin, note="Mine", by=nia)
    answer = browser.post(url, given)
    assert answer.status_code == 422 and "Nia Colwyn changed this draft" in text(answer)
    browser.post(url, hidden_of(text(answer)) | {"parts": ["home"]})
    kept = plan_queries.whole(thin.pk)
    assert (codes(kept), kept.note) == (["COR-01", "FLX-01"], "Mine")


@pytest.mark.parametrize(
    "typed",
    [{}, {"seen": "x" * 65}, {"revision": "x"}, {"parts": ["medicines"]}, {"parts": ["home"]}],
)
def test_posts_that_no_page_made_change_nothing(browser, samuel, preset, thin, typed):
    before = codes(thin)
    assert browser.post(at("plan_preset", samuel.pk, preset.pk), typed).status_code == 422
    assert codes(thin) == before


def test_a_preset_that_fits_nothing_keeps_the_drafts_exercises(browser, samuel, thin, preset):
    preset.content["items"] = preset.content["items"][1:2]  # EXP-03 alone
    preset.save()
    page = text(browser.get(at("plan_preset", samuel.pk, preset.pk)))
    assert "No exercise is left to take over." in page and 'id="part-home"' not in page


def test_a_red_flag_stops_every_way(browser, samuel, preset, version, thin, by_therapist):
    assessed(samuel, by_therapist.user, "emergency")
    for url in (
        at("plan_presets", samuel.pk),
        at("plan_preset", samuel.pk, preset.pk),
        at("plan_copy_to", version.patient_id, version.pk, samuel.pk),
    ):
        page = text(browser.get(url))
        assert "says “emergency”: it allows no plan." in page and "See what would" not in page
        assert at("assessment", samuel.pk) in page and 'id="use"' not in page
    answer = browser.post(at("plan_preset", samuel.pk, preset.pk), {"parts": ["home"]})
    assert answer.status_code == 422


def test_a_patient_without_a_draft_is_led_to_the_plan(browser, samuel, preset):
    answer = browser.get(at("plan_presets", samuel.pk), follow=True)
    assert "There is no draft here" in text(answer)


# Copies --------------------------------------------------------------------------------------


def test_a_copy_is_found_looked_at_and_drafted(browser, patient, samuel, version, by_therapist):
    assessed(samuel, by_therapist.user, facts=intake(conditions=["osteoporosis"]))
    page = text(browser.get(at("plan_copy", patient.pk, version.pk), {"q": "reyes 1970"}))
    url = at("plan_copy_to", patient.pk, version.pk, samuel.pk)
    assert url in page and "Ellison, Margaret" not in page
    page = text(browser.get(url))
    assert "A copy for Samuel Reyes" in page and "A first plan is drafted" in page
    assert "Graded forward reach is left out" in page
    assert not Plan.objects.filter(patient=samuel).exists()
    browser.post(url, hidden_of(page) | {"parts": ["home", "program", "words"]})
    draft = plan_queries.draft_of(samuel)
    assert codes(draft) == ["COR-01", "FLX-01"]
    page = text(browser.get(at("plan_home", samuel.pk)))
    assert "Margaret" not in page and "Ellison" not in page


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("new", "has not been assessed yet"),
        ("not_chronic", "it allows no plan"),
        ("own", "the patient’s own plan"),
    ],
)
def test_where_no_copy_can_be_the_page_says_why(
    browser, patient, samuel, version, by_therapist, state, words
):
    whose = patient if state == "own" else samuel
    if state == "not_chronic":
        assessed(samuel, by_therapist.user, "not_chronic")
    url = at("plan_copy_to", patient.pk, version.pk, whose.pk)
    page = text(browser.get(url))
    assert words in page and 'id="use"' not in page
    assert browser.post(url, {"parts": ["home"]}).status_code == 422
    assert not Plan.objects.filter(patient=samuel).exists()


def test_a_version_of_another_patient_is_not_found(browser, samuel, version):
    for name in ("preset_keep", "plan_copy"):
        assert browser.get(at(name, samuel.pk, version.pk)).status_code == 404


# How much it costs ---------------------------------------------------------------------------


def counted(django_assert_max_num_queries, browser, url) -> int:
    with django_assert_max_num_queries(100) as queries:
        assert browser.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("route", ["presets", "plan_presets", "plan_preset", "plan_copy_to"])
def test_queries_do_not_grow(
    django_assert_max_num_queries, browser, version, preset, thin, by_therapist, route
):
    samuel, patient = thin.patient, version.patient
    url = {
        "presets": at("presets"),
        "plan_presets": at("plan_presets", samuel.pk),
        "plan_preset": at("plan_preset", samuel.pk, preset.pk),
        "plan_copy_to": at("plan_copy_to", patient.pk, version.pk, samuel.pk),
    }[route]
    browser.get(url)
    before = counted(django_assert_max_num_queries, browser, url)
    known = catalogue(version.clinic)
    more = ("COR-01", "EXP-03", "FLX-01", "COR-02", "POS-01", "FLX-02")
    items = home_queries.with_short_day([home_queries.default_item(c, known) for c in more])
    home_plan.set_items(version=version, items=items, by=by_therapist)
    for n in range(8):
        words = {"name": f"Preset {n}", "for_whom": "X"}
        row = actions.keep(version=version, by=by_therapist, **words)
        if n % 2:
            actions.retire(preset=row, by=by_therapist)
    Preset.objects.filter(pk=preset.pk).update(content=row.content)
    assert counted(django_assert_max_num_queries, browser, url) == before
