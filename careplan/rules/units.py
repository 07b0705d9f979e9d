"""Numbers that know their unit. Mixing two units is impossible: it raises, whatever the operator.

    MgPerDl(1.2) < UmolPerL(90)      TypeError: mg/dL and µmol/L do not mix.
    MlPerMin(60) - MlPerMin173(45)   TypeError
    MgPerDl(1.2) + 0.3               TypeError: a bare number has no unit

Conversions are functions with names. Multiplying with or dividing by a bare number gives a bare
number, for the formulas to say in which unit their result is; so does dividing two of one unit.
"""

import functools
import math


def _told(value):
    return value.unit if isinstance(value, Quantity) else f"the bare number {value!r}"


def _same(name):
    operation = getattr(float, name)

    @functools.wraps(operation)
    def checked(self, other):
        if type(other) is not type(self):
            raise TypeError(f"{self.unit} and {_told(other)} do not mix.")
        found = operation(self, other)
        return type(self)(found) if name in KEEPS else found

    return checked


def _bare(name):
    operation = getattr(float, name)

    @functools.wraps(operation)
    def checked(self, other):
        if isinstance(other, Quantity) and not (
            name == "__truediv__" and type(other) is type(self)
        ):
            raise TypeError(f"{self.unit} and {_told(other)} do not mix.")
        return operation(float(self), float(other))

    return checked


KEEPS = ("__add__", "__sub__", "__radd__", "__rsub__")
COMPARES = ("__lt__", "__le__", "__gt__", "__ge__", "__eq__", "__ne__")
SCALES = (
    "__mul__",
    "__rmul__",
    "__truediv__",
    "__rtruediv__",
    "__mod__",
    "__floordiv__",
    "__divmod__",
    "__pow__",
)


class Quantity(float):
    """A number of one unit; see the subclasses."""

    __slots__ = ()
    unit = ""
    __hash__ = float.__hash__

    def __new__(cls, value):
        if isinstance(value, Quantity) and type(value) is not cls:
            raise TypeError(f"{value.unit} is not {cls.unit}: convert it by name.")
        return super().__new__(cls, value)

    def __repr__(self):
        return f"{float(self):g} {self.unit}"


for _name in (*KEEPS, *COMPARES):
    setattr(Quantity, _name, _same(_name))
for _name in SCALES:
    setattr(Quantity, _name, _bare(_name))


class MgPerDl(Quantity):
    """Serum creatinine."""

    __slots__ = ()
    unit = "mg/dL"


class UmolPerL(Quantity):
    """Serum creatinine."""

    __slots__ = ()
    unit = "µmol/L"


class MlPerMin(Quantity):
    """Creatinine clearance, not scaled to body surface."""

    __slots__ = ()
    unit = "mL/min"


class MlPerMin173(Quantity):
    """Filtration rate, scaled to a body surface of 1.73 m²."""

    __slots__ = ()
    unit = "mL/min/1.73 m²"


class LowerOfBoth(Quantity):
    """The lower number of a clearance and a rate: what REN-05 compares with a limit, and no more.

    The two do not measure the same; taking the lower one errs to the safe side.
    """

    __slots__ = ()
    unit = "mL/min (lower of CrCl and eGFR)"


class Kg(Quantity):
    """Weight."""

    __slots__ = ()
    unit = "kg"


class Cm(Quantity):
    """Height."""

    __slots__ = ()
    unit = "cm"


class KgPerM2(Quantity):
    """Body mass index."""

    __slots__ = ()
    unit = "kg/m²"


UMOL_PER_L_IN_A_MG_PER_DL = 88.4  # REN-01
CM_IN_AN_INCH = 2.54
NOISE = 9  # decimals that a formula over written numbers can be trusted to


def must_be(value, unit):
    """Refuse what is not of this unit, a bare number too. Raises TypeError."""
    if type(value) is not unit:
        raise TypeError(f"Expected {unit.unit}, got {_told(value)}.")


def whole(value):
    """The whole number of a quantity, rounded down (D-19): 59.999 is 59.

    60.0 that a formula leaves as 59.99999999999999 is 60: no number that is written down lies so
    near below one.
    """
    return math.floor(round(float(value), NOISE))


def mg_per_dl(value):
    """Creatinine in mg/dL from µmol/L (REN-01)."""
    must_be(value, UmolPerL)
    return MgPerDl(value / UMOL_PER_L_IN_A_MG_PER_DL)


def lower_of_both(clearances, rates):
    """The lowest of creatinine clearances (mL/min) and rates (mL/min/1.73 m²), for REN-05 alone.

    None where there is neither.
    """
    for values, unit in ((clearances, MlPerMin), (rates, MlPerMin173)):
        for value in values:
            must_be(value, unit)
    return min((LowerOfBoth(float(value)) for value in (*clearances, *rates)), default=None)


def body_mass_index(weight, height):
    """BMI from a weight in kg and a height in cm."""
    must_be(weight, Kg)
    must_be(height, Cm)
    return KgPerM2(round(weight / (height / 100) ** 2, NOISE))
