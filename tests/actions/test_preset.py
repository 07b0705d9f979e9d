"""Presets and copies: what is kept of a plan, and what it becomes for another person."""

import json
from datetime import date

import pytest

from careplan.actions import home_plan, library, program
from careplan.actions import plan as plans
from careplan.actions import preset as actions
from careplan.actions.drafting import DraftMoved, PlanRefused
from careplan.actions.preset import NamesPatient, PresetMoved, PresetRefused
from careplan.models import Plan, PlanVersion, Preset
from careplan.queries import home_plan as home_queries
from careplan.queries import plan as plan_queries
from careplan.queries import preset as queries
from careplan.queries.catalogue import catalogue
from careplan.rules.book import book
from patients.access import Denied, OtherClinic
from patients.models import AuditEvent, Patient
from patients.roles import Role
from tests.conftest import actor_of, make_staff
from tests.factories.library import own
from tests.factories.plan import assessed, drafted, intake, signed, weighed

WORDS = {"name": "Stiff back, first weeks", "for_whom": "Stiff after sitting, no leg pain"}
ALL = list(actions.PARTS)


@pytest.fixture(autouse=True)
def _fixed(time_machine):
    """The clock starts on Tuesday 24 November 2026 and ticks."""
    time_machine.move_to("2026-11-24T09:12:00+00:00")


@pytest.fixture
def samuel(clinic) -> Patient:
    return Patient.objects.create(
        clinic=clinic,
        given_name="Samuel",
        family_name="Reyes",
        birth_date=date(1970, 9, 23),
        sex="male",
    )


@pytest.fixture
def by_colleague(clinic):
    return actor_of(make_staff(clinic, "Nia Colwyn", Role.THERAPIST), clinic)


def with_items(version, by, *codes, **dose):
    """The draft with these exercises at their usual dose, or the one given, whole."""
    known = catalogue(version.clinic)
    items = [home_queries.default_item(code, known) | dose for code in codes]
    home_plan.set_items(version=version, items=home_queries.with_short_day(items), by=by)
    return plan_queries.whole(version.pk)


def preset_of(version, by, *codes, **dose) -> Preset:
    if codes:
        version = with_items(version, by, *codes, **dose)
    return actions.keep(version=version, by=by, **WORDS)


def seen(source, patient, by) -> dict:
    """What the page of a fit would post."""
    goal = queries.target(patient)
    content = source.content if isinstance(source, Preset) else queries.content_of(source)
    fit = queries.Fitting(goal).fit(content)
    wish = queries.wish(fit, goal, program.treats(by))
    revision = goal.draft.revision if goal.draft else None
    return {"seen": queries.stamp(fit, wish, goal), "revision": revision}


def used(source, patient, by, parts=("home",), **changed) -> PlanVersion:
    given = {"source": source, "patient": patient, "parts": list(parts), "by": by}
    return actions.start_from(**given | seen(source, patient, by) | changed)


def running(patient, by) -> Plan:
    return Plan.objects.select_related("current").get(pk=signed(patient, by).pk)


def codes(version) -> list[str]:
    return [item["exercise"] for item in home_queries.items_of(plan_queries.whole(version.pk))]


# Kept ----------------------------------------------------------------------------------------


def test_nothing_of_the_patient_is_kept(patient, by_therapist):
    """Every place of a draft where somebody may type holds a word; none is in the preset."""
    version = weighed(drafted(patient, by_therapist), by_therapist)
    items = home_queries.items_of(version)
    items = home_plan.split([items[0] | {"note": "SECRET"}, *items[1:]], 2)
    ways = [{"code": "", "words": "SECRET"}, {"code": "kettle", "words": ""}]
    home_plan.set_items(
        version=version, items=items, anchors=ways, reasons={"AER": "SECRET"}, by=by_therapist
    )
    plans.save_goals(version=version, goals=[("SECRET", date(2027, 1, 31), 3, 8)], by=by_therapist)
    plans.save_note(version=version, note="SECRET", by=by_therapist)
    routine = [{"code": "SM-04", "title": "SECRET", "minutes": 5, "anchor": "SECRET"}]
    plans.save_routine(version=version, routine=routine, by=by_therapist)
    plans.save_cards(version=version, education=["ED-01"], barriers=["BAR-01"], by=by_therapist)
    row = preset_of(version, by_therapist)
    kept = json.dumps(Preset.objects.values().get(), default=str)
    assert "SECRET" not in kept and "BAR-01" not in kept and "2027-01-31" not in kept
    assert str(patient.pk) not in kept and str(version.pk) not in kept
    assert row.content["anchors"] == ["", "kettle"]
    assert row.content["routine"] == [{"code": "SM-04", "minutes": 5}]
    assert row.content["education"] == ["ED-01", "ED-12"]
    assert set(row.content["program"]) == set(queries.PROGRAM)


