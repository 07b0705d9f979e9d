"""Forms of the medication door. What may be signed is asked of the action, not here."""

from django import forms
from django.utils import timezone


class SignForm(forms.Form):
    starts_on = forms.DateField(
        label="First day",
        widget=forms.DateInput(attrs={"type": "date"}),
        initial=timezone.localdate,
    )
    reason = forms.CharField(
        label="Why this is acceptable, where there is a caution",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Reason",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Write the reason in one sentence."},
    )


class RequestForm(forms.Form):
    drug = forms.CharField(max_length=30)
    reason = forms.CharField(
        label="Why you ask",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Write why you ask, in one sentence."},
    )
