"""Who it is: names, birth date, sex at birth, death. Nothing is guessed."""

import pytest

from tests.exchange.bundles import bundle, condition, observation, patient, read, whys

BIRTH_SEX = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"


def person(**changes):
    return read(bundle(who=patient(**changes)))


def birth_sex(code: str) -> list[dict]:
    return [{"url": BIRTH_SEX, "valueCode": code}]


def test_name_phone_and_mail():
    names = [
        {"use": "maiden", "family": "Old"},
        {"use": "official", "family": "Byron", "given": ["Ada", "Augusta"]},
    ]
    contacts = [
        {"system": "phone", "value": "555-1", "use": "home"},
        {"system": "phone", "value": "555-2", "use": "mobile"},
        {"system": "email", "value": "ada@example.org"},
        {"system": "phone", "value": "555-0", "use": "old"},
    ]
    found = person(name=names, telecom=contacts).person
    assert (found["given_name"], found["family_name"]) == ("Ada Augusta", "Byron")
    assert (found["phone"], found["email"]) == ("555-2", "ada@example.org")


def test_a_patient_without_a_name_is_read():
    proposal = person(name=None)
    assert (proposal.person["given_name"], proposal.person["family_name"]) == ("", "")


@pytest.mark.parametrize("born", [None, "1980", "1980-05"])
def test_no_full_birth_date_must_be_typed(born):
    proposal = person(birthDate=born)
    assert proposal.person["birth_date"] is None
    assert proposal.blocked == [
        "The birth date is missing: type it before this person can be registered."
    ]
    assert "Ask for it and type it." in whys(proposal)
    assert not proposal.died


@pytest.mark.parametrize("born", ["2026-11-25", "1906-11-01"])
def test_an_impossible_birth_date_must_be_typed(born):
    proposal = person(birthDate=born)
    assert proposal.person["birth_date"] is None
    assert f"Birth date {born} | This date is not possible." in whys(proposal)


def test_a_birth_date_of_the_wrong_type_is_left_out_and_must_be_typed():
    proposal = person(birthDate={"year": 1980})
    assert proposal.person["family_name"] == "Byron"
    assert proposal.person["birth_date"] is None
    assert "/entry/0/resource/birthDate" in whys(proposal)


@pytest.mark.parametrize(
    ("gender", "extension", "sex"),
    [
        ("female", None, "female"),
        ("male", None, "male"),
        ("other", None, "other"),
        ("other", birth_sex("F"), "female"),
        ("female", birth_sex("M"), "male"),
        ("unknown", birth_sex("M"), "male"),
        ("female", birth_sex("UNK"), "female"),
        (None, birth_sex("F"), "female"),
    ],
)
def test_sex_at_birth_goes_before_gender(gender, extension, sex):
    proposal = person(gender=gender, extension=extension)
    assert proposal.person["sex"] == proposal.intake["person"]["sex"] == sex


@pytest.mark.parametrize("gender", [None, "unknown"])
def test_an_unknown_sex_must_be_typed(gender):
    proposal = person(gender=gender)
    assert proposal.person["sex"] is None
    assert "sex" not in proposal.intake["person"]
    assert "Ask for the sex at birth and type it." in whys(proposal)


def test_both_are_shown_where_they_differ():
    rows = {
        row.label: row.value for row in person(gender="female", extension=birth_sex("M")).understood
    }
    assert rows["Sex"] == "male (sex at birth; gender in the record: female)"


@pytest.mark.parametrize(
    ("death", "on"),
    [
        ({"deceasedDateTime": "2025-02-03T10:00:00Z"}, "2025-02-03"),
        ({"deceasedBoolean": True}, None),
        ({"deceasedDateTime": "2025"}, None),
        ({"deceasedDateTime": "last winter"}, None),
        ({"deceasedDateTime": 20250203}, None),
    ],
)
def test_a_death_forbids_a_plan_even_where_it_is_badly_written(death, on):
    proposal = person(**death)
    assert proposal.died
    assert proposal.person["deceased_on"] == on
    assert any(
        "died" in sentence and "no plan can be started" in sentence for sentence in proposal.blocked
    )


def test_alive_is_not_blocked():
    proposal = person(deceasedBoolean=False)
    assert proposal.blocked == []
    assert not proposal.died


def test_an_entry_about_somebody_else_is_not_used():
    father = {"reference": "Patient/bob"}
    proposal = read(
        bundle(condition("38341003", subject=father), condition("13645005", subject=father))
    )
    assert "conditions" not in proposal.intake
    assert "Condition: 2 entries not read | They are about somebody else" in whys(proposal)


def test_a_measurement_on_an_unborn_child_is_not_used():
    proposal = read(bundle(observation("8867-4", 140, "/min", focus=[{"reference": "#child"}])))
    assert "vitals" not in proposal.intake
    assert "such as an unborn child" in whys(proposal)


@pytest.mark.parametrize(
    "reference",
    [
        "Patient/ada",
        "https://clinic.example/fhir/Patient/ada",
        "Patient/ada/_history/3",
        "Patient?identifier=urn:mrn|7",
    ],
)
def test_ways_to_point_at_the_person(reference):
    who = patient(identifier=[{"system": "urn:mrn", "value": "7"}])
    proposal = read(bundle(condition("38341003", subject={"reference": reference}), who=who))
    assert proposal.intake["conditions"] == ["hypertension"]


def test_control_characters_do_not_get_through():
    proposal = person(name=[{"family": "By\u0000ron\u200b", "given": ["A\nda"]}])
    assert (proposal.person["given_name"], proposal.person["family_name"]) == ("A da", "Byron")
