//! Polls about times.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, StorageError, Transaction, each_engine};
use crate::practice::id::{ChannelId, GuildId, InteractionId, MemberId, PollId};
use crate::practice::meetup::{NewPoll, Poll, Vote};

#[derive(FromRow)]
struct PollRow {
    poll_id: i64,
    guild_id: i64,
    channel_id: i64,
    member_id: i64,
    title: String,
    minutes: i64,
    is_weekly: bool,
    slots: String,
    closed_at: Option<DateTime<Utc>>,
}

/// Moments as they are kept: Unix seconds between commas.
fn kept<'a>(slots: impl IntoIterator<Item = &'a DateTime<Utc>>) -> String {
    let seconds = slots.into_iter().map(|slot| slot.timestamp().to_string());
    seconds.collect::<Vec<_>>().join(",")
}

fn slots<T: FromIterator<DateTime<Utc>>>(column: &'static str, text: &str) -> Result<T> {
    text.split(',')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let seconds = part.parse().ok();
            seconds
                .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
                .ok_or_else(|| StorageError::Inconsistent {
                    column,
                    value: text.to_owned(),
                })
        })
        .collect()
}

impl TryFrom<PollRow> for Poll {
    type Error = StorageError;

    fn try_from(row: PollRow) -> Result<Self> {
        Ok(Self {
            id: PollId::new(row.poll_id),
            asked: NewPoll {
                guild: GuildId::new(row.guild_id),
                channel: ChannelId::new(row.channel_id),
                by: MemberId::new(row.member_id),
                title: row.title,
                minutes: u32::try_from(row.minutes).unwrap_or_default(),
                is_weekly: row.is_weekly,
                slots: slots("meetup_polls.slots", &row.slots)?,
            },
            closed_at: row.closed_at,
        })
    }
}

impl Transaction {
    /// Keeps a poll; the number that it has, also where this use of the command kept it before.
    pub async fn keep_poll(
        &mut self,
        poll: &NewPoll,
        interaction: InteractionId,
        at: DateTime<Utc>,
    ) -> Result<PollId> {
        const KEEP_POLL: &str = "
            INSERT INTO meetup_polls (guild_id, channel_id, member_id, title, minutes, is_weekly, slots, asked_at,
                interaction_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (interaction_id) DO UPDATE SET title = excluded.title
            RETURNING poll_id";
        let (id,): (i64,) = each_engine!(self, connection => sqlx::query_as(KEEP_POLL)
            .bind(poll.guild.get()).bind(poll.channel.get()).bind(poll.by.get()).bind(&poll.title)
            .bind(i64::from(poll.minutes)).bind(poll.is_weekly).bind(kept(&poll.slots)).bind(at)
            .bind(interaction.get()).fetch_one(connection).await)?;
        Ok(PollId::new(id))
    }

    /// A poll.
    pub async fn poll(&mut self, poll: PollId) -> Result<Option<Poll>> {
        const POLL: &str = "
            SELECT poll_id, guild_id, channel_id, member_id, title, minutes, is_weekly, slots, closed_at
            FROM meetup_polls WHERE poll_id = $1";
        let row: Option<PollRow> = each_engine!(self, connection => sqlx::query_as(POLL)
            .bind(poll.get()).fetch_optional(connection).await)?;
        row.map(TryInto::try_into).transpose()
    }

    /// Closes a poll; whether it was open.
    pub async fn close_poll(&mut self, poll: PollId, at: DateTime<Utc>) -> Result<bool> {
        const CLOSE_POLL: &str =
            "UPDATE meetup_polls SET closed_at = $2 WHERE poll_id = $1 AND closed_at IS NULL";
        let affected = each_engine!(self, connection => sqlx::query(CLOSE_POLL)
            .bind(poll.get()).bind(at).execute(connection).await
            .map(|result| result.rows_affected()))?;
        Ok(affected == 1)
    }

    /// Keeps which times suit a member, in the place of those that did.
    pub async fn keep_vote(&mut self, poll: PollId, vote: &Vote, at: DateTime<Utc>) -> Result<()> {
        const KEEP_VOTE: &str = "
            INSERT INTO meetup_poll_votes (poll_id, member_id, slots, voted_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (poll_id, member_id) DO UPDATE
            SET slots = excluded.slots, voted_at = excluded.voted_at";
        each_engine!(self, connection => sqlx::query(KEEP_VOTE)
            .bind(poll.get()).bind(vote.member.get()).bind(kept(&vote.slots)).bind(at)
            .execute(connection).await.map(drop))?;
        Ok(())
    }

    /// The polls that a member asked or answered.
    pub async fn polls_of(&mut self, guild: GuildId, member: MemberId) -> Result<Vec<PollId>> {
        const POLLS_OF: &str = "
            SELECT poll_id FROM meetup_polls
            WHERE guild_id = $1 AND (member_id = $2
                OR poll_id IN (SELECT poll_id FROM meetup_poll_votes WHERE member_id = $2))
            ORDER BY poll_id";
        let rows: Vec<(i64,)> = each_engine!(self, connection => sqlx::query_as(POLLS_OF)
            .bind(guild.get()).bind(member.get()).fetch_all(connection).await)?;
        Ok(rows.into_iter().map(|(id,)| PollId::new(id)).collect())
    }

    /// Which times suit whom.
    pub async fn votes(&mut self, poll: PollId) -> Result<Vec<Vote>> {
        const VOTES: &str = "
            SELECT member_id, slots FROM meetup_poll_votes WHERE poll_id = $1
            ORDER BY voted_at, member_id";
        let rows: Vec<(i64, String)> = each_engine!(self, connection => sqlx::query_as(VOTES)
            .bind(poll.get()).fetch_all(connection).await)?;
        rows.into_iter()
            .map(|(member, text)| {
                Ok(Vote {
                    member: MemberId::new(member),
                    slots: slots("meetup_poll_votes.slots", &text)?,
                })
            })
            .collect()
    }
}
