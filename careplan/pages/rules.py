"""The rule book for staff: every rule with its filters, and each rule with its reasons."""

from datetime import date
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from careplan.pages.forms.rules import chosen, filter_groups, filters_of, source_options
from careplan.pages.shared import page_or_fragment
from careplan.pages.worklist_lines import week_of
from careplan.queries import rules as queries
from careplan.rules import wording
from careplan.rules.book import book
from careplan.rules.entries import Level, Rule
from careplan.templatetags.careplan_tags import drug_word, medium_date
from patients.access import Actor, can
from patients.guards import needs, signed_in
from patients.queries import places_of
from patients.roles import Permission


@needs(Permission.RULES_VIEW)
def rules(request: HttpRequest) -> HttpResponse:
    """All rules of the book, searched and filtered; the address keeps the filters."""
    filters = filters_of(request.GET)
    found = queries.sections(filters)
    context = {
        "version": book().version,
        "all": len(book().rules),
        "sections": [(file, [_row(rule) for rule in rows]) for file, rows in found],
        "shown": sum(len(rows) for _, rows in found),
        "elsewhere": queries.elsewhere(filters),
        "filters": filters,
        "chosen": chosen(request.GET, filters),
        "groups": filter_groups(filters),
        "sources": source_options(filters),
    }
    return page_or_fragment(request, "rules/rules.html", "rules/_results.html", context)


def _row(rule: Rule) -> dict:
    """A line of the list."""
    about = [and_list(rule.drugs)] if rule.drugs else []
    if rule.subject != "intake":
        about.append(f"judges {book().subjects[rule.subject].label}")
    milder = dict.fromkeys(level.severity for level in rule.levels[1:])
    return {
        "rule": rule,
        "line": ". ".join(words[:1].upper() + words[1:] for words in about),
        "also": [one for one in milder if one != rule.severity],
        "late": rule.review < timezone.localdate(),
    }


@needs(Permission.RULES_VIEW)
def rule(request: HttpRequest, rule_id: str) -> HttpResponse:
    """One rule with its reasons; a row that lives elsewhere; or that the book has it no more."""
    found = book().rules.get(rule_id)
    if found is None:
        return _no_rule(request, rule_id)
    context = {"rule": found, "version": book().version, "drugs": and_list(found.drugs)}
    context |= _reading(found, timezone.localdate())
    context |= _plans(request.actor, found, request.GET.get("page"))
    return render(request, "rules/rule.html", context)


def _no_rule(request: HttpRequest, rule_id: str) -> HttpResponse:
    upper = rule_id.upper()
    if upper != rule_id and (upper in book().rules or upper in book().elsewhere):
        return redirect("rule", request.clinic.slug, upper)
    if row := book().elsewhere.get(rule_id):
        return render(request, "rules/elsewhere.html", {"row": row, "version": book().version})
    last = queries.last_version_with(request.clinic, rule_id.replace("\0", ""))
    if not last:
        raise Http404("No such rule")
    context = {"rule_id": rule_id, "last": last, "version": book().version}
    return render(request, "rules/gone.html", context, status=404)


def _reading(found: Rule, today: date) -> dict:
    """The rule in words."""
    definitions = wording.definitions_of(book(), found)
    return {
        "file": book().files[found.file],
        "judges": book().subjects[found.subject].label,
        "levels": [_level(level, found) for level in found.levels],
        "definitions": [(row, book().outline(row.condition)) for row in definitions],
        "named": wording.rules_named(book(), found),
        "confidence": wording.CONFIDENCE[found.confidence],
        "review": review(found.review, today),
        "late": found.review < today,
        "before": _beside(found, -1),
        "after": _beside(found, 1),
    }


def _level(level: Level, found: Rule) -> dict:
    """One degree of a rule: when it holds, what each reader reads, what follows."""
    return {
        "severity": level.severity,
        "outline": book().outline(level.condition),
        "message": wording.with_names(book(), level.message),
        "patient_message": wording.with_names(book(), level.patient_message),
        "drugs": and_list(level.drugs) if level.drugs != found.drugs else "",
        "worded_for": _worded_for(level),
        "does": _does(level),
    }


