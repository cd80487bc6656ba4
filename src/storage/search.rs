//! Finding requests by their words.
//!
//! `SQLite` keeps the words in an FTS5 table, `PostgreSQL` in a column of lexemes; both stem English
//! and leave any other language's words as they are.

use sqlx::FromRow;

use super::{EngineTransaction, Result, Transaction, each_engine};
use crate::practice::id::{ChannelId, GuildId, MemberId, RequestId};

/// A word that so many requests hold tells none from another.
const COMMON_FROM: i64 = 500;

/// How a community is named among the words of FTS5, which has no other columns to filter by.
fn guild_word(guild: GuildId) -> String {
    format!("g{guild}").replace('-', "n")
}

#[derive(FromRow)]
struct FoundRow {
    request_id: i64,
}

impl Transaction {
    /// Keeps the words of a request and of its answers anew; none where both are empty.
    pub async fn keep_words(
        &mut self,
        guild: GuildId,
        request: RequestId,
        question: &str,
        answer: &str,
    ) -> Result<()> {
        const DROP_WORDS_SQLITE: &str = "DELETE FROM request_words WHERE rowid = $1";
        const DROP_WORDS_POSTGRES: &str = "DELETE FROM request_words WHERE request_id = $1";
        const KEEP_WORDS_SQLITE: &str = "
            INSERT INTO request_words (rowid, guild, question, answer) VALUES ($1, $2, $3, $4)";
        const KEEP_WORDS_POSTGRES: &str = "
            INSERT INTO request_words (request_id, guild_id, words)
            VALUES ($1, CAST(REPLACE(SUBSTR($2, 2), 'n', '-') AS BIGINT),
                setweight(to_tsvector('english', $3), 'A') || setweight(to_tsvector('english', $4), 'B'))";
        let statement = self.dialect(DROP_WORDS_SQLITE, DROP_WORDS_POSTGRES);
        each_engine!(self, connection => sqlx::query(statement)
            .bind(request.get()).execute(connection).await.map(drop))?;
        if question.is_empty() && answer.is_empty() {
            return Ok(());
        }
        let statement = self.dialect(KEEP_WORDS_SQLITE, KEEP_WORDS_POSTGRES);
        each_engine!(self, connection => sqlx::query(statement)
            .bind(request.get()).bind(guild_word(guild)).bind(question).bind(answer)
            .execute(connection).await.map(drop))?;
        Ok(())
    }

    /// The answered requests of a community that share words with a question, the most alike first:
    /// only those of channels that every member may read, and of `beside`, the channel that the asker
    /// is in.
    pub async fn similar_answered(
        &mut self,
        guild: GuildId,
        words: &[String],
        beside: ChannelId,
        limit: i64,
    ) -> Result<Vec<RequestId>> {
        // The words are looked up first, once, and the joins follow in this order: left to itself SQLite
        // asked the index of words anew for every request.
        const SIMILAR_SQLITE: &str = "
            WITH alike AS MATERIALIZED (
                SELECT rowid AS request_id, rank AS place FROM request_words
                WHERE request_words MATCH $1 ORDER BY rank LIMIT 100)
            SELECT requests.request_id FROM alike
            CROSS JOIN requests ON requests.request_id = alike.request_id
            CROSS JOIN channels ON channels.channel_id = requests.channel_id
            LEFT JOIN channels AS parents ON parents.channel_id = channels.parent_id
                AND channels.kind = 'thread'
            WHERE requests.guild_id = $2 AND requests.answered_at IS NOT NULL
                AND requests.status <> 'withdrawn' AND requests.message_id IS NOT NULL
                AND (channels.channel_id = $3
                    OR channels.is_public AND (parents.is_public OR parents.channel_id IS NULL))
            ORDER BY alike.place LIMIT $4";
        const SIMILAR_POSTGRES: &str = "
            SELECT requests.request_id FROM request_words
            JOIN requests ON requests.request_id = request_words.request_id
            JOIN channels ON channels.channel_id = requests.channel_id
            LEFT JOIN channels AS parents ON parents.channel_id = channels.parent_id
                AND channels.kind = 'thread'
            WHERE request_words.words @@ to_tsquery('english', $1) AND requests.guild_id = $2
                AND requests.answered_at IS NOT NULL AND requests.status <> 'withdrawn'
                AND requests.message_id IS NOT NULL
                AND (channels.channel_id = $3
                    OR channels.is_public AND (parents.is_public OR parents.channel_id IS NULL))
            ORDER BY ts_rank(request_words.words, to_tsquery('english', $1)) DESC,
                requests.request_id DESC
            LIMIT $4";
        let words = self.rarest(guild, words).await?;
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let query = self.query(guild, &words);
        let statement = self.dialect(SIMILAR_SQLITE, SIMILAR_POSTGRES);
        let rows: Vec<FoundRow> = each_engine!(self, connection => sqlx::query_as(statement)
            .bind(query).bind(guild.get()).bind(beside.get()).bind(limit)
            .fetch_all(connection).await)?;
        Ok(rows
            .into_iter()
            .map(|row| RequestId::new(row.request_id))
            .collect())
    }

