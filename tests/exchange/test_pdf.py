"""Printed pages, read back: tags, language, order, nothing cut off, the same bytes each time."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import fontpkg_public_sans
import pytest
import typst
from pypdf import PdfReader

from careplan.exchange import figure, pdf
from careplan.exchange.pdf import typeset
from careplan.rules.book import book

SIGNED = datetime(2026, 11, 24, 9, 41, tzinfo=UTC)
SIX = ("COR-03", "COR-05", "COR-07", "POS-03", "EXP-02", "FLX-03")
LONG = "Maximiliana-Theodora Featherstonehaugh-Cholmondeley van den Heuvel-Papadopoulou"
SIZES = {"a4": (595, 842), "letter": (612, 792)}


def exercise(code: str) -> dict:
    row = book().exercises[code]
    dose = "2 sets of 10 each side, hold 20, rest 30 seconds"
    words = {"name": row.name, "dose": dose, "steps": [*row.steps], "notes": []}
    return words | {"drawing": code, "picture": None, "alt": ""}


def plan(codes=SIX, **changes) -> dict:
    days = [date(2026, 11, 24) + timedelta(n) for n in range(14)]
    ticks = [f"{n} {book().exercises[code].name}" for n, code in enumerate(codes, 1)]
    return {
        "paper": "a4",
        "large": False,
        "draft": False,
        "title": "My back plan",
        "name": "Margaret Ellison",
        "born": "born 2 April 1968",
        "since": "From 24 November 2026",
        "made_at": SIGNED,
        "clinic": {"name": "Northgate Back Clinic", "lines": ["Tom Adeyemi", "555 0142"]},
        "link": "https://plans.example/s/7KQ4MX2M/",
        "help": {
            "title": "Stop and get help now: call 911. Do not drive.",
            "signs": ["Numb between your legs", "Trouble passing urine", "A leg that gets weaker"],
            "also": ["A fever: call us today on 555 0142."],
        },
        "exercises_title": "6 exercises, 14 minutes, once a day",
        "exercises": [exercise(code) for code in codes],
        "zones": [
            {"icon": "circle-check", "title": "0 to 3: carry on", "text": "Your body copes."},
            {"icon": "circle-pause", "title": "4 or 5: hold here", "text": "Fine by tomorrow."},
            {"icon": "circle-arrow-down", "title": "6 or more: ease off", "text": "Do half."},
        ],
        "sheet": {
            "title": "My two weeks",
            "words": "Tick what you did. An empty box is fine.",
            "code": "7KQ4 MX2M",
            "days": [f"{day:%a} {day.day}" for day in days],
            "columns": [{"label": label, "kind": "tick"} for label in ticks]
            + [{"label": "Pain, 0 to 10", "kind": "number"}],
        },
        "parts": [
            {"title": "On a hard day", "lines": ["Knee rocks, 10 times"], "words": "It counts."},
            {"title": "If your back flares up", "lines": ["Do half for 2 days"], "words": ""},
        ],
        "foot": "Plan version 2, signed by Tom Adeyemi on 24 November 2026.",
    } | changes


def letter(**changes) -> dict:
    return {
        "paper": "letter",
        "title": "Request for 12 more visits",
        "made_at": SIGNED,
        "date": SIGNED.date(),
        "clinic": {
            "name": "Northgate Back Clinic",
            "phone": "555 0142",
            "letterhead": "1 Road\n\nTown",
        },
        "to": ["Evergreen Health Plan"],
        "about": [["Patient", "Margaret Ellison"], ["Born", "2 April 1968"]],
        "parts": [
            {"text": "She has come to 16 visits."},
            {"heading": "Measures"},
            {
                "table": {
                    "caption": "Then and now",
                    "head": ["", "Start", "Now"],
                    "rows": [["Pain", 7, 4]],
                }
            },
            {"list": ["12 more visits"]},
        ],
        "signature": {"name": "Tom Adeyemi", "role": "Physical therapist", "signed_at": SIGNED},
    } | changes


def read(data: bytes) -> PdfReader:
    return PdfReader(BytesIO(data))


def text(reader: PdfReader) -> str:
    """The words in the order of the file, lines joined."""
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def joined(words: str) -> str:
    """Without spaces: a word with a hyphen may end a line."""
    return "".join(words.split())


def letters(reader: PdfReader) -> Counter:
    """How often each letter stands in the file, page numbers and marks of lists left out."""
    return Counter(c for page in reader.pages for c in page.extract_text() if c.isalpha())


def tags(reader: PdfReader) -> list[tuple[str, str]]:
    """(tag, alternative text) of the structure tree, in reading order."""

    def walk(node):
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                yield from walk(child)
        elif isinstance(node, dict):
            if "/S" in node:
                yield node["/S"], str(node.get("/Alt", ""))
            if "/K" in node:
                yield from walk(node["/K"])

    return list(walk(reader.trailer["/Root"]["/StructTreeRoot"]))


def places(reader: PdfReader):
    """(page, x, y, words) of every run of text, in points from the lower left corner."""
    for page in reader.pages:
        found = []
        page.extract_text(
            visitor_text=lambda words, cm, tm, font, size, found=found: found.append(
                (
                    tm[4] * cm[0] + tm[5] * cm[2] + cm[4],
                    tm[4] * cm[1] + tm[5] * cm[3] + cm[5],
                    words,
                )
            )
        )
        yield from ((page, x, y, words) for x, y, words in found if words.strip())


def in_order(whole: str, *parts: str) -> bool:
    at = [whole.index(part) for part in parts]
    return at == sorted(at)


# What a file says of itself --------------------------------------------------------------------


@pytest.mark.parametrize("made", [pdf.plan_sheet(plan()), pdf.letter(letter())])
def test_it_is_tagged_pdf_ua_with_title_and_language(made):
    root = read(made).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert "2026-11-24" in root["/Metadata"].get_data().decode()


def test_the_title_is_the_subject():
    assert read(pdf.plan_sheet(plan())).metadata.title == "My back plan"
    assert read(pdf.letter(letter())).metadata.title == "Request for 12 more visits"


def test_the_same_content_gives_the_same_bytes():
    assert pdf.plan_sheet(plan()) == pdf.plan_sheet(plan())
    assert pdf.plan_sheet(plan()) != pdf.plan_sheet(plan(foot="Plan version 3"))
    assert pdf.letter(letter()) == pdf.letter(letter())


@pytest.mark.parametrize("paper", pdf.PAPERS)
def test_each_paper_has_its_size(paper):
    for page in read(pdf.plan_sheet(plan(paper=paper))).pages:
        assert tuple(round(float(side)) for side in page.mediabox[2:]) == SIZES[paper]


# Order and pictures ----------------------------------------------------------------------------


def test_help_is_read_before_the_exercises_and_zones_after():
    words = text(read(pdf.plan_sheet(plan())))
    names = [book().exercises[code].name for code in SIX]
    assert in_order(words, "My back plan", "Stop and get help now", "call us today", *names)
    assert in_order(words, names[-1], "carry on", "ease off", "My two weeks", "On a hard day")


def test_each_drawing_belongs_to_the_exercise_before_it():
    found = tags(read(pdf.plan_sheet(plan())))
    alts = [alt for tag, alt in found if tag == "/Figure"]
    assert alts == ["QR code that opens https://plans.example/s/7KQ4MX2M/", *map(figure.alt, SIX)]
    story = [tag for tag, _ in found if tag in ("/H3", "/Figure")]
    assert story == ["/Figure"] + ["/H3", "/Figure"] * 6
    assert [tag for tag, _ in found].count("/H1") == 2


def test_the_fortnight_is_a_table_with_headings():
    found = [tag for tag, _ in tags(read(pdf.plan_sheet(plan())))]
    assert found.count("/Table") == 1
    assert found.count("/TR") == 15
    assert found.count("/TH") == 8


def test_a_letter_reads_from_the_letterhead_to_the_signature():
    words = text(read(pdf.letter(letter())))
    order = ["Northgate", "1 Road", "Evergreen", "24 November 2026", "Request for 12", "Margaret"]
    assert in_order(words, *order, "16 visits", "Then and now", "Start", "Tom Adeyemi")
    assert "Signed 24 November 2026, 9:41" in words


def test_an_unsigned_letter_leaves_a_line_to_sign_on():
    by = {"name": "Tom Adeyemi", "role": "", "licence": "", "signed_at": None}
    words = text(read(pdf.letter(letter(signature=by))))
    assert "Tom Adeyemi" in words
    assert "Signed" not in words


# A day in bouts --------------------------------------------------------------------------------

ANCHORS = ("while the kettle boils", "before lunch", "when the evening news comes on")


def in_bouts(*counts: int, anchors=ANCHORS, **changes) -> dict:
    """The plan with so many exercises in each bout."""
    content = plan(**changes)
    letters = [n for n, many in enumerate(counts) for _ in range(many)]
    for one, n in zip(content["exercises"], letters, strict=True):
        one["bout"] = f"{'ABC'[n]}. {anchors[n].capitalize()}: about 4 minutes"
    content["sheet"]["groups"] = [
        {"letter": "ABC"[n], "words": anchors[n], "columns": many} for n, many in enumerate(counts)
    ]
    return content


def test_bouts_are_headings_over_their_exercises():
    reader = read(pdf.plan_sheet(in_bouts(2, 3, 1)))
    story = [tag for tag, _ in tags(reader) if tag in ("/H3", "/H4")]
    assert story == ["/H3", *["/H4"] * 2, "/H3", *["/H4"] * 3, "/H3", "/H4"]
    names = [book().exercises[code].name for code in SIX]
    words = text(reader)
    assert in_order(words, "A. While the kettle", names[1], "B. Before lunch", names[2], "C. When")
    assert in_order(words, "My two weeks", "A: while the kettle boils", "C: when the evening news")


def test_the_fortnight_says_which_bout_above_the_boxes():
    found = [tag for tag, _ in tags(read(pdf.plan_sheet(in_bouts(2, 2, 2))))]
    assert (found.count("/Table"), found.count("/TR")) == (1, 16)


@pytest.mark.parametrize(("counts", "most"), [((2, 2, 2), 2), ((3, 3), 3), ((4, 2), 3)])
def test_six_exercises_in_bouts_come_before_the_fortnight(counts, most):
    pages = [page.extract_text() for page in read(pdf.plan_sheet(in_bouts(*counts))).pages]
    assert len(pages) <= most
    before = " ".join(" ".join(pages[:-1]).split()).replace("- ", "-")
    assert book().exercises[SIX[-1]].name in before


@pytest.mark.parametrize("large", [False, True])
def test_long_and_odd_anchors_stay_on_the_page(large):
    anchors = (LONG[:80], "#panic() *x* <b>", "x" * 40)
    reader = read(pdf.plan_sheet(in_bouts(2, 2, 2, anchors=anchors, large=large)))
    assert "#panic() *x* <b>" in text(reader)
    for page, x, _, words in places(reader):
        assert 18 < x < float(page.mediabox[2]) - 18, words


# Everything fits -------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", pdf.PAPERS)
@pytest.mark.parametrize("large", [False, True])
def test_nothing_leaves_the_page(paper, large):
    names = {"name": LONG, "since": LONG, "foot": f"Plan version 12, signed by {LONG[:60]}."}
    clinic = {"name": LONG, "lines": [LONG, LONG]}
    content = plan(paper=paper, large=large, clinic=clinic, **names)
    for one, column in zip(content["exercises"], content["sheet"]["columns"], strict=False):
        one["name"], column["label"] = LONG, LONG[:48]
    reader = read(pdf.plan_sheet(content))
    assert joined(text(reader)).count(joined(LONG)) == 11
    for page, x, y, words in places(reader):
        assert 18 < x < float(page.mediabox[2]) - 18, words
        assert 10 < y < float(page.mediabox[3]) - 10, words


@pytest.mark.parametrize("large", [False, True])
def test_a_letter_of_a_therapist_runs_over_pages(large):
    words = " ".join(f"word{n}" for n in range(1500))
    part = {"title": "From Tom Adeyemi", "lines": ["x " * 400], "words": words}
    reader = read(pdf.plan_sheet(plan(parts=[part, part], large=large)))
    assert text(reader).count("word1499") == 2
    for _, _, y, shown in places(reader):
        assert y > 10, shown


@pytest.mark.parametrize("paper", pdf.PAPERS)
def test_six_exercises_fit_the_first_of_two_pages(paper):
    reader = read(pdf.plan_sheet(plan(paper=paper)))
    first, second = (" ".join(page.extract_text().split()) for page in reader.pages)
    assert in_order(first, "Stop and get help", book().exercises[SIX[-1]].name, "ease off")
    assert in_order(second, "My two weeks", "Mon 7", "If your back flares up", "To ask at my next")


@pytest.mark.parametrize("paper", pdf.PAPERS)
def test_large_print_has_every_word_of_the_usual_print(paper):
    usual, large = (read(pdf.plan_sheet(plan(paper=paper, large=size))) for size in (False, True))
    assert (len(usual.pages), len(large.pages)) == (2, 4)
    assert letters(usual) - letters(large) == Counter()


@pytest.mark.parametrize(("large", "least"), [(False, 10.8), (True, 14.9)])
def test_no_word_is_smaller_than_promised(large, least):
    sizes = set()
    for page in read(pdf.plan_sheet(plan(large=large))).pages:
        page.extract_text(
            visitor_text=lambda words, cm, tm, font, size: (
                sizes.add(
                    round(size * max(abs(tm[0]), abs(tm[1])) * max(abs(cm[0]), abs(cm[1])), 1)
                )
                if words.strip(" •\n")
                else None
            )
        )
    assert min(sizes) >= least


def test_every_exercise_of_the_book_can_be_printed():
    codes = [*book().exercises]
    for start in range(0, len(codes), 6):
        some = tuple(codes[start : start + 6])
        words = text(read(pdf.plan_sheet(plan(some))))
        for code in some:
            assert book().exercises[code].name in words
            for step in book().exercises[code].steps:
                assert joined(step) in joined(words), code


def test_a_plan_of_one_exercise_and_of_none():
    assert "Heel tap" in text(read(pdf.plan_sheet(plan(("COR-03",)))))
    empty = text(read(pdf.plan_sheet(plan((), sheet=None, parts=[]))))
    assert "Stop and get help now" in empty
    assert "My two weeks" not in empty


def test_an_exercise_without_a_drawing_has_its_words():
    own = exercise("COR-03") | {"drawing": "", "name": "Heel slide of ours"}
    reader = read(pdf.plan_sheet(plan(exercises=[own])))
    assert "Heel slide of ours" in text(reader)
    assert [alt for tag, alt in tags(reader) if tag == "/Figure"] == [
        "QR code that opens https://plans.example/s/7KQ4MX2M/"
    ]


def test_a_draft_says_so_on_every_page():
    for page in read(pdf.plan_sheet(plan(draft=True))).pages:
        assert "Draft, not signed" in page.extract_text()
    assert "Draft" not in text(read(pdf.plan_sheet(plan())))


def test_a_plan_on_hold_prints_the_numbers_and_no_exercise():
    panel = {"text": "We want to look at something.", "told": "Call us before you exercise."}
    calls = [{"words": "Call Northgate Back Clinic", "number": "555 0142"}]
    held = plan(title="Your plan is on hold", panel=panel | {"calls": calls}, exercises=[])
    words = text(read(pdf.help_sheet(held)))
    assert in_order(words, "Your plan is on hold", "Call us before", "555 0142", "Numb between")
    assert "Heel tap" not in words


# Bad input -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "printed"),
    [("Łukasz Żółć", "Łukasz Żółć"), ("Nguyễn Ánh", "Nguyễn Ánh"), ("A\x00\ue000\udcffB", "AB")],
)
def test_names_of_all_kinds(name, printed):
    assert printed in text(read(pdf.plan_sheet(plan(name=name))))


def test_letters_that_no_font_has_do_not_stop_the_print():
    words = text(read(pdf.plan_sheet(plan(name="Li \U00016f00\U00016f01 Wei"))))
    assert "Li ?? Wei" in words


@pytest.mark.parametrize(
    "name, script",
    [("王小明", "cjk"), ("佐藤 さくら", "cjk"), ("김민준", "hangul"), ("محمد أحمد", "arabic")],
)
def test_a_name_in_any_script_is_printed_or_warned_of(name, script, caplog):
    """By the fonts that the machine has: the image has them, see tests/test_compose.py."""
    reader = read(pdf.plan_sheet(plan(name=name)))
    warned = [record.getMessage() for record in caplog.records if "no font" in record.getMessage()]
    shown = "?" * len(name.split()[0])
    assert (shown in text(reader)) is bool(warned)
    assert not warned or script in " ".join(warned)
    assert name not in caplog.text


@pytest.mark.parametrize("name", ["王小明", "佐藤", "김민준", "أحمد"])
def test_without_any_font_a_name_is_marks_and_a_warning(name, caplog, monkeypatch):
    bare = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(fontpkg_public_sans.ROOT / "files")],
    )
    monkeypatch.setattr(typeset, "fonts", lambda: bare)
    words = text(read(pdf.plan_sheet(plan(name=f"Li {name}"))))
    assert f"Li {'?' * len(name)}" in words
    assert "no font of this server" in caplog.text and name not in caplog.text


@pytest.mark.parametrize(
    "typed", ["#panic()", "*bold*", "$x$", "@ref", "<b>", "\\", "= Head", "// x"]
)
def test_typst_marks_in_a_text_are_text(typed):
    assert typed in text(read(pdf.plan_sheet(plan(foot=typed))))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (letter(paper="a5"), "No paper 'a5': use one of a4, letter."),
        (letter(title=""), "A printed page needs a title."),
        (letter(clinic={"name": ""}), "A letter needs the name of the clinic"),
        (letter(parts=[{"picture": "x"}]), "A part of a letter is one of heading, list"),
        (
            letter(parts=[{"table": {"caption": "T", "head": ["a", "b"], "rows": [["1"]]}}]),
            "The table “T” has 1 cells in a row, its head 2.",
        ),
    ],
)
def test_what_cannot_be_printed_is_refused_in_a_sentence(content, words):
    with pytest.raises(pdf.BadContent, match=words.replace("(", "\\(")):
        pdf.letter(content)
