//! Series of meetups: their dates, their drafts, and who comes.

use chrono::{NaiveDateTime, TimeDelta};
use chrono_tz::Europe::Berlin;
use convener::practice::id::{InteractionId, MeetupDraftId, MeetupId, MemberId};
use convener::practice::meetup::{Answer, CalendarOwner, Draft, Given, NewMeetup};
use convener::practice::recurrence::{Exception, Schedule};
use convener::storage::{MEMBER_TABLES, Transaction};

use crate::engine::Database;
use crate::sample::{CHANNEL, GUILD, OTHER_GUILD, at};

on_each_engine!(
    a_series_comes_back_as_it_was_called,
    a_use_of_the_command_calls_one_series,
    a_series_is_called_off_once,
    an_exception_replaces_the_one_before,
    a_change_is_counted_and_dated,
    a_draft_is_taken_once_and_by_its_author,
    the_last_answer_of_each_counts,
    who_was_there_can_be_put_right,
    what_meetups_hold_of_a_member_is_found_and_forgotten,
);

const ANA: MemberId = MemberId::new(7);
const BEN: MemberId = MemberId::new(8);

fn evening(title: &str) -> NewMeetup {
    NewMeetup {
        guild: GUILD,
        title: title.to_owned(),
        channel: CHANNEL,
        room: None,
        host: ANA,
        schedule: Schedule::new(
            first(),
            Berlin,
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=9"
                .parse()
                .unwrap(),
        ),
        minutes: 90,
        seats: Some(12),
        continues: None,
    }
}

fn first() -> NaiveDateTime {
    "2026-11-24T18:30:00".parse().unwrap()
}

async fn called(transaction: &mut Transaction) -> MeetupId {
    let plan = evening("Open studio");
    let kept = transaction.keep_meetup(&plan, at("10:00:00"), InteractionId::new(71));
    kept.await.unwrap().unwrap()
}

async fn a_series_comes_back_as_it_was_called(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let id = called(&mut transaction).await;
    let next = NewMeetup {
        continues: Some(id),
        seats: None,
        ..evening("Late studio")
    };
    let interaction = InteractionId::new(72);
    let kept = transaction.keep_meetup(&next, at("11:00:00"), interaction);
    let next_id = kept.await.unwrap().unwrap();
    let meetup = transaction.meetup(id).await.unwrap().unwrap();
    assert_eq!(meetup.plan, evening("Open studio"));
    assert_eq!((meetup.cancelled_at, meetup.sequence), (None, 0));
    assert_eq!(meetup.changed_at, at("10:00:00"));
    assert_eq!(meetup.tended_to, Some(at("10:00:00")));
    let following = transaction.meetup(next_id).await.unwrap().unwrap();
    assert_eq!(following.plan, next);
    let all = transaction.meetups(GUILD).await.unwrap();
    assert_eq!(all, [meetup, following]);
    assert!(transaction.meetups(OTHER_GUILD).await.unwrap().is_empty());
    let unknown = transaction.meetup(MeetupId::new(404)).await.unwrap();
    assert_eq!(unknown, None);
}

async fn a_use_of_the_command_calls_one_series(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    for (interaction, is_new) in [(71, true), (71, false), (72, true)] {
        let kept = transaction
            .keep_meetup(
                &evening("Open studio"),
                at("10:00:00"),
                InteractionId::new(interaction),
            )
            .await
            .unwrap();
        assert_eq!(kept.is_some(), is_new, "{interaction}");
    }
    assert_eq!(transaction.meetups(GUILD).await.unwrap().len(), 2);
}

async fn a_series_is_called_off_once(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let id = called(&mut transaction).await;
    let off_at = at("11:00:00.000001");
    for (guild, is_off) in [(OTHER_GUILD, false), (GUILD, true), (GUILD, false)] {
        let off = transaction.cancel_meetup(guild, id, Some("The kiln is broken"), off_at);
        assert_eq!(off.await.unwrap(), is_off);
    }
    let off = transaction.meetup(id).await.unwrap().unwrap();
    assert_eq!(off.cancelled_at, Some(off_at));
    assert_eq!(off.cancel_reason.as_deref(), Some("The kiln is broken"));
    assert_eq!((off.sequence, off.changed_at), (1, off_at));
    assert!(transaction.meetups(GUILD).await.unwrap().is_empty());
    assert_eq!(transaction.all_meetups(GUILD).await.unwrap(), [off]);
}

