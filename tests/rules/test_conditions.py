"""The grammar of conditions: three answers, reasons, and a sentence."""

import itertools
import operator
import random

import pytest

from careplan.rules.book import book
from careplan.rules.checks import conditions
from careplan.rules.conditions import (
    DEEPEST,
    BadCondition,
    compares,
    judge,
    judge_text,
    python,
    read,
)
from careplan.rules.evaluate import fired
from careplan.rules.facts import Facts
from tests.rules.building import intake

YES, NO, UNKNOWN = True, False, None


class Answers(dict):
    """Facts for a test: a plain table, with some values marked as expired."""

    def __init__(self, values, expired=()):
        super().__init__(values)
        self.expired = set(expired)


def truth(raw, expired=(), **values):
    return read(raw).truth(Answers(values, expired))


def test_all_any_and_not_follow_the_three_valued_tables():
    order = {NO: 0, UNKNOWN: 1, YES: 2}
    for a, b in itertools.product(order, repeat=2):
        assert truth({"all": ["a", "b"]}, a=a, b=b) is min((a, b), key=order.get)
        assert truth({"any": ["a", "b"]}, a=a, b=b) is max((a, b), key=order.get)
    assert [truth("not a", a=a) for a in (YES, NO, UNKNOWN)] == [NO, YES, UNKNOWN]
    assert [truth({"maybe": "a"}, a=a) for a in (YES, NO, UNKNOWN)] == [YES, NO, YES]


@pytest.mark.parametrize(
    ("answers", "at_least", "exactly"),
    [
        ((YES, YES, NO), YES, YES),
        ((YES, YES, YES), YES, NO),
        ((YES, NO, NO), NO, NO),
        ((YES, UNKNOWN, NO), UNKNOWN, UNKNOWN),
        ((YES, YES, UNKNOWN), YES, UNKNOWN),
        ((NO, NO, UNKNOWN), NO, NO),
    ],
)
def test_counting_two_of_three(answers, at_least, exactly):
    values = dict(zip("abc", answers, strict=True))
    assert truth({"count": ["a", "b", "c"], "at_least": 2}, **values) is at_least
    assert truth({"count": ["a", "b", "c"], "exactly": 2}, **values) is exactly


@pytest.mark.parametrize(
    ("sign", "answers"),
    [
        ("<", (YES, NO, NO)),
        ("<=", (YES, YES, NO)),
        (">", (NO, NO, YES)),
        (">=", (NO, YES, YES)),
        ("=", (NO, YES, NO)),
        ("!=", (YES, NO, YES)),
    ],
)
def test_comparing(sign, answers):
    assert tuple(truth(f"age {sign} 65 years", age=age) for age in (64, 65, 66)) == answers
    assert truth(f"age {sign} 65 years", age=None) is UNKNOWN


def test_an_old_value_counts_where_it_fires_and_is_unknown_where_it_does_not():
    assert truth("pressure >= 160 mmHg", expired=["pressure"], pressure=170) is YES
    assert truth("pressure >= 160 mmHg", expired=["pressure"], pressure=120) is UNKNOWN


def test_words_are_compared_too():
    assert truth("care = active", care="active") is YES
    assert truth("care != active", care="none") is YES


def test_reasons_are_the_facts_that_decided():
    condition = read({"any": [{"all": ["a", "b"]}, "c", "not d"]})
    facts = Answers({"a": YES, "b": YES, "c": NO, "d": NO})
    assert condition.reasons(facts) == ["a", "b", "d"]
    assert read({"all": ["a", "c"]}).reasons(facts, want=False) == ["c"]
    count = read({"count": ["a", "b", "c"], "at_least": 2})
    assert count.reasons(facts) == ["a", "b"]


def test_unknowns_name_what_is_missing_and_nothing_else():
    facts = Answers({"a": YES, "b": UNKNOWN, "c": NO, "d": UNKNOWN})
    assert read({"all": ["a", "b"]}).unknowns(facts) == ["b"]
    assert read({"any": ["a", "b"]}).unknowns(facts) == []
    assert read({"all": ["c", "b"]}).unknowns(facts) == []
    assert read({"not": {"any": ["b", "d"]}}).unknowns(facts) == ["b", "d"]
    assert read({"maybe": "b"}).unknowns(facts) == []
    assert read({"maybe": "b"}).reasons(facts) == ["b"]


