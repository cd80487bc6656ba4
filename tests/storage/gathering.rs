//! What belongs to meetups beside their dates: events, hosts, rooms, notes, proposals, preferences, polls.

use chrono::{NaiveDateTime, TimeDelta};
use chrono_tz::Tz;
use convener::practice::id::{EventId, InteractionId, MeetupId, MemberId};
use convener::practice::meetup::{KnownEvent, NewMeetup, NewPoll, Proposal, Vote};
use convener::practice::notice::Notice;
use convener::practice::preference::{FreeHours, Preferences};
use convener::practice::recurrence::Schedule;
use convener::storage::{MEMBER_TABLES, Place, Transaction};

use crate::engine::Database;
use crate::sample::{CHANNEL, GUILD, OTHER_CHANNEL, OTHER_GUILD, at};

on_each_engine!(
    an_event_is_known_by_its_date_and_by_its_id,
    an_event_that_was_refused_is_tried_again,
    hosts_rooms_and_channels_are_kept,
    whoever_was_seen_is_suggested_once,
    notes_and_proposals_come_back_in_their_order,
    preferences_replace_those_before,
    a_poll_is_closed_once_and_the_last_vote_counts,
    what_was_written_around_old_dates_is_forgotten,
    all_of_it_is_found_and_forgotten,
);

const ANA: MemberId = MemberId::new(7);
const BEN: MemberId = MemberId::new(8);

fn first() -> NaiveDateTime {
    "2026-11-24T18:30:00".parse().unwrap()
}

async fn called(transaction: &mut Transaction) -> MeetupId {
    let rule = "FREQ=WEEKLY".parse().unwrap();
    let plan = NewMeetup {
        guild: GUILD,
        title: "Open studio".to_owned(),
        channel: CHANNEL,
        room: Some(OTHER_CHANNEL),
        host: ANA,
        schedule: Schedule::new(first(), Tz::Europe__Berlin, rule),
        minutes: 90,
        seats: None,
        continues: None,
    };
    let kept = transaction.keep_meetup(&plan, at("10:00:00"), InteractionId::new(71));
    let id = kept.await.unwrap().unwrap();
    let meetup = transaction.meetup(id).await.unwrap().unwrap();
    assert_eq!(meetup.plan, plan);
    id
}

async fn an_event_is_known_by_its_date_and_by_its_id(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let meetup = called(&mut transaction).await;
    let mut event = KnownEvent {
        id: EventId::new(91),
        meetup,
        original: first(),
        title: "Open studio".to_owned(),
        starts_at: at("17:30:00"),
    };
    transaction.keep_event(&event).await.unwrap();
    event.starts_at = at("18:00:00");
    "Late studio".clone_into(&mut event.title);
    transaction.keep_event(&event).await.unwrap();
    let by_date = transaction.event_of(meetup, first()).await.unwrap();
    assert_eq!(by_date.as_ref(), Some(&event));
    let by_id = transaction.known_event(event.id).await.unwrap();
    assert_eq!(by_id.as_ref(), Some(&event));
    let later = first() + TimeDelta::days(7);
    transaction
        .hand_over_event((meetup, first()), (meetup, later))
        .await
        .unwrap();
    event.original = later;
    let ahead = transaction.events_after(GUILD, at("17:59:59")).await;
    assert_eq!(ahead.unwrap(), [event.clone()]);
    let over = transaction.events_after(GUILD, at("18:00:00")).await;
    assert_eq!(over.unwrap(), []);
    let others = transaction.events_after(OTHER_GUILD, at("10:00:00")).await;
    assert_eq!(others.unwrap(), []);
    transaction.forget_event(event.id).await.unwrap();
    assert_eq!(transaction.known_event(event.id).await.unwrap(), None);
}

async fn an_event_that_was_refused_is_tried_again(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let meetup = called(&mut transaction).await;
    let original = first();
    let event = Notice::NativeEvent { meetup, original };
    let announced = Notice::MeetupAnnounced { meetup, original };
    for notice in [&event, &announced] {
        let key = notice.key(GUILD, CHANNEL);
        let place = Place::Channel(CHANNEL);
        let put = transaction.put_notice(GUILD, place, &key, notice, at("10:00:00"));
        assert!(put.await.unwrap());
    }
    let lease = TimeDelta::minutes(1);
    let due = transaction.lease_notices(at("10:00:00"), lease, 9).await;
    for due in due.unwrap() {
        let given_up = transaction.give_up_notice(&due, "refused", at("10:00:00"));
        given_up.await.unwrap();
    }
    transaction
        .revive_events(GUILD, at("11:00:00"))
        .await
        .unwrap();
    let due = transaction.lease_notices(at("11:00:00"), lease, 9).await;
    let due = due.unwrap();
    assert_eq!(due.len(), 1, "{due:?}");
    assert!(due[0].notice.contains("native_event"), "{due:?}");
    assert!(due[0].attempts > 1, "it may have been made: {due:?}");
}

