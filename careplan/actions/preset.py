"""Presets: kept of a plan, renamed, retired; put into the draft of a patient, as a copy is.

What goes into a draft is fitted to its patient first (`careplan.queries.preset`), and nothing of
the person it was made for comes with it.
"""

import re

from django.db import IntegrityError, transaction
from django.utils import timezone

from careplan.actions import drafting, home_plan, program, turns
from careplan.actions import plan as plans
from careplan.actions.drafting import DraftMoved, PlanRefused
from careplan.models import PlanVersion, Preset
from careplan.queries import home_plan as home_queries
from careplan.queries import plan as plan_queries
from careplan.queries import preset as queries
from careplan.queries.preset import Fit, Fitting, Target
from careplan.rules.schedule import Wish
from patients import audit
from patients.access import Actor, check_can
from patients.models import Patient
from patients.roles import Permission

NAME_LENGTH, FOR_WHOM_LENGTH = 60, 200
MOST_IN_USE = 60  # of a clinic: more are not found again in a list
PARTS = ("home", "program", "words")


class PresetRefused(Exception):
    """The preset cannot be kept or changed; `reasons` are sentences for the page."""

    def __init__(self, *reasons: str):
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)


class NamesPatient(PresetRefused):
    """What was typed holds a name of the patient; the therapist may say that it means another."""


class PresetMoved(PresetRefused):
    """Somebody changed the preset, or the plan it is made of, first."""


# Kept, renamed, retired ----------------------------------------------------------------------


@transaction.atomic
def keep(
    *,
    version: PlanVersion,
    name: str,
    for_whom: str,
    by: Actor,
    revision: int | None = None,
    not_named: bool = False,
) -> Preset:
    """Keep what of a plan is not about its patient. `revision`: the draft that was seen.

    Raises PresetRefused; NamesPatient where a name of the patient is in what was typed, unless
    `not_named` says that it is not theirs; PresetMoved where the draft moved on.
    """
    check_can(by, Permission.PLAN_EDIT, on=version)
    name, for_whom = _clean(name), _clean(for_whom)
    version = plan_queries.whole(version.pk)
    if revision is not None and revision != version.revision:
        raise PresetMoved("The draft changed after you opened this page. See what goes in now.")
    content = queries.content_of(version)
    reasons = _word_faults(name, for_whom)
    if not content["items"]:
        reasons.append("There is no exercise to keep: choose the home exercises first.")
    if Preset.objects.for_clinic(by.clinic).filter(retired_at=None).count() >= MOST_IN_USE:
        reasons.append(f"A clinic has at most {MOST_IN_USE} presets in use: retire one first.")
    if reasons:
        raise PresetRefused(*reasons)
    if not not_named:
        _refuse_names(f"{name} {for_whom}", version.patient)
    row = Preset(clinic=by.clinic, name=name, for_whom=for_whom, content=content, made_by=by.user)
    _save(row)
    audit.record("preset.keep", by=by, on=row, patient=version.patient, after=_log(row))
    return row


@transaction.atomic
def rename(*, preset: Preset, name: str, for_whom: str, by: Actor, revision: int) -> Preset:
    """Another name, or another line that says for whom; what is in it stays. `revision`: seen."""
    row = _claim(preset, by)
    if revision != row.revision:
        raise PresetMoved(
            f"Somebody renamed this preset to “{row.name}” after you opened it. What you typed is "
            "still here: save again to put it over theirs."
        )
    name, for_whom = _clean(name), _clean(for_whom)
    if reasons := _word_faults(name, for_whom):
        raise PresetRefused(*reasons)
    if (name, for_whom) == (row.name, row.for_whom):
        return row
    before = _log(row)
    row.name, row.for_whom, row.revision = name, for_whom, row.revision + 1
    _save(row)
    audit.record("preset.rename", by=by, on=row, before=before, after=_log(row))
    return row


@transaction.atomic
def retire(*, preset: Preset, by: Actor) -> Preset:
    """Offer it no more; drafts that began with it stay. Retiring it twice changes nothing."""
    row = _claim(preset, by)
    if row.retired_at:
        return row
    row.retired_at, row.retired_by = timezone.now(), by.user
    _save(row)
    audit.record("preset.retire", by=by, on=row, after=_log(row))
    return row


@transaction.atomic
def bring_back(*, preset: Preset, by: Actor) -> Preset:
    """Offer it again. Raises PresetRefused where another one has taken its name."""
    row = _claim(preset, by)
    if row.retired_at is None:
        return row
    row.retired_at = row.retired_by = None
    _save(row)
    audit.record("preset.bring_back", by=by, on=row, after=_log(row))
    return row


def _claim(preset: Preset, by: Actor) -> Preset:
    check_can(by, Permission.PLAN_EDIT, on=preset)
    return Preset.objects.select_for_update(of=("self",)).get(pk=preset.pk)


def _save(row: Preset) -> None:
    """Raises PresetRefused where another preset in use has the name."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise PresetRefused(
            f"There is a preset “{row.name}” in use already: choose another name."
        ) from None


def _clean(words: str) -> str:
    return " ".join(words.replace("\0", "").split())


def _word_faults(name: str, for_whom: str) -> list[str]:
    found = []
    if not name:
        found.append("Give the preset a name.")
    if len(name) > NAME_LENGTH:
        found.append(f"The name has at most {NAME_LENGTH} letters, not {len(name)}.")
    if not for_whom:
        found.append("Say in a line for whom it is meant.")
    if len(for_whom) > FOR_WHOM_LENGTH:
        found.append(f"For whom: at most {FOR_WHOM_LENGTH} letters, not {len(for_whom)}.")
    return found


def _refuse_names(words: str, patient: Patient) -> None:
    """The whole clinic reads a preset, for every patient: nobody's name belongs there."""
    typed = {word.casefold() for word in re.findall(r"\w+", words)}
    names = re.findall(r"\w+", f"{patient.given_name} {patient.family_name}")
    if found := [name for name in names if name.casefold() in typed and len(name) > 1]:
        raise NamesPatient(
            f"“{found[0]}” is a name of the patient. A preset is for others: leave it out."
        )


