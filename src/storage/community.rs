//! Communities, their channels and their members.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Transaction, day_of, each_engine, named, parsed};
use crate::practice::community::{Channel, ChannelKind, Community, Watch};
use crate::practice::id::{ChannelId, GuildId, MemberId, MessageId, RequestId, RoleId};
use crate::practice::message::Author;
use crate::practice::rhythm::{OwnRhythm, QuietHours};

#[derive(FromRow)]
pub(super) struct CommunityRow {
    guild_id: i64,
    name: String,
    zone: String,
    core_channel_id: Option<i64>,
    leads_channel_id: Option<i64>,
    core_role_id: Option<i64>,
    coordinator_role_id: Option<i64>,
    lead_role_id: Option<i64>,
    quiet_from: i64,
    quiet_to: i64,
    waits_hours: Option<i64>,
    calls_hours: Option<i64>,
    raised_hours: Option<i64>,
    lapses_days: Option<i64>,
    text_kept_days: Option<i64>,
    digest_day: Option<i64>,
    digest_hour: Option<i64>,
    set_up_at: Option<DateTime<Utc>>,
    left_at: Option<DateTime<Utc>>,
}

impl TryFrom<CommunityRow> for Community {
    type Error = super::StorageError;

    fn try_from(row: CommunityRow) -> Result<Self> {
        Ok(Self {
            guild: GuildId::new(row.guild_id),
            name: row.name,
            zone: parsed("communities.zone", &row.zone)?,
            core_channel: row.core_channel_id.map(ChannelId::new),
            leads_channel: row.leads_channel_id.map(ChannelId::new),
            core_role: row.core_role_id.map(RoleId::new),
            coordinator_role: row.coordinator_role_id.map(RoleId::new),
            lead_role: row.lead_role_id.map(RoleId::new),
            quiet: QuietHours {
                from: u32::try_from(row.quiet_from).unwrap_or_default(),
                to: u32::try_from(row.quiet_to).unwrap_or_default(),
            },
            own_rhythm: OwnRhythm {
                waits_hours: row.waits_hours,
                calls_hours: row.calls_hours,
                raised_hours: row.raised_hours,
                lapses_days: row.lapses_days,
                text_kept_days: row.text_kept_days,
                digest_day: row.digest_day,
                digest_hour: row.digest_hour,
            },
            set_up_at: row.set_up_at,
            left_at: row.left_at,
        })
    }
}

#[derive(FromRow)]
pub(super) struct ChannelRow {
    channel_id: i64,
    guild_id: i64,
    name: String,
    kind: String,
    parent_id: Option<i64>,
    is_public: bool,
}

impl From<ChannelRow> for Channel {
    fn from(row: ChannelRow) -> Self {
        Self {
            id: ChannelId::new(row.channel_id),
            guild: GuildId::new(row.guild_id),
            name: row.name,
            kind: ChannelKind::from_name(&row.kind),
            parent: row.parent_id.map(ChannelId::new),
            is_public: row.is_public,
        }
    }
}

