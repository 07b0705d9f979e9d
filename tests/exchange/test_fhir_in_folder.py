"""Whole records, each held against what every import must keep.

The extracts beside this file always; with CAREPLAN_FHIR_DIR also every `*.json` of that folder.
"""

import json
import os
from dataclasses import asdict
from pathlib import Path

import pytest

from careplan.rules import assess
from tests.exchange.bundles import DATA, TODAY, read

FOLDERS = [DATA, *map(Path, filter(None, [os.environ.get("CAREPLAN_FHIR_DIR")]))]
FILES = [path for folder in FOLDERS for path in sorted(folder.glob("*.json"))]


def at(document, pointer: str):
    for step in pointer.split("/")[1:]:
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def record(request):
    data = request.param.read_bytes()
    return json.loads(data), read(data)


def test_nothing_is_claimed_that_a_record_cannot_know(record):
    _, proposal = record
    assert not {"red_flags", "conditions_complete", "medications_complete"} & set(proposal.intake)


def test_a_proposal_can_be_stored_as_json(record):
    _, proposal = record
    assert json.loads(json.dumps(asdict(proposal), allow_nan=False))["intake"] == proposal.intake


def test_every_fact_stands_where_it_says(record):
    document, proposal = record
    for row in proposal.understood:
        assert at(document, row.path) is not None, row


def test_every_gap_stands_where_it_says_or_names_the_missing_part(record):
    document, proposal = record
    for row in proposal.not_understood:
        parent = row.path.rsplit("/", 1)[0]
        assert at(document, parent) is not None, row
        assert row.what and row.why.endswith(".")


def test_every_place_that_is_filled_is_in_the_intake(record):
    _, proposal = record
    for row in proposal.understood:
        if row.used_for:
            at(proposal.intake, row.used_for)


def test_each_filled_number_has_a_row_that_says_where_it_came_from(record):
    _, proposal = record
    used = {row.used_for for row in proposal.understood}
    for part in ("labs", "vitals"):
        for key in proposal.intake.get(part, {}):
            if key in (
                "systolic",
                "egfr",
                "creatinine_mg_dl",
                "creatinine_umol_l",
                "sodium_mmol_l",
                "heart_rate",
            ):
                assert f"/{part}/{key}" in used
    for i, _ in enumerate(proposal.intake.get("medications", [])):
        assert f"/medications/{i}" in used


def test_the_deceased_and_those_without_a_birth_date_are_blocked(record):
    document, proposal = record
    patient = next(
        e["resource"] for e in document["entry"] if e["resource"]["resourceType"] == "Patient"
    )
    expected = "birthDate" not in patient or any(key.startswith("deceased") for key in patient)
    assert bool(proposal.blocked) is expected


def test_the_rules_take_the_intake_and_give_no_plan_before_the_red_flags_are_answered(record):
    _, proposal = record
    intake = {"as_of": TODAY.isoformat()} | proposal.intake
    intake["person"] = {"birth_date": "1980-05-17", "sex": "female"} | intake["person"]
    intake["episode"] = {"onset": "2020-01-01"} | intake.get("episode", {})
    assert assess(intake)["disposition"] == "incomplete"


def test_what_is_called_stale_is_past_its_day(record):
    _, proposal = record
    for row in proposal.stale:
        if row.good_until:
            assert row.good_until < TODAY.isoformat()
