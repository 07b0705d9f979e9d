"""The home exercises by the page: doses, order, adding, dropping with an undo; and the library."""

import re

import pytest
from django.urls import reverse

from careplan.actions import home_plan as home_plans
from careplan.actions import plan as plans
from careplan.queries import home_plan as home_queries
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


@pytest.mark.parametrize("query", ["", "?at=0", "?at=x&bout=1&sets=1&reps=1&hold_s=0&short_day=0"])
def test_an_undo_that_says_nothing_is_not_found(browser, draft, patient, query):
    url = reverse("plan_home_put_back", args=["north", patient.pk, "COR-05"])
    assert browser.post(url + query).status_code == 404
    assert browser.get(url).status_code == 405


def test_an_undo_cannot_bring_what_is_forbidden(browser, draft, patient):
    url = reverse("plan_home_put_back", args=["north", patient.pk, "EXP-03"])
    answer = browser.post(f"{url}?at=0&bout=1&sets=1&reps=1&hold_s=0&short_day=0", follow=True)
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


# Bouts ---------------------------------------------------------------------------------------


def parts(draft) -> list[tuple]:
    bouts = home_queries.bouts_of(queries.whole(draft.pk))
    return [(one.anchor, *(item["exercise"] for item in one.items)) for one in bouts]


def undo_of(page: str) -> str:
    """Of the newest toast."""
    found = re.findall(r'action="([^"]*exercises/bouts/[^"]*)"', page)
    return found[-1].replace("&amp;", "&")


def test_a_day_is_split_with_one_press_and_put_back(browser, draft, url):
    before = codes(draft)
    page = text(browser.post(url, {"act": "split"}, follow=True))
    assert "The day is in 3 bouts." in page
    assert [one[0] for one in parts(draft)] == [
        "while the kettle boils", "before lunch", "when the evening news comes on"
    ]  # fmt: skip
    browser.post(undo_of(page))
    assert (parts(draft), codes(draft)) == ([], before)


def test_own_words_are_kept_when_the_day_is_one_piece_for_a_while(browser, draft, url):
    browser.post(url, {"act": "split"})
    anchors = {"anchor-1": "own", "own-1": "after the school run", "anchor-2": "news"}
    anchors |= {"anchor-3": "before_lunch"}
    browser.post(url, anchors)
    before = parts(draft)
    assert [one[0] for one in before] == [
        "after the school run", "when the evening news comes on", "before lunch"
    ]  # fmt: skip
    page = text(browser.post(url, {"act": "merge"} | anchors, follow=True))
    assert "one piece again" in page and parts(draft) == []
    browser.post(undo_of(page))
    assert parts(draft) == before


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"anchor-1": "own", "own-1": " "}, "Bout 1: choose or write when."),
        ({"anchor-1": "own", "own-1": "x" * 81}, "at most 80 letters"),
        ({"anchor-1": "nonsense"}, "Bout 1: choose from the list, or write when."),
        ({"anchor-1": "before_lunch", "anchor-2": "before_lunch"}, "is chosen twice"),
        ({"act": "put:COR-01:x:1"}, "This place is not known."),
        ({"act": "put:COR-01"}, "This place is not known."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(browser, draft, url, given, words):
    browser.post(url, {"act": "split"})
    before = parts(draft)
    usual = {"anchor-1": "kettle", "anchor-2": "before_lunch", "anchor-3": "news"}
    answer = browser.post(url, usual | {"sets-COR-01": "3"} | given)
    assert answer.status_code == 422
    assert words in text(answer)
    assert 'name="sets-COR-01" inputmode="numeric" value="3"' in text(answer)
    assert parts(draft) == before


def test_words_with_signs_are_shown_as_they_are(browser, draft, url):
    browser.post(url, {"act": "split"})
    given = {
        "anchor-1": "own",
        "own-1": "<b>tea & toast</b>",
        "anchor-2": "news",
        "anchor-3": "kettle",
    }
    browser.post(url, given)
    page = browser.get(url).content.decode()
    assert "<b>tea" not in page and "&lt;b&gt;tea &amp; toast&lt;/b&gt;" in page


def test_dropping_at_a_place_is_one_change(browser, draft, url):
    browser.post(url, {"act": "split"})
    (_, *first), (_, *second), _ = parts(draft)
    answer = browser.post(url, {"act": f"put:{second[-1]}:0:1"}, **HTMX)
    assert f"is number 1 of {len(codes(draft))}, in bout 1." in text(answer)
    assert parts(draft)[0][1:] == (second[-1], *first)


def test_a_drop_after_somebody_elses_change_is_told(browser, draft, url, by_therapist):
    seen = queries.whole(draft.pk).revision
    home_plans.set_items(
        version=draft, items=home_queries.items_of(queries.whole(draft.pk)), by=by_therapist
    )
    before = codes(draft)
    answer = browser.post(url, {"act": f"put:{before[-1]}:0:1", "revision": seen}, **HTMX)
    assert "changed this draft after you opened it" in text(answer)
    assert codes(draft) == before


@pytest.mark.parametrize("query", ["", "?day=", "?day=COR-01.9", "?day=COR-01"])
def test_an_undo_of_bouts_that_says_nothing_is_not_found(browser, draft, patient, query):
    url = reverse("plan_home_bouts", args=["north", patient.pk])
    assert browser.post(url + query).status_code == 404


def test_an_undo_of_bouts_after_another_list_is_told(browser, draft, patient):
    url = reverse("plan_home_bouts", args=["north", patient.pk])
    answer = browser.post(f"{url}?day=COR-01.1,COR-02.2", follow=True)
    assert "The exercises have changed since then." in text(answer)
    assert parts(draft) == []


def test_the_split_is_offered_to_who_has_no_time(browser, draft, url, by_therapist):
    assert "Split the day into short bouts" not in text(browser.get(url))
    plans.save_cards(version=draft, education=[], barriers=["BAR-05"], by=by_therapist)
    page = text(browser.get(url))
    assert "Margaret says: I have no time." in page
    assert "Split the day into short bouts" in page
    page = text(browser.post(url, {"act": "split"}, follow=True))
    assert "Split the day into short bouts" not in page


def test_a_template_keeps_the_day_split(browser, draft, url):
    browser.post(url, {"act": "split"})
    browser.post(url, {"act": "template:TPL-3"})
    assert len(parts(draft)) == 3


def test_a_dose_that_makes_a_bout_long_is_said_at_once(browser, draft, url):
    browser.post(url, {"act": "split"})
    name = parts(draft)[1][1]
    answer = text(browser.post(url, {f"sets-{name}": "5"}, **HTMX))
    assert 'id="bout-2" hx-swap-oob="true"' in answer and "Over 5 minutes" in answer


def test_queries_do_not_grow_with_the_bouts(browser, draft, url, django_assert_max_num_queries):
    with django_assert_max_num_queries(60) as few:
        browser.get(url)
    counted = len(few)
    browser.post(url, {"act": "split"})
    browser.get(url)
    with django_assert_max_num_queries(counted):
        browser.get(url)
