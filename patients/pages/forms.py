"""Forms of the ground floor. They check shapes; the actions decide."""

import re
import uuid
from zoneinfo import available_timezones

import holidays
from django import forms
from holidays import registry

from patients.actions import Refused
from patients.models import Clinic, Patient
from patients.models.calendar import DAYS
from patients.roles import STAFF_ROLES

ROLE_CHOICES = [(role.value, role.value.capitalize()) for role in STAFF_ROLES]
ZONES = sorted(available_timezones() - {"localtime", "Factory"})
# Countries whose parts keep holidays of their own and are chosen by the part.
BY_PART = ("AU", "AT", "CA", "CH", "DE", "GB", "US")
NATIONS = {"ENG": "England", "NIR": "Northern Ireland", "SCT": "Scotland", "WLS": "Wales"}


def _holidays() -> list[tuple[str, str]]:
    """("GB-ENG", "United Kingdom, England") of every country whose public holidays are known."""
    known, found = holidays.list_supported_countries(include_aliases=False), []
    for name, code, *_ in registry.COUNTRIES.values():
        country = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
        found.append((code, country))
        parts = known[code] if code in BY_PART else []
        found += [(f"{code}-{part}", f"{country}, {NATIONS.get(part, part)}") for part in parts]
    return sorted(found, key=lambda choice: choice[1])


HOLIDAYS = [("", "None"), *_holidays()]


def attempt(form: forms.Form, act):
    """Run `act(cleaned_data)`; what it refuses stands on the form. None where nothing was done."""
    if not form.is_valid():
        return None
    try:
        return act(form.cleaned_data)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return None


def sent(request):
    """What a form is bound to: the answers of a POST, even when there is none; nothing else."""
    return request.POST if request.method == "POST" else None


