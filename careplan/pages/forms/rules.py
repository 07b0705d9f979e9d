"""The filters of the list of rules, read from the address; words it does not know are passed over."""

from django.http import QueryDict

from careplan.queries.rules import Filters, rests_on
from careplan.rules.book import DRUGS, book
from careplan.rules.rule_rows import SEVERITIES
from careplan.templatetags.careplan_tags import severity_word

WORDS_MOST = 80


def filters_of(given: QueryDict) -> Filters:
    """What was chosen and typed."""
    return Filters(
        words=given.get("q", "").replace("\0", "")[:WORDS_MOST],
        severities=_known(given, "severity", SEVERITIES),
        drugs=_known(given, "drug", DRUGS),
        sources=_known(given, "source", book().sources),
        subjects=_known(given, "subject", book().subjects),
    )


def _known(given: QueryDict, name: str, table) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in given.getlist(name) if value in table))


def filter_groups(filters: Filters) -> list[dict]:
    """The tick boxes: heading, field name, and (value, words, how many, ticked) of each. The
    counts are those of the whole book."""
    rules = list(book().rules.values())
    severe = [[level.severity for level in rule.levels] for rule in rules]
    return [
        {
            "title": title,
            "name": name,
            "options": [
                (value, words, sum(value in one for one in had), value in chosen)
                for value, words in table
            ],
        }
        for title, name, table, had, chosen in (
            ("Severity", "severity", _severities(), severe, filters.severities),
            ("Drug", "drug", _drugs(), [rule.drugs for rule in rules], filters.drugs),
            ("Judges", "subject", _subjects(), [(r.subject,) for r in rules], filters.subjects),
        )
    ]


def _severities() -> list[tuple[str, str]]:
    return [(one, severity_word(one)) for one in SEVERITIES]


def _drugs() -> list[tuple[str, str]]:
    return [(one, one.capitalize()) for one in DRUGS]


def _subjects() -> list[tuple[str, str]]:
    """What rules judge, of those that have a rule: "An intake"."""
    had = {rule.subject for rule in book().rules.values()}
    rows = book().subjects.values()
    return [(row.name, row.label[:1].upper() + row.label[1:]) for row in rows if row.name in had]


def source_options(filters: Filters) -> list[tuple[str, str, bool]]:
    """(value, title with its year and how many rules rest on it, chosen) of each source used."""
    rules = book().rules.values()
    rows = [
        (row, sum(rests_on(rule, row.key) for rule in rules)) for row in book().sources.values()
    ]
    return [
        (row.key, f"{row.title}, {row.year} ({many})", row.key in filters.sources)
        for row, many in rows
        if many
    ]


def chosen(given: QueryDict, filters: Filters) -> list[tuple[str, str]]:
    """(words, the address without it) of each filter that is on."""
    picked = [("severity", one, severity_word(one)) for one in filters.severities]
    picked += [("drug", one, one.capitalize()) for one in filters.drugs]
    picked += [("subject", one, book().subjects[one].label) for one in filters.subjects]
    picked += [("source", one, book().sources[one].title) for one in filters.sources]
    found = [(words, _without(given, name, value)) for name, value, words in picked]
    if filters.words:
        found.append((f"“{filters.words}”", _without(given, "q", given["q"])))
    return found


def _without(given: QueryDict, name: str, value: str) -> str:
    left = given.copy()
    left.setlist(name, [one for one in given.getlist(name) if one != value])
    return f"?{left.urlencode()}"
