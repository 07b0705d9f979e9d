"""An assessment as its page shows it: what it says first, what it rests on beside it."""

from careplan.models import Assessment, Plan
from careplan.pages.assessment import words
from careplan.queries import assessment as queries
from careplan.queries.intake import at
from careplan.rules.book import book
from careplan.templatetags.careplan_tags import amount, medium_date, weeks
from patients.models import Clinic, Patient

DRUGS = ("ibuprofen", "naproxen", "duloxetine", "cyclobenzaprine", "gabapentin")
NERVE_GROUPS = ("Groin, bladder, bowel", "Legs and balance")
NBSP = "\u00a0"
# Facts of the rail: label, places (the first that is there), places of the day, unit.
RAIL = (
    ("Creatinine", "/labs/creatinine_mg_dl", "mg/dL"),
    ("Creatinine", "/labs/creatinine_umol_l", "µmol/L"),
    ("eGFR in the record", "/labs/egfr", "mL/min/1.73 m²"),
    ("Weight", "/person/weight_kg", "kg"),
)


class Reading:
    """The parts of the page of one assessment. No SQL of its own. `links`: what is missing leads
    to its question, for a reader who may answer."""

    def __init__(
        self,
        newest: Assessment,
        clinic: Clinic,
        patient: Patient,
        plan: Plan | None,
        *,
        links: bool,
    ):
        self.links = links
        self.newest, self.clinic, self.patient, self.plan = newest, clinic, patient, plan
        self.result, self.facts = newest.result, newest.facts
        self.disposition = newest.disposition
        self.held = self.disposition in queries.DANGER
        self.emergency = self.disposition == "emergency"
        self.name = patient.given_name

    # What it says ----------------------------------------------------------------------------

    @property
    def heading(self) -> str:
        if self.disposition == "incomplete":
            count = len(self.missing_flags)
            return f"{count} warning sign{'s' if count != 1 else ''} still to answer"
        return {
            "emergency": f"Emergency: {self.name} needs help now",
            "urgent": f"Urgent: {self.name} needs a clinician today",
            "not_eligible": "Under 18: no plan here",
            "not_chronic": f"Not yet chronic: {weeks(self.result['weeks'])}",
            "plan": "Ready for a plan",
        }[self.disposition]

    @property
    def line(self) -> str:
        return {
            "not_eligible": "This programme is for adults. Refer to a service for young people.",
            "not_chronic": "Most back pain settles in 12 weeks. Give advice to stay active, and "
            "assess again if it has not settled by then.",
            "incomplete": "Not asked is never read as no. Answer these, then assess again.",
        }.get(self.disposition, "")

    @property
    def danger(self) -> list[dict]:
        return [self._finding(row, open_now=True) for row in queries.danger(self.result)]

    @property
    def findings(self) -> list[dict]:
        """What is neither dangerous nor about one drug: stops and cautions."""
        return [self._finding(row) for row in self._others() if row["severity"] != "info"]

    @property
    def notes(self) -> list[dict]:
        return [self._finding(row) for row in self._others() if row["severity"] == "info"]

    def _others(self) -> list[dict]:
        drugs = self.result["drugs"]
        return [
            row
            for row in self.result["findings"]
            if row["severity"] not in queries.DANGER and row.get("applies_to") not in drugs
            if not self._asks(row)
        ]

    def _asks(self, row: dict) -> bool:
        """A finding that only says what the list of missing warning signs says already."""
        asked = [value for pointer, value in row["because"].items() if "/red_flags/" in pointer]
        return self.disposition == "incomplete" and any(
            value in ("not asked", "unknown") for value in asked
        )

    def _finding(self, row: dict, *, open_now: bool = False) -> dict:
        return {
            "severity": row["severity"],
            "title": row["message"],
            "short": words.lead(row),
            "code": row["rule"],
            "why": words.why(row, self.facts, self.name, open_now=open_now),
        }

    @property
    def open_flags(self) -> list[queries.OpenFlag]:
        return queries.open_flags(self.newest)

    @property
    def story_missing(self) -> bool:
        """A warning sign was judged before the day was asked on which the pain began."""
        return at(self.newest.intake.answers, "/episode/onset") is None

    # What is missing -------------------------------------------------------------------------

    @property
    def missing_flags(self) -> list[tuple[str, str]]:
        """(words, address) of every core warning sign without a yes or no."""
        given = self.facts.get("red_flags", {})
        core = [code for code, row in book().red_flags.items() if row.core]
        open_ones = [code for code in core if given.get(code) not in ("yes", "no")]
        return [self._link(f"/red_flags/{code}") for code in open_ones]

    @property
    def questions(self) -> list[tuple[str, str]]:
        """Warning signs that these medicines or answers bring up, and that were not asked."""
        return [self._link(f"/red_flags/{code}") for code in self.result.get("questions", [])]

    @property
    def missing_data(self) -> list[tuple[str, str]]:
        """Facts that a drug waits for, each once."""
        pointers = [p for row in self.result["drugs"].values() for p in row.get("missing", [])]
        links = dict.fromkeys(self._link(pointer) for pointer in pointers)
        return [link for link in links if link not in self.missing_flags]

    def _link(self, pointer: str) -> tuple[str, str]:
        label, url = words.missing_link(pointer, self.clinic.slug, self.patient.pk)
        return label, url if self.links else ""

    # What is proposed ------------------------------------------------------------------------

    @property
    def drugs(self) -> list[dict]:
        names = [*DRUGS, *(["opioid"] if self.result["drugs"]["opioid"].get("taking") else [])]
        return [
            words.drug_card(
                name,
                self.newest,
                self.name,
                [self._link(p) for p in self.result["drugs"][name].get("missing", [])],
                held=self.held,
            )
            for name in names
        ]

    @property
    def components(self) -> list[str]:
        labels = book().codes["components"]
        return [labels[code].label for code in (self.result["program"] or {}).get("components", [])]

    @property
    def home_items(self) -> list[dict]:
        items = (self.result["home_plan"] or {}).get("exercises", [])
        known = book().exercises
        return [row | {"name": known[row["id"]].name} for row in items if row["id"] in known]

    @property
    def budget(self) -> dict:
        home = self.result["home_plan"]
        parts = [row["minutes"] for row in home["exercises"]]
        return {"parts": parts, "change": max(home["minutes"] - sum(parts), 0), "limit": 15}

    @property
    def pain_types(self) -> str:
        labels = book().codes["pain_types"]
        return ", ".join(labels[code].label.lower() for code in self.result["pain_types"])

    # The rail --------------------------------------------------------------------------------

    @property
    def next_steps(self) -> list[dict]:
        ready = "Plan builder opens"
        done = {
            "emergency": [
                f"Send {self.name} to an emergency department",
                "Record what was found there",
                ready,
            ],
            "incomplete": ["Answer what is missing", "Assess again", ready],
            "plan": ["Build the plan", "You sign it", f"{self.name} gets it by e-mail"],
            "not_chronic": ["Give advice to stay active", "Assess again at 12 weeks"],
            "not_eligible": ["Refer to a service for young people"],
        }.get(
            self.disposition,
            [
                f"A clinician sees {self.name} and records a finding",
                "Assessment runs again with it",
                ready,
            ],
        )
        return [
            {"text": text, "icon": "lock" if place else "arrow-right", "off": bool(place)}
            for place, text in enumerate(done)
        ]

    @property
    def rail_facts(self) -> list[tuple[str, str, str]]:
        found = [
            (label, f"{amount(value)}{NBSP}{unit}", self._day(pointer))
            for label, pointer, unit in RAIL
            if (value := at(self.facts, pointer)) is not None
        ]
        return [*found, *self._computed(), *self._measured()]

    def _day(self, pointer: str) -> str:
        day = at(self.facts, words.DAY_OF[pointer])
        day = day or (at(self.facts, "/labs/on") if pointer.startswith("/labs") else None)
        return medium_date(day) if day else "no date"

    def _computed(self) -> list[tuple[str, str, str]]:
        renal = self.result.get("renal") or {}
        rows = (
            ("Creatinine clearance", renal.get("crcl"), "mL/min", "Cockcroft-Gault"),
            ("eGFR", renal.get("egfr"), "mL/min/1.73 m²", "the lower that is known"),
        )
        return [(label, f"{value:g}{NBSP}{unit}", how) for label, value, unit, how in rows if value]

    def _measured(self) -> list[tuple[str, str, str]]:
        vitals, pain = self.facts.get("vitals", {}), self.facts["episode"].get("pain", {})
        peg = self.facts.get("function", {}).get("peg")
        rows = []
        if "systolic" in vitals and "diastolic" in vitals:
            shown = f"{amount(vitals['systolic'])}/{amount(vitals['diastolic'])}"
            rows.append(("Blood pressure", shown, medium_date(vitals.get("on")) or "no date"))
        if pain:
            told = [
                amount(pain[key]) if key in pain else "–" for key in ("now", "average", "worst")
            ]
            rows.append(("Pain now, average, worst", ", ".join(told), ""))
        if peg:
            rows.append(("PEG", f"{sum(peg) / 3:.1f}", ""))
        return rows

    @property
    def rules_unchecked(self) -> bool:
        return any(not rule.checker for rule in book().rules.values())