async fn hosts_rooms_and_channels_are_kept(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let meetup = called(&mut transaction).await;
    let hosts = [BEN, ANA];
    transaction.keep_meetup_turns(meetup, &hosts).await.unwrap();
    assert_eq!(transaction.meetup_turns(meetup).await.unwrap(), hosts);
    for member in hosts {
        let hosted = transaction.meetups_hosted_by(GUILD, member).await.unwrap();
        assert_eq!(hosted, [meetup]);
    }
    for host in hosts {
        let kept = transaction.keep_date_host(meetup, first(), host);
        kept.await.unwrap();
    }
    let hosted = transaction.date_host(meetup, first()).await.unwrap();
    assert_eq!(hosted, Some(BEN));
    let naming = transaction.meetups_naming(GUILD, BEN).await.unwrap();
    assert_eq!(naming, [meetup]);
    transaction.keep_meetup_turns(meetup, &[]).await.unwrap();
    let hosted = transaction.meetups_hosted_by(GUILD, BEN).await.unwrap();
    assert_eq!(hosted, []);
    for channel in [CHANNEL, OTHER_CHANNEL] {
        let found = transaction.meetups_at(GUILD, channel).await.unwrap();
        assert_eq!(found, [meetup]);
    }
    transaction
        .keep_meetup_place(meetup, OTHER_CHANNEL, None)
        .await
        .unwrap();
    let found = transaction.meetups_at(GUILD, CHANNEL).await.unwrap();
    assert_eq!(found, []);
    let rooms = transaction.meetups_in_room(GUILD, OTHER_CHANNEL).await;
    assert_eq!(rooms.unwrap(), []);
    // What was said in one channel is said anew in another, once.
    let original = first();
    let announced = Notice::MeetupAnnounced { meetup, original };
    let key = announced.key(GUILD, CHANNEL);
    let place = Place::Channel(CHANNEL);
    let put = transaction.put_notice(GUILD, place, &key, &announced, at("10:00:00"));
    put.await.unwrap();
    for _ in 0..2 {
        let moved = transaction.move_notice(&key, OTHER_CHANNEL, at("11:00:00"));
        moved.await.unwrap();
    }
    let due = transaction.lease_notices(at("11:00:00"), TimeDelta::minutes(1), 9);
    let due = due.await.unwrap();
    assert_eq!(due[0].place, Place::Channel(OTHER_CHANNEL));
    assert_eq!(due[0].revision, 1);
}

async fn whoever_was_seen_is_suggested_once(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let meetup = called(&mut transaction).await;
    let rooms = transaction.meetups_in_room(GUILD, OTHER_CHANNEL).await;
    assert_eq!(rooms.unwrap(), [meetup]);
    for (member, time) in [(BEN, "17:30:00"), (ANA, "17:40:00"), (BEN, "18:00:00")] {
        let seen = transaction.keep_seen(meetup, first(), member, at(time));
        seen.await.unwrap();
    }
    let seen = transaction.seen(meetup, first()).await.unwrap();
    assert_eq!(seen, [BEN, ANA]);
    let of_ben = transaction.seen_since(GUILD, BEN, at("17:30:00")).await;
    let expected = (meetup, first(), Some(OTHER_CHANNEL));
    assert_eq!(of_ben.unwrap(), [expected]);
    let of_late = transaction.seen_since(GUILD, BEN, at("17:30:01")).await;
    assert_eq!(of_late.unwrap(), []);
    transaction.forget_seen(meetup, first(), BEN).await.unwrap();
    assert_eq!(transaction.seen(meetup, first()).await.unwrap(), [ANA]);
}

