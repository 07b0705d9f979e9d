"""Medicines: which count as current, what their names and doses become."""

import pytest

from careplan.exchange.fhir_in.drug_names import read_drug_name
from tests.exchange.bundles import RXNORM, TODAY, bundle, concept, order, read, whys

ME = {"reference": "Patient/ada"}


def medicines(*rows) -> list[dict]:
    return read(bundle(*rows)).intake.get("medications", [])


def line(*args, **more) -> dict:
    (only,) = medicines(order(*args, **more))
    return only


def dosage(value=None, unit=None, frequency=None, period=1, per="d", **more) -> list[dict]:
    row = dict(more)
    if frequency:
        row["timing"] = {"repeat": {"frequency": frequency, "period": period, "periodUnit": per}}
    if value:
        row["doseAndRate"] = [{"doseQuantity": {"value": value} | ({"unit": unit} if unit else {})}]
    return [row]


@pytest.mark.parametrize(
    ("written", "drug", "mg", "route"),
    [
        ("Hydrochlorothiazide 25 MG", "hydrochlorothiazide", 25, ""),
        ("Sertraline 100MG", "sertraline", 100, ""),
        ("Ibuprofen 400 MG Oral Tablet [Ibu]", "ibuprofen", 400, "oral"),
        (
            "24 HR Metformin hydrochloride 500 MG Extended Release Oral Tablet",
            "metformin",
            500,
            "oral",
        ),
        ("Digoxin 0.125 MG Oral Tablet", "digoxin", 0.125, "oral"),
        ("Levothyroxine Sodium 50 MCG Oral Tablet", "levothyroxine", 0.05, "oral"),
        ("Hydrocortisone 10 MG/ML Topical Cream", "hydrocortisone", None, "topical"),
        ("Metformin (Apo) 500 mg tablet", "metformin", 500, "oral"),
        ("Acetaminophen/Hydrocodone", "acetaminophen / hydrocodone", None, ""),
        (
            "Acetaminophen 325 MG / HYDROcodone Bitartrate 7.5 MG Oral Tablet",
            "acetaminophen / hydrocodone",
            None,
            "oral",
        ),
        ("Ibuprofen", "ibuprofen", None, ""),
        ("ibuprofen tablet", "ibuprofen", None, "oral"),
    ],
)
def test_names_that_are_read(written, drug, mg, route):
    found = read_drug_name([written])
    assert (found.drug, found.known, found.mg, found.route) == (drug, True, mg, route)


@pytest.mark.parametrize(
    "written",
    [
        "Simvistatin 10 MG",
        "Camila 28 Day Pack",
        "Lasix-like 40mg",
        "Aspirin 100 mg, Xyzol 75 mg",
        "Rosuvastatin 40mg & Xyzol 10mg",
        "Aspirin 100 mg plus Xyzol",
        "",
    ],
)
def test_names_that_are_kept_as_written(written):
    found = read_drug_name([written])
    assert (found.drug, found.known) == (written, False)


def test_the_display_helps_where_the_text_is_not_known():
    found = read_drug_name(
        ["Rosuva & Eze", "Ezetimibe 10 mg tablet [30] (&) rosuvastatin 40 mg tablet [30], 60"]
    )
    assert (found.drug, found.known) == ("ezetimibe / rosuvastatin", True)


def test_a_patch_gives_micrograms_an_hour():
    found = read_drug_name(["72 HR Fentanyl 0.025 MG/HR Transdermal System"])
    assert (found.drug, found.mcg_per_hour, found.mg, found.route) == (
        "fentanyl",
        25,
        None,
        "patch",
    )


def test_an_ingredient_code_names_the_medicine():
    assert line("Brand of a morning", rxnorm="5640")["drug"] == "ibuprofen"


def test_an_unknown_name_is_kept_and_reported():
    proposal = read(bundle(order("Xyzol 10 mg tablet")))
    assert proposal.intake["medications"][0]["drug"] == "Xyzol 10 mg tablet"
    assert "Xyzol 10 mg tablet | Name not recognised: it was kept as written." in whys(proposal)


@pytest.mark.parametrize(
    ("rows", "mg", "times"),
    [
        (dosage(2, "tablet", 3), 800, 3),
        (dosage(1, None, 1, 8, "h"), 400, 3),
        (dosage(200, "mg", 2), 200, 2),
        (dosage(1, "{tablet}", 1, 1, "wk"), 400, 0.143),
        (dosage(1, "mL", 1), None, 1),
        (dosage(), 400, None),
        (dosage(1, "tablet", 2, 3, "d"), 400, None),
        (dosage(1, "tablet", 90), 400, None),
        (None, 400, None),
    ],
)
def test_doses(rows, mg, times):
    found = line("Ibuprofen 400 MG Oral Tablet", **({"dosageInstruction": rows} if rows else {}))
    assert (found.get("dose_mg"), found.get("times_a_day")) == (mg, times)


def test_two_in_three_days_is_reported():
    proposal = read(
        bundle(order("Oxycodone 60 MG Oral Tablet", dosageInstruction=dosage(1, "tablet", 2, 3)))
    )
    assert (
        "/dosageInstruction/0/timing | Oxycodone 60 MG Oral Tablet | The record says 2 times every 3 days"
        in whys(proposal)
    )


def test_as_needed():
    assert (
        line("Ibuprofen 400 MG", dosageInstruction=dosage(asNeededBoolean=True))["as_needed"]
        is True
    )
    assert "as_needed" not in line(
        "Ibuprofen 400 MG", dosageInstruction=dosage(asNeededBoolean=False)
    )


