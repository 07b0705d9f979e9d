"""Reads of the rule book for its pages: the rules that pass a filter, the plans one fires on."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Subquery

from careplan.models import Assessment, Plan
from careplan.rules.book import book
from careplan.rules.entries import Elsewhere, Rule, RuleFile
from patients.access import Actor
from patients.models import Clinic

RUNNING = (Plan.State.ACTIVE, Plan.State.SAFETY_HOLD)
PLANS = 25  # a page of them


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty means all. Within one kind, one of them is enough."""

    words: str = ""
    severities: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()

    @property
    def narrows(self) -> bool:
        """Whether anything besides words is chosen."""
        return bool(self.severities or self.drugs or self.sources or self.subjects)

    def take(self, rule: Rule) -> bool:
        severities = {level.severity for level in rule.levels}
        return (
            self._says(rule)
            and (not self.severities or bool(severities & set(self.severities)))
            and (not self.drugs or bool(set(rule.drugs) & set(self.drugs)))
            and (not self.sources or any(rests_on(rule, key) for key in self.sources))
            and (not self.subjects or rule.subject in self.subjects)
        )

    def _says(self, rule: Rule) -> bool:
        said = (level.message for level in rule.levels)
        text = " ".join((rule.id, rule.title, *said)).lower()
        return all(word in text for word in self.words.lower().split())

    def take_row(self, row: Elsewhere) -> bool:
        """Rows that are no rule have words alone."""
        text = f"{row.id} {row.lives}".lower()
        return not self.narrows and all(word in text for word in self.words.lower().split())


def rests_on(rule: Rule, key: str) -> bool:
    """Whether a rule names a source of the book."""
    source = book().sources[key]
    return any(said.startswith(f"{source.title}, {source.year}, ") for said in rule.sources)


def sections(filters: Filters) -> list[tuple[RuleFile, list[Rule]]]:
    """The rules that pass, under the titles of their files, in the book's order; no SQL."""
    found = [rule for rule in book().rules.values() if filters.take(rule)]
    parts = [(file, [r for r in found if r.file == file.name]) for file in book().files.values()]
    return [(file, rules) for file, rules in parts if rules]


def elsewhere(filters: Filters) -> list[Elsewhere]:
    """The rows of the specification that are no rules and pass."""
    return [row for row in book().elsewhere.values() if filters.take_row(row)]


@dataclass(frozen=True)
class Fired:
    """A running plan whose patient's newest assessment holds a finding of the rule."""

    plan: Plan
    assessment: Assessment
    findings: list[dict]


def fires_on(actor: Actor, rule_id: str, number) -> Page:
    """Running plans of the actor's clinic that a rule fires on, by name of the patient, as a page
    of Fired: 3 queries, however many there are.

    The first asks the newest assessment of each running plan for the finding: about half a second
    for 10,000 plans of one clinic, for the time is that of unpacking as many stored results.
    """
    newest = Assessment.objects.filter(patient=OuterRef("patient")).order_by("-made_at")
    holds = Assessment.objects.filter(
        pk=OuterRef("newest"), result__contains={"findings": [{"rule": rule_id}]}
    )
    pairs = (
        Plan.objects.for_clinic(actor.clinic)
        .filter(state__in=RUNNING)
        .annotate(newest=Subquery(newest.values("pk")[:1]))
        .filter(Exists(holds))
        .order_by("patient__family_name", "patient__given_name", "pk")
        .values_list("pk", "newest")
    )
    page = Paginator(list(pairs), PLANS).get_page(number)
    page.object_list = _fired(page.object_list, rule_id)
    return page


def _fired(pairs: list[tuple], rule_id: str) -> list[Fired]:
    rows = Plan.objects.select_related("patient", "current__program")
    plans = rows.in_bulk([plan for plan, _ in pairs])
    assessments = Assessment.objects.in_bulk([assessment for _, assessment in pairs])
    return [
        Fired(
            plan=plans[plan],
            assessment=assessments[newest],
            findings=[f for f in assessments[newest].result["findings"] if f["rule"] == rule_id],
        )
        for plan, newest in pairs
    ]


def last_version_with(clinic: Clinic, rule_id: str) -> str:
    """The version of the book by which an id that is no rule any more was last found here, or ""."""
    rows = Assessment.objects.for_clinic(clinic)
    rows = rows.filter(result__contains={"findings": [{"rule": rule_id}]})
    return rows.order_by("-made_at").values_list("rules_version", flat=True).first() or ""
