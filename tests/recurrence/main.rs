//! The dates of a rule, held against those of python-dateutil and zoneinfo.
//!
//! `sample.tsv` was written by `generate.py` (`--cases 300 --seed 2 --dates 8`). For as many cases as you
//! like, write others and name their file in `RECURRENCE_CASES`.

#![expect(clippy::unwrap_used, reason = "a test fails where it can't go on")]

use chrono::{NaiveDateTime, SecondsFormat};
use chrono_tz::Tz;
use convener::practice::recurrence::Rule;

/// Most dates of a generated case; one with fewer is compared to its end.
fn assert_same_dates(cases: &str, most: usize) -> usize {
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in cases.lines() {
        let [zone, start, text, dates] = case.split('\t').collect::<Vec<_>>()[..] else {
            panic!("no case: {case}");
        };
        let rule: Rule = text.parse().unwrap();
        let start: NaiveDateTime = start.parse().unwrap();
        let zone: Tz = zone.parse().unwrap();
        let end: NaiveDateTime = "2090-01-01T00:00:00".parse().unwrap();
        let found: Vec<_> = rule
            .dates(start, zone)
            .take(most)
            .take_while(|date| date.with_timezone(&zone).naive_local() < end)
            .map(|date| date.to_rfc3339_opts(SecondsFormat::Secs, true))
            .collect();
        if found.join(",") != dates {
            wrong.push(format!("{case}\n  found {}", found.join(",")));
        }
        count += 1;
    }
    assert!(
        wrong.is_empty(),
        "{} of {count} cases differ:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(20)].join("\n")
    );
    count
}

#[test]
fn the_dates_are_those_of_dateutil_and_zoneinfo() {
    let count = assert_same_dates(include_str!("sample.tsv"), 8);
    assert_eq!(count, 300);
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a test's own switch is no setting of Convener"
)]
fn the_dates_of_as_many_cases_as_are_given_are_those_of_dateutil_and_zoneinfo() {
    let Ok(file) = std::env::var("RECURRENCE_CASES") else {
        println!("RECURRENCE_CASES is not set, so only the sample was compared");
        return;
    };
    let count = assert_same_dates(&std::fs::read_to_string(file).unwrap(), 12);
    println!(
        "recurrence: cases={count} differences=0 tzdb={}",
        chrono_tz::IANA_TZDB_VERSION
    );
}