def _log(row: Preset) -> dict:
    codes = [item["exercise"] for item in row.content["items"]]
    return {"name": row.name, "for_whom": row.for_whom, "exercises": codes}


# Into a draft --------------------------------------------------------------------------------


@transaction.atomic
def start_from(
    *, source: Preset | PlanVersion, patient: Patient, parts, seen: str, revision, by: Actor
) -> PlanVersion:
    """Put a preset, or a copy of another plan, into the patient's draft; where there is none it is
    begun. Everything is fitted anew, as the page showed it.

    `parts` of PARTS are taken over, the rest of the draft stays; what it gave as reasons for
    cautions is asked anew. `seen` is the page's stamp, `revision` its draft's. Raises PlanRefused
    where the rules allow no plan or anything has changed since the page, DraftMoved where
    somebody changed the draft first.
    """
    check_can(by, Permission.PLAN_EDIT, on=source)
    check_can(by, Permission.PLAN_EDIT, on=patient)
    patient = turns.of_patient(patient.pk)
    goal = queries.target(patient)
    content = _content(source, goal)
    fit = Fitting(goal).fit(content)
    wish = queries.wish(fit, goal, program.treats(by))
    _refuse_unless_seen(goal, revision, seen == queries.stamp(fit, wish, goal))
    if reasons := _part_faults(parts, fit, wish):
        raise PlanRefused(*reasons)
    draft = goal.draft or plans.draft(assessment=goal.newest, by=by)
    for part in PARTS:
        if part in parts:
            TAKE_OVER[part](plan_queries.whole(draft.pk), fit, wish, by)
    draft = plan_queries.whole(draft.pk)
    kind = "preset" if isinstance(source, Preset) else "copy"
    after = {"parts": [part for part in PARTS if part in parts], "reasons": draft.reasons}
    after |= {"name": source.name} if kind == "preset" else {}
    audit.record(f"plan.{kind}", by=by, on=draft, after=after)
    if kind == "copy":
        audit.record("plan.copied", by=by, on=source)
    return draft


def _content(source: Preset | PlanVersion, goal: Target) -> dict:
    """What is put in, read again. Raises PlanRefused where nothing may be."""
    reasons = list(goal.why_not)
    if isinstance(source, Preset):
        source = Preset.objects.select_related("retired_by").get(pk=source.pk)
        if source.retired_at:
            reasons.append(f"“{source.name}” was retired by {source.retired_by}: choose another.")
    elif source.patient_id == goal.patient.pk:
        reasons.append("This is the patient’s own plan: change it in the builder.")
    if reasons:
        raise PlanRefused(*reasons)
    if isinstance(source, Preset):
        return source.content
    return queries.content_of(plan_queries.whole(source.pk))


def _refuse_unless_seen(goal: Target, revision: int | None, same: bool) -> None:
    """What the page showed still holds. Raises DraftMoved."""
    if goal.draft and revision is not None and revision != goal.draft.revision:
        who = drafting.last_editor(goal.draft)
        raise DraftMoved(
            f"{who} changed this draft after you opened the page. See below what would change "
            "now, then go on."
        )
    if not same:
        raise DraftMoved(
            "Something changed after you opened this page: an exercise, the assessment, the dates "
            "or what is copied. See below what would change now, then go on."
        )


def _part_faults(parts, fit: Fit, wish: Wish | None) -> list[str]:
    if not parts or set(parts) - set(PARTS):
        return ["Choose at least one part to take over."]
    found = []
    if "home" in parts and not fit.items:
        found.append("No exercise is left to take over.")
    if "program" in parts and wish is None:
        found.append("The programme cannot be taken over: lay it by hand.")
    return found


def _home(draft: PlanVersion, fit: Fit, wish, by: Actor) -> None:
    """The exercises; reasons for cautions are asked anew, why a part is missing stays."""
    what = {"items": fit.items, "anchors": fit.anchors, "template": fit.template}
    home_plan.set_items(version=draft, by=by, **what)
    kept = {key: why for key, why in draft.reasons.items() if key in home_queries.COMPONENTS}
    PlanVersion.objects.filter(pk=draft.pk).update(reasons=kept)


def _program(draft: PlanVersion, fit: Fit, wish: Wish, by: Actor) -> None:
    shape = {name: getattr(wish, name) for name in ("sessions_per_week", "weeks", "starts_on")}
    shape |= {"weekdays": wish.weekdays, "at": wish.at}
    shape |= {name: fit.program[name] for name in queries.PROGRAM[2:]}
    program.lay(version=draft, by=by, **shape)


def _words(draft: PlanVersion, fit: Fit, wish, by: Actor) -> None:
    """The routine and the cards: added to what is there."""
    there = {line["code"] for line in draft.routine}
    lines = [line for line in fit.routine if line["code"] not in there]
    if lines:
        plans.save_routine(version=draft, routine=[*draft.routine, *lines], by=by)
    if set(fit.education) - set(draft.education):
        cards = [*draft.education, *fit.education]
        plans.save_cards(version=draft, education=cards, barriers=draft.barriers, by=by)


TAKE_OVER = {"home": _home, "program": _program, "words": _words}
