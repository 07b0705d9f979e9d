"""Forms of the visits: grants, what is taken out, visits that make up, certification."""

from datetime import datetime

from django import forms

from careplan.actions import reports, visits
from careplan.models import Session, VisitEntry
from careplan.pages.forms.plan import ActionForm
from careplan.queries import visits as queries
from patients.models import Patient


def day(label: str, example: str = "2026-12-31", **more) -> forms.DateField:
    """A day, refused with an example of one."""
    words = f"Enter a day such as {example}."
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": words, "invalid": words},
        **more,
    )


class GrantForm(ActionForm):
    """What a payer covers. What can be kept is asked of the action."""

    payer = forms.CharField(
        label="Who pays", max_length=80, error_messages={"required": "Write who pays."}
    )
    visits = forms.IntegerField(
        label="Visits",
        error_messages=dict.fromkeys(("required", "invalid"), "Enter how many visits, such as 12."),
    )
    on = day("First day")
    until = day("Last day", required=False, help_text="Leave it empty where there is none.")
    authorisation = forms.CharField(label="The payer’s number", max_length=40, required=False)
    note = forms.CharField(label="Note", max_length=200, required=False)

    def save(self, patient: Patient, by) -> VisitEntry:
        """Raises VisitRefused."""
        return visits.grant(patient=patient, by=by, **self.cleaned_data)


class WithdrawForm(ActionForm):
    why = forms.CharField(
        label="Why",
        max_length=200,
        error_messages={"required": "Write why it is taken out, in a few words."},
    )

    def save(self, grant: VisitEntry, by) -> VisitEntry:
        """Raises VisitRefused."""
        return visits.withdraw(grant=grant, why=self.cleaned_data["why"], by=by)


class MakeUpForm(ActionForm):
    on = day("Day")
    at = forms.TimeField(
        label="Hour",
        widget=forms.TimeInput(attrs={"type": "time"}),
        error_messages=dict.fromkeys(("required", "invalid"), "Enter an hour such as 9:30."),
    )

    def save(self, session: Session, by) -> Session:
        """Raises VisitRefused, lifecycle.IllegalMove."""
        zone = queries.zone_of(session.patient)
        moment = datetime.combine(self.cleaned_data["on"], self.cleaned_data["at"], tzinfo=zone)
        return visits.make_up(session=session, starts_at=moment, by=by)


class CertifyForm(ActionForm):
    on = day("Certified from")
    physician = forms.CharField(
        label="By whom",
        max_length=120,
        error_messages={"required": "Write who certified the plan of care."},
    )

    def save(self, patient: Patient, by):
        """Raises ReportRefused."""
        return reports.certify(patient=patient, by=by, **self.cleaned_data)


class ReportForm(ActionForm):
    """The sentences of a progress report."""

    kind = "progress"
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    course = forms.CharField(required=False)
    need = forms.CharField(required=False)
    next = forms.CharField(required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, label in reports.PARTS.items():
            self.fields[name].label = label
            self.fields[name].widget = forms.Textarea(attrs={"rows": 4})

    def save(self, patient: Patient, by):
        """Raises ReportRefused."""
        told = self.cleaned_data
        words = {name: told[name] for name in reports.PARTS}
        return reports.write(
            patient=patient, kind=self.kind, words=words, asked=self.asked, seen=told["seen"], by=by
        )

    @property
    def asked(self) -> dict | None:
        return None


class LetterForm(ReportForm):
    """The sentences of a letter for the payer, and what it asks for."""

    kind = "authorisation"
    visits = forms.IntegerField(
        label="Visits asked for",
        error_messages=dict.fromkeys(("required", "invalid"), "Enter how many visits, such as 12."),
    )
    first = day("From")
    last = day("To")

    @property
    def asked(self) -> dict | None:
        return {name: self.cleaned_data[name] for name in ("visits", "first", "last")}
