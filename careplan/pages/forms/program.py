"""Forms of the program door."""

from datetime import datetime

from django import forms

from careplan.actions import program as actions
from careplan.actions.drafting import PlanRefused
from careplan.models import PlanVersion
from careplan.pages.forms.plan import DraftForm
from careplan.queries import dates as dates_of
from careplan.queries import program as queries
from careplan.rules import schedule
from patients import queries as people

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
    therapist = forms.ChoiceField(label="Therapist", required=False)
    aerobic_minutes_start = whole_number("Start with", "Enter the minutes to start with.")
    aerobic_minutes_goal = whole_number("Reach", "Enter the minutes to reach.")

    def __init__(self, *args, version: PlanVersion, **kwargs):
        super().__init__(*args, **kwargs)
        self.version, self.program = version, getattr(version, "program", None)
        for name in (*SHAPE, *AEROBIC):
            self.fields[name].initial = getattr(self.program, name, None)
        if self.program is None:
            self.fields["starts_on"].initial = queries.first_day(version.clinic)
        self.people = {str(one.pk): one for one in people.therapists(version.clinic)}
        known = [(key, one.name) for key, one in self.people.items()]
        self.fields["therapist"].choices = [("", "Nobody yet"), *known]
        self.fields["therapist"].initial = str(getattr(self.program, "therapist_id", None) or "")

    @property
    def who(self):
        """Whoever was chosen, else whoever gives the sessions already."""
        chosen = self.cleaned_data.get("therapist") if self.is_bound else None
        return self.people.get(chosen) or getattr(self.program, "therapist", None)

    def instead(self) -> list[schedule.Wish]:
        """Plans near what was asked that can be done; empty where what was asked can be."""
        wish = self._wish()
        if wish is None or not (self.errors or self._blocked(wish)):
            return []
        return dates_of.instead(wish, self.version, self.who)

    def _blocked(self, wish: schedule.Wish) -> bool:
        left = dates_of.visits_left(self.version)
        over = left is not None and wish.visits > left
        return over or bool(dates_of.dates(self.version).reasons)

    def _wish(self) -> schedule.Wish | None:
        """The wish as typed, else as kept; None where the typed one says too little."""
        if not self.is_bound:
            return queries.wish_of(self.program) if self.program else None
        if not all(name in self.cleaned_data for name in SHAPE):
            return None
        given = {name: self.cleaned_data[name] for name in SHAPE}
        return schedule.Wish(**given | {"weekdays": tuple(given["weekdays"])})

    def save(self, version: PlanVersion, by) -> None:
        """Raises PlanRefused."""
        wish = {name: self.cleaned_data[name] for name in (*SHAPE, *AEROBIC)}
        actions.lay(version=version, revision=self.seen, therapist=self.who, by=by, **wish)


class MoveForm(forms.Form):
    """Where one session is to go. `to` empty puts it back; "hour" takes the chosen hour of `at`."""

    number = forms.IntegerField(min_value=1, max_value=99)
    seen = forms.IntegerField(required=False, min_value=0)
    to = forms.CharField(required=False, max_length=20)
    at = forms.CharField(required=False, max_length=20)

    def wanted(self) -> dict:
        """number, seen and `to`: naive, the clinic's wall clock, or None. Raises PlanRefused."""
        if not self.is_valid():
            raise PlanRefused("Choose a session and a day for it.")
        given = self.cleaned_data
        words = given["at"] if given["to"] == "hour" else given["to"]
        try:
            to = datetime.strptime(words, "%Y-%m-%dT%H:%M") if words else None  # noqa: DTZ007
        except ValueError:
            raise PlanRefused(
                f"“{words}” is no day and hour. Choose one that is offered."
            ) from None
        return {"number": given["number"], "seen": given["seen"], "to": to}
