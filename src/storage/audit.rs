//! Who changed what about Convener.

use chrono::{DateTime, Utc};

use super::{Result, Transaction, each_engine};
use crate::practice::audit::Entry;
use crate::practice::id::{GuildId, MemberId};

impl Transaction {
    /// Keeps a deed, to be read after the name of who did it.
    pub async fn keep_deed(
        &mut self,
        guild: GuildId,
        by: MemberId,
        deed: &str,
        at: DateTime<Utc>,
    ) -> Result<()> {
        const KEEP_DEED: &str = "
            INSERT INTO audit (guild_id, happened_at, member_id, deed) VALUES ($1, $2, $3, $4)";
        each_engine!(self, connection => sqlx::query(KEEP_DEED)
            .bind(guild.get()).bind(at).bind(by.get()).bind(deed).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// The latest deeds, the newest first.
    pub async fn latest_deeds(&mut self, guild: GuildId, limit: i64) -> Result<Vec<Entry>> {
        const LATEST_DEEDS: &str = "
            SELECT happened_at, member_id, deed FROM audit
            WHERE guild_id = $1 ORDER BY entry_id DESC LIMIT $2";
        let rows: Vec<(DateTime<Utc>, Option<i64>, String)> = each_engine!(self, connection =>
            sqlx::query_as(LATEST_DEEDS).bind(guild.get()).bind(limit).fetch_all(connection).await)?;
        let entry = |(at, by, deed): (_, Option<i64>, _)| Entry {
            at,
            by: by.map(MemberId::new),
            deed,
        };
        Ok(rows.into_iter().map(entry).collect())
    }
}
