"""A clinic's own exercises: added, changed, retired; what is refused, and what a signed plan shows."""

import io
from datetime import date, timedelta

import pytest
from django.db import InternalError, transaction
from django.db.utils import DatabaseError
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from careplan.actions import home_plan, library, pictures, plan
from careplan.actions.drafting import DraftMoved, PlanRefused
from careplan.actions.library import ExerciseMoved, ExerciseRefused
from careplan.models import ClinicExercise, ExercisePicture
from careplan.queries import catalogue as queries
from careplan.queries import home_plan as home_queries
from careplan.queries import mine
from careplan.queries import plan as plan_queries
from careplan.queries.plan import weighing
from careplan.rules.book import book
from careplan.rules.facts import Facts
from careplan.rules.plan_check import plan_core_level
from patients.access import Denied
from patients.actions import register
from patients.models import AuditEvent
from tests.factories.library import ROW, own, picture, wording
from tests.factories.plan import assessed, drafted

MEDIA = {"video": "https://youtu.be/abc123", "holder": "Northgate Back Clinic", "licence": "own"}


@pytest.fixture(autouse=True)
def _fixed(time_machine):
    """The clock starts on Tuesday 24 November 2026 and ticks."""
    time_machine.move_to("2026-11-24T09:12:00+00:00")


def test_an_added_exercise_is_in_the_catalogue_of_its_clinic_alone(
    by_therapist, clinic, other_clinic
):
    row = own(by_therapist)
    assert (row.code, row.revision) == ("EXP-OWN1", 1)
    found = queries.catalogue(clinic)[row.code]
    assert (found.name, found.minutes, found.own) == ("Swiss ball wall squat", 2.5, True)
    assert found.easier_code == "EXP-04"
    assert row.code not in queries.catalogue(other_clinic)
    event = AuditEvent.objects.get(action="exercise.add")
    assert event.after["name"] == "EXP-OWN1 Swiss ball wall squat"


def test_codes_count_on_by_kind(by_therapist):
    codes = [own(by_therapist, kind, name=f"Number {n}").code for n, kind in enumerate(
        ["COR", "COR", "FLX", "COR"])]  # fmt: skip
    assert codes == ["COR-OWN1", "COR-OWN2", "FLX-OWN1", "COR-OWN3"]


def test_a_thousandth_of_a_kind_is_refused(by_therapist, clinic):
    first = own(by_therapist, "COR")
    ClinicExercise.objects.create(
        clinic=clinic,
        code="COR-OWN999",
        revision=1,
        content=first.content,
        by=first.by,
        at=first.at,
    )
    with pytest.raises(ExerciseRefused, match="at most 999"):
        own(by_therapist, "COR", name="One more")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"dose": [0, 8, 2, 4, 30, 1]}, "Sets from 1 to 10, not 0."),
        ({"dose": [2, 0, 2, 4, 30, 1]}, "Repetitions from 1 to 60, not 0."),
        ({"dose": [2, 10_000, 2, 4, 30, 1]}, "Repetitions from 1 to 60, not 10,000."),
        ({"dose": [2, 8, 2, -4, 30, 1]}, "Seconds a repetition from 0 to 1,800, not -4."),
        ({"dose": [2, 8, 0, 0, 0, 3]}, "Sides from 1 to 2, not 3."),
        ({"dose": [1, 1, 0, 0, 0, 1]}, "its dose takes time."),
        ({"dose": [10, 60, 0, 60, 0, 1]}, "It would take 600 minutes: 60 at most."),
        ({"dose": [2, 8]}, "The exercise cannot be read"),
        ({"dose": ["two", 8, 2, 4, 30, 1]}, "The exercise cannot be read"),
        ({"level": 4}, "Its level is 1, 2 or 3"),
        ({"name": " "}, "Needs words for its name"),
        ({"name": "x" * 81}, "at most 80 letters"),
        ({"steps": []}, "Needs words for its name, target, position and steps."),
        ({"steps": ["y"] * 9}, "8 steps are the most."),
        ({"steps": ["z" * 141]}, "A step has at most 140 letters"),
        ({"position": "upside down"}, "Its position is one of supine"),
        ({"stops": ["MOON"]}, "There is no stop code 'MOON'."),
        ({"stops": ["KNEE"]}, "KNEE is a stop and a caution: one of them."),
        ({"cautions": [["HIP", " "]]}, "A caution says what to do about it."),
        ({"easier": "COR-77"}, "There is no exercise 'COR-77' to go to."),
        ({"easier": "EXP-OWN1"}, "There is no exercise 'EXP-OWN1' to go to."),
        ({"also": ["a"] * 13}, "At most 12 other names."),
        ({"name": "Sit to STAND"}, "There is a “Sit to STAND” of this kind already"),
    ],
)
def test_what_no_exercise_may_be_is_refused_with_a_sentence(by_therapist, changes, words):
    with pytest.raises(ExerciseRefused) as refusal:
        own(by_therapist, **changes)
    assert any(words in reason for reason in refusal.value.reasons), refusal.value.reasons
    assert not ClinicExercise.objects.exists()