async fn notes_and_proposals_come_back_in_their_order(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let meetup = called(&mut transaction).await;
    let date = (meetup, first());
    let mut notes = Vec::new();
    for text in ["We fired.", "We fired twice."] {
        let interaction = InteractionId::new(80);
        let note = transaction.keep_note(date, BEN, text, interaction, at("20:00:00"));
        notes.push(note.await.unwrap());
    }
    assert_eq!(notes[0], notes[1], "one use of the window is one note");
    let note = transaction.note(notes[0]).await.unwrap().unwrap();
    assert_eq!(
        (note.by, note.text.as_str()),
        (Some(BEN), "We fired twice.")
    );
    let by_ben = transaction.notes_by(GUILD, BEN).await.unwrap();
    assert_eq!(by_ben, [note.id]);
    for (number, time, text) in [(81, "18:00:00", "Glazes"), (82, "19:00:00", "Kilns")] {
        let proposal = Proposal {
            by: ANA,
            text: text.to_owned(),
        };
        for _ in 0..2 {
            let interaction = InteractionId::new(number);
            let kept = transaction.keep_proposal(meetup, &proposal, interaction, at(time));
            kept.await.unwrap();
        }
    }
    let all = transaction.proposals(meetup, at("17:00:00")).await.unwrap();
    let texts: Vec<_> = all.iter().map(|proposal| proposal.text.as_str()).collect();
    assert_eq!(texts, ["Glazes", "Kilns"]);
    let later = transaction.proposals(meetup, at("18:00:00")).await.unwrap();
    assert_eq!(later.len(), 1);
    let other = NewMeetup {
        continues: Some(meetup),
        ..transaction.meetup(meetup).await.unwrap().unwrap().plan
    };
    let other = transaction.keep_meetup(&other, at("20:00:00"), InteractionId::new(72));
    let other = other.await.unwrap().unwrap();
    transaction
        .hand_over_proposals(meetup, other, at("18:00:00"))
        .await
        .unwrap();
    let left = transaction.proposals(meetup, at("17:00:00")).await.unwrap();
    assert_eq!(left, all[..1]);
    let handed = transaction.proposals(other, at("17:00:00")).await.unwrap();
    assert_eq!(handed, later);
}

async fn what_was_written_around_old_dates_is_forgotten(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let meetup = called(&mut transaction).await;
    let (mut notes, mut polls) = (Vec::new(), Vec::new());
    for (number, time) in [(81, "18:00:00"), (82, "20:00:00")] {
        let member = MemberId::new(number);
        let interaction = InteractionId::new(number);
        let note = transaction.keep_note((meetup, first()), BEN, "Fire", interaction, at(time));
        notes.push(note.await.unwrap());
        let proposal = Proposal {
            by: member,
            text: "Glazes".to_owned(),
        };
        let kept = transaction.keep_proposal(meetup, &proposal, interaction, at(time));
        kept.await.unwrap();
        let seen = transaction.keep_seen(meetup, first(), member, at(time));
        seen.await.unwrap();
        let asked = NewPoll {
            guild: GUILD,
            channel: CHANNEL,
            by: member,
            title: "Kiln day".to_owned(),
            minutes: 120,
            is_weekly: false,
            slots: vec![at("17:00:00")],
        };
        let poll = transaction.keep_poll(&asked, interaction, at(time));
        polls.push(poll.await.unwrap());
    }
    for guild in [OTHER_GUILD, GUILD] {
        let forgotten = transaction.forget_words_before(guild, at("19:00:00"));
        forgotten.await.unwrap();
        let proposals = transaction.proposals(meetup, at("00:00:00")).await.unwrap();
        let seen = transaction.seen(meetup, first()).await.unwrap();
        let mut texts = Vec::new();
        for (note, poll) in notes.iter().zip(&polls) {
            let note = transaction.note(*note).await.unwrap().unwrap();
            let poll = transaction.poll(*poll).await.unwrap().unwrap();
            texts.push((note.text, poll.asked.title));
        }
        let old = if guild == GUILD {
            ("", "")
        } else {
            ("Fire", "Kiln day")
        };
        let kept = if guild == GUILD { 1 } else { 2 };
        assert_eq!((proposals.len(), seen.len()), (kept, kept));
        let texts: Vec<_> = texts
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        assert_eq!(texts, [old, ("Fire", "Kiln day")]);
    }
}

fn preferences() -> Preferences {
    Preferences {
        zone: Some(Tz::Asia__Tokyo),
        free: Some(FreeHours { from: 18, to: 24 }),
        reminders: Some(vec![TimeDelta::hours(1), TimeDelta::minutes(10)]),
        in_private: true,
    }
}

async fn preferences_replace_those_before(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let usual = transaction.preferences(GUILD, ANA).await.unwrap();
    assert_eq!(usual, Preferences::default());
    let never = Preferences {
        reminders: Some(Vec::new()),
        ..Preferences::default()
    };
    for kept in [preferences(), never, preferences()] {
        transaction
            .keep_preferences(GUILD, ANA, &kept)
            .await
            .unwrap();
        assert_eq!(transaction.preferences(GUILD, ANA).await.unwrap(), kept);
    }
    let all = transaction.all_preferences(GUILD).await.unwrap();
    assert_eq!(all, [(ANA, preferences())]);
    assert!(
        transaction
            .all_preferences(OTHER_GUILD)
            .await
            .unwrap()
            .is_empty()
    );
}

