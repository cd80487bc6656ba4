//! Rules as text: RFC 5545's `RRULE`, without and with its name.

use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDate, NaiveDateTime, Weekday};

use super::rule::{Day, End, Frequency, Parts, Rule, RuleError};

const DAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Mon),
    ("TU", Weekday::Tue),
    ("WE", Weekday::Wed),
    ("TH", Weekday::Thu),
    ("FR", Weekday::Fri),
    ("SA", Weekday::Sat),
    ("SU", Weekday::Sun),
];

const FREQUENCIES: [(&str, Frequency); 4] = [
    ("DAILY", Frequency::Daily),
    ("WEEKLY", Frequency::Weekly),
    ("MONTHLY", Frequency::Monthly),
    ("YEARLY", Frequency::Yearly),
];

const LOCAL: &str = "%Y%m%dT%H%M%S";
const INSTANT: &str = "%Y%m%dT%H%M%SZ";

impl FromStr for Rule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        let text = text.trim().to_ascii_uppercase();
        let text = text.strip_prefix("RRULE:").unwrap_or(&text);
        let mut frequency = None;
        let mut parts = Parts::every(Frequency::Daily);
        let mut seen = Vec::new();
        for part in text.split(';') {
            let wrong = || RuleError::Part(part.to_owned());
            let (name, value) = part.split_once('=').ok_or_else(wrong)?;
            if seen.contains(&name) {
                return Err(RuleError::Twice(name.to_owned()));
            }
            seen.push(name);
            match name {
                "FREQ" => {
                    let known = FREQUENCIES.iter().find(|(name, _)| *name == value);
                    let unsupported = || RuleError::Unsupported(part.to_owned());
                    frequency = Some(known.ok_or_else(unsupported)?.1);
                }
                "INTERVAL" => parts.interval = number(value, wrong, RuleError::Interval)?,
                "COUNT" | "UNTIL" if parts.end != End::Never => return Err(RuleError::TwoEnds),
                "COUNT" => parts.end = End::Count(number(value, wrong, RuleError::TooMany)?),
                "UNTIL" => parts.end = until(value).ok_or_else(wrong)?,
                "BYMONTH" => {
                    parts.months = numbers(value, wrong, RuleError::Month)?;
                }
                "BYMONTHDAY" => {
                    parts.month_days = numbers(value, wrong, RuleError::MonthDay)?;
                }
                "BYSETPOS" => {
                    parts.positions = numbers(value, wrong, RuleError::Position)?;
                }
                "BYDAY" => {
                    parts.days = value
                        .split(',')
                        .map(|text| day(text, wrong))
                        .collect::<Result<_, _>>()?;
                }
                "WKST" => parts.week_start = weekday(value).ok_or_else(wrong)?,
                _ => return Err(RuleError::Unsupported(part.to_owned())),
            }
        }
        parts.frequency = frequency.ok_or(RuleError::NoFrequency)?;
        Self::new(parts)
    }
}

fn number<T: TryFrom<i64>>(
    value: &str,
    wrong: impl Fn() -> RuleError,
    out_of_range: impl Fn(i64) -> RuleError,
) -> Result<T, RuleError> {
    let number: i64 = value.parse().map_err(|_| wrong())?;
    T::try_from(number).map_err(|_| out_of_range(number))
}

fn numbers<T: TryFrom<i64>>(
    value: &str,
    wrong: impl Fn() -> RuleError + Copy,
    out_of_range: impl Fn(i64) -> RuleError + Copy,
) -> Result<Vec<T>, RuleError> {
    value
        .split(',')
        .map(|value| number(value, wrong, out_of_range))
        .collect()
}

fn weekday(text: &str) -> Option<Weekday> {
    let known = DAYS.iter().find(|(name, _)| *name == text);
    known.map(|(_, weekday)| *weekday)
}

fn day(text: &str, wrong: impl Fn() -> RuleError) -> Result<Day, RuleError> {
    let (nth, name) = text
        .split_at_checked(text.len().saturating_sub(2))
        .ok_or_else(&wrong)?;
    let weekday = weekday(name).ok_or_else(&wrong)?;
    let nth = match nth {
        "" => None,
        nth => Some(number(nth, wrong, RuleError::Nth)?),
    };
    Ok(Day { nth, weekday })
}

/// A date alone is meant with the whole of its day.
fn until(text: &str) -> Option<End> {
    let local = |text| NaiveDateTime::parse_from_str(text, LOCAL).ok();
    if let Some(instant) = text.strip_suffix('Z') {
        return Some(End::UntilInstant(local(instant)?.and_utc()));
    }
    let end_of_day = || {
        NaiveDate::parse_from_str(text, "%Y%m%d")
            .ok()?
            .and_hms_opt(23, 59, 59)
    };
    local(text).or_else(end_of_day).map(End::Until)
}

