"""Units that do not mix, whatever the operator; and the doses and limits that stand in data."""

import itertools
import operator

import pytest

from careplan.rules import facts
from careplan.rules.book import DATA, BadBook, book, load
from careplan.rules.files import parse
from careplan.rules.tables import LIMITS
from careplan.rules.units import (
    Cm,
    Kg,
    KgPerM2,
    LowerOfBoth,
    MgPerDl,
    MlPerMin,
    MlPerMin173,
    Quantity,
    UmolPerL,
    body_mass_index,
    lower_of_both,
    mg_per_dl,
    whole,
)

UNITS = (MgPerDl, UmolPerL, MlPerMin, MlPerMin173, LowerOfBoth, Kg, Cm, KgPerM2)
OPERATORS = (
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.floordiv,
    operator.mod,
    operator.pow,
    divmod,
    operator.lt,
    operator.le,
    operator.gt,
    operator.ge,
    operator.eq,
    operator.ne,
    min,
    max,
)


@pytest.mark.parametrize("operation", OPERATORS)
@pytest.mark.parametrize(("one", "other"), list(itertools.permutations(UNITS, 2)))
def test_two_units_never_mix(one, other, operation):
    with pytest.raises(TypeError) as told:
        operation(one(2.0), other(3.0))
    pairs = ((one, other), (other, one))
    assert str(told.value) in {f"{a.unit} and {b.unit} do not mix." for a, b in pairs}


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize(
    "operation",
    [operator.add, operator.sub, operator.lt, operator.ge, operator.eq, operator.ne, min, max],
)
@pytest.mark.parametrize("bare", [3, 3.0, True])
def test_a_bare_number_has_no_unit(unit, operation, bare):
    for pair in ((unit(2.0), bare), (bare, unit(2.0))):
        with pytest.raises(TypeError) as told:
            operation(*pair)
        assert str(told.value) == f"{unit.unit} and the bare number {bare!r} do not mix."


@pytest.mark.parametrize("unit", UNITS)
def test_one_unit_adds_and_compares(unit):
    assert type(unit(2) + unit(3)) is type(unit(3) - unit(2)) is unit
    assert float(unit(2) + unit(3)) == 5 and float(unit(3) - unit(2)) == 1
    assert unit(2) < unit(3) and unit(3) >= unit(3) and unit(2) == unit(2) and unit(2) != unit(3)
    assert type(unit(6) / unit(3)) is float and unit(6) / unit(3) == 2
    assert 2 * unit(3) == unit(3) * 2 == 6 and type(unit(3) * 2) is float
    assert repr(unit(1.5)) == f"1.5 {unit.unit}"


@pytest.mark.parametrize(("one", "other"), list(itertools.permutations(UNITS, 2)))
def test_a_quantity_is_no_other_quantity(one, other):
    with pytest.raises(TypeError, match="convert it by name"):
        other(one(2))


def test_named_conversions():
    assert mg_per_dl(UmolPerL(88.4)) == MgPerDl(1.0)
    assert round(float(body_mass_index(Kg(70), Cm(168))), 2) == 24.8
    for call, told in (
        (lambda: mg_per_dl(88.4), "Expected µmol/L, got the bare number 88.4."),
        (lambda: mg_per_dl(MgPerDl(1)), "Expected µmol/L, got mg/dL."),
        (lambda: body_mass_index(Cm(168), Kg(70)), "Expected kg, got cm."),
        (lambda: body_mass_index(Kg(70), 168), "Expected cm, got the bare number 168."),
    ):
        with pytest.raises(TypeError) as refused:
            call()
        assert str(refused.value) == told


def test_only_one_function_compares_a_clearance_with_a_rate():
    assert lower_of_both([MlPerMin(50)], [MlPerMin173(44.9)]) == LowerOfBoth(44.9)
    assert lower_of_both([MlPerMin(31), MlPerMin(29)], [MlPerMin173(44)]) == LowerOfBoth(29)
    assert lower_of_both([], [MlPerMin173(44)]) == LowerOfBoth(44)
    assert lower_of_both([], []) is None
    for clearances, rates in (([MlPerMin173(1)], []), ([], [MlPerMin(1)]), ([1.0], []), ([], [1])):
        with pytest.raises(TypeError, match="Expected"):
            lower_of_both(clearances, rates)