@given(st.integers(-10, 20_000), st.integers(-10, 20_000), st.integers(-10, 500))
def test_no_dose_outside_its_bounds_is_kept(sets, reps, hold):
    found = list(library.faults("EXP-OWN1", wording(dose=[sets, reps, hold, 4, 30, 1]), {
        "EXP-04": book().exercises["EXP-04"]}))  # fmt: skip
    fits = 1 <= sets <= 10 and 1 <= reps <= 60 and 0 <= hold <= 120
    if not fits:
        assert any("from" in words for words in found)
    else:
        assert all("would take" in words for words in found)


def test_easier_and_harder_lead_to_an_end(by_therapist):
    first = own(by_therapist, easier="EXP-04")
    second = own(by_therapist, name="Another", easier=first.code)
    with pytest.raises(ExerciseRefused, match="Easier leads in a circle"):
        library.change_exercise(
            code=first.code, revision=1, wording=wording(easier=second.code), by=by_therapist
        )


def test_a_change_is_a_new_revision_and_the_same_words_are_none(by_therapist, clinic):
    row = own(by_therapist)
    same = library.change_exercise(code=row.code, revision=1, wording=wording(), by=by_therapist)
    assert same.revision == 1
    new = library.change_exercise(
        code=row.code, revision=1, wording=wording(name="Ball squat"), by=by_therapist
    )
    assert new.revision == 2
    assert queries.catalogue(clinic)[row.code].name == "Ball squat"
    assert ClinicExercise.objects.filter(code=row.code).count() == 2


def test_the_second_of_two_therapists_sees_whose_change_came_first(by_therapist, by_lead):
    row = own(by_therapist)
    library.change_exercise(code=row.code, revision=1, wording=wording(level=2), by=by_lead)
    with pytest.raises(ExerciseMoved, match="Lena Moss changed this exercise after you opened it"):
        library.change_exercise(
            code=row.code, revision=1, wording=wording(level=3), by=by_therapist
        )


def test_revisions_cannot_be_changed_in_the_database(by_therapist):
    row = own(by_therapist)
    for write in (lambda: ClinicExercise.objects.update(revision=7), row.delete):
        with pytest.raises((DatabaseError, InternalError)), transaction.atomic():
            write()


def test_others_may_not(by_prescriber, by_admin, by_therapist, by_other_therapist):
    row = own(by_therapist)
    for by in (by_prescriber, by_admin):
        for act in (
            lambda by=by: own(by, name="Mine"),
            lambda by=by: library.retire_exercise(code=row.code, by=by),
            lambda by=by: pictures.keep_picture(content=picture(), by=by),
        ):
            with pytest.raises(Denied):
                act()
    with pytest.raises(ExerciseRefused, match="no exercise EXP-OWN1 of its own"):
        library.retire_exercise(code=row.code, by=by_other_therapist)
    with pytest.raises(ExerciseRefused, match="no exercise COR-01 of its own"):
        library.retire_exercise(code="COR-01", by=by_therapist)


# Retired, and plans ---------------------------------------------------------------------------


def test_a_retired_exercise_is_not_offered_and_stays_readable(by_therapist, clinic):
    row = own(by_therapist)
    library.retire_exercise(code=row.code, by=by_therapist)
    assert row.code not in queries.offered(clinic)
    assert queries.catalogue(clinic)[row.code].retired
    assert library.retire_exercise(code=row.code, by=by_therapist).revision == 2, "once"
    library.bring_back_exercise(code=row.code, by=by_therapist)
    assert row.code in queries.offered(clinic)


def test_a_moment_shows_the_wording_of_then(by_therapist, clinic, time_machine):
    row = own(by_therapist)
    signed_at = row.at + timedelta(hours=1)
    time_machine.move_to(signed_at + timedelta(hours=1))
    library.change_exercise(
        code=row.code, revision=1, wording=wording(steps=["Only this."]), by=by_therapist
    )
    library.retire_exercise(code=row.code, by=by_therapist)
    then = queries.catalogue(clinic, at=signed_at)
    assert then[row.code].steps == tuple(ROW["steps"]) and not then[row.code].retired
    assert queries.catalogue(clinic)[row.code].steps == ("Only this.",)
    before = queries.catalogue(clinic, at=row.at - timedelta(minutes=1))
    assert row.code not in before and len(before) == len(book().exercises)
    assert set(then) == {*book().exercises, row.code} and then["COR-01"].code == "COR-01"


