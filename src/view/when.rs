//! Times, rhythms, and what is unclear about them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc, Weekday};
use chrono_tz::Tz;

use super::markdown::{escape, from_now, moment};
use crate::practice::recurrence::{
    Date, Day, End, Frequency, LONGEST_INTERVAL, MOST_DATES, Parts, Rule, RuleError, Schedule,
};
use crate::practice::when::Unclear;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn month(number: u32) -> &'static str {
    let index = usize::try_from(number).unwrap_or_default();
    MONTHS.get(index.saturating_sub(1)).copied().unwrap_or("")
}

fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}

/// "5 March 2026".
#[must_use]
pub fn day(date: NaiveDate) -> String {
    date.format("%-d %B %Y").to_string()
}

/// "Thu 5 March 2026, 18:30".
#[must_use]
pub fn local(time: NaiveDateTime) -> String {
    time.format("%a %-d %B %Y, %H:%M").to_string()
}

/// "1st", "2nd", "last", "2nd last".
fn nth(number: i64) -> String {
    let suffix = match (number.abs() % 10, number.abs() % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    match number {
        -1 => "last".to_owned(),
        ..=-2 => format!("{}{suffix} last", -number),
        _ => format!("{number}{suffix}"),
    }
}

fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [init @ .., last] => format!("{} and {last}", init.join(", ")),
    }
}

fn weekday_of(day: Day) -> String {
    let name = weekday(day.weekday);
    day.nth.map_or_else(
        || name.to_owned(),
        |number| format!("{} {name}", nth(number.into())),
    )
}

/// A rule in words, seen from its start: "every 2 weeks on Monday until 30 June 2026".
#[must_use]
pub fn rhythm(rule: &Rule, start: NaiveDateTime) -> String {
    if rule.is_once() {
        return "once".to_owned();
    }
    let parts = rule.parts();
    let unit = match parts.frequency {
        Frequency::Daily => "day",
        Frequency::Weekly => "week",
        Frequency::Monthly => "month",
        Frequency::Yearly => "year",
    };
    let mut words = match parts.interval {
        1 => format!("every {unit}"),
        interval => format!("every {interval} {unit}s"),
    };
    let days = days_of(parts, start);
    if !days.is_empty() {
        words = format!("{words} on {days}");
    }
    if !parts.months.is_empty() {
        let months = parts.months.iter();
        let months = months.map(|number| month(u32::from(*number)).to_owned());
        words = format!("{words} in {}", listed(&months.collect::<Vec<_>>()));
    }
    match parts.end {
        End::Never => words,
        End::Count(count) => format!("{words}, {count} times"),
        End::Until(until) => format!("{words} until {}", day(until.date())),
        End::UntilInstant(until) => format!("{words} until {}", moment(until)),
    }
}

fn days_of(parts: &Parts, start: NaiveDateTime) -> String {
    let weekdays = listed(
        &parts
            .days
            .iter()
            .copied()
            .map(weekday_of)
            .collect::<Vec<_>>(),
    );
    let month_days: Vec<String> = parts
        .month_days
        .iter()
        .map(|number| match number {
            ..0 => format!("{} day", nth((*number).into())),
            _ => nth((*number).into()),
        })
        .collect();
    let month_days = listed(&month_days);
    let days = match (weekdays.as_str(), month_days.as_str()) {
        ("", "") => match parts.frequency {
            Frequency::Daily => String::new(),
            Frequency::Weekly => start.format("%A").to_string(),
            Frequency::Yearly if parts.months.is_empty() => start.format("%-d %B").to_string(),
            Frequency::Monthly | Frequency::Yearly => {
                format!("the {}", nth(chrono::Datelike::day(&start).into()))
            }
        },
        (weekdays, "") if parts.days.iter().any(|day| day.nth.is_some()) => {
            format!("the {weekdays}")
        }
        (weekdays, "") => weekdays.to_owned(),
        ("", month_days) => format!("the {month_days}"),
        (weekdays, month_days) => format!("{weekdays} if it is the {month_days}"),
    };
    if parts.positions.is_empty() {
        return days;
    }
    let positions = parts.positions.iter().map(|number| nth((*number).into()));
    format!("the {} of {days}", listed(&positions.collect::<Vec<_>>()))
}

