"""The home exercises by the page: doses, order, adding, dropping with an undo; and the library."""

import re

import pytest
from django.urls import reverse

from careplan.queries import plan as queries
from tests.factories.plan import drafted, intake, weighed

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _fixed(time_machine):
    """The clock starts on Tuesday 24 November 2026 and ticks."""
    time_machine.move_to("2026-11-24T09:12:00+00:00")


@pytest.fixture
def draft(patient, by_therapist):
    facts = intake(conditions=["osteoporosis", "wrist_problem"])
    return weighed(drafted(patient, by_therapist, facts=facts), by_therapist)


@pytest.fixture
def browser(signed_in, therapist):
    return signed_in(therapist)


@pytest.fixture
def url(patient) -> str:
    return reverse("plan_home", args=["north", patient.pk])


def text(answer) -> str:
    return " ".join(answer.content.decode().split()).replace("\xa0", " ")


def codes(draft) -> list[str]:
    return [row.exercise for row in queries.whole(draft.pk).home_plan.items.all()]


def test_a_dose_changes_the_minutes(browser, draft, url):
    answer = browser.post(url, {"sets-COR-01": "3"}, **HTMX)
    page = text(answer)
    assert answer["HX-Reswap"] == "none"
    assert 'id="minutes-COR-01" hx-swap-oob="true">4.0' in page
    assert "9.75 of 15 minutes" in page
    assert queries.whole(draft.pk).home_plan.minutes == 9.75


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"sets-COR-01": "0"}, "Belly brace with breathing: sets from 1 to 10, not 0."),
        ({"reps-COR-01": "10000"}, "repetitions from 1 to 60, not 10000."),
        ({"hold-COR-01": "-2"}, "seconds to hold from 0 to 120, not -2."),
        ({"hold-COR-01": "a while"}, "enter whole numbers, not “a while”."),
        ({"act": "add:COR-99"}, "There is no exercise COR-99."),
        ({"act": "template:TPL-9"}, "There is no template TPL-9."),
        ({"act": "add:EXP-03"}, "Graded forward reach is left out: Not with thin bones"),
        ({"act": "add:COR-01"}, "Belly brace with breathing is on the list twice."),
    ],
)
def test_what_cannot_be_kept_says_why(browser, draft, url, typed, words):
    before = codes(draft)
    answer = browser.post(url, typed)
    assert answer.status_code == 422
    assert words in text(answer)
    for value in typed.values():
        assert value.startswith(("add", "template")) or f'value="{value}"' in text(answer)
    assert codes(draft) == before
    assert queries.whole(draft.pk).revision == draft.revision


def test_order_changes_by_buttons(browser, draft, url):
    before = codes(draft)
    page = text(browser.post(url, {"act": f"down:{before[0]}"}, **HTMX))
    assert "Belly brace with breathing is number 2 of" in page
    assert codes(draft) == [before[1], before[0], *before[2:]]
    browser.post(url, {"act": f"up:{before[0]}"})
    assert codes(draft) == before
    browser.post(url, {"act": f"up:{before[0]}"})
    assert codes(draft) == before


def test_a_button_keeps_what_was_typed_beside_it(browser, draft, url):
    browser.post(url, {"sets-COR-01": "2", "act": "down:COR-01"})
    row = queries.whole(draft.pk).home_plan.items.get(exercise="COR-01")
    assert (row.position, row.sets) == (2, 2)


def test_dropping_can_be_undone_with_place_and_dose(browser, draft, url):
    before = codes(draft)
    browser.post(url, {"sets-COR-02": "2"})
    page = text(browser.post(url, {"act": "drop:COR-02"}, follow=True))
    assert "Removed Pelvic tilt." in page
    assert "COR-02" not in codes(draft)
    undo = re.search(r'action="([^"]*put-back[^"]*)"', page)[1].replace("&amp;", "&")
    browser.post(undo)
    assert codes(draft) == before
    assert queries.whole(draft.pk).home_plan.items.get(exercise="COR-02").sets == 2


@pytest.mark.parametrize("query", ["", "?at=0", "?at=x&sets=1&reps=1&hold_s=0&short_day=0"])
def test_an_undo_that_says_nothing_is_not_found(browser, draft, patient, query):
    url = reverse("plan_home_put_back", args=["north", patient.pk, "COR-05"])
    assert browser.post(url + query).status_code == 404
    assert browser.get(url).status_code == 405


def test_an_undo_cannot_bring_what_is_forbidden(browser, draft, patient):
    url = reverse("plan_home_put_back", args=["north", patient.pk, "EXP-03"])
    answer = browser.post(f"{url}?at=0&sets=1&reps=1&hold_s=0&short_day=0", follow=True)
    assert "Graded forward reach is left out" in text(answer)
    assert "EXP-03" not in codes(draft)


def test_a_template_leaves_out_what_is_forbidden(browser, draft, url):
    browser.post(url, {"act": "template:TPL-3"})
    assert codes(draft) == ["COR-04", "COR-06", "COR-10", "POS-06"]
    assert queries.whole(draft.pk).home_plan.template == "TPL-3"


def test_over_the_limit_names_the_way_back(browser, draft, url):
    browser.post(url, {"act": "template:TPL-2"})
    page = text(browser.post(url, {"act": "add:COR-10"}, follow=True))
    assert "3.75 over. Remove one, or cut a set." in page
    cut = re.search(r'value="(cut:[A-Z]{3}-\d\d)">One set less', page)[1]
    browser.post(url, {"act": cut})
    row = queries.whole(draft.pk).home_plan.items.get(exercise=cut.partition(":")[2])
    assert row.sets == 1


def test_the_five_minute_day_is_chosen_by_ticks(browser, draft, url):
    given = {"short": "on", "short-day": ["COR-01", "POS-01"]}
    browser.post(url, given)
    rows = queries.whole(draft.pk).home_plan.items.filter(short_day=True)
    assert [row.exercise for row in rows] == ["COR-01", "POS-01"]
    page = text(browser.post(url, {"short": "on"}, follow=True))
    assert "Mark what belongs to the five-minute day." in page


def test_a_missing_part_takes_a_reason(browser, draft, url):
    page = text(browser.post(url, {"act": "drop:FLX-08"}, follow=True))
    assert "Flexibility is missing: add one or say why not." in page
    page = text(browser.post(url, {"reason-FLX": "Stretching hurts today"}, follow=True))
    assert "Go to signing</a>" in page and 'value="Stretching hurts today"' in page


def test_care_is_shown_at_the_row(browser, draft, url):
    page = text(browser.get(url))
    assert "Cat-camel, with a wrist problem" in page
    assert "left out for Margaret" in page


def test_the_builders_library_says_why_not(browser, draft, patient, url):
    library = reverse("plan_library", args=["north", patient.pk])
    page = text(browser.get(library))
    assert "Left out for Margaret: Not with thin bones" in page
    assert 'value="add:COR-05"' in page
    assert 'value="add:EXP-03"' not in page and 'value="add:COR-01"' not in page
    assert "On the plan" in page
    page = text(browser.get(library + "?hidden=1"))
    assert 'value="add:' not in page and "Graded forward reach" in page
    given = {"act": "add:COR-05", "revision": draft.revision}
    assert "Added Bird-dog, leg only." in text(browser.post(url, given, follow=True))
    assert codes(draft)[-1] == "COR-05"
