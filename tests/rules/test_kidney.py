"""Kidney formulas: the test cases of the specification, the band edges, units that do not mix."""

import pytest

from careplan.rules.book import book
from careplan.rules.kidney import (
    ckd_epi_2021,
    cockcroft_gault,
    creatinine_from_egfr,
    dosing_weights,
    gabapentin_band,
    ideal_weight,
)
from careplan.rules.units import (
    Cm,
    Kg,
    KgPerM2,
    MgPerDl,
    MlPerMin,
    MlPerMin173,
    UmolPerL,
    mg_per_dl,
)

BANDS = book().bands


@pytest.mark.parametrize(
    ("sex", "age", "weight", "creatinine", "wanted"),
    [
        ("male", 60, 80, MgPerDl(1.0), 88.9),
        ("female", 75, 60, MgPerDl(1.2), 38.4),
        ("male", 82, 55, MgPerDl(1.8), 24.6),
        ("female", 70, 50, mg_per_dl(UmolPerL(88.4)), 41.3),
    ],
)
def test_clearance_of_the_specifications_cases(sex, age, weight, creatinine, wanted):
    found = cockcroft_gault(age=age, weight=Kg(weight), sex=sex, creatinine=creatinine)
    assert round(found, 1) == wanted


@pytest.mark.parametrize(
    ("sex", "age", "creatinine", "wanted"),
    [  # reckoned with the published calculator of the CKD-EPI 2021 equation, rounded
        ("female", 50, 0.7, 105),
        ("female", 50, 1.4, 46),
        ("male", 50, 0.9, 104),
        ("male", 50, 2.0, 40),
        ("male", 80, 1.2, 61),
    ],
)
def test_egfr_of_known_cases(sex, age, creatinine, wanted):
    assert round(ckd_epi_2021(age=age, sex=sex, creatinine=MgPerDl(creatinine))) == wanted


def test_another_sex_takes_the_lower_result():
    person = {"age": 50, "creatinine": MgPerDl(1.1)}
    rates = {sex: ckd_epi_2021(sex=sex, **person) for sex in ("female", "male", "other")}
    assert rates["other"] == min(rates["female"], rates["male"])
    clear = {sex: cockcroft_gault(weight=Kg(70), sex=sex, **person) for sex in rates}
    assert clear["other"] == min(clear["female"], clear["male"])


@pytest.mark.parametrize(
    ("clearance", "band"),
    [
        (60.0, "G1"), (59.99, "G2"), (31.0, "G2"), (30.99, "G3"), (30.0, "G3"), (29.5, "G3"),
        (16.0, "G3"), (15.99, "G4"), (15.0, "G4"), (0.0, "G4"),
    ],
)  # fmt: skip
def test_band_edges_go_to_the_lower_band(clearance, band):
    assert gabapentin_band(MlPerMin(clearance), BANDS) == band


@pytest.mark.parametrize(
    "call",
    [
        lambda: cockcroft_gault(age=50, weight=Kg(70), sex="male", creatinine=1.0),
        lambda: cockcroft_gault(age=50, weight=Kg(70), sex="male", creatinine=UmolPerL(88)),
        lambda: ckd_epi_2021(age=50, sex="male", creatinine=UmolPerL(88)),
        lambda: gabapentin_band(MlPerMin173(80), BANDS),
        lambda: gabapentin_band(80.0, BANDS),
        lambda: mg_per_dl(MgPerDl(1.0)),
        lambda: creatinine_from_egfr(age=50, sex="male", egfr=MlPerMin(80)),
    ],
)
def test_units_cannot_be_mixed(call):
    with pytest.raises(TypeError, match="Expected"):
        call()


@pytest.mark.parametrize("sex", ["female", "male"])
@pytest.mark.parametrize("age", [18, 60, 95])
@pytest.mark.parametrize("rate", [0.1, 5, 12, 30, 45, 60, 90, 130, 200])
def test_creatinine_worked_back_gives_the_same_egfr(sex, age, rate):
    back = creatinine_from_egfr(age=age, sex=sex, egfr=MlPerMin173(rate))
    assert float(ckd_epi_2021(age=age, sex=sex, creatinine=back)) == pytest.approx(rate)


def test_creatinine_worked_back_for_another_sex_is_the_higher_one():
    found = {
        sex: creatinine_from_egfr(age=60, sex=sex, egfr=MlPerMin173(45))
        for sex in ("female", "male", "other")
    }
    assert found["other"] == found["male"] > found["female"]


def test_an_egfr_of_zero_has_a_creatinine_too():
    back = creatinine_from_egfr(age=60, sex="male", egfr=MlPerMin173(0))
    assert cockcroft_gault(age=60, weight=Kg(80), sex="male", creatinine=back) < MlPerMin(1)


OBESE = KgPerM2(30)


def weights(kg, cm, sex="male"):
    found = dosing_weights(weight=Kg(kg), height=cm and Cm(cm), sex=sex, obese=OBESE)
    return [round(float(weight), 1) for weight in found]


def test_ideal_and_adjusted_weight_from_bmi_30():
    assert round(float(ideal_weight(height=Cm(180), sex="male")), 1) == 75.0
    assert round(float(ideal_weight(height=Cm(160), sex="female")), 1) == 52.4
    assert weights(70, 180) == [70]
    assert weights(120, 180) == [120, 75.0, 93.0]
    assert weights(120, None) == [120]


def test_a_bmi_of_exactly_30_is_obese_and_just_under_is_not():
    assert len(weights(97.2, 180)) == 3  # 97.2 / 1.8 squared is 30.0
    assert len(weights(97.19, 180)) == 1


def test_who_weighs_less_than_the_ideal_is_dosed_by_what_they_weigh():
    assert weights(30, 90, "female") == [30]  # a BMI of 37, and Devine says 45.5 kg
