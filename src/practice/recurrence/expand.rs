//! The dates of a rule.

use std::collections::VecDeque;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::rule::{Day, End, Frequency, Parts, Rule};
use super::zone::instant_of;

/// No date is later: RFC 5545 writes years with four digits.
const LAST_YEAR: i32 = 9_999;

/// A local time and the instant of it differ by less than this, whatever the zone.
const WIDEST_OFFSET: TimeDelta = TimeDelta::days(2);

impl Rule {
    /// The dates from the start on, as instants, in order.
    ///
    /// The start counts as a date only if it fits the rule.
    pub fn dates(
        &self,
        start: NaiveDateTime,
        zone: Tz,
    ) -> impl Iterator<Item = DateTime<Utc>> + use<> {
        self.dates_after(start, zone, DateTime::<Utc>::MIN_UTC)
            .map(|(_, instant)| instant)
    }

    /// The dates that start after an instant, in local time and as instants, in order.
    ///
    /// What lies before is passed over at once, unless the rule counts its dates.
    pub fn dates_after(
        &self,
        start: NaiveDateTime,
        zone: Tz,
        after: DateTime<Utc>,
    ) -> impl Iterator<Item = (NaiveDateTime, DateTime<Utc>)> + use<> {
        let near = after
            .naive_utc()
            .checked_sub_signed(WIDEST_OFFSET)
            .unwrap_or(NaiveDateTime::MIN);
        let end = self.parts().end;
        let count = match end {
            End::Count(count) => usize::try_from(count).unwrap_or(usize::MAX),
            _ => usize::MAX,
        };
        let mut days = DaysOfRule::new(self, start.date());
        if !matches!(end, End::Count(_)) {
            days.pass_over(near.date());
        }
        days.map(move |day| day.and_time(start.time()))
            .take(count)
            .take_while(move |local| !matches!(end, End::Until(until) if *local > until))
            .skip_while(move |local| *local < near)
            .map(move |local| (local, instant_of(local, zone)))
            .take_while(move |(_, at)| !matches!(end, End::UntilInstant(until) if *at > until))
            .skip_while(move |(_, at)| *at <= after)
    }
}

/// The days of a rule from its start on, in order.
struct DaysOfRule {
    parts: Parts,
    start: NaiveDate,
    /// How many intervals have been opened.
    turn: u32,
    /// What is left of the interval that is open.
    open: VecDeque<NaiveDate>,
}

impl DaysOfRule {
    /// A rule that leaves the day open takes it from the start.
    fn new(rule: &Rule, start: NaiveDate) -> Self {
        let mut parts = rule.parts().clone();
        if parts.days.is_empty() && parts.month_days.is_empty() {
            let day_of_month = i8::try_from(start.day()).unwrap_or(1);
            match parts.frequency {
                Frequency::Daily => {}
                Frequency::Weekly => parts.days.push(Day {
                    nth: None,
                    weekday: start.weekday(),
                }),
                Frequency::Monthly => parts.month_days.push(day_of_month),
                Frequency::Yearly => {
                    parts.month_days.push(day_of_month);
                    if parts.months.is_empty() {
                        parts.months.push(u8::try_from(start.month()).unwrap_or(1));
                    }
                }
            }
        }
        Self {
            parts,
            start,
            turn: 0,
            open: VecDeque::new(),
        }
    }

    /// The first day of the interval that the start is in.
    fn origin(&self) -> NaiveDate {
        let start = self.start;
        match self.parts.frequency {
            Frequency::Daily => start,
            Frequency::Weekly => start.week(self.parts.week_start).first_day(),
            Frequency::Monthly => start.with_day(1).unwrap_or(start),
            Frequency::Yearly => NaiveDate::from_yo_opt(start.year(), 1).unwrap_or(start),
        }
    }

    /// Leaves out the intervals that end before a day.
    fn pass_over(&mut self, day: NaiveDate) {
        let origin = self.origin();
        if day <= origin {
            return;
        }
        let days = day.signed_duration_since(origin).num_days();
        let months = i64::from(day.year() - origin.year()) * 12 + i64::from(day.month0())
            - i64::from(origin.month0());
        let units = match self.parts.frequency {
            Frequency::Daily => days,
            Frequency::Weekly => days / 7,
            Frequency::Monthly => months,
            Frequency::Yearly => months / 12,
        };
        self.turn = u32::try_from(units / i64::from(self.parts.interval)).unwrap_or(u32::MAX);
    }

