"""Conditions by code: what is ticked, what is only asked, what gives the onset."""

import pytest

from tests.exchange.bundles import ICD10CM, SNOMED, bundle, concept, condition, read, used, whys


def conditions(*rows):
    return read(bundle(*rows)).intake.get("conditions", [])


@pytest.mark.parametrize(
    ("system", "code", "ours"),
    [
        (SNOMED, "64859006", ["osteoporosis"]),
        (SNOMED, "443165006", ["fragility_fracture"]),
        (SNOMED, "18347007", ["spinal_stenosis"]),
        (SNOMED, "203082005", ["fibromyalgia"]),
        (SNOMED, "433144002", ["ckd_3"]),
        (SNOMED, "433146000", ["ckd_4_or_5"]),
        (SNOMED, "431855005", []),
        (SNOMED, "709044004", []),
        (SNOMED, "127013003", ["diabetes"]),
        (SNOMED, "49436004", ["arrhythmia_or_heart_block"]),
        (SNOMED, "254837009", ["cancer_current"]),
        (SNOMED, "124171000119105", []),
        (ICD10CM, "I10", ["hypertension"]),
        (ICD10CM, "E11.22", ["diabetes"]),
        (ICD10CM, "e1122", ["diabetes"]),
        (ICD10CM, "N18.31", ["ckd_3"]),
        (ICD10CM, "N18.4", ["ckd_4_or_5"]),
        (ICD10CM, "N18.9", []),
        (ICD10CM, "M48.061", ["spinal_stenosis"]),
        (ICD10CM, "M48.02", []),
        (ICD10CM, "M80.08XA", ["fragility_fracture"]),
        (ICD10CM, "K27.9", ["peptic_ulcer_active"]),
        (ICD10CM, "Z87.11", ["peptic_ulcer_past"]),
        (ICD10CM, "H40.20X0", ["narrow_angle_glaucoma"]),
        (ICD10CM, "Z95.810", ["implanted_defibrillator"]),
        (ICD10CM, "Z95.0", ["pacemaker"]),
        (ICD10CM, "C79.51", ["cancer_current"]),
        (ICD10CM, "Z85.3", []),
        ("http://hl7.org/fhir/sid/icd-10", "I10", []),
    ],
)
def test_codes(system, code, ours):
    assert conditions(condition(code, system=system)) == ours


def test_a_name_alone_ticks_nothing():
    proposal = read(bundle(condition(text="Hypertension")))
    assert "conditions" not in proposal.intake
    assert "Hypertension | There are only words and no code, so nothing was ticked." in whys(
        proposal
    )


def test_an_unknown_code_is_reported_with_its_path():
    proposal = read(bundle(condition("1234567", text="Rare thing")))
    assert (
        "/entry/1/resource/code | Rare thing | The code 1234567 is not one that the import knows."
        in whys(proposal)
    )


def test_the_first_known_of_several_codes_counts():
    both = concept(text="High blood pressure")
    both["coding"] = [
        {"system": "urn:local", "code": "HBP"},
        {"system": SNOMED, "code": "38341003"},
    ]
    assert conditions(condition() | {"code": both}) == ["hypertension"]


@pytest.mark.parametrize("status", ["resolved", "inactive", "remission"])
def test_a_resolved_condition_is_not_ticked(status):
    proposal = read(bundle(condition("38341003", status=status)))
    assert "conditions" not in proposal.intake
    assert (
        "1 not carried over"
        in {row.label: row.value for row in proposal.understood}["Past conditions"]
    )


def test_an_end_date_is_an_end():
    assert conditions(condition("38341003", status="", abatementDateTime="2020-01-01")) == []


@pytest.mark.parametrize(
    ("code", "ours"),
    [
        ("443165006", ["fragility_fracture"]),
        ("230690007", ["stroke"]),
        ("13200003", ["peptic_ulcer_past"]),
        ("74474003", ["gi_bleed_ever"]),
        ("22298006", ["coronary_artery_disease"]),
        ("254837009", []),
        ("195967001", []),
    ],
)
def test_what_a_resolved_one_still_means(code, ours):
    assert conditions(condition(code, status="resolved", onsetDateTime="2001-01-01")) == ours


def test_past_cancer_is_asked_and_never_filled_in():
    proposal = read(bundle(condition("254837009", status="resolved", text="Breast cancer")))
    row = next(row for row in proposal.understood if row.label == "Breast cancer")
    assert row.value == "in the past. Ask the red-flag question about cancer: there was one."
    assert row.used_for == ""
    assert "red_flags" not in proposal.intake