async fn an_exception_replaces_the_one_before(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let id = called(&mut transaction).await;
    let moved = Exception::Moved(first() + TimeDelta::hours(1));
    for exception in [Exception::Skipped, moved] {
        let kept = transaction.keep_meetup_exception(id, first(), exception);
        kept.await.unwrap();
    }
    let later = first() + TimeDelta::days(2);
    let kept = transaction.keep_meetup_exception(id, later, Exception::Skipped);
    kept.await.unwrap();
    let exceptions = |meetups: Vec<convener::practice::meetup::Meetup>| {
        let schedule = &meetups[0].plan.schedule;
        let exceptions = schedule.exceptions.iter();
        exceptions
            .map(|(original, exception)| (*original, *exception))
            .collect::<Vec<_>>()
    };
    let all = transaction.meetups(GUILD).await.unwrap();
    let alone = transaction.meetup(id).await.unwrap().unwrap();
    assert_eq!(all, [alone]);
    let expected = [(first(), moved), (later, Exception::Skipped)];
    assert_eq!(exceptions(all), expected);
    transaction
        .forget_meetup_exceptions_from(id, later)
        .await
        .unwrap();
    let left = exceptions(transaction.meetups(GUILD).await.unwrap());
    assert_eq!(left, expected[..1]);
    transaction
        .forget_meetup_exception(id, first())
        .await
        .unwrap();
    assert!(exceptions(transaction.meetups(GUILD).await.unwrap()).is_empty());
}

async fn a_change_is_counted_and_dated(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let id = called(&mut transaction).await;
    let later = first() + TimeDelta::days(1);
    let rule = "FREQ=WEEKLY;BYDAY=WE".parse().unwrap();
    transaction
        .keep_meetup_rule(id, later, &rule)
        .await
        .unwrap();
    transaction.keep_meetup_host(id, BEN).await.unwrap();
    transaction
        .keep_meetup_tended(id, at("12:00:00"))
        .await
        .unwrap();
    transaction
        .count_meetup_change(id, at("13:00:00"))
        .await
        .unwrap();
    let meetup = transaction.meetup(id).await.unwrap().unwrap();
    assert_eq!(meetup.plan.schedule, Schedule::new(later, Berlin, rule));
    assert_eq!(meetup.plan.host, BEN);
    assert_eq!(meetup.tended_to, Some(at("12:00:00")));
    assert_eq!((meetup.sequence, meetup.changed_at), (1, at("13:00:00")));
}

async fn a_draft_is_taken_once_and_by_its_author(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let draft = Draft::Cancel {
        meetup: MeetupId::new(1),
        reason: None,
    };
    let interaction = InteractionId::new(71);
    let kept = transaction.keep_meetup_draft(GUILD, ANA, &draft, interaction, at("10:00:00"));
    let id = kept.await.unwrap();
    let again = transaction.keep_meetup_draft(GUILD, ANA, &draft, interaction, at("10:00:01"));
    assert_eq!(again.await.unwrap(), id);
    for (guild, member, draft_id) in [
        (OTHER_GUILD, ANA, id),
        (GUILD, BEN, id),
        (GUILD, ANA, MeetupDraftId::new(404)),
    ] {
        let taken = transaction.take_meetup_draft(guild, member, draft_id).await;
        assert_eq!(taken.unwrap(), None);
    }
    let taken = transaction.take_meetup_draft(GUILD, ANA, id).await;
    assert_eq!(taken.unwrap(), Some((draft.clone(), interaction)));
    let taken = transaction.take_meetup_draft(GUILD, ANA, id).await;
    assert_eq!(taken.unwrap(), None);
    let kept = transaction.keep_meetup_draft(GUILD, ANA, &draft, interaction, at("10:00:00"));
    let id = kept.await.unwrap();
    transaction
        .forget_meetup_drafts(at("10:00:01"))
        .await
        .unwrap();
    let taken = transaction.take_meetup_draft(GUILD, ANA, id).await;
    assert_eq!(taken.unwrap(), None);
}

