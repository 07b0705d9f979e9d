"""Each component renders in each state, says its words, and leaves no broken markup behind."""

from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from careplan.pages import styleguide as guide
from careplan.pages.styleguide_rules import RULES
from careplan.templatetags import careplan_drawing as drawing
from careplan.templatetags import careplan_tags as tags

FOLDER = Path(settings.BASE_DIR) / "templates/components"
VOID = {"input", "img", "br", "hr", "meta", "link", "source"}
VOID |= {"circle", "rect", "line", "path", "polyline"}


class Visit(forms.Form):
    on = forms.DateField(error_messages={"required": "Enter the day of the visit"})

    def clean(self):
        raise forms.ValidationError("The visit lies before the plan begins")


# component -> states: (variables, words that must be there)
STATES = {
    "alert": [
        ({"severity": s, "title": "T.", "text": "S."}, "is-" + s) for s in guide.CONTEXT["alerts"]
    ]
    + [({"text": "Plain", "url": "/x/", "action": "See which"}, 'href="/x/"')],
    "badge": [({"severity": s}, tags.severity_word(s)) for s in guide.CONTEXT["severities"]]
    + [({"drug": s}, tags.drug_word(s)) for s in guide.DRUG_STATUSES]
    + [({"severity": "plain", "word": "Week 3"}, "Week 3")],
    "card": [
        ({"title": "Facts", "facts": [("PEG", "5.3", "")]}, "5.3"),
        ({"title": "Plan", "text": "Two a week", "url": "/p/", "action": "Change"}, "Change"),
        ({"items": ["one", "two"], "title": "List", "note": "2 left"}, "2 left"),
    ],
    "days": [({"days": guide.DAYS, "label": "Last 9 days", "first": "a", "last": "b"}, "is-wall")],
    "drug_step": [(drug, drug["title"]) for drug in guide.DRUGS],
    "emergency_acts": [({"call": {"label": "Call 911", "number": "911"}}, 'href="tel:911"')],
    "emergency_panel": [
        ({"title": "Danger", "text": "T", "open": {"label": "Open", "url": "/o/"}}, "Open"),
        ({"title": "Help", "text": "T", "told": "Go now.", "show_url": "/s/"}, "Go now."),
        ({"title": "Help", "text": "T", "why": guide.WHY}, "RF-13"),
    ],
    "empty": [
        ({"title": "Nobody needs you now", "text": "T"}, "<h2>Nobody"),
        ({"title": "None", "text": "T", "level": 3, "url": "/x/", "action": "Add"}, "<h3>None"),
    ],
    "error_summary": [
        ({"errors": [("id_on", "Enter a day")]}, 'href="#id_on"'),
        ({"form": Visit({})}, "Enter the day of the visit"),
        ({"form": Visit({})}, "The visit lies before the plan begins"),
    ],
    "exercise_card": [
        (guide.EXERCISE, "seat, back of the thighs"),
        ({"name": "Bridge", "poses": [("/a.svg", "Lying"), ("/b.svg", "")]}, 'alt="Lying"'),
        ({"name": "Bridge", "drawn": "COR-07"}, "/figures/COR-07/panels.svg"),
    ],
    "exercise_figure": [
        ({"exercise": guide.EXERCISE_ROWS[0]}, "/figures/COR-03/panels.svg"),
        ({"exercise": {"code": "COR-OWN1", "copy_of": "COR-07"}, "kind": "move"}, "COR-07/move"),
        ({"exercise": {"code": "FLX-OWN1", "video": "https://youtu.be/x"}}, "Video"),
        ({"exercise": {"code": "FLX-OWN1"}}, "No picture"),
    ],
    "exercise_row": [
        (row | {"poses": [("/a.svg", "")]}, f"drop:{row['code']}") for row in guide.EXERCISE_ROWS
    ]
    + [(guide.EXERCISE_ROWS[0] | {"first": True}, "disabled")]
    + [(guide.EXERCISE_ROWS[0] | {"drawn": True}, "/figures/COR-03/panels.svg")],
    "facts": [({"facts": [("PEG", "5.3", "20 Nov")]}, "20 Nov")],
    "figure": [
        ({"code": "COR-07"}, "lifts the hips"),
        ({"code": "COR-07", "kind": "move", "theme": "dark"}, "/figures/COR-07/move.svg"),
        ({"code": "COR-07", "alt": "The bridge"}, 'alt="The bridge"'),
        ({"code": "OWN-01"}, ""),
    ],
    "field": [(field, field["label"]) for field in guide.FIELDS],
    "field_about": [({"id": "id_x", "error": "Wrong", "hint": "Hint"}, "Error: ")],
    "field_attrs": [({"id": "id_x", "error": "Wrong"}, 'aria-invalid="true"')],
    "field_date": [({"id": "id_x", "name": "x", "value": date(2026, 10, 14)}, 'value="2026"')],
    "finding": [(finding, finding["title"]) for finding in guide.FINDINGS],
    "form_actions": [
        ({"action": "Save"}, "cp-actions"),
        ({"action": "Go to signing", "foot": True, "off": "One caution is open."}, "disabled"),
    ],
    "mark": [({}, "cp-mark")],
    "minutes_bar": [
        ({"budget": guide.BUDGETS[0]}, "1.0 to spare"),
        ({"budget": guide.BUDGETS[1], "remedies": guide.REMEDIES}, "2.5 over. Remove one, or cut"),
        ({"budget": guide.BUDGETS[2]}, "15.0 to spare"),
    ],
    "nav": [({"nav": [("Worklist", "/w/", True), ("New", "/n/", False)]}, 'aria-current="page"')],
    "filter_group": [({"group": RULES["filter_group"]}, 'value="stop" checked')],
    "rule_ids": [
        (
            {"parts": RULES["rule_parts"]},
            '<a class="cp-rule-link" href="#rule">MED-NSAID-15</a>, XX-99',
        ),
        ({"parts": []}, ""),
    ],
    "next": [({"items": guide.SMALL["next"]}, "is-off")],
    "page_header": [
        ({"title": "8 people need you", "line": "Today"}, "<h1>8 people"),
        ({"title": "T", "url": "/i/", "action": "Invite", "icon": "plus"}, "Invite"),
        ({"title": "T", "severity": "caution", "word": "With care"}, "With care"),
    ],
    "patient_banner": [
        ({"name": "Joan Whitaker", "facts": guide.BANNER}, "Lisinopril"),
        (
            {"name": "Joan Whitaker", "facts": guide.BANNER, "flag": guide.SMALL["flag"]},
            "is-urgent",
        ),
    ],
    "programme_strip": [({"weeks": guide.WEEKS}, "Week 2: done, missed")],
    "progress": [({"done": 8, "whole": 13, "label": "Question 8 of 13"}, 'width="615.4"')],
    "question_row": [
        ({"name": "fever", "text": "Fever", "said": "said no", "value": "no"}, "said no"),
        ({"name": "fever", "text": "Fever", "open": {"text": "Take it now"}}, "Take it now"),
    ],
    "reasons": [({"reasons": guide.DRUGS[1]["reasons"]}, "STEP-2A")],
    "rows": [({"rows": guide.SMALL["rows"]}, "Slow breathing")],
    "scale": [
        ({"name": "pain", "value": v, "label": "Pain"}, f'value="{v}" checked') for v in (0, 4, 10)
    ],
    "segmented": [
        ({"name": "x", "label": "X", "value": v}, f'value="{v}" checked') for v in ("yes", "no")
    ]
    + [
        ({"name": "x", "label": "X", "value": "unknown"}, 'value="unknown" checked'),
        (
            {"name": "x", "label": "X", "options": [(2, "Two"), (3, "Three")], "value": 3},
            '"3" checked',
        ),
    ],
    "skeleton": [({}, "cp-skeleton")],
    "steps": [({"steps": guide.SMALL["steps"]}, 'aria-current="step"')],
    "table": [(guide.TABLE | {"caption": "People"}, 'data-label="Licence"')],
    "table_cell": [({"cell": "plain"}, "plain"), ({"cell": {"text": "t", "url": "/u/"}}, "/u/")],
    "tabs": [({"tabs": guide.SMALL["tabs"], "label": "Filter"}, "Whole clinic")],
    "timeline": [({"days": guide.TIMELINE, "more": {"url": "/m/", "label": "14 more"}}, "14 more")],
    "toast": [
        ({"text": "Removed Bridge", "undo": "/u/", "csrf_token": "t"}, 'action="/u/"'),
        ({"message": SimpleNamespace(extra_tags="undo:/u/")}, 'action="/u/"'),
        ({"text": "Saved"}, "Saved"),
    ],
    "toasts": [({"messages": []}, "data-toasts")],
    "trend_chart": [({"chart": chart}, chart["title"]) for chart in guide.CONTEXT["trends"]]
    + [({"chart": {"title": "Nothing yet", "points": []}}, "Nothing yet")],
    "trend_svg": [({"t": drawing.trend(guide.PEG)[0], "chart": guide.PEG}, "4.2 or less")],
    "user_menu": [
        ({}, ""),
        (
            {
                "user": SimpleNamespace(
                    is_authenticated=True, get_full_name="Dr Priya Nair", get_username="p"
                ),
                "role_label": "prescriber",
            },
            "PN",
        ),
    ],
    "why": [
        (guide.WHY, "Joan reads"),
        (guide.WHY_MISSING, "Missing"),
        (guide.WHY | {"open": True}, '<details class="cp-why" open>'),
    ],
    "worklist_row": [(row | {"csrf_token": "t"}, row["name"]) for row in guide.WORKLIST],
    "zones": [({}, "4 or 5"), ({"usual": 5}, "up to 1 above your usual")],
}


