"""docker-compose.yml against the settings, the Dockerfile and .env.example: no engine runs here."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
APPLICATION = ("migrate", "web", "worker", "beat")
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
FONTS = {"fonts-noto-cjk", "fonts-noto-core"}
PORTS = {"db": 5432, "redis": 6379, "mail": 1025}  # where these images listen
FILLED_IN = {"SECRET_KEY": "x" * 50, "DATABASE_PASSWORD": "secret123"}


def example():
    """.env.example as compose reads it: name -> value, without what is commented out."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


def interpolate(text, values):
    """`${NAME:-default}` and `${NAME:?message}`, the two forms that the file uses."""

    def value(found):
        name, kind, rest = found.groups()
        if values.get(name):
            return values[name]
        if kind == "?":
            raise LookupError(f"{name}: {rest}")
        return rest

    return re.sub(r"\$\{(\w+):([-?])([^}]*)\}", value, text)


def container_environment(service, filled_in):
    """What the processes of a service find, once .env is a filled-in copy of .env.example."""
    values = example() | filled_in
    own = SERVICES[service]["environment"]
    return values | {name: interpolate(text, values) for name, text in own.items()}


def settings_under(environment, expression):
    """Evaluate an expression over careplan.settings in a process with this environment alone."""
    code = f"import json, careplan.settings as s; print(json.dumps({expression}))"
    process = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(process.stdout)


def dockerfile(instruction):
    """The arguments of each line with this instruction, in order."""
    return [line.split(None, 1)[1] for line in DOCKERFILE if line.startswith(instruction + " ")]


def image_command():
    return json.loads(dockerfile("CMD")[-1])


def test_all_parts_are_there():
    assert set(SERVICES) == {*APPLICATION, "db", "redis", "mail"}


def test_one_image_that_differs_by_command():
    assert {SERVICES[name]["image"] for name in APPLICATION} == {"careplan"}
    assert {SERVICES[name]["build"] for name in APPLICATION} == {"."}
    commands = [str(SERVICES[name].get("command", image_command())) for name in APPLICATION]
    assert len(set(commands)) == len(APPLICATION)


def test_the_settings_are_content_with_a_filled_in_example():
    for name in APPLICATION:
        environment = container_environment(name, FILLED_IN)
        assert settings_under(environment, "s.PROBLEMS") == [], name
        assert settings_under(environment, "s.DEBUG") is False


def test_the_example_as_it_is_starts_nothing():
    with pytest.raises(LookupError, match=r"DATABASE_PASSWORD: set it in \.env"):
        container_environment("web", {})
    problems = settings_under(
        container_environment("web", {"DATABASE_PASSWORD": "secret123"}), "s.PROBLEMS"
    )
    assert [problem.split()[0] for problem in problems] == ["SECRET_KEY"]


def test_the_settings_reach_the_other_containers():
    expression = """{
        "db": [s.DATABASES["default"]["HOST"], s.DATABASES["default"]["PORT"]],
        "mail": [s.EMAIL_HOST, s.EMAIL_PORT], "redis": s.CELERY_BROKER_URL,
        "login": [s.DATABASES["default"]["USER"], s.DATABASES["default"]["PASSWORD"]],
    }"""
    found = settings_under(container_environment("worker", FILLED_IN), expression)
    redis = urlsplit(found["redis"])
    assert [redis.hostname, redis.port] == ["redis", PORTS["redis"]]
    assert found["db"] == ["db", PORTS["db"]]
    assert found["mail"] == ["mail", PORTS["mail"]]
    assert found["login"] == ["careplan", "secret123"]


def test_mail_of_the_clinics_own_is_used():
    own = FILLED_IN | {"EMAIL_URL": "smtp+tls://u:p@mail.example.org:587"}
    host = settings_under(container_environment("worker", own), "s.EMAIL_HOST")
    assert host == "mail.example.org"


def test_the_database_role_is_made_and_is_no_superuser():
    (mounted,) = SERVICES["db"]["configs"]
    assert mounted["target"].startswith("/docker-entrypoint-initdb.d/")
    assert mounted["target"].endswith(".sql")
    script = interpolate(COMPOSE["configs"][mounted["source"]]["content"], FILLED_IN)
    assert "CREATE ROLE careplan LOGIN PASSWORD 'secret123';" in script
    assert "CREATE DATABASE careplan OWNER careplan;" in script
    assert "SUPERUSER" not in script.upper()


def test_data_outlives_its_container():
    assert SERVICES["db"]["volumes"] == ["database:/var/lib/postgresql"]  # 18 moved it there
    assert SERVICES["redis"]["volumes"] == ["queue:/data"]
    assert "--appendonly" in SERVICES["redis"]["command"]
    assert set(COMPOSE["volumes"]) == {"database", "queue"}


