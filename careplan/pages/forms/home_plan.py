"""The one form of the home exercises: doses as typed, and the button that was pressed.

Fields sets-CODE, reps-CODE, hold-CODE, short-CODE and reason-PART; anchor-N, a habit or "own", and
own-N of each bout. The button is `act`, such as `drop:COR-01`; `put:COR-01:3:2` is a drop at place 3
(0 is the first) in bout 2. What was typed and what was pressed become one change.
"""

from careplan.actions import home_plan as actions
from careplan.actions.drafting import PlanRefused
from careplan.models import PlanVersion
from careplan.pages.forms.plan import DraftForm
from careplan.queries import home_plan as queries
from careplan.queries.catalogue import catalogue
from careplan.rules.book import book

DOSES = (("sets", "sets"), ("reps", "reps"), ("hold_s", "hold"))
STEPS = {"up": -1, "down": 1}
BOUTS, OWN = ("2", "3"), "own"


class HomeForm(DraftForm):
    """Bound to a draft; `act` is what the pressed button does, "save" where none was."""

    def __init__(self, *args, version: PlanVersion, **kwargs):
        super().__init__(*args, **kwargs)
        self.current = queries.items_of(version)
        self.exercises = catalogue(version.clinic)
        self.bouts = queries.bouts(self.current, version.home_plan.anchors) if self.current else []
        self.act, _, self.on = self.data.get("act", "save").partition(":")

    def save(self, version: PlanVersion, by) -> None:
        """Keep the exercises, and why a part is left out. Raises PlanRefused."""
        actions.set_items(
            version=version,
            items=self.items(version),
            template=self.on if self.act == "template" else None,
            reasons=self.reasons(version),
            anchors=self.anchors(),
            revision=self.seen,
            by=by,
        )

    def items(self, version: PlanVersion) -> list[dict]:
        """The list that was typed, with what was pressed done to it."""
        items = actions.dosed(self.current, self._doses())
        if self.act == "add":
            return actions.added(items, self._item(self.on))
        if self.act == "drop":
            return actions.dropped(items, self.on)
        if self.act in STEPS:
            return actions.moved(items, self.on, STEPS[self.act])
        if self.act == "put":
            return self._put(items)
        if self.act == "split":
            return actions.split(items, int(self.on) if self.on in BOUTS else None)
        if self.act == "merge":
            return actions.merged(items)
        if self.act == "cut":
            return actions.dosed(items, _one_set_less(items, self.on))
        if self.act == "template":
            return self._template(version)
        return items

    def _template(self, version: PlanVersion) -> list[dict]:
        if self.on not in book().templates:
            raise PlanRefused(f"There is no template {self.on}.")
        items = actions.from_template(self.on, queries.hidden(version.assessment))
        return actions.split(items, len(self.bouts)) if self.bouts else items

    def _put(self, items: list[dict]) -> list[dict]:
        code, _, where = self.on.partition(":")
        place, _, bout = where.partition(":")
        if not (place.isdecimal() and bout.isdecimal()):
            raise PlanRefused("This place is not known. Use the buttons to move the exercise.")
        return actions.put(items, code, int(place), int(bout))

    def anchors(self) -> list[dict] | None:
        """What each bout is tied to, as typed; None where the page did not ask."""
        if not self.bouts or "anchor-1" not in self.data:
            return None
        return [self._anchor(bout) for bout in self.bouts]

    def _anchor(self, bout: queries.Bout) -> dict:
        chosen, own = self.typed_anchor(bout)
        if chosen == OWN:
            return actions.anchor(" ".join(own.split()))
        if chosen not in book().habits:
            raise PlanRefused(f"Bout {bout.number}: choose from the list, or write when.")
        return actions.anchor(chosen)

    def typed_anchor(self, bout: queries.Bout) -> tuple[str, str]:
        """(habit or "own", own words) of a bout as they stand in the form."""
        kept = actions.anchor(bout.anchor)
        usual = (kept["code"] or OWN, "" if kept["code"] else kept["words"])
        if not self.is_bound:
            return usual
        names = f"anchor-{bout.number}", f"own-{bout.number}"
        return tuple(self.data.get(name, known) for name, known in zip(names, usual, strict=True))

    def reasons(self, version: PlanVersion) -> dict[str, str]:
        """Reasons that were typed and differ from what is kept."""
        given = {
            code: self.data[f"reason-{code}"].strip()
            for code in queries.COMPONENTS
            if f"reason-{code}" in self.data
        }
        return {c: text for c, text in given.items() if text != version.reasons.get(c, "")}

    def _doses(self) -> dict[str, dict]:
        doses = {item["exercise"]: {} for item in self.current}
        for code, dose in doses.items():
            for name, field in DOSES:
                if f"{field}-{code}" in self.data:
                    dose[name] = self._whole(self.data[f"{field}-{code}"], code)
            if "short" in self.data:  # the five-minute day was on the page
                dose["short_day"] = code in self.data.getlist("short-day")
        return doses

    def _whole(self, text: str, code: str) -> int:
        try:
            return int(text.strip())
        except ValueError:
            name = self.exercises[code].name if code in self.exercises else code
            raise PlanRefused(f"{name}: enter whole numbers, not “{text[:20]}”.") from None

    def _item(self, code: str) -> dict:
        if code not in self.exercises:
            raise PlanRefused(f"There is no exercise {code[:20]}.")
        return queries.default_item(code, self.exercises)

    def typed(self, item: dict) -> dict:
        """An item's doses as they stand in the form: what was typed, else what is kept."""
        code = item["exercise"]
        return {
            field: self.data.get(f"{field}-{code}", item[name]) if self.is_bound else item[name]
            for name, field in DOSES
        }


def _one_set_less(items: list[dict], code: str) -> dict[str, dict]:
    return {i["exercise"]: {"sets": max(i["sets"] - 1, 1)} for i in items if i["exercise"] == code}