class Balance(HTMLParser):
    """Finds a tag that closes nothing, and a tag left open."""

    def __init__(self):
        super().__init__()
        self.open, self.faults = [], []

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"<{tag}> has an attribute twice: {names}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        return None

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")


def faults_of(html: str) -> list[str]:
    parser = Balance()
    parser.feed(html)
    return parser.faults + [f"<{tag}> is left open" for tag in parser.open]


CASES = [(name, *state) for name, states in STATES.items() for state in states]


@pytest.mark.parametrize(("name", "variables", "words"), CASES)
def test_a_component_says_its_words_in_sound_markup(name, variables, words):
    html = render_to_string(f"components/{name}.html", variables)

    assert words in html
    if name != "field_attrs":
        assert faults_of(html) == []


def test_every_component_has_its_states_here_and_says_what_it_takes():
    files = {path.stem: path.read_text() for path in FOLDER.glob("*.html")}

    assert set(files) == set(STATES)
    assert [name for name, text in files.items() if "{#" not in text.split("\n")[0]] == []


def test_the_markup_check_sees_a_fault():
    assert faults_of("<p><b>x</p>") == ["</p> closes nothing", "<p> is left open"]
    assert faults_of('<p class="a" class="b"></p>') == [
        "<p> has an attribute twice: ['class', 'class']"
    ]
    assert faults_of("<ul><li>a</li></ul>") == []