def test_every_lasting_part_has_a_health_check():
    without = {name for name, service in SERVICES.items() if "healthcheck" not in service}
    assert without == {"migrate"}


def test_the_application_waits_until_what_it_needs_is_ready():
    for name in ("web", "worker", "beat"):
        conditions = {on: how["condition"] for on, how in SERVICES[name]["depends_on"].items()}
        assert conditions == {
            "db": "service_healthy",
            "redis": "service_healthy",
            "migrate": "service_completed_successfully",
        }, name
    assert SERVICES["migrate"]["depends_on"]["db"]["condition"] == "service_healthy"


def test_the_web_port_is_the_same_everywhere():
    (exposed,) = dockerfile("EXPOSE")
    assert image_command()[image_command().index("--bind") + 1] == f"0.0.0.0:{exposed}"
    (published,) = SERVICES["web"]["ports"]
    assert published == f"127.0.0.1:{exposed}:{exposed}"
    assert f'"127.0.0.1", {exposed},' in SERVICES["web"]["healthcheck"]["test"][-1]


def test_the_web_health_check_asks_a_page_that_is_there(client, db):
    (path,) = re.findall(r'"GET", "(/\w+)"', SERVICES["web"]["healthcheck"]["test"][-1])
    assert client.get(path).status_code == 200
    exempt = settings_under(container_environment("web", FILLED_IN), "s.SECURE_REDIRECT_EXEMPT")
    assert any(re.search(pattern, path.lstrip("/")) for pattern in exempt)


def test_nothing_is_published_to_the_world():
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_web_worker_and_beat_load_what_there_is():
    assert image_command()[:2] == ["gunicorn", "careplan.wsgi"]
    assert (ROOT / "careplan" / "wsgi.py").exists()
    for name in ("worker", "beat"):
        assert SERVICES[name]["command"][:4] == ["celery", "-A", "careplan", name]
    assert SERVICES["migrate"]["command"][:3] == ["python", "manage.py", "migrate"]


def test_beat_writes_where_its_health_check_looks():
    command = SERVICES["beat"]["command"]
    schedule = Path(command[command.index("--schedule") + 1])
    check = SERVICES["beat"]["healthcheck"]["test"][-1]
    assert f"find {schedule.parent} -name '{schedule.name}*'" in check
    assert str(schedule.parent) in SERVICES["beat"]["tmpfs"]
    assert SERVICES["beat"].get("deploy") is None  # a second beat would give every tick twice


def test_images_are_pinned_to_a_version():
    images = [service["image"] for service in SERVICES.values() if service["image"] != "careplan"]
    images += [line.split()[0] for line in dockerfile("FROM")]
    for image in images:
        assert re.search(r":v?\d", image), image


def test_the_image_runs_without_root_rights_from_pinned_parts():
    lines = [line.split(None, 1)[0] for line in DOCKERFILE if line and line[0].isupper()]
    assert dockerfile("USER")[-1] not in ("root", "0")
    assert lines.index("USER") < lines.index("CMD")
    assert any("--require-hashes -r requirements.txt" in line for line in dockerfile("RUN"))
    assert not any("requirements-dev" in line for line in DOCKERFILE)


def test_every_stage_that_is_copied_from_exists():
    stages = {line.split()[-1] for line in dockerfile("FROM") if " AS " in line}
    used = set(re.findall(r"--from=(\S+)", "\n".join(DOCKERFILE)))
    assert used == stages


def test_static_files_are_collected_while_building_without_the_real_key():
    (collect,) = [line for line in dockerfile("RUN") if "collectstatic" in line]
    name, _, dummy = collect.split()[0].partition("=")
    assert name == "SECRET_KEY" and len(dummy) < 50
    assert dockerfile("WORKDIR") == ["/app"]


def test_the_build_sees_what_it_copies_and_no_secrets():
    shown = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    assert shown == {"careplan", "patients", "templates", "manage.py", "requirements.txt"}
    assert all((ROOT / path).exists() for path in shown)


def test_the_image_has_the_fonts_that_names_are_printed_in():
    """Those that docs/deploy.md names, in the stage that runs, installed as root."""
    last = max(at for at, line in enumerate(DOCKERFILE) if line.startswith("FROM "))
    stage = DOCKERFILE[last:]
    install = next(at for at, line in enumerate(stage) if "apt-get install" in line)
    assert install < next(at for at, line in enumerate(stage) if line.startswith("USER "))
    named = set(re.findall(r"fonts-noto-[a-z]+", (ROOT / "docs" / "deploy.md").read_text()))
    assert named == set(re.findall(r"fonts-[a-z-]+", stage[install])) == FONTS
