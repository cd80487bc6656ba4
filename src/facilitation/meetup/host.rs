//! Who hosts, and where: handed over, in turns, moved; and what is told to the coordinators where one of them
//! is gone.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::answer::stir_announcement;
use super::event::stir_event;
use super::{Author, Facilitation, Failure, coordinators_channel, live_meetup};
use crate::facilitation::put_notice;
use crate::practice::id::{ChannelId, GuildId, MeetupId, MemberId};
use crate::practice::meetup::{Meetup, last_begun, next_host};
use crate::practice::message;
use crate::practice::notice::Notice;
use crate::practice::refusal::Refusal;
use crate::storage::{StorageError, Transaction};

impl Facilitation {
    /// `/meetup host`: somebody else hosts from now on; or takes turns with those who do. The series, and those
    /// who take turns.
    pub async fn host_meetup(
        &self,
        meetup: MeetupId,
        host: &message::Author,
        in_turn: bool,
        by: Author,
    ) -> Result<(Meetup, Vec<MemberId>), Failure> {
        let now = self.clock.now();
        if host.is_bot {
            return Err(Refusal::BotHost.into());
        }
        let host = host.id;
        let mut transaction = self.store.begin().await?;
        let mut meetup = live_meetup(&mut transaction, by.guild, meetup).await?;
        // Who hosts may hand it over.
        if meetup.plan.host != by.member {
            by.must_coordinate()?;
        }
        let mut turns = transaction.meetup_turns(meetup.id).await?;
        if in_turn {
            if meetup.plan.host.is_nobody() {
                transaction.keep_meetup_host(meetup.id, host).await?;
                meetup.plan.host = host;
            }
            for member in [meetup.plan.host, host] {
                if !turns.contains(&member) {
                    turns.push(member);
                }
            }
        } else {
            turns.clear();
            transaction.keep_meetup_host(meetup.id, host).await?;
            meetup.plan.host = host;
        }
        transaction.keep_meetup_turns(meetup.id, &turns).await?;
        stir_next(&mut transaction, &meetup, now).await?;
        transaction.count_meetup_change(meetup.id, now).await?;
        self.commit(transaction).await?;
        Ok((meetup, turns))
    }

    /// `/meetup place`: where a series is announced, and where it comes together. What is left out stays.
    pub async fn place_meetup(
        &self,
        meetup: MeetupId,
        channel: Option<ChannelId>,
        room: Option<ChannelId>,
        by: Author,
    ) -> Result<Meetup, Failure> {
        let now = self.clock.now();
        by.must_coordinate()?;
        if channel.is_none() && room.is_none() {
            return Err(Refusal::NoPlace.into());
        }
        let mut transaction = self.store.begin().await?;
        let mut meetup = live_meetup(&mut transaction, by.guild, meetup).await?;
        let before = meetup.plan.channel;
        meetup.plan.channel = channel.unwrap_or(before);
        meetup.plan.room = room.or(meetup.plan.room);
        let plan = &meetup.plan;
        transaction
            .keep_meetup_place(meetup.id, plan.channel, plan.room)
            .await?;
        if plan.channel != before
            && let Some(next) = meetup.schedule().next_after(now)
        {
            move_announcement(&mut transaction, &meetup, next.original, before, now).await?;
        }
        stir_next(&mut transaction, &meetup, now).await?;
        transaction.count_meetup_change(meetup.id, now).await?;
        self.commit(transaction).await?;
        Ok(meetup)
    }

    /// A date is announced: where hosts take turns, it is the next one's. The one before it, which may just have
    /// begun, stays its host's.
    pub(super) async fn take_turns(
        &self,
        transaction: &mut Transaction,
        meetup: &Meetup,
    ) -> Result<(), StorageError> {
        let turns = transaction.meetup_turns(meetup.id).await?;
        if let Some(next) = next_host(&turns, meetup.plan.host) {
            if let Some(begun) = last_begun(meetup, self.clock.now()) {
                transaction
                    .keep_date_host(meetup.id, begun.original, meetup.plan.host)
                    .await?;
            }
            transaction.keep_meetup_host(meetup.id, next).await?;
        }
        Ok(())
    }

