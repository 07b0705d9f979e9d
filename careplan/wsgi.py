"""Web entry: refuses to start while settings name a problem."""

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careplan.settings")
if settings.PROBLEMS:
    raise ImproperlyConfigured("\n".join(settings.PROBLEMS))
application = get_wsgi_application()
