//! Local times as instants, also where the clocks change.

use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// How far ahead the end of a gap is looked for: Samoa left out a whole day in 2011.
const LONGEST_GAP: TimeDelta = TimeDelta::days(2);

/// No gap is shorter than this: every change of the tz database since 1980 ends on such a step.
const STEP: TimeDelta = TimeDelta::minutes(15);

/// The instant of a local time in a zone.
///
/// A local time that does not exist is moved forward to the next that does; one that exists twice is
/// the first.
#[must_use]
pub fn instant_of(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    instant(local, zone)
        .or_else(|| instant(end_of_gap(local, zone)?, zone))
        // No zone has such a gap; where one had it, its local time would be taken for UTC.
        .unwrap_or_else(|| local.and_utc())
}

fn instant(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    let instant = zone.from_local_datetime(&local).earliest()?;
    Some(instant.with_timezone(&Utc))
}

/// The first local time that exists after one that does not, to the second.
fn end_of_gap(local: NaiveDateTime, zone: Tz) -> Option<NaiveDateTime> {
    let exists = |local: NaiveDateTime| instant(local, zone).is_some();
    let mut missing = local;
    while !exists(missing.checked_add_signed(STEP)?) {
        missing += STEP;
        if missing - local > LONGEST_GAP {
            return None;
        }
    }
    let mut existing = missing + STEP;
    while existing - missing > TimeDelta::seconds(1) {
        let middle = missing + TimeDelta::seconds((existing - missing).num_seconds() / 2);
        if exists(middle) {
            existing = middle;
        } else {
            missing = middle;
        }
    }
    Some(existing)
}

#[cfg(test)]
mod tests {
    use chrono_tz::America::Sao_Paulo;
    use chrono_tz::Europe::Berlin;
    use chrono_tz::Pacific::Apia;

    use super::*;

    fn instant(local: &str, zone: Tz) -> String {
        instant_of(local.parse().unwrap(), zone).to_rfc3339()
    }

    #[test]
    fn a_time_that_does_not_exist_moves_to_the_next_that_does() {
        for (local, zone, moved) in [
            ("2026-03-29T02:00:00", Berlin, "2026-03-29T01:00:00+00:00"),
            ("2026-03-29T02:30:00", Berlin, "2026-03-29T01:00:00+00:00"),
            ("2026-03-29T02:59:59", Berlin, "2026-03-29T01:00:00+00:00"),
            ("2026-03-29T03:00:00", Berlin, "2026-03-29T01:00:00+00:00"),
            (
                "2018-11-04T00:00:00",
                Sao_Paulo,
                "2018-11-04T03:00:00+00:00",
            ),
            ("2011-12-30T12:00:00", Apia, "2011-12-30T10:00:00+00:00"),
        ] {
            assert_eq!(instant(local, zone), moved, "{local}");
        }
    }

    #[test]
    fn a_time_that_exists_twice_is_the_first() {
        assert_eq!(
            instant("2026-10-25T02:30:00", Berlin),
            "2026-10-25T00:30:00+00:00"
        );
    }
}
