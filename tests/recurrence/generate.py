#!/usr/bin/env python3
"""Writes rules with their dates, as python-dateutil and zoneinfo have them.

One case a line, tab-separated: zone, start (local), rule, dates (UTC, with commas between them). dateutil
expands the rule in local time; the instants come from zoneinfo, by the rule that Convener states: a
local time that does not exist moves forward to the next that does, one that exists twice is the first.

    pip install python-dateutil==2.9.0.post0 tzdata==2025.2
    PYTHONTZPATH= python3 tests/recurrence/generate.py --cases 20000 --seed 1 > cases.tsv
    RECURRENCE_CASES=cases.tsv cargo test --test recurrence

tzdata 2025.2 is IANA's 2025b, which chrono-tz 0.10.4 has compiled in. PYTHONTZPATH is empty so that the
system's own zones don't get in the way. Every zone that both have and that changed its clocks at any time
gets its share of cases; half of these start where the clocks of their zone change.
"""

import argparse
import random
import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

from dateutil.rrule import rrulestr

DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
FIRST, LAST = 2000, 2060
# Beyond this no zone's future is compiled into chrono-tz.
END = datetime(2090, 1, 1)


def offset(zone, utc):
    return utc.astimezone(zone).utcoffset()


def ever_changed(name):
    zone = ZoneInfo(name)
    days = (datetime(1900, 1, 1, tzinfo=timezone.utc) + timedelta(days=20 * n) for n in range(3000))
    return len({offset(zone, day) for day in days}) > 1


def instant(local, zone):
    """The stated rule, found without any of Convener's code."""
    before = local.replace(tzinfo=zone, fold=0).astimezone(timezone.utc)
    if before.astimezone(zone).replace(tzinfo=None) == local:
        return before
    # In a gap: the first instant with the offset from after it.
    low = local.replace(tzinfo=zone, fold=1).astimezone(timezone.utc)
    high = before
    old = offset(zone, low)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if offset(zone, middle) == old:
            low = middle
        else:
            high = middle
    return high


def change_in(zone, year):
    """A local time just at a change of the clocks in a year, if there is one."""
    day = datetime(year, 1, 1, tzinfo=timezone.utc)
    changes = []
    while day.year == year:
        following = day + timedelta(days=1)
        if offset(zone, day) != offset(zone, following):
            low, high = day, following
            while high - low > timedelta(minutes=1):
                middle = low + (high - low) // 2
                low, high = (middle, high) if offset(zone, middle) == offset(zone, day) else (low, middle)
            changes.append(high.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0))
        day = following
    return changes


def parts(dice):
    frequency = dice.choice(["DAILY", "WEEKLY", "WEEKLY", "MONTHLY", "MONTHLY", "YEARLY"])
    rule = {"FREQ": frequency}
    if dice.random() < 0.5:
        rule["INTERVAL"] = dice.choice([2, 2, 3, 4, 5, 6, 13, 52])
    if dice.random() < (0.5 if frequency == "YEARLY" else 0.1):
        rule["BYMONTH"] = ",".join(map(str, sorted(dice.sample(range(1, 13), dice.randint(1, 4)))))
    if frequency == "WEEKLY":
        if dice.random() < 0.7:
            rule["BYDAY"] = ",".join(dice.sample(DAYS, dice.randint(1, 4)))
        if dice.random() < 0.4:
            rule["WKST"] = dice.choice(DAYS)
    elif frequency == "DAILY":
        if dice.random() < 0.3:
            rule["BYDAY"] = ",".join(dice.sample(DAYS, dice.randint(1, 5)))
        if dice.random() < 0.1:
            rule["BYMONTHDAY"] = str(dice.choice([1, 13, 28, -1]))
    else:
        kind = dice.random()
        if kind < 0.4:
            # dateutil takes a mixture of numbered and plain days for both at once; RFC 5545 does not.
            most = 53 if frequency == "YEARLY" and "BYMONTH" not in rule else 5
            numbers = [n for n in range(-most, most + 1) if n]
            rule["BYDAY"] = ",".join(
                f"{dice.choice(numbers)}{day}" for day in dice.sample(DAYS, dice.randint(1, 3))
            )
        elif kind < 0.6:
            rule["BYDAY"] = ",".join(dice.sample(DAYS, dice.randint(1, 5)))
            if dice.random() < 0.5:
                rule["BYSETPOS"] = ",".join(map(str, sorted({dice.choice([1, 2, 3, -1, -2]) for _ in range(2)})))
        elif kind < 0.85:
            days = {dice.choice([*range(1, 32), -1, -2, -31]) for _ in range(dice.randint(1, 3))}
            rule["BYMONTHDAY"] = ",".join(map(str, sorted(days)))
            if dice.random() < 0.2:
                rule["BYDAY"] = ",".join(dice.sample(DAYS, dice.randint(1, 4)))
    return rule


def case(dice, name, most):
    zone = ZoneInfo(name)
    start = None
    rule = parts(dice)
    if dice.random() < 0.5:
        changes = change_in(zone, dice.randint(FIRST, LAST - 1))
        if changes:
            # A date or two before the change, at a time that the change touches.
            near = dice.choice(changes) + timedelta(minutes=dice.choice([-60, -45, -30, -15, -1, 0, 1, 15, 30]))
            start = near - timedelta(days=dice.choice([0, 1, 2, 7, 14, 28]))
    if start is None:
        start = datetime(dice.randint(FIRST, LAST - 1), 1, 1) + timedelta(minutes=15 * dice.randrange(4 * 24 * 365))
    end = dice.random()
    if end < 0.2:
        rule["COUNT"] = str(dice.randint(1, most))
    until = start + timedelta(days=dice.randint(0, 1500))
    until_instant = None
    if 0.2 <= end < 0.3:
        rule["UNTIL"] = until.strftime("%Y%m%dT%H%M%S")
    elif 0.3 <= end < 0.4:
        until_instant = instant(until.replace(hour=start.hour, minute=start.minute), zone)
    text = ";".join(f"{key}={value}" for key, value in rule.items())
    expanded = rrulestr(text if "UNTIL" in rule or "COUNT" in rule else f"{text};UNTIL={END:%Y%m%dT%H%M%S}", dtstart=start)
    dates = []
    for local in expanded:
        at = instant(local, zone)
        if local >= END or len(dates) == most or (until_instant and at > until_instant):
            break
        dates.append(at)
    if until_instant:
        text += f";UNTIL={until_instant:%Y%m%dT%H%M%SZ}"
    if not dates and "COUNT" in rule:
        return None
    return "\t".join([name, f"{start:%Y-%m-%dT%H:%M:%S}", text, ",".join(f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in dates)])


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--cases", type=int, default=20_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--dates", type=int, default=12, help="the most dates of a case")
    arguments = arguments.parse_args()
    dice = random.Random(arguments.seed)
    # "Factory" and "localtime" are of a system, not of a place.
    names = sorted(name for name in available_timezones() - {"Factory", "localtime"} if ever_changed(name))
    dice.shuffle(names)
    print(f"# {len(names)} zones", file=sys.stderr)
    written = 0
    while written < arguments.cases:
        line = case(dice, names[written % len(names)], arguments.dates)
        if line:
            print(line)
            written += 1


main()
