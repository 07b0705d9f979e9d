"""What differs between two assessments of one intake, by an old and a new book."""

from collections import Counter

FINDING = ("severity", "title", "message", "patient_message", "because", "sources", "confidence")
TOLD_APART = ("id", "rules_version", "disposition", "drugs", "findings")


def changes(old, new):
    """What the new book says otherwise, or None where both say the same.

    `disposition`: [old, new]. `drugs`: drug -> [old status, new status] where they differ.
    `findings`: which are added, gone, or changed and in what. `other`: the rest of the assessment
    that differs, by its name in the contract; "drugs" there is a dose or a wording.
    """
    drugs = {
        name: [row["status"], new["drugs"][name]["status"]]
        for name, row in old["drugs"].items()
        if row["status"] != new["drugs"][name]["status"]
    }
    found = {
        "disposition": [old["disposition"], new["disposition"]],
        "drugs": drugs,
        "findings": _findings(_by_key(old["findings"]), _by_key(new["findings"])),
        "other": _other(old, new),
    }
    same = old["disposition"] == new["disposition"]
    return (
        None
        if same and not drugs and not any(found["findings"].values()) and not found["other"]
        else found
    )


def _by_key(findings):
    """(rule, what it is about, how many before it) -> finding."""
    seen, found = Counter(), {}
    for one in findings:
        key = one["rule"], one["applies_to"]
        found[(*key, seen[key])] = one
        seen[key] += 1
    return found


def _findings(old, new):
    return {
        "added": [_told(one) for key, one in new.items() if key not in old],
        "gone": [_told(one) for key, one in old.items() if key not in new],
        "changed": [
            {**_told(new[key]), "severity": [one["severity"], new[key]["severity"]], "in": parts}
            for key, one in old.items()
            if key in new and (parts := [name for name in FINDING if one[name] != new[key][name]])
        ],
    }


def _told(one):
    about = {"about": one["applies_to"]} if one["applies_to"] else {}
    return {"rule": one["rule"], **about, "severity": one["severity"]}


def _other(old, new):
    names = [name for name in new if name not in TOLD_APART and old.get(name) != new[name]]
    without = [
        {drug: {**row, "status": None, "rules": None} for drug, row in one["drugs"].items()}
        for one in (old, new)
    ]
    return names + (["drugs"] if without[0] != without[1] else [])


class Tally:
    """How many of how many intakes change, by disposition and by drug."""

    def __init__(self):
        self.seen = self.changed = self.refused = 0
        self.dispositions, self.drugs = Counter(), Counter()

    def add(self, change):
        """Count one intake; `change` is what `changes` returned."""
        self.seen += 1
        if change is None:
            return
        self.changed += 1
        old, new = change["disposition"]
        if old != new:
            self.dispositions[f"{old} to {new}"] += 1
        for drug, (before, after) in change["drugs"].items():
            self.drugs[f"{drug} {before} to {after}"] += 1

    def sentence(self, old, new):
        """The counts in one line; `old` and `new` are the versions of the books."""
        parts = [f"{self.changed} of {self.seen} intakes change from book {old} to {new}"]
        for word, counts in (("disposition", self.dispositions), ("drugs", self.drugs)):
            told = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
            parts.append(f"{word}: {told or 'none'}")
        return "; ".join([*parts, f"refused: {self.refused}"]) + "."
