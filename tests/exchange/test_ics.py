"""A feed of visits, held to what RFC 5545, RFC 7986 and the three big calendars ask for.

What each of the three is known to need is a test of its own below:
- all: CRLF, lines of at most 75 octets, PRODID, VERSION, one UID an event, DTSTAMP in UTC, DTSTART
  before DTEND, a TZID that has its VTIMEZONE
- Google Calendar: an IANA name as TZID, X-WR-CALNAME, X-WR-TIMEZONE, UID kept over changes
- Apple Calendar: REFRESH-INTERVAL with VALUE=DURATION, NAME, the onset of VTIMEZONE as wall clock
  of the offset before
- Outlook: METHOD:PUBLISH, X-PUBLISHED-TTL, SEQUENCE and LAST-MODIFIED, yearly rules in VTIMEZONE
"""

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from careplan.exchange.ics import Feed, Visit, calendar

TODAY = date(2026, 11, 24)
AT = datetime(2026, 11, 26, 9, 0, tzinfo=ZoneInfo("Europe/London"))
VISIT = Visit(
    uid="visit-1@careplan",
    starts_at=AT,
    minutes=45,
    summary="Visit at Northgate",
    sequence=2,
    changed_at=datetime(2026, 11, 24, 9, 12, 30, 4, tzinfo=UTC),
)
ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca")
ZONES += ("Asia/Tokyo", "Asia/Kathmandu", "America/Asuncion", "UTC")


def feed(*visits: Visit, zone: str = "Europe/London", name: str = "Visits") -> Feed:
    return Feed(name, zone, TODAY, visits)


def lines(data: bytes) -> list[str]:
    """The content lines, unfolded as RFC 5545 section 3.1 says."""
    return data.decode().replace("\r\n ", "").split("\r\n")[:-1]


def events(data: bytes) -> list:
    return list(Calendar.from_ical(data).walk("VEVENT"))


def value(data: bytes, name: str) -> str:
    return next(one.partition(":")[2] for one in lines(data) if re.match(rf"{name}[;:]", one))


# All calendars -------------------------------------------------------------------------------


def test_lines_end_with_crlf_and_hold_at_most_75_octets():
    data = calendar(feed(replace(VISIT, location="Zürich " * 40, summary="É" * 90)))
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert data.count(b"\n") == data.count(b"\r\n")
    assert max(map(len, data.split(b"\r\n"))) <= 75
    assert value(data, "LOCATION") == ("Zürich " * 40)
    for line in data.split(b"\r\n"):
        line.decode()  # no letter is cut in half


def test_the_frame_is_whole_and_in_order():
    told = lines(calendar(feed(VISIT)))
    assert told[:4] == [
        "BEGIN:VCALENDAR",
        "PRODID:-//Careplan//Visits//EN",
        "VERSION:2.0",
        "CALSCALE:GREGORIAN",
    ]
    stack = []
    for line in told:
        name, _, what = line.partition(":")
        if name == "BEGIN":
            stack.append(what)
        elif name == "END":
            assert stack.pop() == what
    assert stack == []


def test_every_event_has_what_it_needs_once():
    told = lines(calendar(feed(VISIT)))
    inside = told[told.index("BEGIN:VEVENT") : told.index("END:VEVENT")]
    names = [re.split("[;:]", line)[0] for line in inside]
    needed = ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "STATUS")
    for name in (*needed, "LAST-MODIFIED", "CLASS", "TRANSP"):
        assert names.count(name) == 1, name
    assert "UID:visit-1@careplan" in inside
    assert "DTSTAMP:20261124T091230Z" in inside and "LAST-MODIFIED:20261124T091230Z" in inside
    assert "DTSTART;TZID=Europe/London:20261126T090000" in inside
    assert "DTEND;TZID=Europe/London:20261126T094500" in inside


def test_text_is_escaped():
    nasty = "Room 1, left; back\\door\nBEGIN:VEVENT"
    data = calendar(feed(replace(VISIT, location=nasty), name="A; B, C"))
    assert value(data, "LOCATION") == r"Room 1\, left\; back\\door\nBEGIN:VEVENT"
    assert value(data, "X-WR-CALNAME") == value(data, "NAME") == r"A\; B\, C"
    assert len(events(data)) == 1
    assert str(events(data)[0]["LOCATION"]) == nasty


def test_a_feed_without_visits_is_a_calendar_with_its_zone():
    data = calendar(feed())
    assert events(data) == [] and b"BEGIN:VTIMEZONE" in data


def test_the_same_rows_give_the_same_bytes():
    other = replace(VISIT, uid="visit-2@careplan")
    assert calendar(feed(VISIT, other)) == calendar(feed(other, VISIT))


# Google Calendar -----------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ZONES)
def test_google_finds_its_own_zone_by_name(zone):
    data = calendar(feed(VISIT, zone=zone))
    assert value(data, "TZID") == value(data, "X-WR-TIMEZONE") == zone


