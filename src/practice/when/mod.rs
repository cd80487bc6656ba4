//! When a meetup is to be, as people type it.
//!
//! Crates that read dates in English (interim, two-timer) know no rhythms, and answer a
//! text that they half understand with a date that was not meant. This is one grammar for both, and a
//! word that it does not know is named. Words come in any order; case, commas and "the", "on", "at" do
//! not matter.
//!
//! ```text
//! when    = (day | rhythm | time | end | "from" day)…
//! day     = "today" | "tomorrow" | ["next" | "this"] WEEKDAY | "in" N ("days" | "weeks" | "hours" | …)
//!         | 2026-03-05 | 5.3.[2026] | 5[th] ["of"] March [2026] | March 5[th] [2026]
//! time    = 18:30 | 18.30 | 18h | 6[:30] ("am" | "pm") | "noon" | "midnight" | 18
//! rhythm  = "every" [N | "other" | NTH] ("day" | "week" | "month" | "year") ["on" days]
//!         | "every" ["other" | NTH] WEEKDAY ["and" WEEKDAY]… | WEEKDAYs
//!         | ["every"] NTH ["and" NTH]… WEEKDAY ["of the month"] | ["every"] N"th" "of the month"
//!         | "daily" | "weekly" | "fortnightly" | "monthly" | "yearly" ["on" days]
//! end     = "until" (day | [end of] MONTH [year]) | "for" N ("weeks" | "months" | …) | N "times"
//! ```
//!
//! What can be read in two ways is read in one, and the person sees which before it is kept: "every 2nd
//! thursday" is every two weeks, "2nd thursday" and "every 2nd thursday of the month" are monthly, "next
//! tue" is the first Tuesday after today, "until june" includes June, a bare "7" is 07:00.

mod parse;
mod rhythm;
mod words;

#[cfg(test)]
mod tests;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, Utc, Weekday};
use chrono_tz::Tz;

use super::recurrence::{End, Frequency, Parts, Rule, RuleError, instant_of};
use parse::Read;

/// No meetup is planned further ahead: a later year is a slip of the finger.
const FURTHEST: Months = Months::new(10 * 12);

/// When a meetup is to be: its first date, in local time, and how it recurs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// The first date.
    pub start: NaiveDateTime,
    /// How it recurs.
    pub rule: Rule,
}

/// Why a text does not say when. `view::when` says what would work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unclear {
    /// There is no word in it.
    Empty,
    /// A word that is not known here.
    Word(String),
    /// A part of which there is one already: "tomorrow friday".
    Twice(String),
    /// 5/3 is in March for some, in May for others.
    Slashes(String),
    /// 25:00.
    NoSuchTime(String),
    /// 31 February: the month (from 1), and how many days it has.
    NoSuchDay(u32, u32),
    /// A day is of another weekday than was typed beside it.
    OtherWeekday(NaiveDate, Weekday),
    /// There is a day, and no time of day.
    NoTime,
    /// There is a rhythm, and no day of the week, month or year.
    NoDay,
    /// It is over.
    Past(NaiveDateTime),
    /// "yesterday".
    Yesterday,
    /// It is more than ten years away.
    TooFar(NaiveDateTime),
    /// There is an end, and nothing that goes on.
    EndOfNothing,
    /// The end and the first date.
    EndBeforeStart(NaiveDate, NaiveDateTime),
    /// No day fits.
    NoDates,
    /// Its rhythm can't be.
    Rule(RuleError),
}

/// Reads when a meetup is to be, in a zone.
pub fn read(text: &str, now: DateTime<Utc>, zone: Tz) -> Result<When, Unclear> {
    let local_now = now.with_timezone(&zone).naive_local();
    let read = parse::read(text, local_now)?;
    let when = match &read.rhythm {
        None => once(&read, now, local_now, zone)?,
        Some(parts) => series(&read, parts.clone(), now, local_now, zone)?,
    };
    let furthest = local_now.checked_add_months(FURTHEST);
    if furthest.is_some_and(|furthest| when.start > furthest) {
        return Err(Unclear::TooFar(when.start));
    }
    Ok(when)
}

/// Reads a day alone, whatever the time.
pub fn read_day(text: &str, now: DateTime<Utc>, zone: Tz) -> Result<NaiveDate, Unclear> {
    let local_now = now.with_timezone(&zone).naive_local();
    let read = parse::read(text, local_now)?;
    if read.rhythm.is_some() || read.end.is_some() {
        return Err(Unclear::Word(text.to_owned()));
    }
    resolve(read.day.ok_or(Unclear::NoDay)?, local_now.date())
}

/// Reads a time of day, where a text is nothing else.
pub fn read_time(text: &str) -> Result<Option<NaiveTime>, Unclear> {
    let read = parse::read(text, NaiveDateTime::default())?;
    let is_alone = read.day.is_none() && read.rhythm.is_none() && read.end.is_none();
    Ok(read.time.filter(|_| is_alone))
}

/// A day as it was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Day {
    /// With its year.
    Full(NaiveDate),
    /// The next such day of a year.
    Yearless { month: u32, day: u32 },
    /// The next such day of a week; `later` is not today.
    Weekday { weekday: Weekday, later: bool },
}

