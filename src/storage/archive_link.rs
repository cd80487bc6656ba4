//! Who may read the archive: whoever knows a secret of which a hash is kept here.

use chrono::{DateTime, Utc};

use super::{Result, Transaction, each_engine};
use crate::practice::id::GuildId;

impl Transaction {
    /// Keeps the hash of a secret that opens the archive of a guild until it expires.
    pub async fn keep_archive_link(
        &mut self,
        guild: GuildId,
        secret_hash: &str,
        made_at: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Result<()> {
        const KEEP_ARCHIVE_LINK: &str = "
            INSERT INTO archive_links (secret_hash, guild_id, made_at, expires_at)
            VALUES ($1, $2, $3, $4)";
        each_engine!(self, connection => sqlx::query(KEEP_ARCHIVE_LINK)
            .bind(secret_hash).bind(guild.get()).bind(made_at).bind(expires_at)
            .execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Whose archive a secret opens at a time, by its hash, and until when.
    pub async fn archive_of(
        &mut self,
        secret_hash: &str,
        at: DateTime<Utc>,
    ) -> Result<Option<(GuildId, DateTime<Utc>)>> {
        const ARCHIVE_OF: &str = "
            SELECT guild_id, expires_at FROM archive_links
            WHERE secret_hash = $1 AND expires_at > $2";
        let row: Option<(i64, DateTime<Utc>)> = each_engine!(self, connection =>
            sqlx::query_as(ARCHIVE_OF).bind(secret_hash).bind(at).fetch_optional(connection).await)?;
        Ok(row.map(|(guild, expires_at)| (GuildId::new(guild), expires_at)))
    }

    /// Lets no link open the archive of a guild any more; how many would have at this time.
    pub async fn revoke_archive_links(&mut self, guild: GuildId, at: DateTime<Utc>) -> Result<u64> {
        const REVOKE_ARCHIVE_LINKS: &str = "DELETE FROM archive_links WHERE guild_id = $1";
        self.drop_expired_archive_links(guild, at).await?;
        let revoked = each_engine!(self, connection => sqlx::query(REVOKE_ARCHIVE_LINKS)
            .bind(guild.get()).execute(connection).await.map(|result| result.rows_affected()))?;
        Ok(revoked)
    }

    /// Forgets the links of a guild that have expired.
    pub async fn drop_expired_archive_links(
        &mut self,
        guild: GuildId,
        at: DateTime<Utc>,
    ) -> Result<()> {
        const DROP_EXPIRED_LINKS: &str =
            "DELETE FROM archive_links WHERE guild_id = $1 AND expires_at <= $2";
        each_engine!(self, connection => sqlx::query(DROP_EXPIRED_LINKS)
            .bind(guild.get()).bind(at).execute(connection).await.map(drop))?;
        Ok(())
    }
}