impl Transaction {
    /// Every community, by its id.
    pub async fn communities(&mut self) -> Result<Vec<Community>> {
        const COMMUNITIES: &str = "
            SELECT guild_id, name, zone, core_channel_id, leads_channel_id, core_role_id,
                coordinator_role_id, lead_role_id, quiet_from, quiet_to, waits_hours,
                calls_hours, raised_hours, lapses_days, text_kept_days, digest_day,
                digest_hour, set_up_at, left_at
            FROM communities ORDER BY guild_id";
        let rows: Vec<CommunityRow> = each_engine!(self, connection =>
            sqlx::query_as(COMMUNITIES).fetch_all(connection).await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// The community of a guild.
    pub async fn community(&mut self, guild: GuildId) -> Result<Option<Community>> {
        const COMMUNITY: &str = "
            SELECT guild_id, name, zone, core_channel_id, leads_channel_id, core_role_id,
                coordinator_role_id, lead_role_id, quiet_from, quiet_to, waits_hours,
                calls_hours, raised_hours, lapses_days, text_kept_days, digest_day,
                digest_hour, set_up_at, left_at
            FROM communities WHERE guild_id = $1";
        let row: Option<CommunityRow> = each_engine!(self, connection =>
            sqlx::query_as(COMMUNITY).bind(guild.get()).fetch_optional(connection).await)?;
        row.map(TryInto::try_into).transpose()
    }

    /// Keeps that a guild is there and what it is called; its settings stay.
    pub async fn keep_guild(&mut self, guild: GuildId, name: &str) -> Result<()> {
        const KEEP_GUILD: &str = "
            INSERT INTO communities (guild_id, name, zone) VALUES ($1, $2, 'UTC')
            ON CONFLICT (guild_id) DO UPDATE SET name = excluded.name";
        each_engine!(self, connection =>
            sqlx::query(KEEP_GUILD).bind(guild.get()).bind(name).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Keeps what the leads set.
    pub async fn keep_settings(&mut self, community: &Community) -> Result<()> {
        const KEEP_SETTINGS: &str = "
            UPDATE communities
            SET zone = $2, core_channel_id = $3, leads_channel_id = $4, core_role_id = $5, set_up_at = $6,
                coordinator_role_id = $7, lead_role_id = $8, quiet_from = $9, quiet_to = $10,
                waits_hours = $11, calls_hours = $12, raised_hours = $13, lapses_days = $14,
                text_kept_days = $15, digest_day = $16, digest_hour = $17
            WHERE guild_id = $1";
        let own = &community.own_rhythm;
        each_engine!(self, connection => sqlx::query(KEEP_SETTINGS)
            .bind(community.guild.get())
            .bind(community.zone.name())
            .bind(community.core_channel.map(ChannelId::get))
            .bind(community.leads_channel.map(ChannelId::get))
            .bind(community.core_role.map(RoleId::get))
            .bind(community.set_up_at)
            .bind(community.coordinator_role.map(RoleId::get))
            .bind(community.lead_role.map(RoleId::get))
            .bind(i64::from(community.quiet.from))
            .bind(i64::from(community.quiet.to))
            .bind(own.waits_hours)
            .bind(own.calls_hours)
            .bind(own.raised_hours)
            .bind(own.lapses_days)
            .bind(own.text_kept_days)
            .bind(own.digest_day)
            .bind(own.digest_hour)
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }

    /// Keeps that Convener was removed from a guild, or (`None`) that it is there again.
    pub async fn keep_left(&mut self, guild: GuildId, at: Option<DateTime<Utc>>) -> Result<()> {
        const KEEP_LEFT: &str = "UPDATE communities SET left_at = $2 WHERE guild_id = $1";
        each_engine!(self, connection => sqlx::query(KEEP_LEFT)
            .bind(guild.get()).bind(at).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Keeps what ails Convener in a community; whether that is not what was kept before.
    pub async fn keep_ailing(&mut self, guild: GuildId, ailing: &str) -> Result<bool> {
        const KEEP_AILING: &str =
            "UPDATE communities SET ailing = $2 WHERE guild_id = $1 AND ailing <> $2";
        let affected = each_engine!(self, connection => sqlx::query(KEEP_AILING)
            .bind(guild.get()).bind(ailing).execute(connection).await
            .map(|result| result.rows_affected()))?;
        Ok(affected == 1)
    }

    /// Keeps a channel's name and kind; how far it was heard stays.
    pub async fn keep_channel(&mut self, channel: &Channel) -> Result<()> {
        const KEEP_CHANNEL: &str = "
            INSERT INTO channels (channel_id, guild_id, name, kind, parent_id, is_public)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (channel_id) DO UPDATE
            SET name = excluded.name, kind = excluded.kind, parent_id = excluded.parent_id,
                is_public = excluded.is_public";
        each_engine!(self, connection => sqlx::query(KEEP_CHANNEL)
            .bind(channel.id.get())
            .bind(channel.guild.get())
            .bind(&channel.name)
            .bind(channel.kind.name())
            .bind(channel.parent.map(ChannelId::get))
            .bind(channel.is_public)
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }

    /// A channel that is known.
    pub async fn channel(&mut self, channel: ChannelId) -> Result<Option<Channel>> {
        const CHANNEL: &str = "
            SELECT channel_id, guild_id, name, kind, parent_id, is_public FROM channels WHERE channel_id = $1";
        let row: Option<ChannelRow> = each_engine!(self, connection =>
            sqlx::query_as(CHANNEL).bind(channel.get()).fetch_optional(connection).await)?;
        Ok(row.map(Into::into))
    }

    /// The channels of a guild, by id.
    pub async fn channels(&mut self, guild: GuildId) -> Result<Vec<Channel>> {
        const CHANNELS: &str = "
            SELECT channel_id, guild_id, name, kind, parent_id, is_public FROM channels
            WHERE guild_id = $1 ORDER BY channel_id";
        let rows: Vec<ChannelRow> = each_engine!(self, connection =>
            sqlx::query_as(CHANNELS).bind(guild.get()).fetch_all(connection).await)?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// The channels of a guild that everybody may read; a thread is as its channel.
    pub async fn channels_of_everybody(&mut self, guild: GuildId) -> Result<BTreeSet<ChannelId>> {
        const CHANNELS_OF_EVERYBODY: &str = "
            SELECT channels.channel_id FROM channels
            LEFT JOIN channels AS parents ON parents.channel_id = channels.parent_id
                AND channels.kind = 'thread'
            WHERE channels.guild_id = $1 AND channels.is_public
                AND (parents.is_public OR parents.channel_id IS NULL)";
        let rows: Vec<(i64,)> = each_engine!(self, connection =>
            sqlx::query_as(CHANNELS_OF_EVERYBODY).bind(guild.get()).fetch_all(connection).await)?;
        Ok(rows.into_iter().map(|(id,)| ChannelId::new(id)).collect())
    }

    /// Who wrote in a channel and when, of what people wrote and was not deleted.
    pub async fn written_in(
        &mut self,
        channel: ChannelId,
    ) -> Result<Vec<(MemberId, DateTime<Utc>)>> {
        const WRITTEN_IN: &str = "
            SELECT author_id, written_at FROM messages
            WHERE channel_id = $1 AND deleted_at IS NULL AND kind <> 'system' AND NOT author_is_bot
                AND author_id IS NOT NULL AND author_id <> 0";
        let rows: Vec<(i64, DateTime<Utc>)> = each_engine!(self, connection =>
            sqlx::query_as(WRITTEN_IN).bind(channel.get()).fetch_all(connection).await)?;
        Ok(rows
            .into_iter()
            .map(|(member, at)| (MemberId::new(member), at))
            .collect())
    }

    /// Forgets the words of all that was said in a channel, which was deleted with it.
    pub async fn delete_messages_of(
        &mut self,
        guild: GuildId,
        channel: ChannelId,
        deleted_at: DateTime<Utc>,
    ) -> Result<()> {
        const DELETE_MESSAGES_OF: &str = "
            UPDATE messages SET text = '', deleted_at = $2
            WHERE channel_id = $1 AND deleted_at IS NULL";
        const DELETE_REACTIONS_OF: &str = "DELETE FROM reactions WHERE channel_id = $1";
        const DELETE_ATTACHMENTS_OF: &str = "DELETE FROM attachments WHERE channel_id = $1";
        let mut days = std::collections::BTreeMap::new();
        for (member, at) in self.written_in(channel).await? {
            days.entry((member, day_of(at))).or_insert((at, 0)).1 -= 1;
        }
        for ((member, _), (at, messages)) in days {
            self.count_member_day(guild, member, at, messages).await?;
        }
        each_engine!(self, connection => sqlx::query(DELETE_MESSAGES_OF)
            .bind(channel.get()).bind(deleted_at).execute(connection).await.map(drop))?;
        for statement in [DELETE_REACTIONS_OF, DELETE_ATTACHMENTS_OF] {
            each_engine!(self, connection => sqlx::query(statement)
                .bind(channel.get()).execute(connection).await.map(drop))?;
        }
        Ok(())
    }

    /// The requests of a channel that are open or answered.
    pub async fn live_requests_of(&mut self, channel: ChannelId) -> Result<Vec<RequestId>> {
        const LIVE_REQUESTS_OF: &str = "
            SELECT request_id FROM requests
            WHERE channel_id = $1 AND status IN ('open', 'answered')";
        let rows: Vec<(i64,)> = each_engine!(self, connection =>
            sqlx::query_as(LIVE_REQUESTS_OF).bind(channel.get()).fetch_all(connection).await)?;
        Ok(rows.into_iter().map(|(id,)| RequestId::new(id)).collect())
    }

    /// Keeps that nobody talks in a channel any more; its name stays for what was said there.
    pub async fn lose_channel(&mut self, channel: ChannelId) -> Result<()> {
        const LOSE_CHANNEL: &str = "
            UPDATE channels SET kind = 'other', unreadable_since = NULL WHERE channel_id = $1";
        each_engine!(self, connection => sqlx::query(LOSE_CHANNEL)
            .bind(channel.get()).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// What is made of what is said in a channel; a thread is as its channel.
    pub async fn watch(&mut self, channel: &Channel) -> Result<Watch> {
        const WATCH: &str = "SELECT watch FROM channels WHERE channel_id = $1";
        let place = match channel.kind {
            ChannelKind::Thread => channel.parent.unwrap_or(channel.id),
            _ => channel.id,
        };
        let row: Option<(String,)> = each_engine!(self, connection =>
            sqlx::query_as(WATCH).bind(place.get()).fetch_optional(connection).await)?;
        match row {
            Some((name,)) => named("channels.watch", &name, Watch::from_name),
            None => Ok(Watch::default()),
        }
    }

    /// Keeps what is to be made of what is said in a channel.
    pub async fn keep_watch(&mut self, channel: ChannelId, watch: Watch) -> Result<()> {
        const KEEP_WATCH: &str = "UPDATE channels SET watch = $2 WHERE channel_id = $1";
        each_engine!(self, connection => sqlx::query(KEEP_WATCH)
            .bind(channel.get()).bind(watch.name()).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// The last message up to which a channel was heard.
    pub async fn heard_to(&mut self, channel: ChannelId) -> Result<Option<MessageId>> {
        const HEARD_TO: &str = "SELECT heard_to FROM channels WHERE channel_id = $1";
        let row: Option<(Option<i64>,)> = each_engine!(self, connection =>
            sqlx::query_as(HEARD_TO).bind(channel.get()).fetch_optional(connection).await)?;
        Ok(row.and_then(|(message,)| message).map(MessageId::new))
    }

    /// Keeps since when a channel can't be read; `None` where it can.
    pub async fn keep_unreadable(
        &mut self,
        channel: ChannelId,
        since: Option<DateTime<Utc>>,
    ) -> Result<()> {
        const KEEP_UNREADABLE: &str = "
            UPDATE channels SET unreadable_since = $2
            WHERE channel_id = $1 AND (unreadable_since IS NULL OR $3)";
        each_engine!(self, connection => sqlx::query(KEEP_UNREADABLE)
            .bind(channel.get()).bind(since).bind(since.is_none())
            .execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Keeps a member's name, and when they joined where that is known.
    pub async fn keep_member(
        &mut self,
        guild: GuildId,
        member: &Author,
        joined_at: Option<DateTime<Utc>>,
    ) -> Result<()> {
        const KEEP_MEMBER: &str = "
            INSERT INTO members (guild_id, member_id, name, is_bot, joined_at)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (guild_id, member_id) DO UPDATE
            SET name = excluded.name, is_bot = excluded.is_bot, has_left = FALSE,
                joined_at = COALESCE(excluded.joined_at, members.joined_at)";
        each_engine!(self, connection => sqlx::query(KEEP_MEMBER)
            .bind(guild.get())
            .bind(member.id.get())
            .bind(&member.name)
            .bind(member.is_bot)
            .bind(joined_at)
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }

    /// Keeps whether a member is of the core group.
    pub async fn keep_is_core(
        &mut self,
        guild: GuildId,
        member: MemberId,
        is_core: bool,
    ) -> Result<()> {
        const KEEP_IS_CORE: &str = "
            UPDATE members SET is_core = $3
            WHERE guild_id = $1 AND member_id = $2 AND is_core <> $3";
        each_engine!(self, connection => sqlx::query(KEEP_IS_CORE)
            .bind(guild.get()).bind(member.get()).bind(is_core).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Forgets who is of the core group, before it is kept anew.
    pub async fn clear_core_group(&mut self, guild: GuildId) -> Result<()> {
        const CLEAR_CORE_GROUP: &str =
            "UPDATE members SET is_core = FALSE WHERE guild_id = $1 AND is_core";
        each_engine!(self, connection => sqlx::query(CLEAR_CORE_GROUP)
            .bind(guild.get()).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Keeps that a member left.
    pub async fn keep_member_left(&mut self, guild: GuildId, member: MemberId) -> Result<()> {
        const KEEP_MEMBER_LEFT: &str = "
            UPDATE members SET has_left = TRUE, is_core = FALSE WHERE guild_id = $1 AND member_id = $2";
        each_engine!(self, connection => sqlx::query(KEEP_MEMBER_LEFT)
            .bind(guild.get()).bind(member.get()).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Whether a member is there now, and is of the core group.
    pub async fn is_core(&mut self, guild: GuildId, member: MemberId) -> Result<Option<bool>> {
        const IS_CORE: &str = "
            SELECT is_core FROM members WHERE guild_id = $1 AND member_id = $2 AND NOT has_left";
        let row: Option<(bool,)> = each_engine!(self, connection => sqlx::query_as(IS_CORE)
            .bind(guild.get()).bind(member.get()).fetch_optional(connection).await)?;
        Ok(row.map(|(is_core,)| is_core))
    }

    /// The name of a member, where they are known.
    pub async fn member_name(
        &mut self,
        guild: GuildId,
        member: MemberId,
    ) -> Result<Option<String>> {
        const MEMBER_NAME: &str = "SELECT name FROM members WHERE guild_id = $1 AND member_id = $2";
        let row: Option<(String,)> = each_engine!(self, connection => sqlx::query_as(MEMBER_NAME)
            .bind(guild.get()).bind(member.get()).fetch_optional(connection).await)?;
        Ok(row.map(|(name,)| name))
    }
}
