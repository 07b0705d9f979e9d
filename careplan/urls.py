"""The whole URL tree: /c/<clinic>/… for staff, /mine/… for patients, signed links, the login."""

from django.conf import settings
from django.urls import include, path

from careplan.pages import styleguide
from careplan.pages import urls as careplan_pages
from patients.pages import urls as patients_pages

urlpatterns = [
    path("account/", include(patients_pages.account_patterns)),
    path("account/", include("allauth.urls")),
    path("c/<slug:clinic>/", include(patients_pages.clinic_patterns)),
    path("c/<slug:clinic>/", include(careplan_pages.clinic_patterns)),
    path("mine/", include(careplan_pages.mine_patterns)),
    path("", include(patients_pages.open_patterns)),
    path("", include(careplan_pages.open_patterns)),
]
if settings.DEBUG:
    urlpatterns.append(path("styleguide/", styleguide.styleguide, name="styleguide"))