/// How a typed time was read, for a suggestion: at most 100 characters.
#[must_use]
pub fn suggestion(start: NaiveDateTime, rule: &Rule, zone: Tz) -> String {
    let first = local(start);
    let text = if rule.is_once() {
        format!("{first} ({})", zone.name())
    } else {
        let rhythm = rhythm(rule, start);
        format!("{rhythm}, first {first} ({})", zone.name())
    };
    // A rhythm in many words leaves the zone out.
    if text.chars().count() <= 100 {
        return text;
    }
    let cut: String = text.chars().take(99).collect();
    format!("{cut}…")
}

/// A date as each reader sees it.
#[must_use]
pub fn shown(starts_at: DateTime<Utc>) -> String {
    format!("{} ({})", moment(starts_at), from_now(starts_at))
}

/// Dates one below the other, each with what is odd about it: that the clocks change before it, or that
/// its time does not exist that day.
#[must_use]
pub fn dates(dates: &[Date], schedule: &Schedule) -> String {
    let zone = schedule.zone;
    let offset = |date: &Date| {
        date.starts_at.with_timezone(&zone).naive_local() - date.starts_at.naive_utc()
    };
    let mut lines = Vec::new();
    let mut before: Option<&Date> = None;
    for date in dates {
        let mut line = format!("• {}", shown(date.starts_at));
        if date.is_moved() {
            line.push_str(&format!(" (moved from {})", local(date.original)));
        }
        let real = date.starts_at.with_timezone(&zone).naive_local();
        if real != date.local {
            line.push_str(&format!(
                "\n  ⏰ {} does not exist that day, as the clocks go forward; it starts at {}.",
                date.local.format("%H:%M"),
                real.format("%H:%M")
            ));
        } else if before.is_some_and(|before| offset(before) != offset(date)) {
            line.push_str(&format!(
                "\n  ⏰ The clocks change before it: it stays {} in {}, and shifts for people elsewhere.",
                date.local.format("%H:%M"),
                zone.name()
            ));
        }
        lines.push(line);
        before = Some(date);
    }
    lines.join("\n")
}

