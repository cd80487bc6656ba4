//! A year of meetups: a hundred series in forty zones, while Convener is aborted three hundred times, away
//! for two days, and refused by Discord's rate limits now and then.
//!
//! Each reminder that was due is looked for in what Discord was sent. The last line says what came of
//! them: `year: due=… sent=… late=… missed_and_reported=… duplicates=0 silent_misses=0`.
//!
//! `YEAR_WEEKS` shortens the year; without it an unoptimised run has two weeks, an optimised one 52.

#![expect(clippy::unwrap_used, reason = "a test fails where it can't go on")]

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use chrono::{DateTime, Days, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use convener::facilitation::Facilitation;
use convener::facilitation::meetup::{Author, Plan, Proposal};
use convener::practice::id::{ChannelId, GuildId, InteractionId, MemberId};
use convener::practice::recurrence::{Date, Schedule};
use convener::practice::rhythm::Rhythm;
use convener::simulation::{SimulatedTime, Simulation};
use convener::storage::Store;
use simcord::{Permissions, Simcord};
use tokio::runtime::Runtime;

const SERIES: usize = 100;
const RESTARTS_A_YEAR: u64 = 300;

/// Both hemispheres; offsets of quarters of an hour; zones that change, changed, and never did.
const ZONES: [&str; 40] = [
    "Europe/Berlin",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Lisbon",
    "Europe/Istanbul",
    "Europe/Kyiv",
    "Europe/Chisinau",
    "Atlantic/Azores",
    "Atlantic/Reykjavik",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "America/St_Johns",
    "America/Halifax",
    "America/Havana",
    "America/Mexico_City",
    "America/Sao_Paulo",
    "America/Santiago",
    "America/Asuncion",
    "America/Nuuk",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Africa/Lagos",
    "Africa/Johannesburg",
    "Asia/Jerusalem",
    "Asia/Beirut",
    "Asia/Tehran",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Tokyo",
    "Asia/Manila",
    "Australia/Sydney",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Apia",
];

const RHYTHMS: [&str; 8] = [
    "every 2 weeks on tuesday",
    "thursdays",
    "last friday of the month",
    "every 2nd wednesday",
    "1st and 3rd monday of the month",
    "every 3 weeks on saturday",
    "every month on the 15th",
    "every 4 weeks on sunday",
];

const TIMES: [&str; 5] = ["18:30", "7am", "noon", "2:30", "23:45"];

/// Numbers that look random and are the same in each run: Knuth's MMIX generator.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// The community, which outlives every life of Convener.
struct Year {
    discord: Simcord,
    time: SimulatedTime,
    file: String,
    dice: Dice,
    restarts: u64,
}

/// One life of Convener: its tasks end with its runtime, wherever they are.
struct Life {
    runtime: Runtime,
    simulation: Simulation,
}

impl Year {
    fn now(&self) -> DateTime<Utc> {
        convener::clock::Clock::now(&self.time.clock)
    }

    fn start(&self) -> Life {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let (discord, time) = (self.discord.clone(), self.time.restarted());
        let simulation = runtime.block_on(async {
            let store = Store::open(&self.file).await.unwrap();
            Simulation::start(store, discord, time, Rhythm::default()).await
        });
        Life {
            simulation: simulation.unwrap(),
            runtime,
        }
    }

    /// Lives on to an instant; at the end Convener is aborted in the midst of what is due then.
    fn live_to(&mut self, mut life: Life, instant: DateTime<Utc>) {
        life.runtime
            .block_on(life.simulation.advance_to(instant))
            .unwrap();
        let Life {
            runtime,
            mut simulation,
        } = life;
        // What is due next is begun, and comes as far as a few changes of Discord's state.
        if let Some(next) = self.time.clock.earliest_wakeup() {
            self.time.clock.advance_to(next);
        }
        let changes = self.dice.below(6);
        let mut discord_changes = self.discord.changes();
        runtime.block_on(async {
            let some_changes = async {
                for _ in 0..changes {
                    discord_changes.changed().await.ok();
                }
            };
            tokio::select! {
                () = some_changes => {}
                settled = simulation.settle() => settled.unwrap(),
            }
        });
        drop(simulation);
        runtime.shutdown_timeout(Duration::from_secs(10));
        self.restarts += 1;
    }
}

/// A series with what it is expected to do.
struct Expected {
    title: String,
    schedule: Schedule,
}

/// Calls the series, as a coordinator would.
async fn call(
    facilitation: &Facilitation,
    guild: GuildId,
    channels: &[ChannelId],
    dice: &mut Dice,
) -> Vec<Expected> {
    let mut expected = Vec::new();
    for number in 0..SERIES {
        let interaction = InteractionId::new(1_000 + i64::try_from(number).unwrap());
        let by = Author {
            guild,
            member: MemberId::new(7),
            is_coordinator: true,
            interaction,
        };
        let pick = |list: &[&str], dice: &mut Dice| {
            let index = dice.below(list.len() as u64);
            list[usize::try_from(index).unwrap()].to_owned()
        };
        let rhythm = pick(&RHYTHMS, dice);
        let plan = Plan {
            title: format!("Series {number:03}"),
            when: format!("{rhythm} {}", pick(&TIMES, dice)),
            zone: Some(ZONES[number % ZONES.len()].to_owned()),
            channel: channels[number % channels.len()],
            room: None,
            minutes: 60,
            seats: None,
        };
        let title = plan.title.clone();
        let proposal = facilitation.propose_meetup(plan, by).await.unwrap();
        let Proposal::Schedule(draft, meetup, _) = proposal else {
            panic!("{proposal:?}");
        };
        facilitation
            .keep_meetup_draft(draft, false, by)
            .await
            .unwrap();
        expected.push(Expected {
            title,
            schedule: meetup.schedule,
        });
    }
    expected
}

/// What Discord was sent of a date: when, whether it said that it was late, and whether it is a report.
#[derive(Debug)]
struct Sent {
    at: DateTime<Utc>,
    is_late: bool,
}

/// What is said of each date, by its title and its start.
type Said = HashMap<(String, i64), Vec<Sent>>;

fn said(discord: &Simcord, channels: &[String]) -> (Said, Said) {
    let (mut reminders, mut reports) = (Said::new(), Said::new());
    for channel in channels {
        for message in discord.messages(channel.as_str()) {
            let text = message.text();
            let is_reminder = text.contains("\nStarts ") || text.starts_with("Starts ");
            let is_report = text.contains("not there in time");
            let Some(title) = text.find("Series ").map(|at| text[at..at + 10].to_owned()) else {
                continue;
            };
            let starts_at = text
                .split("<t:")
                .find_map(|part| part.split_once(":F>"))
                .and_then(|(unix, _)| unix.parse::<i64>().ok());
            let Some(starts_at) = starts_at.filter(|_| is_reminder || is_report) else {
                continue;
            };
            let sent = Sent {
                at: message.sent_at,
                is_late: text.contains("late, sorry"),
            };
            let of_kind = if is_reminder {
                &mut reminders
            } else {
                &mut reports
            };
            of_kind.entry((title, starts_at)).or_default().push(sent);
        }
    }
    (reminders, reports)
}

#[derive(Debug, Default)]
struct Table {
    due: u64,
    sent: u64,
    late: u64,
    missed_and_reported: u64,
    duplicates: u64,
    silent_misses: u64,
    wrong_hours: u64,
}

/// Compares what was due with what was said.
fn compare(
    expected: &[Expected],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    mut reminders: Said,
    reports: &Said,
) -> Table {
    let mut table = Table::default();
    let leads = Rhythm::default().reminder_leads();
    for series in expected {
        let zone = series.schedule.zone;
        let dates = series.schedule.dates_after(from);
        for date in dates.take_while(|date| date.starts_at <= to) {
            if is_at_wrong_hour(&date, zone, &series.schedule) {
                table.wrong_hours += 1;
            }
            let key = (series.title.clone(), date.starts_at.timestamp());
            let sent = reminders.remove(&key).unwrap_or_default();
            let reported = reports.get(&key).map_or(0, Vec::len) as u64;
            table.duplicates += reported.saturating_sub(1);
            let mut until = date.starts_at;
            // The nearer one first: it stands for the farther one where both were overdue.
            let mut nearer = false;
            for lead in [leads[1], leads[0]] {
                let due = date.starts_at - lead;
                if due <= from {
                    continue;
                }
                table.due += 1;
                let in_time: Vec<_> = sent
                    .iter()
                    .filter(|sent| due <= sent.at && sent.at < until)
                    .collect();
                match in_time[..] {
                    [] if nearer => table.late += 1,
                    [] if reported > 0 => table.missed_and_reported += 1,
                    [] => table.silent_misses += 1,
                    [first, ..] => {
                        if first.is_late {
                            table.late += 1;
                        } else {
                            table.sent += 1;
                        }
                        table.duplicates += in_time.len() as u64 - 1;
                        nearer = true;
                    }
                }
                until = due;
            }
        }
    }
    // A reminder of what is no date of its series is at a wrong time.
    let to_come = reminders
        .keys()
        .filter(|(_, starts_at)| *starts_at <= to.timestamp());
    table.wrong_hours += to_come.count() as u64;
    table
}

/// Whether a date is at another local time than it was called at; in a gap there is no such time.
fn is_at_wrong_hour(date: &Date, zone: Tz, schedule: &Schedule) -> bool {
    let local = date.starts_at.with_timezone(&zone).time();
    let called = schedule.start.time();
    let is_gap = called.hour() < 4 && local > called;
    local != called && !is_gap
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test's own switch is no setting of Convener"
)]
fn weeks() -> u64 {
    let usual = if cfg!(debug_assertions) { 2 } else { 52 };
    std::env::var("YEAR_WEEKS").map_or(usual, |weeks| weeks.parse().unwrap())
}

