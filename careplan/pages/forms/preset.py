"""Forms of the preset door. What may be kept or taken over is asked of the actions, not here."""

from django import forms

from careplan.actions import preset as actions
from careplan.models import PlanVersion, Preset
from careplan.pages.forms.plan import ActionForm


class PresetForm(ActionForm):
    """Name and for whom: of a version's new preset, or of one that there is."""

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(
        label="Name",
        max_length=actions.NAME_LENGTH,
        help_text="What you would look for, such as: Stiff back, first weeks.",
        error_messages={"required": "Give the preset a name."},
    )
    for_whom = forms.CharField(
        label="For whom",
        max_length=actions.FOR_WHOM_LENGTH,
        help_text="One line for your colleagues: for whom it is meant, not who it was made for.",
        error_messages={"required": "Say in a line for whom it is meant."},
    )
    not_named = forms.BooleanField(
        label="This word is not about the patient", required=False, initial=False
    )

    def keep(self, version: PlanVersion, by) -> Preset:
        """Raises PresetRefused."""
        given = self.cleaned_data
        return actions.keep(version=version, by=by, **given)

    def rename(self, preset: Preset, by) -> Preset:
        """Raises PresetRefused."""
        given = {name: self.cleaned_data[name] for name in ("name", "for_whom")}
        seen = self.cleaned_data["revision"] or 0
        return actions.rename(preset=preset, revision=seen, by=by, **given)


class UseForm(ActionForm):
    """Which parts are taken over, and what was shown: its stamp and the draft's revision."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    parts = forms.MultipleChoiceField(
        required=False, choices=[(part, part) for part in actions.PARTS]
    )

    def save(self, source, patient, by) -> PlanVersion:
        """Raises PlanRefused or lifecycle.IllegalMove."""
        return actions.start_from(source=source, patient=patient, by=by, **self.cleaned_data)
