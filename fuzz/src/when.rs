//! Bytes as what people type where they are asked when a meetup is to be.

use chrono::{DateTime, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};

use crate::practice::recurrence::Schedule;
use crate::practice::when;

/// Reads a text in a zone at a time, which the first bytes draw; panics where what is read can't be.
pub fn read(bytes: &[u8]) {
    let [zone, hours @ ..] = bytes.first_chunk::<3>().unwrap_or(b"\0\0\0");
    let zone: Tz = TZ_VARIANTS[usize::from(*zone) % TZ_VARIANTS.len()];
    // Each hour of seven years.
    let hours = i64::from(u16::from_be_bytes(*hours));
    let now: DateTime<Utc> =
        DateTime::from_timestamp(1_767_225_600 + hours * 3_600, 0).unwrap_or_default();
    let text = String::from_utf8_lossy(bytes.get(3..).unwrap_or_default());
    let _ = when::read_day(&text, now, zone);
    let _ = when::read_time(&text);
    let Ok(when) = when::read(&text, now, zone) else {
        return;
    };
    let schedule = Schedule::new(when.start, zone, when.rule);
    let mut last = None;
    for date in schedule.dates_after(now).take(20) {
        assert!(
            last.is_none_or(|last| last < date.original),
            "in their order"
        );
        last = Some(date.original);
    }
}