@pytest.mark.parametrize(
    "raw",
    ["", "a b", "a > ", "a ~ 3", {}, {"some": ["a"]}, {"all": []}, {"all": "a"}, 3, ["a"],
     {"count": ["a"]}, {"all": ["a"], "any": ["b"]}],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(raw):
    with pytest.raises(BadCondition):
        read(raw)


def nested(depth):
    return {"not": nested(depth - 1)} if depth > 1 else "a"


def test_a_condition_is_no_deeper_than_it_can_be_read():
    read(nested(DEEPEST))
    with pytest.raises(BadCondition, match="one in another"):
        read(nested(DEEPEST + 1))


@pytest.mark.parametrize(
    ("raw", "yes", "no"),
    [
        ("a", "(f['a'] is True)", "(f['a'] is False)"),
        ("not a", "(f['a'] is False)", "(f['a'] is True)"),
        (
            "age >= 65 years",
            "((v := f['age']) is not None and v >= 65)",
            "((v := f['age']) is not None and not v >= 65 and 'age' not in f.expired)",
        ),
        (
            {"any": ["care = active", {"maybe": "b"}]},
            "(((v := f['care']) is not None and v == 'active') or (not (f['b'] is False)))",
            "(((v := f['care']) is not None and not v == 'active' and 'care' not in f.expired)"
            " and (f['b'] is False))",
        ),
        (
            {"count": ["a", "b", "c"], "at_least": 2},
            "(((f['a'] is True) + (f['b'] is True) + (f['c'] is True)) >= 2)",
            "(((f['a'] is False) + (f['b'] is False) + (f['c'] is False)) > 1)",
        ),
        (
            {"count": ["a", "b"], "exactly": 1},
            "(((f['a'] is True) + (f['b'] is True)) == 1"
            " and ((f['a'] is False) + (f['b'] is False)) == 1)",
            "(((f['a'] is True) + (f['b'] is True)) > 1"
            " or ((f['a'] is False) + (f['b'] is False)) > 1)",
        ),
    ],
)
def test_what_is_run_can_be_read(raw, yes, no):
    assert python(read(raw)) == f"yes = lambda f: {yes}\nno = lambda f: {no}"


ROWS = [[(read("a"), "grave"), (read("b"), "mild")], [(read("not c"), "other")]]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ((YES, YES, YES), ["grave"]),
        ((NO, YES, UNKNOWN), ["mild"]),
        ((UNKNOWN, YES, NO), ["mild", "other"]),
        ((NO, UNKNOWN, YES), []),
    ],
)
def test_of_each_row_the_first_that_holds_is_told(values, told):
    assert judge(ROWS)(Answers(zip("abc", values, strict=True))) == told


def test_the_judgement_can_be_read():
    assert (
        judge_text(ROWS)
        == """\
def judge(f):
    told = []
    if (f['a'] is True):
        told.append(found[0])
    elif (f['b'] is True):
        told.append(found[1])
    if (f['c'] is False):
        told.append(found[2])
    return told
"""
    )


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"/red_flags/fever": "yes", "/vitals/temperature_c": 39},
        {"/medications": [{"drug": "losartan"}], "/conditions": ["ckd_3"], "/check_ins": []},
    ],
)
def test_the_book_is_judged_rule_by_rule(changes):
    facts = Facts(intake(changes), book())
    assert book().judges[None](facts) == fired(book().other_rules(), facts)


def slowly(condition, facts):
    """The answer of a condition by the definition of the grammar, part by part."""
    parts = [slowly(part, facts) for part in getattr(condition, "parts", ())]
    kind = type(condition).__name__
    if kind == "Is":
        return facts[condition.name]
    if kind == "Compare":
        return facts[condition.name, condition.sign, condition.limit]
    if kind in ("Not", "Maybe"):
        answer = slowly(condition.part, facts)
        return answer is not NO if kind == "Maybe" else {YES: NO, NO: YES, UNKNOWN: UNKNOWN}[answer]
    if kind in ("All", "Any"):
        order = (NO, UNKNOWN, YES) if kind == "All" else (YES, UNKNOWN, NO)
        return next(answer for answer in order if answer in parts)
    sure, open_ = parts.count(YES), parts.count(UNKNOWN)
    if condition.exactly is not None:
        if sure > condition.exactly or sure + open_ < condition.exactly:
            return NO
        return UNKNOWN if open_ else YES
    return (
        YES if sure >= condition.at_least else NO if sure + open_ < condition.at_least else UNKNOWN
    )


SIGNS = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "=": "eq", "!=": "ne"}


def told(chance, found):
    """(values, expired) of all facts of the book's conditions, at random near their limits."""
    limits = {}
    for condition in found:
        for one in compares(condition):
            limits.setdefault(one.name, []).append(one.limit)
    values = {name: chance.choice((YES, NO, UNKNOWN)) for one in found for name in one.names()}
    for name, known in limits.items():
        limit = chance.choice(known)
        near = (limit,) if isinstance(limit, str) else (limit - 1, limit, limit + 1)
        values[name] = chance.choice((UNKNOWN, *near))
    return values, {name for name in limits if chance.random() < 0.3}


def compared(found, values, expired):
    """The answer of every comparison, for `slowly`."""
    answers = dict(values)
    for one in (one for condition in found for one in compares(condition)):
        value = values[one.name]
        holds = None if value is None else getattr(operator, SIGNS[one.sign])(value, one.limit)
        known = holds or one.name not in expired
        answers[one.name, one.sign, one.limit] = holds if known else UNKNOWN
    return answers


def test_every_condition_of_the_book_answers_as_the_grammar_says():
    chance, found = random.Random(3), [one for _, _, one in conditions(book())]
    for _ in range(60):
        values, expired = told(chance, found)
        facts, answers = Answers(values, expired), compared(found, values, expired)
        for condition in found:
            assert condition.truth(facts) is slowly(condition, answers), python(condition)


def test_comparisons_are_found_at_any_depth():
    raw = {"all": ["a", {"not": {"any": ["age > 65 years", {"maybe": "weight < 50 kg"}]}}]}
    assert [(c.name, c.unit) for c in compares(read(raw))] == [("age", "years"), ("weight", "kg")]
