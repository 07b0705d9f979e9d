"""Forms of the follow_up door. What may be snoozed or closed is asked of the action, not here."""

from django import forms


class SnoozeForm(forms.Form):
    until = forms.DateField(
        label="Until which day",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": "Choose the day on which it comes back.",
            "invalid": "Enter a day, for example 2026-11-30.",
        },
    )


class CloseForm(forms.Form):
    reason = forms.CharField(
        label="What was done",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write what was done, in one sentence."},
    )
