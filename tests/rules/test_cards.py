"""Cards and barriers: plain words, no figures of studies, and every factor leads somewhere."""

import re

import pytest

from careplan.rules.book import book

COMPONENTS = ("EXP", "POS", "COR", "FLX", "AER")
CONTRIBUTING = (
    "fibromyalgia",
    "disc_degeneration",
    "facet_osteoarthritis",
    "disc_herniation",
    "spinal_stenosis",
)


def test_every_card_of_the_specification_is_there():
    wanted = {f"ED-{n:02}" for n in range(1, 13)} | {f"BAR-{n:02}" for n in range(1, 9)}
    wanted |= {f"SM-{n:02}" for n in (1, 2, 3, 4, 5, 6, 7, 9)}
    assert set(book().self_care) == wanted


def test_no_card_gives_a_figure_of_a_study_or_a_group():
    for card in book().self_care.values():
        text = f"{card.title} {card.text}"
        assert "%" not in text and "percent" not in text, card.code
        assert not re.search(r"\d{3,}|\b\d+ (?:people|members|of)\b", text), card.code


@pytest.mark.parametrize("code", sorted(book().self_care))
def test_cards_are_short_and_plain(code):
    card = book().self_care[code]
    sentences = [one for one in re.split(r"[.!?:]\s", card.text) if one]
    assert max(len(one.split()) for one in sentences) <= 25
    for word in ("adherence", "regimen", "efficacy", "contraindicat", "NSAID", "utilis"):
        assert word not in card.text


def test_barriers_and_cards_to_ask_for_are_not_pushed():
    kinds = {card.code: card.kind for card in book().self_care.values()}
    assert {code for code, kind in kinds.items() if kind == "on_request"} == {"ED-06"}
    assert {kinds[code] for code in kinds if code.startswith("BAR")} == {"barrier"}


def test_every_factor_leads_to_a_part_of_the_programme_or_a_card():
    found = book()
    assert set(found.factors) == {*found.codes["factors"], *CONTRIBUTING}
    for code, leads in found.factors.items():
        assert leads.get("components") or leads.get("cards"), code
        assert set(leads.get("components", ())) <= set(COMPONENTS)
        assert set(leads.get("cards", ())) <= set(found.self_care)
