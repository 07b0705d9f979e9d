"""What the parts of a book ask of each other: every name that one uses, another has."""

from careplan.rules import facts
from careplan.rules.conditions import compares
from careplan.rules.exercises import faults_of

GRADES = ("mild", "moderate", "severe")
MEANINGS = ("yes", "unknown", "ask")
UNITS = ("visits", "USD")
ROLES = ("therapist", "prescriber", "admin", "patient")
BETTER = ("up", "down")
CONFIDENCE = ("C", "K", "A")
HABIT_LENGTH = 80


def check_names(found, faults):
    """Every fact that a condition or a message speaks of exists, in its own unit and subject."""
    for where, subject, condition in conditions(found):
        for name in condition.names():
            _check_name(found, f"{where}: the condition", subject, name, faults)
        for one in compares(condition):
            if facts.is_known(found, one.name) and facts.unit(one.name) != one.unit:
                unit = facts.unit(one.name)
                faults.append(f"{where}: {one.name} is in {unit!r}, not in {one.unit!r}.")
    for rule in found.rules.values():
        for level in rule.levels:
            for name in facts.HOLE.findall(level.message + (level.patient_message or "")):
                where = f"{rule.file}.toml {rule.id}: the message"
                _check_name(found, where, rule.subject, name, faults)


def _check_name(found, where, subject, name, faults):
    if not facts.is_known(found, name):
        faults.append(f"{where} names no fact: {name!r}.")
        return
    of = facts.subjects(found, name)
    if subject not in of and not ("intake" in of and found.subjects[subject].holds_intake):
        faults.append(f"{where} is about {subject!r}; {name!r} is a fact about {' and '.join(of)}.")


def conditions(found):
    for rule in found.rules.values():
        for level in [*rule.levels, *(one for many in rule.by_drug.values() for one in many)]:
            yield f"{rule.file}.toml {rule.id}", rule.subject, level.condition
    for row in found.definitions.values():
        yield f"definitions.toml {row.id}", row.subject, row.condition
    for key, row in (
        *found.questions.items(),
        *found.check_in.items(),  # its ids are often those of the first form
        *found.self_care.items(),
    ):
        condition = getattr(row, "condition", None) or getattr(row, "applies", None)
        if condition is not None:
            yield key, "intake", condition
    for row in (one for rows in found.doses.values() for one in rows):
        if row.condition is not None:
            yield f"doses.toml {row.drug}", "intake", row.condition
    for code, row in found.factors.items():
        if row.when is not None:
            yield f"program.toml {code}", "intake", row.when
    for code, (_, condition) in found.stop_codes.items():
        yield f"exercises.toml {code}", "intake", condition
    for row in found.red_flags.values():
        if row.applies is not None:
            yield f"red_flags.toml {row.code}", "intake", row.applies


def check_tables(found, faults):
    """Codes and ids that tables name, texts that people read, and definitions that never end."""
    for name, check in CHECKS.items():
        try:
            faults += check(found)
        except (AttributeError, LookupError, TypeError) as fault:
            faults.append(f"{name}.toml: cannot be read: {fault}")


def _exercises(found):
    for code, row in found.templates.items():
        unknown = [one for one in (*row.items, *row.aerobic) if str(one) not in found.exercises]
        if unknown or not row.items:
            yield f"exercises.toml {code}: there is no exercise {(unknown or [''])[0]!r}."
    for code, row in found.exercises.items():
        for fault in faults_of(row, found.exercises, found.stop_codes):
            yield f"exercises.toml {code}: {fault}"


def _red_flags(found):
    flags = found.codes["red_flags"]
    for code, row in found.red_flags.items():
        where = f"red_flags.toml {code}"
        if code not in flags or row.rule not in found.rules:
            yield f"{where}: there is no such code, or no rule {row.rule!r}."
        unknown = [one for one in row.emergency_with if one not in flags]
        if unknown:
            yield f"{where}: there is no flag {unknown[0]!r}."
        for effect in row.effects:
            if not _is_effect(found, effect):
                yield f"{where}: {list(effect)!r} is no effect, grade and meaning."
    for code in found.codes["reviewed_red_flags"].keys() - found.red_flags.keys():
        yield f"red_flags.toml: lacks the flag {code!r}."


def _is_effect(found, effect):
    tables = (found.codes["side_effects"], GRADES, MEANINGS)
    return len(effect) == 3 and all(a in b for a, b in zip(effect, tables, strict=True))


def _forms(found):
    known = found.rules.keys() | found.elsewhere.keys()
    for row in (*found.questions.values(), *found.check_in.values()):
        if not _texts((row.label, row.patient_label)):
            yield f"questions.toml {row.id}: needs words for staff and for patients."
        for rule in row.rules:
            if rule not in known:
                yield f"questions.toml {row.id}: there is no rule {rule!r}."


def _program(found):
    for code in found.program["components"]:
        if str(code) not in found.codes["components"]:
            yield f"program.toml: there is no part {code!r} of a programme."
    amounts = {"program": found.program, "follow_up": found.due}
    amounts |= {"visits": found.notice, "sessions": found.window}
    for file, table in amounts.items():
        for name, value in table.items():
            if name != "components" and (isinstance(value, bool) or not _is_amount(value)):
                yield f"{file}.toml: {name} is {value!r}, and not a number."
    for kind, label in found.follow_ups.items():
        if not _texts((label,)):
            yield f"follow_up.toml: needs words for {kind}."


