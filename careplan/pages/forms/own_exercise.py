"""The one form of a clinic's own exercise. What may be kept is asked of the action, not here."""

import re

from django import forms

from careplan.actions import library as actions
from careplan.actions.pictures import LARGEST_FILE
from careplan.models import ClinicExercise
from careplan.pages.forms.plan import ActionForm
from careplan.queries import home_plan as home_queries
from careplan.queries.catalogue import picture_of
from careplan.queries.library import POSITION_WORDS
from careplan.rules.book import Exercise, book
from careplan.rules.exercises import DOSE, KINDS, LEVELS, POSITIONS

KIND_CHOICES = [(code, home_queries.COMPONENTS[code][0]) for code in KINDS]
PLACES = [(place, POSITION_WORDS.get(place, place).capitalize()) for place in POSITIONS]
LICENCES = [("", "Choose"), *ClinicExercise.Licence.choices]
PLAIN = ("name", "target", "position", "level", "easier", "harder")
MEDIA = ("picture_says", "video", "holder", "licence")
CARE = {"": "May do it", "care": "With care", "stop": "Leave it out"}


class OwnExerciseForm(ActionForm):
    """Add (with a kind) or edit; `like` is what the fields begin with."""

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label="Part of the programme", choices=KIND_CHOICES)
    name = forms.CharField(label="Name", max_length=80)
    also = forms.CharField(
        label="Other names", required=False, help_text="People search by these. Commas between."
    )
    target = forms.CharField(
        label="Works on", max_length=80, help_text="Muscles, such as: glutes, hamstrings."
    )
    position = forms.ChoiceField(label="Position", choices=PLACES)
    level = forms.TypedChoiceField(
        label="Level", choices=[(n, str(n)) for n in LEVELS], coerce=int, initial=1
    )
    sets = forms.IntegerField(label="Sets", initial=2)
    reps = forms.IntegerField(label="Repetitions", initial=8)
    hold_s = forms.IntegerField(label="Hold, seconds", initial=0)
    s_per_rep = forms.IntegerField(label="One repetition, seconds", initial=4)
    rest_s = forms.IntegerField(label="Rest between sets, seconds", initial=30)
    sides = forms.TypedChoiceField(
        label="Sides", choices=[(1, "Both at once, or in turn"), (2, "One, then the other")],
        coerce=int,
    )  # fmt: skip
    steps = forms.CharField(
        label="How it is done",
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="One step a line, in words a patient would use.",
    )
    equipment = forms.CharField(
        label="Needs", required=False, help_text="Such as: band, mat. Commas between."
    )
    easier = forms.CharField(
        label="Easier", required=False, max_length=80, help_text="A code, such as COR-01, or words."
    )
    harder = forms.CharField(label="Harder", required=False, max_length=80)
    picture = forms.FileField(
        label="Picture", required=False, help_text="JPEG, PNG or WebP, at most 8 MB.",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )  # fmt: skip
    no_picture = forms.BooleanField(label="Take the picture away", required=False)
    picture_says = forms.CharField(
        label="What the picture shows", required=False, max_length=300,
        help_text="One sentence for those who cannot see it.",
    )  # fmt: skip
    video = forms.CharField(
        label="Link to a video", required=False, max_length=300, help_text="https://…"
    )
    holder = forms.CharField(
        label="Whose it is", required=False, max_length=120,
        help_text="Who made the picture or video.",
    )  # fmt: skip
    licence = forms.ChoiceField(label="Licence", required=False, choices=LICENCES)

    def __init__(self, *args, like: Exercise | None = None, copies: bool = False, **kwargs):
        super().__init__(*args, initial=_initial(like, copies) if like else None, **kwargs)
        self.like, self.copies = like, copies
        if like:
            del self.fields["kind"]
        if not (like and not copies and like.picture):
            del self.fields["no_picture"]
        for field in self.fields.values():
            field.error_messages["required"] = f"{field.label}: this is missing."
            field.error_messages["invalid"] = f"{field.label}: enter a whole number."

    @property
    def conditions(self) -> list[dict]:
        """Every condition of the book with what was chosen for it, for the template."""
        stops, cautions = _codes(self.like)
        return [
            {
                "code": code,
                "label": label,
                "choice": self.data.get(f"care-{code}", _choice(code, stops, cautions)),
                "note": self.data.get(f"note-{code}", cautions.get(code, "")),
                "choices": [(v, w) for v, w in CARE.items() if code != "ANY" or v != "stop"],
            }
            for code, (label, _) in book().stop_codes.items()
        ]

    def clean_picture(self):
        upload = self.cleaned_data["picture"]
        if upload and upload.size > LARGEST_FILE:
            raise forms.ValidationError(f"The picture has {upload.size / 1e6:.1f} MB: 8 at most.")
        return upload

    def save(self, by) -> ClinicExercise:
        """Raises ExerciseRefused."""
        data = self.cleaned_data
        given = {"wording": self._wording(), "by": by}
        given["upload"] = data["picture"].read() if data["picture"] else None
        if self.like and not self.copies:
            code, seen = self.like.code, data["revision"] or 0
            return actions.change_exercise(code=code, revision=seen, **given)
        kind, of = (self.like.component, self.like.code) if self.like else (data["kind"], "")
        return actions.add_exercise(kind=kind, copy_of=of, **given)

    def _wording(self) -> dict:
        data = self.cleaned_data
        content = {name: data[name] for name in PLAIN} | {
            "dose": [data[name] for name in DOSE],
            "steps": _lines(data["steps"]),
            "also": _parts(data["also"]),
            "equipment": _parts(data["equipment"]),
            **self._care(),
        }
        picture = self._kept_picture()
        return {"content": content, "picture": picture} | {name: data[name] for name in MEDIA}

    def _kept_picture(self):
        if not self.like or self.copies or self.cleaned_data.get("no_picture"):
            return None
        return picture_of(self.like)

    def _care(self) -> dict:
        rows = self.conditions
        return {
            "stops": [row["code"] for row in rows if row["choice"] == "stop"],
            "cautions": [
                [row["code"], row["note"].strip()] for row in rows if row["choice"] == "care"
            ],
        }


def _initial(like: Exercise, copies: bool) -> dict:
    found = {name: getattr(like, name) for name in (*PLAIN, *DOSE)}
    found |= {name: int(found[name]) for name in DOSE}
    found["steps"] = "\n".join(like.steps)
    found |= {name: ", ".join(getattr(like, name)) for name in ("also", "equipment")}
    if copies:
        return found | {"name": f"{like.name}, our way"[:80]}
    return found | {name: getattr(like, name) for name in (*MEDIA, "revision")}


def _codes(like: Exercise | None) -> tuple[set, dict]:
    return (set(like.stops), dict(like.cautions)) if like else (set(), {})


def _choice(code: str, stops: set, cautions: dict) -> str:
    return "stop" if code in stops else "care" if code in cautions else ""


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;\n]", text) if part.strip()]
