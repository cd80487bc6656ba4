//! Ids of other platforms: a negative number stands for each, and the original text is kept.

use super::{Result, Transaction, each_engine};

impl Transaction {
    /// The number that stands for an id of another platform, made where there is none yet.
    ///
    /// `noun` is `guild`, `channel`, `message` or `member`.
    pub async fn external_id(&mut self, noun: &str, original: &str) -> Result<i64> {
        const FIND: &str = "SELECT external_id FROM external_ids WHERE noun = $1 AND original = $2";
        const MAKE: &str = "
            INSERT INTO external_ids (noun, original) VALUES ($1, $2)
            ON CONFLICT (noun, original) DO UPDATE SET original = excluded.original
            RETURNING external_id";
        let found: Option<(i64,)> = each_engine!(self, connection =>
            sqlx::query_as(FIND).bind(noun).bind(original).fetch_optional(connection).await)?;
        let (id,) = match found {
            Some(found) => found,
            None => each_engine!(self, connection =>
                sqlx::query_as(MAKE).bind(noun).bind(original).fetch_one(connection).await)?,
        };
        Ok(-id)
    }

    /// The original text of an id: what a negative number stands for, else the number itself.
    pub async fn original_id(&mut self, id: i64) -> Result<String> {
        const ORIGINAL: &str = "SELECT original FROM external_ids WHERE external_id = $1";
        if id >= 0 {
            return Ok(id.to_string());
        }
        let row: Option<(String,)> = each_engine!(self, connection =>
            sqlx::query_as(ORIGINAL).bind(-id).fetch_optional(connection).await)?;
        Ok(row.map_or_else(|| id.to_string(), |(original,)| original))
    }
}
