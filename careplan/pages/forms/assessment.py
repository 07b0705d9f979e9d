"""Forms of the assessment door: upload a record, record a finding about a warning sign."""

from dataclasses import asdict
from hashlib import sha256

from django import forms
from django.utils import timezone

from careplan.exchange.fhir_in import MAX_BYTES, BundleRefused, Proposal, read_bundle
from patients.access import Actor
from patients.roles import Permission, Role

MB = 1_000_000


class UploadForm(forms.Form):
    """One FHIR R4 Bundle as a JSON file. `reading` holds what was read, ready to be kept."""

    file = forms.FileField(
        label="FHIR R4 record of one patient",
        help_text=f"A Bundle as a JSON file, at most {MAX_BYTES // MB} MB. Only what was read of "
        "it is kept, not the file.",
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}),
        error_messages={
            "required": "Choose a file first.",
            "empty": "The file is empty. Export the record again.",
        },
    )

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload.size > MAX_BYTES:  # before a byte of it is read into memory
            raise forms.ValidationError(
                f"The file is {upload.size / MB:.0f} MB and the limit is {MAX_BYTES // MB} MB. "
                "Export one patient only, and leave out documents and images."
            )
        data = upload.read()
        try:
            proposal = read_bundle(data, as_of=timezone.localdate())
        except BundleRefused as refusal:
            raise forms.ValidationError([_sentence(error) for error in refusal.errors]) from None
        if proposal.died:
            raise forms.ValidationError([f"{words}{_died(proposal)}" for words in proposal.blocked])
        self.reading = {
            "proposal": asdict(proposal),
            "sha256": sha256(data).hexdigest(),
            "file_name": upload.name,
        }
        return upload


def _died(proposal: Proposal) -> str:
    place = next((row.path for row in proposal.understood if row.label == "Died"), "")
    return place and f" (at {place})"


def _sentence(error: dict) -> str:
    place = f" (at {error['path']})" if error["path"] else ""
    return f"{error['message']}{place}"


class ReviewForm(forms.Form):
    """What was found about one warning sign. Who may close what is asked of the action."""

    outcome = forms.ChoiceField(
        label="What it is",
        choices=[
            ("cleared", "Cleared: looked for and not there"),
            ("baseline", "Old and stable: it was there before and has not changed"),
            ("confirmed", "Confirmed: it is there"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the three."},
    )
    finding = forms.CharField(
        label="What you found",
        help_text="What you asked and examined, in a sentence or two.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write in one sentence what you found."},
    )
    role = forms.ChoiceField(label="Found by", widget=forms.RadioSelect)
    on = forms.DateField(
        label="Day of the finding",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=timezone.localdate,
    )

    def __init__(self, *args, by: Actor, **kwargs):
        super().__init__(*args, **kwargs)
        own = []
        if Permission.RED_FLAG_CLEAR_EMERGENCY in by.permissions:
            own.append(("prescriber", "Me, as prescriber"))
        if Role.THERAPIST in by.roles:
            own.append(("therapist", "Me, as therapist"))
        reported = ("emergency_department", "An emergency department, whose result I have read")
        self.fields["role"].choices = [*own, reported]
        self.fields["role"].initial = own[0][0] if own else None
