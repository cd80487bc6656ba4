//! Rules of recurrence in local time: RFC 5545's `RRULE`, expanded with the zone's rules of the day.
//!
//! 18:00 stays 18:00 when the clocks change. A local time that does not exist moves forward to the
//! next that does; one that exists twice is the first. Weeks begin on Monday where a rule says
//! nothing else.
//!
//! Kept are `FREQ` (`DAILY`, `WEEKLY`, `MONTHLY`, `YEARLY`), `INTERVAL`, `BYMONTH`, `BYMONTHDAY`, `BYDAY`,
//! `BYSETPOS`, `WKST`, `COUNT` and `UNTIL`; what no meetup needs (`BYWEEKNO`, `BYYEARDAY`, hours and less) is
//! refused. `tests/recurrence` compares with python-dateutil.

mod expand;
mod rule;
mod schedule;
mod text;
mod zone;

pub use rule::{Day, End, Frequency, LONGEST_INTERVAL, MOST_DATES, Parts, Rule, RuleError};
pub use schedule::{Date, Exception, Schedule};
pub use zone::instant_of;