class Plain(forms.BaseForm):
    """A missing answer is named, so that the summary at the top of the page says something."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = f"{field.label}: this is missing."


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class LicenceMixin(Plain, forms.Form):
    """The licence of a prescriber or clinical lead, as the actions take it: `licence` or None."""

    licence_number = forms.CharField(label="Licence number", max_length=60, required=False)
    licence_authority = forms.CharField(label="Issued by", max_length=80, required=False)
    licence_expires_on = forms.DateField(label="Ends on", widget=DateInput(), required=False)

    def clean(self):
        data = super().clean()
        fields = ("number", "authority", "expires_on")
        licence = {name: data.pop(f"licence_{name}", None) for name in fields}
        data["licence"] = licence if any(licence.values()) else None
        return data


class RolesForm(LicenceMixin):
    roles = forms.MultipleChoiceField(
        choices=ROLE_CHOICES, widget=forms.CheckboxSelectMultiple, label="Roles"
    )
    field_order = ["roles"]


class InviteForm(RolesForm):
    name = forms.CharField(label="Name", max_length=120)
    email = forms.EmailField(label="E-mail")
    field_order = ["name", "email", "roles"]


class JoinForm(Plain, forms.Form):
    """Somebody new takes an invitation up."""

    name = forms.CharField(
        label="Your name",
        max_length=120,
        help_text="As patients and colleagues read it.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label="Choose a password",
        help_text="At least 12 characters. Three or four unrelated words work well.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class ContactForm(Plain, forms.ModelForm):
    """What may be corrected of a registered person."""

    time_zone = forms.ChoiceField(label="Time zone", required=False)

    class Meta:
        model = Patient
        fields = ["given_name", "family_name", "email", "phone", "time_zone"]
        labels = {"given_name": "Given name", "family_name": "Family name", "email": "E-mail"}
        help_texts = {"email": "Opens their plan and gets the check-ins. May be empty."}

    def __init__(self, *args, clinic: Clinic, **kwargs):
        super().__init__(*args, **kwargs)
        own = f"The clinic’s ({clinic.time_zone})"
        self.fields["time_zone"].choices = [("", own), *((zone, zone) for zone in ZONES)]

    def _post_clean(self):
        """The row stays as it is: only the action changes it."""


class PatientForm(ContactForm):
    """A person registered by hand."""

    class Meta(ContactForm.Meta):
        fields = ["given_name", "family_name", "birth_date", "sex", "email", "phone", "time_zone"]
        labels = ContactForm.Meta.labels | {"birth_date": "Birth date", "sex": "Sex at birth"}
        help_texts = ContactForm.Meta.help_texts | {"sex": "The kidney formulas ask for it."}
        widgets = {"birth_date": DateInput()}


class SettingsForm(Plain, forms.ModelForm):
    time_zone = forms.ChoiceField(label="Time zone", choices=[(zone, zone) for zone in ZONES])
    holidays = forms.ChoiceField(label="Public holidays", required=False, choices=HOLIDAYS)

    class Meta:
        model = Clinic
        fields = [
            "name",
            "phone",
            "time_zone",
            "holidays",
            "letterhead",
            "emergency_number",
            "crisis_line",
            "quiet_until",
            "quiet_from",
            "checkin_at",
            "default_visit_limit",
            "gabapentin_enabled",
            "duloxetine_enabled",
        ]
        labels = {
            "name": "Name",
            "letterhead": "Letterhead of printed plans",
            "emergency_number": "Emergency number",
            "crisis_line": "Crisis line",
            "quiet_until": "No mail before",
            "quiet_from": "No mail after",
            "checkin_at": "Check-ins go out at",
            "default_visit_limit": "Visits a plan may have",
            "gabapentin_enabled": "Gabapentin may be proposed",
            "duloxetine_enabled": "Duloxetine may be proposed",
        }
        help_texts = {
            "holidays": "The clinic is closed on them. Empty: it is open on every day.",
            "phone": "Patients read it on every page that asks them to call.",
            "checkin_at": "In each patient’s own time zone.",
            "default_visit_limit": "Empty: no limit.",
        }
        widgets = {
            name: forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
            for name in ("quiet_until", "quiet_from", "checkin_at")
        } | {"letterhead": forms.Textarea(attrs={"rows": 3})}

    def _post_clean(self):
        """The row stays as it is: only the action changes it."""


class ClosureForm(Plain, forms.Form):
    first_day = forms.DateField(label="First day", widget=DateInput())
    last_day = forms.DateField(
        label="Last day", widget=DateInput(), required=False, help_text="Empty: that one day."
    )
    why = forms.CharField(
        label="Why", max_length=80, help_text="Staff and patients read it: “Christmas”."
    )


class HoursForm(forms.Form):
    """A week: each day up to two stretches, each with a beginning and an end, or empty."""

    STRETCHES = (1, 2)

    def __init__(self, *args, rows=(), **kwargs):
        """`rows` have weekday, starts and ends, in order."""
        super().__init__(*args, **kwargs)
        for weekday, day in enumerate(DAYS):
            known = [row for row in rows if row.weekday == weekday]
            for n in self.STRETCHES:
                row = known[n - 1] if n <= len(known) else None
                second = "" if n == 1 else ", again"
                for end in ("starts", "ends"):
                    word = "from" if end == "starts" else "to"
                    self.fields[f"{end}_{weekday}_{n}"] = forms.TimeField(
                        label=f"{day}{second} {word}",
                        required=False,
                        initial=row and getattr(row, end),
                        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
                        error_messages={"invalid": f"{day}: enter an hour such as 9:30."},
                    )

    @property
    def days(self) -> list[tuple]:
        """(day, [(starts, ends), …]) of each weekday, for the template."""
        return [
            (day, [(self[f"starts_{w}_{n}"], self[f"ends_{w}_{n}"]) for n in self.STRETCHES])
            for w, day in enumerate(DAYS)
        ]

    def clean(self) -> dict:
        data, hours = super().clean(), []
        for weekday, day in enumerate(DAYS):
            for n in self.STRETCHES:
                starts, ends = (data.get(f"{end}_{weekday}_{n}") for end in ("starts", "ends"))
                if bool(starts) != bool(ends):
                    missing = "ends" if starts else "starts"
                    if f"{missing}_{weekday}_{n}" not in self.errors:
                        words = "when it ends" if starts else "when it begins"
                        self.add_error(f"{missing}_{weekday}_{n}", f"{day}: enter {words}, too.")
                elif starts:
                    hours.append((weekday, starts, ends))
        return {"hours": hours}


class AuditFilter(forms.Form):
    """Ids in the address; what is not an id filters by nobody and is said so."""

    person = forms.UUIDField(required=False)
    patient = forms.UUIDField(required=False)

    @property
    def wanted(self) -> dict[str, uuid.UUID]:
        chosen = self.cleaned_data if self.is_valid() else {}
        return {key: value for key, value in chosen.items() if value}
