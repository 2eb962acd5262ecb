"""CPython's zoneinfo on time zones and due times, found in another way than mega's: reads questions
from one file, a line each, and writes the answers to another.

    offset ZONE SECONDS...                     seconds ahead of UTC at each of these moments
    due ZONE FROM CYCLE AFTER COUNT            the first due times later than AFTER, in seconds;
                                               FROM as YYYY-mm-ddTHH:MM:SS, CYCLE normalised
"""
import datetime
import sys
import zoneinfo

DAY = datetime.timedelta(days=1)
UTC = datetime.timezone.utc


def offset(zone, seconds):
    moment = datetime.datetime.fromtimestamp(seconds, UTC).astimezone(zone)
    return int(moment.utcoffset().total_seconds())


def moment(zone, local):
    """The first moment at which the clocks have come to `local`, in seconds."""
    seconds = int(local.replace(tzinfo=zone).timestamp())
    shown = datetime.datetime.fromtimestamp(seconds, zone).replace(tzinfo=None)
    if shown == local:
        return seconds
    # The clocks skip it: look at each minute in turn.
    seconds = int(local.replace(second=0, tzinfo=UTC).timestamp()) - 30 * 3600
    while datetime.datetime.fromtimestamp(seconds, zone).replace(tzinfo=None) < local:
        seconds += 60
    return seconds


def is_on(date, cycle):
    kind, _, days = cycle.partition(":")
    if kind == "day":
        return True
    days = days.split(",")
    if kind == "week":
        return str(date.isoweekday()) in days
    last = (date + DAY).day == 1
    return str(date.day) in days or (last and "last" in days)


def due(zone, first, cycle, after, count):
    found = []
    if cycle.isdigit() or not cycle:
        seconds = moment(zone, first)
        while len(found) < count:
            if seconds > after:
                found.append(seconds)
            if not cycle:
                break
            seconds += int(cycle)
        return found
    local = first
    while len(found) < count:
        if is_on(local.date(), cycle):
            seconds = moment(zone, local)
            if seconds > after and seconds not in found:
                found.append(seconds)
        local += DAY
    return found


def answer(line):
    kind, name, *rest = line.rstrip("\n").split(" ")
    zone = zoneinfo.ZoneInfo(name)
    if kind == "offset":
        return [offset(zone, int(seconds)) for seconds in rest]
    first, cycle, after, count = rest
    first = datetime.datetime.strptime(first, "%Y-%m-%dT%H:%M:%S")
    return due(zone, first, cycle, int(after), int(count))


with open(sys.argv[1], encoding="ascii") as questions:
    with open(sys.argv[2], "w", encoding="ascii") as answers:
        for question in questions:
            answers.write(" ".join(str(item) for item in answer(question)) + "\n")
