//! Communities, channels and members.

use chrono_tz::Europe::Berlin;
use convener::practice::community::{Channel, ChannelKind, Community};
use convener::practice::id::{ChannelId, MemberId, MessageId, RoleId};
use convener::practice::rhythm::{OwnRhythm, QuietHours};
use convener::practice::week::Period;

use crate::engine::Database;
use crate::sample::{CHANNEL, GUILD, OTHER_CHANNEL, OTHER_GUILD, at, person};

on_each_engine!(
    a_guild_keeps_its_settings_when_it_is_renamed,
    channels_are_listed_by_guild_and_renamed_in_place,
    the_mark_of_what_was_heard_never_moves_back,
    a_channel_is_unreadable_since_the_first_failure,
    a_member_keeps_the_time_of_joining,
);

fn channel(id: ChannelId, name: &str, kind: ChannelKind) -> Channel {
    Channel {
        id,
        guild: GUILD,
        name: name.to_owned(),
        kind,
        parent: None,
        is_public: true,
    }
}

async fn a_guild_keeps_its_settings_when_it_is_renamed(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    assert_eq!(transaction.community(GUILD).await.unwrap(), None);
    transaction
        .keep_guild(OTHER_GUILD, "Tanners")
        .await
        .unwrap();
    transaction.keep_guild(GUILD, "Potters").await.unwrap();
    let plain = Community::new(GUILD, "Potters".to_owned());
    assert_eq!(transaction.community(GUILD).await.unwrap(), Some(plain));

    let mut set = Community {
        guild: GUILD,
        name: "Potters".to_owned(),
        zone: Berlin,
        core_channel: Some(CHANNEL),
        leads_channel: Some(OTHER_CHANNEL),
        core_role: Some(RoleId::new(3)),
        coordinator_role: Some(RoleId::new(4)),
        lead_role: Some(RoleId::new(5)),
        quiet: QuietHours { from: 21, to: 7 },
        own_rhythm: OwnRhythm {
            waits_hours: Some(1),
            calls_hours: Some(2),
            raised_hours: Some(3),
            lapses_days: Some(4),
            text_kept_days: Some(5),
            digest_day: Some(2),
            digest_hour: Some(17),
        },
        set_up_at: Some(at("09:00:00.123456")),
        left_at: None,
    };
    transaction.keep_settings(&set).await.unwrap();
    transaction.keep_guild(GUILD, "Potters & co").await.unwrap();
    transaction.commit().await.unwrap();

    "Potters & co".clone_into(&mut set.name);
    let mut transaction = store.read().await.unwrap();
    let other = Community::new(OTHER_GUILD, "Tanners".to_owned());
    assert_eq!(transaction.communities().await.unwrap(), [set, other]);
}

async fn channels_are_listed_by_guild_and_renamed_in_place(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let help = channel(CHANNEL, "help", ChannelKind::Forum);
    let mut post = channel(OTHER_CHANNEL, "how to glaze", ChannelKind::Thread);
    post.parent = Some(CHANNEL);
    let mut foreign = channel(ChannelId::new(9), "elsewhere", ChannelKind::Other);
    foreign.guild = OTHER_GUILD;
    for known in [&post, &help, &foreign] {
        transaction.keep_channel(known).await.unwrap();
    }
    assert_eq!(
        transaction.channels(GUILD).await.unwrap(),
        [help, post.clone()]
    );
    assert_eq!(
        transaction.channel(foreign.id).await.unwrap(),
        Some(foreign)
    );

    "how to glaze (solved)".clone_into(&mut post.name);
    transaction.keep_channel(&post).await.unwrap();
    assert_eq!(transaction.channel(post.id).await.unwrap(), Some(post));
    assert_eq!(
        transaction.channel(ChannelId::new(404)).await.unwrap(),
        None
    );
}

async fn the_mark_of_what_was_heard_never_moves_back(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let help = channel(CHANNEL, "help", ChannelKind::Text);
    transaction.keep_channel(&help).await.unwrap();
    assert_eq!(transaction.heard_to(CHANNEL).await.unwrap(), None);
    for (moved_to, mark) in [(50, 50), (40, 50), (60, 60)] {
        let marks = [
            (CHANNEL, MessageId::new(moved_to)),
            (OTHER_CHANNEL, MessageId::new(9)),
        ];
        transaction.move_marks(&marks.into()).await.unwrap();
        let heard_to = transaction.heard_to(CHANNEL).await.unwrap();
        assert_eq!(heard_to, Some(MessageId::new(mark)), "moved to {moved_to}");
    }
    transaction.keep_channel(&help).await.unwrap();
    let heard_to = transaction.heard_to(CHANNEL).await.unwrap();
    assert_eq!(heard_to, Some(MessageId::new(60)), "kept again");
    let unknown = transaction.heard_to(OTHER_CHANNEL).await.unwrap();
    assert_eq!(unknown, None);
}

async fn a_channel_is_unreadable_since_the_first_failure(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    transaction
        .keep_channel(&channel(CHANNEL, "help", ChannelKind::Text))
        .await
        .unwrap();
    let noon = at("12:00:00");
    let unreadable = async |transaction: &mut convener::storage::Transaction| {
        transaction.unreadable_channels(GUILD, noon).await.unwrap()
    };
    for since in ["11:00:00", "13:00:00"] {
        transaction
            .keep_unreadable(CHANNEL, Some(at(since)))
            .await
            .unwrap();
        assert_eq!(unreadable(&mut transaction).await, ["help"], "{since}");
    }
    transaction.keep_unreadable(CHANNEL, None).await.unwrap();
    assert!(unreadable(&mut transaction).await.is_empty());
}

async fn a_member_keeps_the_time_of_joining(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let day = Period {
        from: at("00:00:00"),
        to: at("23:59:59"),
    };
    let mut ana = person(7);
    transaction
        .keep_member(GUILD, &ana, Some(at("00:00:00")))
        .await
        .unwrap();
    "Ana".clone_into(&mut ana.name);
    transaction.keep_member(GUILD, &ana, None).await.unwrap();
    assert_eq!(transaction.newcomers(GUILD, day).await.unwrap(), 1);
    let name = transaction.member_name(GUILD, ana.id).await.unwrap();
    assert_eq!(name.as_deref(), Some("Ana"));

    let mut bot = person(8);
    bot.is_bot = true;
    let late = person(9);
    for (member, joined_at) in [(&bot, at("10:00:00")), (&late, day.to)] {
        transaction
            .keep_member(GUILD, member, Some(joined_at))
            .await
            .unwrap();
    }
    assert_eq!(transaction.newcomers(GUILD, day).await.unwrap(), 1);
    let unknown = transaction.member_name(OTHER_GUILD, MemberId::new(7)).await;
    assert_eq!(unknown.unwrap(), None);
}
