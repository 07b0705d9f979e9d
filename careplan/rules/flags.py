"""Red flags over time: a yes holds until a clinician has cleared it (D-01, D-02, D-03, D-09, D-10).

Every answer has a date: the intake's own is `as_of`, a check-in's is its `on`. A later no clears
nothing. A review on or after the yes closes it, as `cleared` or as an old, stable `baseline`; an
emergency flag needs a prescriber or an emergency department. A later `confirmed` opens it again.
"""

from datetime import date

from careplan.rules.intake import read_date

ANSWERS = {"yes": True, "no": False, "unknown": None, None: None}
GRADES = {"mild": 1, "moderate": 2, "severe": 3}


class Flags:
    """The state of every red flag of one intake. `red_flags` are the book's RedFlag rows."""

    def __init__(self, intake, red_flags, as_of, limits):
        self._rows, self._as_of, self._limits = red_flags, as_of, limits
        self._answers = intake.get("red_flags", {})
        self._check_ins = intake.get("check_ins", ())
        self._reviews = intake.get("red_flag_reviews", ())
        self._yes = {}  # flag -> [(date, path, value)]: answered or shown to be yes
        self._doubt = {}  # likewise: the last check-in was not sure
        self._very_ill = _very_ill_on(intake.get("vitals", {}), limits)
        self._effects = {"yes": self._yes, "unknown": {}, "ask": {}}
        self._gather(intake)

    def _gather(self, intake):
        """Every dated yes, and every check-in answer that leaves a flag in doubt."""
        for flag, answer in self._answers.items():
            if answer == "yes":
                self._note(self._yes, flag, self._as_of, f"/red_flags/{flag}", "yes")
        self._gather_check_ins()
        self._gather_fever(intake.get("vitals", {}))
        for place, review in enumerate(self._reviews):
            if review["outcome"] == "confirmed":
                on, path = read_date(review["on"]), f"/red_flag_reviews/{place}/outcome"
                self._note(self._yes, review["flag"], on, path, "confirmed")

    def _gather_check_ins(self):
        for place, check_in in enumerate(self._check_ins):
            on, path = read_date(check_in["on"]), f"/check_ins/{place}"
            for flag, answer in check_in.get("red_flags", {}).items():
                self._doubt.pop(flag, None)
                if answer == "yes":
                    self._note(self._yes, flag, on, f"{path}/red_flags/{flag}", answer)
                elif answer == "unknown":
                    self._note(self._doubt, flag, on, f"{path}/red_flags/{flag}", answer)
            for number, told in enumerate(check_in.get("side_effects", ())):
                self._gather_effect(told, on, f"{path}/side_effects/{number}/effect")

    def _gather_effect(self, told, on, path):
        for flag, row in self._rows.items():
            for effect, grade, meaning in row.effects:
                if told["effect"] == effect and GRADES[told["grade"]] >= GRADES[grade]:
                    self._note(self._effects[meaning], flag, on, path, effect)

    def _gather_fever(self, vitals):
        measured, on = vitals.get("temperature_c"), vitals.get("on")
        limits = self._limits
        if measured is None or measured < limits["fever"] or on is None:
            return
        if (self._as_of - read_date(on)).days <= limits["measured_fever"]:
            self._note(self._yes, "fever", read_date(on), "/vitals/temperature_c", measured)

    def _note(self, where, flag, on, path, value):
        where.setdefault(flag, []).append((on, path, value))

    def open(self, flag):
        """Every (date, path, value) of this flag that is yes and not closed by a review."""
        return [told for told in self._yes.get(flag, ()) if not self._closed(flag, told)]

    def in_doubt(self, flag):
        """Check-in answers that leave the flag unknown until a clinician has asked."""
        told = [*self._doubt.get(flag, ()), *self._effects["unknown"].get(flag, ())]
        return [one for one in told if not self._asked(flag, one[0])]

    def to_ask(self, flag):
        """Side effects that make the question urgent until a clinician has reviewed the flag."""
        told = self._effects["ask"].get(flag, ())
        return [one for one in told if not self._asked(flag, one[0])]

    def answer(self, flag):
        """True, False or None (not asked, not sure)."""
        if flag in self._yes and self.open(flag):
            return True
        if self._check_ins and self.in_doubt(flag):
            return None
        row = self._rows.get(flag)
        if row is None and flag not in self._answers:
            return False  # a qualifier that is missing is a no (codes of the contract)
        answer = self._answers.get(flag)
        return False if answer == "yes" else ANSWERS[answer]

    def answers(self):
        """Flag -> answer of every flag that was asked or told of; the others: see `answer`."""
        found = {flag: ANSWERS[answer] for flag, answer in self._answers.items()}
        for flag in (*self._yes, *self._doubt, *self._effects["unknown"]):
            found[flag] = self.answer(flag)
        return found

    def told(self):
        """The flags that were yes at some time."""
        return self._yes

    def reviewed(self):
        """The flags that a clinician has reviewed."""
        return {review["flag"] for review in self._reviews}

    def own_only(self, flag):
        """Whether the intake's own answer is the only yes that is open: D-03 may lower that one."""
        paths = {path for _, path, _ in self.open(flag)}
        return paths == {f"/red_flags/{flag}"}

    def baseline(self, flag):
        """The day a review called this flag an old, stable deficit, or None."""
        days = [
            read_date(review["on"])
            for told in self._yes.get(flag, ())
            for review in [self._closed(flag, told)]
            if review and review["outcome"] == "baseline"
        ]
        return max(days, default=None)

    def found_old(self, flag):
        """Whether a review found this deficit old and stable, told as a flag or not (D-12)."""
        reviews = [r for r in self._reviews if r["flag"] == flag and self._counts(flag, r)]
        if flag in self._yes or not reviews:
            return self.baseline(flag) is not None
        last = max(read_date(r["on"]) for r in reviews)
        return {r["outcome"] for r in reviews if read_date(r["on"]) == last} == {"baseline"}

    def baseline_lapsed(self, flag):
        """Whether the baseline is a year old, so that it has to be looked at again."""
        day = self.baseline(flag)
        holds = self._limits["baseline_review"]
        return day is not None and (self._as_of - day).days >= holds

    def because(self, flag):
        """Path -> value of what was answered, the open ones where there are any."""
        told = self.open(flag) or self.to_ask(flag) or self.in_doubt(flag)
        if told:
            return {path: value for _, path, value in told}
        return {f"/red_flags/{flag}": self._answers.get(flag, "not asked")}

    def _asked(self, flag, on):
        return any(r["flag"] == flag and read_date(r["on"]) >= on for r in self._reviews)

    def _closed(self, flag, told):
        """The review that closed one yes, or None."""
        on, _, value = told
        reviews = [
            (read_date(r["on"]), r["outcome"] == "confirmed", r)
            for r in self._reviews
            if r["flag"] == flag and read_date(r["on"]) >= on and self._counts(flag, r, on)
        ]
        if not reviews:
            return None
        last = max(day for day, _, _ in reviews)
        latest = [(confirmed, r) for day, confirmed, r in reviews if day == last]
        if any(confirmed for confirmed, _ in latest) or (value == "confirmed" and last == on):
            return None
        return min((r for _, r in latest), key=lambda r: r["outcome"])

    def _counts(self, flag, review, since=date.min):
        """A therapist may confirm any flag, but not close an emergency."""
        if review["outcome"] == "confirmed" or review["role"] != "therapist":
            return True
        row, until = self._rows[flag], read_date(review["on"])
        if row.emergency or (flag == "fever" and self._very_ill and self._very_ill <= until):
            return False
        return not any(self._held(name, since, until) for name in row.emergency_with)

    def _held(self, flag, since, until):
        """Whether another flag or a qualifier was yes between two days."""
        if self._answers.get(flag) == "yes" and flag not in self._rows:
            return True
        for told in self._yes.get(flag, ()):
            review = self._closed(flag, told) if flag in self._rows else None
            if told[0] <= until and (review is None or read_date(review["on"]) >= since):
                return True
        return False


def _very_ill_on(vitals, limits):
    """The day of a fast heart or a low pressure, the first of all days where undated; else None.

    With a fever this is an emergency (RF-09).
    """
    fast = vitals.get("heart_rate", 0) > limits["fast_heart"]
    low = vitals.get("systolic", limits["low_systolic"]) < limits["low_systolic"]
    if not fast and not low:
        return None
    return read_date(vitals["on"]) if "on" in vitals else date.min
