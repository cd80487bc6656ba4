//! Twelve weeks beside each other: whether a week is as usual shows only beside others.

use std::collections::BTreeMap;

use super::activity::ActivityKind;
use super::week::Week;

/// How many weeks stand beside each other: a season.
pub const TREND_WEEKS: usize = 12;

/// What is compared of a week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrendWeek {
    /// The week.
    pub week: Week,
    /// Activities by kind; all eleven are there.
    pub activities: BTreeMap<ActivityKind, i64>,
    /// Requests that were first answered in it.
    pub answered: i64,
    /// Seconds from asking to the first answer, of these; `None` where there are none.
    pub median_seconds_to_answer: Option<i64>,
    /// The same at the ninetieth percentile.
    pub p90_seconds_to_answer: Option<i64>,
    /// Members who moved towards the core.
    pub moved_in: i64,
    /// Members who moved outwards.
    pub moved_out: i64,
}

impl TrendWeek {
    /// Whether anything of it shows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.answered == 0
            && self.moved_in + self.moved_out == 0
            && self.activities.values().all(|count| *count == 0)
    }
}

/// The weeks up to one, the oldest first; at most [`TREND_WEEKS`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trend {
    /// The weeks.
    pub weeks: Vec<TrendWeek>,
}

impl Trend {
    /// Whether there is anything to compare: one week alone is no trend.
    #[must_use]
    pub fn is_worth_a_look(&self) -> bool {
        self.weeks.iter().filter(|week| !week.is_empty()).count() > 1
    }
}
