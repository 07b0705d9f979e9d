"""Every action that is written to the audit can be read there."""

import ast
from pathlib import Path

from careplan.rules import lifecycle
from patients.pages.audit import PARTS, VERBS, verb

ROOT = Path(__file__).resolve().parents[2]
MOVES = {
    "plan": lifecycle.PLAN,
    "session": lifecycle.SESSION,
    "medication": lifecycle.MEDICATION,
    "follow_up": lifecycle.FOLLOW_UP,
    "device": lifecycle.DEVICE,
}


def first_words(source: str) -> set[str]:
    """What `record` is called with: whole actions, and `door.*` where the move is computed."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        if getattr(node.func, "attr", "") != "record":
            continue
        for word in _choices(node.args[0]):
            if isinstance(word, ast.Constant):
                found.add(word.value)
            elif isinstance(word, ast.JoinedStr):
                found.add(word.values[0].value + "*")
    return found


def _choices(word: ast.expr) -> list[ast.expr]:
    return [word.body, word.orelse] if isinstance(word, ast.IfExp) else [word]


def recorded() -> set[str]:
    """Every action of the house."""
    words = set()
    for app in ("careplan", "patients"):
        for path in (ROOT / app).rglob("*.py"):
            words |= first_words(path.read_text("utf-8"))
    return words


def without_words(words: set[str]) -> set[str]:
    missing = {word for word in words if not word.endswith("*") and word not in VERBS}
    for word in words - missing:
        door, star, _ = word.partition(".*")
        moves = {move for row in MOVES.get(door, {}).values() for move in row} if star else ()
        if star and not moves and door not in PARTS:
            missing.add(word)
        if door not in PARTS:
            missing |= {f"{door}.{move}" for move in moves} - set(VERBS)
    return missing


def test_every_action_has_a_verb():
    assert len(recorded()) > 20
    assert without_words(recorded()) == set()


def test_an_action_without_a_verb_is_found():
    source = 'audit.record("plan.burn", by=by)\naudit.record(f"bill.{move}", by=by)\n'
    source += 'audit.record("x.yes" if on else "x.no", by=by)\n'
    assert without_words(first_words(source)) == {"plan.burn", "bill.*", "x.yes", "x.no"}


def test_a_part_reads_as_a_change():
    assert verb("plan.goals") == "changed the draft of the plan (goals) of"
    assert verb("viewed") == "looked at"
