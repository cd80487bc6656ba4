//! Messages, kept once, as they stand, with their reading.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::rows::portions;
use super::{Result, Transaction, day_of, each_engine, named, parsed};
use crate::practice::activity::ActivityKind;
use crate::practice::id::{ChannelId, GuildId, MemberId, MessageId};
use crate::practice::message::{Author, Heard, MessageKind};
use crate::practice::reading::Reading;

/// A message that is kept, and what was made of it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredMessage {
    /// The message.
    pub heard: Heard,
    /// Its reading; whose conversation it belongs to is kept with the request's events.
    pub reading: Reading,
}

/// A message that is to be kept.
#[derive(Clone, Debug)]
pub struct NewMessage<'a> {
    /// Where it was said.
    pub guild: GuildId,
    /// The message.
    pub heard: &'a Heard,
    /// What was made of it.
    pub reading: Reading,
}

#[derive(FromRow)]
struct MessageRow {
    channel_id: i64,
    message_id: i64,
    author_id: Option<i64>,
    author_name: String,
    author_is_bot: bool,
    kind: String,
    written_at: DateTime<Utc>,
    edited_at: Option<DateTime<Utc>>,
    text: String,
    activity: Option<String>,
    confidence: f64,
    is_request: bool,
    begins: bool,
}

#[derive(FromRow)]
struct LinkRow {
    message_id: i64,
    target_id: i64,
}

impl MessageRow {
    fn into_stored(self, links: &[LinkRow]) -> Result<StoredMessage> {
        let reply_to: Vec<_> = links
            .iter()
            .filter(|link| link.message_id == self.message_id)
            .map(|link| MessageId::new(link.target_id))
            .collect();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "it was an f32 when it was kept"
        )]
        let confidence = self.confidence as f32;
        Ok(StoredMessage {
            heard: Heard {
                channel: ChannelId::new(self.channel_id),
                id: MessageId::new(self.message_id),
                author: self.author_id.map(|id| Author {
                    id: MemberId::new(id),
                    name: self.author_name,
                    is_bot: self.author_is_bot,
                }),
                at: self.written_at,
                edited_at: self.edited_at,
                text: self.text,
                kind: named("messages.kind", &self.kind, MessageKind::from_name)?,
                reply_to: reply_to.clone(),
                mentions: Vec::new(),
                reactions: Vec::new(),
                attachments: Vec::new(),
            },
            reading: Reading {
                activity: self
                    .activity
                    .map(|name| parsed("messages.activity", &name))
                    .transpose()?,
                confidence,
                is_request: self.is_request,
                begins: self.begins,
                reply_to,
                concern: None,
            },
        })
    }
}

#[derive(FromRow)]
struct OriginRow {
    guild_id: i64,
    author_id: Option<i64>,
    author_name: String,
    author_is_bot: bool,
    written_at: DateTime<Utc>,
}

impl Transaction {
    /// Which of these messages are kept already; of each whether it was deleted.
    pub async fn kept_messages(
        &mut self,
        messages: &[(ChannelId, MessageId)],
    ) -> Result<HashMap<(ChannelId, MessageId), bool>> {
        const KEPT_MESSAGES: &str = "
            SELECT messages.channel_id, messages.message_id, messages.deleted_at IS NOT NULL
            FROM (VALUES (CAST($1 AS BIGINT), CAST($2 AS BIGINT))) AS wanted
            JOIN messages ON messages.channel_id = wanted.column1
                AND messages.message_id = wanted.column2";
        let mut kept = HashMap::new();
        for wanted in portions(messages) {
            let statement = self.for_rows(KEPT_MESSAGES, wanted.len());
            let rows: Vec<(i64, i64, bool)> = each_engine!(self, connection => {
                let mut query = sqlx::query_as(statement);
                for (channel, message) in wanted {
                    query = query.bind(channel.get()).bind(message.get());
                }
                query.fetch_all(connection).await
            })?;
            kept.extend(rows.into_iter().map(|(channel, message, is_deleted)| {
                let place = (ChannelId::new(channel), MessageId::new(message));
                (place, is_deleted)
            }));
        }
        Ok(kept)
    }

    /// Keeps a message: see [`Transaction::keep_messages`]. Whether it is new.
    pub async fn keep_message(
        &mut self,
        guild: GuildId,
        heard: &Heard,
        reading: &Reading,
    ) -> Result<bool> {
        let message = NewMessage {
            guild,
            heard,
            reading: reading.clone(),
        };
        self.keep_messages(&[message]).await
    }