@pytest.mark.parametrize(
    ("code", "onset", "ours"),
    [
        ("22298006", "2026-08-01", ["coronary_artery_disease", "mi_under_6_months"]),
        ("22298006", "2026-04-01", ["coronary_artery_disease"]),
        ("230690007", "2026-10-01", ["stroke", "stroke_under_6_months"]),
        ("232717009", "2026-10-01", ["coronary_artery_disease", "cabg_under_3_months"]),
        ("232717009", "2026-05-01", ["coronary_artery_disease"]),
    ],
)
def test_recent_events(code, onset, ours):
    assert conditions(condition(code, onsetDateTime=onset)) == ours


def test_a_missing_status_counts_as_active_and_says_so():
    proposal = read(bundle(condition("38341003", status="", text="Hypertension")))
    assert proposal.intake["conditions"] == ["hypertension"]
    assert used(proposal)["/conditions"] == "active, status not given"


@pytest.mark.parametrize("doubt", ["refuted", "entered-in-error"])
def test_what_the_record_takes_back(doubt):
    proposal = read(
        bundle(condition("38341003", text="Hypertension", verificationStatus=concept(doubt)))
    )
    assert "conditions" not in proposal.intake
    assert "1 entry marked as wrong: Hypertension" in whys(proposal)


def test_a_suspicion_is_shown_and_not_ticked():
    proposal = read(
        bundle(
            condition("38341003", text="Hypertension", verificationStatus=concept("provisional"))
        )
    )
    assert "conditions" not in proposal.intake
    assert "Hypertension | Not confirmed in the record." in whys(proposal)


def test_the_earliest_back_pain_gives_the_onset():
    proposal = read(
        bundle(
            condition("278860009", onsetDateTime="2019-03-04T10:00:00+02:00"),
            condition("M54.5", system=ICD10CM, onsetDateTime="2016-01-02"),
            condition("82423001", onsetDateTime="1999-01-01"),
        )
    )
    assert proposal.intake["episode"]["onset"] == "2016-01-02"


def test_chronic_pain_without_a_site_gives_it_only_alone():
    proposal = read(bundle(condition("82423001", onsetDateTime="1999-01-01")))
    assert proposal.intake["episode"]["onset"] == "1999-01-01"
    assert "Ask whether this is the back pain." in used(proposal)["/episode/onset"]


@pytest.mark.parametrize("code", ["124171000119105", "735935009", "1121000119107"])
def test_migraine_cancer_pain_and_neck_pain_give_no_onset(code):
    assert "episode" not in read(bundle(condition(code, onsetDateTime="2019-01-01"))).intake


def test_an_onset_in_the_future_is_reported():
    proposal = read(bundle(condition("278860009", onsetDateTime="2027-01-01")))
    assert "episode" not in proposal.intake
    assert "lies in the future" in whys(proposal)


def test_a_year_alone_is_no_onset():
    proposal = read(bundle(condition("278860009", text="Low back pain", onsetDateTime="2014")))
    assert "episode" not in proposal.intake
    rows = {row.label: row.value for row in proposal.understood}
    assert rows["Low back pain"] == "active, since 2014: ask for the day"


def test_resolved_back_pain_gives_no_onset():
    assert (
        "episode"
        not in read(
            bundle(condition("278860009", status="resolved", onsetDateTime="2014-01-01"))
        ).intake
    )


def test_facts_about_work_and_home_are_one_row():
    proposal = read(
        bundle(
            condition("160903007"),
            condition("224299000"),
            condition("422650009", status="resolved"),
        )
    )
    assert {row.label: row.value for row in proposal.understood}[
        "Work, school and home"
    ] == "3 entries, not carried over"
    assert proposal.not_understood == []


def test_obesity_is_a_contributing_factor():
    assert read(bundle(condition("162864005"))).intake["episode"] == {"factors": ["excess_weight"]}


@pytest.mark.parametrize(
    ("onset", "pregnant"), [("2026-06-01", "yes"), ("2020-06-01", None), (None, None)]
)
def test_a_pregnancy_counts_while_it_can_last(onset, pregnant):
    row = condition("77386006", **({"onsetDateTime": onset} if onset else {}))
    person = read(bundle(row)).intake["person"]
    assert person.get("pregnant") == pregnant
    assert person.get("pregnant_on") == (onset if pregnant else None)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("Prostate carcinoma, treated", "It mentions cancer"),
        ("Sore lumbar spine", "It mentions the back"),
        ("It has come back", None),
        ("Feeling tired", None),
    ],
)
def test_hints_from_words(words, hint):
    text = whys(read(bundle(condition(text=words))))
    assert (hint in text) if hint else ("It mentions" not in text)


def test_red_flags_are_never_filled_in():
    codes = (
        "192970008",
        "202756004",
        "267024001",
        "386661006",
        "26544005",
        "6471006",
        "234532001",
        "233985008",
    )
    proposal = read(bundle(*(condition(code) for code in codes)))
    assert "red_flags" not in proposal.intake
    asked = [row.value for row in proposal.understood if "red-flag question" in row.value]
    assert len(asked) == len(codes)
