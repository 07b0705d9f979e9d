"""The style guide: every component in every state, from the data below. Only routed in DEBUG."""

from types import SimpleNamespace

from django.shortcuts import render

from careplan.pages.styleguide_rules import RULES
from patients.guards import public

WHY = {
    "facts": "Weight 65.4 kg on 18 Jun, 60.0 kg on 20 Nov. Not dieting. She answered yes.",
    "rule": "RF-13",
    "limit": "any yes, or 5 % or more in 6 months, is urgent",
    "name": "Joan",
    "reads": "A clinician will speak to you today about your weight.",
    "source": "Published warning signs; the 5 % limit is professional practice.",
    "reviewed": "Nov 2026 by the clinical lead",
}
WHY_MISSING = {
    "missing": [("Creatinine", "#creatinine"), ("Weight", "")],
    "facts": [("Blood pressure", "134/82", "20 Nov"), ("Age", "66", "")],
    "rule": "MED-NSAID-15",
    "limit": "creatinine clearance under 45 mL/min blocks the whole group",
    "source": "Product label",
}
BANNER = [
    ("Born", "10 Mar 1951, 75"),
    ("Pain since", "1 May 2026, 29 weeks"),
    ("Conditions", "Kidney disease stage 3, high blood pressure"),
    ("Takes", "Lisinopril, hydrochlorothiazide"),
    ("Allergies", "None known"),
    ("Red flags", "All 18 no, 23 Nov"),
]
FINDINGS = [
    {
        "severity": "urgent",
        "title": "Unexplained weight loss, 5.4 kg in 5 months (8 %)",
        "text": "Cancer or infection must be looked for before any plan.",
        "code": "RF-13",
        "why": WHY | {"open": True},
    },
    {"severity": "stop", "title": "Forward reach is left out: osteoporosis", "why": WHY},
    {
        "severity": "caution",
        "title": "Kneeling with a sore knee: add a pad, or use another core exercise",
        "code": "PT-31",
        "answers": [
            {"label": "Pad added", "name": "answer", "value": "pad"},
            {"label": "Swap", "url": "#swap"},
        ],
        "why": WHY_MISSING,
    },
    {"severity": "info", "title": "Mechanical pattern: worse bending, eased by moving"},
    {"severity": "ok", "title": "17 other red flags answered no"},
]
DRUGS = [
    {
        "title": "Ibuprofen 400 mg, up to 3 times a day",
        "line": "Step 1, for this flare only. Stop by 28 Nov, 5 days at most.",
        "status": "caution",
        "reasons": [
            {
                "kind": "caution",
                "text": "Age 66: shorter course, stomach protection with it",
                "code": "MED-NSAID-05",
            },
            {"kind": "ok", "text": "Kidney 71 mL/min, 14 Oct. No blood thinner."},
        ],
        "sign": {
            "text": "Not signed. Sent to Dr Priya Nair today 9:40",
            "url": "#take-back",
            "action": "Take back",
        },
    },
    {
        "title": "Ibuprofen or naproxen",
        "line": "Step 1, flares only",
        "status": "avoid",
        "after": "After the flag is cleared: still blocked",
        "reasons": [
            {
                "kind": "stop",
                "text": "ACE inhibitor and diuretic together: kidney injury risk",
                "code": "MED-NSAID-16",
            },
            {"kind": "clock", "text": "Exercise plan has run 0 of 6 weeks", "code": "STEP-2A"},
        ],
    },
    {
        "title": "Duloxetine 30 mg, once a day",
        "line": "Step 2, after 6 weeks of exercise",
        "status": "offer",
        "sign": {
            "text": "Asked by Tom Adeyemi, today 8:40",
            "url": "#sign",
            "action": "Sign duloxetine",
            "primary": True,
        },
        "why": WHY_MISSING,
    },
]
DRUG_STATUSES = ["offer", "caution", "prescriber_only", "needs_data", "not_yet", "avoid"]
WORKLIST = [
    {
        "severity": "urgent",
        "name": "Elena Petrova",
        "url": "#elena",
        "who": "47, week 2 of 8",
        "reason": "Fever 38.4 °C with back pain. Exercises are hidden.",
        "code": "RF-09, her own report at 7:40",
        "due": "Due 12:00",
        "owner": "yours",
        "act": {"label": "Call Elena", "url": "#call", "icon": "phone", "primary": True},
        "menu": [{"label": "Hand over", "url": "#hand-over"}],
    },
    {
        "severity": "stop",
        "name": "Robert Hale",
        "url": "#robert",
        "who": "52, week 5 of 8",
        "reason": "Ibuprofen 10 days in a row. No more unless signed.",
        "code": "MED-NSAID-03, from his log",
        "due": "Due 17:00",
        "owner": "Dr Nair told",
        "act": {"label": "See his log", "url": "#log"},
    },
    {
        "severity": "caution",
        "word": "Silent",
        "icon": "clock",
        "name": "Samuel Reyes",
        "url": "#samuel",
        "who": "39, week 6 of 8",
        "reason": "Two check-ins in a row not answered.",
        "code": "CK-31, ask red flags and medicines by phone",
        "due": "Thu 26 Nov",
        "owner": "yours",
        "act": {"label": "Call Samuel", "url": "#call", "icon": "phone"},
    },
    {
        "severity": "ok",
        "word": "Ready",
        "icon": "arrow-up",
        "name": "Margaret Ellison",
        "url": "#margaret",
        "who": "58, week 3 of 8",
        "reason": "4 green sessions. Suggested: Bridge, 8 to 9 lifts.",
        "code": "PT-16, effort 4, did 6 of 7 days",
        "due": "Fri 27 Nov",
        "owner": "yours",
        "act": {"label": "Approve step", "url": "#approve", "icon": "check", "post": True},
    },
]
PEG = {
    "title": "How pain gets in the way (PEG)",
    "better": "lower",
    "low": 0,
    "high": 10,
    "smallest": 1.8,
    "points": [
        {"label": "Start", "value": 6.0},
        {"label": "Week 2", "value": 5.3},
        {"label": "Week 4", "value": 4.7},
        {"label": "Week 6", "value": 4.0},
    ],
    "sentence": "Down 2.0 since the start. That is more than the usual ups and downs.",
}
OWN = {
    "title": "Carry Otto upstairs",
    "better": "higher",
    "low": 0,
    "high": 10,
    "smallest": 3,
    "size": "slim",
    "points": [
        {"label": "Start", "value": 3},
        {"label": "Week 2", "value": 4},
        {"label": "Week 4", "value": 4},
    ],
    "sentence": "One point up: too small to be sure.",
}
FIRST = OWN | {"title": "Pain, before the first check-in", "points": OWN["points"][:1]}
BUDGETS = [
    {"id": "minutes", "parts": [2, 2, 2.5, 2, 2, 2], "change": 1.5, "limit": 15},
    {"id": "minutes-over", "parts": [2, 2, 2.5, 2, 2, 5], "change": 2, "limit": 15},
    {"id": "minutes-none", "parts": [], "change": 0, "limit": 15},
]
REMEDIES = [
    {"label": "Remove one", "name": "act", "value": "remove"},
    {"label": "Cut a set", "url": "#cut"},
]
WEEKS = [
    {"visits": ["done", "done"]},
    {"visits": ["done", "missed"]},
    {"visits": ["done", "planned"]},
    {"visits": ["planned", "planned"], "review": True},
    {"visits": ["planned", "planned"]},
    {"visits": ["planned", "planned"]},
    {"visits": ["planned", "planned"], "limit": True},
    {"visits": ["planned", "planned"], "review": True},
]
EXERCISE = {
    "name": "Bridge",
    "dose": "2 sets of 8, hold 3 seconds",
    "steps": [
        "Knees bent, feet hip width apart.",
        "Squeeze your seat. Lift your hips.",
        "Breathe out. Lower slowly.",
    ],
    "works": ["seat", "back of the thighs"],
    "meta": "Core, lying, level 1",
    "codes": "Careful with: HTN-UNC",
    "minutes": 2.5,
    "badge": {"severity": "info", "word": "New", "icon": "plus"},
}
EXERCISE_ROWS = [
    {
        "code": "COR-03",
        "name": "Heel tap",
        "meta": "Core, lying, level 1",
        "sets": 2,
        "reps": 8,
        "hold": 0,
        "minutes": 2,
    },
    {
        "code": "COR-05",
        "name": "Bird-dog, leg only",
        "meta": "Core, hands and knees, level 1",
        "sets": 2,
        "reps": 6,
        "hold": 3,
        "minutes": 2.5,
        "badge": {"severity": "caution", "word": "Knee"},
    },
]
TIMELINE = [
    {
        "day": "Mon 23 Nov",
        "entries": [
            {
                "icon": "message-square",
                "text": "Check-in 2: worse, no warning signs",
                "meta": "19:20, on her phone",
            }
        ],
    },
    {
        "day": "Fri 20 Nov",
        "entries": [
            {
                "icon": "pill",
                "text": "Ibuprofen signed for 5 days",
                "meta": "Dr Nair, 16:05",
                "url": "#signed",
            },
            {
                "icon": "user",
                "text": "Visit 7. Blood pressure 136/82",
                "meta": "Tom Adeyemi, 10:30",
            },
        ],
    },
]
TABLE = {
    "head": ["Name", "Role", "Licence", ""],
    "rows": [
        [
            {"text": "Tom Adeyemi", "small": "42 people"},
            "Therapist",
            "until Jun 2027",
            {"button": "Open", "url": "#tom"},
        ],
        [
            {"text": "Mei Kuroda", "small": "38 people"},
            "Therapist",
            {"badge": {"severity": "caution", "word": "ends 12 Dec", "icon": "clock"}},
            {"button": "Renew", "url": "#mei"},
        ],
    ],
}
FIELDS = [
    {"kind": "yesno", "name": "fever", "label": "Fever, chills or night sweats", "value": "no"},
    {"kind": "number", "name": "weight", "label": "Weight today", "unit": "kg", "value": "64.6"},
    {
        "kind": "date",
        "name": "creatinine_date",
        "label": "When was creatinine tested?",
        "hint": "For example, 14 10 2026",
        "error": "Enter the date of the creatinine test",
    },
    {
        "kind": "choice",
        "name": "position",
        "label": "What eases it most?",
        "value": "move",
        "options": [("move", "Moving about", ""), ("lie", "Lying down", "On your back or side")],
    },
    {
        "kind": "choices",
        "name": "conditions",
        "label": "Has a doctor ever told you that you have",
        "value": ["asthma"],
        "options": [("asthma", "Asthma"), ("ulcer", "A stomach ulcer")],
    },
    {"kind": "text", "name": "goal", "label": "What do you want to do again?", "value": ""},
    {
        "kind": "select",
        "name": "sessions",
        "label": "Sessions a week",
        "options": [(2, "2"), (3, "3")],
        "value": 2,
    },
    {
        "kind": "textarea",
        "name": "finding",
        "label": "What you found",
        "error": "Write one sentence about what you found",
    },
]
DAYS = [{"kind": kind} for kind in ("done", "done", "none", "done", "none", "done")] + [
    {"kind": "short", "mark": 5},
    {"kind": "warn", "mark": 8},
    {"kind": "wall"},
]
MINE_NAV = [
    (label, f"#{label}", label == "Today")
    for label in ("Today", "Progress", "My plan", "My record")
]
SMALL = {
    "tabs": [
        {"label": "Mine", "url": "#mine", "count": 8, "current": True},
        {"label": "Whole clinic", "url": "#clinic", "count": 23},
        {"label": "Snoozed", "url": "#snoozed", "count": 3},
    ],
    "steps": [
        {"label": "Red flags", "url": "#flags"},
        {"label": "Story", "current": True},
        {"label": "Features"},
    ],
    "next": [
        {"icon": "phone", "text": "Call her", "small": "yours, CK-12", "when": "Thu 26"},
        {"icon": "lock", "text": "Plan builder opens", "off": True},
    ],
    "facts": [("Creatinine", "1.20 mg/dL", "1 Oct 2026"), ("PEG", "5.3", "")],
    "rows": [
        {"title": "Pain score", "small": "You said 4 at 8:10", "done": True},
        {"title": "Slow breathing", "small": "5 minutes", "done": False, "url": "#breathing"},
        {"title": "Get a copy", "icon": "download", "url": "#copy"},
    ],
    "flag": {
        "severity": "urgent",
        "text": "Urgent: weight loss is not explained yet",
        "url": "#flag",
        "action": "Record what you found",
    },
    "errors": [("id_creatinine_date", "Enter the date of the creatinine test")],
    "call": {"label": "Call 911", "number": "911"},
    "open": {"label": "Open", "url": "#open"},
    "message": SimpleNamespace(extra_tags="undo:/styleguide/"),
    "mine_tab": "today",
    "settle": {
        "text": "Weigh her now. She was 68.0 kg on 3 September; 64.6 kg or less counts as a yes.",
    },
}
CONTEXT = {
    "why": WHY,
    "why_missing": WHY_MISSING,
    "banner": BANNER,
    "findings": FINDINGS,
    "drugs": DRUGS,
    "drug_statuses": DRUG_STATUSES,
    "severities": ["emergency", "urgent", "stop", "caution", "info", "ok"],
    "alerts": ["urgent", "stop", "caution", "info", "ok"],
    "worklist": WORKLIST,
    "trends": [PEG, OWN, FIRST],
    "budgets": BUDGETS,
    "remedies": REMEDIES,
    "weeks": WEEKS,
    "exercise": EXERCISE,
    "exercise_rows": EXERCISE_ROWS,
    "timeline": TIMELINE,
    "table": TABLE,
    "fields": FIELDS,
    "days": DAYS,
    "nav": [("Worklist", "#worklist", True), ("Patients", "#patients", False)],
    "search_url": "/styleguide/",
    **SMALL,
}


@public("shows made-up data only, and is routed in DEBUG alone")
def styleguide(request):
    """The whole guide; `?theme=dark` or `?theme=light` fixes the theme, `?mine=1` the phone's."""
    theme = request.GET.get("theme")
    theme = theme if theme in ("light", "dark") else ""
    context = CONTEXT | RULES | {"theme": theme}
    if request.GET.get("mine"):
        return render(request, "styleguide/mine.html", context | {"nav": MINE_NAV})
    return render(request, "styleguide/index.html", context)
