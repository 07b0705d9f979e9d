"""Who and which pain, a second time: severity, what is due, and each feature alone (section 1)."""

from itertools import combinations

import pytest

from careplan.rules import assess
from careplan.rules.book import book
from tests.rules.building import REMOVED, finding, intake
from tests.rules.rows import have, said_of, severity_of, truth, yes

M = ("worse_bending_lifting", "stiff_after_sitting", "eased_by_gentle_movement")
M += ("varies_with_posture", "hard_to_hold_one_position", "muscle_spasm")
N = ("burning", "tingling", "electric_shooting", "numb_area")
LEGS = ("leg_pain_below_knee", "leg_worse_than_back")
SIGNS = ("slr_positive", "crossed_slr_positive", "dermatomal_sensory_loss", "reflex_asymmetry")
PLACES = ("leg_pain_below_knee", "dermatomal_pain_map")
EXPERTS = ("insidious_onset", "better_with_exercise", "no_better_with_rest")
EXPERTS += ("night_pain_eases_on_rising",)
REFERRAL = (
    "wakes_second_half_of_night",
    "buttock_pain",
    "better_within_48h_of_nsaid",
    "relative_with_spondyloarthritis",
    "arthritis",
    "enthesitis",
    "psoriasis",
)
HALF = "/episode/features/pain_half_the_days_for_6_months"
RHEUMATOLOGY = "rheumatology_referral 2026-11-29 therapist"
HLA = "hla_b27_request 2026-12-06 prescriber"


def born(day):
    return {"/person/birth_date": day}


def began(day):
    return {"/episode/onset": day}


def at(age):
    return {"/episode/first_onset_age": age}


def only(*features, **more):
    """These features are yes and no other was told."""
    return {"/episode/features": dict.fromkeys(features, "yes"), **more}


RECENT = began("2026-08-31")  # 83 days
# rule, what holds, severity, where to, what is due, whether the patient is told
ROWS = [
    ("CL-01", born("2008-11-23"), "stop", ["medical_evaluation"], set(), True),
    ("CL-02", {}, "info", [], set(), False),
    ("CL-04", {**RECENT, HALF: "no"}, "info", [], {"reclassify 2026-11-23 therapist"}, True),
    (
        "CL-04",
        {**began("2026-10-26"), HALF: "no"},
        "info",
        [],
        {"reclassify 2027-01-18 therapist"},
        True,
    ),
    ("CL-04", RECENT, "info", [], {"reclassify 2026-11-23 therapist"}, True),
    ("CL-05", {**RECENT, HALF: "yes"}, "info", [], set(), False),
    ("CL-06", yes("thoracic_main_site"), "caution", [], set(), False),
    ("CL-06", yes("neck_main_site"), "caution", [], set(), False),
    ("CL-07", have("disc_herniation"), "info", [], set(), True),
    ("CL-07", have("disc_degeneration"), "info", [], set(), True),
    ("CL-07", have("facet_osteoarthritis"), "info", [], set(), True),
    ("CL-10", {}, "info", [], set(), True),
    ("CL-11", {}, "info", [], set(), False),
    *(("CL-20", only(one), "info", [], set(), False) for one in (*N, *LEGS)),
    *(("CL-21", only(one), "info", [], set(), False) for one in SIGNS),
    ("CL-22", yes(*N[:2], PLACES[0]), "info", ["medical_evaluation"], set(), True),
    ("CL-22", yes(*N[:2], PLACES[0], SIGNS[2]), "info", ["medical_evaluation"], set(), True),
    (
        "CL-22",
        yes(*N[:2], PLACES[0], SIGNS[2], "confirmatory_test_positive"),
        "info",
        ["medical_evaluation"],
        set(),
        True,
    ),
    ("CL-23", yes("leg_symptoms_walking_eased_sitting"), "info", [], set(), True),
    (
        "CL-24",
        yes(*N[:2], PLACES[0]),
        "info",
        ["medical_evaluation"],
        {"medical_evaluation 2026-12-06 therapist"},
        True,
    ),
    ("CL-30", {**yes("discomfort_unrelated_to_activity"), **at(44)}, "info", [], set(), False),
    ("CL-31", {**only(*EXPERTS), **at(50)}, "caution", ["rheumatology"], set(), True),
    ("CL-33", {**only(*REFERRAL[:4]), **at(44)}, "caution", ["rheumatology"], {RHEUMATOLOGY}, True),
    ("CL-33", {**only(*REFERRAL[:3]), **at(44)}, "info", ["prescriber"], {HLA}, True),
    ("CL-34", have("axial_spondyloarthritis"), "caution", ["rheumatology"], set(), True),
    ("CL-41", yes("widespread_pain"), "caution", [], set(), True),
    ("CL-41", have("fibromyalgia"), "caution", [], set(), True),
]


@pytest.mark.parametrize(("rule", "changes", "severity", "refer", "due", "told"), ROWS)
def test_each_row_leads_where_the_specification_says(rule, changes, severity, refer, due, told):
    found = assess(intake(changes))
    assert said_of(found, rule) == (severity, due, told)
    assert found["refer"] == refer


