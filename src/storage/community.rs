//! Communities, their channels and their members.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Transaction, each_engine, parsed};
use crate::practice::community::{Channel, ChannelKind, Community};
use crate::practice::id::{ChannelId, GuildId, MemberId, MessageId, RoleId};
use crate::practice::message::Author;

#[derive(FromRow)]
struct CommunityRow {
    guild_id: i64,
    name: String,
    zone: String,
    core_channel_id: Option<i64>,
    leads_channel_id: Option<i64>,
    core_role_id: Option<i64>,
    set_up_at: Option<DateTime<Utc>>,
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
            set_up_at: row.set_up_at,
        })
    }
}

#[derive(FromRow)]
struct ChannelRow {
    channel_id: i64,
    guild_id: i64,
    name: String,
    kind: String,
    parent_id: Option<i64>,
}

impl From<ChannelRow> for Channel {
    fn from(row: ChannelRow) -> Self {
        Self {
            id: ChannelId::new(row.channel_id),
            guild: GuildId::new(row.guild_id),
            name: row.name,
            kind: ChannelKind::from_name(&row.kind),
            parent: row.parent_id.map(ChannelId::new),
        }
    }
}

impl Transaction {
    /// Every community, by its id.
    pub async fn communities(&mut self) -> Result<Vec<Community>> {
        const COMMUNITIES: &str = "
            SELECT guild_id, name, zone, core_channel_id, leads_channel_id, core_role_id, set_up_at
            FROM communities ORDER BY guild_id";
        let rows: Vec<CommunityRow> = each_engine!(self, connection =>
            sqlx::query_as(COMMUNITIES).fetch_all(connection).await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// The community of a guild.
    pub async fn community(&mut self, guild: GuildId) -> Result<Option<Community>> {
        const COMMUNITY: &str = "
            SELECT guild_id, name, zone, core_channel_id, leads_channel_id, core_role_id, set_up_at
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
            SET zone = $2, core_channel_id = $3, leads_channel_id = $4, core_role_id = $5, set_up_at = $6
            WHERE guild_id = $1";
        each_engine!(self, connection => sqlx::query(KEEP_SETTINGS)
            .bind(community.guild.get())
            .bind(community.zone.name())
            .bind(community.core_channel.map(ChannelId::get))
            .bind(community.leads_channel.map(ChannelId::get))
            .bind(community.core_role.map(RoleId::get))
            .bind(community.set_up_at)
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }

    /// Keeps a channel's name and kind; how far it was heard stays.
    pub async fn keep_channel(&mut self, channel: &Channel) -> Result<()> {
        const KEEP_CHANNEL: &str = "
            INSERT INTO channels (channel_id, guild_id, name, kind, parent_id)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (channel_id) DO UPDATE
            SET name = excluded.name, kind = excluded.kind, parent_id = excluded.parent_id";
        each_engine!(self, connection => sqlx::query(KEEP_CHANNEL)
            .bind(channel.id.get())
            .bind(channel.guild.get())
            .bind(&channel.name)
            .bind(channel.kind.name())
            .bind(channel.parent.map(ChannelId::get))
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }

    /// A channel that is known.
    pub async fn channel(&mut self, channel: ChannelId) -> Result<Option<Channel>> {
        const CHANNEL: &str = "
            SELECT channel_id, guild_id, name, kind, parent_id FROM channels WHERE channel_id = $1";
        let row: Option<ChannelRow> = each_engine!(self, connection =>
            sqlx::query_as(CHANNEL).bind(channel.get()).fetch_optional(connection).await)?;
        Ok(row.map(Into::into))
    }

    /// The channels of a guild, by id.
    pub async fn channels(&mut self, guild: GuildId) -> Result<Vec<Channel>> {
        const CHANNELS: &str = "
            SELECT channel_id, guild_id, name, kind, parent_id FROM channels
            WHERE guild_id = $1 ORDER BY channel_id";
        let rows: Vec<ChannelRow> = each_engine!(self, connection =>
            sqlx::query_as(CHANNELS).bind(guild.get()).fetch_all(connection).await)?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// Keeps that nobody talks in a channel any more; its name stays for what was said there.
    pub async fn lose_channel(&mut self, channel: ChannelId) -> Result<()> {
        const LOSE_CHANNEL: &str = "
            UPDATE channels SET kind = 'other', unreadable_since = NULL WHERE channel_id = $1";
        each_engine!(self, connection => sqlx::query(LOSE_CHANNEL)
            .bind(channel.get()).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// The last message up to which a channel was heard.
    pub async fn heard_to(&mut self, channel: ChannelId) -> Result<Option<MessageId>> {
        const HEARD_TO: &str = "SELECT heard_to FROM channels WHERE channel_id = $1";
        let row: Option<(Option<i64>,)> = each_engine!(self, connection =>
            sqlx::query_as(HEARD_TO).bind(channel.get()).fetch_optional(connection).await)?;
        Ok(row.and_then(|(message,)| message).map(MessageId::new))
    }

    /// Moves the mark up to which a channel was heard; never back.
    pub async fn move_heard_to(&mut self, channel: ChannelId, message: MessageId) -> Result<()> {
        const MOVE_HEARD_TO: &str = "
            UPDATE channels SET heard_to = $2
            WHERE channel_id = $1 AND (heard_to IS NULL OR heard_to < $2)";
        each_engine!(self, connection => sqlx::query(MOVE_HEARD_TO)
            .bind(channel.get()).bind(message.get()).execute(connection).await.map(drop))?;
        Ok(())
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
            SET name = excluded.name, joined_at = COALESCE(excluded.joined_at, members.joined_at)";
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
