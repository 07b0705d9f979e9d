"""request.clinic and request.actor, from the URL: two tabs may show two clinics."""

from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from patients.access import Actor, Denied, OtherClinic
from patients.models import Membership, Patient
from patients.roles import Role

MINE = "mine"


class ClinicMiddleware:
    """Staff pages carry `clinic` in the URL, patient pages begin with /mine/. Nothing else has an
    actor. A view without a guard's stamp does not open, whoever asks."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.clinic = request.actor = None
        with timezone.override(None):
            response = self.get_response(request)
        if request.user.is_authenticated:
            # Health records: no shared or back-button cache keeps them.
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_view(self, request, view, args, kwargs):
        if view.__module__.startswith(("allauth.", "django.contrib.staticfiles")):
            return None
        if getattr(view, "guard", None) is None:
            raise Http404("This page has no guard")
        slug = kwargs.pop("clinic", None)
        if slug is not None:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            self._enter_clinic(request, slug)
        elif request.path_info.startswith(f"/{MINE}/") and request.user.is_authenticated:
            self._enter_own(request)
        if request.clinic:
            timezone.activate(
                request.actor.patient.zone if request.actor.patient else request.clinic.time_zone
            )
        return None

    def _enter_clinic(self, request, slug: str) -> None:
        membership = (
            Membership.objects.select_related("clinic")
            .filter(user=request.user, clinic__slug=slug, active=True)
            .first()
        )
        if membership is None:
            raise Http404("No such clinic")
        request.clinic = membership.clinic
        request.actor = Actor(
            clinic=membership.clinic,
            roles=frozenset(Role(role) for role in membership.roles),
            user=request.user,
        )

    def _enter_own(self, request) -> None:
        patient = Patient.objects.select_related("clinic").filter(user=request.user).first()
        if patient is None:
            raise Http404("This login has no plan")
        request.clinic = patient.clinic
        request.actor = Actor.for_patient(patient, request.user)

    def process_exception(self, request, exception):
        if isinstance(exception, Denied):
            return render(request, "403.html", {"reason": str(exception)}, status=403)
        if isinstance(exception, OtherClinic):
            return render(request, "404.html", status=404)
        return None
