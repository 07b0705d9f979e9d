"""Forms of the program door."""

from django import forms

from careplan.actions import program as actions
from careplan.models import PlanVersion
from careplan.pages.forms.plan import DraftForm
from careplan.queries import program as queries
from careplan.rules import schedule

SHAPE = ("sessions_per_week", "weeks", "starts_on", "at", "weekdays")
AEROBIC = ("aerobic_minutes_start", "aerobic_minutes_goal")


def whole_number(label: str, words: str, choices=()) -> forms.Field:
    """A number from a list, or any whole number, refused with the same words."""
    texts = dict.fromkeys(("required", "invalid", "invalid_choice"), words)
    if not choices:
        return forms.IntegerField(label=label, error_messages=texts)
    return forms.TypedChoiceField(label=label, choices=choices, coerce=int, error_messages=texts)


class ProgramForm(DraftForm):
    sessions_per_week = whole_number(
        "Sessions a week",
        "Choose 2 or 3 sessions a week.",
        [(n, f"{n} a week") for n in schedule.SESSIONS_PER_WEEK],
    )
    weeks = whole_number(
        "Weeks", "Choose 6, 7 or 8 weeks.", [(n, f"{n} weeks") for n in schedule.WEEKS]
    )
    weekdays = forms.TypedMultipleChoiceField(
        label="Days",
        choices=list(enumerate(schedule.DAYS)),
        coerce=int,
        error_messages={"required": "Choose the days of the week."},
    )
    at = forms.TimeField(
        label="Hour",
        error_messages=dict.fromkeys(("required", "invalid"), "Enter an hour such as 9:30."),
    )
    starts_on = forms.DateField(
        label="First day",
        error_messages=dict.fromkeys(
            ("required", "invalid"), "Enter the first day, such as 2026-11-26."
        ),
    )
    aerobic_minutes_start = whole_number("Start with", "Enter the minutes to start with.")
    aerobic_minutes_goal = whole_number("Reach", "Enter the minutes to reach.")

    def __init__(self, *args, version: PlanVersion, **kwargs):
        super().__init__(*args, **kwargs)
        program = getattr(version, "program", None)
        for name in (*SHAPE, *AEROBIC):
            self.fields[name].initial = getattr(program, name, None)
        if program is None:
            self.fields["starts_on"].initial = queries.first_day(version.clinic)

    def save(self, version: PlanVersion, by) -> None:
        """Raises PlanRefused."""
        wish = {name: self.cleaned_data[name] for name in (*SHAPE, *AEROBIC)}
        actions.lay(version=version, revision=self.seen, by=by, **wish)
