"""The form of the signing page. What may be signed is asked of the action, not here."""

from django import forms

from careplan.actions.book import sign_book
from careplan.models import BookSignature


class SignBookForm(forms.Form):
    """The one statement, unticked, and the version and digest of the book that was read."""

    version = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    digest = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    read = forms.BooleanField(required=False)

    def save(self, by) -> BookSignature:
        """Raises BookRefused."""
        return sign_book(clinic=by.clinic, by=by, **self.cleaned_data)
