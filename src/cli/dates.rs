//! `convener dates`: so that anybody can check when a meetup takes place.

use chrono::{NaiveDateTime, SecondsFormat};
use chrono_tz::Tz;

use crate::practice::recurrence::Rule;

/// Print the dates of a rule of recurrence as UTC instants.
#[derive(Debug, clap::Args)]
pub(super) struct Dates {
    /// The rule, as in RFC 5545: FREQ=WEEKLY;BYDAY=TU.
    #[arg(long)]
    rule: Rule,
    /// The start, in local time: 2026-01-13T18:00.
    #[arg(long, value_parser = local_time)]
    start: NaiveDateTime,
    /// The zone of the start: Europe/Berlin.
    #[arg(long, value_parser = zone)]
    zone: Tz,
    /// How many dates at the most.
    #[arg(long, default_value_t = 10)]
    count: usize,
}

fn local_time(text: &str) -> Result<NaiveDateTime, String> {
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
        .into_iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .ok_or_else(|| "write a local time like 2026-01-13T18:00".to_owned())
}

fn zone(name: &str) -> Result<Tz, String> {
    name.parse()
        .map_err(|_| "write a time zone like Europe/Berlin".to_owned())
}

/// Prints one instant a line.
pub(super) fn run(arguments: &Dates) -> anyhow::Result<()> {
    let mut text = String::new();
    for date in arguments
        .rule
        .dates(arguments.start, arguments.zone)
        .take(arguments.count)
    {
        text.push_str(&date.to_rfc3339_opts(SecondsFormat::Secs, true));
        text.push('\n');
    }
    super::print(&text)
}