    /// Opens the next interval; `None` behind the end of time.
    fn open_next(&mut self) -> Option<()> {
        let units = self.turn.checked_mul(self.parts.interval)?;
        self.turn += 1;
        let origin = self.origin();
        let first = match self.parts.frequency {
            Frequency::Daily => origin.checked_add_days(Days::new(units.into()))?,
            Frequency::Weekly => origin.checked_add_days(Days::new(u64::from(units) * 7))?,
            Frequency::Monthly => origin.checked_add_months(Months::new(units))?,
            Frequency::Yearly => origin.checked_add_months(Months::new(units.checked_mul(12)?))?,
        };
        if first.year() > LAST_YEAR {
            return None;
        }
        match self.parts.frequency {
            Frequency::Daily => self.open_days(first, 1),
            Frequency::Weekly => self.open_days(first, 7),
            Frequency::Monthly => self.open_days(first, days_in_month(first)),
            Frequency::Yearly if self.parts.months.is_empty() => {
                self.open_days(first, days_in_year(first));
            }
            Frequency::Yearly => {
                for month in 1..=12_u8 {
                    if self.parts.months.contains(&month)
                        && let Some(first) = first.with_month(month.into())
                    {
                        self.open_days(first, days_in_month(first));
                    }
                }
            }
        }
        self.choose_positions();
        let start = self.start;
        while self.open.front().is_some_and(|day| *day < start) {
            self.open.pop_front();
        }
        Some(())
    }

    fn open_days(&mut self, first: NaiveDate, count: u32) {
        let months = &self.parts.months;
        let month = |day: NaiveDate| u8::try_from(day.month()).unwrap_or(0);
        // A month is all in or all out.
        if self.parts.frequency == Frequency::Monthly
            && !months.is_empty()
            && !months.contains(&month(first))
        {
            return;
        }
        for day in first.iter_days().take(count as usize) {
            let is_in_month = months.is_empty() || months.contains(&month(day));
            if is_in_month && self.is_month_day(day) && self.is_weekday(day) {
                self.open.push_back(day);
            }
        }
    }

    fn is_month_day(&self, day: NaiveDate) -> bool {
        let wanted = &self.parts.month_days;
        let from_start = i8::try_from(day.day()).unwrap_or(0);
        wanted.is_empty()
            || wanted.contains(&from_start)
            || wanted.iter().any(|wanted| {
                *wanted < 0
                    && i64::from(*wanted)
                        == i64::from(day.day()) - i64::from(days_in_month(day)) - 1
            })
    }

    fn is_weekday(&self, day: NaiveDate) -> bool {
        let wanted = &self.parts.days;
        let is_by_year = self.parts.frequency == Frequency::Yearly && self.parts.months.is_empty();
        let fits = |wanted: &Day| {
            if wanted.weekday != day.weekday() {
                return false;
            }
            let (index, length) = if is_by_year {
                (day.ordinal0(), days_in_year(day))
            } else {
                (day.day0(), days_in_month(day))
            };
            match wanted.nth {
                None => true,
                Some(nth) if nth > 0 => index / 7 + 1 == u32::from(nth.unsigned_abs()),
                Some(nth) => (length - 1 - index) / 7 + 1 == u32::from(nth.unsigned_abs()),
            }
        };
        wanted.is_empty() || wanted.iter().any(fits)
    }

    fn choose_positions(&mut self) {
        let positions = &self.parts.positions;
        if positions.is_empty() {
            return;
        }
        let length = self.open.len();
        let is_chosen = |index: usize| {
            positions.iter().any(|position| {
                let places = usize::from(position.unsigned_abs());
                if *position > 0 {
                    places == index + 1
                } else {
                    places == length - index
                }
            })
        };
        let mut index = 0;
        self.open.retain(|_| {
            index += 1;
            is_chosen(index - 1)
        });
    }
}

impl Iterator for DaysOfRule {
    type Item = NaiveDate;

    fn next(&mut self) -> Option<NaiveDate> {
        loop {
            if let Some(day) = self.open.pop_front() {
                return Some(day);
            }
            self.open_next()?;
        }
    }
}

fn days_in_month(day: NaiveDate) -> u32 {
    u32::from(day.num_days_in_month())
}