def test_a_signed_and_a_closed_plan_give_a_preset(patient, by_therapist):
    plan = running(patient, by_therapist)
    plans.close(plan=plan, reason="Moved away", by=by_therapist)
    row = preset_of(plan.current, by_therapist)
    items = home_queries.items_of(plan_queries.whole(plan.current_id))
    assert [one["exercise"] for one in row.content["items"]] == [i["exercise"] for i in items]
    event = AuditEvent.objects.get(action="preset.keep")
    assert (event.patient_id, event.subject_id) == (patient.pk, str(row.pk))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"name": "   "}, "Give the preset a name."),
        ({"name": "\0"}, "Give the preset a name."),
        ({"name": "x" * 61}, "at most 60 letters, not 61"),
        ({"for_whom": ""}, "Say in a line for whom"),
        ({"for_whom": "x" * 201}, "at most 200 letters, not 201"),
    ],
)
def test_words_that_cannot_be_kept(patient, by_therapist, words, says):
    version = drafted(patient, by_therapist)
    with pytest.raises(PresetRefused, match=says):
        actions.keep(version=version, by=by_therapist, **WORDS | words)
    assert not Preset.objects.exists()


def test_a_draft_without_exercises_gives_none(patient, by_therapist):
    version = drafted(patient, by_therapist)
    home_plan.set_items(version=version, items=[], by=by_therapist)
    with pytest.raises(PresetRefused, match="no exercise to keep"):
        preset_of(version, by_therapist)


@pytest.mark.parametrize("part", ["name", "for_whom"])
def test_a_name_of_the_patient_is_refused_once(patient, by_therapist, part):
    version, words = drafted(patient, by_therapist), WORDS | {part: "Like margaret, week 1"}
    with pytest.raises(NamesPatient, match="“Margaret” is a name of the patient"):
        actions.keep(version=version, by=by_therapist, **words)
    assert actions.keep(version=version, by=by_therapist, not_named=True, **words).pk


def test_a_draft_that_moved_on_is_looked_at_again(patient, by_therapist):
    version = drafted(patient, by_therapist)
    plans.save_note(version=version, note="Hello", by=by_therapist)
    with pytest.raises(PresetMoved):
        actions.keep(version=version, by=by_therapist, revision=version.revision, **WORDS)


def test_a_name_is_in_use_once_and_free_again_when_retired(patient, by_therapist):
    version = drafted(patient, by_therapist)
    first = preset_of(version, by_therapist)
    with pytest.raises(PresetRefused, match="“STIFF back, first weeks” in use already"):
        actions.keep(
            version=version, by=by_therapist, **WORDS | {"name": "STIFF back, first weeks"}
        )
    actions.retire(preset=first, by=by_therapist)
    second = preset_of(version, by_therapist)
    with pytest.raises(PresetRefused, match="in use already"):
        actions.bring_back(preset=first, by=by_therapist)
    actions.rename(preset=second, name="Other", for_whom="Others", revision=1, by=by_therapist)
    actions.bring_back(preset=first, by=by_therapist)
    assert [one.name for one in queries.presets(version.clinic)] == ["Other", WORDS["name"]]


def test_a_clinic_keeps_a_number_that_is_found_again(patient, by_therapist, monkeypatch):
    monkeypatch.setattr(actions, "MOST_IN_USE", 1)
    version = drafted(patient, by_therapist)
    preset_of(version, by_therapist)
    with pytest.raises(PresetRefused, match="at most 1 presets in use: retire one"):
        actions.keep(version=version, by=by_therapist, **WORDS | {"name": "Second"})


