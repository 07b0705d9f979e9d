"""The audit in plain words, for the person it is about."""

from django.utils import timezone

from careplan.queries.mine import Entry

# Action -> what somebody did. What is not listed is told as a change of the record.
WORDS = {
    "viewed": "Opened your record",
    "patient.register": "Registered you",
    "patient.change": "Changed your contact details",
    "consent.give": "Noted what you agreed to",
    "record.upload": "Read a record about you",
    "record.confirm": "Took over facts from a record",
    "intake.start": "Started your questions",
    "intake.save": "Wrote down your answers",
    "intake.take_over": "Took over earlier answers",
    "assessment.make": "Ran the clinical rules on your answers",
    "red_flag.review": "Wrote down what was found about a warning sign",
    "plan.draft": "Drafted your plan",
    "plan.*": "Worked on your plan",
    "plan.revise": "Started a new version of your plan",
    "plan.sign": "Signed your plan",
    "plan.hold": "Put your plan on hold",
    "plan.release": "Let your plan go on",
    "plan.close": "Closed your plan",
    "plan.print": "Printed your plan",
    "sheet.make": "Made a page for you to tick",
    "sheet.type": "Typed in your ticked page",
    "medication.propose": "Asked for a medicine",
    "medication.sign": "Signed a medicine",
    "medication.decline": "Decided against a medicine",
    "medication.stop": "Stopped a medicine",
    "device.note": "Noted that you wish to use a muscle stimulator",
    "device.*": "Looked again at your muscle stimulator",
    "device.allow": "Let you note how you use your muscle stimulator",
    "device.hold": "Stopped your muscle stimulator",
    "device.use": "Noted a use of your muscle stimulator",
    "device.close": "Took your muscle stimulator off",
    "checkin.open": "Sent you a check-in",
    "checkin.answer": "Answered the check-in",
    "checkin.submit": "Sent the check-in",
    "checkin.miss": "Closed a check-in without answers",
    "checkin.cancel": "Cancelled a check-in",
    "follow_up.raise": "Put you on the list of people to look at",
    "follow_up.grow": "Moved you up the list of people to look at",
    "follow_up.acknowledge": "Took your case",
    "follow_up.snooze": "Put a reminder about you away until later",
    "follow_up.wake": "Took a reminder about you up again",
    "follow_up.close": "Closed a reminder about you",
    "day.note": "Noted something for your day",
    "session_log.add": "Noted an exercise",
    "flare.tell": "Told that it has been worse",
    "flare.signs": "Answered the warning signs of a flare",
    "flare.better": "Said that it is better",
    "flare.ask_again": "Put the warning signs up to be asked again",
    "flare.end": "Ended the days of a flare",
    "link.prove": "Opened a link from a mail",
    "link.wrong_year": "Somebody entered a wrong year of birth",
    "link.use": "Signed in with a link",
    "session.attend": "Wrote up a visit",
    "session.miss": "Noted a missed visit",
    "session.cancel": "Cancelled a visit",
    "session.cancel_late": "Cancelled a visit late",
    "session.correct": "Corrected a visit",
    "session.make_up": "Booked a visit that makes up for a missed one",
    "visits.*": "Wrote down what your insurer pays for",
    "report.*": "Wrote a report about your visits",
    "calendar.open": "Made the address of your calendar",
    "calendar.change": "Changed the address of your calendar",
    "calendar.close": "Turned off the address of your calendar",
}


def by_day(entries: list[Entry]) -> list[dict]:
    """[{day, lines: [{name, initials, text, at}]}], one line where somebody did one thing often."""
    days: dict = {}
    for entry in entries:
        day = timezone.localtime(entry.at).date()
        lines = days.setdefault(day, [])
        line = _line(entry)
        if (line["name"], line["text"]) not in {(row["name"], row["text"]) for row in lines}:
            lines.append(line)
    return [{"day": day, "lines": lines} for day, lines in days.items()]


def _line(entry: Entry) -> dict:
    door = entry.action.partition(".")[0]
    did = WORDS.get(entry.action) or WORDS.get(f"{door}.*", "Changed something in your record")
    if entry.own:
        return {"name": "You", "text": f"{did}.", "at": entry.at}
    if entry.job:
        return {
            "name": "Careplan",
            "text": f"By itself: {did[0].lower()}{did[1:]}.",
            "at": entry.at,
        }
    role = f"{' and '.join(entry.roles).capitalize()}. " if entry.roles else ""
    return {"name": entry.name, "text": f"{role}{did}.", "at": entry.at}


# The same events as the chart's timeline says them to staff.
STAFF_WORDS = {
    "patient.register": "Registered",
    "consent.give": "Consent noted",
    "session.attend": "Visit attended",
    "session.miss": "Visit missed",
    "session.cancel_late": "Visit cancelled late",
    "report.write": "Report written",
    "report.certify": "Plan of care certified",
    "assessment.make": "Assessed",
    "red_flag.review": "Warning sign reviewed",
    "plan.draft": "Plan drafted",
    "plan.sign": "Plan signed",
    "plan.hold": "Plan put on hold",
    "plan.release": "Plan goes on",
    "plan.close": "Plan closed",
    "medication.propose": "Medicine proposed",
    "medication.sign": "Medicine signed",
    "medication.decline": "Medicine declined",
    "medication.stop": "Medicine stopped",
    "checkin.open": "Check-in sent",
    "checkin.submit": "Check-in answered",
    "checkin.miss": "Check-in not answered",
    "follow_up.close": "Worklist row closed",
}