def test_nobody_signs_a_page_with_the_older_words(by_therapist, patient):
    row = own(by_therapist)
    draft = drafted(patient, by_therapist)
    home_plan.set_items(version=draft, items=[_item(row.code)], by=by_therapist)
    seen = plan_queries.whole(draft.pk).revision
    library.retire_exercise(code=row.code, by=by_therapist)
    with pytest.raises(DraftMoved, match="The draft changed after you opened this page"):
        plan.sign(version=draft, read=True, revision=seen, by=by_therapist)
    assert AuditEvent.objects.filter(action="plan.exercise", patient_id=patient.pk).count() == 1


def test_stop_codes_of_the_clinics_own_hide_it_by_the_books_rule(by_therapist, patient, clinic):
    row = own(by_therapist, stops=["OSTEOP"], cautions=[])
    facts = drafted(patient, by_therapist).assessment.facts | {"conditions": ["osteoporosis"]}
    assessment = assessed(patient, by_therapist.user, facts=facts)
    hidden = queries.hidden(assessment, queries.catalogue(clinic))
    assert hidden[row.code].startswith("Not with thin bones")
    assert "EXP-03" in hidden, "the book's own as the assessment says"
    calm = queries.hidden(patient.assessments.earliest("made_at"), queries.catalogue(clinic))
    assert row.code not in calm


# Pictures and videos --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_written_again_without_what_the_camera_knew(by_therapist, kind):
    exif = Image.Exif()
    exif[0x010F] = "A telling camera"
    row = pictures.keep_picture(content=picture(kind, (2400, 1200), exif=exif), by=by_therapist)
    kept = Image.open(io.BytesIO(bytes(row.content)))
    assert (kept.format, kept.size, row.width, row.height) == ("JPEG", (1200, 600), 1200, 600)
    assert not kept.getexif() and b"telling" not in bytes(row.content)


def test_the_same_picture_is_kept_once(by_therapist):
    rows = {pictures.keep_picture(content=picture(), by=by_therapist).pk for _ in range(2)}
    assert len(rows) == ExercisePicture.objects.count() == 1
    assert AuditEvent.objects.filter(action="exercise.picture").count() == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "no picture"),
        (b"%PDF-1.7 ...", "no picture"),
        (picture("GIF"), "no picture"),
        (picture("PNG")[:200], "cannot be read"),
        (picture(size=(100, 640)), "100 x 640 pixels: 200 a side"),
        (b"\xff\xd8" + b"0" * 8_000_000, "8.0 MB: 8 MB at most"),
        (picture("PNG", (8000, 6000)), "40 million at most"),
    ],
)
def test_what_is_no_picture_says_so(by_therapist, content, words):
    with pytest.raises(pictures.PictureRefused, match=words):
        pictures.keep_picture(content=content, by=by_therapist)


@pytest.mark.parametrize(
    "address",
    [
        "http://youtu.be/abc",
        "https://youtu.be/",
        "https://evil.example/watch",
        "https://youtu.be@evil.example/x",
        "https://youtu.be:8443/x",
        "javascript:alert(1)",
        "https://[youtu.be/x",
        "https://youtu.be/a b",
        "//youtu.be/x",
    ],
)
def test_a_video_elsewhere_is_refused(by_therapist, address):
    with pytest.raises(ExerciseRefused, match="video|Videos"):
        own(by_therapist, media=MEDIA | {"video": address})


@pytest.mark.parametrize("lacks", ["holder", "licence"])
def test_whose_and_under_which_licence_is_noted(by_therapist, lacks):
    with pytest.raises(ExerciseRefused, match="picture or video is"):
        own(by_therapist, media=MEDIA | {lacks: ""})
    assert own(by_therapist, media=MEDIA).video == MEDIA["video"]


def test_a_picture_is_told_in_words(by_therapist):
    kept = pictures.keep_picture(content=picture(), by=by_therapist)
    with pytest.raises(ExerciseRefused, match="for those who cannot see it"):
        own(by_therapist, media=MEDIA | {"picture": kept})
    says = {"picture": kept, "picture_says": "A person squats with a ball at the wall."}
    assert own(by_therapist, media=MEDIA | says).picture == kept


def _item(code: str) -> dict:
    return {"exercise": code, "sets": 1, "reps": 5, "hold_s": 2, "short_day": True, "note": ""}


