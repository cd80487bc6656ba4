//! What a batch of messages needs to know of the places it was said in, and leaves there: one statement
//! each, however many communities and channels it is of.

use std::collections::{BTreeMap, HashMap};

use sqlx::FromRow;

use super::community::{ChannelRow, CommunityRow};
use super::rows::portions;
use super::{Result, Transaction, each_engine, named};
use crate::practice::community::{Channel, ChannelKind, Community, Watch};
use crate::practice::id::{ChannelId, GuildId, MemberId, MessageId};
use crate::practice::message::Author;

/// A channel, as far as what is said in it depends on it.
#[derive(Clone, Debug)]
pub struct KnownPlace {
    /// The channel.
    pub channel: Channel,
    /// The channel that a thread belongs to.
    pub parent: Option<Channel>,
    /// What is made of what is said there; a thread is as its channel.
    pub watch: Watch,
}

#[derive(FromRow)]
struct PlaceRow {
    #[sqlx(flatten)]
    channel: ChannelRow,
    watch: String,
    parent_guild_id: Option<i64>,
    parent_name: Option<String>,
    parent_kind: Option<String>,
    parent_parent_id: Option<i64>,
    parent_is_public: Option<bool>,
    parent_watch: Option<String>,
}

impl TryFrom<PlaceRow> for KnownPlace {
    type Error = super::StorageError;

    fn try_from(row: PlaceRow) -> Result<Self> {
        let channel = Channel::from(row.channel);
        let is_thread = channel.kind == ChannelKind::Thread;
        let parent = match (channel.parent, row.parent_guild_id, row.parent_name) {
            (Some(id), Some(guild), Some(name)) if is_thread => Some(Channel {
                id,
                guild: GuildId::new(guild),
                name,
                kind: ChannelKind::from_name(row.parent_kind.as_deref().unwrap_or_default()),
                parent: row.parent_parent_id.map(ChannelId::new),
                is_public: row.parent_is_public.unwrap_or_default(),
            }),
            _ => None,
        };
        let watch = match (is_thread && channel.parent.is_some(), row.parent_watch) {
            (false, _) => row.watch,
            (true, Some(watch)) => watch,
            (true, None) => Watch::default().name().to_owned(),
        };
        Ok(Self {
            watch: named("channels.watch", &watch, Watch::from_name)?,
            channel,
            parent,
        })
    }
}

impl Transaction {
    /// The communities of these guilds that are known.
    pub async fn communities_of(
        &mut self,
        guilds: &[GuildId],
    ) -> Result<HashMap<GuildId, Community>> {
        const COMMUNITIES_OF: &str = "
            SELECT guild_id, name, zone, core_channel_id, leads_channel_id, core_role_id,
                coordinator_role_id, lead_role_id, quiet_from, quiet_to, waits_hours,
                calls_hours, raised_hours, lapses_days, text_kept_days, digest_day,
                digest_hour, set_up_at, left_at
            FROM communities WHERE guild_id IN (VALUES (CAST($1 AS BIGINT)))";
        let mut communities = HashMap::new();
        for guilds in portions(guilds) {
            let statement = self.for_rows(COMMUNITIES_OF, guilds.len());
            let rows: Vec<CommunityRow> = each_engine!(self, connection => {
                let mut query = sqlx::query_as(statement);
                for guild in guilds {
                    query = query.bind(guild.get());
                }
                query.fetch_all(connection).await
            })?;
            for row in rows {
                let community = Community::try_from(row)?;
                communities.insert(community.guild, community);
            }
        }
        Ok(communities)
    }

    /// These channels, as far as they are known.
    pub async fn places(
        &mut self,
        channels: &[ChannelId],
    ) -> Result<HashMap<ChannelId, KnownPlace>> {
        const PLACES: &str = "
            SELECT channels.channel_id, channels.guild_id, channels.name, channels.kind,
                channels.parent_id, channels.is_public, channels.watch,
                parents.guild_id AS parent_guild_id, parents.name AS parent_name,
                parents.kind AS parent_kind, parents.parent_id AS parent_parent_id,
                parents.is_public AS parent_is_public, parents.watch AS parent_watch
            FROM channels LEFT JOIN channels AS parents ON parents.channel_id = channels.parent_id
            WHERE channels.channel_id IN (VALUES (CAST($1 AS BIGINT)))";
        let mut places = HashMap::new();
        for channels in portions(channels) {
            let statement = self.for_rows(PLACES, channels.len());
            let rows: Vec<PlaceRow> = each_engine!(self, connection => {
                let mut query = sqlx::query_as(statement);
                for channel in channels {
                    query = query.bind(channel.get());
                }
                query.fetch_all(connection).await
            })?;
            for row in rows {
                let place = KnownPlace::try_from(row)?;
                places.insert(place.channel.id, place);
            }
        }
        Ok(places)
    }

    /// Keeps the names of members who were heard: they are there. Nothing is written of whom nothing
    /// is new. In the order of their ids: see [`Transaction::move_marks`].
    pub async fn keep_members(
        &mut self,
        members: &BTreeMap<(GuildId, MemberId), &Author>,
    ) -> Result<()> {
        const KEEP_MEMBERS: &str = "
            INSERT INTO members (guild_id, member_id, name, is_bot) VALUES ($1, $2, $3, $4)
            ON CONFLICT (guild_id, member_id) DO UPDATE
            SET name = excluded.name, is_bot = excluded.is_bot, has_left = FALSE
            WHERE members.name <> excluded.name OR members.is_bot <> excluded.is_bot
                OR members.has_left";
        let members: Vec<_> = members.iter().collect();
        for rows in portions(&members) {
            let statement = self.for_rows(KEEP_MEMBERS, rows.len());
            each_engine!(self, connection => {
                let mut query = sqlx::query(statement);
                for ((guild, member), author) in rows {
                    query = query
                        .bind(guild.get())
                        .bind(member.get())
                        .bind(&author.name)
                        .bind(author.is_bot);
                }
                query.execute(connection).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// Moves the marks up to which channels were heard; never back. In the order of their ids, so that
    /// of two processes that move marks at once neither waits for the other in a circle.
    pub async fn move_marks(&mut self, marks: &BTreeMap<ChannelId, MessageId>) -> Result<()> {
        const MOVE_MARKS: &str = "
            UPDATE channels SET heard_to = wanted.column2
            FROM (VALUES (CAST($1 AS BIGINT), CAST($2 AS BIGINT))) AS wanted
            WHERE channel_id = wanted.column1 AND (heard_to IS NULL OR heard_to < wanted.column2)";
        let marks: Vec<_> = marks.iter().collect();
        for rows in portions(&marks) {
            let statement = self.for_rows(MOVE_MARKS, rows.len());
            each_engine!(self, connection => {
                let mut query = sqlx::query(statement);
                for (channel, message) in rows {
                    query = query.bind(channel.get()).bind(message.get());
                }
                query.execute(connection).await.map(drop)
            })?;
        }
        Ok(())
    }
}
