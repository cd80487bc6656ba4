//! The messages behind each number: as many as the number says.

use convener::facilitation::archive::listing;
use convener::facilitation::digest::digest;
use convener::facilitation::trend::trend;
use convener::practice::community::Community;
use convener::practice::figure::{Figure, Listing};
use convener::practice::id::GuildId;
use convener::practice::week::Week;
use convener::storage::Transaction;

use super::chance;
use crate::engine::Database;
use crate::sample::GUILD;

on_each_engine!(
    as_many_are_behind_a_number_as_it_says,
    weeks_beside_each_other_are_as_their_digests,
);

/// The first page, after all pages have been looked at: together they show all but the forgotten.
async fn whole(
    transaction: &mut Transaction,
    community: &Community,
    week: Week,
    figure: Figure,
) -> Listing {
    let first = listing(transaction, community, week, figure, 1).await;
    let first = first.unwrap();
    let mut shown = first.sources.clone();
    for page in 2..=first.pages() {
        let next = listing(transaction, community, week, figure, page).await;
        shown.extend(next.unwrap().sources);
    }
    let expected = usize::try_from(first.number - first.forgotten).unwrap();
    assert_eq!(shown.len(), expected, "{figure} of {week}");
    assert!(shown.is_sorted_by_key(|source| source.at), "{figure}");
    first
}

async fn as_many_are_behind_a_number_as_it_says(database: &Database) {
    let store = database.store().await;
    let mut forgotten = 0;
    for seed in 0..3 {
        let guild = GuildId::new(GUILD.get() + seed);
        let weeks = chance::live(&store, guild, u64::try_from(seed).unwrap()).await;
        let mut transaction = store.read().await.unwrap();
        let transaction = &mut transaction;
        let community = transaction.community(guild).await.unwrap().unwrap();
        for week in weeks {
            let digest = digest(transaction, &community, week).await.unwrap();
            let (requests, newcomers) = (&digest.requests, &digest.newcomers);
            let mut numbers = vec![
                (Figure::Messages, digest.messages),
                (Figure::New, requests.new),
                (Figure::Answered, requests.answered),
                (Figure::Resolved, requests.resolved),
                (Figure::Waiting, requests.waiting),
                (Figure::Lapsed, requests.lapsed),
                (Figure::NewcomersAsked, newcomers.asked),
                (Figure::NewcomersAnswered, newcomers.responded_within_a_day),
            ];
            let channels = digest.channels.iter();
            numbers.extend(channels.map(|channel| (Figure::Channel(channel.id), channel.messages)));
            let activities = digest.activities.iter();
            numbers.extend(activities.map(|(kind, count)| (Figure::Activity(*kind), *count)));
            for (figure, number) in numbers {
                let listing = whole(transaction, &community, week, figure).await;
                assert_eq!(listing.number, number, "{figure} of {week}, seed {seed}");
                forgotten += listing.forgotten;
            }
            // Of who came the messages are listed, and the number is of people.
            for (figure, people) in [
                (Figure::Joined, newcomers.joined),
                (Figure::CameBack, newcomers.came_back),
            ] {
                let listing = whole(transaction, &community, week, figure).await;
                assert!(people > 0 || listing.number == 0, "{figure} of {week}");
            }
        }
    }
    assert!(forgotten > 0, "somebody is forgotten in every one of them");
}

async fn weeks_beside_each_other_are_as_their_digests(database: &Database) {
    let store = database.store().await;
    let lived = chance::live(&store, GUILD, 1).await;
    // In London a week ends at midnight in UTC in winter, and on the day before in summer.
    for zone in [chrono_tz::Europe::Berlin, chrono_tz::Europe::London] {
        let mut transaction = store.read().await.unwrap();
        let community = transaction.community(GUILD).await.unwrap().unwrap();
        let community = Community { zone, ..community };
        let trend = trend(&mut transaction, &community, lived[5]).await.unwrap();
        assert_eq!(trend.weeks.len(), 12);
        assert!(trend.is_worth_a_look());
        for week in trend.weeks {
            let digest = digest(&mut transaction, &community, week.week).await;
            let digest = digest.unwrap();
            assert_eq!(week.activities, digest.activities, "{}", week.week);
            let times = (
                week.answered,
                week.median_seconds_to_answer,
                week.p90_seconds_to_answer,
            );
            let requests = &digest.requests;
            let expected = (
                requests.answered,
                requests.median_seconds_to_answer,
                requests.p90_seconds_to_answer,
            );
            assert_eq!(times, expected, "{}", week.week);
            let moves = (week.moved_in, week.moved_out);
            let rings = &digest.participation;
            let expected = (rings.moved_in, rings.moved_out);
            assert_eq!(moves, expected, "{} in {zone}", week.week);
        }
    }
}
