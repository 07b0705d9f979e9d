"""The program part of the builder."""

from django.http import HttpRequest, HttpResponse

from careplan.pages import builder, live
from careplan.pages.forms.program import ProgramForm
from patients.guards import needs
from patients.roles import Permission


@needs(Permission.PLAN_EDIT)
@builder.of_a_draft
def program(request: HttpRequest, version) -> HttpResponse:
    """Sessions a week, weeks, days, hour and first day; the dates they come to."""
    return builder.part(
        request,
        version,
        "program",
        lambda data: ProgramForm(data, version=version),
        laid=lambda version, form: live.laid(version),
    )
