"""The house keeps its shape. Each check is a function of a folder, and is shown red on a fault."""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
APPS = ("careplan", "patients")
MODULE_LINES = 400
FUNCTION_LINES = 40
VIEW_LINES = 15
TEMPLATE_LINES = 120
GUARDS = {"needs", "public", "signed_in"}
MANAGERS = {"objects", "_default_manager", "_base_manager"}


# The checks: faults of a folder, as sentences -----------------------------------------------


def broken_floors(root: Path) -> list[str]:
    """What import-linter says of the contracts in pyproject.toml; nothing when all are kept."""
    program = Path(sys.executable).with_name("lint-imports")
    answer = subprocess.run(
        [program, "--no-cache"],
        cwd=root,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
    )
    return [] if answer.returncode == 0 else [answer.stdout + answer.stderr]


def rows_in_pages(root: Path) -> list[str]:
    """Pages reach rows through queries and actions, which know the clinic; never by a manager."""
    return [
        f"{where(root, path, node)}: .{node.attr} in a page: write a query"
        for path in sources(root)
        if "pages" in path.relative_to(root).parts
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS
    ]


def imports_in_functions(root: Path) -> list[str]:
    """Imports stand at the top. `ready` must wait for the apps, so it alone may import."""
    return [
        f"{where(root, path, node)}: an import inside {function.name}()"
        for path in sources(root)
        for function in functions(path)
        if function.name != "ready"
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def long_modules(root: Path) -> list[str]:
    paths = sources(root, (*APPS, "bench"))
    counts = ((path, len(path.read_text("utf-8").splitlines())) for path in paths)
    return [
        f"{path.relative_to(root)}: {lines} lines, {MODULE_LINES} are allowed"
        for path, lines in counts
        if lines > MODULE_LINES
    ]


def long_functions(root: Path) -> list[str]:
    """A function does one thing. Its docstring is free."""
    return [
        f"{where(root, path, node)}: {node.name}() has {body_length(node)} lines, "
        f"{FUNCTION_LINES} are allowed"
        for path in sources(root)
        for node in functions(path)
        if body_length(node) > FUNCTION_LINES
    ]


def long_views(root: Path) -> list[str]:
    """A view translates: it loads, checks, calls one thing and renders. Its docstring is free."""
    return [
        f"{where(root, path, node)}: view {node.name}() has {body_length(node)} lines, "
        f"{VIEW_LINES} are allowed"
        for path in sources(root)
        if "pages" in path.relative_to(root).parts
        for node in functions(path)
        if is_view(node) and body_length(node) > VIEW_LINES
    ]


def long_templates(root: Path) -> list[str]:
    counts = (
        (path, len(path.read_text("utf-8").splitlines()))
        for path in sorted((root / "templates").rglob("*"))
        if path.is_file()
    )
    return [
        f"{path.relative_to(root)}: {lines} lines, {TEMPLATE_LINES} are allowed"
        for path, lines in counts
        if lines > TEMPLATE_LINES
    ]


# How the checks read ------------------------------------------------------------------------


def sources(root: Path, folders=APPS) -> Iterator[Path]:
    """Our Python, without what Django writes."""
    for app in folders:
        for path in sorted((root / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, without the docstring."""
    first = node.body[0]
    free = first.end_lineno - first.lineno + 1 if ast.get_docstring(node, clean=False) else 0
    return node.end_lineno - node.lineno + 1 - free


def is_view(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(
        isinstance(mark, ast.Call) and isinstance(mark.func, ast.Name) and mark.func.id in GUARDS
        for mark in node.decorator_list
    )


def where(root: Path, path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(root)}:{node.lineno}"


CHECKS = (
    broken_floors,
    rows_in_pages,
    imports_in_functions,
    long_modules,
    long_functions,
    long_views,
    long_templates,
)


@pytest.mark.parametrize("check", CHECKS)
def test_the_house_keeps_its_shape(check):
    assert check(ROOT) == []


def test_the_checks_see_the_house():
    assert len(list(sources(ROOT))) > 50
    views = [node for path in sources(ROOT) for node in functions(path) if is_view(node)]
    assert len(views) > 20


# Shown red ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """The house without its furniture: every module, empty but for its imports."""
    house = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", house)
    for path in sources(ROOT):
        place = house / path.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(path.read_text("utf-8"), "utf-8")
    (house / "templates").mkdir()
    return house


@pytest.fixture
def plant(copy):
    """`plant(path, text)` adds lines to a file of the copy, and takes them out again after."""
    before: dict[Path, str | None] = {}

    def add(name: str, text: str) -> Path:
        path = copy / name
        path.parent.mkdir(parents=True, exist_ok=True)
        before[path] = path.read_text("utf-8") if path.exists() else None
        path.write_text((before[path] or "") + text, "utf-8")
        return copy

    yield add
    for path, text in before.items():
        path.unlink() if text is None else path.write_text(text, "utf-8")


def lines(count: int) -> str:
    return "    x = 1\n" * count


FAULTS = [
    (broken_floors, "careplan/actions/plan.py", "import careplan.tasks\n", "Floors of careplan"),
    (broken_floors, "patients/queries.py", "import careplan.models\n", "knows nothing of careplan"),
    (broken_floors, "careplan/rules/renal.py", "import django.db\n", "plain Python"),
    (broken_floors, "careplan/utils.py", "x = 1\n", "Floors of careplan"),
    (broken_floors, "patients/helpers.py", "x = 1\n", "Floors of patients"),
    (
        broken_floors,
        "careplan/actions/follow_up.py",
        "import careplan.actions.plan\n",
        "no circles between siblings",
    ),
    (broken_floors, "patients/access.py", "import patients.queries\n", "Floors of patients"),
    (rows_in_pages, "patients/pages/staff.py", "User.objects.all()\n", ".objects in a page"),
    (rows_in_pages, "careplan/pages/shared.py", "Plan._default_manager\n", "_default_manager"),
    (
        imports_in_functions,
        "careplan/queries/plan.py",
        "def late():\n    import json\n    return json\n",
        "inside late()",
    ),
    (
        imports_in_functions,
        "patients/notify.py",
        "class A:\n    def b(self):\n        if self:\n            from json import dumps\n",
        "inside b()",
    ),
    (long_modules, "careplan/rules/long.py", "x = 1\n" * 401, "401 lines"),
    (long_functions, "careplan/rules/long.py", "def f():\n" + lines(40), "f() has 41 lines"),
    (
        long_views,
        "careplan/pages/shared.py",
        "\n@needs(P.PLAN_VIEW)\ndef v(request):\n" + lines(15),
        "view v() has 16 lines",
    ),
    (
        long_views,
        "patients/pages/staff.py",
        '\n@public("x")\ndef v(request):\n    """Free."""\n' + lines(15),
        "view v() has 16 lines",
    ),
    (long_templates, "templates/x.html", "<p>\n" * 121, "121 lines"),
]


@pytest.mark.parametrize(("check", "name", "text", "words"), FAULTS)
def test_a_planted_fault_is_found(plant, check, name, text, words):
    faults = check(plant(name, text))
    assert faults and any(words in fault for fault in faults)


ALLOWED = [
    (imports_in_functions, "careplan/queries/new.py", "def ready():\n    import json\n"),
    (long_modules, "careplan/rules/long.py", "x = 1\n" * 400),
    (long_functions, "careplan/rules/long.py", "def f():\n" + lines(39)),
    (
        long_views,
        "careplan/pages/new.py",
        '\n@public("x")\ndef v(r):\n    """F."""\n' + lines(14),
    ),
    (long_templates, "templates/x.html", "<p>\n" * 120),
]


@pytest.mark.parametrize(("check", "name", "text"), ALLOWED)
def test_what_is_allowed_passes(plant, check, name, text):
    assert [fault for fault in check(plant(name, text)) if name in fault] == []
