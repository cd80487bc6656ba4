//! The parts of a typed time, in any order.

use chrono::{Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Weekday};

use super::{Day, TypedEnd, Unclear, words};
use crate::practice::recurrence::{Frequency, Parts};

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) day: Option<Day>,
    /// The weekday that was named beside a date: "thu 12 march".
    pub(super) weekday: Option<Weekday>,
    pub(super) time: Option<NaiveTime>,
    pub(super) rhythm: Option<Parts>,
    pub(super) end: Option<TypedEnd>,
}

/// Words that say nothing by themselves.
const FILLERS: [&str; 8] = ["on", "at", "the", "and", "from", "starting", "@", "is"];

/// Reads the parts of a text; `now` is the local time of who typed it.
pub(super) fn read(text: &str, now: NaiveDateTime) -> Result<Read, Unclear> {
    let words = words::split(text);
    let mut reader = Reader {
        words: &words,
        now,
        read: Read::default(),
    };
    if words.is_empty() {
        return Err(Unclear::Empty);
    }
    while let Some(word) = reader.peek(0) {
        if FILLERS.contains(&word) {
            reader.skip(1);
            continue;
        }
        let before = reader.words;
        let found =
            reader.end()? || reader.rhythm()? || reader.day_part()? || reader.time_part()?;
        if !found {
            return Err(Unclear::Word(before.first().cloned().unwrap_or_default()));
        }
    }
    Ok(reader.read)
}

pub(super) struct Reader<'a> {
    /// What is left.
    pub(super) words: &'a [String],
    now: NaiveDateTime,
    pub(super) read: Read,
}

pub(super) fn put<T>(place: &mut Option<T>, value: T, words: &[String]) -> Result<bool, Unclear> {
    if place.is_some() {
        return Err(Unclear::Twice(words.first().cloned().unwrap_or_default()));
    }
    *place = Some(value);
    Ok(true)
}

