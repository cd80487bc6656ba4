//! A rule of recurrence: its parts, and which parts go together.

use chrono::{DateTime, NaiveDateTime, Utc, Weekday};

/// The most dates that a series is given at once. A weekly one comes to as many in nineteen years.
pub const MOST_DATES: u32 = 1_000;

/// The longest interval: every thousandth day is once in three years.
pub const LONGEST_INTERVAL: u32 = 1_000;

/// In what a rule counts (`FREQ`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequency {
    /// Days.
    Daily,
    /// Weeks.
    Weekly,
    /// Months.
    Monthly,
    /// Years.
    Yearly,
}

/// A weekday of a rule (`BYDAY`), perhaps of one week only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// The how-manieth of its month or year, from the end where negative; `None` is every one.
    pub nth: Option<i8>,
    /// The weekday.
    pub weekday: Weekday,
}

/// When a rule stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It goes on.
    Never,
    /// After so many dates.
    Count(u32),
    /// With the last date at or before this local time.
    Until(NaiveDateTime),
    /// With the last date at or before this instant.
    UntilInstant(DateTime<Utc>),
}

/// What a rule is made of: RFC 5545, section 3.3.10.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// In what it counts.
    pub frequency: Frequency,
    /// Every so many of them (`INTERVAL`).
    pub interval: u32,
    /// Only in these months, from 1 (`BYMONTH`); empty is every one.
    pub months: Vec<u8>,
    /// On these days of the month, from the end where negative (`BYMONTHDAY`).
    pub month_days: Vec<i8>,
    /// On these weekdays (`BYDAY`). With days of the month beside them a date is both.
    pub days: Vec<Day>,
    /// Only these of what a month or a year holds, from the end where negative (`BYSETPOS`).
    pub positions: Vec<i16>,
    /// With which day a week begins (`WKST`).
    pub week_start: Weekday,
    /// When it stops.
    pub end: End,
}

impl Parts {
    /// Every one of a frequency, on the day of the start, without end.
    #[must_use]
    pub const fn every(frequency: Frequency) -> Self {
        Self {
            frequency,
            interval: 1,
            months: Vec::new(),
            month_days: Vec::new(),
            days: Vec::new(),
            positions: Vec::new(),
            week_start: Weekday::Mon,
            end: End::Never,
        }
    }
}

/// A rule of recurrence whose parts go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    parts: Parts,
}

impl Rule {
    /// A rule of these parts.
    pub fn new(parts: Parts) -> Result<Self, RuleError> {
        use Frequency::{Daily, Monthly, Weekly, Yearly};
        let frequency = parts.frequency;
        let has_nth = parts.days.iter().any(|day| day.nth.is_some());
        let days_per_frequency = if frequency == Yearly && parts.months.is_empty() {
            53
        } else {
            5
        };
        if !(1..=LONGEST_INTERVAL).contains(&parts.interval) {
            return Err(RuleError::Interval(parts.interval.into()));
        }
        match parts.end {
            End::Count(0) => return Err(RuleError::NoDates),
            End::Count(count) if count > MOST_DATES => {
                return Err(RuleError::TooMany(count.into()));
            }
            _ => {}
        }
        if let Some(month) = parts.months.iter().find(|month| !(1..=12).contains(*month)) {
            return Err(RuleError::Month((*month).into()));
        }
        if let Some(day) = parts
            .month_days
            .iter()
            .find(|day| !(1..=31).contains(&day.unsigned_abs()))
        {
            return Err(RuleError::MonthDay((*day).into()));
        }
        if has_nth && matches!(frequency, Daily | Weekly) {
            return Err(RuleError::NthWithoutMonth);
        }
        let nths = parts.days.iter().filter_map(|day| day.nth);
        if let Some(nth) = nths
            .clone()
            .find(|nth| !(1..=days_per_frequency).contains(&nth.unsigned_abs()))
        {
            return Err(RuleError::Nth(nth.into()));
        }
        if frequency == Weekly && !parts.month_days.is_empty() {
            return Err(RuleError::MonthDayInWeeks);
        }
        if !parts.positions.is_empty() {
            let is_alone =
                parts.days.is_empty() && parts.month_days.is_empty() && parts.months.is_empty();
            if is_alone || !matches!(frequency, Monthly | Yearly) {
                return Err(RuleError::PositionOfNothing);
            }
            if let Some(position) = parts
                .positions
                .iter()
                .find(|position| !(1..=366).contains(&position.unsigned_abs()))
            {
                return Err(RuleError::Position((*position).into()));
            }
        }
        Ok(Self { parts })
    }

