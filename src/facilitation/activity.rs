//! The activity log: what members log themselves, what was read, and why.

use chrono::TimeDelta;

use super::request::is_public;
use super::{Facilitation, Failure, set_up_community};
use crate::listening::Listener;
use crate::practice::activity::{ActivityKind, Entry, LogFilter, Why};
use crate::practice::id::{ChannelId, GuildId, MemberId, MessageId};
use crate::practice::refusal::Refusal;
use crate::practice::week::{Period, Week};
use crate::storage::{StoredMessage, Transaction};

/// How many lines of the log are on a page.
pub const PAGE: i64 = 12;

/// How far back the log goes where no week is named.
const LOOKED_BACK: TimeDelta = TimeDelta::weeks(12);

/// What of the log somebody wants to see.
#[derive(Clone, Copy, Debug)]
pub struct LogWish<'a> {
    /// Of one kind, by its name.
    pub kind: Option<&'a str>,
    /// In one channel.
    pub channel: Option<ChannelId>,
    /// Of one member.
    pub member: Option<MemberId>,
    /// Of one week, as typed.
    pub week: Option<&'a str>,
    /// Which page, from 1.
    pub page: i64,
    /// Where it is asked: of other channels only those are shown that everybody may read.
    pub seen_from: ChannelId,
}

/// A message, as somebody points at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessagePointedAt {
    /// Its channel.
    pub channel: ChannelId,
    /// The message.
    pub message: MessageId,
    /// From where they point: into other channels only where everybody may read them.
    pub from: ChannelId,
}

impl Facilitation {
    /// Logs a message that is kept as an activity; whether it was not logged as this kind before.
    pub async fn log_activity(
        &self,
        guild: GuildId,
        pointed: MessagePointedAt,
        kind: ActivityKind,
        by: MemberId,
    ) -> Result<bool, Failure> {
        let mut transaction = self.store.begin().await?;
        set_up_community(&mut transaction, guild).await?;
        kept_message(&mut transaction, guild, pointed).await?;
        let MessagePointedAt {
            channel, message, ..
        } = pointed;
        let at = self.clock.now();
        let is_new = transaction
            .log_activity(guild, channel, message, kind, by, at)
            .await?;
        self.commit(transaction).await?;
        self.learn_anew(guild);
        Ok(is_new)
    }

    /// `/activity list`: a page of the log, the newest first; whether there are more.
    pub async fn activity_log(
        &self,
        guild: GuildId,
        wish: &LogWish<'_>,
    ) -> Result<(Vec<Entry>, bool), Failure> {
        let mut transaction = self.store.read().await?;
        let community = set_up_community(&mut transaction, guild).await?;
        let now = self.clock.now();
        let period = match wish.week {
            Some(text) => {
                let week: Week = text
                    .trim()
                    .parse()
                    .map_err(|_| Refusal::NotAWeek(text.trim().to_owned()))?;
                week.period(community.zone)
            }
            None => Period {
                from: now - LOOKED_BACK,
                to: now + TimeDelta::seconds(1),
            },
        };
        let kind = wish.kind.map(|name| {
            let kind = name.parse().ok().or_else(|| ActivityKind::titled(name));
            kind.ok_or_else(|| Refusal::NotAnActivity(name.to_owned()))
        });
        let filter = LogFilter {
            period,
            kind: kind.transpose()?,
            channel: wish.channel,
            member: wish.member,
            seen_from: wish.seen_from,
        };
        let from = (wish.page.clamp(1, 1_000) - 1) * PAGE;
        // One more than is shown tells whether there are more.
        let mut entries = transaction
            .activity_log(guild, &filter, from, PAGE + 1)
            .await?;
        let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
        let has_more = entries.len() > page;
        entries.truncate(page);
        Ok((entries, has_more))
    }

    /// `/activity why`: how a message was read, and what in it decided.
    pub async fn why(&self, guild: GuildId, pointed: MessagePointedAt) -> Result<Why, Failure> {
        let mut transaction = self.store.read().await?;
        set_up_community(&mut transaction, guild).await?;
        let stored = kept_message(&mut transaction, guild, pointed).await?;
        let reading = &stored.reading;
        Ok(Why {
            channel: pointed.channel,
            message: pointed.message,
            activity: reading.activity,
            begins: reading.begins,
            is_request: reading.is_request,
            confidence: f64::from(reading.confidence),
            pieces: Listener::new().why(&stored.heard.text, reading.activity),
        })
    }
}

/// A message of a community that is kept, where whoever points at it may read it.
async fn kept_message(
    transaction: &mut Transaction,
    guild: GuildId,
    pointed: MessagePointedAt,
) -> Result<StoredMessage, Failure> {
    let place = transaction.channel(pointed.channel).await?;
    place
        .filter(|place| place.guild == guild)
        .ok_or(Refusal::UnknownMessage)?;
    if pointed.channel != pointed.from && !is_public(transaction, pointed.channel).await? {
        return Err(Refusal::UnknownMessage.into());
    }
    let stored = transaction
        .message(pointed.channel, pointed.message)
        .await?;
    Ok(stored.ok_or(Refusal::UnknownMessage)?)
}