def test_a_component_escapes_what_people_wrote():
    html = render_to_string("components/finding.html", {"severity": "info", "title": "<b>x</b>"})

    assert "&lt;b&gt;x&lt;/b&gt;" in html


# Words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filtered", "words"),
    [
        (tags.long_date(date(2026, 11, 24)), "24 November 2026"),
        (tags.short_date("2026-11-24"), "24 Nov"),
        (tags.medium_date(date(2025, 1, 5)), "5 Jan 2025"),
        (tags.week_date(date(2026, 11, 24)), "Tue 24 Nov"),
        (tags.full_date(date(2026, 11, 24)), "Tuesday 24 November"),
        (tags.long_date(None), ""),
        (tags.long_date("soon"), ""),
        (tags.age(date(1951, 11, 24), date(2026, 11, 24)), "75"),
        (tags.age(date(1951, 11, 25), date(2026, 11, 24)), "74"),
        (tags.age("1952-02-29", "2026-02-28"), "73"),
        (tags.weeks_since(date(2026, 5, 1), date(2026, 11, 24)), "29 weeks"),
        (tags.minutes(14), "14 minutes"),
        (tags.minutes(1), "1 minute"),
        (tags.minutes(7.25), "about 7 minutes"),
        (tags.minutes(2.5), "about 3 minutes"),
        (tags.minutes(0.4), "under a minute"),
        (tags.minutes(None), ""),
        (tags.count(1, "person,people"), "1 person"),
        (tags.count(0, "person,people"), "0 people"),
        (tags.decimal(14), "14.0"),
        (tags.amount(400.0), "400"),
        (tags.amount(37.5), "37.5"),
        (
            tags.dose({"mg": 400, "times_a_day_max": 3, "days": 5}),
            "400 mg, up to 3 times a day, 5 days",
        ),
        (tags.dose({"mg": 30, "times_a_day_max": 1, "days": None}), "30 mg, once a day"),
        (tags.dose(None), ""),
        (tags.exercise_dose({"sets": 2, "reps": 8, "hold_s": 3}), "2 sets of 8, hold 3 seconds"),
        (tags.exercise_dose({"sets": 1, "reps": 2, "hold_s": 20}), "2 times, hold 20 seconds"),
        (tags.exercise_dose({"minutes": 10}), "10 minutes"),
        (tags.initials("Dr Priya Nair"), "PN"),
        (tags.initials("Ana"), "A"),
        (tags.initials("Maria da Silva"), "MS"),
        (tags.phone_link("+44 20 7946 0000"), "tel:+442079460000"),
        (tags.severity_word("stop"), "Stop"),
        (tags.drug_word("prescriber_only"), "Prescriber only"),
    ],
)
def test_words(filtered, words):
    assert filtered.replace("\u00a0", " ") == words


