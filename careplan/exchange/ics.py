"""Visits as an iCalendar feed (RFC 5545 and 7986). Pure: rows in, bytes out, no clock, no HTTP.

The same rows give the same bytes. A visit keeps its UID for ever; a move or a cancellation raises
its SEQUENCE; a cancelled visit stays with STATUS:CANCELLED, so that calendars take it out.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard
from icalendar.prop import vDuration, vRecur, vText

REFRESH = timedelta(hours=1)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Visit:
    """One event. `summary` is what stands on a locked phone: it holds no word about health."""

    uid: str
    starts_at: datetime  # aware
    minutes: int
    summary: str
    sequence: int
    changed_at: datetime  # aware
    cancelled: bool = False
    location: str = ""
    description: str = ""
    url: str = ""


@dataclass(frozen=True)
class Feed:
    """A calendar in one zone (an IANA name); `on`: a day that its zone must cover."""

    name: str
    zone: str
    on: date
    visits: tuple[Visit, ...] = field(default=())


def calendar(feed: Feed) -> bytes:
    """The feed as a file, lines folded and text escaped."""
    file = Calendar()
    file.add("prodid", "-//Careplan//Visits//EN")
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", "PUBLISH")
    file.add("name", vText(feed.name))
    file.add("x-wr-calname", vText(feed.name))
    file.add("x-wr-timezone", feed.zone)
    file.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    file.add("x-published-ttl", vDuration(REFRESH))
    file.add_component(_zone(feed))
    for visit in sorted(feed.visits, key=lambda one: (one.starts_at, one.uid)):
        file.add_component(_event(visit, ZoneInfo(feed.zone)))
    return file.to_ical(sorted=False)


def _event(visit: Visit, zone: ZoneInfo) -> Event:
    starts = visit.starts_at.astimezone(zone)
    # By the hands of a clock that ticks: forty-five minutes, also where the hour changes.
    ends = (visit.starts_at.astimezone(UTC) + timedelta(minutes=visit.minutes)).astimezone(zone)
    changed = visit.changed_at.astimezone(UTC).replace(microsecond=0)
    event = Event()
    event.add("uid", visit.uid)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", visit.sequence)
    event.add("dtstart", starts)
    event.add("dtend", ends)
    event.add("summary", f"Cancelled: {visit.summary}" if visit.cancelled else visit.summary)
    event.add("status", "CANCELLED" if visit.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if visit.cancelled else "OPAQUE")
    event.add("class", "PRIVATE")
    for name in ("location", "description", "url"):
        if text := getattr(visit, name):
            event.add(name, text)
    return event


# The zone ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Shift:
    """A change of the clocks: the moment, and the offset before and after it."""

    at: datetime  # UTC
    before: timedelta
    after: timedelta
    name: str
    summer: bool

    @property
    def onset(self) -> datetime:
        """As RFC 5545 wants it: wall clock of the offset before."""
        return (self.at + self.before).replace(tzinfo=None)


def _zone(feed: Feed) -> Timezone:
    """VTIMEZONE from the year before the first visit to the year after the last one."""
    zone = ZoneInfo(feed.zone)
    days = [feed.on, *(visit.starts_at.date() for visit in feed.visits)]
    first = datetime(min(days).year - 1, 1, 1, tzinfo=UTC)
    last = datetime(max(days).year + 2, 1, 1, tzinfo=UTC)
    component = Timezone()
    component.add("tzid", feed.zone)
    offset, name, summer = _at(zone, first)
    component.add_component(_observance([_Shift(first - offset, offset, offset, name, summer)]))
    alike: dict[tuple, list[_Shift]] = {}
    for shift in _shifts(zone, first, last):
        alike.setdefault((shift.before, shift.after, shift.name, shift.summer), []).append(shift)
    for shifts in alike.values():
        component.add_component(_observance(shifts))
    return component


def _at(zone: ZoneInfo, moment: datetime) -> tuple[timedelta, str, bool]:
    local = moment.astimezone(zone)
    return local.utcoffset(), local.tzname(), bool(local.dst())


def _shifts(zone: ZoneInfo, first: datetime, last: datetime) -> list[_Shift]:
    found, moment = [], first
    while moment < last:
        if _at(zone, moment) != _at(zone, moment + A_DAY):
            at = _exactly(zone, moment, moment + A_DAY)
            offset, name, summer = _at(zone, at)
            found.append(_Shift(at, _at(zone, moment)[0], offset, name, summer))
        moment += A_DAY
    return found


def _exactly(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The second at which the clocks change, by halving."""
    old = _at(zone, before)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        before, after = (middle, after) if _at(zone, middle) == old else (before, middle)
    return after


def _observance(shifts: list[_Shift]) -> TimezoneStandard | TimezoneDaylight:
    first = shifts[0]
    part = TimezoneDaylight() if first.summer else TimezoneStandard()
    part.add("dtstart", first.onset)
    part.add("tzoffsetfrom", first.before)
    part.add("tzoffsetto", first.after)
    part.add("tzname", first.name)
    onsets = [shift.onset for shift in shifts]
    if rule := _yearly(onsets):
        part.add("rrule", rule)
    elif onsets[1:]:
        part.add("rdate", onsets[1:])
    return part


def _yearly(onsets: list[datetime]) -> vRecur | None:
    """The rule behind onsets of following years, such as the last Sunday of March; else None."""
    years = [onset.year for onset in onsets]
    same = {(onset.month, onset.weekday(), onset.time()) for onset in onsets}
    if len(onsets) < 2 or len(same) > 1 or years != list(range(years[0], years[-1] + 1)):
        return None
    weeks = {(onset.day - 1) // 7 + 1 for onset in onsets}
    always_last = all((onset + timedelta(days=7)).month != onset.month for onset in onsets)
    if len(weeks) > 1 and not always_last:
        return None
    week = -1 if always_last else weeks.pop()
    day = f"{week}{DAYS[onsets[0].weekday()]}"
    return vRecur({"freq": "yearly", "bymonth": onsets[0].month, "byday": day})