def handover(newest: Assessment) -> list[tuple[str, str]]:
    """What emergency staff need, a line each: (what, words). Symptoms as told, no diagnosis."""
    facts = newest.facts
    told = queries.open_flags(newest)
    near, others = _asked(facts.get("red_flags", {}), {row.code for row in told})
    rows = [
        (f"Reported on {medium_date(newest.as_of)}", ". ".join(row.label for row in told)),
        ("Also asked", near),
        ("Other warning signs", others),
        ("Back pain", _pain(newest)),
        ("Takes", _takes(facts)),
        ("Allergies", _list(facts.get("allergies"), "None known")),
        ("Conditions", _conditions(facts)),
    ]
    return [(what, said) for what, said in rows if said]


def _asked(given: dict, told: set[str]) -> tuple[str, str]:
    """The signs nearest to those reported, each with its answer; the others counted."""
    core = [row for row in book().questions.values() if row.step == "red_flags" and row.required]
    groups = {row.group for row in core if row.id in told} | set(NERVE_GROUPS)
    rest = [row for row in core if row.id not in told]
    near = [
        f"{row.label}: {words.SAID[given.get(row.id, 'unknown')]}"
        for row in rest
        if row.group in groups
    ]
    far = [row for row in rest if row.group not in groups]
    unsure = [row.label for row in far if given.get(row.id) not in ("yes", "no")]
    no = sum(given.get(row.id) == "no" for row in far)
    others = f"{no} asked, and no" if no else ""
    others += f"{'. ' if no else ''}Not sure: {', '.join(unsure)}" if unsure else ""
    return ". ".join(near), others


def _pain(newest: Assessment) -> str:
    if at(newest.intake.answers, "/episode/onset") is None:
        return "The start was not asked yet"
    return f"{weeks(newest.result['weeks'])}, since {medium_date(newest.facts['episode']['onset'])}"


def _takes(facts: dict) -> str:
    taken = [row for row in facts.get("medications", []) if "stopped" not in row]
    names = [f"{row['drug']} {_mg(row)}".strip() for row in taken]
    complete = "" if facts.get("medications_complete") else " (list not complete)"
    return (", ".join(names) or "Nothing that we know of") + complete


def _mg(row: dict) -> str:
    return f"{amount(row['dose_mg'])}{NBSP}mg" if "dose_mg" in row else ""


def _list(values: list | None, none: str) -> str:
    return "Not asked" if values is None else ", ".join(values) or none


def _conditions(facts: dict) -> str:
    names = [words.label_of(code) for code in facts.get("conditions", [])]
    complete = "" if facts.get("conditions_complete") else " (list not complete)"
    return (", ".join(names) or "None that we know of") + complete