def _flare(found):
    """What the flare names is there: its reset, its drugs, and what lasts over a day."""
    known = found.codes["flare_since"]
    told = [(found.flare["reset"], found.exercises, "exercise")]
    told += [(one, known, "time") for one in found.flare["lasting"]]
    for one, among, what in told:
        if one not in among:
            yield f"sessions.toml flare: there is no {what} {one!r}."
    for one in found.flare["drugs"]:
        if not found.drugs.is_known(one):
            yield f"sessions.toml flare: there is no drug {one!r}."


def _factors(found):
    known = {*found.codes["factors"], *found.codes["conditions"]}
    for code, row in found.factors.items():
        where = f"program.toml {code}"
        if code not in known or not (row.components or row.cards):
            yield f"{where}: is no factor, or leads to nothing."
        for one in row.components:
            if one not in found.codes["components"]:
                yield f"{where}: there is no part {one!r} of a programme."
        for one in row.cards:
            if one not in found.self_care:
                yield f"{where}: there is no card {one!r}."


def _cards(found):
    ids = {*found.rules, *found.elsewhere, *found.self_care, *found.templates}
    for code, row in found.self_care.items():
        for one in row.leads_to:
            if one not in ids:
                yield f"self_care.toml {code}: there is no {one!r} to lead to."
        for told in row.follow_up:
            if told["kind"] not in found.follow_ups or told["role"] not in ROLES:
                yield f"self_care.toml {code}: its follow-up has no known kind and role."
    if len(found.habits) < found.program["bouts_most"]:
        yield "self_care.toml: there are fewer habits than bouts of a day."
    for code, row in found.habits.items():
        key, _, section = row.source.partition("#")
        if not _texts((row.words,)) or len(row.words) > HABIT_LENGTH:
            yield f"self_care.toml {code}: a habit has 1 to {HABIT_LENGTH} letters."
        if key not in found.sources or not section or row.confidence not in CONFIDENCE:
            yield f"self_care.toml {code}: needs a known source#section, and confidence C, K or A."


def _payers(found):
    for code, row in found.payers.items():
        where = f"visits.toml {code}"
        if not _texts((row.label, row.period)) or row.unit not in UNITS:
            yield f"{where}: needs a label, a period and a unit, visits or USD."
        if (row.limit is None) != (row.unit == "USD") or not 0 < row.warn_share <= 1:
            yield f"{where}: visits have a limit; dollars have a yearly threshold instead."


def _is_amount(value):
    return isinstance(value, int | float) and value > 0


def _outcomes(found):
    for name, value in found.classes.items():
        if isinstance(value, bool) or not _is_amount(value):
            yield f"outcomes.toml: {name} is {value!r}, and not a number."
    for code, row in found.measures.items():
        where = f"outcomes.toml {code}"
        if not _texts((row.row, row.title, row.scoring, row.frequency, row.licence)):
            yield f"{where}: needs words for its row, title, scoring, frequency and licence."
        if row.better not in BETTER or not row.low < row.high:
            yield f"{where}: its range rises, and better is one of {', '.join(BETTER)}."
        key, _, section = row.source.partition("#")
        if key not in found.sources or not section or row.confidence not in CONFIDENCE:
            yield f"{where}: needs a known source#section, and confidence C, K or A."
        if row.core and not (row.shipped and row.real and row.worse):
            yield f"{where}: a core measure is shipped, with its real change both ways."
        ways = (*row.real, *row.real_single, *row.worse)
        if not all(_is_amount(way.points + way.share) and way.share < 1 for way in ways):
            yield f"{where}: a real change is points, or a share under 1, or both."


def _definitions(found):
    for row in found.definitions.values():
        if not _texts((row.label, row.source)):
            yield f"definitions.toml {row.id}: needs words for its label and its source."
    graph = {f"is.{row.id}": set(row.condition.names()) for row in found.definitions.values()}
    for rule in found.rules.values():
        graph[f"rule.{rule.id}"] = {name for one in rule.levels for name in one.condition.names()}
    for name in graph:
        if name in _reached(graph, name):
            yield f"{name}: its condition leads back to itself."


def _reached(graph, start):
    """Every name that a condition comes to, itself left out unless a path leads back."""
    seen, todo = set(), list(graph[start])
    while todo:
        name = todo.pop()
        if name in graph and name not in seen:
            seen.add(name)
            todo += graph[name]
    return seen


def _elsewhere(found):
    for name in found.elsewhere.keys() & found.rules.keys():
        yield f"elsewhere.toml {name}: is a rule of the book; take the row out."


def _texts(values):
    return bool(values) and all(isinstance(one, str) and one.strip() for one in values)


CHECKS = {
    "exercises": _exercises,
    "red_flags": _red_flags,
    "questions": _forms,
    "program": _program,
    "factors": _factors,
    "flare": _flare,
    "self_care": _cards,
    "visits": _payers,
    "outcomes": _outcomes,
    "definitions": _definitions,
    "elsewhere": _elsewhere,
}