impl<'a> Reader<'a> {
    pub(super) fn peek(&self, ahead: usize) -> Option<&'a str> {
        self.words.get(ahead).map(String::as_str)
    }

    pub(super) fn skip(&mut self, count: usize) {
        self.words = self.words.get(count..).unwrap_or_default();
    }

    /// Takes a word if it is one of these.
    pub(super) fn take(&mut self, any: &[&str]) -> bool {
        let is_there = self.peek(0).is_some_and(|word| any.contains(&word));
        if is_there {
            self.skip(1);
        }
        is_there
    }

    fn end(&mut self) -> Result<bool, Unclear> {
        let before = self.words;
        let Some(word) = self.peek(0) else {
            return Ok(false);
        };
        let end = if matches!(word, "until" | "till" | "til" | "through") {
            self.skip(1);
            while self.take(&["the", "end", "of"]) {}
            self.last_day()?
        } else {
            let has_for = word == "for";
            let at = usize::from(has_for);
            let Some(number) = self.peek(at).and_then(words::number) else {
                return Ok(false);
            };
            let counted = self.peek(at + 1).unwrap_or_default();
            let is_count = matches!(
                counted,
                "times" | "dates" | "meetings" | "meetups" | "sessions" | "occurrences"
            );
            let end = match words::unit(counted) {
                _ if is_count => TypedEnd::Count(number),
                Some((Frequency::Daily, one)) if has_for => TypedEnd::ForDays(number * one),
                Some((Frequency::Weekly, one)) if has_for => {
                    TypedEnd::ForDays(number.saturating_mul(7 * one))
                }
                Some((Frequency::Monthly, _)) if has_for => TypedEnd::ForMonths(number),
                Some((Frequency::Yearly, _)) if has_for => {
                    TypedEnd::ForMonths(number.saturating_mul(12))
                }
                _ => return Ok(false),
            };
            self.skip(at + 2);
            end
        };
        put(&mut self.read.end, end, before)
    }

    fn last_day(&mut self) -> Result<TypedEnd, Unclear> {
        if let Some(day) = self.day()? {
            return Ok(TypedEnd::Until(day));
        }
        let word = self.peek(0).unwrap_or("until");
        let month = words::month(word).ok_or_else(|| Unclear::Word(word.to_owned()))?;
        self.skip(1);
        let year = self.year();
        Ok(TypedEnd::UntilMonth { month, year })
    }

    fn year(&mut self) -> Option<i32> {
        let comma = usize::from(self.peek(0) == Some("and"));
        let word = self.peek(comma).filter(|word| word.len() == 4)?;
        let year = word.parse().ok().filter(|year| *year >= 1_000)?;
        self.skip(comma + 1);
        Some(year)
    }

    fn day_part(&mut self) -> Result<bool, Unclear> {
        let before = self.words;
        if let Some(day) = self.day()? {
            let is_date = |day| matches!(day, Day::Full(_) | Day::Yearless { .. });
            let ((Some(Day::Weekday { weekday, .. }), date)
            | (Some(date), Day::Weekday { weekday, .. })) = (self.read.day, day)
            else {
                return put(&mut self.read.day, day, before);
            };
            if !is_date(date) {
                return put(&mut self.read.day, day, before);
            }
            self.read.day = Some(date);
            return put(&mut self.read.weekday, weekday, before);
        }
        // "every monday from may": a series can begin with a month.
        let Some(month) = self.peek(0).and_then(words::month) else {
            return Ok(false);
        };
        self.skip(1);
        let day = match self.year() {
            Some(year) => full_day(year, month, 1)?,
            None => Day::Yearless { month, day: 1 },
        };
        if self.read.rhythm.is_none() {
            return Err(Unclear::Word(before.first().cloned().unwrap_or_default()));
        }
        put(&mut self.read.day, day, before)
    }

    /// A day, where the next words are one.
    fn day(&mut self) -> Result<Option<Day>, Unclear> {
        let today = self.now.date();
        let Some(word) = self.peek(0) else {
            return Ok(None);
        };
        let full = |date: Option<NaiveDate>| date.map(Day::Full);
        let day = match word {
            "yesterday" => return Err(Unclear::Yesterday),
            "today" | "tonight" => full(Some(today)),
            "tomorrow" => full(today.succ_opt()),
            "in" => return self.in_some_time(),
            "next" | "this" | "coming" => {
                let following = self.peek(1).unwrap_or_default();
                let Some((weekday, _)) = words::weekday(following) else {
                    return Err(Unclear::Word(
                        format!("{word} {following}").trim().to_owned(),
                    ));
                };
                self.skip(1);
                let later = word == "next";
                Some(Day::Weekday { weekday, later })
            }
            word => {
                let weekday = words::weekday(word).filter(|(_, is_plural)| !is_plural);
                match (weekday, numeric_day(word)) {
                    (Some((weekday, _)), _) => Some(Day::Weekday {
                        weekday,
                        later: false,
                    }),
                    (None, Some(day)) => Some(day?),
                    (None, None) => return self.day_of_month(),
                }
            }
        };
        self.skip(1);
        Ok(day)
    }

    /// "in 3 days"; "in 2 hours" says the time, too.
    fn in_some_time(&mut self) -> Result<Option<Day>, Unclear> {
        let number = match self.peek(1) {
            Some("a" | "an") => Some(1),
            word => word.and_then(words::number),
        };
        let unit = self.peek(2).unwrap_or_default();
        let Some(number) = number else {
            return Ok(None);
        };
        let minutes = match unit {
            "minute" | "minutes" => Some(1),
            "hour" | "hours" => Some(60),
            _ => None,
        };
        let at = if let Some(minutes) = minutes {
            let ahead = TimeDelta::minutes(i64::from(number) * minutes);
            let at = self.now.checked_add_signed(ahead);
            let at = at.and_then(|at| at.with_nanosecond(0)?.with_second(0));
            if let Some(at) = at {
                put(&mut self.read.time, at.time(), self.words)?;
            }
            at
        } else {
            match words::unit(unit) {
                Some((Frequency::Daily, _)) => self.now.checked_add_days(Days::new(number.into())),
                Some((Frequency::Weekly, one)) => self
                    .now
                    .checked_add_days(Days::new(u64::from(number) * u64::from(7 * one))),
                Some((Frequency::Monthly, _)) => self.now.checked_add_months(Months::new(number)),
                Some((Frequency::Yearly, _)) => {
                    let months = number.saturating_mul(12);
                    self.now.checked_add_months(Months::new(months))
                }
                None => return Ok(None),
            }
        };
        let at = at.ok_or_else(|| Unclear::Word(format!("in {number} {unit}")))?;
        self.skip(3);
        Ok(Some(Day::Full(at.date())))
    }

    /// "5 March 2026", "5th of March", "March 5th".
    fn day_of_month(&mut self) -> Result<Option<Day>, Unclear> {
        let number = |word: &str| {
            let ordinal = words::ordinal(word).and_then(|day| u32::try_from(day).ok());
            ordinal.or_else(|| words::number(word.trim_end_matches('.')))
        };
        let of = usize::from(self.peek(1) == Some("of"));
        let (day, month, length) = if let Some(month) = self.peek(0).and_then(words::month) {
            let the = usize::from(self.peek(1) == Some("the"));
            // In "march 18:30" there is no day, and in "march 5 pm" it is missing.
            match self.peek(1 + the).and_then(number) {
                Some(day) if !matches!(self.peek(2 + the), Some("am" | "pm")) => {
                    (day, month, 2 + the)
                }
                _ => return Ok(None),
            }
        } else if let (Some(day), Some(month)) = (
            self.peek(0).and_then(number),
            self.peek(1 + of).and_then(words::month),
        ) {
            (day, month, 2 + of)
        } else {
            return Ok(None);
        };
        // A year is no day: "march 2026".
        if day >= 1_000 {
            return Ok(None);
        }
        self.skip(length);
        match self.year() {
            Some(year) => full_day(year, month, day).map(Some),
            None if (1..=words::longest_month(month)).contains(&day) => {
                Ok(Some(Day::Yearless { month, day }))
            }
            None => Err(Unclear::NoSuchDay(month, words::longest_month(month))),
        }
    }

    fn time_part(&mut self) -> Result<bool, Unclear> {
        let before = self.words;
        let Some(word) = self.peek(0) else {
            return Ok(false);
        };
        match words::time(word, self.peek(1)) {
            None => Ok(false),
            Some(time) => {
                let (time, length) = time?;
                self.skip(length);
                put(&mut self.read.time, time, before)
            }
        }
    }
}

