"""Forms of paper: how to print a plan, and which page code was typed."""

from django import forms

from careplan.rules import page_code

PAPERS = (("a4", "A4"), ("letter", "Letter"))
PRINTS = (("usual", "Usual print"), ("large", "Large print"))


class PaperForm(forms.Form):
    """Paper, size of the print and the first day of the two weeks."""

    paper = forms.ChoiceField(label="Paper", choices=PAPERS)
    size = forms.ChoiceField(label="Size of the print", choices=PRINTS)
    first_day = forms.DateField(
        label="First day to tick",
        error_messages={
            "required": "Enter the first day of the two weeks.",
            "invalid": "Enter a day such as 2026-11-24.",
        },
    )

    def refuse(self, refusal: Exception) -> None:
        """Show why there is no sheet."""
        self.add_error("first_day", str(refusal))


class CodeForm(forms.Form):
    """A page code as somebody types it."""

    code = forms.CharField(label="Page code", required=False, max_length=40)

    def clean_code(self) -> str:
        try:
            return page_code.read(self.cleaned_data["code"])
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from None
