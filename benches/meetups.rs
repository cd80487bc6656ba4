//! What a community with very many meetups costs: `cargo bench --bench meetups`.
//!
//! The next dates of 10,000 series are to be found in under 50 ms, and a calendar of 200 series is to be
//! written in under 20 ms.

#![expect(clippy::unwrap_used, reason = "a benchmark fails where it can't go on")]

use chrono::{DateTime, Days, NaiveDateTime, Utc};
use chrono_tz::TZ_VARIANTS;
use convener::practice::id::{ChannelId, GuildId, MeetupId, MemberId};
use convener::practice::meetup::{Calendar, Meetup, NewMeetup};
use convener::practice::recurrence::Schedule;
use convener::view::calendar::ics;

/// The rhythms of communities, with ends and without.
const RULES: [&str; 8] = [
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH",
    "FREQ=WEEKLY;COUNT=500",
    "FREQ=MONTHLY;BYDAY=2TH",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;BYMONTHDAY=15",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=YEARLY;BYMONTH=3,9;BYDAY=1MO",
];

fn main() {
    divan::main();
}

fn now() -> DateTime<Utc> {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

/// Series in every zone, which began in the last five years.
fn schedules(count: usize) -> Vec<Schedule> {
    let first: NaiveDateTime = "2021-06-01T18:30:00".parse().unwrap();
    (0..count)
        .map(|number| {
            let start = first + Days::new((number % 1_800) as u64);
            let zone = TZ_VARIANTS[number % TZ_VARIANTS.len()];
            let rule = RULES[number % RULES.len()].parse().unwrap();
            Schedule::new(start, zone, rule)
        })
        .collect()
}

#[divan::bench]
fn next_date_of_10_000_series(bencher: divan::Bencher<'_, '_>) {
    let (schedules, now) = (schedules(10_000), now());
    bencher.bench_local(|| {
        let next = schedules.iter().map(|schedule| schedule.next_after(now));
        next.flatten().count()
    });
}

#[divan::bench]
fn calendar_of_200_series(bencher: divan::Bencher<'_, '_>) {
    let now = now();
    let meetups: Vec<Meetup> = schedules(200)
        .into_iter()
        .zip(1..)
        .map(|(schedule, id)| Meetup {
            id: MeetupId::new(id),
            plan: NewMeetup {
                guild: GuildId::new(1),
                title: format!("A meetup with a usual title, number {id}"),
                channel: ChannelId::new(2),
                room: None,
                host: MemberId::new(3),
                schedule,
                minutes: 60,
                seats: None,
                continues: None,
            },
            cancelled_at: None,
            cancel_reason: None,
            sequence: 0,
            changed_at: now,
            tended_to: None,
        })
        .collect();
    bencher.bench_local(|| {
        let name = "Makers".to_owned();
        ics(&Calendar::of(GuildId::new(1), name, &meetups, None, now)).len()
    });
}