impl fmt::Display for Day {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(nth) = self.nth {
            write!(formatter, "{nth}")?;
        }
        let name = DAYS.iter().find(|(_, weekday)| *weekday == self.weekday);
        formatter.write_str(name.map_or("", |(name, _)| name))
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.parts();
        let known = FREQUENCIES
            .iter()
            .find(|(_, frequency)| *frequency == parts.frequency);
        write!(formatter, "FREQ={}", known.map_or("", |(name, _)| name))?;
        if parts.interval > 1 {
            write!(formatter, ";INTERVAL={}", parts.interval)?;
        }
        list(formatter, "BYMONTH", &parts.months)?;
        list(formatter, "BYMONTHDAY", &parts.month_days)?;
        list(formatter, "BYDAY", &parts.days)?;
        list(formatter, "BYSETPOS", &parts.positions)?;
        if parts.week_start != Weekday::Mon {
            let day = Day {
                nth: None,
                weekday: parts.week_start,
            };
            write!(formatter, ";WKST={day}")?;
        }
        match parts.end {
            End::Never => Ok(()),
            End::Count(count) => write!(formatter, ";COUNT={count}"),
            End::Until(until) => write!(formatter, ";UNTIL={}", until.format(LOCAL)),
            End::UntilInstant(until) => write!(formatter, ";UNTIL={}", until.format(INSTANT)),
        }
    }
}

fn list(
    formatter: &mut fmt::Formatter<'_>,
    name: &str,
    values: &[impl fmt::Display],
) -> fmt::Result {
    for (index, value) in values.iter().enumerate() {
        if index == 0 {
            write!(formatter, ";{name}={value}")?;
        } else {
            write!(formatter, ",{value}")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_written_as_it_is_read() {
        for text in [
            "FREQ=WEEKLY",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=10",
            "FREQ=WEEKLY;UNTIL=20260127T235959",
            "FREQ=WEEKLY;WKST=SU;UNTIL=20260127T170000Z",
            "FREQ=MONTHLY;BYDAY=2TH,-1FR",
            "FREQ=MONTHLY;BYMONTHDAY=13,-1;BYDAY=FR",
            "FREQ=YEARLY;BYMONTH=3,9;BYDAY=MO;BYSETPOS=-1",
        ] {
            assert_eq!(text.parse::<Rule>().unwrap().to_string(), text);
        }
        for (text, written) in [
            (
                "rrule:freq=weekly;until=20260127",
                "FREQ=WEEKLY;UNTIL=20260127T235959",
            ),
            ("FREQ=DAILY;INTERVAL=1;WKST=MO", "FREQ=DAILY"),
            ("FREQ=MONTHLY;BYDAY=+1TU", "FREQ=MONTHLY;BYDAY=1TU"),
        ] {
            assert_eq!(text.parse::<Rule>().unwrap().to_string(), written);
        }
    }

    #[test]
    fn what_is_no_rule_is_refused_with_what_would_work() {
        for (text, sentence) in [
            ("", "'' is not a part"),
            ("nonsense", "'NONSENSE' is not a part"),
            ("INTERVAL=2", "needs a FREQ"),
            ("FREQ=HOURLY", "'FREQ=HOURLY' is not supported"),
            ("FREQ=YEARLY;BYWEEKNO=20", "'BYWEEKNO=20' is not supported"),
            ("FREQ=WEEKLY;INTERVAL=0", "from 1 to 1000, not 0"),
            ("FREQ=WEEKLY;INTERVAL=-2", "from 1 to 1000, not -2"),
            ("FREQ=WEEKLY;INTERVAL=x", "'INTERVAL=X' is not a part"),
            ("FREQ=WEEKLY;BYDAY=XX", "'BYDAY=XX' is not a part"),
            ("FREQ=WEEKLY;BYDAY=", "'BYDAY=' is not a part"),
            ("FREQ=WEEKLY;BYDAY=äMO", "is not a part"),
            ("FREQ=WEEKLY;COUNT=2;UNTIL=20260101", "exclude each other"),
            ("FREQ=WEEKLY;COUNT=2;COUNT=3", "COUNT is there twice"),
            ("FREQ=WEEKLY;COUNT=0", "at least 1"),
            ("FREQ=WEEKLY;COUNT=10000", "at most 1000, not 10000"),
            ("FREQ=WEEKLY;COUNT=-1", "at most 1000, not -1"),
            ("FREQ=WEEKLY;UNTIL=20260231", "is not a part"),
            ("FREQ=WEEKLY;BYDAY=2TU", "needs FREQ=MONTHLY"),
            ("FREQ=MONTHLY;BYDAY=6TU", "no month has a weekday number 6"),
            ("FREQ=MONTHLY;BYDAY=0TU", "no month has a weekday number 0"),
            ("FREQ=MONTHLY;BYMONTHDAY=32", "not 32"),
            ("FREQ=MONTHLY;BYMONTHDAY=-300", "not -300"),
            ("FREQ=WEEKLY;BYMONTHDAY=3", "weeks go by BYDAY"),
            ("FREQ=YEARLY;BYMONTH=13", "not 13"),
            ("FREQ=WEEKLY;BYDAY=MO;BYSETPOS=1", "to choose from"),
            ("FREQ=MONTHLY;BYSETPOS=1", "to choose from"),
            ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", "not 0"),
        ] {
            let error = text.parse::<Rule>().unwrap_err().to_string();
            assert!(error.contains(sentence), "{text}: {error}");
        }
    }
}
