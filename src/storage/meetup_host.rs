//! Who hosts a series, and where it comes together.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::meetup::local;
use super::{Result, Transaction, each_engine};
use crate::practice::id::{ChannelId, GuildId, MeetupId, MemberId};

impl Transaction {
    /// Keeps who hosts a series.
    pub async fn keep_meetup_host(&mut self, meetup: MeetupId, host: MemberId) -> Result<()> {
        const KEEP_MEETUP_HOST: &str = "UPDATE meetups SET host_id = $2 WHERE meetup_id = $1";
        each_engine!(self, connection => sqlx::query(KEEP_MEETUP_HOST)
            .bind(meetup.get()).bind(host.get()).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Keeps who takes turns at hosting a series, in the place of those who did.
    pub async fn keep_meetup_turns(&mut self, meetup: MeetupId, hosts: &[MemberId]) -> Result<()> {
        const FORGET_TURNS_OF: &str = "DELETE FROM meetup_hosts WHERE meetup_id = $1";
        const KEEP_TURN: &str = "
            INSERT INTO meetup_hosts (meetup_id, member_id, position) VALUES ($1, $2, $3)
            ON CONFLICT (meetup_id, member_id) DO NOTHING";
        each_engine!(self, connection => sqlx::query(FORGET_TURNS_OF)
            .bind(meetup.get()).execute(connection).await.map(drop))?;
        for (position, host) in (0_i64..).zip(hosts) {
            each_engine!(self, connection => sqlx::query(KEEP_TURN)
                .bind(meetup.get()).bind(host.get()).bind(position)
                .execute(connection).await.map(drop))?;
        }
        Ok(())
    }

    /// Who takes turns at hosting a series, in their order.
    pub async fn meetup_turns(&mut self, meetup: MeetupId) -> Result<Vec<MemberId>> {
        const MEETUP_TURNS: &str =
            "SELECT member_id FROM meetup_hosts WHERE meetup_id = $1 ORDER BY position, member_id";
        let rows: Vec<(i64,)> = each_engine!(self, connection => sqlx::query_as(MEETUP_TURNS)
            .bind(meetup.get()).fetch_all(connection).await)?;
        Ok(rows.into_iter().map(|(id,)| MemberId::new(id)).collect())
    }

    /// Keeps who hosts a date that has begun; who was kept before stays.
    pub async fn keep_date_host(
        &mut self,
        meetup: MeetupId,
        original: NaiveDateTime,
        host: MemberId,
    ) -> Result<()> {
        const KEEP_DATE_HOST: &str = "
            INSERT INTO meetup_date_hosts (meetup_id, original_local, member_id) VALUES ($1, $2, $3)
            ON CONFLICT (meetup_id, original_local) DO NOTHING";
        each_engine!(self, connection => sqlx::query(KEEP_DATE_HOST)
            .bind(meetup.get()).bind(local(original)).bind(host.get())
            .execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Who hosted a date, where another's turn has come since.
    pub async fn date_host(
        &mut self,
        meetup: MeetupId,
        original: NaiveDateTime,
    ) -> Result<Option<MemberId>> {
        const DATE_HOST: &str = "
            SELECT member_id FROM meetup_date_hosts WHERE meetup_id = $1 AND original_local = $2";
        let row: Option<(i64,)> = each_engine!(self, connection => sqlx::query_as(DATE_HOST)
            .bind(meetup.get()).bind(local(original)).fetch_optional(connection).await)?;
        Ok(row.map(|(id,)| MemberId::new(id)))
    }

    /// The series that a member hosts, or takes turns at hosting.
    pub async fn meetups_hosted_by(
        &mut self,
        guild: GuildId,
        member: MemberId,
    ) -> Result<Vec<MeetupId>> {
        const MEETUPS_HOSTED_BY: &str = "
            SELECT meetup_id FROM meetups
            WHERE guild_id = $1 AND cancelled_at IS NULL AND (host_id = $2
                OR meetup_id IN (SELECT meetup_id FROM meetup_hosts WHERE member_id = $2))
            ORDER BY meetup_id";
        let rows: Vec<(i64,)> = each_engine!(self, connection => sqlx::query_as(MEETUPS_HOSTED_BY)
            .bind(guild.get()).bind(member.get()).fetch_all(connection).await)?;
        Ok(rows.into_iter().map(|(id,)| MeetupId::new(id)).collect())
    }

    /// The series that are announced in a channel or come together in it.
    pub async fn meetups_at(
        &mut self,
        guild: GuildId,
        channel: ChannelId,
    ) -> Result<Vec<MeetupId>> {
        const MEETUPS_AT: &str = "
            SELECT meetup_id FROM meetups
            WHERE guild_id = $1 AND cancelled_at IS NULL AND (channel_id = $2 OR room_id = $2)
            ORDER BY meetup_id";
        let rows: Vec<(i64,)> = each_engine!(self, connection => sqlx::query_as(MEETUPS_AT)
            .bind(guild.get()).bind(channel.get()).fetch_all(connection).await)?;
        Ok(rows.into_iter().map(|(id,)| MeetupId::new(id)).collect())
    }

    /// Keeps where a series is announced, and in which voice channel it comes together.
    pub async fn keep_meetup_place(
        &mut self,
        meetup: MeetupId,
        channel: ChannelId,
        room: Option<ChannelId>,
    ) -> Result<()> {
        const KEEP_MEETUP_PLACE: &str =
            "UPDATE meetups SET channel_id = $2, room_id = $3 WHERE meetup_id = $1";
        each_engine!(self, connection => sqlx::query(KEEP_MEETUP_PLACE)
            .bind(meetup.get()).bind(channel.get()).bind(room.map(ChannelId::get))
            .execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Has a notice said anew in another channel.
    pub async fn move_notice(
        &mut self,
        key: &str,
        channel: ChannelId,
        at: DateTime<Utc>,
    ) -> Result<()> {
        // Another revision is another nonce.
        const MOVE_NOTICE: &str = "
            UPDATE outbox
            SET channel_id = $2, message_id = NULL, said_hash = 0, attempts = 0, revision = revision + 1,
                leased_until = NULL, sent_at = NULL, given_up_at = NULL, due_at = $3, created_at = $3
            WHERE notice_key = $1 AND channel_id <> $2";
        each_engine!(self, connection => sqlx::query(MOVE_NOTICE)
            .bind(key).bind(channel.get()).bind(at).execute(connection).await.map(drop))?;
        self.has_notices = true;
        Ok(())
    }
}