@pytest.mark.parametrize(
    ("code", "route"), [("26643006", "oral"), ("6064005", "topical"), ("447694001", "other")]
)
def test_the_route_of_the_dosage_goes_before_the_name(code, route):
    assert line("Ibuprofen 400 MG", dosageInstruction=dosage(route=concept(code)))["route"] == route


@pytest.mark.parametrize("status", ["active", "on-hold"])
def test_current_orders(status):
    assert [row["drug"] for row in medicines(order("Ibuprofen 400 MG", status=status))] == [
        "ibuprofen"
    ]


@pytest.mark.parametrize("status", ["completed", "stopped", "cancelled"])
def test_past_orders_are_shown_and_not_carried_over(status):
    proposal = read(bundle(order("Ibuprofen 400 MG", status=status, on="2020-01-01")))
    assert "medications" not in proposal.intake
    (row,) = [row for row in proposal.understood if row.label == "Ibuprofen 400 MG"]
    assert row.value == "past, not carried over"


def test_an_order_that_ended_lately_is_asked_about():
    proposal = read(bundle(order("Fluoxetine 20 MG", status="completed", on="2026-11-01")))
    assert "past; ordered lately: ask whether it is still taken" in {
        row.value for row in proposal.understood
    }


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"status": "entered-in-error"}, "entered in error"),
        ({"status": "draft"}, 'Its status is "draft"'),
        ({"intent": "proposal"}, "a plan or a proposal and not an order"),
        ({"doNotPerform": True}, "an order NOT to give it"),
    ],
)
def test_what_is_no_order(more, why):
    proposal = read(bundle(order("Ibuprofen 400 MG") | more))
    assert "medications" not in proposal.intake
    assert why in whys(proposal)


def test_repeat_prescriptions_are_one_medicine_since_the_first():
    dates = ("2026-01-05", "2026-09-05", "2026-05-05")
    proposal = read(bundle(*(order("Ibuprofen 400 MG", on=day) for day in dates)))
    (only,) = proposal.intake["medications"]
    assert only["since"] == "2026-01-05"
    assert proposal.intake["medications_on"] == "2026-09-05"
    assert (
        "3 orders, the newest shown"
        in {row.used_for: row.value for row in proposal.understood}["/medications/0"]
    )


def test_two_strengths_are_two_lines():
    assert (
        len(medicines(order("Oxycodone 60 MG Oral Tablet"), order("Oxycodone 30 MG Oral Tablet")))
        == 2
    )


@pytest.mark.parametrize(
    ("ordered", "stale"),
    [("2024-11-24", False), ("2024-11-23", True), ("2026-11-01", False), (None, True)],
)
def test_an_order_is_good_for_two_years(ordered, stale):
    proposal = read(bundle(order("Ibuprofen 400 MG", on=ordered)))
    assert ("/medications/0" in {row.pointer for row in proposal.stale}) is stale


def test_the_list_is_never_called_complete():
    assert "medications_complete" not in read(bundle(order("Ibuprofen 400 MG"))).intake


def statement(**more) -> dict:
    row = {"resourceType": "MedicationStatement", "status": "active", "subject": ME}
    return row | {"medicationCodeableConcept": concept("", "Naproxen 500 MG Oral Tablet")} | more


def test_a_statement_is_read_like_an_order():
    taken = [{"timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}}]
    (only,) = medicines(statement(effectiveDateTime="2026-10-01", dosage=taken))
    assert (only["drug"], only["dose_mg"], only["times_a_day"]) == ("naproxen", 500, 2)


def test_a_statement_that_is_over_is_past():
    assert medicines(statement(effectivePeriod={"start": "2020-01-01", "end": "2021-01-01"})) == []


@pytest.mark.parametrize("status", ["not-taken", "intended", "unknown"])
def test_a_statement_of_not_taking(status):
    assert medicines(statement(status=status)) == []


def by_reference(reference: str, **more) -> dict:
    row = order("x") | {"medicationReference": {"reference": reference}} | more
    del row["medicationCodeableConcept"]
    return row


def shelf(name: str) -> dict:
    return {"resourceType": "Medication", "id": "m1", "code": concept("206905", name, RXNORM)}


def test_a_medicine_elsewhere_in_the_file_is_followed():
    found = medicines(by_reference("Medication/m1"), shelf("Ibuprofen 400 MG Oral Tablet"))
    assert [(row["drug"], row["rxnorm"]) for row in found] == [("ibuprofen", "206905")]


def test_a_medicine_inside_the_order_is_followed():
    found = medicines(by_reference("#m1", contained=[shelf("Ibuprofen 400 MG Oral Tablet")]))
    assert [row["drug"] for row in found] == ["ibuprofen"]


def test_a_medicine_that_is_not_in_the_file_is_reported():
    proposal = read(bundle(by_reference("Medication/elsewhere")))
    assert "medications" not in proposal.intake
    assert "points at a medicine that is not in the file" in whys(proposal)


def test_a_sign_is_no_name():
    proposal = read(bundle(order("#")))
    assert "medications" not in proposal.intake
    assert "Medicine without a name" in whys(proposal)


def test_an_order_dated_after_today_gives_no_start():
    future = TODAY.replace(year=2027).isoformat()
    proposal = read(bundle(order("Ibuprofen 400 MG", on=future)))
    assert "since" not in proposal.intake["medications"][0]
    assert "medications_on" not in proposal.intake
