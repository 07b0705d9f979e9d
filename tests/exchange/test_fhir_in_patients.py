"""Whole records: what the two main patients become, and the ones that must not be registered as they are."""

from tests.exchange.bundles import read, used, whys


def test_low_back_pain_with_ibuprofen_and_a_high_creatinine():
    proposal = read("p21")
    assert proposal.person["family_name"] == "Gleason633"
    assert proposal.intake["person"]["sex"] == "male"
    assert proposal.intake["person"]["weight_kg"] == 82.2
    assert proposal.intake["person"]["weight_on"] == "2021-02-06"
    assert proposal.intake["episode"] == {"onset": "2014-02-03"}
    assert proposal.intake["conditions"] == ["cancer_current"]
    assert [line["drug"] for line in proposal.intake["medications"]] == ["simvastatin", "ibuprofen"]
    assert proposal.intake["labs"]["creatinine_mg_dl"] == 2.674
    assert proposal.intake["labs"]["creatinine_on"] == "2020-11-22"
    assert proposal.intake["vitals"]["systolic"] == 129
    assert proposal.intake["vitals"]["diastolic"] == 84
    assert proposal.blocked == []


def test_the_ibuprofen_line_says_what_the_record_says():
    ibuprofen = read("p21").intake["medications"][1]
    assert ibuprofen == {
        "drug": "ibuprofen",
        "rxnorm": "206905",
        "dose_mg": 400,
        "as_needed": True,
        "route": "oral",
        "since": "2021-02-06",
    }


def test_creatinine_and_egfr_that_contradict_each_other_are_both_kept_and_shown():
    proposal = read("p21")
    (conflict,) = proposal.conflicts
    assert "contradict" in conflict.sentence
    assert [row.used_for for row in conflict.values] == ["/labs/creatinine_mg_dl", "/labs/egfr"]
    assert {row.date for row in conflict.values} == {"2020-11-22"}
    assert proposal.intake["labs"]["egfr"] == 79.5


def test_old_values_are_prefilled_with_their_date_and_listed_as_stale():
    stale = {row.pointer: (row.date, row.good_until) for row in read("p21").stale}
    assert stale["/labs/creatinine_mg_dl"] == ("2020-11-22", "2021-02-22")
    assert stale["/vitals/systolic"] == ("2021-02-06", "2021-05-06")
    assert stale["/person/weight_kg"] == ("2021-02-06", "2021-08-06")
    assert stale["/medications/1"] == ("2021-02-06", "2023-02-06")
    assert "/medications_on" in stale


def test_an_old_pain_score_is_shown_and_not_prefilled():
    proposal = read("p21")
    assert "pain" not in proposal.intake["episode"]
    assert "/episode/pain/now" in {row.pointer for row in proposal.stale}


def test_kidney_disease_with_diabetes():
    proposal = read("p07")
    assert proposal.intake["conditions"] == ["hypertension", "diabetes"]
    assert [line["drug"] for line in proposal.intake["medications"]] == [
        "hydrochlorothiazide",
        "metformin",
        "insulin",
    ]
    assert proposal.intake["labs"]["egfr"] == 41.6
    assert proposal.conflicts == []
    assert "episode" not in proposal.intake


def test_kidney_disease_of_stage_1_and_2_is_understood_and_is_not_stage_3():
    proposal = read("p07")
    stages = [
        row for row in proposal.understood if row.label.startswith("Chronic kidney disease stage")
    ]
    assert len(stages) == 2
    assert {row.used_for for row in stages} == {""}
    assert "ckd_3" not in proposal.intake["conditions"]


def test_a_record_without_a_birth_date_is_read_and_cannot_be_registered_yet():
    proposal = read("p16")
    assert proposal.person["birth_date"] is None
    assert "birth_date" not in proposal.intake["person"]
    assert proposal.blocked == [
        "The birth date is missing: type it before this person can be registered."
    ]
    assert "/entry/0/resource/birthDate" in whys(proposal)


def test_a_snomed_code_under_the_name_of_icd_is_not_taken():
    proposal = read("p16")
    assert "episode" not in proposal.intake
    assert "278860009 is a SNOMED CT code under the name of another system" in whys(proposal)


def test_a_person_who_died_gets_no_plan():
    proposal = read("p05")
    assert proposal.person["deceased_on"] == "2020-02-29"
    assert proposal.blocked == [
        "The record says that this person died on 2020-02-29: no plan can be started."
    ]


def test_a_misspelt_name_is_kept_as_written_and_reported():
    proposal = read("p05")
    assert "Simvistatin 10 MG" in [line["drug"] for line in proposal.intake["medications"]]
    assert "Simvistatin 10 MG | Name not recognised" in whys(proposal)


def test_a_document_bundle_with_no_known_allergy():
    proposal = read("p18")
    assert proposal.allergies_known == "none"
    assert proposal.intake["allergies"] == []
    assert proposal.intake["conditions"] == ["diabetes", "hypertension", "copd"]


def test_two_medicines_in_one_name_are_both_kept():
    drugs = [line["drug"] for line in read("p18").intake["medications"]]
    assert "ezetimibe / rosuvastatin" in drugs


def test_a_record_silent_on_allergies_leaves_them_unknown():
    proposal = read("p21")
    assert proposal.allergies_known == "unknown"
    assert "allergies" not in proposal.intake


def test_a_medicine_with_a_badly_written_category_is_kept():
    proposal = read("p13")
    assert [line["drug"] for line in proposal.intake["medications"]] == ["oxycodone", "clonazepam"]
    assert "/category | MedicationRequest: category" in whys(proposal)


def test_two_in_three_days_is_left_to_a_human():
    proposal = read("p13")
    assert "times_a_day" not in proposal.intake["medications"][0]
    assert "2 times every 3 days, which is not a usual rhythm" in whys(proposal)


def test_words_without_codes_tick_nothing_and_point_at_the_cancer_question():
    proposal = read("p19")
    assert "conditions" not in proposal.intake
    assert "My prostate cancer has come back and spread to my bones" in whys(proposal)
    assert "It mentions cancer: ask the red-flag question about cancer first." in whys(proposal)
    assert "Bad pain in my back and stomach" in whys(proposal)
    assert proposal.person["sex"] == "other"


def test_migraine_is_no_back_pain():
    proposal = read("p02")
    assert used(proposal)["/episode/onset"].startswith("active")
    assert proposal.intake["episode"]["onset"] == "1991-12-07"
    migraine = [row for row in proposal.understood if "migraine" in row.label]
    assert [row.used_for for row in migraine] == [""]


def test_numbers_of_identity_papers_are_not_taken_over():
    proposal = read("p21")
    assert all("ssn" not in row["system"] for row in proposal.person["identifiers"])
    assert len(proposal.person["identifiers"]) == 2
