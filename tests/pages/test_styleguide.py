"""The look as a whole: the style guide, and rules that every template and the theme must keep."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import path

from careplan.pages import styleguide, urls

BASE = Path(settings.BASE_DIR)
TEMPLATES = sorted((BASE / "templates").rglob("*.html"))
STATIC = BASE / "careplan/static/careplan"
THEME = (STATIC / "theme.css").read_text()
SCRIPT = STATIC / "app.js"

# What the strict content policy would refuse, or would have to be loosened for.
FORBIDDEN = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "inline style": re.compile(r"<style\b", re.I),
    "inline script": re.compile(r"<script\b(?![^>]*(?:\bsrc=|application/json))", re.I),
    "inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "hx-on": re.compile(r"\bhx-on\b", re.I),
    "evaluated htmx value": re.compile(r"hx-(vals|headers)\s*=\s*[\"']\s*(js|javascript):", re.I),
    "hex colour": re.compile(
        r"(?<![&\w/\"'=?])#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})\b(?!-)", re.I
    ),
}
MAIL = "emails"  # mail clients need inline styles; they are not pages

urlpatterns = [
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    *urls.figure_patterns,
]


def faults_of(text: str) -> list[str]:
    text = re.sub(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", "", text, flags=re.S)
    return [name for name, pattern in FORBIDDEN.items() if pattern.search(text)]


# The pages -----------------------------------------------------------------------------------


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("theme", ["", "dark", "light"])
@pytest.mark.parametrize("mine", ["", "1"])
def test_the_guide_renders_in_each_theme_and_shell(client, theme, mine):
    page = client.get("/styleguide/", {"theme": theme, "mine": mine})

    assert page.status_code == 200
    assert (f'data-bs-theme="{theme}"' in page.text) == bool(theme)
    assert ("cp-tabbar" in page.text) == bool(mine)


@pytest.mark.urls(__name__)
def test_an_unknown_theme_is_ignored(client):
    assert "data-bs-theme" not in client.get("/styleguide/", {"theme": '"><b>'}).text


def test_the_guide_is_not_routed_outside_debug(client):
    assert client.get("/styleguide/").status_code == 404


def test_the_guide_shows_every_component():
    shown = "".join(path.read_text() for path in (BASE / "templates/styleguide").glob("*.html"))
    frame = (BASE / "templates/base.html").read_text() + "components/toasts"
    parts = {path.stem for path in (BASE / "templates/components").glob("*.html")}
    inner = {"emergency_acts", "field_about", "field_attrs", "field_date", "facts", "reasons"}
    inner |= {"segmented", "table_cell", "trend_svg", "toasts"}  # drawn by the ones that hold them

    missing = [n for n in sorted(parts - inner) if f"components/{n}.html" not in shown + frame]
    assert missing == []


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "500"])
def test_an_error_page_renders_from_an_empty_context_and_says_what_to_do(code):
    page = render_to_string(f"{code}.html", {})

    assert page.count("<h1>") == 1
    assert 'href="/"' in page
    assert "Error" not in page


def test_a_refusal_shows_its_own_sentence():
    page = render_to_string("403.html", {"reason": "Only prescribers can sign medicines."})

    assert "Only prescribers can sign medicines." in page


@pytest.mark.parametrize("base", ["base.html", "base_mine.html"])
def test_the_frame_has_its_landmarks_and_no_clinic_is_needed(base):
    page = render_to_string(base, {})

    assert '<html lang="en">' in page
    assert page.index("cp-skip") < page.index("<header")
    assert page.count("<main") == 1
    assert 'id="announce"' in page
    assert '"allowEval": false' in page
    assert ("Get help" in page) == (base == "base_mine.html")


# The rules -----------------------------------------------------------------------------------


def test_no_template_needs_a_looser_content_policy_or_names_a_colour():
    found = {
        str(path.relative_to(BASE)): faults
        for path in TEMPLATES
        if MAIL not in path.parts and (faults := faults_of(path.read_text()))
    }

    assert found == {}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('<p style="color:red">', "style attribute"),
        ("<style>p{}</style>", "inline style"),
        ("<script>go()</script>", "inline script"),
        ('<a onclick="go()">', "inline handler"),
        ('<a hx-on:click="go()">', "hx-on"),
        ("<a hx-vals='js:{a: 1}'>", "evaluated htmx value"),
        ('<b class="x">#8f1023</b>', "hex colour"),
    ],
)
def test_the_check_sees_each_fault(text, fault):
    assert fault in faults_of(text)


def test_the_check_lets_good_markup_pass():
    assert faults_of('<script src="/a.js" defer></script><a href="#add">{{ one }}</a>') == []
    assert faults_of('<button data-autosubmit data-one="1">') == []


def test_templates_stay_short():
    long = [str(p.relative_to(BASE)) for p in TEMPLATES if len(p.read_text().splitlines()) > 120]

    assert long == []


def test_the_script_stays_small():
    assert SCRIPT.stat().st_size < 6 * 1024
    assert not re.search(r"\beval\b|innerHTML|new Function", SCRIPT.read_text())


# The theme -----------------------------------------------------------------------------------


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--cp-([\w-]+):\s*([^;]+);", block))


def block_after(selector: str) -> str:
    start = THEME.index(selector)
    return THEME[start : THEME.index("}", start)]


LIGHT = tokens(block_after(":root {"))
DARK = LIGHT | tokens(block_after('[data-bs-theme="dark"] {'))


def test_the_dark_tokens_are_the_same_chosen_or_from_the_device():
    device = tokens(block_after(':root:not([data-bs-theme="light"]) {'))

    assert device == tokens(block_after('[data-bs-theme="dark"] {'))


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(c * 2 for c in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


GROUNDS = ("surface", "ground", "sunken")
TEXT = [(ink, ground) for ink in ("ink", "ink-2", "ink-3", "accent") for ground in GROUNDS] + [
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("accent", "accent-tint"),
    ("on-emergency", "emergency"),
    ("emergency-ink", "on-emergency"),
    ("on-bar", "urgent-bar"),
    ("on-bar", "stop-bar"),
    ("zone-go", "zone-go-fill"),
    ("zone-steady", "zone-steady-fill"),
    ("zone-ease", "zone-ease-fill"),
    ("figure-ink", "figure"),
    *((name, f"{name}-tint") for name in ("urgent", "stop", "caution", "info", "ok")),
    *(("ink", f"{name}-tint") for name in ("urgent", "stop", "caution", "ok")),
    *(("ink-2", f"{name}-tint") for name in ("urgent", "stop", "caution", "ok")),
    *(("ink-3", f"{name}-tint") for name in ("urgent", "stop", "caution", "ok")),
]
CONTROLS = [("line-strong", ground) for ground in GROUNDS] + [
    (f"{name}-bar", "surface") for name in ("urgent", "stop", "caution", "info", "ok")
]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_and_controls_keep_their_contrast(theme):
    low = [
        f"{one} on {other}: {ratio(theme[one], theme[other]):.2f}"
        for pairs, least in ((TEXT, 4.5), (CONTROLS, 3))
        for one, other in pairs
        if ratio(theme[one], theme[other]) < least
    ]

    assert low == []


def test_every_colour_and_variable_used_is_a_token():
    named = set(re.findall(r"var\(--cp-([\w-]+)", THEME))
    rules = THEME[THEME.index("/* 2. Ground rules") : THEME.index("/* 10. Paper")]

    assert named <= set(LIGHT)
    assert re.findall(r"#[0-9a-f]{3,8}\b", rules) == []


def test_every_class_of_the_components_is_in_the_theme():
    used = set()
    for template in (BASE / "templates/components").glob("*.html"):
        text = re.sub(r"{#.*?#}", "", template.read_text())
        used |= set(re.findall(r"\bcp-[a-z0-9-]*[a-z0-9](?!-?[{-])\b", text))
    styled = set(re.findall(r"\.(cp-[\w-]+)", THEME))

    # Filled in by the page: the badge's colour, and names that only scripts and menus hold.
    assert sorted(used - styled - {"cp-user-name"}) == []