def test_google_sees_one_event_through_a_move_and_a_cancellation():
    moved = replace(VISIT, starts_at=AT + timedelta(days=1), sequence=3)
    gone = replace(moved, cancelled=True, sequence=4)
    seen = [events(calendar(feed(one)))[0] for one in (VISIT, moved, gone)]
    assert {str(one["UID"]) for one in seen} == {"visit-1@careplan"}
    assert [int(one["SEQUENCE"]) for one in seen] == [2, 3, 4]


def test_cancelled_visits_stay_and_say_so():
    told = events(calendar(feed(replace(VISIT, cancelled=True))))[0]
    assert (told["STATUS"], told["TRANSP"]) == ("CANCELLED", "TRANSPARENT")
    assert told["SUMMARY"] == "Cancelled: Visit at Northgate"
    kept = events(calendar(feed(VISIT)))[0]
    assert (kept["STATUS"], kept["TRANSP"], kept["CLASS"]) == ("CONFIRMED", "OPAQUE", "PRIVATE")


# Apple Calendar ------------------------------------------------------------------------------


def test_apple_learns_how_often_to_look():
    told = lines(calendar(feed(VISIT)))
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in told
    assert "NAME:Visits" in told and "X-WR-CALNAME:Visits" in told


def test_the_onset_is_the_wall_clock_before_the_change():
    """RFC 5545 section 3.6.5: New York springs forward at 2:00 of standard time."""
    told = lines(calendar(feed(VISIT, zone="America/New_York")))
    summer = told[told.index("BEGIN:DAYLIGHT") : told.index("END:DAYLIGHT")]
    assert "DTSTART:20250309T020000" in summer
    assert "TZOFFSETFROM:-0500" in summer and "TZOFFSETTO:-0400" in summer


# Outlook -------------------------------------------------------------------------------------


def test_outlook_takes_it_as_a_published_calendar():
    told = lines(calendar(feed(VISIT)))
    assert "METHOD:PUBLISH" in told and "X-PUBLISHED-TTL:PT1H" in told


@pytest.mark.parametrize(
    ("zone", "rules"),
    [
        ("Europe/London", {"BYDAY=-1SU;BYMONTH=3", "BYDAY=-1SU;BYMONTH=10"}),
        ("America/New_York", {"BYDAY=2SU;BYMONTH=3", "BYDAY=1SU;BYMONTH=11"}),
        ("Asia/Tokyo", set()),
        ("Africa/Casablanca", set()),  # moves with the moon: every change by its date
    ],
)
def test_outlook_gets_yearly_rules_where_there_are_any(zone, rules):
    told = lines(calendar(feed(VISIT, zone=zone)))
    found = {one.removeprefix("RRULE:FREQ=YEARLY;") for one in told if one.startswith("RRULE")}
    assert found == rules


# Weeks in which the clocks change ------------------------------------------------------------


def read_apart(data: bytes, zone: str):
    """The zone as another reader than the one that wrote it understands the VTIMEZONE."""
    return tzical(io.StringIO(data.decode().replace("\r\n ", "").replace("\r\n", "\n"))).get(zone)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("month", [3, 4, 9, 10, 11])
def test_the_weeks_in_which_clocks_change(zone, month):
    """Every day of the months with changes, at nine in the morning and at eight in the evening."""
    tz = ZoneInfo(zone)
    days = [datetime(2027, month, day, hour, tzinfo=tz) for day in range(1, 31) for hour in (9, 20)]
    visits = [replace(VISIT, uid=f"{n}", starts_at=one) for n, one in enumerate(days)]
    data = calendar(feed(*visits, zone=zone))
    other = read_apart(data, zone)
    for event, starts in zip(events(data), days, strict=True):
        naive = event["DTSTART"].dt.replace(tzinfo=None)
        assert naive == starts.replace(tzinfo=None)
        assert naive.replace(tzinfo=other).utcoffset() == starts.utcoffset(), starts
        assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(minutes=45)


@given(
    st.dates(date(2026, 1, 1), date(2031, 1, 1)),
    st.times(time(6), time(21)),
    st.sampled_from(ZONES),
    st.integers(15, 120),
)
@settings(max_examples=60, deadline=None)
def test_a_moment_in_a_clinics_hours_stays_that_moment(day, hour, zone, minutes):
    hour = hour.replace(second=0, microsecond=0)
    local = datetime.combine(day, hour, tzinfo=ZoneInfo(zone))
    data = calendar(feed(replace(VISIT, starts_at=local, minutes=minutes), zone=zone))
    told = events(data)[0]
    naive = told["DTSTART"].dt.replace(tzinfo=read_apart(data, zone))
    assert naive.replace(tzinfo=None) == local.replace(tzinfo=None)
    assert naive.utcoffset() == local.utcoffset()
    assert told["DTEND"].dt.astimezone(UTC) == local.astimezone(UTC) + timedelta(minutes=minutes)
