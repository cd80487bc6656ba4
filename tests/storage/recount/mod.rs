//! Every number of a digest, counted a second time by another way: from the bare rows, in plain loops.

mod chance;
mod listing;
mod naive;

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use convener::facilitation::digest::digest;
use convener::practice::digest::Digest;
use convener::practice::id::GuildId;
use convener::practice::week::Week;
use convener::storage::Store;

use crate::engine::{Database, environment, on_sqlite, tell};
use crate::sample::GUILD;
use naive::Facts;

on_each_engine!(every_number_of_random_communities_is_counted_again);

/// Each number of a digest beside what the loops say.
fn compare(digest: &Digest, facts: &Facts, of: &str) {
    let (period, previous) = (digest.period, digest.week.previous().period(digest.zone));
    let is = |what: &str, told: &dyn std::fmt::Debug, counted: &dyn std::fmt::Debug| {
        assert_eq!(
            format!("{told:?}"),
            format!("{counted:?}"),
            "{what} of {} in {of}",
            digest.week
        );
    };
    is("messages", &digest.messages, &facts.messages(period).len());
    is("people", &digest.people, &facts.people(period));
    let channels: Vec<_> = digest
        .channels
        .iter()
        .map(|channel| (channel.id.get(), channel.messages))
        .collect();
    is("channels", &channels, &facts.channels(period));
    let activities: Vec<_> = digest
        .activities
        .iter()
        .filter(|(_, count)| **count > 0)
        .map(|(kind, count)| (kind.name().to_owned(), *count))
        .collect();
    is("activities", &activities, &facts.activities(period));
    let readings = (digest.readings.read, digest.readings.unsure);
    is("readings", &readings, &facts.readings(period));
    let requests = &digest.requests;
    is("new requests", &requests.new, &facts.asked(period));
    is(
        "answered",
        &requests.answered,
        &facts.seconds_to_answer(period).len(),
    );
    let times = (
        requests.median_seconds_to_answer,
        requests.p90_seconds_to_answer,
    );
    is("times to answer", &times, &facts.answer_times(period));
    is(
        "resolved",
        &requests.resolved,
        &facts.changed("resolved", period),
    );
    is("lapsed", &requests.lapsed, &facts.changed("lapsed", period));
    let mut waiting: Vec<_> = digest
        .waiting
        .iter()
        .map(|request| request.id.get())
        .collect();
    waiting.sort_unstable();
    is("waiting", &requests.waiting, &waiting.len());
    is("which wait", &waiting, &facts.waiting(period.to));
    is("gaps", &requests.lapsed, &digest.gaps.len());
    let newcomers = &digest.newcomers;
    is("newcomers", &newcomers.joined, &facts.joined(period).len());
    let cared_for = (newcomers.asked, newcomers.responded_within_a_day);
    is(
        "newcomers' requests",
        &cared_for,
        &facts.newcomers_requests(period),
    );
    let came_back = (newcomers.joined_before, newcomers.came_back);
    is(
        "newcomers who came back",
        &came_back,
        &facts.came_back(previous, period),
    );
    let rings = &digest.participation;
    let told = [
        rings.core,
        rings.active,
        rings.occasional,
        rings.peripheral,
        rings.moved_in,
        rings.moved_out,
    ];
    is("participation", &told, &facts.participation(period.to));
    let load = &digest.reciprocity;
    let told = [
        load.answers,
        load.answers_of_top_three,
        load.answerers,
        load.askers,
        load.askers_who_answered,
    ];
    is("who answers", &told, &facts.reciprocity(period.to));
    let told = digest
        .before
        .map(|before| (before.messages, before.people, before.new, before.answered));
    is("the week before", &told, &facts.before(previous));
    let offline = digest.coverage.offline_seconds;
    is("seconds offline", &offline, &facts.offline_seconds(period));
}

async fn recount(store: &Store, facts: &Facts, guild: GuildId, weeks: &[Week], of: &str) {
    let mut transaction = store.read().await.unwrap();
    let community = transaction.community(guild).await.unwrap().unwrap();
    for week in weeks {
        let digest = digest(&mut transaction, &community, *week).await.unwrap();
        compare(&digest, facts, of);
    }
}

async fn every_number_of_random_communities_is_counted_again(database: &Database) {
    let store = database.store().await;
    for seed in 0..6 {
        let guild = GuildId::new(GUILD.get() + seed);
        let weeks = chance::live(&store, guild, u64::try_from(seed).unwrap()).await;
        let facts = Facts::read(&mut database.beside().await, guild).await;
        recount(&store, &facts, guild, &weeks, &format!("seed {seed}")).await;
    }
}

/// The weeks from the first message to the last.
fn weeks_between(first: DateTime<Utc>, last: DateTime<Utc>) -> Vec<Week> {
    let (first, last) = (
        Week::of(first, chrono_tz::UTC),
        Week::of(last, chrono_tz::UTC),
    );
    std::iter::successors(Some(first), |week| Some(week.next()))
        .take_while(|week| *week <= last.next())
        .collect()
}

#[test]
fn every_number_of_real_exports_is_counted_again() {
    let Some(corpora) = environment("CONVENER_CORPORA") else {
        tell("\nReal exports were NOT counted again: CONVENER_CORPORA is not set\n");
        return;
    };
    let folder = PathBuf::from(corpora).join("discord_export");
    let exports = std::fs::read_dir(&folder).unwrap();
    let exports: Vec<PathBuf> = exports.map(|export| export.unwrap().path()).collect();
    assert!(!exports.is_empty(), "{} is empty", folder.display());
    on_sqlite(async |database: &Database| {
        let imported = std::process::Command::new(env!("CARGO_BIN_EXE_convener"))
            .args(["--database", &database.url(), "import"])
            .args(&exports)
            .env_clear()
            .output()
            .unwrap();
        assert!(imported.status.success(), "{imported:?}");
        let store = database.store().await;
        let communities = store.read().await.unwrap().communities().await.unwrap();
        for community in communities {
            let facts = Facts::read(&mut database.beside().await, community.guild).await;
            let (first, last) = facts.span();
            let weeks = weeks_between(first, last);
            assert!(weeks.len() > 2, "{weeks:?}");
            recount(&store, &facts, community.guild, &weeks, &community.name).await;
        }
    });
}
