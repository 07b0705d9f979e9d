"""The style guide's rules: a level in each of its shapes, ids as links, filters, the strip."""

from types import SimpleNamespace

LEVELS = [
    {
        "severity": "emergency",
        "outline": (
            "all of these",
            [
                "fever, chills or night sweats with the pain",
                ("any of these", ["heart rate is over 110 a minute", "a neurological sign"]),
            ],
        ),
        "message": "Fever with back pain and a sign of severe illness. Emergency department now.",
        "patient_message": "Fever with back pain can be serious. Go to an emergency department.",
        "does": ["Referral: emergency department."],
    },
    {
        "severity": "caution",
        "outline": "age is at least 65 years",
        "message": "ibuprofen: at [age] with a shorter course.",
        "patient_message": None,
        "drugs": "ibuprofen and naproxen",
        "worded_for": "ibuprofen",
        "does": ["Status of the medicine: with care.", "At most 5 days."],
    },
]
DANGER = {"rule": "RF-01", "lead": "Saddle numbness", "message": "Send now, do not delay."}
QUESTION = SimpleNamespace(
    label="Losing weight without trying", ask="Has the weight gone down?", help=""
)
FIELD = SimpleNamespace(name="weight", question=QUESTION)


def _call(kind: str, danger=(), unsure=(), more=()) -> SimpleNamespace:
    count = len(danger) + len(unsure) + len(more)
    return SimpleNamespace(
        kind=kind, danger=danger, unsure=unsure, more=more, key=kind, count=count
    )


RULES = {
    "joan": SimpleNamespace(given_name="Joan"),
    "rule_levels": LEVELS,
    "rule_parts": [("MED-NSAID-15", "#rule"), (", ", ""), ("XX-99", "")],
    "filter_group": {
        "title": "Severity",
        "name": "severity",
        "options": [("stop", "Stop", 46, True), ("info", "Info", 78, False)],
    },
    "calls": [
        _call("emergency", [DANGER | {"severity": "emergency"}], [FIELD]),
        _call("urgent", [DANGER | {"severity": "urgent"}]),
        _call("settle", unsure=[FIELD]),
        _call("ask", more=[FIELD]),
        _call(""),
    ],
}
