"""The library by the page: search, filters, one exercise, the clinic's own, pictures."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from careplan.actions import library as actions
from careplan.models import ClinicExercise, ExercisePicture
from careplan.queries import catalogue
from careplan.queries import home_plan as home_queries
from careplan.queries import library as queries
from careplan.rules.book import book
from tests.factories.library import ROW, own, picture, pictured

HTMX = {"HTTP_HX_REQUEST": "true"}
FORM = {
    "kind": "EXP", "name": "Swiss ball wall squat", "also": "gym ball squat, ball squat",
    "target": "quadriceps, glutes", "position": "standing", "level": "1", "sets": "2",
    "reps": "8", "hold_s": "2", "s_per_rep": "4", "rest_s": "30", "sides": "1",
    "steps": "Stand with the ball behind you.\r\n\r\nBend your knees a little.",
    "equipment": "gym ball", "easier": "EXP-04", "harder": "", "care-POSTOP": "stop",
    "care-KNEE": "care", "note-KNEE": "bend them less", "picture_says": "", "video": "",
    "holder": "", "licence": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _fixed(time_machine):
    """The clock starts on Tuesday 24 November 2026 and ticks."""
    time_machine.move_to("2026-11-24T09:12:00+00:00")


@pytest.fixture
def browser(signed_in, therapist):
    return signed_in(therapist)


@pytest.fixture
def shelf(clinic) -> str:
    return reverse("exercises", args=["north"])


def at(name: str, *args) -> str:
    return reverse(name, args=["north", *args])


def text(answer) -> str:
    return " ".join(answer.content.decode().split()).replace("\xa0", " ")


def upload(content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.jpg", content or picture(), "image/jpeg")


# The list -------------------------------------------------------------------------------------


def test_all_exercises_of_the_book_are_there(browser, shelf):
    page = text(browser.get(shelf))
    assert "44 of 44 shown" in page
    for row in book().exercises.values():
        assert at("exercise", row.code) in page


def test_queries_do_not_grow_with_the_exercises(
    browser, shelf, by_therapist, django_assert_max_num_queries
):
    for n in range(3):
        own(by_therapist, name=f"Number {n}")
    browser.get(shelf)
    with django_assert_max_num_queries(6):
        assert "47 of 47 shown" in text(browser.get(shelf))
    with django_assert_max_num_queries(6):
        browser.get(at("exercise", "EXP-OWN2"))


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("q=bridge", 3),
        ("q=brigde", 3),
        ("q=cat+cow", 1),
        ("q=pallof", 1),
        ("q=hamstrng+strap", 1),
        ("q=cor-0", 9),
        ("q=COR-07", 1),
        ("kind=COR", 12),
        ("kind=COR&level=1", 6),
        ("position=Hands+and+knees", 5),
        ("body=Heart", 6),
        ("body=Legs&body=Heart", 15),
        ("body=Legs&level=3", 0),
        ("needs=band", 2),
        ("needs=band&kind=COR", 1),
        ("without=PREG20", 34),
        ("q=stretch&position=Sitting", 1),
        ("level=9&kind=ZZZ&needs=anvil&without=MOON&whose=nobody", 44),
        ("q=nothing+like+it", 0),
    ],
)
def test_search_and_filters_combine(browser, shelf, query, count):
    page = text(browser.get(f"{shelf}?{query}"))
    assert f"{count} of 44 shown" in page


def test_every_exercise_is_found_by_every_group(browser, shelf):
    for name, values in (
        ("kind", home_queries.COMPONENTS),
        ("body", queries.BODY_PARTS),
        ("position", queries.POSITIONS),
        ("level", ("1", "2", "3")),
    ):
        page = text(browser.get(shelf, {name: list(values)}))
        assert "44 of 44 shown" in page, name


def test_leaving_out_what_stops_leaves_nothing_that_does(browser, shelf):
    page = text(browser.get(f"{shelf}?without=OSTEOP&without=PREG20"))
    shown = set(re.findall(r"[A-Z]{3}-\d\d(?=</code>)", page))
    assert shown == {
        code for code, one in book().exercises.items()
        if not {"OSTEOP", "PREG20", "PREG"} & set(one.stops)
    }  # fmt: skip


def test_htmx_gets_the_cards_alone(browser, shelf):
    page = text(browser.get(shelf, {"kind": "POS"}, **HTMX))
    assert "<html" not in page and "7 of 44 shown" in page


def test_more_than_sixty_come_in_steps(browser, shelf, by_therapist):
    for n in range(20):
        own(by_therapist, name=f"Number {n}")
    page = text(browser.get(shelf))
    assert "60 of 64 shown" in page and "Show the next 4" in page
    page = text(browser.get(shelf, {"show": "120"}))
    assert "64 of 64 shown" in page and "Show the next" not in page
    assert "60 of 64 shown" in text(browser.get(shelf, {"show": "-1"}))
    assert "60 of 64 shown" in text(browser.get(shelf, {"show": "²"}))


# One exercise ---------------------------------------------------------------------------------


def test_one_exercise_in_full(browser):
    page = text(browser.get(at("exercise", "COR-03")))
    for words in ("Heel tap", "2 sets of 8", "Left out with", "With care", "Dead bug", "toe taps"):
        assert words in page
    assert browser.get(at("exercise", "COR-99")).status_code == 404


@pytest.mark.parametrize("code", sorted(book().exercises))
def test_every_exercise_has_its_page(browser, code):
    assert browser.get(at("exercise", code)).status_code == 200


def test_those_who_may_not_change_it_are_offered_no_change(signed_in, admin, prescriber, shelf):
    for user in (admin, prescriber):
        page = text(signed_in(user).get(shelf))
        assert "44 of 44 shown" in page and "Add your own" not in page
        assert "Make our own copy" not in text(signed_in(user).get(at("exercise", "COR-01")))


# The clinic's own ------------------------------------------------------------------------------


def test_an_exercise_is_added_and_found(browser, shelf, clinic):
    page = text(browser.post(at("exercise_add"), FORM, follow=True))
    assert "Added Swiss ball wall squat: plans can use it now." in page
    row = catalogue.catalogue(clinic)["EXP-OWN1"]
    assert row.steps == ("Stand with the ball behind you.", "Bend your knees a little.")
    assert (row.stops, row.cautions) == (("POSTOP",), (("KNEE", "bend them less"),))
    assert row.also == ("gym ball squat", "ball squat")
    assert "1 of 45 shown" in text(browser.get(f"{shelf}?q=swis+bal"))
    assert "1 of 45 shown" in text(browser.get(f"{shelf}?whose=own"))
    assert "Tom Adeyemi wrote this wording, the 1st" in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"reps": "10000"}, "Repetitions from 1 to 60, not 10,000."),
        ({"sets": "0"}, "Sets from 1 to 10, not 0."),
        ({"hold_s": "a while"}, "Hold, seconds: enter a whole number."),
        ({"name": ""}, "Name: this is missing."),
        ({"steps": " \r\n "}, "How it is done: this is missing."),
        ({"note-KNEE": ""}, "A caution says what to do about it."),
        ({"care-ANY": "stop"}, "A stop for anyone would leave it out for all"),
        ({"video": "https://evil.example/x"}, "Videos may be at www.youtube.com"),
        ({"video": "https://youtu.be/x"}, "Say whose the picture or video is."),
    ],
)
def test_what_cannot_be_kept_says_why_and_keeps_what_was_typed(browser, typed, words):
    answer = browser.post(at("exercise_add"), FORM | typed)
    assert answer.status_code == 422
    assert words in text(answer) and 'value="quadriceps, glutes"' in text(answer)
    assert not ClinicExercise.objects.exists()


def test_a_copy_begins_with_the_shared_words_and_keeps_its_drawing(browser, clinic):
    page = text(browser.get(at("exercise_add") + "?copy=COR-07"))
    assert 'value="Bridge, our way"' in page and 'name="kind"' not in page
    form = FORM | {"name": "Bridge, our way", "kind": "FLX"}
    browser.post(at("exercise_add") + "?copy=COR-07", form)
    row = catalogue.catalogue(clinic)["COR-OWN1"]
    assert row.copy_of == "COR-07"
    page = text(browser.get(at("exercise", row.code)))
    assert "/figures/COR-07/panels.svg" in page and "Copy of" in page


def test_a_copy_is_left_out_for_no_fewer_people_than_the_original(browser, clinic):
    form = FORM | {"name": "Bridge, our way", "care-PREG20": ""}
    answer = browser.post(at("exercise_add") + "?copy=COR-07", form)
    assert answer.status_code == 422
    assert "Bridge is left out for" in text(answer) and "a copy keeps that" in text(answer)
    assert not ClinicExercise.objects.exists()
    browser.post(at("exercise_add"), form | {"kind": "COR"})  # one of its own, and no copy
    assert "PREG20" not in ClinicExercise.objects.get().content["stops"]


def test_editing_shows_whose_change_came_first_and_keeps_the_text(browser, by_therapist, by_lead):
    row = own(by_therapist)
    edit = at("exercise_edit", row.code)
    assert "Stand with the ball between" in text(browser.get(edit))
    actions.change_exercise(
        code=row.code, revision=1, wording={"content": ROW | {"level": 2}}, by=by_lead
    )
    answer = browser.post(edit, FORM | {"revision": "1", "name": "Mine"})
    assert answer.status_code == 422 and "Lena Moss changed this exercise" in text(answer)
    assert 'value="Mine"' in text(answer) and 'name="revision" value="2"' in text(answer)
    page = text(browser.post(edit, FORM | {"revision": "2", "name": "Mine"}, follow=True))
    assert "Saved Mine. Signed plans keep the words" in page


def test_retiring_can_be_undone(browser, by_therapist, shelf):
    row = own(by_therapist)
    page = text(browser.post(at("exercise_retire", row.code), follow=True))
    assert "Retired Swiss ball wall squat." in page and "Offer it again" in page
    assert "44 of 44 shown" in text(browser.get(shelf))
    assert "1 of 44 shown" in text(browser.get(f"{shelf}?whose=retired"))
    undo = re.search(r'action="([^"]*bring-back[^"]*)"', page)[1]
    assert "is offered again" in text(browser.post(undo, follow=True))
    assert browser.get(undo).status_code == 405


@pytest.mark.parametrize("name", ["exercise_edit", "exercise_retire", "exercise_bring_back"])
def test_a_shared_exercise_is_not_changed(browser, name):
    assert browser.post(at(name, "COR-01"), FORM).status_code == 404


# Pictures --------------------------------------------------------------------------------------


def test_a_picture_is_sent_shown_and_taken_away(browser, clinic, signed_in, patient):
    media = {"picture_says": "A squat at the wall.", "holder": "Us", "licence": "own"}
    browser.post(at("exercise_add"), FORM | media | {"picture": upload()})
    row = catalogue.catalogue(clinic)["EXP-OWN1"]
    page = text(browser.get(at("exercise", row.code)))
    assert 'alt="A squat at the wall."' in page and "Picture: Us. Made by us." in page
    address = re.search(r'src="([^"]*pictures[^"]*)"', page)[1]
    answer = browser.get(address)
    assert answer["Content-Type"] == "image/jpeg" and answer.content[:2] == b"\xff\xd8"
    form = FORM | media | {"revision": "1"}
    browser.post(at("exercise_edit", row.code), form)
    assert catalogue.catalogue(clinic)[row.code].picture == row.picture, "kept"
    browser.post(at("exercise_edit", row.code), form | {"no_picture": "on", "revision": "1"})
    assert catalogue.catalogue(clinic)[row.code].picture == ""
    mine = reverse("mine_exercise_picture", args=[row.picture])
    assert signed_in(patient.user).get(mine).content == answer.content, "older plans show it"


def test_a_picture_of_another_clinic_is_not_found(browser, by_other_therapist, patient, signed_in):
    there = pictured(by_other_therapist).picture_id
    assert browser.get(at("exercise_picture", there)).status_code == 404
    mine = reverse("mine_exercise_picture", args=[there])
    assert signed_in(patient.user).get(mine).status_code == 404


def test_what_is_no_picture_leaves_nothing_behind(browser):
    media = {"picture_says": "x", "holder": "Us", "licence": "own"}
    form = FORM | media | {"picture": upload(b"GIF89a, or so")}
    answer = browser.post(at("exercise_add"), form)
    assert "The file is no picture" in text(answer) and answer.status_code == 422
    form = FORM | media | {"picture": upload(), "reps": "0"}
    assert browser.post(at("exercise_add"), form).status_code == 422
    assert not ExercisePicture.objects.exists() and not ClinicExercise.objects.exists()


# Files -----------------------------------------------------------------------------------------


def sheet_of(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("exercises.csv", text.encode("utf-8-sig"), "text/csv")


def posted_back(page: str) -> dict:
    """The hidden fields of the page of differences."""
    found = re.findall(r'<input type="hidden" name="(sheet|seen)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}


def test_a_file_is_looked_at_then_saved(browser, clinic, by_therapist):
    own(by_therapist)
    answer = browser.get(at("exercises_export"))
    assert "attachment" in answer["Content-Disposition"] and answer.content[:3] == b"\xef\xbb\xbf"
    text_of_it = answer.content.decode("utf-8-sig").replace("Bend your knees", "Fold your knees")
    raw = browser.post(at("exercises_import"), {"file": sheet_of(text_of_it)}).content.decode()
    assert "<del>" in raw and "Fold your knees" in raw and "Nothing is saved yet." in raw
    assert ClinicExercise.objects.count() == 1
    page = text(browser.post(at("exercises_import"), posted_back(raw), follow=True))
    assert "Saved. 1 of 1 lines changed something." in page
    assert catalogue.catalogue(clinic)["EXP-OWN1"].steps[1] == "Fold your knees a little."


def test_a_file_that_changes_nothing_says_so(browser, by_therapist):
    own(by_therapist)
    content = browser.get(at("exercises_export") + "?all=1&separator=semicolon").content
    page = text(
        browser.post(at("exercises_import"), {"file": sheet_of(content.decode("utf-8-sig"))})
    )
    assert "45 lines read, 45 without a difference." in page and "Nothing would change" in page
    assert "Save all of it" not in page


def test_a_refused_line_stands_with_its_reason_and_no_button(browser):
    page = text(
        browser.post(at("exercises_import"), {"file": sheet_of("code,name\nCOR-01,Mine\n")})
    )
    assert "COR-01 is the rule book&#x27;s (name differs)" in page and "Save all of it" not in page


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Choose a file first."),
        ({"sheet": "nonsense", "seen": ""}, "names no column"),
        ({"sheet": "code,name\nCOR-OWN1,x\n", "seen": "x"}, "changed after you looked"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(browser, given, words):
    answer = browser.post(at("exercises_import"), given)
    assert answer.status_code == 422 and words in text(answer)
    answer = browser.post(at("exercises_import"), {"file": upload()})
    assert answer.status_code == 422 and "no CSV" in text(answer) or "UTF-8" in text(answer)
