"""Drug names to ingredients, and ingredients to classes, from `data/drugs.toml`.

A name is matched whole: by ingredient, brand or synonym, with a strength or form after it ignored.
"/", "+" and "and" split combinations; one unknown part makes the whole name unknown. A text that
merely contains a drug's name is not that drug.
"""

import re
from functools import lru_cache

STRENGTH = re.compile(
    r"\s+\(?\d[\d.,]*\s*(mg|mcg|µg|ug|micrograms?|g|ml|%|iu|units?|meq|mmol)?"
    r"(\s*/\s*\d*\s*(ml|h|hr|hour|day|actuation|dose))?\)?$"
)
BARE_STRENGTH = re.compile(r"\d[\d.,]*\s*(mg|mcg|µg|g|ml|%|h|hr|hour)?")
FORM = re.compile(
    r"\s+(tablets?|tabs?|capsules?|caps?|caplets?|softgels?|oral|solution|suspension|syrup|liquid|"
    r"cream|gel|ointment|patch|transdermal|topical|injection|inhaler|spray|drops|extended[- ]release|"
    r"delayed[- ]release|modified[- ]release|immediate[- ]release|er|xr|sr|xl|cr|ec|dr|mr|la|pm|"
    r"hydrochloride|hcl|hydrobromide|sodium|potassium|calcium|magnesium|maleate|besylate|besilate|"
    r"succinate|tartrate|sulfate|sulphate|mesylate|mesilate|citrate|oxalate|bisulfate|bisulphate|tromethamine|trometamol|besilate|phosphate|acetate|fumarate|"
    r"bitartrate|nitrate|bromide|chloride|lysine|arginine|low[- ]dose|over the counter|otc|prn)$"
)
HYPHEN = re.compile("-")
REACTION = re.compile(  # what parts a drug from the reaction in the words of an allergy
    r"[()\[\]:;,./+]|\s[-\u2013\u2014=]+\s?|"
    r"\b(?:allerg(?:y|ies|ic)|intoleran(?:ce|t)|(?:hyper)?sensitiv(?:e|ity)|reactions?|anaphylaxis|"
    r"rash|hives|urticaria|angio-?o?edema|asthma|severe|mild|to|with|from|after|by|due|and|or|"
    r"all|any|drugs?|medicines?|medications?|tablets?|induced)\b",
    re.IGNORECASE,
)
SPLIT = re.compile(r"\s*(?:/|\+|&|,|\band\b|\bwith\b)\s*")


LONGEST = 300  # characters: beyond that a text is no name of a drug


class Drugs:
    """The shipped drug list: `ingredients_of(name)`, `classes_of(ingredient)`, `label(code)`."""

    def __init__(self, raw):
        self.labels = dict(raw["labels"])
        self.rxnorm = dict(raw["rxnorm"])
        self.kinds = {drug: _split(text) for drug, text in raw["kinds"].items()}
        self.morphine_factors = dict(raw["morphine_equivalents"])
        self._by_rxnorm = {code: name for name, code in raw["rxnorm"].items()}
        self.members = {name: _split(text) for name, text in raw["classes"].items()}
        self._join_unions(raw["unions"])
        self._names = self._index_names(raw)
        self._combinations = {name: _split(text) for name, text in raw["combinations"].items()}
        self._classes = self._index_classes()
        self._found = lru_cache(maxsize=4096)(self._ingredients_of)

    def _join_unions(self, unions):
        for name in unions:
            self._union(name, unions)

    def _union(self, name, unions):
        """The members of a class made of classes, ingredients, or both."""
        if name in self.members or name not in unions:
            return self.members.get(name, [name])
        label, parts = unions[name]
        self.labels[name] = label
        found = [member for part in _split(parts) for member in self._union(part, unions)]
        self.members[name] = list(dict.fromkeys(found))
        return self.members[name]

    def _index_names(self, raw):
        names = {}
        for members in [*self.members.values(), _split(raw["known"]["other"])]:
            names.update((member, member) for member in members)
        for ingredient, text in raw["names"].items():
            names[ingredient] = ingredient
            names.update((name, ingredient) for name in _split(text))
        for text in raw["combinations"].values():
            names.update((part, part) for part in _split(text))
        return names

    def _index_classes(self):
        classes = {ingredient: {ingredient} for ingredient in self._names.values()}
        for name, members in self.members.items():
            for member in members:
                classes[self._names[member]].add(name)
        return {ingredient: frozenset(found) for ingredient, found in classes.items()}

    def classes_of(self, ingredient):
        """The ingredient itself and every class that holds it."""
        return self._classes[ingredient]

    def are_of(self, code, ingredients):
        """Whether one of these ingredients is of a class."""
        return any(code in self._classes[name] for name in ingredients)

    def is_known(self, code):
        """Whether a rule may speak of this ingredient or class."""
        return code in self.members or code in self._classes

    def label(self, code):
        return self.labels.get(code, code)

    def by_rxnorm(self, code):
        """The ingredient of an RxNorm code, or None."""
        return self._by_rxnorm.get(code)

    def ingredients_of(self, name):
        """The ingredients of a written name, sorted; empty where any part of it is unknown."""
        return self._found(name) if len(name) <= LONGEST else ()

    def _ingredients_of(self, name):
        text = " ".join(name.lower().replace("\u2019", "'").split())
        if text in self._names or text in self._combinations:
            return self._one(text)
        for splitter in (SPLIT, HYPHEN):
            parts = [p for p in splitter.split(text) if p and not BARE_STRENGTH.fullmatch(p)]
            found = [self._one(part) for part in parts]
            if all(found):
                return tuple(sorted({one for many in found for one in many}))
        return ()

    def has_parts(self, name):
        """Whether a written name joins several drugs, known or not."""
        parts = SPLIT.split(name[:LONGEST].lower())
        return sum(bool(p) and not BARE_STRENGTH.fullmatch(p) for p in parts) > 1

    def _one(self, text):
        """The ingredients of a name without joining words, shortened from the end step by step."""
        for shorter in _shortened(text):
            if shorter in self._names:
                return (self._names[shorter],)
            if shorter in self._combinations:
                return tuple(sorted(self._combinations[shorter]))
        return ()


def _shortened(text):
    yield text
    while (shorter := FORM.sub("", STRENGTH.sub("", text))) != text:
        text = shorter
        yield text


def _split(text):
    return [part.strip() for part in text.replace("\n", " ").split(",") if part.strip()]
