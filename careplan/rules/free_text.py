"""Words of a patient that may speak of a red flag (RFL-06).

The record: {"as_of": date, "text": words, "wants_guidance": bool, "without": flags that these words
do not raise, "typed_in_intake": bool}; all but the date may be missing. A hit only asks a clinician to
read and to ask the question itself: it answers nothing and lowers nothing, and a denial ("no
numbness") is a hit as well, because nobody trusts a program to read a "no".
"""

import unicodedata
from functools import lru_cache

from careplan.rules.evaluate import finding, first_level
from careplan.rules.facts import Facts, fact
from careplan.rules.records import judged

SHORT = 80  # characters of words that are typed again and again, such as names of treatments
INVISIBLE = "Cf"  # letters without a shape, such as a soft hyphen or a zero-width space


def flags_in(text, book):
    """Codes of the red flags that the words may speak of, in the book's order.

    No more than the book's longest text is read; see the fact `danger_words`.
    """
    return list((_remembered if len(text) <= SHORT else _flags_in)(text, book))


def _flags_in(text, book):
    plain = unicodedata.normalize("NFKC", text[: book.longest_words]).replace("’", "'")
    shown = "".join(one for one in plain if unicodedata.category(one) != INVISIBLE)
    said = " ".join(shown.split())
    return [flag for flag, words in book.danger_words.items() if words.search(said)]


_remembered = lru_cache(maxsize=2048)(_flags_in)


def _hits(f):
    without = f.at("/without") or ()
    return [flag for flag in flags_in(f.at("/text") or "", f.book) if flag not in without]


@fact("words that may mean a red flag", "/text", subject="note")
def danger_words(f):
    return bool(_hits(f)) or len(f.at("/text") or "") > f.book.longest_words


@fact("the words stand in an intake", "/typed_in_intake", subject="note")
def typed_in_intake(f):
    return bool(f.at("/typed_in_intake"))


@fact("words that may mean an emergency", "/text", subject="note")
def emergency_words(f):
    """Of a flag whose yes is an emergency by itself."""
    return any(f.book.red_flags[flag].emergency for flag in _hits(f))


@fact("words of tingling or numbness", "/text", subject="note")
def tingling_words(f):
    return "numbness_spreading" in _hits(f)


@fact("what the words may speak of", "/text", subject="note")
def words_about(f):
    labels = f.book.codes["red_flags"]
    return (
        "; ".join(labels[flag].label for flag in _hits(f)) or "a long text, not read by the rules"
    )


@fact("the patient asks for guidance", "/wants_guidance", subject="note")
def wants_guidance(f):
    return bool(f.at("/wants_guidance"))


def read(record, book):
    """{"flags": codes, "findings", "follow_ups"} of a text; all empty where nothing was found."""
    facts = Facts(record, book)
    said, _ = judged(facts, "note")
    return {"flags": _hits(facts), **said}


def in_intake(facts):
    """([findings], [firings]) of the words that somebody typed into an intake (RFL-06)."""
    found = [_finding_of(facts, *one) for one in _typed(facts) if _speaks(one[1], facts.book)]
    found = [one for one in found if one is not None]
    return [told for told, _ in found], [firing for _, firing in found]


def _speaks(words, book):
    """Whether words may fire a rule at all; nearly none do, and most are typed again and again."""
    return len(words) > book.longest_words or bool(flags_in(words, book))


def _typed(facts):
    """(pointer, words, flags left out) of every place of an intake that holds typed words."""
    for place in facts.book.word_places:
        for number, entry in enumerate(facts.intake.get(place.path, ())):
            words = entry[place.key] if place.key else entry
            pointer = "/".join(["", place.path, str(number), *([place.key] if place.key else [])])
            yield pointer, words, place.without


def _finding_of(facts, pointer, words, without):
    record = {"as_of": facts.intake["as_of"], "text": words, "without": without}
    note = Facts({**record, "typed_in_intake": True}, facts.book)
    rule = facts.book.rules["RFL-06"]
    level = first_level(rule.levels, note)
    if level is None:
        return None
    return finding(rule, level, note, because={pointer: words}), (rule, level)