@pytest.mark.parametrize(
    ("value", "floor"),
    [(60.0, 60), (59.999, 59), (59.9999999, 59), (59.99999999999999, 60), (15.0, 15), (0.4, 0)],
)
def test_whole_numbers_are_rounded_down_past_the_noise(value, floor):
    assert whole(MlPerMin(value)) == floor


def test_a_quantity_has_its_own_unit():
    assert len({unit.unit for unit in UNITS}) == len(UNITS)
    assert set(Quantity.__subclasses__()) == set(UNITS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("kidney < 30 mL/min (lower of CrCl and eGFR)", "kidney < 30 mL/min"),
        ("kidney < 30 mL/min (lower of CrCl and eGFR)", "kidney < 30 mL/min/1.73 m2"),
        ("kidney < 30 mL/min (lower of CrCl and eGFR)", "kidney < 30"),
        ("kidney < 30 mL/min (lower of CrCl and eGFR)", "crcl < 30 mL/min/1.73 m2"),
        ("kidney < 30 mL/min (lower of CrCl and eGFR)", "egfr < 30 mL/min"),
        ("bmi >= 30 kg/m2", "bmi >= 30 kg"),
        ("days >= 84 days", "days >= 12 weeks"),
    ],
)
def test_the_book_refuses_a_limit_in_another_unit(tmp_path, old, new):
    copied(tmp_path, "definitions.toml", old, new)
    with pytest.raises(BadBook, match=r"is in .*, not in"):
        load(tmp_path)


def copied(folder, name, old, new):
    """A copy of the book with one text of one file changed."""
    for path in DATA.iterdir():
        text = path.read_text("utf-8")
        if path.name == name:
            assert old in text
            text = text.replace(old, new)
        (folder / path.name).write_text(text, "utf-8")


# Limits and doses ---------------------------------------------------------------------------


def test_every_limit_says_what_it_is():
    rows = parse(DATA)["limits"]["limit"]
    assert set(rows) == LIMITS == set(book().limits)
    for name, row in rows.items():
        assert row["what"] and row["row"], name


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("lab = {value = 12,", "lab = {value = 0,", "a number over 0"),
        ("lab = {value = 12,", 'lab = {value = "12",', "a number over 0"),
        ("lab = {value = 12,", "labs = {value = 12,", "no limit 'lab'"),
        ('value = 12, unit = "months"', 'value = 12, unit = "moons"', "not known"),
        ('row = "D-10", confidence = "A"', 'row = "D-10", confidence = "X"', "not known"),
        ('row = "D-10"', 'row = ""', "needs value"),
    ],
)
def test_a_limit_that_is_incomplete_is_refused(tmp_path, old, new, told):
    copied(tmp_path, "limits.toml", old, new)
    with pytest.raises(BadBook, match=f"limits.toml.*{told}"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[[400, 3, ", "[[0, 3, ", "has the step"),
        ("[[400, 3, ", "[[400, 0, ", "has the step"),
        ("[[30, 1, 7]", "[[30, 1, 0]", "has the step"),
        ('drug = "naproxen"', 'drug = "naproxen"\ncondition = "flare"', "no dose where"),
        ('"band = G2"', '"bands = G2"', "bands"),
    ],
)
def test_a_dose_that_cannot_be_is_refused(tmp_path, old, new, told):
    copied(tmp_path, "doses.toml", old, new)
    with pytest.raises(BadBook, match=told):
        load(tmp_path)


def test_no_dose_is_over_its_ceiling():
    ceilings = {"ibuprofen": 1200, "naproxen": 1000, "cyclobenzaprine": 5, "duloxetine": 60}
    for drug, ceiling in ceilings.items():
        for row in book().doses[drug]:
            assert max(mg * times for mg, times, _ in row.steps) <= ceiling
    bands = {row["code"]: row for row in parse(DATA)["doses"]["band"]}
    by_band = zip(("G1", "G1", "G2", "G3"), book().doses["gabapentin"], strict=True)
    for code, row in by_band:
        daily = [mg * times for mg, times, _ in row.steps]
        assert daily == sorted(daily)
        assert daily[-1] <= bands[code]["ceiling_mg"] <= bands[code]["daily_mg"][1]
        assert max(times for _, times, _ in row.steps) <= bands[code]["times"]
    assert bands["G4"]["ceiling_mg"] == 0


def test_facts_come_out_as_plain_numbers_in_the_unit_they_say():
    assert facts.unit("crcl") == MlPerMin.unit
    assert facts.unit("kidney") == LowerOfBoth.unit
    assert facts.unit("egfr") != facts.unit("crcl")