def test_every_rule_of_pain_has_its_row():
    named = {rule.id for rule in book().rules.values() if rule.file == "pain_types"}
    assert named == {row[0] for row in ROWS}


def fires(rule, changes):
    return severity_of(assess(intake(changes)), rule) is not None


@pytest.mark.parametrize(
    ("day", "rules"), [("2008-11-22", {"CL-02"}), ("2008-11-23", {"CL-01", "CL-02"})]
)
def test_eighteen_years(day, rules):
    changes = {**born(day), **began("2020-01-01")}
    assert {one for one in ("CL-01", "CL-02") if fires(one, changes)} == rules


@pytest.mark.parametrize(
    ("onset", "half", "words"),
    [
        ("2026-08-30", "no", None),  # 84 days
        ("2026-08-31", "no", "subacute"),
        ("2026-10-25", "no", "subacute"),  # 28
        ("2026-10-26", "no", " acute."),  # 27
        ("2026-10-26", "unknown", "Ask whether"),
        ("2026-08-31", "unknown", "Ask whether"),
        ("2026-08-30", "unknown", None),
        ("2026-10-26", "yes", None),
    ],
)
def test_chronic_subacute_and_acute(onset, half, words):
    found = assess(intake({**began(onset), HALF: half}))
    rules = {f["rule"] for f in found["findings"]}
    chronic = onset == "2026-08-30"
    assert ("CL-02" in rules, "CL-04" in rules) == (chronic, words is not None)
    assert ("CL-05" in rules) == (half == "yes" and not chronic)
    assert found["disposition"] == ("not_chronic" if words else "plan")
    assert words is None or words in finding(found, "CL-04")["message"]


def test_episodes_that_add_up_are_asked_for_only_while_the_pain_is_new():
    assert not fires("CL-05", {HALF: "yes", **began("2026-08-30")})
    assert fires("CL-05", {HALF: "yes", **began("2026-08-31")})


@pytest.mark.parametrize(
    ("walking", "fires_now"), [("no", True), ("yes", False), ("unknown", False)]
)
def test_a_narrow_canal_without_its_symptoms_is_a_scan(walking, fires_now):
    changes = {"/episode/features/leg_symptoms_walking_eased_sitting": walking}
    assert fires("CL-07", {**have("spinal_stenosis"), **changes}) == fires_now
    assert not fires("CL-07", changes)


# Mechanical ----------------------------------------------------------------------------------


@pytest.mark.parametrize("pair", list(combinations(M, 2)))
def test_any_two_mechanical_features_are_enough(pair):
    assert truth("is.mechanical_pattern", only(*pair)) is True


@pytest.mark.parametrize("one", M)
def test_one_mechanical_feature_is_not_enough(one):
    others = {f"/episode/features/{code}": "no" for code in M if code != one}
    assert truth("is.mechanical_pattern", {**only(one), **others}) is False
    assert truth("is.mechanical_pattern", only(one)) is None


def test_nerve_pain_takes_the_weight_off_a_mechanical_plan():
    nerve = yes(*N[:2], PLACES[0])
    assert fires("CL-11", {}) and fires("CL-10", nerve) and not fires("CL-11", nerve)
    assert not fires("CL-11", only("muscle_spasm"))
    assert not fires("CL-10", only("muscle_spasm"))
    calm = {f"/episode/features/{code}": "no" for code in N}
    assert not fires("CL-11", {**only("muscle_spasm"), **calm})
    assert fires("CL-11", {**only("muscle_spasm", "stiff_after_sitting"), **calm})


# Nerve ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("pair", list(combinations(N, 2)))
def test_two_nerve_symptoms_in_a_place_of_a_nerve_are_possible(pair, place):
    found = assess(intake(only(*pair, place)))
    assert found["neuropathic_grade"] == "possible"
    assert "neuropathic" in found["pain_types"]


@pytest.mark.parametrize("features", [(N[0], PLACES[0]), N, (*N, "leg_worse_than_back")])
def test_one_symptom_or_no_place_is_no_nerve_pain(features):
    found = assess(intake(only(*features)))
    assert found["neuropathic_grade"] == "none"
    assert not {"CL-22", "CL-24"} & {f["rule"] for f in found["findings"]}


@pytest.mark.parametrize(
    ("more", "grade", "word"),
    [
        ((), "possible", "possible"),
        (("dermatomal_sensory_loss",), "probable", "probable"),
        (("confirmatory_test_positive",), "possible", "possible"),
        (("dermatomal_sensory_loss", "confirmatory_test_positive"), "definite", "definite"),
        (("reflex_asymmetry", "slr_positive"), "possible", "possible"),
    ],
)
def test_the_grade_of_nerve_pain(more, grade, word):
    found = assess(intake(only(*N[:2], PLACES[0], *more)))
    assert found["neuropathic_grade"] == grade
    assert f"is {word}" in finding(found, "CL-22")["message"]
    without = only(N[0], *more)
    assert truth(f"is.neuropathic_{grade}", without) is not True