/// 2026-03-05, 5.3.2026, 5.3.
fn numeric_day(word: &str) -> Option<Result<Day, Unclear>> {
    let starts_with_digit = word.starts_with(|first: char| first.is_ascii_digit());
    if starts_with_digit && word.contains('/') {
        return Some(Err(Unclear::Slashes(word.to_owned())));
    }
    let parts = |separator| -> Option<Vec<u32>> {
        let parts = word.trim_end_matches('.').split(separator);
        parts.map(|part| part.parse().ok()).collect()
    };
    if let Some([year, month, day]) = parts('-').as_deref()
        && *year >= 1_000
    {
        let year = i32::try_from(*year).unwrap_or(i32::MAX);
        return Some(full_day(year, *month, *day));
    }
    match (parts('.')?.as_slice(), word.ends_with('.')) {
        ([day, month, year], false) if *year >= 1_000 => {
            let year = i32::try_from(*year).unwrap_or(i32::MAX);
            Some(full_day(year, *month, *day))
        }
        ([day, month], true) if (1..=12).contains(month) => {
            let longest = words::longest_month(*month);
            Some(if (1..=longest).contains(day) {
                Ok(Day::Yearless {
                    month: *month,
                    day: *day,
                })
            } else {
                Err(Unclear::NoSuchDay(*month, longest))
            })
        }
        _ => None,
    }
}

fn full_day(year: i32, month: u32, day: u32) -> Result<Day, Unclear> {
    let first = NaiveDate::from_ymd_opt(year, month, 1)
        .ok_or_else(|| Unclear::Word(format!("{year}-{month:02}-{day:02}")))?;
    let longest = u32::from(chrono::Datelike::num_days_in_month(&first));
    NaiveDate::from_ymd_opt(year, month, day)
        .map(Day::Full)
        .ok_or(Unclear::NoSuchDay(month, longest))
}
