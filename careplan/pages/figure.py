"""The exercise drawings as image files: the only page that anybody may open and keep."""

import base64
import hashlib

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from careplan.exchange import figure as drawings
from patients.guards import public

FOR_EVER = "public, max-age=31536000, immutable"
NOT_LONG = "public, max-age=300"  # asked for without its version: may be another one tomorrow


@public("drawings hold nothing about anybody")
@require_safe
@gzip_page
def figure(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """One drawing. `?theme=dark` gives the dark colours, `?v=` the version the page was made with."""
    theme = "dark" if request.GET.get("theme") == "dark" else "light"
    try:
        drawn = drawings.draw(code, kind, theme)
    except drawings.NoFigure as missing:
        raise Http404(str(missing)) from missing
    response = HttpResponse(drawn, content_type="image/svg+xml")
    current = request.GET.get("v") == drawings.version()
    response.headers["Cache-Control"] = FOR_EVER if current else NOT_LONG
    response.headers["Content-Security-Policy"] = _policy(drawn)
    return response


def _policy(drawn: str) -> str:
    """Opened on its own, the file may use its own style sheet and nothing else."""
    style = drawn.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"
