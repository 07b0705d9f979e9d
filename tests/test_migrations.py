"""The migrations say what the models say, in one line an app."""

import copy
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models import CharField

APPS = ("patients", "careplan")


def missing(models: ProjectState) -> dict:
    """What the migrations would still have to do to reach these models: nothing when whole."""
    written = MigrationLoader(None).project_state()
    changes = MigrationAutodetector(written, models).changes(graph=MigrationLoader(None).graph)
    return {app: changes[app] for app in APPS if app in changes}


def leaves(app: str) -> list:
    return MigrationLoader(None).graph.leaf_nodes(app)


def test_nothing_is_missing():
    assert missing(ProjectState.from_apps(apps)) == {}


def test_a_field_without_a_migration_is_found():
    models = copy.deepcopy(ProjectState.from_apps(apps))
    models.models["patients", "patient"].fields["nickname"] = CharField(max_length=20, default="")
    assert set(missing(models)) == {"patients"}


@pytest.mark.parametrize("app", APPS)
def test_an_app_has_one_leaf_and_its_name_on_paper(app):
    ((_, name),) = leaves(app)
    folder = Path(apps.get_app_config(app).path) / "migrations"
    assert (folder / "max_migration.txt").read_text().strip() == name


@pytest.mark.django_db(transaction=True)
def test_the_first_schema_goes_back_and_forth():
    """Every step can be taken back, promises of the database included."""
    try:
        call_command("migrate", "careplan", "zero", verbosity=0)
        tables = connection.introspection.table_names()
        assert not [name for name in tables if name.startswith("careplan_")]
        assert "patients_patient" in tables
    finally:
        call_command("migrate", verbosity=0)
    assert "careplan_plan" in connection.introspection.table_names()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname = 'plan_rules'")
        assert cursor.fetchone() == (1,)