def _worded_for(level: Level) -> str:
    """The drug that a message for several drugs names in the place of each of them."""
    named = len(level.drugs) > 1 and level.drugs[0] in level.message.lower()
    return level.drugs[0] if named else ""


def _does(level: Level) -> list[str]:
    """What follows where it holds, a sentence each."""
    done = [_effect(level.effect)] if level.effect else []
    if level.with_drugs:
        done.append(f"It is proposed together with {', '.join(level.with_drugs)}.")
    if level.max_days is not None:
        done.append(f"At most {level.max_days} days.")
    if level.refer:
        places = ", ".join(place.replace("_", " ") for place in level.refer)
        done.append(f"Referral: {places}.")
    for row in level.follow_up:
        what = book().follow_ups[row["kind"]]
        done.append(f"Follow-up: {what}, {row['role']}, {wording.within(row)}.")
    return done


def and_list(names) -> str:
    """ "ibuprofen, naproxen and duloxetine"."""
    *most, last = names or [""]
    return f"{', '.join(most)} and {last}" if most else last


def _effect(effect: str) -> str:
    if effect == "note":
        return "Status of the medicine: unchanged, with a note."
    return f"Status of the medicine: {drug_word(effect).lower()}."


def review(day: date, today: date) -> str:
    """ "due 1 May 2027, in 5 months", "overdue by 12 days"."""
    days = (day - today).days
    if days < 0:
        return f"overdue by {_span(-days)}, since {medium_date(day)}"
    return f"due {medium_date(day)}" + (f", in {_span(days)}" if days else ", today")


def _span(days: int) -> str:
    count, unit = (days // 30, "month") if days >= 60 else (days, "day")
    return f"{count} {unit}{'' if count == 1 else 's'}"


def _beside(found: Rule, step: int) -> Rule | None:
    """The rule before or after in the book."""
    order = list(book().rules)
    place = order.index(found.id) + step
    return book().rules[order[place]] if 0 <= place < len(order) else None


def _plans(actor: Actor, found: Rule, number) -> dict:
    """The running plans it fires on, for whoever may see plans and patients."""
    sees = can(actor, Permission.PLAN_VIEW) and can(actor, Permission.PATIENT_VIEW)
    if not sees or found.subject != "intake":
        return {"sees_plans": sees, "plans": None}
    page = queries.fires_on(actor, found.id, number)
    today = timezone.localdate()
    return {"sees_plans": sees, "plans": page, "rows": [_fired(one, actor, today) for one in page]}


def _fired(one: queries.Fired, actor: Actor, today: date) -> dict:
    patient, slug = one.plan.patient, actor.clinic.slug
    about = [row["applies_to"] for row in one.findings if row.get("applies_to")]
    week = week_of(one.plan, today)
    return {
        "severity": one.findings[0]["severity"],
        "name": patient.name,
        "who": ", ".join(filter(None, [str(patient.age_on(today)), week])),
        "url": reverse("chart", args=[slug, patient.pk]),
        "message": one.findings[0]["message"],
        "about": ", ".join(about),
        "assessed": one.assessment.as_of,
        "assessment_url": reverse("assessment", args=[slug, patient.pk]),
        "held": one.plan.state == "safety_hold",
        "version": one.assessment.rules_version,
    }


# Without a clinic in the address -------------------------------------------------------------


@signed_in("it leads staff to the book of their clinic, and is not found by others")
def home(request: HttpRequest, rule_id: str = "") -> HttpResponse:
    """To the same page below the reader's clinic; who works in several chooses one."""
    places = places_of(request.user)
    if not places:
        raise Http404("Nobody's clinic")
    query = request.META.get("QUERY_STRING", "")
    rows = [(place, _below(place.clinic.slug, rule_id, query)) for place in places]
    if len(rows) == 1:
        return redirect(rows[0][1])
    return render(request, "rules/places.html", {"places": rows, "rule_id": rule_id})


def _below(slug: str, rule_id: str, query: str) -> str:
    path = reverse("rule", args=[slug, rule_id]) if rule_id else reverse("rules", args=[slug])
    return f"{path}?{quote(query, safe='=&%+')}" if query else path
