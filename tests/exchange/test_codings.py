"""The table of outside codes: sound in itself and true to the codes of the contract."""

from collections import Counter

import pytest

from careplan.exchange import codings
from careplan.rules.intake import codes

CONDITIONS = codings.tables()["condition"]
PLACES = ("gives", "past", "recent")
PAIN = {"", "back", "unspecific", "neck", "cancer"}


def test_no_code_stands_twice():
    for system in ("snomed", "icd10cm"):
        counts = Counter(code for row in CONDITIONS for code in row.get(system, ()))
        assert [code for code, times in counts.items() if times > 1] == []
    counts = Counter(code for row in codings.tables()["observation"] for code in row["loinc"])
    assert [code for code, times in counts.items() if times > 1] == []


def test_every_row_has_a_code():
    assert [row for row in CONDITIONS if not (row.get("snomed") or row.get("icd10cm"))] == []


def test_all_our_codes_are_codes_of_an_intake():
    given = {code for row in CONDITIONS for place in PLACES for code in row.get(place, ())}
    assert given - set(codes()["conditions"]) == set()
    assert {row["factor"] for row in CONDITIONS if "factor" in row} - set(
        codes()["factors"]
    ) == set()
    assert {row.get("pain", "") for row in CONDITIONS} == PAIN


def test_recent_needs_its_days():
    assert [
        row["label"]
        for row in CONDITIONS
        if bool(row.get("recent")) != bool(row.get("recent_days"))
    ] == []


def test_snomed_codes_are_whole_and_icd_codes_have_a_letter_in_front():
    for row in CONDITIONS:
        assert all(code.isdigit() and len(code) >= 6 for code in row.get("snomed", ()))
        assert all(code[0].isalpha() and code[0].isupper() for code in row.get("icd10cm", ()))


def test_an_exact_code_goes_before_its_family():
    assert codings.condition("icd10cm", "K76.9").gives == ("liver_disease",)
    assert codings.condition("icd10cm", "I25.2").gives == ("coronary_artery_disease",)
    assert codings.condition("icd10cm", "G89.3").pain == "cancer"
    assert codings.condition("icd10cm", "Q99.9") is None


def test_a_code_counts_only_in_its_own_system():
    assert codings.condition("icd10cm", "38341003") is None
    assert codings.condition("snomed", "I10") is None
    assert codings.condition("", "38341003") is None
    assert codings.observation("snomed", "2160-0") is None


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://snomed.info/sct", "snomed"),
        ("http://snomed.info/sct|http://snomed.info/sct/32506021000036107", "snomed"),
        ("http://loinc.org/", "loinc"),
        ("urn:oid:2.16.840.1.113883.6.90", "icd10cm"),
        ("http://hl7.org/fhir/sid/icd-10", ""),
        ("", ""),
    ],
)
def test_systems(url, name):
    assert codings.system(url) == name


@pytest.mark.parametrize(
    ("question", "code", "word"),
    [
        ("smoking", "8517006", "former"),
        ("smoking", "1", ""),
        ("pregnancy", "60001007", "no"),
        ("no_known_allergy", "716186003", "any"),
    ],
)
def test_answers(question, code, word):
    assert codings.answer(question, code) == word
