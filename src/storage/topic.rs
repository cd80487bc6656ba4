//! What members say that they know about.

use super::{Result, Transaction, each_engine};
use crate::practice::id::{GuildId, MemberId};

impl Transaction {
    /// Keeps what a member knows about, in the place of what they said before.
    pub async fn keep_topics(
        &mut self,
        guild: GuildId,
        member: MemberId,
        topics: &[String],
    ) -> Result<()> {
        const DROP_TOPICS: &str =
            "DELETE FROM member_topics WHERE guild_id = $1 AND member_id = $2";
        const KEEP_TOPIC: &str = "
            INSERT INTO member_topics (guild_id, member_id, topic) VALUES ($1, $2, $3)
            ON CONFLICT DO NOTHING";
        each_engine!(self, connection => sqlx::query(DROP_TOPICS)
            .bind(guild.get()).bind(member.get()).execute(connection).await.map(drop))?;
        for topic in topics {
            each_engine!(self, connection => sqlx::query(KEEP_TOPIC)
                .bind(guild.get()).bind(member.get()).bind(topic)
                .execute(connection).await.map(drop))?;
        }
        Ok(())
    }

    /// What a member says that they know about.
    pub async fn topics(&mut self, guild: GuildId, member: MemberId) -> Result<Vec<String>> {
        const TOPICS: &str = "
            SELECT topic FROM member_topics WHERE guild_id = $1 AND member_id = $2 ORDER BY topic";
        let rows: Vec<(String,)> = each_engine!(self, connection => sqlx::query_as(TOPICS)
            .bind(guild.get()).bind(member.get()).fetch_all(connection).await)?;
        Ok(rows.into_iter().map(|(topic,)| topic).collect())
    }

    /// Who says that they know about something, and about what.
    pub async fn all_topics(&mut self, guild: GuildId) -> Result<Vec<(MemberId, String)>> {
        const ALL_TOPICS: &str = "
            SELECT member_id, topic FROM member_topics WHERE guild_id = $1 ORDER BY member_id, topic";
        let rows: Vec<(i64, String)> = each_engine!(self, connection =>
            sqlx::query_as(ALL_TOPICS).bind(guild.get()).fetch_all(connection).await)?;
        let of_member = |(member, topic)| (MemberId::new(member), topic);
        Ok(rows.into_iter().map(of_member).collect())
    }
}