#[test]
fn every_reminder_of_a_year_comes_once_or_is_reported() {
    let weeks = weeks();
    // Convener is aborted within the process, so nothing has to outlive the machine's memory.
    let in_memory = tempfile::tempdir_in("/dev/shm");
    let folder = in_memory.or_else(|_| tempfile::tempdir()).unwrap();
    let runtime = Runtime::new().unwrap();
    let from: DateTime<Utc> = "2026-01-05T00:00:00Z".parse().unwrap();
    let to = from + Days::new(7 * weeks);
    let time = SimulatedTime::at(from);
    let discord = runtime.block_on(time.discord().start());
    // Thousands of threads would stay open in this year, which Discord would have archived.
    discord.fail_next("POST", "/channels/*/messages/*/threads", 403, u32::MAX);
    let guild = discord.guild("Makers");
    let lead = guild.role("Lead", Permissions::MANAGE_GUILD);
    let lena = guild.member("lena");
    lena.has_role(&lead);
    let names: Vec<String> = (0..10).map(|number| format!("meetups-{number}")).collect();
    let channels: Vec<ChannelId> = names
        .iter()
        .map(|name| {
            let id = guild.channel(name).id().get();
            ChannelId::new(id.try_into().unwrap())
        })
        .collect();
    guild.private_channel("core", &[&lead]);
    guild.private_channel("leads", &[&lead]);
    let mut year = Year {
        discord,
        time,
        file: folder.path().join("convener.db").display().to_string(),
        dice: Dice(26),
        restarts: 0,
    };

    let mut life = year.start();
    let guild = GuildId::new(guild.id().get().try_into().unwrap());
    let expected = life.runtime.block_on(async {
        let options = serde_json::json!({"core_channel": "#core", "leads_channel": "#leads"});
        lena.runs_in("#leads", "/setup start", options).await;
        life.simulation.settle().await.unwrap();
        let facilitation = life.simulation.facilitation();
        call(facilitation, guild, &channels, &mut year.dice).await
    });

    let restarts = RESTARTS_A_YEAR * weeks / 52;
    let span = (to - from).num_seconds();
    // A Wednesday: there are meetups on the Thursday.
    let outage = from + Days::new(7 * (weeks / 2) + 2);
    let mut is_outage_to_come = true;
    for number in 1..=restarts {
        let share = span * i64::try_from(number).unwrap() / i64::try_from(restarts + 1).unwrap();
        let jitter = i64::try_from(year.dice.below(3_600 * 6)).unwrap();
        let instant = (from + TimeDelta::seconds(share + jitter)).max(year.now());
        if year.dice.below(2) == 0 {
            let times = u32::try_from(year.dice.below(4) + 1).unwrap();
            let wait = Duration::from_millis(50);
            let path = "/channels/*/messages";
            year.discord.rate_limit_next("POST", path, wait, times);
        }
        year.live_to(life, instant);
        if is_outage_to_come && year.now() > outage {
            is_outage_to_come = false;
            let end = year.now() + Days::new(2);
            year.time.clock.advance_to(end);
        }
        life = year.start();
    }
    life.runtime
        .block_on(life.simulation.advance_to(to))
        .unwrap();

    let mut places: Vec<String> = names.iter().map(|name| format!("#{name}")).collect();
    places.push("#core".to_owned());
    let (reminders, reports) = said(&year.discord, &places);
    let table = compare(&expected, from, to, reminders, &reports);
    drop(life.simulation);
    life.runtime.shutdown_timeout(Duration::from_secs(10));
    let zones: BTreeSet<_> = expected
        .iter()
        .map(|series| series.schedule.zone.name())
        .collect();
    println!(
        "{SERIES} series in {} zones, {weeks} weeks, {} restarts, an outage of two days",
        zones.len(),
        year.restarts
    );
    assert!(!is_outage_to_come, "there was an outage");
    assert_eq!(table.wrong_hours, 0, "{table:?}");
    println!(
        "year: due={} sent={} late={} missed_and_reported={} duplicates={} silent_misses={}",
        table.due,
        table.sent,
        table.late,
        table.missed_and_reported,
        table.duplicates,
        table.silent_misses
    );
    assert_eq!((table.duplicates, table.silent_misses), (0, 0), "{table:?}");
    assert_eq!(
        table.due,
        table.sent + table.late + table.missed_and_reported,
        "{table:?}"
    );
    assert!(table.sent > 0 && table.missed_and_reported > 0, "{table:?}");
}