fn days_in_year(day: NaiveDate) -> u32 {
    if day.leap_year() { 366 } else { 365 }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Berlin;

    use super::*;

    fn dates(rule: &str, start: &str, zone: Tz) -> Vec<String> {
        let rule: Rule = rule.parse().unwrap();
        rule.dates(start.parse().unwrap(), zone)
            .take(4)
            .map(|date| date.format("%FT%RZ").to_string())
            .collect()
    }

    #[test]
    fn six_in_the_evening_stays_six_when_the_clocks_change() {
        assert_eq!(
            dates("FREQ=WEEKLY", "2026-03-17T18:00:00", Berlin),
            [
                "2026-03-17T17:00Z",
                "2026-03-24T17:00Z",
                "2026-03-31T16:00Z",
                "2026-04-07T16:00Z",
            ]
        );
    }

    #[test]
    fn every_second_week_on_two_days_counts_weeks_from_monday() {
        assert_eq!(
            dates(
                "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,TU",
                "2026-01-15T12:00:00",
                Tz::UTC
            ),
            [
                "2026-01-15T12:00Z",
                "2026-01-27T12:00Z",
                "2026-01-29T12:00Z",
                "2026-02-10T12:00Z",
            ]
        );
    }

    #[test]
    fn the_nth_and_the_last_weekday_of_a_month_are_found() {
        for (rule, found) in [
            (
                "FREQ=MONTHLY;BYDAY=2TH",
                ["01-08", "02-12", "03-12", "04-09"],
            ),
            (
                "FREQ=MONTHLY;BYDAY=-1FR",
                ["01-30", "02-27", "03-27", "04-24"],
            ),
            (
                "FREQ=MONTHLY;BYDAY=5WE",
                ["04-29", "07-29", "09-30", "12-30"],
            ),
            (
                "FREQ=MONTHLY;BYMONTHDAY=-1",
                ["01-31", "02-28", "03-31", "04-30"],
            ),
            (
                "FREQ=MONTHLY;BYMONTHDAY=31",
                ["01-31", "03-31", "05-31", "07-31"],
            ),
            (
                "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
                ["01-30", "02-27", "03-31", "04-30"],
            ),
            (
                "FREQ=YEARLY;BYDAY=MO;BYMONTH=2,9;COUNT=4",
                ["02-02", "02-09", "02-16", "02-23"],
            ),
        ] {
            let found = found.map(|day| format!("2026-{day}T09:00Z"));
            assert_eq!(dates(rule, "2026-01-01T09:00:00", Tz::UTC), found, "{rule}");
        }
        let leap = dates("FREQ=YEARLY", "2024-02-29T09:00:00", Tz::UTC);
        assert_eq!(leap[..2], ["2024-02-29T09:00Z", "2028-02-29T09:00Z"]);
    }

    #[test]
    fn a_rule_ends_by_count_or_by_date() {
        for (rule, count) in [
            ("FREQ=WEEKLY;COUNT=2", 2),
            ("FREQ=WEEKLY;UNTIL=20260127", 3),
            ("FREQ=WEEKLY;UNTIL=20260127T180000", 3),
            ("FREQ=WEEKLY;UNTIL=20260127T170000Z", 3),
            ("FREQ=WEEKLY;UNTIL=20260127T165959Z", 2),
            ("FREQ=WEEKLY;UNTIL=20250101", 0),
            ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", 0),
        ] {
            assert_eq!(
                dates(rule, "2026-01-13T18:00:00", Berlin).len(),
                count,
                "{rule}"
            );
        }
    }

    #[test]
    fn what_comes_after_an_instant_is_the_same_however_it_is_found() {
        let start: NaiveDateTime = "2020-02-29T18:00:00".parse().unwrap();
        for rule in [
            "FREQ=DAILY;INTERVAL=3",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SA;WKST=SU",
            "FREQ=WEEKLY;COUNT=900",
            "FREQ=MONTHLY;INTERVAL=5;BYDAY=-1SU",
            "FREQ=YEARLY;INTERVAL=2;BYMONTH=3,10;BYDAY=-1SU",
        ] {
            let rule: Rule = rule.parse().unwrap();
            for days in [-400, 0, 1, 700, 2_222] {
                let after = start.and_utc() + TimeDelta::days(days);
                let all = rule.dates(start, Berlin).filter(|date| *date > after);
                let found = rule.dates_after(start, Berlin, after).map(|(_, at)| at);
                assert!(all.take(5).eq(found.take(5)), "{rule} after {after}");
            }
        }
    }
}
