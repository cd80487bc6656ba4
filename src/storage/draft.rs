//! Questions that were written and are not posted yet.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Transaction, each_engine};
use crate::practice::id::{ChannelId, DraftId, GuildId, InteractionId, MemberId};
use crate::practice::message::Author;
use crate::practice::request::{NewRequest, Origin};

#[derive(FromRow)]
struct DraftRow {
    guild_id: i64,
    channel_id: i64,
    author_id: i64,
    author_name: String,
    text: String,
    is_anonymous: bool,
    interaction_id: i64,
    written_at: DateTime<Utc>,
}

impl Transaction {
    /// Keeps a question under the use of the command that wrote it; the same one where that was
    /// delivered before.
    pub async fn keep_draft(
        &mut self,
        draft: &NewRequest,
        interaction: InteractionId,
    ) -> Result<DraftId> {
        const KEEP_DRAFT: &str = "
            INSERT INTO drafts (guild_id, channel_id, author_id, author_name, text, is_anonymous,
                interaction_id, written_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (interaction_id) DO UPDATE SET text = excluded.text
            RETURNING draft_id";
        let (id,): (i64,) = each_engine!(self, connection => sqlx::query_as(KEEP_DRAFT)
            .bind(draft.guild.get())
            .bind(draft.channel.get())
            .bind(draft.author.id.get())
            .bind(&draft.author.name)
            .bind(&draft.text)
            .bind(draft.is_anonymous)
            .bind(interaction.get())
            .bind(draft.asked_at)
            .fetch_one(connection)
            .await)?;
        Ok(DraftId::new(id))
    }

    /// Takes a draft of an author out, so that it is posted or dropped once.
    pub async fn take_draft(
        &mut self,
        draft: DraftId,
        author: MemberId,
    ) -> Result<Option<(NewRequest, InteractionId)>> {
        const TAKE_DRAFT: &str = "
            DELETE FROM drafts WHERE draft_id = $1 AND author_id = $2
            RETURNING guild_id, channel_id, author_id, author_name, text, is_anonymous, interaction_id,
                written_at";
        let row: Option<DraftRow> = each_engine!(self, connection => sqlx::query_as(TAKE_DRAFT)
            .bind(draft.get()).bind(author.get()).fetch_optional(connection).await)?;
        Ok(row.map(|row| {
            let request = NewRequest {
                guild: GuildId::new(row.guild_id),
                channel: ChannelId::new(row.channel_id),
                message: None,
                author: Author {
                    id: MemberId::new(row.author_id),
                    name: row.author_name,
                    is_bot: false,
                },
                asked_at: row.written_at,
                text: row.text,
                origin: Origin::Asked,
                is_anonymous: row.is_anonymous,
                // It is looked at again where it is posted.
                is_public: false,
            };
            (request, InteractionId::new(row.interaction_id))
        }))
    }

    /// Forgets the drafts that were written before a time.
    pub async fn drop_drafts_before(&mut self, time: DateTime<Utc>) -> Result<()> {
        const DROP_DRAFTS: &str = "DELETE FROM drafts WHERE written_at < $1";
        each_engine!(self, connection =>
            sqlx::query(DROP_DRAFTS).bind(time).execute(connection).await.map(drop))?;
        Ok(())
    }
}
