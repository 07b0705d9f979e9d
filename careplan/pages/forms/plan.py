"""Forms of the plan door. What may be kept or signed is asked of the actions, not here."""

from django import forms

from careplan.actions import plan as actions
from careplan.actions.drafting import PlanRefused
from careplan.actions.plan.care import NOTE_LENGTH
from careplan.models import Plan, PlanVersion
from careplan.rules.book import book

ROUTINE_CARDS = ("SM-03", "SM-04", "SM-05", "SM-06")


class ActionForm(forms.Form):
    """A form whose action may refuse: the sentences are shown with what was typed."""

    def refuse(self, refusal: Exception) -> None:
        """Show why an action did not happen."""
        for sentence in getattr(refusal, "reasons", [str(refusal)]):
            self.add_error(None, sentence)


class DraftForm(ActionForm):
    """A part of a draft; carries the revision it was made from."""

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def seen(self) -> int | None:
        return self.cleaned_data.get("revision")


class GoalsForm(DraftForm):
    """Lines of goals: the activity, the day it is wanted by, and 0 to 10 now and wanted (OM-03)."""

    def __init__(self, *args, version: PlanVersion, **kwargs):
        super().__init__(*args, **kwargs)
        goals = list(version.goals.all())
        self.often = book().codes["activities"]
        self.told = _first_score(version)
        self.numbers = range(1, min(max(3, len(goals) + 1), actions.GOALS_MOST) + 1)
        for n in self.numbers:
            self._add_line(n, goals[n - 1] if n <= len(goals) else None)

    def _add_line(self, n: int, goal) -> None:
        self.fields[f"goal_{n}"] = forms.CharField(
            label=f"Goal {n}",
            required=False,
            max_length=actions.GOAL_LENGTH,
            initial=goal.text if goal else "",
        )
        self.fields[f"by_{n}"] = forms.DateField(
            label=f"Goal {n} by",
            required=False,
            initial=goal.target_on if goal else None,
            error_messages={"invalid": f"Goal {n}: enter a day such as 2027-01-31."},
        )
        for name in ("now", "wanted"):
            self.fields[f"{name}_{n}"] = forms.IntegerField(
                label=f"Goal {n} {name}",
                required=False,
                min_value=0,
                max_value=10,
                initial=getattr(goal, name)
                if goal
                else self.told
                if (n, name) == (1, "now")
                else None,
                error_messages=dict.fromkeys(
                    ("invalid", "min_value", "max_value"),
                    f"Goal {n}: 0 (cannot do it) to 10 (as before).",
                ),
            )

    def _add_activity(self) -> None:
        """What was pressed becomes the first empty line, with the score that the intake told."""
        act, _, code = self.data.get("act", "save").partition(":")
        if act != "often" or code not in self.often:
            return
        for n in self.numbers:
            if not self.cleaned_data.get(f"goal_{n}"):
                self.cleaned_data[f"goal_{n}"] = self.often[code].label
                return

    def clean(self) -> dict:
        given = super().clean()
        self._add_activity()
        return given

    @property
    def lines(self) -> list:
        """(text, day, now, wanted) of each line, for the template."""
        names = ("goal", "by", "now", "wanted")
        return [tuple(self[f"{name}_{n}"] for name in names) for n in self.numbers]

    def save(self, version: PlanVersion, by) -> None:
        """Raises PlanRefused."""
        given = self.cleaned_data
        goals = [
            tuple(given[f"{name}_{n}"] for name in ("goal", "by", "now", "wanted"))
            for n in self.numbers
        ]
        actions.save_goals(version=version, goals=goals, revision=self.seen, by=by)


def _first_score(version: PlanVersion) -> int | None:
    """What the patient told of the activity of their choice in the intake, 0 to 10 (PSFS)."""
    told = version.assessment.facts.get("function", {}).get("psfs") or [None]
    return int(told[0]) if told[0] is not None and told[0] == int(told[0]) else None


class MovementForm(DraftForm):
    """The checklist before core exercises are loaded (PT-06): seen, and what was seen."""

    def __init__(self, *args, version: PlanVersion, **kwargs):
        super().__init__(*args, **kwargs)
        self.movements = book().codes["movements"]
        for code in self.movements:
            line = version.movement.get(code, {})
            self.fields[f"seen_{code}"] = forms.BooleanField(
                required=False, initial=line.get("seen", False)
            )
            self.fields[f"note_{code}"] = forms.CharField(
                required=False, max_length=NOTE_LENGTH, initial=line.get("note", "")
            )

    @property
    def lines(self) -> list:
        """(label, seen, note) of each line, for the template."""
        return [
            (row.label, self[f"seen_{code}"], self[f"note_{code}"])
            for code, row in self.movements.items()
        ]

    def save(self, version: PlanVersion, by) -> None:
        """Raises PlanRefused. The button for all of them ticks every line."""
        given, whole = self.cleaned_data, self.data.get("act") == "all"
        seen = {
            code: {
                "seen": whole or given[f"seen_{code}"],
                "note": given[f"note_{code}"].strip(),
            }
            for code in self.movements
        }
        actions.save_movement(version=version, seen=seen, revision=self.seen, by=by)