def test_the_second_to_rename_hears_of_the_first(patient, by_therapist, by_colleague):
    row = preset_of(drafted(patient, by_therapist), by_therapist)
    words = {"for_whom": "Others", "revision": 1}
    actions.rename(preset=row, name="First", by=by_therapist, **words)
    with pytest.raises(PresetMoved, match="renamed this preset to “First”"):
        actions.rename(preset=row, name="Second", by=by_colleague, **words)
    assert Preset.objects.get().name == "First"
    assert AuditEvent.objects.filter(action="preset.rename").count() == 1


def test_retiring_twice_writes_once(patient, by_therapist):
    row = preset_of(drafted(patient, by_therapist), by_therapist)
    for act in (actions.retire, actions.retire, actions.bring_back, actions.bring_back):
        act(preset=row, by=by_therapist)
    assert AuditEvent.objects.filter(action="preset.retire").count() == 1
    assert AuditEvent.objects.filter(action="preset.bring_back").count() == 1


def test_who_may_not(patient, by_therapist, by_prescriber, by_admin, by_other_therapist):
    version = drafted(patient, by_therapist)
    row = preset_of(version, by_therapist)
    page = {"parts": ["home"], "seen": "", "revision": None}
    for by, refusal in (
        (by_prescriber, Denied),
        (by_admin, Denied),
        (by_other_therapist, OtherClinic),
    ):
        for act in (
            lambda by: actions.keep(version=version, by=by, name="A", for_whom="B"),
            lambda by: actions.rename(preset=row, name="A", for_whom="B", revision=1, by=by),
            lambda by: actions.retire(preset=row, by=by),
            lambda by: actions.bring_back(preset=row, by=by),
            lambda by: actions.start_from(source=row, patient=patient, by=by, **page),
        ):
            with pytest.raises(refusal):
                act(by)
    assert Preset.objects.get().name == WORDS["name"]


# Put into a draft ----------------------------------------------------------------------------


def test_a_preset_becomes_the_draft_of_another(patient, samuel, by_therapist):
    row = preset_of(drafted(patient, by_therapist), by_therapist, "COR-01", "FLX-01", sets=2)
    draft = drafted(samuel, by_therapist)
    plans.save_goals(version=draft, goals=[("Walk", None)], by=by_therapist)
    plans.save_note(version=draft, note="Dear Samuel", by=by_therapist)
    before = plan_queries.whole(draft.pk)
    after = used(row, samuel, by_therapist, ALL)
    assert after.pk == draft.pk and codes(after) == ["COR-01", "FLX-01"]
    assert [item["sets"] for item in home_queries.items_of(after)] == [2, 2]
    assert (after.note, after.movement) == (before.note, before.movement)
    assert [goal.text for goal in after.goals.all()] == ["Walk"]
    assert after.program.starts_on == before.program.starts_on
    event = AuditEvent.objects.get(action="plan.preset")
    assert (event.patient_id, event.after["name"]) == (samuel.pk, row.name)


def test_conditions_leave_out_with_reason_and_rule(patient, samuel, by_therapist):
    row = preset_of(drafted(patient, by_therapist), by_therapist, "COR-01", "EXP-03", "FLX-01")
    drafted(samuel, by_therapist, facts=intake(conditions=["osteoporosis"]))
    (one,) = queries.Fitting(queries.target(samuel)).fit(row.content).left_out
    assert (one.code, one.rule) == ("EXP-03", "EXR-01")
    assert one.why.startswith("Not with thin bones")
    assert codes(used(row, samuel, by_therapist)) == ["COR-01", "FLX-01"]


def test_a_clinics_own_exercise_is_judged_and_a_retired_one_left_out(patient, samuel, by_therapist):
    stops = own(by_therapist, "EXP", name="Deep bend", stops=["OSTEOP"])
    gone = own(by_therapist, "FLX", name="Old stretch")
    version = drafted(patient, by_therapist)
    row = preset_of(version, by_therapist, "COR-01", stops.code, gone.code)
    library.retire_exercise(code=gone.code, by=by_therapist)
    drafted(samuel, by_therapist, facts=intake(conditions=["osteoporosis"]))
    fit = queries.Fitting(queries.target(samuel)).fit(row.content)
    assert {one.code: one.rule for one in fit.left_out} == {stops.code: "EXR-01", gone.code: ""}
    assert codes(used(row, samuel, by_therapist)) == ["COR-01"]