    /// A search for any of some words, in the engine's own syntax. Telling words are letters and digits,
    /// so that quotes keep the syntax out of them.
    fn query(&self, guild: GuildId, words: &[&str]) -> String {
        let quoted = |mark: char, between: &str| {
            let quoted: Vec<_> = words
                .iter()
                .map(|word| format!("{mark}{word}{mark}"))
                .collect();
            quoted.join(between)
        };
        match self.engine {
            EngineTransaction::Sqlite(_) => {
                format!(
                    "guild : {} AND ({})",
                    guild_word(guild),
                    quoted('"', " OR ")
                )
            }
            EngineTransaction::Postgres(_) => quoted('\'', " | "),
        }
    }

    /// Of some words those that not too many requests hold: only they tell one from another, and ranking
    /// half of all requests by the others takes most of the time. Where fewer than two are left, all.
    async fn rarest<'a>(&mut self, guild: GuildId, words: &'a [String]) -> Result<Vec<&'a str>> {
        const HOLD_WORD_SQLITE: &str = "
            SELECT COUNT(*) FROM (
                SELECT 1 FROM request_words WHERE request_words MATCH $1 LIMIT $2)";
        const HOLD_WORD_POSTGRES: &str = "
            SELECT COUNT(*) FROM (
                SELECT 1 FROM request_words WHERE words @@ to_tsquery('english', $1) LIMIT $2) AS holding";
        let mut rare = Vec::new();
        for word in words {
            let query = self.query(guild, &[word]);
            let statement = self.dialect(HOLD_WORD_SQLITE, HOLD_WORD_POSTGRES);
            let (holding,): (i64,) = each_engine!(self, connection => sqlx::query_as(statement)
                .bind(query).bind(COMMON_FROM).fetch_one(connection).await)?;
            if (1..COMMON_FROM).contains(&holding) {
                rare.push(word.as_str());
            }
        }
        if rare.len() < 2 {
            rare = words.iter().map(String::as_str).collect();
        }
        Ok(rare)
    }

    /// Who answered a request, the first of them first.
    pub async fn answerers(&mut self, request: RequestId) -> Result<Vec<MemberId>> {
        const ANSWERERS: &str = "
            SELECT member_id FROM request_events
            WHERE request_id = $1 AND change = 'answered' AND member_id IS NOT NULL
            GROUP BY member_id ORDER BY MIN(event_id)";
        let rows: Vec<(i64,)> = each_engine!(self, connection =>
            sqlx::query_as(ANSWERERS).bind(request.get()).fetch_all(connection).await)?;
        Ok(rows.into_iter().map(|(id,)| MemberId::new(id)).collect())
    }
}