async fn a_poll_is_closed_once_and_the_last_vote_counts(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let asked = NewPoll {
        guild: GUILD,
        channel: CHANNEL,
        by: ANA,
        title: "Kiln day".to_owned(),
        minutes: 120,
        is_weekly: true,
        slots: vec![at("17:00:00"), at("18:00:00")],
    };
    let mut ids = Vec::new();
    for _ in 0..2 {
        let kept = transaction.keep_poll(&asked, InteractionId::new(90), at("10:00:00"));
        ids.push(kept.await.unwrap());
    }
    assert_eq!(ids[0], ids[1]);
    let poll = transaction.poll(ids[0]).await.unwrap().unwrap();
    assert_eq!((&poll.asked, poll.closed_at), (&asked, None));
    for slots in [vec![at("17:00:00")], asked.slots.clone(), Vec::new()] {
        let vote = Vote {
            member: BEN,
            slots: slots.into_iter().collect(),
        };
        let kept = transaction.keep_vote(poll.id, &vote, at("11:00:00"));
        kept.await.unwrap();
        assert_eq!(transaction.votes(poll.id).await.unwrap(), [vote]);
    }
    for member in [ANA, BEN] {
        let polls = transaction.polls_of(GUILD, member).await.unwrap();
        assert_eq!(polls, [poll.id]);
    }
    for is_first in [true, false] {
        let closed = transaction.close_poll(poll.id, at("12:00:00")).await;
        assert_eq!(closed.unwrap(), is_first);
    }
    let closed = transaction.poll(poll.id).await.unwrap().unwrap();
    assert_eq!(closed.closed_at, Some(at("12:00:00")));
}

async fn all_of_it_is_found_and_forgotten(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let meetup = called(&mut transaction).await;
    let date = (meetup, first());
    transaction.keep_meetup_turns(meetup, &[BEN]).await.unwrap();
    let hosted = transaction.keep_date_host(meetup, first(), BEN);
    hosted.await.unwrap();
    let seen = transaction.keep_seen(meetup, first(), BEN, at("18:00:00"));
    seen.await.unwrap();
    let note = transaction.keep_note(date, BEN, "Fire", InteractionId::new(80), at("20:00:00"));
    let note = note.await.unwrap();
    let proposal = Proposal {
        by: BEN,
        text: "Glazes".to_owned(),
    };
    let proposed =
        transaction.keep_proposal(meetup, &proposal, InteractionId::new(81), at("20:00:00"));
    proposed.await.unwrap();
    transaction
        .keep_preferences(GUILD, BEN, &preferences())
        .await
        .unwrap();
    let asked = NewPoll {
        guild: GUILD,
        channel: CHANNEL,
        by: BEN,
        title: "Kiln day".to_owned(),
        minutes: 120,
        is_weekly: false,
        slots: vec![at("17:00:00")],
    };
    let poll = transaction.keep_poll(&asked, InteractionId::new(90), at("10:00:00"));
    let vote = Vote {
        member: BEN,
        slots: asked.slots.iter().copied().collect(),
    };
    let poll = poll.await.unwrap();
    let voted = transaction.keep_vote(poll, &vote, at("11:00:00"));
    voted.await.unwrap();
    let expected = [
        "meetup_hosts",
        "meetup_date_hosts",
        "meetup_presence",
        "meetup_notes",
        "meetup_proposals",
        "member_preferences",
        "meetup_polls",
        "meetup_poll_votes",
    ];
    for is_forgotten in [false, true] {
        let mut known = Vec::new();
        for table in MEMBER_TABLES {
            if is_forgotten {
                transaction.forget_of(table, GUILD, BEN).await.unwrap();
            }
            if !transaction
                .known_of(table, GUILD, BEN)
                .await
                .unwrap()
                .is_empty()
            {
                known.push(table.name);
            }
        }
        if is_forgotten {
            assert!(known.is_empty(), "{known:?}");
        } else {
            assert_eq!(known, expected);
        }
    }
    let note = transaction.note(note).await.unwrap().unwrap();
    assert_eq!((note.by, note.text.as_str()), (None, ""));
    assert!(transaction.votes(poll).await.unwrap().is_empty());
    let poll = transaction.poll(poll).await.unwrap().unwrap();
    assert_eq!(poll.asked.title, "");
    let hosted = transaction.date_host(meetup, first()).await.unwrap();
    assert_eq!(hosted, Some(MemberId::new(0)));
}
