//! What is proposed for a date, who was seen in its room, and what was written down of it.

use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::FromRow;

use super::meetup::local;
use super::{Result, StorageError, Transaction, each_engine, parsed};
use crate::practice::id::{ChannelId, GuildId, InteractionId, MeetupId, MemberId, NoteId};
use crate::practice::meetup::{Note, Proposal};

#[derive(FromRow)]
struct NoteRow {
    note_id: i64,
    meetup_id: i64,
    original_local: String,
    member_id: i64,
    text: String,
}

impl TryFrom<NoteRow> for Note {
    type Error = StorageError;

    fn try_from(row: NoteRow) -> Result<Self> {
        Ok(Self {
            id: NoteId::new(row.note_id),
            meetup: MeetupId::new(row.meetup_id),
            original: parsed("meetup_notes.original_local", &row.original_local)?,
            by: (row.member_id != 0).then(|| MemberId::new(row.member_id)),
            text: row.text,
        })
    }
}

impl Transaction {
    /// Keeps a proposal; the same use of a command keeps one.
    pub async fn keep_proposal(
        &mut self,
        meetup: MeetupId,
        proposal: &Proposal,
        interaction: InteractionId,
        at: DateTime<Utc>,
    ) -> Result<()> {
        const KEEP_PROPOSAL: &str = "
            INSERT INTO meetup_proposals (meetup_id, member_id, text, proposed_at, interaction_id)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT (interaction_id) DO NOTHING";
        each_engine!(self, connection => sqlx::query(KEEP_PROPOSAL)
            .bind(meetup.get()).bind(proposal.by.get()).bind(&proposal.text).bind(at)
            .bind(interaction.get()).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// What was proposed for a series after a time, in order.
    pub async fn proposals(
        &mut self,
        meetup: MeetupId,
        after: DateTime<Utc>,
    ) -> Result<Vec<Proposal>> {
        const PROPOSALS: &str = "
            SELECT member_id, text FROM meetup_proposals
            WHERE meetup_id = $1 AND proposed_at > $2 ORDER BY proposal_id";
        let rows: Vec<(i64, String)> = each_engine!(self, connection => sqlx::query_as(PROPOSALS)
            .bind(meetup.get()).bind(after).fetch_all(connection).await)?;
        let proposal = |(by, text)| Proposal {
            by: MemberId::new(by),
            text,
        };
        Ok(rows.into_iter().map(proposal).collect())
    }

    /// Gives what was proposed for a series after a time to the series that goes on from it.
    pub async fn hand_over_proposals(
        &mut self,
        from: MeetupId,
        to: MeetupId,
        after: DateTime<Utc>,
    ) -> Result<()> {
        const HAND_OVER_PROPOSALS: &str =
            "UPDATE meetup_proposals SET meetup_id = $2 WHERE meetup_id = $1 AND proposed_at > $3";
        each_engine!(self, connection => sqlx::query(HAND_OVER_PROPOSALS)
            .bind(from.get()).bind(to.get()).bind(after).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// The series that come together in a room and were not called off.
    pub async fn meetups_in_room(
        &mut self,
        guild: GuildId,
        room: ChannelId,
    ) -> Result<Vec<MeetupId>> {
        const MEETUPS_IN_ROOM: &str = "
            SELECT meetup_id FROM meetups
            WHERE guild_id = $1 AND room_id = $2 AND cancelled_at IS NULL ORDER BY meetup_id";
        let rows: Vec<(i64,)> = each_engine!(self, connection => sqlx::query_as(MEETUPS_IN_ROOM)
            .bind(guild.get()).bind(room.get()).fetch_all(connection).await)?;
        Ok(rows.into_iter().map(|(id,)| MeetupId::new(id)).collect())
    }

    /// Keeps that somebody was seen in the room of a date.
    pub async fn keep_seen(
        &mut self,
        meetup: MeetupId,
        original: NaiveDateTime,
        member: MemberId,
        at: DateTime<Utc>,
    ) -> Result<()> {
        const KEEP_SEEN: &str = "
            INSERT INTO meetup_presence (meetup_id, original_local, member_id, seen_at)
            VALUES ($1, $2, $3, $4) ON CONFLICT (meetup_id, original_local, member_id) DO NOTHING";
        each_engine!(self, connection => sqlx::query(KEEP_SEEN)
            .bind(meetup.get()).bind(local(original)).bind(member.get()).bind(at)
            .execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Forgets that somebody was seen in the room of a date: they left before it began.
    pub async fn forget_seen(
        &mut self,
        meetup: MeetupId,
        original: NaiveDateTime,
        member: MemberId,
    ) -> Result<()> {
        const FORGET_SEEN: &str = "
            DELETE FROM meetup_presence
            WHERE meetup_id = $1 AND original_local = $2 AND member_id = $3";
        each_engine!(self, connection => sqlx::query(FORGET_SEEN)
            .bind(meetup.get()).bind(local(original)).bind(member.get())
            .execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Where somebody was seen of late: the dates, and the rooms of their series.
    pub async fn seen_since(
        &mut self,
        guild: GuildId,
        member: MemberId,
        since: DateTime<Utc>,
    ) -> Result<Vec<(MeetupId, NaiveDateTime, Option<ChannelId>)>> {
        const SEEN_SINCE: &str = "
            SELECT meetup_presence.meetup_id, original_local, room_id FROM meetup_presence
            JOIN meetups ON meetups.meetup_id = meetup_presence.meetup_id
            WHERE guild_id = $1 AND member_id = $2 AND seen_at >= $3";
        let rows: Vec<(i64, String, Option<i64>)> = each_engine!(self, connection =>
            sqlx::query_as(SEEN_SINCE).bind(guild.get()).bind(member.get()).bind(since)
                .fetch_all(connection).await)?;
        rows.into_iter()
            .map(|(meetup, original, room)| {
                let original = parsed("meetup_presence.original_local", &original)?;
                Ok((MeetupId::new(meetup), original, room.map(ChannelId::new)))
            })
            .collect()
    }

    /// Who was seen in the room of a date, the first in front.
    pub async fn seen(
        &mut self,
        meetup: MeetupId,
        original: NaiveDateTime,
    ) -> Result<Vec<MemberId>> {
        const SEEN: &str = "
            SELECT member_id FROM meetup_presence
            WHERE meetup_id = $1 AND original_local = $2 ORDER BY seen_at, member_id";
        let rows: Vec<(i64,)> = each_engine!(self, connection => sqlx::query_as(SEEN)
            .bind(meetup.get()).bind(local(original)).fetch_all(connection).await)?;
        Ok(rows.into_iter().map(|(id,)| MemberId::new(id)).collect())
    }

    /// Forgets what was written around the dates of meetups before a time: notes, proposals, and what polls were
    /// called; and who was seen in which room.
    pub(super) async fn forget_meetup_words_before(
        &mut self,
        guild: GuildId,
        time: DateTime<Utc>,
    ) -> Result<()> {
        const OLD_NOTES: &str = "
            UPDATE meetup_notes SET text = '' WHERE written_at < $2 AND text <> ''
                AND meetup_id IN (SELECT meetup_id FROM meetups WHERE guild_id = $1)";
        const OLD_PROPOSALS: &str = "
            DELETE FROM meetup_proposals WHERE proposed_at < $2
                AND meetup_id IN (SELECT meetup_id FROM meetups WHERE guild_id = $1)";
        const OLD_PRESENCE: &str = "
            DELETE FROM meetup_presence WHERE seen_at < $2
                AND meetup_id IN (SELECT meetup_id FROM meetups WHERE guild_id = $1)";
        const OLD_POLLS: &str = "
            UPDATE meetup_polls SET title = '' WHERE guild_id = $1 AND asked_at < $2 AND title <> ''";
        for statement in [OLD_NOTES, OLD_PROPOSALS, OLD_PRESENCE, OLD_POLLS] {
            each_engine!(self, connection => sqlx::query(statement)
                .bind(guild.get()).bind(time).execute(connection).await.map(drop))?;
        }
        Ok(())
    }

    /// The series in whose announcements, or in what was said after their dates, a member is named.
    pub async fn meetups_naming(
        &mut self,
        guild: GuildId,
        member: MemberId,
    ) -> Result<Vec<MeetupId>> {
        const MEETUPS_NAMING: &str = "
            SELECT meetup_id FROM meetups
            WHERE guild_id = $1 AND (host_id = $2
                OR meetup_id IN (SELECT meetup_id FROM meetup_date_hosts WHERE member_id = $2)
                OR meetup_id IN (SELECT meetup_id FROM meetup_answers WHERE member_id = $2)
                OR meetup_id IN (SELECT meetup_id FROM meetup_presence WHERE member_id = $2))
            ORDER BY meetup_id";
        let rows: Vec<(i64,)> = each_engine!(self, connection => sqlx::query_as(MEETUPS_NAMING)
            .bind(guild.get()).bind(member.get()).fetch_all(connection).await)?;
        Ok(rows.into_iter().map(|(id,)| MeetupId::new(id)).collect())
    }

    /// Keeps a note; the number that it has, also where this use of the window kept it before.
    pub async fn keep_note(
        &mut self,
        date: (MeetupId, NaiveDateTime),
        by: MemberId,
        text: &str,
        interaction: InteractionId,
        at: DateTime<Utc>,
    ) -> Result<NoteId> {
        const KEEP_NOTE: &str = "
            INSERT INTO meetup_notes (meetup_id, original_local, member_id, text, written_at, interaction_id)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (interaction_id) DO UPDATE SET text = excluded.text
            RETURNING note_id";
        let (id,): (i64,) = each_engine!(self, connection => sqlx::query_as(KEEP_NOTE)
            .bind(date.0.get()).bind(local(date.1)).bind(by.get()).bind(text).bind(at)
            .bind(interaction.get()).fetch_one(connection).await)?;
        Ok(NoteId::new(id))
    }

    /// A note.
    pub async fn note(&mut self, note: NoteId) -> Result<Option<Note>> {
        const NOTE: &str = "
            SELECT note_id, meetup_id, original_local, member_id, text FROM meetup_notes
            WHERE note_id = $1";
        let row: Option<NoteRow> = each_engine!(self, connection => sqlx::query_as(NOTE)
            .bind(note.get()).fetch_optional(connection).await)?;
        row.map(TryInto::try_into).transpose()
    }

    /// The notes that a member wrote.
    pub async fn notes_by(&mut self, guild: GuildId, member: MemberId) -> Result<Vec<NoteId>> {
        const NOTES_BY: &str = "
            SELECT note_id FROM meetup_notes
            JOIN meetups ON meetups.meetup_id = meetup_notes.meetup_id
            WHERE guild_id = $1 AND member_id = $2 ORDER BY note_id";
        let rows: Vec<(i64,)> = each_engine!(self, connection => sqlx::query_as(NOTES_BY)
            .bind(guild.get()).bind(member.get()).fetch_all(connection).await)?;
        Ok(rows.into_iter().map(|(id,)| NoteId::new(id)).collect())
    }
}