class CardsForm(DraftForm):
    """What is explained to the patient, and what stands in their way."""

    education = forms.MultipleChoiceField(required=False)
    barriers = forms.MultipleChoiceField(required=False)

    def __init__(self, *args, version: PlanVersion, **kwargs):
        super().__init__(*args, **kwargs)
        cards = book().self_care.values()
        self.offered = version.assessment.result.get("education", [])
        self.explains = [card for card in cards if card.kind in actions.EXPLAINS]
        self.in_the_way = [card for card in cards if card.kind == actions.BARRIER]
        for name, rows in (("education", self.explains), ("barriers", self.in_the_way)):
            self.fields[name].choices = [(card.code, card.title) for card in rows]
            self.fields[name].initial = getattr(version, name)

    @property
    def cards(self) -> list:
        """(card, chosen, why it is here) of each card that explains; those offered come first."""
        chosen = self["education"].value() or []
        order = sorted(self.explains, key=lambda card: card.code not in self.offered)
        return [(card, card.code in chosen, card.code in self.offered) for card in order]

    @property
    def barriers_lines(self) -> list:
        chosen = self["barriers"].value() or []
        return [(card, card.code in chosen) for card in self.in_the_way]

    def save(self, version: PlanVersion, by) -> None:
        """Raises PlanRefused."""
        given = self.cleaned_data
        actions.save_cards(
            version=version,
            education=given["education"],
            barriers=given["barriers"],
            revision=self.seen,
            by=by,
        )


class NoteForm(DraftForm):
    note = forms.CharField(label="Note", required=False, max_length=actions.NOTE_LENGTH)

    def __init__(self, *args, version: PlanVersion, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].initial = version.note

    def save(self, version: PlanVersion, by) -> None:
        """Raises PlanRefused."""
        note = self.cleaned_data["note"]
        actions.save_note(version=version, note=note, revision=self.seen, by=by)


class RoutineForm(DraftForm):
    """What belongs to each day beside the exercises: which, how long, and when."""

    def __init__(self, *args, version: PlanVersion, **kwargs):
        super().__init__(*args, **kwargs)
        chosen = {line["code"]: line for line in version.routine}
        usual = dict(actions.ROUTINE)
        for code in ROUTINE_CARDS:
            line = chosen.get(code, {})
            self.fields[f"on_{code}"] = forms.BooleanField(required=False, initial=code in chosen)
            self.fields[f"minutes_{code}"] = forms.IntegerField(
                required=False,
                min_value=1,
                max_value=30,
                initial=line.get("minutes", usual.get(code, 5)),
                error_messages=dict.fromkeys(
                    ("invalid", "min_value", "max_value"),
                    f"{book().self_care[code].title}: 1 to 30 minutes.",
                ),
            )
            self.fields[f"anchor_{code}"] = forms.CharField(
                required=False, max_length=actions.GOAL_LENGTH, initial=line.get("anchor", "")
            )

    @property
    def lines(self) -> list:
        """(card, on, minutes, when) of each line, for the template."""
        names = ("on", "minutes", "anchor")
        return [
            (book().self_care[code], *(self[f"{name}_{code}"] for name in names))
            for code in ROUTINE_CARDS
        ]

    def save(self, version: PlanVersion, by) -> None:
        """Raises PlanRefused."""
        given = self.cleaned_data
        routine = [
            {
                "code": code,
                "title": book().self_care[code].title,
                "minutes": given[f"minutes_{code}"] or 5,
                "anchor": given[f"anchor_{code}"],
            }
            for code in ROUTINE_CARDS
            if given[f"on_{code}"]
        ]
        actions.save_routine(version=version, routine=routine, revision=self.seen, by=by)


class SignForm(DraftForm):
    """The one statement, unticked, and the revision and the newest assessment that were read."""

    read = forms.BooleanField(required=False)
    newest = forms.CharField(required=False, max_length=36)

    def save(self, version: PlanVersion, by) -> PlanVersion:
        """Raises PlanRefused or lifecycle.IllegalMove."""
        given = self.cleaned_data
        if self.seen is None or not given["newest"]:
            raise PlanRefused("Open the page again and read it before you sign.")
        return actions.sign(
            version=version, read=given["read"], revision=self.seen, newest=given["newest"], by=by
        )


class CloseForm(ActionForm):
    reason = forms.CharField(
        label="Why the plan ends",
        max_length=actions.REASON_LENGTH,
        error_messages={"required": "Write why the plan ends, in one sentence."},
    )

    def save(self, plan: Plan, by) -> Plan:
        """Raises PlanRefused or lifecycle.IllegalMove."""
        return actions.close(plan=plan, reason=self.cleaned_data["reason"], by=by)