# On a plan -------------------------------------------------------------------------------------


@pytest.fixture
def with_own(patient, by_therapist):
    """A draft whose last exercise is the clinic's own."""
    row = own(
        by_therapist, "FLX", name="Ball stretch", stops=[], cautions=[], dose=[1, 2, 5, 2, 0, 1]
    )
    draft = drafted(patient, by_therapist)
    items = home_queries.items_of(draft)
    items = [*items, home_queries.default_item(row.code, queries.catalogue(row.clinic))]
    home_plan.set_items(version=draft, items=items, by=by_therapist)
    return plan_queries.whole(draft.pk)


def test_a_signed_plan_keeps_the_wording_that_was_signed(with_own, by_therapist, time_machine):
    before = queries.catalogue_of(with_own)["FLX-OWN1"].steps
    signed = plan.sign(version=with_own, read=True, by=by_therapist)
    time_machine.move_to("2026-11-25T09:12:00+00:00")
    library.change_exercise(
        code="FLX-OWN1",
        revision=1,
        wording=wording(name="Other", steps=["Other."]),
        by=by_therapist,
    )
    library.retire_exercise(code="FLX-OWN1", by=by_therapist)
    kept = queries.catalogue_of(plan_queries.whole(signed.pk))["FLX-OWN1"]
    assert (kept.name, kept.steps, kept.retired) == ("Ball stretch", before, False)
    shown = mine.items(signed.patient, date(2026, 11, 25))
    assert shown[-1].exercise.name == "Ball stretch", "the patient reads the signed words"


def test_a_draft_that_holds_a_retired_exercise_says_so_and_is_not_signed(with_own, by_therapist):
    library.retire_exercise(code="FLX-OWN1", by=by_therapist)
    with pytest.raises(PlanRefused, match="Ball stretch was retired: take it out"):
        plan.sign(version=with_own, read=True, by=by_therapist)
    items = home_plan.dropped(home_queries.items_of(with_own), "FLX-OWN1")
    home_plan.set_items(version=with_own, items=items, by=by_therapist)
    assert plan.sign(version=plan_queries.whole(with_own.pk), read=True, by=by_therapist)


def test_a_retired_exercise_stays_on_the_next_version_and_comes_on_no_other_plan(
    with_own, by_therapist, other_patient_here
):
    running = plan.sign(version=with_own, read=True, by=by_therapist).plan
    library.retire_exercise(code="FLX-OWN1", by=by_therapist)
    draft = plan.revise(plan=running, by=by_therapist)
    items = home_queries.items_of(plan_queries.whole(draft.pk))
    assert items[-1]["exercise"] == "FLX-OWN1"
    other = drafted(other_patient_here, by_therapist)
    with pytest.raises(PlanRefused, match="Ball stretch was retired: choose another."):
        home_plan.set_items(version=other, items=items[-1:], by=by_therapist)


@pytest.fixture
def other_patient_here(clinic, by_therapist):
    person = {"given_name": "Rosa", "family_name": "Marsh", "birth_date": "1970-02-03"}
    return register(clinic=clinic, person=person | {"sex": "female"}, by=by_therapist)


def test_a_stop_of_the_clinics_own_leaves_it_out_of_a_running_plan(with_own, by_therapist):
    signed = plan.sign(version=with_own, read=True, by=by_therapist)
    own_stop = wording(name="Ball stretch", stops=["WRIST"], cautions=[])
    library.change_exercise(code="FLX-OWN1", revision=1, wording=own_stop, by=by_therapist)
    facts = with_own.assessment.facts | {"conditions": ["wrist_problem"]}
    assessed(signed.patient, by_therapist.user, facts=facts)
    today = date(2026, 11, 24)
    assert "FLX-OWN1" in [one.exercise.code for one in mine.items(signed.patient, today)], (
        "as signed"
    )
    newest = plan_queries.newest_assessment(signed.patient)
    assert "FLX-OWN1" in home_queries.hidden(newest, queries.catalogue(signed.clinic))


def test_the_level_of_the_clinics_own_counts_in_the_check_of_a_plan(with_own, by_therapist):
    row = own(by_therapist, "COR", name="Hard one", level=3, stops=[], cautions=[])
    items = [home_queries.default_item(row.code, queries.catalogue(row.clinic))]
    home_plan.set_items(version=with_own, items=items, by=by_therapist)
    record = weighing.record(plan_queries.whole(with_own.pk))
    assert record["plan"]["items"][0]["level"] == 3
    assert plan_core_level(Facts(record, book())) == 3
