"""Forms of the device door. What may be kept or allowed is asked of the actions, not here."""

from django import forms
from django.utils import timezone

from careplan.actions import device as actions
from careplan.actions.device.rows import REASON_LENGTH
from careplan.actions.device.uses import MOST_MINUTES
from careplan.actions.device.wishes import SCHEDULE_LENGTH
from careplan.models import Device, DeviceUse
from careplan.pages.forms.plan import ActionForm
from careplan.rules.device import HARM, WISH

ANSWERS = (("yes", "Yes"), ("no", "No"), ("unknown", "Not sure"))
CLEARED = {"yes": True, "no": False}
# Who is not sure whether the skin is harmed is looked at: not sure is never read as no.
HARMED = (("no", "No"), ("yes", "Yes, or not sure"))


class DeviceForm(ActionForm):
    """A form about a device that exists; carries the revision it was made from."""

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def refuse(self, refusal: Exception, device: Device | None = None) -> None:
        """After somebody else's change it carries the new revision: sending again is a decision."""
        super().refuse(refusal)
        if isinstance(refusal, actions.DeviceMoved) and device:
            self.data = self.data.copy()
            self.data["revision"] = device.revision


class WishForm(DeviceForm):
    """The schedule, and what only this page asks; an answer that is left out counts as not sure."""

    schedule = forms.CharField(
        label="How long and how often, as the device’s own instructions say",
        max_length=SCHEDULE_LENGTH,
        error_messages={
            "required": "Enter how long and how often, as the device’s instructions say.",
            "max_length": f"The schedule has at most {SCHEDULE_LENGTH} letters.",
        },
    )

    def __init__(self, *args, kind: str, device: Device | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind, self.device = kind, device
        if kind == Device.Kind.TENS:
            del self.fields["schedule"]
            return
        stored = device.field if device else {}
        self.fields["schedule"].initial = device.schedule if device else ""
        self.fields["revision"].initial = device.revision if device else None
        if kind == Device.Kind.CLINIC:
            known = {True: "yes", False: "no", None: "unknown"}
            self._ask("cleared", known[device.cleared] if device else "")
        for code in WISH:
            self._ask(code, stored.get(code, ""))

    def _ask(self, name: str, stored: str) -> None:
        wrong = {"invalid_choice": "Answer yes, no or not sure."}
        self.fields[name] = forms.ChoiceField(
            choices=ANSWERS, required=False, initial=stored, error_messages=wrong
        )

    @property
    def questions(self) -> list[tuple[str, str, str]]:
        """(name, words, answer) of the rows about the body under the pads."""
        return [
            (code, words[:1].upper() + words[1:], self[code].value() or "")
            for code, words in WISH.items()
            if code in self.fields
        ]

    @property
    def told(self) -> dict:
        """What the actions take."""
        data = self.cleaned_data
        return {
            "schedule": data.get("schedule", ""),
            "cleared": CLEARED.get(data.get("cleared")),
            "field": {code: data.get(code) or "unknown" for code in WISH if code in self.fields},
        }


class AllowForm(DeviceForm):
    """A reason for each caution that waits for one; what was found, where the device was stopped."""

    def __init__(self, *args, device: Device, cautions: list[dict], **kwargs):
        super().__init__(*args, **kwargs)
        self.cautions = cautions
        self.fields["revision"].initial = device.revision
        if device.state == Device.State.HELD:
            words = "What you saw on the skin, and what was agreed"
            self.fields["found"] = _reason(words, "Write what you saw and what was agreed.")
        for one in cautions:
            doctor = one["rule"] == "NM-05"
            words = "Which doctor approved it, when and why" if doctor else "Why it is acceptable"
            self.fields[one["rule"]] = _reason(words, f"{one['rule']} waits for its reason.")

    @property
    def rows(self) -> list:
        """(bound field, finding or nothing), in the order of the page."""
        found = [(self["found"], None)] if "found" in self.fields else []
        return [*found, *((self[one["rule"]], one) for one in self.cautions)]

    @property
    def told(self) -> dict:
        data = self.cleaned_data
        reasons = {one["rule"]: data[one["rule"]] for one in self.cautions}
        return {"reasons": reasons, "found": data.get("found", ""), "revision": data["revision"]}


def _reason(label: str, missing: str) -> forms.CharField:
    long = f"A reason has at most {REASON_LENGTH} letters."
    return forms.CharField(
        label=label,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": missing, "max_length": long},
    )


class CloseForm(DeviceForm):
    reason = _reason("Why it is taken off", "Write why it is taken off, in one sentence.")


class UseForm(ActionForm):
    """One use, as the patient notes it on the phone."""

    on = forms.DateField(
        error_messages={
            "required": "Choose the day you used it.",
            "invalid": "Choose the day you used it, for example 2026-11-24.",
        }
    )
    minutes = forms.IntegerField(min_value=1, max_value=MOST_MINUTES)
    before = forms.IntegerField(min_value=0, max_value=10)
    after = forms.IntegerField(min_value=0, max_value=10)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()
        told = {
            "minutes": "Enter the minutes as a whole number, for example 20.",
            "before": "Choose how your pain was before, 0 to 10.",
            "after": "Choose how your pain was after, 0 to 10.",
        }
        for name, words in told.items():
            kinds = ("required", "invalid", "min_value", "max_value")
            self.fields[name].error_messages |= dict.fromkeys(kinds, words)
            for validator in self.fields[name].validators:
                validator.message = words
        for code, words in HARM.items():
            wrong = {
                "required": f"Say whether you saw {words}.",
                "invalid_choice": "Choose no or yes.",
            }
            self.fields[code] = forms.ChoiceField(choices=HARMED, error_messages=wrong)

    @property
    def harms(self) -> list:
        """(bound field, words) of what is asked about the skin."""
        return [(self[code], words[:1].upper() + words[1:]) for code, words in HARM.items()]

    def save(self, device: Device, key, by) -> DeviceUse:
        data = self.cleaned_data
        return actions.log_use(
            patient=by.patient,
            device=device,
            on=data["on"],
            minutes=data["minutes"],
            before=data["before"],
            after=data["after"],
            burn=data["burn"] == "yes",
            rash=data["rash"] == "yes",
            key=key,
            by=by,
        )
