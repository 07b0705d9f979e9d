"""View decorators. Each stamps its view, so that a test can prove that every route carries one."""

from functools import wraps

from django.contrib.auth.views import redirect_to_login

from patients.access import check_can
from patients.roles import Permission


def needs(permission: Permission):
    """The view opens for actors with this right; others get 403, the logged-out the login page."""

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            check_can(request.actor, permission)
            return view(request, *args, **kwargs)

        guarded.guard = permission
        return guarded

    return decorate


def signed_in(reason: str):
    """The view opens for everybody who is signed in; `reason` says why no right is asked."""

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            return view(request, *args, **kwargs)

        guarded.guard = f"signed in: {reason}"
        return guarded

    return decorate


def public(reason: str):
    """The view opens without a login; `reason` says why that is right."""

    def decorate(view):
        view.guard = f"public: {reason}"
        return view

    return decorate