def test_dates_keep_their_parts_on_one_line():
    assert tags.long_date(date(2026, 11, 24)) == "24\u00a0November\u00a02026"


def test_a_moment_is_shown_in_the_zone_of_the_page():
    moment = datetime(2026, 11, 24, 9, 5, tzinfo=UTC)

    with timezone.override("America/New_York"):
        assert (tags.clock(moment), tags.clock(moment.isoformat())) == ("4:05", "4:05")
    with timezone.override("Pacific/Auckland"):
        assert tags.short_date(moment) == "24\u00a0Nov"
        assert tags.short_date(datetime(2026, 11, 24, 12, 0, tzinfo=UTC)) == "25\u00a0Nov"


@pytest.mark.parametrize(
    ("pointer", "words"),
    [
        ("/labs/creatinine_mg_dl", "Creatinine"),
        ("/red_flags/bladder_change", "Trouble passing urine, weak stream or leaking"),
        ("/episode/features/burning", "Burning pain"),
        ("/medications/0/drug", "Medications: drug"),
        ("/something/never_heard_of", "Never heard of"),
        ("", ""),
    ],
)
def test_a_pointer_reads_as_words(pointer, words):
    assert tags.pointer_words(pointer) == words


def test_icons_are_hidden_from_screen_readers_and_carry_no_style():
    svg = tags.icon("phone")

    assert 'aria-hidden="true"' in svg
    assert "style=" not in svg


def test_undo_takes_only_an_address_of_ours():
    assert tags.undo_url(SimpleNamespace(extra_tags="big undo:/c/north/x/")) == "/c/north/x/"
    assert tags.undo_url(SimpleNamespace(extra_tags="undo:https://evil.example/")) == ""
    assert tags.undo_url(SimpleNamespace(extra_tags="")) == ""


# Drawings ------------------------------------------------------------------------------------


def test_a_trend_ticks_the_point_past_the_smallest_real_change():
    wide = drawing.trend(guide.PEG)[0]

    assert [mark["hit"] for mark in wide["marks"]] == [False, False, False, True]
    assert wide["limit_words"] == "4.2 or less"
    assert wide["band_y"] < wide["limit_y"] == wide["band_y"] + wide["band_height"]


def test_a_trend_where_higher_is_better_has_its_band_above_the_start():
    slim = drawing.trend(guide.OWN)[0]

    assert slim["limit_words"] == "6 or more"
    assert slim["limit_y"] == slim["band_y"]
    assert not any(mark["hit"] for mark in slim["marks"])


def test_a_trend_of_one_point_or_none_draws_no_change():
    assert [mark["hit"] for mark in drawing.trend(guide.FIRST)[0]["marks"]] == [False]
    assert drawing.trend({"points": [], "smallest": 2})[0]["band_y"] is None


def test_many_points_keep_both_end_labels_and_stay_inside_the_drawing():
    points = [{"label": f"Week {i}", "value": 12 if i == 3 else i % 10} for i in range(26)]
    for picture in drawing.trend({"points": points, "low": 0, "high": 10}):
        shown = [mark["label"] for mark in picture["marks"] if mark["shows_label"]]
        assert shown[0] == "Week 0"
        assert shown[-1] == "Week 25"
        assert len(shown) <= picture["labels"] + 1
        assert all(picture["top"] <= mark["y"] <= picture["bottom"] for mark in picture["marks"])


def test_the_minutes_bar_ends_at_the_limit_or_at_what_is_over():
    fine = drawing.minutes_track(guide.BUDGETS[0])
    over = drawing.minutes_track(guide.BUDGETS[1])
    none = drawing.minutes_track(guide.BUDGETS[2])

    assert (fine["total"], fine["spare"], fine["over"]) == (14.0, 1.0, 0)
    assert (over["total"], over["over"], over["spare"]) == (17.5, 2.5, 0)
    assert over["limit_x"] == pytest.approx(1000 * 15 / 17.5, abs=0.1)
    assert (none["segments"], none["spare"]) == ([], 15)
    ends = [seg["x"] + seg["width"] for seg in fine["segments"]]
    assert ends == sorted(ends)
    assert ends[-1] <= fine["change_x"]
