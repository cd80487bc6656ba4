//! Communities: found, set up, left and found again.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::digest::put_digest_job;
use super::hearing::is_recorded;
use super::{Facilitation, Failure, Fault, put_notice};
use crate::practice::community::{Channel, ChannelKind, Community};
use crate::practice::id::{ChannelId, GuildId, MessageId, RoleId};
use crate::practice::message::Author;
use crate::practice::notice::Notice;
use crate::practice::refusal::Refusal;
use crate::storage::{StorageError, Transaction};

/// Convener was away where it was last known to listen longer ago than this.
const AWAY_AFTER: chrono::TimeDelta = chrono::TimeDelta::minutes(30);

/// What the leads choose in `/setup`.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the core group reads which requests wait.
    pub core_channel: ChannelId,
    /// Where the leads read the digest.
    pub leads_channel: ChannelId,
    /// The core group.
    pub core_role: Option<RoleId>,
    /// The community's zone, as typed.
    pub zone: Option<String>,
}

impl Facilitation {
    /// Keeps a guild and its channels as Discord tells them.
    pub async fn meet_guild(
        &self,
        guild: GuildId,
        name: &str,
        channels: &[Channel],
    ) -> Result<(), Fault> {
        let mut transaction = self.store.begin().await?;
        transaction.keep_guild(guild, name).await?;
        for channel in channels {
            transaction.keep_channel(channel).await?;
            self.tell_of_recording(&mut transaction, channel).await?;
        }
        self.commit(transaction).await?;
        Ok(())
    }

    /// Keeps a channel that was made or changed.
    pub async fn meet_channel(&self, channel: &Channel) -> Result<(), Fault> {
        let mut transaction = self.store.begin().await?;
        transaction.keep_channel(channel).await?;
        self.tell_of_recording(&mut transaction, channel).await?;
        Ok(self.commit(transaction).await?)
    }

    /// A channel was deleted: it is not read any more; what was said there stays.
    pub async fn lose_channel(&self, channel: ChannelId) -> Result<(), Fault> {
        let mut transaction = self.store.begin().await?;
        transaction.lose_channel(channel).await?;
        Ok(transaction.commit().await?)
    }

    /// Has a channel told, once, that what is said there is recorded; before `/setup` nothing is.
    async fn tell_of_recording(
        &self,
        transaction: &mut Transaction,
        channel: &Channel,
    ) -> Result<(), StorageError> {
        let community = transaction.community(channel.guild).await?;
        if let Some(community) = community.filter(|community| community.set_up_at.is_some())
            && channel.kind == ChannelKind::Text
            && is_recorded(&community, channel)
        {
            let now = self.clock.now();
            put_notice(
                transaction,
                channel.guild,
                channel.id,
                &Notice::RecordingStarts,
                now,
            )
            .await?;
        }
        Ok(())
    }

    /// Keeps a member who joined.
    pub async fn meet_member(
        &self,
        guild: GuildId,
        member: &Author,
        joined_at: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let mut transaction = self.store.begin().await?;
        transaction
            .keep_member(guild, member, Some(joined_at))
            .await?;
        Ok(transaction.commit().await?)
    }

    /// `/setup`: keeps what the leads chose. The first time, every channel that will be heard is told
    /// so, and the digests begin.
    pub async fn set_up(&self, guild: GuildId, settings: &Settings) -> Result<Community, Failure> {
        let now = self.clock.now();
        let mut transaction = self.store.begin().await?;
        let mut community = transaction
            .community(guild)
            .await?
            .ok_or(Refusal::NotSetUp)?;
        if let Some(zone) = &settings.zone {
            community.zone = zone
                .trim()
                .parse::<Tz>()
                .map_err(|_| Refusal::UnknownZone(zone.trim().to_owned()))?;
        }
        community.core_channel = Some(settings.core_channel);
        community.leads_channel = Some(settings.leads_channel);
        community.core_role = settings.core_role.or(community.core_role);
        community.set_up_at.get_or_insert(now);
        transaction.keep_settings(&community).await?;
        for channel in transaction.channels(guild).await? {
            self.tell_of_recording(&mut transaction, &channel).await?;
        }
        put_digest_job(&mut transaction, &community, &self.rhythm, now).await?;
        self.commit(transaction).await?;
        Ok(community)
    }

    /// A community, where it is known.
    pub async fn community(&self, guild: GuildId) -> Result<Option<Community>, Fault> {
        Ok(self.store.read().await?.community(guild).await?)
    }

    /// The channels of a guild in which people talk, threads included, with the message up to which
    /// each has been heard.
    pub async fn heard_channels(
        &self,
        guild: GuildId,
    ) -> Result<Vec<(Channel, Option<MessageId>)>, Fault> {
        let mut transaction = self.store.read().await?;
        let Some(community) = transaction.community(guild).await? else {
            return Ok(Vec::new());
        };
        let mut heard = Vec::new();
        for channel in transaction.channels(guild).await? {
            if is_recorded(&community, &channel) {
                let heard_to = transaction.heard_to(channel.id).await?;
                heard.push((channel, heard_to));
            }
        }
        Ok(heard)
    }

    /// Keeps that a channel can't be read, or that it can again.
    pub async fn keep_readable(&self, channel: ChannelId, is_readable: bool) -> Result<(), Fault> {
        let since = (!is_readable).then(|| self.clock.now());
        let mut transaction = self.store.begin().await?;
        transaction.keep_unreadable(channel, since).await?;
        Ok(transaction.commit().await?)
    }

    /// Keeps that Convener listens now; a long silence before it is kept as an absence.
    pub async fn keep_presence(&self) -> Result<(), Fault> {
        let now = self.clock.now();
        let mut transaction = self.store.begin().await?;
        if let Some(alive_at) = transaction.alive_at().await?
            && now - alive_at > AWAY_AFTER
        {
            transaction.keep_absence(alive_at, now).await?;
        }
        transaction.keep_alive(now).await?;
        Ok(transaction.commit().await?)
    }
}
