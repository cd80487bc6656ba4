//! Rhythms: "every 2nd thursday", "last friday of the month".

use chrono::Weekday;

use super::parse::{Reader, put};
use super::{Unclear, words};
use crate::practice::recurrence::{self, Frequency, Parts, RuleError};

impl Reader<'_> {
    /// A rhythm, where the next words are one.
    pub(super) fn rhythm(&mut self) -> Result<bool, Unclear> {
        let before = self.words;
        let rhythm = if self.take(&["every", "each"]) {
            if let Some(rhythm) = self.every()? {
                rhythm
            } else {
                let word = before.get(1).or(before.first());
                return Err(Unclear::Word(word.cloned().unwrap_or_default()));
            }
        } else if let Some((frequency, interval)) = self.peek(0).and_then(words::adverb) {
            self.skip(1);
            self.days_of(counted(frequency, interval.into())?)?
        } else if let Some((_, true)) = self.peek(0).and_then(words::weekday) {
            self.on_weekdays(1)?
        } else if let Some(rhythm) = self.nth_of_month(false)? {
            rhythm
        } else {
            return Ok(false);
        };
        put(&mut self.read.rhythm, rhythm, before)
    }

    /// What follows "every".
    fn every(&mut self) -> Result<Option<Parts>, Unclear> {
        let Some(word) = self.peek(0) else {
            return Ok(None);
        };
        if matches!(word, "weekday" | "workday") {
            self.skip(1);
            let mut parts = Parts::every(Frequency::Weekly);
            let days = [
                Weekday::Mon,
                Weekday::Tue,
                Weekday::Wed,
                Weekday::Thu,
                Weekday::Fri,
            ];
            parts.days = days
                .map(|weekday| recurrence::Day { nth: None, weekday })
                .into();
            return Ok(Some(parts));
        }
        // "every 2nd thursday of the month", "every 1st tuesday", "every last friday", "every 15th"
        if let Some(rhythm) = self.nth_of_month(true)? {
            return Ok(Some(rhythm));
        }
        let interval = match word {
            "other" => Some(2),
            word => words::number(word)
                .or_else(|| words::ordinal(word).and_then(|nth| u32::try_from(nth).ok())),
        };
        let ahead = usize::from(interval.is_some());
        let interval = interval.unwrap_or(1);
        let following = self.peek(ahead).unwrap_or_default();
        if let Some((frequency, one)) = words::unit(following) {
            self.skip(ahead + 1);
            let parts = counted(frequency, u64::from(interval) * u64::from(one))?;
            return self.days_of(parts).map(Some);
        }
        if words::weekday(following).is_some() {
            self.skip(ahead);
            return self.on_weekdays(interval).map(Some);
        }
        Ok(None)
    }

    /// Weekdays, every so many weeks.
    fn on_weekdays(&mut self, interval: u32) -> Result<Parts, Unclear> {
        let mut parts = counted(Frequency::Weekly, interval.into())?;
        parts.days = self.weekdays(None);
        Ok(parts)
    }

    fn weekdays(&mut self, nth: Option<i8>) -> Vec<recurrence::Day> {
        let mut days: Vec<recurrence::Day> = Vec::new();
        loop {
            let and = usize::from(!days.is_empty() && self.peek(0) == Some("and"));
            let Some((weekday, _)) = self.peek(and).and_then(words::weekday) else {
                return days;
            };
            self.skip(and + 1);
            let day = recurrence::Day { nth, weekday };
            if !days.contains(&day) {
                days.push(day);
            }
        }
    }

    /// The days that follow a unit: "every 2 weeks on monday", "every month on the 2nd thursday".
    fn days_of(&mut self, mut parts: Parts) -> Result<Parts, Unclear> {
        let before = self.words;
        while self.take(&["on", "the"]) {}
        match parts.frequency {
            Frequency::Weekly => parts.days = self.weekdays(None),
            Frequency::Monthly => {
                if let Some(rhythm) = self.nth_of_month(false)? {
                    parts.days = rhythm.days;
                    parts.month_days = rhythm.month_days;
                }
            }
            Frequency::Daily | Frequency::Yearly => {}
        }
        if parts.days.is_empty() && parts.month_days.is_empty() {
            self.words = before;
        }
        Ok(parts)
    }

    /// "2nd thursday [of the month]", "1st and 3rd tuesday", "last day of the month", "15th of every month".
    ///
    /// After "every", a number with a weekday is this only where the month is named, or where it can't
    /// be an interval.
    fn nth_of_month(&mut self, after_every: bool) -> Result<Option<Parts>, Unclear> {
        let before = self.words;
        let mut nths = Vec::new();
        loop {
            let and = usize::from(!nths.is_empty() && self.peek(0) == Some("and"));
            match self.peek(and).and_then(words::ordinal) {
                Some(nth) => nths.push(nth),
                None => break,
            }
            self.skip(and + 1);
        }
        let mut parts = Parts::every(Frequency::Monthly);
        let weekdays = self.weekdays(None);
        let is_day = weekdays.is_empty() && self.take(&["day"]);
        let names_month = self.of_the_month();
        let is_interval = after_every && !names_month && matches!(nths[..], [nth] if nth > 1);
        let is_date = self.peek(0).and_then(words::month).is_some()
            || (self.peek(0) == Some("of") && self.peek(1).and_then(words::month).is_some());
        let is_unit = self.peek(0).and_then(words::unit).is_some();
        if weekdays.is_empty() {
            // A day of the month; "5th of march" is a date, "every 2nd day" a rhythm of days.
            let is_meant = names_month || (!is_day && !is_date && !is_unit);
            if nths.is_empty() || !is_meant {
                self.words = before;
                return Ok(None);
            }
            parts.month_days = nths;
            return Ok(Some(parts));
        }
        if nths.is_empty() || is_interval {
            self.words = before;
            return Ok(None);
        }
        for nth in nths {
            if !(-1..=5).contains(&nth) {
                return Err(Unclear::Rule(RuleError::Nth(nth.into())));
            }
            let numbered = |day: &recurrence::Day| recurrence::Day {
                nth: Some(nth),
                weekday: day.weekday,
            };
            parts.days.extend(weekdays.iter().map(numbered));
        }
        Ok(Some(parts))
    }

    /// Takes "of the month", "of every month", "in each month".
    fn of_the_month(&mut self) -> bool {
        let is_there = matches!(self.peek(0), Some("of" | "in"))
            && matches!(self.peek(1), Some("the" | "every" | "each" | "a"))
            && self.peek(2) == Some("month");
        let is_short =
            matches!(self.peek(0), Some("every" | "each")) && self.peek(1) == Some("month");
        if is_there {
            self.skip(3);
        } else if is_short {
            self.skip(2);
        }
        is_there || is_short
    }
}

fn counted(frequency: Frequency, interval: u64) -> Result<Parts, Unclear> {
    let too_long = || {
        Unclear::Rule(RuleError::Interval(
            i64::try_from(interval).unwrap_or(i64::MAX),
        ))
    };
    let mut parts = Parts::every(frequency);
    parts.interval = u32::try_from(interval).map_err(|_| too_long())?;
    if parts.interval == 0 {
        return Err(too_long());
    }
    Ok(parts)
}
