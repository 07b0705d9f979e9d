"""Words of a patient that may speak of a red flag (RFL-06).

The record: {"as_of": date, "text": words, "wants_guidance": bool}. A hit only asks a clinician to
read and to ask the question itself: it answers nothing and lowers nothing, and a denial ("no
numbness") is a hit as well, because nobody trusts a program to read a "no".
"""

import unicodedata

from careplan.rules.evaluate import finding, fired, in_order
from careplan.rules.facts import Facts, fact

LONGEST = 20_000  # letters that are read; what is longer is shown to a clinician unread


def flags_in(text, book):
    """Codes of the red flags that the words may speak of, in the book's order."""
    plain = unicodedata.normalize("NFKC", text)[:LONGEST].replace("’", "'")
    plain = " ".join(plain.split())
    return [flag for flag, words in book.danger_words.items() if words.search(plain)]


def _hits(f):
    return flags_in(f.at("/text") or "", f.book)


@fact("words that may mean a red flag", "/text", subject="note")
def danger_words(f):
    return bool(_hits(f)) or len(f.at("/text") or "") > LONGEST


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
    """{"flags": codes, "findings"} of a text; both empty where nothing was found."""
    facts = Facts(record, book)
    rules = fired(book.rules_of("note"), facts)
    return {
        "flags": _hits(facts),
        "findings": in_order([finding(rule, level, facts) for rule, level in rules]),
    }
