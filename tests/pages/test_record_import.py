"""Upload a record, look at what was understood, confirm: and every file that cannot be used."""

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from careplan.models import Intake, RecordImport
from patients.models import AuditEvent, CareTeam, Patient
from tests.exchange import bundles
from tests.exchange.bundles import bundle, observation
from tests.exchange.bundles import patient as person

pytestmark = pytest.mark.usefixtures("today")
DATA = Path(bundles.DATA)


@pytest.fixture
def browser(signed_in, therapist):
    return signed_in(therapist)


def at(name, *args) -> str:
    return reverse(name, args=["north", *args])


def upload(browser, content, name="record.json"):
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return browser.post(at("import_record"), {"file": SimpleUploadedFile(name, data)})


def file_of(start: str) -> bytes:
    return next(DATA.glob(f"{start}_*.json")).read_bytes()


def page(answer) -> str:
    return answer.content.decode()


def nothing_is_kept() -> bool:
    return not (RecordImport.objects.exists() or Patient.objects.exists())


def typed(record: RecordImport, **changes) -> dict:
    given = {key: value or "" for key, value in record.proposal["person"].items()}
    return {key: given[key] for key in given if key != "identifiers"} | changes


def test_the_form_says_what_may_be_uploaded(browser):
    answer = browser.get(at("import_record"))
    assert answer.status_code == 200
    assert "at most 5 MB" in page(answer)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<Bundle/>", "not JSON"),
        (b"%PDF-1.7\xff\xfe", "not UTF-8"),
        (b"", "The file is empty"),
        ({"resourceType": "Patient", "id": "a"}, "holds one Patient"),
        ({"resourceType": "Bundle", "entry": []}, "no entries"),
        (bundle(observation("2160-0", 1, "mg/dL"), person()), "holds 2 patients"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_a_sentence(browser, content, sentence):
    answer = upload(browser, content)
    assert answer.status_code == 422
    assert sentence in page(answer)
    assert "Error: Import a record" in page(answer)
    assert nothing_is_kept()


def test_the_place_in_the_file_is_named(browser):
    assert "(at /resourceType)" in page(upload(browser, {"resourceType": "Patient"}))


def test_without_a_file_the_page_says_so(browser):
    answer = browser.post(at("import_record"), {})
    assert answer.status_code == 422
    assert "Choose a file first." in page(answer)


def test_a_huge_file_is_refused_before_it_is_read(browser, monkeypatch):
    def read(self, *args):
        raise AssertionError("the file was read into memory")

    monkeypatch.setattr("django.core.files.uploadedfile.TemporaryUploadedFile.read", read)
    answer = upload(browser, b"[" + b" " * 6_000_000)
    assert answer.status_code == 422
    assert "The file is 6 MB and the limit is 5 MB" in page(answer)
    assert nothing_is_kept()


def test_somebody_who_died_is_refused(browser):
    answer = upload(browser, file_of("p05"))
    assert answer.status_code == 422
    assert "this person died on" in page(answer)
    assert "/entry/0/resource/deceasedDateTime" in page(answer)
    assert nothing_is_kept()


def test_a_read_file_is_kept_until_somebody_confirms_it(browser):
    answer = upload(browser, file_of("p21"))
    record = RecordImport.objects.get()
    assert answer.url == at("import_confirm", record.pk)
    assert not Patient.objects.exists()
    assert AuditEvent.objects.filter(action="record.upload").count() == 1


def test_the_page_shows_what_was_understood_what_not_and_what_is_old(
    browser, django_assert_max_num_queries
):
    answer = upload(browser, file_of("p21"))
    with django_assert_max_num_queries(9):
        shown = page(browser.get(answer.url))
    for words in (
        "2.67 mg/dL (newest of 2)",
        "22\xa0Nov\xa02020",
        "Ibuprofen 400 MG Oral Tablet",
        "Was good until",
        "Creatinine and eGFR contradict each other",
        "Chauncey770",
    ):
        assert words in shown, words


def test_what_was_not_understood_says_where_and_what_to_do(browser):
    answer = upload(browser, file_of("p16"))
    shown = page(browser.get(answer.url))
    assert "/entry/0/resource/birthDate" in shown
    assert "Ask for it and type it" in shown


def test_confirming_registers_and_prefills_without_any_red_flag(browser, therapist):
    answer = upload(browser, file_of("p21"))
    record = RecordImport.objects.get()
    answer = browser.post(answer.url, typed(record, email="chauncey@home.example"))
    patient = Patient.objects.get()
    assert answer.url == at("intake", patient.pk, "red_flags")
    assert (patient.given_name, patient.email) == ("Chauncey770", "chauncey@home.example")
    assert CareTeam.objects.get().user == therapist
    intake = Intake.objects.get()
    assert "red_flags" not in intake.answers
    assert "conditions_complete" not in intake.answers
    assert intake.answers["labs"]["creatinine_mg_dl"] == 2.674
    assert intake.answers["person"]["weight_kg"] == 82.2
    assert intake.answers["vitals"]["on"] == "2021-02-06"
    assert [row["drug"] for row in intake.answers["medications"]] == ["simvastatin", "ibuprofen"]
    assert intake.provenance["/labs/creatinine_mg_dl"] == {
        "from": "record.json",
        "date": "2020-11-22",
    }
    record.refresh_from_db()
    assert record.patient == patient
    assert record.confirmed_at


def test_a_missing_birth_date_must_be_typed(browser):
    answer = upload(browser, file_of("p16"))
    record = RecordImport.objects.get()
    refused = browser.post(answer.url, typed(record))
    assert refused.status_code == 422
    assert not Patient.objects.exists()
    browser.post(answer.url, typed(record, birth_date="1970-02-03"))
    assert Patient.objects.get().birth_date.isoformat() == "1970-02-03"


def two_creatinines() -> dict:
    values = [observation("2160-0", value, "mg/dL", on="2026-11-01") for value in (1.1, 2.4)]
    return bundle(*values)


def test_of_two_creatinines_of_one_day_none_is_chosen_beforehand(browser):
    answer = upload(browser, two_creatinines())
    shown = page(browser.get(answer.url))
    assert "Creatinine: the record gives different values" in shown
    assert shown.count('name="conflict_0"') == 2
    assert "checked" not in shown


@pytest.mark.parametrize(("choice", "kept"), [("1", 2.4), ("", None), ("7", None), ("x", None)])
def test_a_chosen_creatinine_is_taken_and_none_else(browser, choice, kept):
    answer = upload(browser, two_creatinines())
    record = RecordImport.objects.get()
    first, second = [row["value"] for row in record.proposal["conflicts"][0]["values"]]
    kept = kept and float((first, second)[1].split()[0])
    browser.post(answer.url, typed(record, conflict_0=choice))
    labs = Intake.objects.get().answers.get("labs", {})
    assert labs.get("creatinine_mg_dl") == kept
    assert labs.get("creatinine_on") == (kept and "2026-11-01")


def test_unknown_units_are_reported_and_the_rest_goes_on(browser):
    answer = upload(browser, bundle(observation("29463-7", 12, "stone")))
    shown = page(browser.get(answer.url))
    assert "stone" in shown
    browser.post(answer.url, typed(RecordImport.objects.get()))
    assert "weight_kg" not in Intake.objects.get().answers.get("person", {})


def test_a_registered_person_is_offered_no_double(browser, clinic):
    own = Patient.objects.create(
        clinic=clinic, given_name="ada", family_name="BYRON", birth_date="1980-05-17", sex="female"
    )
    answer = upload(browser, bundle(observation("29463-7", 61, "kg")))
    shown = page(browser.get(answer.url))
    assert "Registered already" in shown
    assert "Register and start the intake" not in shown
    browser.post(answer.url, typed(RecordImport.objects.get(), act="add"))
    assert Patient.objects.get() == own
    assert Intake.objects.get().answers["person"]["weight_kg"] == 61


def test_the_same_identifier_is_the_same_person(browser, clinic):
    number = {"system": "urn:hospital", "value": "77"}
    Patient.objects.create(
        clinic=clinic,
        given_name="Ada",
        family_name="King",
        birth_date="1980-05-17",
        sex="female",
        identifiers=[number],
    )
    answer = upload(browser, bundle(who=person(identifier=[number])))
    assert "Registered already" in page(browser.get(answer.url))


def test_a_typed_birth_date_can_show_who_it_is(browser, clinic):
    own = Patient.objects.create(
        clinic=clinic, given_name="Ada", family_name="Byron", birth_date="1980-05-17", sex="female"
    )
    answer = upload(browser, bundle(who=person(birthDate=None)))
    record = RecordImport.objects.get()
    refused = browser.post(answer.url, typed(record, birth_date="1980-05-17"))
    assert refused.status_code == 422
    assert "Registered already" in page(refused)
    browser.post(answer.url, typed(record, birth_date="1980-05-17", act="add"))
    record.refresh_from_db()
    assert record.patient == own


def test_another_clinics_patient_is_not_found_here(browser, other_clinic):
    Patient.objects.create(
        clinic=other_clinic,
        given_name="Ada",
        family_name="Byron",
        birth_date="1980-05-17",
        sex="female",
    )
    answer = upload(browser, bundle())
    assert "Registered already" not in page(browser.get(answer.url))
    browser.post(answer.url, typed(RecordImport.objects.get()))
    assert Patient.objects.filter(given_name="Ada").count() == 2


def test_adding_keeps_answers_and_takes_newer_measurements(browser, clinic, therapist):
    own = Patient.objects.create(
        clinic=clinic, given_name="Ada", family_name="Byron", birth_date="1980-05-17", sex="female"
    )
    Intake.objects.create(
        clinic=clinic,
        patient=own,
        started_by=therapist,
        answers={
            "red_flags": {"fever": "no"},
            "person": {"weight_kg": 60, "weight_on": "2026-10-01"},
            "vitals": {"systolic": 120, "diastolic": 80, "on": "2026-11-20"},
            "allergies": ["latex"],
        },
    )
    more = [
        observation("29463-7", 63, "kg", on="2026-11-10"),
        bundles.pressure(180, 100, on="2026-11-01"),
        bundles.allergy("Penicillin"),
    ]
    answer = upload(browser, bundle(*more))
    browser.post(answer.url, typed(RecordImport.objects.get(), act="add"))
    answers = Intake.objects.get().answers
    assert answers["person"]["weight_kg"] == 63
    assert answers["person"]["weight_on"] == "2026-11-10"
    assert answers["vitals"]["systolic"] == 120
    assert answers["allergies"] == ["latex", "penicillin"]
    assert answers["red_flags"] == {"fever": "no"}


def test_a_confirmed_upload_is_not_confirmed_again(browser):
    answer = upload(browser, bundle())
    record = RecordImport.objects.get()
    browser.post(answer.url, typed(record))
    again = browser.post(answer.url, typed(record, given_name="Somebody"))
    assert again.status_code == 302
    assert Patient.objects.count() == 1


def test_another_clinics_upload_is_not_found(signed_in, other_therapist, browser):
    answer = upload(browser, bundle())
    browser.logout()
    stranger = signed_in(other_therapist)
    assert stranger.get(answer.url).status_code == 404
    theirs = reverse("import_confirm", args=["south", RecordImport.objects.get().pk])
    assert stranger.get(theirs).status_code == 404
    assert stranger.post(theirs, {}).status_code == 404


def test_only_therapists_import(signed_in, clinic, prescriber, admin):
    for user in (prescriber, admin):
        assert signed_in(user).get(at("import_record")).status_code == 403


def test_the_logged_out_are_sent_to_the_login(client, clinic):
    assert client.get(at("import_record")).status_code == 302