    /// Every week on the day of the start, without end.
    #[must_use]
    pub const fn weekly() -> Self {
        Self {
            parts: Parts::every(Frequency::Weekly),
        }
    }

    /// The day of the start alone.
    #[must_use]
    pub const fn once() -> Self {
        let mut parts = Parts::every(Frequency::Daily);
        parts.end = End::Count(1);
        Self { parts }
    }

    /// What it is made of.
    #[must_use]
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Whether it has one date only.
    #[must_use]
    pub fn is_once(&self) -> bool {
        self.parts.end == End::Count(1)
    }

    /// The same, but with another end.
    #[must_use]
    pub fn ending(mut self, end: End) -> Self {
        self.parts.end = end;
        self
    }
}

/// Why a text is no rule. Each says what would work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// A part that is no `NAME=VALUE`, or whose value is none of its kind.
    #[error(
        "'{0}' is not a part of a rule; a rule looks like FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=10"
    )]
    Part(String),
    /// RFC 5545 has it, and no meetup needs it.
    #[error(
        "'{0}' is not supported; a rule has FREQ (DAILY, WEEKLY, MONTHLY or YEARLY), INTERVAL, BYMONTH, \
         BYMONTHDAY, BYDAY, BYSETPOS, WKST, and COUNT or UNTIL"
    )]
    Unsupported(String),
    /// A part that is given twice.
    #[error("{0} is there twice; keep one of the two")]
    Twice(String),
    /// There is no frequency.
    #[error("a rule needs a FREQ, such as FREQ=WEEKLY")]
    NoFrequency,
    /// `COUNT` and `UNTIL` exclude each other.
    #[error("COUNT and UNTIL exclude each other; keep one of the two")]
    TwoEnds,
    /// An interval that is zero or too long.
    #[error("an INTERVAL is a number from 1 to {LONGEST_INTERVAL}, not {0}")]
    Interval(i64),
    /// A count of zero.
    #[error("a COUNT is at least 1; leave it out for a series without end")]
    NoDates,
    /// More dates than a series is given.
    #[error("a COUNT is at most {MOST_DATES}, not {0}; leave it out for a series without end")]
    TooMany(i64),
    /// No month.
    #[error("a BYMONTH is a number from 1 to 12, not {0}")]
    Month(i64),
    /// No day of a month.
    #[error(
        "a BYMONTHDAY is a number from 1 to 31, or from -31 to -1 counted from the end, not {0}"
    )]
    MonthDay(i64),
    /// The nth weekday of what has no so many.
    #[error(
        "no month has a weekday number {0}; a BYDAY such as 2TH or -1FR takes 1 to 5, or -5 to -1"
    )]
    Nth(i64),
    /// The nth weekday of a week or a day.
    #[error("a numbered BYDAY such as 2TH needs FREQ=MONTHLY or FREQ=YEARLY")]
    NthWithoutMonth,
    /// A day of the month in a rule that counts weeks.
    #[error("a BYMONTHDAY needs FREQ=MONTHLY or FREQ=YEARLY; weeks go by BYDAY")]
    MonthDayInWeeks,
    /// A position among one.
    #[error(
        "a BYSETPOS needs FREQ=MONTHLY or FREQ=YEARLY, and a BYDAY, BYMONTHDAY or BYMONTH to choose from"
    )]
    PositionOfNothing,
    /// No position.
    #[error(
        "a BYSETPOS is a number from 1 to 366, or from -366 to -1 counted from the end, not {0}"
    )]
    Position(i64),
}