def test_an_exercise_that_is_no_more_is_named(patient, samuel, by_therapist):
    row = preset_of(drafted(patient, by_therapist), by_therapist, "COR-01")
    row.content["items"].append(row.content["items"][0] | {"exercise": "COR-99"})
    row.save()
    drafted(samuel, by_therapist)
    fit = queries.Fitting(queries.target(samuel)).fit(row.content)
    assert [(one.code, one.rule) for one in fit.left_out] == [("COR-99", "")]
    assert codes(used(row, samuel, by_therapist)) == ["COR-01"]


def test_level_three_is_not_given_to_who_has_not_earned_it(patient, samuel, by_therapist):
    version = drafted(patient, by_therapist)
    hidden, known = home_queries.hidden(version.assessment), book().exercises.values()
    hard = next(one.code for one in known if one.level == 3 and one.code not in hidden)
    row = preset_of(version, by_therapist, "COR-01", hard)
    draft = drafted(samuel, by_therapist)
    fit = queries.Fitting(queries.target(samuel)).fit(row.content)
    assert [(one.code, one.rule) for one in fit.left_out] == [(hard, "EXR-03")]
    with_items(draft, by_therapist, hard)
    assert not queries.Fitting(queries.target(samuel)).fit(row.content).left_out


def test_a_sensitive_pain_system_starts_with_half(patient, samuel, by_therapist):
    row = preset_of(drafted(patient, by_therapist), by_therapist, "COR-02", sets=4, reps=20)
    draft = drafted(samuel, by_therapist, facts=intake(conditions=["fibromyalgia"]))
    with_items(draft, by_therapist, "FLX-01")
    fit = queries.Fitting(queries.target(samuel)).fit(row.content)
    usual = book().exercises["COR-02"]
    assert fit.items[0]["reps"] == usual.reps // 2 and fit.items[0]["sets"] == usual.sets
    assert [one.rule for one in fit.gentler] == ["CL-41"]
    with_items(plan_queries.whole(draft.pk), by_therapist, "COR-02", reps=12)
    assert queries.Fitting(queries.target(samuel)).fit(row.content).items[0]["reps"] == 12


def test_another_main_site_gets_no_exercises(patient, samuel, by_therapist):
    row = preset_of(drafted(patient, by_therapist), by_therapist, "COR-02", "FLX-01")
    features = {"worse_bending_lifting": "yes", "neck_main_site": "yes"}
    episode = intake()["episode"] | {"features": features}
    drafted(samuel, by_therapist, facts=intake(episode=episode))
    fit = queries.Fitting(queries.target(samuel)).fit(row.content)
    assert fit.items == [] and {one.rule for one in fit.left_out} == {"CL-06"}
    with pytest.raises(PlanRefused, match="No exercise is left"):
        used(row, samuel, by_therapist)


def test_minutes_are_held_against_what_the_person_has(patient, samuel, by_therapist):
    row = preset_of(drafted(patient, by_therapist), by_therapist, "COR-01", "COR-02", "FLX-01")
    facts = intake(availability={"minutes_a_day": 5, "too_tired": False})
    draft = drafted(samuel, by_therapist, facts=facts)
    fit = queries.Fitting(queries.target(samuel)).fit(row.content)
    assert (fit.limit, fit.over) == (5, fit.minutes - 5) and fit.over > 0
    assert "PT-08" in {one["rule"] for one in fit.findings}
    used(row, samuel, by_therapist)
    texts = [one.text for one in plan_queries.blockers(plan_queries.whole(draft.pk))]
    assert any("over the 5 minutes Samuel can give" in text for text in texts)


def test_bouts_come_with_habits_of_the_book_alone(patient, samuel, by_therapist):
    version = drafted(patient, by_therapist)
    items = home_plan.split(home_queries.items_of(version), 2)
    ways = [{"code": "", "words": "when Ruth calls"}, {"code": "kettle", "words": ""}]
    home_plan.set_items(version=version, items=items, anchors=ways, by=by_therapist)
    row = preset_of(plan_queries.whole(version.pk), by_therapist)
    drafted(samuel, by_therapist)
    after = used(row, samuel, by_therapist)
    words = [one.anchor for one in home_queries.bouts_of(after)]
    assert words[1] == "while the kettle boils" and words[0] in {
        habit.words for habit in book().habits.values()
    }


