"""The drawings as files, and the component that puts them into pages."""

import pytest
from django.template import Context, Template
from django.urls import reverse

from careplan.exchange import figure

SHOWN = '{% include "components/figure.html" with code=code kind=kind theme=theme only %}'


def shown(code, kind="", theme="", template=SHOWN) -> str:
    return Template(template).render(Context({"code": code, "kind": kind, "theme": theme}))


def address(code="COR-07", kind="panels", query="") -> str:
    return reverse("figure", args=[code, kind]) + query


@pytest.mark.parametrize("kind", ["panels", "start", "end", "move"])
def test_a_drawing_opens_for_anybody(client, kind):
    answer = client.get(address(kind=kind))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.content.decode() == figure.draw("COR-07", kind)


def test_the_dark_one_has_other_colours(client):
    assert client.get(address(query="?theme=dark")).content != client.get(address()).content
    assert client.get(address(query="?theme=pink")).content == client.get(address()).content


@pytest.mark.parametrize("code, kind", [("COR-99", "move"), ("COR-07", "then"), ("COR-07", "x")])
def test_what_is_not_drawn_is_not_found(client, code, kind):
    assert client.get(address(code, kind)).status_code == 404


def test_nothing_can_be_posted(client):
    assert client.post(address()).status_code == 405


def test_only_the_address_with_its_version_is_kept_for_ever(client, signed_in, therapist):
    kept = client.get(address(query=f"?v={figure.version()}"))
    assert kept["Cache-Control"] == "public, max-age=31536000, immutable"
    assert not kept.cookies
    assert "immutable" not in client.get(address(query="?v=2001"))["Cache-Control"]
    staff = signed_in(therapist).get(address(query=f"?v={figure.version()}"))
    assert "immutable" in staff["Cache-Control"]


def test_the_file_may_use_its_own_style_sheet_and_nothing_else(client):
    policy = client.get(address(kind="move"))["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    other = client.get(address("COR-08", "move"))["Content-Security-Policy"]
    assert policy != other


def test_it_travels_compressed(client):
    answer = client.get(address(kind="move"), headers={"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < len(figure.moving("COR-07")) / 3


def test_opening_one_asks_the_database_nothing(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        client.get(address())


def test_a_moving_picture_stands_still_on_paper_and_for_who_asks():
    page = shown("COR-07", "move")
    sources = page.split("<source ")[1:]
    assert ['media="print"' in sources[0], "/panels.svg" in sources[0]] == [True, True]
    assert "prefers-reduced-motion: reduce) and (prefers-color-scheme: dark" in sources[1]
    assert "/panels.svg" in sources[1] and "theme=dark" in sources[1]
    assert "prefers-reduced-motion" in sources[2] and "/panels.svg" in sources[2]
    assert "prefers-color-scheme: dark" in sources[3] and "/move.svg" in sources[3]
    assert f'alt="{figure.alt("COR-07")}"' in sources[3]
    assert figure.version() in page


def test_a_fixed_theme_asks_the_reader_nothing():
    assert "prefers-color-scheme" not in shown("COR-07", "panels", "dark")
    assert "theme=dark" in shown("COR-07", "panels", "dark").split("<img")[1]
    assert "theme=dark" not in shown("COR-07", "panels", "light")


def test_the_panels_are_the_usual_kind():
    assert shown("COR-07") == shown("COR-07", "panels")


@pytest.mark.parametrize("code, kind", [("", ""), ("OWN-01", "move"), ("COR-07", "then")])
def test_what_is_not_drawn_leaves_no_trace(code, kind):
    assert shown(code, kind).strip() == ""


def test_words_beside_the_picture():
    text = "{% load careplan_figures %}{% figure_words code as w %}{{ w.verb }}: {{ w.works }}"
    assert shown("FLX-01", template=text) == "Stretches: back of the thigh"
    assert shown("OWN-01", template=text) == ": "


def test_a_picture_can_be_silent_beside_its_own_words():
    text = '{% include "components/figure.html" with code=code hide=True eager=True only %}'
    assert 'alt=""' in shown("COR-07", template=text)
    assert "lazy" not in shown("COR-07", template=text)