def test_without_a_symptom_or_a_sign_nothing_is_said_of_nerves():
    found = assess(intake(only("stiff_after_sitting", "muscle_spasm")))
    assert not {"CL-20", "CL-21", "CL-23"} & {f["rule"] for f in found["findings"]}
    weak = assess(intake(only("myotome_weakness")))
    assert severity_of(weak, "CL-21") == "info"


# Inflammatory --------------------------------------------------------------------------------

SEED = ("morning_stiffness_eases_with_movement", "discomfort_unrelated_to_activity")


@pytest.mark.parametrize(
    ("features", "age", "asked"),
    [
        (SEED, 60, True),
        (SEED[:1], 44, True),
        (SEED[1:], 44, True),
        (SEED[:1], 45, False),
        (SEED[1:], 45, False),
        ((), 30, False),
    ],
)
def test_two_seed_features_ask_the_whole_set(features, age, asked):
    assert fires("CL-30", {**only(*features), **at(age)}) == asked


@pytest.mark.parametrize("left_out", [None, *EXPERTS])
@pytest.mark.parametrize(("age", "young"), [(39, True), (40, False)])
def test_four_of_the_five_of_the_experts(left_out, age, young):
    kept = [one for one in EXPERTS if one != left_out]
    told = {f"/episode/features/{left_out}": "no"} if left_out else {}
    changes = {**only(*kept), **told, **at(age)}
    assert truth("is.inflammatory_experts", changes) is (len(kept) + young >= 4)
    assert fires("CL-31", changes) == (len(kept) + young >= 4)
    assert not fires("CL-31", {**changes, **began("2026-08-31"), HALF: "yes"})


BETTER = ("better_with_exercise", "eased_by_gentle_movement")
ITEMS = (*REFERRAL, *BETTER)


@pytest.mark.parametrize("number", range(len(ITEMS)))
def test_four_of_nine_refer_and_three_ask_for_a_blood_test(number):
    """Each criterion with its neighbours; better with exercise and eased by movement are one."""
    item = ITEMS[number]
    rest = [one for one in REFERRAL if one != item][:3]
    for count, severity in ((3, "caution"), (2, "info"), (1, None)):
        found = assess(intake({**only(item, *rest[:count]), **at(44)}))
        assert severity_of(found, "CL-33") == severity, (item, count)


def test_four_criteria_refer_by_themselves():
    """CL-34 refers them too; this row must not lean on it."""
    assert [level.refer for level in book().rules["CL-33"].levels] == [
        ("rheumatology",),
        ("prescriber",),
    ]


def test_better_with_exercise_and_eased_by_movement_count_once():
    found = assess(intake({**only(*BETTER, *REFERRAL[:2]), **at(44)}))
    assert severity_of(found, "CL-33") == "info"


@pytest.mark.parametrize(
    ("age", "count", "severity"),
    [
        (34, 3, "caution"),  # the age itself is the fourth
        (35, 3, "info"),
        (34, 2, "info"),
        (35, 2, None),
        (34, 1, None),
        (44, 4, "caution"),
        (45, 4, None),
        (44, 3, "info"),
        (45, 3, None),
        (30, 5, "caution"),
    ],
)
def test_a_start_before_forty_five_and_before_thirty_five(age, count, severity):
    changes = {**only(*REFERRAL[:count]), **at(age)}
    assert severity_of(assess(intake(changes)), "CL-33") == severity
    new = {**changes, **began("2026-08-31"), HALF: "yes"}
    assert severity_of(assess(intake(new)), "CL-33") is None


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({**only(*EXPERTS), **at(50)}, True),
        ({**only(*REFERRAL[:4]), **at(44)}, True),
        (have("axial_spondyloarthritis"), True),
        (have("inflammatory_bowel_disease"), False),
        ({**only(*REFERRAL[:3]), **at(44)}, False),
        ({}, False),
    ],
)
def test_inflammatory_pain_is_shown_by_each_rule(changes, shown):
    found = assess(intake(changes))
    assert ("inflammatory" in found["pain_types"]) == fires("CL-34", changes) == shown


@pytest.mark.parametrize(
    ("changes", "shown"),
    [(yes("widespread_pain"), True), (have("fibromyalgia"), True), (have("depression"), False)],
)
def test_a_sensitive_pain_system(changes, shown):
    found = assess(intake(changes))
    assert ("nociplastic" in found["pain_types"]) == fires("CL-41", changes) == shown
    assert (found["home_plan"]["exercises"][0]["reps"] == 4) == shown  # half of COR-01's 8


def test_an_age_at_the_start_that_nobody_knows_counts_for_nothing():
    old = {**only(*EXPERTS[:3]), "/episode/first_onset_age": REMOVED}
    assert truth("is.inflammatory_experts", old) is None
