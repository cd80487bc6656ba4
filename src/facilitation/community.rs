//! Communities: found, set up, left and found again.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::digest::put_digest_job;
use super::{Facilitation, Failure, Fault, put_notice};
use crate::practice::community::{Channel, ChannelKind, Community};
use crate::practice::id::{ChannelId, GuildId, RoleId};
use crate::practice::message::Author;
use crate::practice::notice::Notice;
use crate::practice::refusal::Refusal;

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
        }
        self.commit(transaction).await?;
        Ok(())
    }

    /// Keeps a channel that was made or changed.
    pub async fn meet_channel(&self, channel: &Channel) -> Result<(), Fault> {
        let mut transaction = self.store.begin().await?;
        transaction.keep_channel(channel).await?;
        Ok(transaction.commit().await?)
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
            if is_heard(&community, &channel) {
                put_notice(
                    &mut transaction,
                    guild,
                    channel.id,
                    &Notice::RecordingStarts,
                    now,
                )
                .await?;
            }
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
    ) -> Result<Vec<(Channel, Option<crate::practice::id::MessageId>)>, Fault> {
        let mut transaction = self.store.read().await?;
        let Some(community) = transaction.community(guild).await? else {
            return Ok(Vec::new());
        };
        let mut heard = Vec::new();
        for channel in transaction.channels(guild).await? {
            let is_place_to_talk = matches!(channel.kind, ChannelKind::Text | ChannelKind::Thread);
            if is_place_to_talk
                && ![community.core_channel, community.leads_channel].contains(&Some(channel.id))
            {
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

/// Whether what is said in a channel is kept, so that people there must be told.
fn is_heard(community: &Community, channel: &Channel) -> bool {
    channel.kind == ChannelKind::Text
        && ![community.core_channel, community.leads_channel].contains(&Some(channel.id))
}