    /// A member left: what they host is told to the coordinators, once; the next in turn hosts, where there is
    /// one.
    pub(in crate::facilitation) async fn lose_host(
        &self,
        transaction: &mut Transaction,
        guild: GuildId,
        member: MemberId,
    ) -> Result<(), StorageError> {
        let now = self.clock.now();
        for id in transaction.meetups_hosted_by(guild, member).await? {
            let Some(mut meetup) = transaction.meetup(id).await? else {
                continue;
            };
            let mut turns = transaction.meetup_turns(id).await?;
            let next = next_host(&turns, member);
            turns.retain(|host| *host != member);
            if turns.len() < 2 {
                turns.clear();
            }
            transaction.keep_meetup_turns(id, &turns).await?;
            if meetup.plan.host != member || meetup.schedule().next_after(now).is_none() {
                continue;
            }
            if let Some(next) = next {
                transaction.keep_meetup_host(id, next).await?;
                meetup.plan.host = next;
                stir_next(transaction, &meetup, now).await?;
            }
            let notice = Notice::HostLeft { meetup: id, member };
            tell(transaction, &meetup, &notice, now).await?;
        }
        Ok(())
    }

    /// A channel was deleted: the series that are announced in it, or come together in it, are told to the
    /// coordinators, once.
    pub(in crate::facilitation) async fn lose_place(
        &self,
        transaction: &mut Transaction,
        guild: GuildId,
        channel: ChannelId,
    ) -> Result<(), StorageError> {
        let now = self.clock.now();
        for id in transaction.meetups_at(guild, channel).await? {
            let Some(mut meetup) = transaction.meetup(id).await? else {
                continue;
            };
            let is_room = meetup.plan.room == Some(channel);
            if is_room {
                meetup.plan.room = None;
                let place = meetup.plan.channel;
                transaction.keep_meetup_place(id, place, None).await?;
                stir_next(transaction, &meetup, now).await?;
            }
            if meetup.schedule().next_after(now).is_some() {
                let notice = Notice::PlaceGone {
                    meetup: id,
                    place: channel,
                    is_room,
                };
                tell(transaction, &meetup, &notice, now).await?;
            }
        }
        Ok(())
    }
}

/// A series with the host of one of its dates, where hosts take turns and another's turn has come since.
pub async fn as_hosted(
    transaction: &mut Transaction,
    mut meetup: Meetup,
    original: NaiveDateTime,
) -> Result<Meetup, StorageError> {
    if let Some(host) = transaction.date_host(meetup.id, original).await? {
        meetup.plan.host = host;
    }
    Ok(meetup)
}

/// Has a date announced where its series is announced now. Where it was announced before, it says so; what stands
/// there from an earlier time is the announcement again.
async fn move_announcement(
    transaction: &mut Transaction,
    meetup: &Meetup,
    original: NaiveDateTime,
    from: ChannelId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let (guild, to) = (meetup.plan.guild, meetup.plan.channel);
    let meetup = meetup.id;
    let announced = Notice::MeetupAnnounced { meetup, original };
    let moved = Notice::AnnouncementMoved { meetup, original };
    let key = announced.key(guild, to);
    match transaction.standing_notice(&key).await? {
        None => return Ok(()),
        Some((_, None)) => return transaction.move_notice(&key, to, now).await,
        Some((_, Some(_))) => {}
    }
    transaction
        .turn_notice(&key, &moved.key(guild, from), &moved)
        .await?;
    let was_here = moved.key(guild, to);
    if transaction.standing_notice(&was_here).await?.is_some() {
        transaction.turn_notice(&was_here, &key, &announced).await?;
        transaction.stir_notice(&key, now).await?;
    } else {
        put_notice(transaction, guild, to, &announced, now).await?;
    }
    let moved = Notice::moved_announcements_of(meetup);
    transaction.stir_notices(&moved, now).await
}

/// Has what stands about the next date put right.
async fn stir_next(
    transaction: &mut Transaction,
    meetup: &Meetup,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    if let Some(next) = meetup.schedule().next_after(now) {
        stir_announcement(transaction, meetup, next.original, now).await?;
        stir_event(transaction, meetup, next.original, now).await?;
    }
    Ok(())
}

async fn tell(
    transaction: &mut Transaction,
    meetup: &Meetup,
    notice: &Notice,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let plan = &meetup.plan;
    let channel = coordinators_channel(transaction, plan.guild, plan.channel).await?;
    put_notice(transaction, plan.guild, channel, notice, now).await?;
    Ok(())
}