/// An end as it was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TypedEnd {
    /// The whole of this day is still in it.
    Until(Day),
    /// The last day of a month, perhaps of a year.
    UntilMonth { month: u32, year: Option<i32> },
    /// So many days from the first date on.
    ForDays(u32),
    /// So many months from the first date on.
    ForMonths(u32),
    /// So many dates.
    Count(u32),
}

fn once(
    read: &Read,
    now: DateTime<Utc>,
    local_now: NaiveDateTime,
    zone: Tz,
) -> Result<When, Unclear> {
    if read.end.is_some() {
        return Err(Unclear::EndOfNothing);
    }
    let is_to_come = |local: NaiveDateTime| instant_of(local, zone) > now;
    let time = read.time.ok_or(Unclear::NoTime)?;
    let today = local_now.date();
    let start = match read.day {
        // A time alone is the next such time.
        None => {
            let start = today.and_time(time);
            if is_to_come(start) {
                start
            } else {
                start + Days::new(1)
            }
        }
        Some(day) => {
            let date = resolve(day, today)?;
            if let Some(weekday) = read.weekday
                && date.weekday() != weekday
            {
                return Err(Unclear::OtherWeekday(date, weekday));
            }
            let start = date.and_time(time);
            // On a Tuesday evening, "tue 9:00" is next week's.
            match day {
                Day::Weekday { .. } if !is_to_come(start) => start + Days::new(7),
                _ => start,
            }
        }
    };
    if !is_to_come(start) {
        return Err(Unclear::Past(start));
    }
    Ok(When {
        start,
        rule: Rule::once(),
    })
}

fn series(
    read: &Read,
    mut parts: Parts,
    now: DateTime<Utc>,
    local_now: NaiveDateTime,
    zone: Tz,
) -> Result<When, Unclear> {
    let time = read.time.ok_or(Unclear::NoTime)?;
    let today = local_now.date();
    let is_open = parts.days.is_empty() && parts.month_days.is_empty();
    if is_open && parts.frequency != Frequency::Daily && read.day.is_none() {
        return Err(Unclear::NoDay);
    }
    let from = read.day.map_or(Ok(today), |day| resolve(day, today))?;
    // A day in the past says in which weeks it is; the first date is to come.
    let mut single = parts.clone();
    single.interval = 1;
    let every = Rule::new(single).map_err(Unclear::Rule)?;
    let rule = Rule::new(parts.clone()).map_err(Unclear::Rule)?;
    let begin = from.and_time(time);
    let first = if read.day.is_some() { &rule } else { &every };
    let (start, _) = first
        .dates_after(begin, zone, now)
        .next()
        .ok_or(Unclear::NoDates)?;
    if let Some(end) = read.end {
        parts.end = match end {
            TypedEnd::Count(count) => End::Count(count),
            end => {
                let last = last_day(end, start, today)?;
                if last < start.date() {
                    return Err(Unclear::EndBeforeStart(last, start));
                }
                End::Until(last.and_time(END_OF_DAY))
            }
        };
    }
    let rule = Rule::new(parts).map_err(Unclear::Rule)?;
    Ok(When { start, rule })
}

const END_OF_DAY: NaiveTime = match NaiveTime::from_hms_opt(23, 59, 59) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// The date of a day, seen from today.
fn resolve(day: Day, today: NaiveDate) -> Result<NaiveDate, Unclear> {
    match day {
        Day::Full(date) => Ok(date),
        Day::Weekday { weekday, later } => {
            let ahead = weekday.days_since(today.weekday());
            let ahead = if ahead == 0 && later { 7 } else { ahead };
            Ok(today + Days::new(ahead.into()))
        }
        // 29 February is up to eight years away.
        Day::Yearless { month, day } => (0..=8)
            .filter_map(|years| NaiveDate::from_ymd_opt(today.year() + years, month, day))
            .find(|date| *date >= today)
            .ok_or(Unclear::NoSuchDay(month, words::longest_month(month))),
    }
}

fn last_day(end: TypedEnd, start: NaiveDateTime, today: NaiveDate) -> Result<NaiveDate, Unclear> {
    let eve = |date: Option<NaiveDate>| date.and_then(|date| date.pred_opt());
    let last = match end {
        TypedEnd::Until(day) => return resolve(day, today),
        TypedEnd::UntilMonth { month, year } => {
            let end_of = |year| {
                let first = NaiveDate::from_ymd_opt(year, month, 1);
                eve(first.and_then(|first| first.checked_add_months(Months::new(1))))
            };
            match year {
                Some(year) => end_of(year),
                None => [today.year(), today.year() + 1]
                    .into_iter()
                    .filter_map(end_of)
                    .find(|last| *last >= today),
            }
        }
        TypedEnd::ForDays(days) => eve(start.date().checked_add_days(Days::new(days.into()))),
        TypedEnd::ForMonths(months) => eve(start.date().checked_add_months(Months::new(months))),
        TypedEnd::Count(_) => None,
    };
    last.ok_or(Unclear::NoDates)
}
