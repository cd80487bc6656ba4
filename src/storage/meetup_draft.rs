//! Changes of meetups that somebody has seen and not yet confirmed.

use chrono::{DateTime, Utc};

use super::{Result, StorageError, Transaction, each_engine};
use crate::practice::id::{GuildId, InteractionId, MeetupDraftId, MemberId};
use crate::practice::meetup::Draft;

impl Transaction {
    /// Keeps a draft; the same for the same use of a command.
    pub async fn keep_meetup_draft(
        &mut self,
        guild: GuildId,
        member: MemberId,
        draft: &Draft,
        interaction: InteractionId,
        at: DateTime<Utc>,
    ) -> Result<MeetupDraftId> {
        const KEEP_MEETUP_DRAFT: &str = "
            INSERT INTO meetup_drafts (guild_id, member_id, draft, created_at, interaction_id)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (interaction_id) DO UPDATE SET draft = excluded.draft
            RETURNING draft_id";
        let json = serde_json::json!(draft).to_string();
        let (id,): (i64,) = each_engine!(self, connection => sqlx::query_as(KEEP_MEETUP_DRAFT)
            .bind(guild.get()).bind(member.get()).bind(json).bind(at).bind(interaction.get())
            .fetch_one(connection).await)?;
        Ok(MeetupDraftId::new(id))
    }

    /// Takes a draft of a member's out, so that it is done once: what it is, and the use of the command
    /// that it came from.
    pub async fn take_meetup_draft(
        &mut self,
        guild: GuildId,
        member: MemberId,
        draft: MeetupDraftId,
    ) -> Result<Option<(Draft, InteractionId)>> {
        const TAKE_MEETUP_DRAFT: &str = "
            DELETE FROM meetup_drafts WHERE guild_id = $1 AND member_id = $2 AND draft_id = $3
            RETURNING draft, interaction_id";
        let row: Option<(String, i64)> = each_engine!(self, connection =>
            sqlx::query_as(TAKE_MEETUP_DRAFT)
                .bind(guild.get()).bind(member.get()).bind(draft.get())
                .fetch_optional(connection).await)?;
        row.map(|(draft, interaction)| {
            let parsed = serde_json::from_str(&draft).map_err(|_| StorageError::Inconsistent {
                column: "meetup_drafts.draft",
                value: draft,
            })?;
            Ok((parsed, InteractionId::new(interaction)))
        })
        .transpose()
    }

    /// Forgets the drafts from before a time.
    pub async fn forget_meetup_drafts(&mut self, before: DateTime<Utc>) -> Result<()> {
        const FORGET_MEETUP_DRAFTS: &str = "DELETE FROM meetup_drafts WHERE created_at < $1";
        each_engine!(self, connection => sqlx::query(FORGET_MEETUP_DRAFTS)
            .bind(before).execute(connection).await.map(drop))?;
        Ok(())
    }
}
