"""The careplan app: loads Celery at start, and does not start on a rule book with a fault."""

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Error, Tags, register

from careplan.rules.book import BadBook, book


def check_book(app_configs, **kwargs) -> list[Error]:
    try:
        book()
    except BadBook as refusal:
        return [Error(str(refusal), id="careplan.E001")]
    return []


def check_settings(app_configs, **kwargs) -> list[Error]:
    return [Error(problem, id="careplan.E002") for problem in settings.PROBLEMS]


class CareplanConfig(AppConfig):
    name = "careplan"
    verbose_name = "Careplan"

    def ready(self) -> None:
        # Binds shared_task to our app; a module import at the top would run before apps are loaded.
        from careplan.celery import app  # noqa: F401, PLC0415

        register(check_book)
        register(check_settings, Tags.security)