def test_the_programme_fits_the_visits_that_are_covered(patient, samuel, by_therapist):
    version = drafted(patient, by_therapist, facts=intake(coverage={"visit_limit": 30}))
    shape = {"sessions_per_week": 3, "weeks": 8, "weekdays": [0, 2, 4]}
    more = {name: getattr(version.program, name) for name in ("starts_on", "at")}
    program.lay(version=version, by=by_therapist, **shape, **more)
    row = preset_of(plan_queries.whole(version.pk), by_therapist)
    drafted(samuel, by_therapist, facts=intake(coverage={"visit_limit": 18}))
    goal = queries.target(samuel)
    fit = queries.Fitting(goal).fit(row.content)
    assert fit.visits.over == 6
    after = used(row, samuel, by_therapist, ["program"])
    assert after.program.sessions_per_week * after.program.weeks <= 18
    assert not [b for b in plan_queries.blockers(after) if b.part == "program"]


def test_nobody_walks_more_than_they_were_assessed_for(patient, samuel, by_therapist):
    version = drafted(patient, by_therapist)
    names = ("sessions_per_week", "weeks", "starts_on", "weekdays", "at")
    shape = {name: getattr(version.program, name) for name in names}
    walks = {"aerobic_minutes_start": 25, "aerobic_minutes_goal": 40}
    program.lay(version=version, by=by_therapist, **shape, **walks)
    row = preset_of(plan_queries.whole(version.pk), by_therapist)
    drafted(samuel, by_therapist, facts=intake(function={"walking_minutes": 10}))
    after = used(row, samuel, by_therapist, ["program"])
    assert (after.program.aerobic_minutes_start, after.program.aerobic_minutes_goal) == (8, 40)


def test_a_running_programme_stays(patient, samuel, by_therapist):
    row = preset_of(drafted(patient, by_therapist), by_therapist, "COR-01", "FLX-01")
    plan = running(samuel, by_therapist)
    draft = plans.revise(plan=plan, by=by_therapist)
    fit = queries.Fitting(queries.target(samuel)).fit(row.content)
    assert fit.program is None
    with pytest.raises(PlanRefused, match="programme cannot be taken over"):
        used(row, samuel, by_therapist, ALL)
    used(row, samuel, by_therapist, ["home"])
    assert codes(draft) == ["COR-01", "FLX-01"]
    assert plan.current_id != draft.pk and codes(plan.current) != codes(draft)


def test_routine_and_cards_are_added_and_none_is_lost(patient, samuel, by_therapist):
    version = drafted(patient, by_therapist)
    lines = [{"code": c, "title": "", "minutes": 9, "anchor": "x"} for c in ("SM-04", "SM-05")]
    plans.save_routine(version=version, routine=lines, by=by_therapist)
    cards = ["ED-06", "ED-08"]  # ED-08 is about opioids, which Samuel does not take
    plans.save_cards(version=version, education=cards, barriers=[], by=by_therapist)
    row = preset_of(plan_queries.whole(version.pk), by_therapist)
    draft = drafted(samuel, by_therapist)
    after = used(row, samuel, by_therapist, ["words"])
    assert after.routine[:-1] == draft.routine
    assert after.routine[-1] == {
        "code": "SM-05", "title": book().self_care["SM-05"].title, "minutes": 9, "anchor": "",
    }  # fmt: skip
    assert set(after.education) == {*draft.education, "ED-06"}
    assert codes(after) == codes(draft)