/// What is unclear, and what would work.
#[must_use]
pub fn unclear(unclear: &Unclear) -> String {
    match unclear {
        Unclear::Empty => "When? Try “next tue 6pm” or “every 2nd thursday 18:30”.".to_owned(),
        Unclear::Word(word) => format!(
            "I don't understand “{}” in a time. Try “next tue 6pm”, “5 March 18:30” or “last friday of the \
             month 17:00”.",
            escape(word)
        ),
        Unclear::Twice(word) => format!(
            "“{}” is one thing too many: I need one day or one rhythm, and one time, such as “tue 18:30”.",
            escape(word)
        ),
        Unclear::Slashes(text) => format!(
            "“{}” is a different day in different countries. Write it like `2026-03-05` or `5 March`.",
            escape(text)
        ),
        Unclear::NoSuchTime(text) => format!(
            "“{}” is not a time of day. Try `18:30` or `6:30 pm`.",
            escape(text)
        ),
        Unclear::NoSuchDay(number, days) => format!(
            "{} has {days} days at the most that year. Try `{days} {}`.",
            month(*number),
            month(*number)
        ),
        Unclear::OtherWeekday(date, typed) => format!(
            "{} is a {}, not a {}. Leave one of the two out.",
            day(*date),
            date.format("%A"),
            weekday(*typed)
        ),
        Unclear::NoTime => "At what time? Add one such as `18:30` or `6:30 pm`.".to_owned(),
        Unclear::NoDay => {
            "On which day? Add one, such as “every 2 weeks on monday 18:30” or “monthly on the 15th 18:30”."
                .to_owned()
        }
        Unclear::Past(start) => format!(
            "{} is over already. Choose a time to come, such as “tomorrow 18:30”.",
            local(*start)
        ),
        Unclear::Yesterday => {
            "Yesterday is over. Choose a day to come, such as “tomorrow 18:30”.".to_owned()
        }
        Unclear::TooFar(start) => format!(
            "{} is more than ten years away. Is the year right?",
            day(start.date())
        ),
        Unclear::EndOfNothing => {
            "An end needs something that goes on: “every tuesday 18:30 until june”.".to_owned()
        }
        Unclear::EndBeforeStart(end, start) => format!(
            "It would end on {}, before its first date on {}. Choose a later end.",
            day(*end),
            day(start.date())
        ),
        Unclear::NoDates => {
            "No day fits that. Try one that comes up, such as “every month on the 15th 18:30”.".to_owned()
        }
        Unclear::Rule(RuleError::Interval(interval)) => format!(
            "“Every {interval}” can't be: the number is from 1 to {LONGEST_INTERVAL}, as in “every 2 weeks on \
             monday 18:30”."
        ),
        Unclear::Rule(RuleError::TooMany(count)) => format!(
            "{count} dates are too many; a series has {MOST_DATES} at the most. Leave the number out, and it goes on \
             until it is called off."
        ),
        Unclear::Rule(RuleError::NoDates) => {
            "A series has one date at least. Leave the number out, and it goes on until it is called off."
                .to_owned()
        }
        Unclear::Rule(RuleError::Nth(_)) => {
            "No month has so many of one weekday; the 5th is the furthest. Try “last friday of the month 17:00”."
                .to_owned()
        }
        Unclear::Rule(error) => format!("That can't be: {error}."),
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Berlin;

    use super::*;
    use crate::practice::when;

    fn at_noon(text: &str) -> Result<when::When, Unclear> {
        when::read(text, "2026-03-04T11:00:00Z".parse().unwrap(), Berlin)
    }

    #[test]
    fn a_rhythm_is_said_as_a_person_would() {
        for (text, said) in [
            ("tue 18:30", "once"),
            ("every 2nd thursday 18:30", "every 2 weeks on Thursday"),
            ("2nd thursday 18:30", "every month on the 2nd Thursday"),
            (
                "1st and 3rd tue of the month 18:30",
                "every month on the 1st Tuesday and 3rd Tuesday",
            ),
            (
                "last friday of the month 17:00",
                "every month on the last Friday",
            ),
            ("every month on the 15th 18:30", "every month on the 15th"),
            ("last day of the month 18:30", "every month on the last day"),
            ("daily 8:00 10 times", "every day, 10 times"),
            ("weekly from 5 march 18:30", "every week on Thursday"),
            ("monthly from 5 march 18:30", "every month on the 5th"),
            ("every year 24 dec 18:00", "every year on 24 December"),
            (
                "tuesdays and thursdays 18:30 until june",
                "every week on Tuesday and Thursday until 30 June 2026",
            ),
        ] {
            let when = at_noon(text).unwrap();
            assert_eq!(rhythm(&when.rule, when.start), said, "{text}");
        }
    }

    #[test]
    fn a_suggestion_says_how_a_text_was_read_in_a_hundred_characters() {
        let suggested = |text| {
            let when = at_noon(text).unwrap();
            suggestion(when.start, &when.rule, Berlin)
        };
        assert_eq!(
            suggested("next tue 6pm"),
            "Tue 10 March 2026, 18:00 (Europe/Berlin)"
        );
        assert_eq!(
            suggested("every 2nd thursday 18:30"),
            "every 2 weeks on Thursday, first Thu 5 March 2026, 18:30 (Europe/Berlin)"
        );
        let long = suggested("every mon, tue, wed, thu, fri and sat 18:30 until june");
        assert_eq!(long.chars().count(), 100);
    }

    #[test]
    fn a_change_of_the_clocks_is_marked() {
        let marked = |rule: &str, start: &str, after: &str| {
            let schedule = Schedule::new(start.parse().unwrap(), Berlin, rule.parse().unwrap());
            let found: Vec<_> = schedule
                .dates_after(after.parse().unwrap())
                .take(3)
                .collect();
            dates(&found, &schedule)
        };
        let text = marked("FREQ=WEEKLY", "2026-03-17T18:30:00", "2026-03-16T00:00:00Z");
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[0], "• <t:1773768600:F> (<t:1773768600:R>)");
        assert_eq!(lines.len(), 4, "{text}");
        assert!(lines[3].contains("stays 18:30 in Europe/Berlin"), "{text}");
        let text = marked("FREQ=DAILY", "2026-03-28T02:30:00", "2026-03-28T00:00:00Z");
        assert!(text.contains("02:30 does not exist that day"), "{text}");
        assert!(text.contains("it starts at 03:00"), "{text}");
    }

    #[test]
    fn whatever_is_unclear_is_told_with_what_would_work() {
        for (text, hint) in [
            ("", "next tue 6pm"),
            ("yesterday", "tomorrow 18:30"),
            ("today 9:00", "tomorrow 18:30"),
            ("25:00", "`18:30`"),
            ("31 feb 18:00", "`29 February`"),
            ("every 0 weeks on monday 18:00", "every 2 weeks"),
            ("every monday 18:00 10000 times", "1000 at the most"),
            ("every monday from 1 june 18:00 until 1 may", "later end"),
            ("`@everyone`", "I don't understand"),
        ] {
            let said = unclear(&at_noon(text).unwrap_err());
            assert!(said.contains(hint), "{text}: {said}");
            assert!(!said.contains("@everyone"), "{said}");
        }
    }
}
