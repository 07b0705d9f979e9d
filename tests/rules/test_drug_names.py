"""Names are matched whole; an unknown part makes the whole unknown."""

import pytest

from careplan.rules.book import book

IDENTITY = {
    "Advil": ["ibuprofen"],
    "ibuprofen 400 mg": ["ibuprofen"],
    "Ibuprofen 400 MG Oral Tablet": ["ibuprofen"],
    "naproxen sodium 220mg": ["naproxen"],
    "  Aleve ": ["naproxen"],
    "paracetamol": ["acetaminophen"],
    "Tylenol": ["acetaminophen"],
    "lisinopril/hydrochlorothiazide": ["hydrochlorothiazide", "lisinopril"],
    "amlodipine + valsartan": ["amlodipine", "valsartan"],
    "oxycodone and acetaminophen": ["acetaminophen", "oxycodone"],
    "Acetaminophen 325 MG / Hydrocodone Bitartrate 7.5 MG Oral Tablet": ["acetaminophen", "hydrocodone"],
    "hydrocodone-acetaminophen": ["acetaminophen", "hydrocodone"],
    "co-codamol 30/500": ["acetaminophen", "codeine"],
    "St John’s Wort": ["st john's wort"],
    "fentanyl 25 mcg/h patch": ["fentanyl"],
    "insulin glargine 100 units/ml": ["insulin"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "wanted"), IDENTITY.items())
def test_known_names(name, wanted):
    assert list(book().drugs.ingredients_of(name)) == wanted


@pytest.mark.parametrize(
    "name",
    [
        "", " ", "1", "400 mg", "Zzyzxol", "not ibuprofen", "ibuprofen zzyzxol",
        "ibuprofen and zzyzxol", "ibuprofen 400 mg warfarin 5 mg", "<b>ibuprofen</b>",
        "ibuprofenum", "x" * 80,
    ],
)  # fmt: skip
def test_unknown_names(name):
    assert book().drugs.ingredients_of(name) == ()


@pytest.mark.parametrize(
    ("ingredient", "code"),
    [
        ("celecoxib", "nsaid"), ("aspirin", "antiplatelet_any"), ("sacubitril", "ace_or_arb"),
        ("chlorthalidone", "diuretic"), ("edoxaban", "anticoagulant"), ("vortioxetine", "serotonergic"),
        ("rasagiline", "maoi"), ("linezolid", "maoi"), ("zopiclone", "cns_depressant"),
        ("pregabalin", "gabapentinoid"), ("pregabalin", "cns_active"), ("tacrolimus", "level_drug"),
        ("tramadol", "opioid"), ("tramadol", "serotonergic"), ("methadone", "opioid"),
        ("dapagliflozin", "sglt2"), ("atenolol", "antihypertensive"),
    ],
)  # fmt: skip
def test_classes(ingredient, code):
    assert code in book().drugs.classes_of(ingredient)


@pytest.mark.parametrize(
    ("ingredient", "code"),
    [
        ("aspirin", "nsaid"),
        ("acetaminophen", "nsaid"),
        ("fluoxetine", "maoi"),
        ("metformin", "sglt2"),
    ],
)
def test_not_in_a_class(ingredient, code):
    assert code not in book().drugs.classes_of(ingredient)


def test_rxnorm_codes_name_ingredients():
    assert book().drugs.by_rxnorm("5640") == "ibuprofen"
    assert book().drugs.by_rxnorm("0") is None


def test_every_member_of_every_class_is_a_known_name():
    drugs = book().drugs
    for members in drugs.members.values():
        for member in members:
            assert drugs.ingredients_of(member), member
