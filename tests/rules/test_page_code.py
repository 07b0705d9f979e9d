"""Page codes: read however they are typed, and no slip of the hand gives another one."""

from itertools import combinations

import pytest

from careplan.rules import page_code

CODES = [page_code.new_code() for _ in range(60)]


def test_a_code_is_read_however_it_is_typed():
    for code in CODES:
        for typed in (code, page_code.shown(code), code.lower(), f" {code[:4]}-{code[4:]} "):
            assert page_code.read(typed) == code


def test_an_i_or_a_one_is_read_as_the_l_it_looks_like():
    code = next(c for c in iter(page_code.new_code, None) if "L" in c)
    assert page_code.read(code.replace("L", "1")) == code
    assert page_code.read(code.replace("L", "i")) == code


def test_one_wrong_sign_is_never_another_code():
    for code in CODES:
        for at, sign in enumerate(code):
            for other in set(page_code.SIGNS) - {sign}:
                with pytest.raises(ValueError, match="One sign of this code is wrong"):
                    page_code.read(code[:at] + other + code[at + 1 :])


def test_two_swapped_signs_are_never_another_code():
    for code in CODES:
        for one, two in combinations(range(len(code)), 2):
            signs = [*code]
            signs[one], signs[two] = signs[two], signs[one]
            if signs == [*code]:
                continue
            with pytest.raises(ValueError, match="two are swapped"):
                page_code.read("".join(signs))


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Type the page code"),
        (" - ", "Type the page code"),
        ("7KQ4MX", "has 8 signs; this has 6"),
        ("7KQ4MX3A3", "has 8 signs; this has 9"),
        ("7KQ4MX3U", "“U” is in no page code"),
    ],
)
def test_what_is_no_code_says_why(typed, says):
    with pytest.raises(ValueError, match=says):
        page_code.read(typed)


def test_codes_are_drawn_from_all_signs_and_do_not_repeat():
    assert len(set(CODES)) == len(CODES)
    assert set("".join(CODES)) == set(page_code.SIGNS)
