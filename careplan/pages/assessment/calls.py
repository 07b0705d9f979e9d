"""What the answers so far call for at once. It stands in a strip whose room is always kept, so
that no question moves while somebody answers."""

from dataclasses import dataclass

from careplan.models import Intake
from careplan.pages.assessment import words
from careplan.pages.forms.intake import Field, StepForm
from careplan.queries import assessment as queries


@dataclass(frozen=True)
class Call:
    """`danger`: findings of somebody at risk, gravest first; `unsure`: warning signs answered Not
    sure; `more`: questions that the answers brought up and that nobody has answered."""

    danger: list[dict]
    unsure: list[Field]
    more: list[Field]

    @property
    def kind(self) -> str:
        """emergency, urgent, settle, ask or nothing."""
        if self.danger:
            return self.danger[0]["severity"]
        return "settle" if self.unsure else "ask" if self.more else ""

    @property
    def count(self) -> int:
        return len(self.danger) + len(self.unsure) + len(self.more)

    @property
    def key(self) -> str:
        """Tells one content from another: an autosave leaves what is shown already alone."""
        parts = (
            *(row["rule"] for row in self.danger),
            *(f"{one.name}?" for one in self.unsure),
            *(f"{one.name}+" for one in self.more),
        )
        return " ".join(parts)


def call_of(draft: Intake, form: StepForm) -> Call:
    """The call of a draft. Open questions are named on the page of the warning signs alone."""
    danger = [row | {"lead": words.lead(row)} for row in queries.danger_now(draft)]
    asked = form.fields if form.step == "red_flags" else []
    unsure = [one for one in asked if one.unsure and one.question.ask]
    more = [one for one in asked if not one.question.required and one.value is None]
    return Call(danger, unsure, more)
