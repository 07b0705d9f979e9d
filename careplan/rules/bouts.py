"""A day of home exercises in short bouts, for who has no time (BAR-05): up to three of five minutes.

A bout takes the minutes of its exercises (section 4 of the specification) with a changeover each.
Walking, cycling and water are counted apart, as in the day itself (PT-08).
"""

from itertools import combinations

QUARTERS = 4  # minutes come in halves and a changeover is a quarter: whole numbers from here on


def split(minutes, book, bouts=None):
    """The bout of each exercise, counted from 1; in order where the order can be kept.

    `minutes`: of each exercise in the day's order, None where it is counted apart; `bouts`: how
    many are wanted, as many as the book allows where it is not said. No bout is over the book's
    limit where that can be done; an exercise that is longer by itself stays whole, alone. Among
    such splits the one that keeps the most of the order, then the most even one.
    """
    change = book.program["changeover_minutes"]
    loads = [round((one + change) * QUARTERS) for one in map(_number, minutes) if one is not None]
    most = min(bouts or book.program["bouts_most"], len(loads))
    limit = round(book.program["bout_minutes_most"] * QUARTERS)
    counted = iter(_spread(loads, most, limit) if loads else ())
    found = []
    for one in minutes:  # what is counted apart goes with the exercise before it
        found.append((found[-1] if found else 1) if one is None else next(counted))
    return found


def _number(minutes):
    return None if minutes is None else float(minutes)


def _spread(loads, most, limit):
    cuts = min(_cuts(len(loads), most), key=lambda numbers: _cost(loads, numbers, limit))
    if _cost(loads, cuts, limit)[0] == 0:
        return cuts
    return compact(_out_of_order(loads, most, limit) or cuts)


def _cuts(count, most):
    """Every way to cut a list into so many parts, as the number of each one's part."""
    for places in combinations(range(1, count), most - 1):
        yield [1 + sum(place <= n for place in places) for n in range(count)]


def _cost(loads, numbers, limit):
    """(quarters over the limit, but for what is alone; unevenness)."""
    parts = [
        [one for one, n in zip(loads, numbers, strict=True) if n == number]
        for number in set(numbers)
    ]
    over = sum(max(sum(part) - limit, 0) for part in parts if len(part) > 1)
    return over, sum(sum(part) ** 2 for part in parts)


def _out_of_order(loads, most, limit):
    """The split within the limit with the fewest pairs that change places; None where there is
    none. States are (loads, counts) of the bouts, so that their number stays small."""
    states = {((0,) * most, (0,) * most): (0, ())}
    for one in loads:
        grown = {}
        for (full, counts), (turned, numbers) in states.items():
            for n in range(most):
                if counts[n] and full[n] + one > limit:
                    continue
                state = _plus(full, n, one), _plus(counts, n, 1)
                way = turned + sum(counts[n + 1 :]), (*numbers, n + 1)
                grown[state] = min(way, grown.get(state, way))
        states = grown
    ways = [
        (turned, sum(load**2 for load in full), numbers)
        for (full, _), (turned, numbers) in states.items()
    ]
    return list(min(ways)[2]) if ways else None


def _plus(numbers, place, more):
    return (*numbers[:place], numbers[place] + more, *numbers[place + 1 :])


def compact(numbers):
    """The numbers without gaps: what is left where a bout has become empty."""
    known = sorted(set(numbers))
    return [known.index(number) + 1 for number in numbers]
