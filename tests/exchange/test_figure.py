"""Exercise drawings: every exercise has one, bodies stay possible, the same bytes every time."""

import copy
import dataclasses
import hashlib
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from careplan.exchange import figure
from careplan.exchange.figure import motion, palette, poses
from careplan.rules.book import book as rule_book

SVG = "{http://www.w3.org/2000/svg}"
ALL = sorted(poses.book())
TURNED = sorted(code for code, found in poses.book().items() if found.view)


def kinds_of(code: str) -> list[str]:
    return [kind for kind in figure.KINDS if figure.has(code, kind)]


def changed(code: str, number: int = 0, **pose) -> dict:
    """The book with one pose of one exercise changed."""
    found = poses.book()[code]
    bent = copy.deepcopy(list(found.poses))
    bent[number] |= pose
    return {code: dataclasses.replace(found, poses=tuple(bent))}


def test_every_exercise_of_the_rule_book_is_drawn_and_no_other():
    assert set(figure.codes()) == set(rule_book().exercises)


def test_every_pose_and_every_moment_between_is_possible():
    assert figure.check() == []


@pytest.mark.parametrize(
    "book, words",
    [
        (changed("COR-07", 0, leg_n={"to": [130, 6.7], "foot": 0}), "leg_n misses its place"),
        (changed("AER-04", 0, anchor=["hip", -12, 104]), "leg_n misses its place"),
        (changed("COR-07", 0, anchor=["hip", 0, 2]), "above the floor, needs 1.5"),
        (changed("POS-04", 0, leg_n=[-90, 20]), "knee_n at -110 deg, a person reaches -3 to 150"),
        (changed("POS-04", 0, spine=[90, 10, 10]), "lumbar at 80 deg"),
        (changed("COR-09", 0, across=[[0, 1, 0], [0, -1, 0.2]]), "turn at"),
        (changed("FLX-11", 0, leg_n=[[1, 0, 0], [-1, 0.01, 0], [0, 1, 0]]), "knee_n at 179 deg"),
    ],
)
def test_a_planted_fault_is_named(book, words):
    assert any(words in fault for fault in figure.check(book)), figure.check(book)


def test_a_fault_between_two_sound_poses_is_named():
    foot_turning_under = changed("COR-12", 0, leg_n=[203, 181, 194], leg_f=[202, 181, 194])
    (first, *_) = figure.check(foot_turning_under)
    assert re.match(r"COR-12 at [\d.]+ % of the movement: toe_n is", first)


@pytest.mark.parametrize("theme", figure.THEMES)
def test_a_pale_colour_is_named(theme):
    colours = copy.deepcopy(palette.COLOURS)
    colours[theme]["arrow"] = colours[theme]["back"]
    assert figure.check({}, colours) == [
        f"{theme}: arrow on the figure's ground is 1.0 to 1, needs 3"
    ]


def test_contrast_is_counted_as_wcag_does():
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert palette.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("code", ALL)
def test_every_file_is_one_sound_svg_with_its_title(code):
    for kind in kinds_of(code):
        for theme in figure.THEMES:
            root = ElementTree.fromstring(figure.draw(code, kind, theme))
            assert root.tag == f"{SVG}svg"
            assert root.find(f"{SVG}title").text
            width, height = figure.size(code, kind)
            assert (int(root.get("width")), int(root.get("height"))) == (width, height)


@pytest.mark.parametrize("code", ALL)
def test_a_file_holds_all_it_points_to_and_no_colour_name_is_left(code):
    for kind in kinds_of(code):
        drawn = figure.draw(code, kind, "dark")
        ids = re.findall(r'id="([^"]+)"', drawn)
        assert len(ids) == len(set(ids))
        assert set(re.findall(r"url\(#([^)]+)\)", drawn)) <= set(ids)
        assert "$" not in drawn
        assert not re.search(r"[\d ,(]nan|\binf\b|href|<script", drawn.partition("</title>")[2])
        styled = set(re.findall(r"\.([a-z][\w-]*)", drawn.partition("<style>")[2]))
        used = {name for names in re.findall(r'class="([^"]+)"', drawn) for name in names.split()}
        assert used - styled <= {"muscle"}


@pytest.mark.parametrize("code", ALL)
def test_a_movement_runs_once_and_stands_still_where_asked(code):
    drawn = figure.moving(code)
    runs = re.findall(r"animation:k\d+ ([\d.]+)s (?:linear|step-end) (\d+) both", drawn)
    assert runs
    assert len(set(runs)) == 1
    assert "infinite" not in drawn
    assert "@media (prefers-reduced-motion:reduce),print{*{animation:none!important}}" in drawn
    seconds, rounds = float(runs[0][0]), int(runs[0][1])
    assert rounds == 1 or seconds * rounds <= 5


@pytest.mark.parametrize("code", ALL)
def test_a_movement_ends_before_it_would_need_a_pause_button(code):
    runs = motion.course(poses.book()[code])
    assert 0 < runs.seconds * runs.rounds <= 5


def test_a_still_has_no_movement():
    for code in ALL:
        for kind in kinds_of(code):
            assert ("animation" in figure.draw(code, kind)) == (kind == "move")


@pytest.mark.parametrize("code", ALL)
def test_the_picture_is_also_told_in_words(code):
    words = figure.words(code)
    assert len(figure.alt(code).split()) >= 12
    assert figure.alt(code).endswith(".")
    assert words.verb in ("Works", "Stretches", "Moves")
    assert len(words.captions) in (2, 3)


def test_the_poses_of_an_exercise_differ_to_the_eye():
    for code in ALL:
        stills = {figure.pose(code, name) for name in poses.book()[code].names}
        assert len(stills) == len(poses.book()[code].captions)


def test_belly_and_ribs_move_with_the_breath():
    for code, key in (("COR-01", "belly"), ("EXP-07", "ribs")):
        start, end = poses.book()[code].poses
        assert start[key] - end[key] >= 4


def test_another_process_draws_the_same_bytes():
    code = (
        "import hashlib; from careplan.exchange import figure as f; "
        "d = ''.join(f.draw(c, k, 'dark') for c in f.codes()[::6] for k in ('panels', 'move')); "
        "print(hashlib.sha256(d.encode()).hexdigest(), f.version())"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    some = figure.codes()[::6]
    drawn = "".join(figure.draw(c, k, "dark") for c in some for k in ("panels", "move"))
    assert told == [hashlib.sha256(drawn.encode()).hexdigest(), figure.version()]


@pytest.mark.parametrize(
    "code, kind, theme",
    [("COR-99", "panels", "light"), ("COR-07", "then", "light"), ("COR-07", "move", "pink")],
)
def test_what_is_not_drawn_is_refused_with_a_sentence(code, kind, theme):
    with pytest.raises(figure.NoFigure, match=r"\.$"):
        figure.draw(code, kind, theme)


def test_turned_views_are_drawn_where_the_side_tells_too_little():
    assert len(TURNED) == 10
    assert {"COR-09", "COR-10", "FLX-05", "FLX-11", "POS-07"} <= set(TURNED)