    /// Keeps messages with their readings, their links, their reactions and their attachments, and
    /// counts them for their authors. Whether all of them are new: where another process has kept
    /// some, which can't be told from the others, the transaction is to be given up.
    pub async fn keep_messages(&mut self, messages: &[NewMessage<'_>]) -> Result<bool> {
        if !self.keep_message_rows(messages).await? {
            return Ok(false);
        }
        self.keep_beside_messages(messages).await?;
        Ok(true)
    }

    /// The first half of [`Transaction::keep_messages`]: themselves.
    pub async fn keep_message_rows(&mut self, messages: &[NewMessage<'_>]) -> Result<bool> {
        const KEEP_MESSAGES: &str = "
            INSERT INTO messages (channel_id, message_id, guild_id, author_id, author_name,
                author_is_bot, kind, written_at, edited_at, text, activity, confidence, is_request, begins)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            ON CONFLICT DO NOTHING";
        for rows in portions(messages) {
            let statement = self.for_rows(KEEP_MESSAGES, rows.len());
            let kept = each_engine!(self, connection => {
                let mut query = sqlx::query(statement);
                for NewMessage { guild, heard, reading } in rows {
                    let author = heard.author.as_ref();
                    query = query
                        .bind(heard.channel.get())
                        .bind(heard.id.get())
                        .bind(guild.get())
                        .bind(author.map(|author| author.id.get()))
                        .bind(author.map_or("", |author| author.name.as_str()))
                        .bind(author.is_some_and(|author| author.is_bot))
                        .bind(heard.kind.name())
                        .bind(heard.at)
                        .bind(heard.edited_at)
                        .bind(&heard.text)
                        .bind(reading.activity.map(ActivityKind::name))
                        .bind(f64::from(reading.confidence))
                        .bind(reading.opens_request())
                        .bind(reading.begins);
                }
                query.execute(connection).await.map(|result| result.rows_affected())
            })?;
            if usize::try_from(kept).unwrap_or(usize::MAX) != rows.len() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The second half: what is counted of them, and what came with them.
    pub async fn keep_beside_messages(&mut self, messages: &[NewMessage<'_>]) -> Result<()> {
        let mut days: BTreeMap<_, i64> = BTreeMap::new();
        for NewMessage { guild, heard, .. } in messages {
            if let Some(author) = heard.author.as_ref().filter(|_| heard.is_by_a_person()) {
                *days
                    .entry((*guild, day_of(heard.at), author.id))
                    .or_default() += 1;
            }
        }
        self.count_member_days(&days).await?;
        self.keep_links(messages).await?;
        for message in messages {
            self.keep_what_comes_with(message.heard).await?;
        }
        Ok(())
    }

    /// Keeps which messages reply to which.
    async fn keep_links(&mut self, messages: &[NewMessage<'_>]) -> Result<()> {
        const KEEP_LINKS: &str = "
            INSERT INTO message_links (channel_id, message_id, target_id) VALUES ($1, $2, $3)
            ON CONFLICT DO NOTHING";
        let links: Vec<_> = messages
            .iter()
            .flat_map(|message| {
                let (channel, id) = (message.heard.channel.get(), message.heard.id.get());
                let targets = message.reading.reply_to.iter();
                targets.map(move |target| (channel, id, target.get()))
            })
            .collect();
        for rows in portions(&links) {
            let statement = self.for_rows(KEEP_LINKS, rows.len());
            each_engine!(self, connection => {
                let mut query = sqlx::query(statement);
                for (channel, message, target) in rows {
                    query = query.bind(*channel).bind(*message).bind(*target);
                }
                query.execute(connection).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// Keeps the reactions and the attachments of a message; most have none.
    async fn keep_what_comes_with(&mut self, heard: &Heard) -> Result<()> {
        const KEEP_REACTION: &str = "
            INSERT INTO reactions (channel_id, message_id, emoji, people) VALUES ($1, $2, $3, $4)
            ON CONFLICT (channel_id, message_id, emoji) DO UPDATE SET people = excluded.people";
        const KEEP_ATTACHMENT: &str = "
            INSERT INTO attachments (channel_id, message_id, position, name, url)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT DO NOTHING";
        let (channel, message) = (heard.channel.get(), heard.id.get());
        for reaction in &heard.reactions {
            each_engine!(self, connection => sqlx::query(KEEP_REACTION)
                .bind(channel).bind(message).bind(&reaction.emoji).bind(reaction.count)
                .execute(connection).await.map(drop))?;
        }
        for (position, attachment) in (0_i64..).zip(&heard.attachments) {
            each_engine!(self, connection => sqlx::query(KEEP_ATTACHMENT)
                .bind(channel).bind(message).bind(position).bind(&attachment.name)
                .bind(&attachment.url).execute(connection).await.map(drop))?;
        }
        Ok(())
    }

    /// The id of the message of a channel that has so many after it, of those that Discord numbered since a
    /// time; the first of these where there are fewer.
    pub async fn message_from_the_end(
        &mut self,
        channel: ChannelId,
        since: DateTime<Utc>,
        count: i64,
    ) -> Result<Option<MessageId>> {
        const MESSAGE_FROM_THE_END: &str = "
            SELECT MIN(message_id) FROM (
                SELECT message_id FROM messages
                WHERE channel_id = $1 AND message_id >= $2 ORDER BY message_id DESC LIMIT $3) AS latest";
        let first = MessageId::first_at(since);
        let (id,): (Option<i64>,) = each_engine!(self, connection =>
            sqlx::query_as(MESSAGE_FROM_THE_END).bind(channel.get()).bind(first.get()).bind(count)
                .fetch_one(connection).await)?;
        Ok(id.map(MessageId::new))
    }

    /// The words of the messages of a channel from one id to another that were not deleted, by id.
    pub async fn texts_between(
        &mut self,
        channel: ChannelId,
        from: MessageId,
        to: MessageId,
    ) -> Result<Vec<(MessageId, String)>> {
        const TEXTS_BETWEEN: &str = "
            SELECT message_id, text FROM messages
            WHERE channel_id = $1 AND message_id BETWEEN $2 AND $3 AND deleted_at IS NULL
                AND author_id IS NOT NULL AND author_id <> 0
            ORDER BY message_id";
        let rows: Vec<(i64, String)> = each_engine!(self, connection =>
            sqlx::query_as(TEXTS_BETWEEN).bind(channel.get()).bind(from.get()).bind(to.get())
                .fetch_all(connection).await)?;
        Ok(rows
            .into_iter()
            .map(|(id, text)| (MessageId::new(id), text))
            .collect())
    }

    /// The last messages of a channel that were written up to a time, the oldest first. Among those
    /// of one instant the id decides; the ids of other platforms count down from zero.
    ///
    /// Which are the last is told by the ids: those of Discord are made in the order of time, those of other
    /// platforms as an export has them.
    pub async fn messages_until(
        &mut self,
        channel: ChannelId,
        until: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<StoredMessage>> {
        const MESSAGES_UNTIL: &str = "
            SELECT channel_id, message_id, author_id, author_name, author_is_bot, kind, written_at,
                edited_at, text, activity, confidence, is_request, begins
            FROM (
                SELECT * FROM (
                    SELECT * FROM messages
                    WHERE channel_id = $1 AND message_id > 0 AND written_at <= $2
                        AND deleted_at IS NULL
                    ORDER BY message_id DESC LIMIT $3) AS of_discord
                UNION ALL
                SELECT * FROM (
                    SELECT * FROM messages
                    WHERE channel_id = $1 AND message_id < 0 AND written_at <= $2
                        AND deleted_at IS NULL
                    ORDER BY message_id LIMIT $3) AS of_others
            ) AS latest
            ORDER BY written_at DESC, ABS(message_id) DESC LIMIT $3";
        const LINKS_OF_MESSAGES: &str = "
            SELECT links.message_id, links.target_id
            FROM (VALUES (CAST($1 AS BIGINT), CAST($2 AS BIGINT))) AS wanted
            JOIN message_links AS links ON links.channel_id = wanted.column1
                AND links.message_id = wanted.column2";
        let mut rows: Vec<MessageRow> = each_engine!(self, connection =>
            sqlx::query_as(MESSAGES_UNTIL).bind(channel.get()).bind(until).bind(limit)
                .fetch_all(connection).await)?;
        rows.reverse();
        let ids: Vec<_> = rows.iter().map(|row| row.message_id).collect();
        let mut links: Vec<LinkRow> = Vec::new();
        for wanted in portions(&ids) {
            let statement = self.for_rows(LINKS_OF_MESSAGES, wanted.len());
            let found: Vec<LinkRow> = each_engine!(self, connection => {
                let mut query = sqlx::query_as(statement);
                for id in wanted {
                    query = query.bind(channel.get()).bind(*id);
                }
                query.fetch_all(connection).await
            })?;
            links.extend(found);
        }
        rows.into_iter()
            .map(|row| row.into_stored(&links))
            .collect()
    }

    /// One message, unless it was deleted.
    pub async fn message(
        &mut self,
        channel: ChannelId,
        message: MessageId,
    ) -> Result<Option<StoredMessage>> {
        const MESSAGE: &str = "
            SELECT channel_id, message_id, author_id, author_name, author_is_bot, kind, written_at,
                edited_at, text, activity, confidence, is_request, begins
            FROM messages WHERE channel_id = $1 AND message_id = $2 AND deleted_at IS NULL";
        const LINKS: &str = "
            SELECT message_id, target_id FROM message_links WHERE channel_id = $1 AND message_id = $2";
        let row: Option<MessageRow> = each_engine!(self, connection => sqlx::query_as(MESSAGE)
            .bind(channel.get()).bind(message.get()).fetch_optional(connection).await)?;
        let Some(row) = row else { return Ok(None) };
        let links: Vec<LinkRow> = each_engine!(self, connection => sqlx::query_as(LINKS)
            .bind(channel.get()).bind(message.get()).fetch_all(connection).await)?;
        row.into_stored(&links).map(Some)
    }

    /// The guild and the author of a message that was not deleted, and when it was written.
    pub async fn origin_of_message(
        &mut self,
        channel: ChannelId,
        message: MessageId,
    ) -> Result<Option<(GuildId, Option<Author>, DateTime<Utc>)>> {
        const ORIGIN_OF_MESSAGE: &str = "
            SELECT guild_id, author_id, author_name, author_is_bot, written_at FROM messages
            WHERE channel_id = $1 AND message_id = $2 AND deleted_at IS NULL";
        let row: Option<OriginRow> = each_engine!(self, connection =>
            sqlx::query_as(ORIGIN_OF_MESSAGE).bind(channel.get()).bind(message.get())
                .fetch_optional(connection).await)?;
        Ok(row.map(|row| {
            let author = row.author_id.map(|id| Author {
                id: MemberId::new(id),
                name: row.author_name,
                is_bot: row.author_is_bot,
            });
            (GuildId::new(row.guild_id), author, row.written_at)
        }))
    }

    /// Keeps the new words of an edited message, unless its author was forgotten; whether there is
    /// such a message.
    pub async fn edit_message(
        &mut self,
        channel: ChannelId,
        message: MessageId,
        text: &str,
        edited_at: DateTime<Utc>,
    ) -> Result<bool> {
        const EDIT_MESSAGE: &str = "
            UPDATE messages SET text = $3, edited_at = $4
            WHERE channel_id = $1 AND message_id = $2 AND deleted_at IS NULL
                AND (author_id IS NULL OR author_id <> 0)";
        let affected = each_engine!(self, connection => sqlx::query(EDIT_MESSAGE)
            .bind(channel.get()).bind(message.get()).bind(text).bind(edited_at)
            .execute(connection).await.map(|result| result.rows_affected()))?;
        Ok(affected == 1)
    }

    /// Keeps whether a message is a request after all, as people said.
    pub async fn keep_is_request(
        &mut self,
        channel: ChannelId,
        message: MessageId,
        is_request: bool,
    ) -> Result<()> {
        const KEEP_IS_REQUEST: &str = "
            UPDATE messages SET is_request = $3 WHERE channel_id = $1 AND message_id = $2";
        each_engine!(self, connection => sqlx::query(KEEP_IS_REQUEST)
            .bind(channel.get()).bind(message.get()).bind(is_request)
            .execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Forgets the words of a deleted message and what came with them; that there was one stays.
    /// Whether there was one.
    pub async fn delete_message(
        &mut self,
        channel: ChannelId,
        message: MessageId,
        deleted_at: DateTime<Utc>,
    ) -> Result<bool> {
        const DELETE_MESSAGE: &str = "
            UPDATE messages SET text = '', deleted_at = $3
            WHERE channel_id = $1 AND message_id = $2 AND deleted_at IS NULL
            RETURNING guild_id, author_id, written_at, kind <> 'system' AND NOT author_is_bot";
        const DELETE_REACTIONS: &str =
            "DELETE FROM reactions WHERE channel_id = $1 AND message_id = $2";
        const DELETE_ATTACHMENTS: &str =
            "DELETE FROM attachments WHERE channel_id = $1 AND message_id = $2";
        let deleted: Option<(i64, Option<i64>, DateTime<Utc>, bool)> = each_engine!(self, connection => sqlx::query_as(DELETE_MESSAGE)
                .bind(channel.get()).bind(message.get()).bind(deleted_at)
                .fetch_optional(connection).await)?;
        if let Some((guild, Some(author), written_at, true)) = deleted
            && author != 0
        {
            let (guild, author) = (GuildId::new(guild), MemberId::new(author));
            self.count_member_day(guild, author, written_at, -1).await?;
        }
        for statement in [DELETE_REACTIONS, DELETE_ATTACHMENTS] {
            each_engine!(self, connection => sqlx::query(statement)
                .bind(channel.get()).bind(message.get()).execute(connection).await.map(drop))?;
        }
        Ok(deleted.is_some())
    }
}