def test_reasons_for_cautions_are_asked_anew(patient, samuel, by_therapist):
    facts = intake(conditions=["wrist_problem"])
    known = book().exercises.values()
    hands = next(e.code for e in known if any(code == "WRIST" for code, _ in e.cautions))
    version = with_items(drafted(patient, by_therapist), by_therapist, "COR-01", hands)
    row = preset_of(version, by_therapist)
    draft = with_items(drafted(samuel, by_therapist, facts=facts), by_therapist, "COR-01", hands)
    draft = weighed(draft, by_therapist)
    home_plan.set_items(
        version=draft,
        items=home_queries.items_of(draft),
        reasons={"FLX": "Does yoga"},
        by=by_therapist,
    )
    assert f"{hands}:WRIST" in plan_queries.whole(draft.pk).reasons
    after = used(row, samuel, by_therapist)
    assert after.reasons == {"FLX": "Does yoga"}
    assert any(one.key == f"{hands}:WRIST" for one in plan_queries.cautions(after))


def test_a_short_day_that_does_not_fit_is_chosen_anew(patient, samuel, by_therapist):
    version = drafted(patient, by_therapist)
    items = [home_queries.default_item(code) for code in ("EXP-03", "COR-01", "FLX-01")]
    items[0] |= {"short_day": True}
    home_plan.set_items(version=version, items=items, by=by_therapist)
    row = preset_of(plan_queries.whole(version.pk), by_therapist)
    drafted(samuel, by_therapist, facts=intake(conditions=["osteoporosis"]))
    after = home_queries.items_of(used(row, samuel, by_therapist))
    short = [item for item in after if item["short_day"]]
    assert short and home_queries.total(short) <= home_queries.SHORT_LIMIT


# Whose draft ---------------------------------------------------------------------------------


def test_a_copy_begins_the_first_draft_of_another(patient, samuel, by_therapist):
    plan = running(patient, by_therapist)
    assessed(samuel, by_therapist.user)
    after = used(plan_queries.whole(plan.current_id), samuel, by_therapist, ALL)
    assert (after.patient_id, after.number, after.signed_at) == (samuel.pk, 1, None)
    assert codes(after) == codes(plan.current)
    assert {e.patient_id for e in AuditEvent.objects.filter(action="plan.copied")} == {patient.pk}
    assert {e.patient_id for e in AuditEvent.objects.filter(action="plan.copy")} == {samuel.pk}
    told = json.dumps(AuditEvent.objects.filter(patient_id=samuel.pk).last().after)
    assert str(patient.pk) not in told and str(plan.current_id) not in told


def test_a_copy_becomes_the_next_version_of_a_running_plan(patient, samuel, by_therapist):
    version = with_items(drafted(patient, by_therapist), by_therapist, "COR-01", "FLX-01")
    plan = running(samuel, by_therapist)
    after = used(version, samuel, by_therapist)
    assert (after.plan_id, after.number) == (plan.pk, 2)
    assert codes(after) == ["COR-01", "FLX-01"]
    assert Plan.objects.get(pk=plan.pk).current_id == plan.current_id


@pytest.mark.parametrize("disposition", ["emergency", "urgent", "incomplete", "not_chronic"])
def test_rules_that_allow_no_plan_are_kept(patient, samuel, by_therapist, disposition):
    row = preset_of(drafted(patient, by_therapist), by_therapist)
    assessed(samuel, by_therapist.user, disposition)
    words = disposition.replace("_", " ")
    with pytest.raises(PlanRefused, match=f"says “{words}”: it allows no plan"):
        actions.start_from(
            source=row, patient=samuel, parts=["home"], seen="", revision=None, by=by_therapist
        )
    assert not Plan.objects.filter(patient=samuel).exists()


def test_a_flag_after_the_draft_stops_it(patient, samuel, by_therapist):
    row = preset_of(drafted(patient, by_therapist), by_therapist, "COR-01")
    draft = drafted(samuel, by_therapist)
    was, page = codes(draft), seen(row, samuel, by_therapist)
    assessed(samuel, by_therapist.user, "emergency")
    with pytest.raises(PlanRefused, match="says “emergency”"):
        used_page = {"source": row, "patient": samuel, "parts": ["home"], "by": by_therapist}
        actions.start_from(**used_page, **page)
    assert codes(draft) == was


def test_a_draft_on_an_older_assessment_is_renewed_first(patient, samuel, by_therapist):
    row = preset_of(drafted(patient, by_therapist), by_therapist, "COR-01")
    drafted(samuel, by_therapist)
    assessed(samuel, by_therapist.user)
    assert "assessed again" in queries.target(samuel).why_not[0]
    with pytest.raises(PlanRefused, match="Draft from that assessment first"):
        actions.start_from(
            source=row, patient=samuel, parts=["home"], seen="", revision=None, by=by_therapist
        )


