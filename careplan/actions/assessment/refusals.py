"""Why a change of this door is refused: sentences for the page."""

from careplan.models import Intake


class Refused(Exception):
    """The change is not possible; the message is a sentence for the page."""


class AnswersRefused(Refused):
    """Some answers cannot be kept. `errors`: [{"path", "message"}], as the rules name them."""

    def __init__(self, errors: list[dict]):
        super().__init__("; ".join(error["message"] for error in errors))
        self.errors = errors


class ChangedElsewhere(Refused):
    """The intake was saved from another tab since this page was loaded: `.intake` as it is now."""

    def __init__(self, intake: Intake):
        super().__init__(
            "These answers were changed in another window since you opened this page. Both values "
            "are shown below. What you typed is still here: save again to keep yours."
        )
        self.intake = intake
