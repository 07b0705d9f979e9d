"""Names of medicines as they meet the rules: unknown parts, codes beside names (D-25)."""

import pytest

from careplan.rules import assess
from tests.rules.building import finding, rules_of
from tests.rules.medicine_cases import APP_DRUGS, opened

ACETAMINOPHEN = "161"


def listed(name, **more):
    return {"/medications": [{"drug": name, "since": "2026-01-01", **more}]}


def statuses(found):
    return {drug: found["drugs"][drug]["status"] for drug in APP_DRUGS}


@pytest.mark.parametrize(
    "name", ["zzyzxol/acetaminophen", "acetaminophen + zzyzxol", "Zzyzxol and acetaminophen 5 mg"]
)
@pytest.mark.parametrize("code", [{}, {"rxnorm": ACETAMINOPHEN}])
def test_one_unknown_part_makes_a_combination_unknown(name, code):
    """The code of one part says nothing of the other."""
    found = assess(opened(listed(name, **code)))
    assert finding(found, "D-25")["because"] == {"/medications/0/drug": name}
    assert set(statuses(found).values()) == {"needs_data"}
    assert {tuple(found["drugs"][drug]["missing"]) for drug in APP_DRUGS} == {
        ("/medications/0/drug",)
    }


def test_what_is_known_of_a_combination_still_counts():
    found = assess(opened(listed("zzyzxol / warfarin", rxnorm="11289")))
    assert {"D-25", "MED-NSAID-20", "MED-DULO-19"} <= rules_of(found)
    assert statuses(found)["ibuprofen"] == "avoid"


@pytest.mark.parametrize("name", ["acetaminophen 325 mg/5 ml", "the blue ones"])
def test_the_code_of_a_single_drug_makes_its_name_known(name):
    found = assess(opened(listed(name, rxnorm=ACETAMINOPHEN)))
    assert "D-25" not in rules_of(found)
    assert statuses(found)["ibuprofen"] == "offer"


def test_a_code_that_is_not_known_helps_no_name():
    found = assess(opened(listed("the blue ones", rxnorm="999999999")))
    assert set(statuses(found).values()) == {"needs_data"}


def test_an_unknown_medicine_that_was_stopped_long_ago_blocks_nothing():
    for stopped, status in (("2026-11-08", "needs_data"), ("2026-11-07", "offer")):
        found = assess(opened(listed("zzyzxol", stopped=stopped)))
        assert statuses(found)["ibuprofen"] == status