def test_answers_that_say_something_else_today_are_asked_again(samuel, by_therapist, monkeypatch):
    assessed(samuel, by_therapist.user)
    monkeypatch.setattr(queries, "assess", lambda facts: {"disposition": "incomplete"})
    assert "assess Samuel again" in queries.target(samuel).why_not[0]


def test_nobody_without_an_assessment_nor_the_dead(patient, samuel, by_therapist):
    assert "not been assessed" in queries.target(samuel).why_not[0]
    samuel.deceased_on = date(2026, 11, 1)
    samuel.save()
    assert "died" in queries.target(samuel).why_not[0]


def test_a_plan_is_not_copied_onto_itself(patient, by_therapist):
    version = drafted(patient, by_therapist)
    with pytest.raises(PlanRefused, match="own plan"):
        used(version, patient, by_therapist)


def test_another_clinics_patient_and_plan_do_not_exist(
    patient, other_patient, by_therapist, by_other_therapist
):
    row = preset_of(drafted(patient, by_therapist), by_therapist)
    theirs = drafted(other_patient, by_other_therapist)
    page = {"parts": ["home"], "seen": "", "revision": None, "by": by_therapist}
    for source, whose in ((row, other_patient), (theirs, patient)):
        with pytest.raises(OtherClinic):
            actions.start_from(source=source, patient=whose, **page)


# What the page showed ------------------------------------------------------------------------


def test_the_second_therapist_hears_who_was_first(patient, samuel, by_therapist, by_colleague):
    row = preset_of(drafted(patient, by_therapist), by_therapist, "COR-01")
    draft = drafted(samuel, by_therapist)
    page = seen(row, samuel, by_therapist)
    plans.save_note(version=draft, note="Mine", by=by_colleague)
    with pytest.raises(DraftMoved, match="Nia Colwyn changed this draft"):
        used(row, samuel, by_therapist, **page)
    assert plan_queries.whole(draft.pk).note == "Mine" and codes(draft) == codes(draft)


@pytest.mark.parametrize("change", ["exercise", "retired", "draft", "source"])
def test_what_changed_since_the_page_is_shown_again(patient, samuel, by_therapist, change):
    mine = own(by_therapist, "FLX", name="Own stretch")
    version = with_items(drafted(patient, by_therapist), by_therapist, "COR-01", mine.code)
    source = version if change == "source" else preset_of(version, by_therapist)
    assessed(samuel, by_therapist.user)
    page = seen(source, samuel, by_therapist)
    if change == "exercise":
        library.retire_exercise(code=mine.code, by=by_therapist)
    elif change == "retired":
        actions.retire(preset=source, by=by_therapist)
    elif change == "draft":
        plans.draft(assessment=plan_queries.newest_assessment(samuel), by=by_therapist)
    else:
        with_items(version, by_therapist, "COR-02")
    words = "was retired by Tom Adeyemi" if change == "retired" else "Something changed after"
    with pytest.raises(PlanRefused, match=words):
        used(source, samuel, by_therapist, **page)


@pytest.mark.parametrize("parts", [[], ["medicines"]])
def test_parts_are_chosen_from_what_there_is(patient, samuel, by_therapist, parts):
    row = preset_of(drafted(patient, by_therapist), by_therapist)
    drafted(samuel, by_therapist)
    with pytest.raises(PlanRefused, match="at least one part"):
        used(row, samuel, by_therapist, parts)


def test_a_refusal_in_the_middle_leaves_no_draft(patient, samuel, by_therapist, monkeypatch):
    row = preset_of(drafted(patient, by_therapist), by_therapist)
    assessed(samuel, by_therapist.user)

    def refused(*args):
        raise PlanRefused("No.")

    page = seen(row, samuel, by_therapist)
    monkeypatch.setitem(actions.TAKE_OVER, "words", refused)
    with pytest.raises(PlanRefused, match="No."):
        used(row, samuel, by_therapist, ALL, **page)
    assert not Plan.objects.filter(patient=samuel).exists()