async fn the_last_answer_of_each_counts(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let id = called(&mut transaction).await;
    let given = |member, answer, time| Given {
        member,
        answer,
        at: at(time),
    };
    let later = first() + TimeDelta::days(2);
    for (original, facts) in [
        (
            first(),
            vec![
                given(ANA, Answer::Going, "10:00:00"),
                given(BEN, Answer::Waiting, "10:00:01"),
            ],
        ),
        (later, vec![given(BEN, Answer::Maybe, "10:00:02")]),
        (first(), vec![given(ANA, Answer::No, "10:00:03")]),
    ] {
        let kept = transaction.keep_meetup_answers(id, original, &facts);
        kept.await.unwrap();
    }
    let answers = transaction.meetup_answers(id, first()).await.unwrap();
    let expected = [
        given(BEN, Answer::Waiting, "10:00:01"),
        given(ANA, Answer::No, "10:00:03"),
    ];
    assert_eq!(answers.all(), expected);
    let all = transaction.meetup_answers_from(id, first()).await.unwrap();
    let dates: Vec<_> = all.iter().map(|(original, _)| *original).collect();
    assert_eq!(dates, [first(), later]);
    let none = transaction.meetup_answers(id, first() + TimeDelta::hours(1));
    assert!(none.await.unwrap().all().is_empty());
}

async fn who_was_there_can_be_put_right(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let id = called(&mut transaction).await;
    for (member, was_there) in [(ANA, true), (BEN, true), (ANA, true), (BEN, false)] {
        let kept = transaction.keep_attendance(id, first(), member, was_there, ANA, at("20:00:00"));
        kept.await.unwrap();
    }
    assert_eq!(transaction.attendance(id, first()).await.unwrap(), [ANA]);
    assert_eq!(transaction.absent(id, first()).await.unwrap(), [BEN]);
}

async fn what_meetups_hold_of_a_member_is_found_and_forgotten(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let id = called(&mut transaction).await;
    let draft = Draft::Cancel {
        meetup: id,
        reason: None,
    };
    let interaction = InteractionId::new(72);
    let kept = transaction.keep_meetup_draft(GUILD, ANA, &draft, interaction, at("10:00:00"));
    kept.await.unwrap();
    let going = |member| Given {
        member,
        answer: Answer::Going,
        at: at("10:00:00"),
    };
    let facts = [going(ANA), going(BEN)];
    let kept = transaction.keep_meetup_answers(id, first(), &facts);
    kept.await.unwrap();
    for member in [ANA, BEN] {
        let kept = transaction.keep_attendance(id, first(), member, true, ANA, at("20:00:00"));
        kept.await.unwrap();
    }
    let owner = CalendarOwner::Member(ANA);
    let kept = transaction.keep_calendar_secret(GUILD, owner, "secret", at("10:00:00"));
    kept.await.unwrap();
    let mut known = Vec::new();
    for table in MEMBER_TABLES {
        let traces = transaction.known_of(table, GUILD, ANA).await.unwrap();
        known.extend(traces.iter().map(|_| table.name));
        transaction.forget_of(table, GUILD, ANA).await.unwrap();
        let traces = transaction.known_of(table, GUILD, ANA).await.unwrap();
        assert!(traces.is_empty(), "{traces:?}");
    }
    let tables = [
        "meetups",
        "meetup_drafts",
        "meetup_answers",
        "meetup_attendance",
        "calendars",
    ];
    assert_eq!(known, tables);
    let answers = transaction.meetup_answers(id, first()).await.unwrap();
    assert_eq!(answers.all(), [going(BEN)], "another's answer stays");
    assert_eq!(transaction.attendance(id, first()).await.unwrap(), [BEN]);
    assert_eq!(transaction.calendar_of("secret").await.unwrap(), None);
}
