"""Files that cannot be used: each refusal says what is wrong, where, and what to do."""

import json

import pytest

from careplan.exchange.fhir_in import MAX_BYTES, BundleRefused
from tests.exchange.bundles import bundle, condition, extract, patient, read


def refusal(data: bytes | dict) -> list[dict]:
    with pytest.raises(BundleRefused) as refused:
        read(data)
    return refused.value.errors


def the_refusal(data: bytes | dict) -> tuple[str, str]:
    (error,) = refusal(data)
    return error["path"], error["message"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"<Bundle xmlns='http://hl7.org/fhir'/>",
        b"%PDF-1.7",
        b'{"resourceType": "Bundle"',
        b"{'a': 1}",
    ],
)
def test_not_json(data):
    path, message = the_refusal(data)
    assert path == ""
    assert message.startswith("The file is not JSON: it breaks off at line 1, column ")
    assert "Export it again as FHIR R4 JSON" in message


def test_not_utf_8():
    assert (
        "is not UTF-8 text (byte 1 does not fit)"
        in the_refusal(json.dumps(bundle()).encode("utf-16"))[1]
    )


def test_a_byte_order_mark_does_no_harm():
    assert read(b"\xef\xbb\xbf" + json.dumps(bundle()).encode()).person["family_name"] == "Byron"


def test_too_large_says_the_size_and_the_limit():
    path, message = the_refusal(b" " * 200_000_000)
    assert message.startswith("The file is 200.0 MB and the limit is 5 MB.")


def test_the_limit_itself_is_still_read():
    data = json.dumps(bundle()).encode()
    assert read(data + b" " * (MAX_BYTES - len(data))).person["family_name"] == "Byron"


def test_a_name_twice_in_one_object():
    _, message = the_refusal(
        b'{"resourceType": "Bundle", "entry": [{"status": "active", "status": "stopped"}]}'
    )
    assert message.startswith('The name "status" stands twice in one object')


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_words_that_are_no_numbers(word):
    assert (
        f"holds {word} where a number should be" in the_refusal(f'{{"value": {word}}}'.encode())[1]
    )


@pytest.mark.parametrize("digits", ["1e999", "-1e999", "9" * 5000])
def test_numbers_too_large_to_be_real(digits):
    assert "a number too large to be real" in the_refusal(f'{{"value": {digits}}}'.encode())[1]


@pytest.mark.parametrize("depth", [61, 500, 200_000])
def test_nesting_without_end(depth):
    assert "nests deeper than 60 levels" in the_refusal(b"[" * depth + b"]" * depth)[1]


@pytest.mark.parametrize("document", [[], 1, None, "Bundle", {}, {"resourceType": 7}])
def test_json_of_something_else(document):
    path, message = the_refusal(json.dumps(document).encode())
    assert path == "/resourceType"
    assert message.startswith("The file is JSON, but it does not say what it holds")


def test_one_resource_alone_is_named():
    assert the_refusal(patient())[1].startswith("The file holds one Patient; a FHIR R4 Bundle")


@pytest.mark.parametrize("entry", [None, [], {}, "x"])
def test_no_entries(entry):
    path, message = the_refusal({"resourceType": "Bundle", "type": "searchset", "entry": entry})
    assert path == "/entry"
    assert "has no entries" in message


def test_a_history_of_changes():
    path, message = the_refusal(bundle() | {"type": "history"})
    assert path == "/type"
    assert "a history of changes" in message


def test_a_page_of_a_longer_record_is_read_and_said():
    proposal = read(
        bundle(condition("38341003"))
        | {"link": [{"relation": "next", "url": "https://x.example/2"}]}
    )
    assert proposal.intake["conditions"] == ["hypertension"]
    (row,) = proposal.not_understood
    assert (row.path, row.what) == ("/link", "This file is only a part of the record")


def test_no_patient():
    document = bundle(condition("38341003"))
    del document["entry"][0]
    assert "holds no Patient" in the_refusal(document)[1]


def test_several_patients_are_each_named_by_their_path():
    errors = refusal(bundle(condition("38341003"), patient(id="bob")))
    assert [error["path"] for error in errors] == ["/entry/0/resource", "/entry/2/resource"]
    assert errors[1]["message"].startswith(
        "This Bundle holds 2 patients, one of them at /entry/2/resource."
    )


def test_one_bad_entry_does_not_cost_the_others():
    document = json.loads(extract("p21"))
    document["entry"][1] = {"resource": {"resourceType": "Condition", "code": 7}}
    document["entry"][2] = "not an entry"
    document["entry"].append({"resource": {"no": "type"}})
    proposal = read(document)
    assert proposal.intake["labs"]["creatinine_mg_dl"] == 2.674
    assert "/entry/1/resource" in {row.path[:17] for row in proposal.not_understood}
    assert "entry without a type: 1 entry was not read" in {
        row.what for row in proposal.not_understood
    }
