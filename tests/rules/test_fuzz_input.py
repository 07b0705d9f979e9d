"""Intakes that mean harm or were made by accident: refused with a place, quickly, never a crash."""

import json
import time

import pytest

from careplan.rules import IntakeRefused, assess
from careplan.rules.book import book
from careplan.rules.intake import read_json
from tests.rules.building import BASE, intake
from tests.rules.test_intake import faults

TEXT = json.dumps(BASE)


@pytest.mark.parametrize("digits", [310, 4300, 4301, 10_000])
@pytest.mark.parametrize("sign", ["", "-"])
def test_a_whole_number_of_thousands_of_digits_is_refused_at_its_place(digits, sign):
    found = faults(read_json(TEXT.replace("70", sign + "9" * digits, 1)))
    assert list(found) == ["/person/weight_kg"]


def test_endless_digits_do_not_hide_that_the_rest_is_nested_too_deep():
    with pytest.raises(IntakeRefused, match="nested too deep"):
        read_json("[" + "9" * 5000 + "," + "[" * 10_000)


def test_an_endless_creatinine_in_both_units_is_two_faults_and_no_crash():
    made = intake({"/labs/creatinine_mg_dl": 10**400, "/labs/creatinine_umol_l": 10**400})
    assert set(faults(made)) == {"/labs/creatinine_mg_dl", "/labs/creatinine_umol_l"}


@pytest.mark.parametrize(
    ("pointer", "value", "path"),
    [
        ("/coverage/visit_limit", True, "/coverage/visit_limit"),
        ("/coverage/visit_limit", "1", "/coverage/visit_limit"),
        ("/coverage/visit_limit", -0.5, "/coverage/visit_limit"),
        ("/as_of", "2026-11-22T00:00:00", "/as_of"),
        ("/as_of", "2026-11-22\n", "/as_of"),
        ("/as_of", "\u0662\u0660\u0662\u0666-11-22", "/as_of"),
        ("/as_of", "2026-02-29", "/as_of"),
        ("/person/birth_date", "0001-01-01", "/person/birth_date"),
        ("/__proto__", {}, "/__proto__"),
        ("/conditions", ["\ud800"], "/conditions/0"),
        ("/conditions", ["ASTHMA"], "/conditions/0"),
        ("/conditions", [["asthma"]], "/conditions/0"),
        ("/red_flags", {"fever ": "no"}, "/red_flags/fever "),
    ],
)
def test_what_only_looks_right_is_refused(pointer, value, path):
    assert path in faults(intake({pointer: value}))


def test_a_key_is_told_as_a_step_of_a_pointer():
    assert "/a~0b~1c" in faults({**intake(), "a~b/c": 1})


def test_a_zero_with_a_sign_is_a_zero():
    assert faults(intake({"/care/weeks": -0.0})) == {}


HUGE = {
    "a text of 10 MB": {"/id": "x" * 10_000_000},
    "a name of 10 MB": {"/" + "x" * 10_000_000: 1},
    "a code of 10 MB": {"/conditions": ["x" * 10_000_000]},
    "a red flag of 10 MB": {"/red_flags": {"x" * 10_000_000: "no"}},
    "an allergy of 10 MB": {"/allergies": ["a " * 5_000_000]},
    "forms without end": {"/tried": [{"treatment": " tablets" * 1_200_000, "outcome": "helped"}]},
    "one code a million times": {"/conditions": ["asthma"] * 1_000_000},
    "a hundred thousand wrong codes": {"/conditions": [f"asthma{n}" for n in range(100_000)]},
    "a hundred thousand check-ins": {"/check_ins": [{"on": "2026-11-20", "nprs": 5}] * 100_000},
    "fifty thousand unknown flags": {"/red_flags": {f"fever{n}": "no" for n in range(50_000)}},
}


@pytest.mark.parametrize("changes", HUGE.values(), ids=HUGE)
def test_a_huge_intake_is_refused_in_no_time(changes):
    """Straight to `check`, as the other doors do; the command has a limit of its own before."""
    made = intake(changes)
    started = time.process_time()
    found = faults(made)
    assert time.process_time() - started < 2
    assert found
    assert all(len(path) < 300 and len(message) < 300 for path, message in found.items())


def test_ten_megabytes_of_repeated_keys_are_refused_in_no_time():
    started = time.process_time()
    text = "{" + ",".join(f'"k{n % 50_000}":1' for n in range(400_000)) + "}"
    with pytest.raises(IntakeRefused) as refused:
        assess(read_json(text))
    assert time.process_time() - started < 5
    assert "more than once" in refused.value.errors[0]["message"]


def test_an_endless_name_is_no_known_drug():
    read = book().drugs.ingredients_of
    assert read("ibuprofen" + " tablets" * 36) == ("ibuprofen",)  # 297 characters
    assert read("ibuprofen" + " tablets" * 37) == ()


@pytest.mark.parametrize(
    "drug",
    ["ibu\0profen", "\u202eibuprofen", "\ud800xx", "<script>alert(1)</script>", "\x07bell", "名前"],
)
def test_an_odd_name_of_a_medicine_is_kept_and_asked_for_not_read(drug):
    """Text is text (a page escapes it); what is no known drug keeps every drug from an offer."""
    made = intake({"/medications": [{"drug": drug}]})
    found = assess(made)
    told = [f for f in found["findings"] if f["rule"] == "D-25"]
    assert told[0]["because"]["/medications/0/drug"] == drug
    assert all(
        row["status"] in ("avoid", "not_yet", "needs_data") for row in found["drugs"].values()
    )
    assert json.loads(json.dumps(found)) == found
