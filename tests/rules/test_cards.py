"""Cards and barriers: plain words, no figures of studies, and every factor leads somewhere."""

import re
from datetime import date

import pytest

from careplan.rules import assess
from careplan.rules.barriers import answers
from careplan.rules.book import book
from tests.rules.building import finding, intake

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
        assert leads.components or leads.cards, code
        assert set(leads.components) <= set(COMPONENTS)
        assert set(leads.cards) <= set(found.self_care)


def said(changes):
    return finding(assess(intake(changes)), "CL-40")["message"]


def test_a_factor_says_what_answers_it():
    message = said({"/episode/factors": ["prolonged_sitting", "poor_sleep"]})
    assert "Prolonged sitting or posture (posture; card: Sitting)" in message
    assert "Poor sleep (card: Sleep)" in message


@pytest.mark.parametrize(("weight", "told"), [(86.6, False), (86.7, True)])
def test_excess_weight_is_seen_from_a_body_mass_index_of_thirty(weight, told):
    """1.70 m: 30 kg/m2 are 86.7 kg."""
    changes = {
        "/person/weight_kg": weight,
        "/person/height_cm": 170,
        "/episode/factors": ["stress"],
    }
    assert ("Excess weight" in said(changes)) == told


# Barriers ------------------------------------------------------------------------------------

DAY = date(2026, 11, 27)  # a Friday


def test_a_barrier_leads_to_what_answers_it():
    found = answers(["BAR-03", "BAR-01"], DAY, book())
    assert found["cards"] == ["BAR-01", "BAR-03"]
    assert found["leads_to"] == ["PAY-02", "PAY-05", "PT-11", "TPL-T"]
    assert found["follow_ups"] == []


def test_side_effects_are_asked_about_within_two_working_days():
    (row,) = answers(["BAR-02"], DAY, book())["follow_ups"]
    told = (row["kind"], row["due"], row["role"], row["rule"])
    assert told == ("side_effect_review", "2026-12-01", "therapist", "BAR-02")
    assert row["label"]


def test_nothing_picked_is_nothing_due_and_what_is_no_barrier_is_refused():
    assert answers([], DAY, book()) == {"cards": [], "leads_to": [], "follow_ups": []}
    for picked in ("ED-01", "BAR-09"):
        with pytest.raises(ValueError, match=f"no barrier '{picked}'"):
            answers([picked], DAY, book())


@pytest.mark.parametrize("number", range(1, 9))
def test_every_barrier_has_an_answer(number):
    code = f"BAR-{number:02}"
    assert answers([code], DAY, book())["cards"] == [code]
