//! Several rows in one statement: each statement costs a hop to the engine's thread or a round trip.
//!
//! A statement is written, and prepared by a test, for one row: `VALUES ($1, $2)`. For several rows
//! that group is repeated. Rows come in portions of a power of two, so that there are few texts, and
//! each is prepared once.

use sqlx::AssertSqlSafe;

use super::{EngineTransaction, Transaction};

/// How many rows a statement has at most: `SQLite` takes 32,766 parameters, `PostgreSQL` 65,535.
const MOST: usize = 512;

/// How many prepared statements a connection remembers: all of them, in every number of rows.
pub(super) const STATEMENTS: usize = 400;

/// The rows in portions of a power of two, the largest first.
pub(super) fn portions<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let size = (1 << rows.len().checked_ilog2()?).min(MOST);
        let (portion, rest) = rows.split_at(size);
        rows = rest;
        Some(portion)
    })
}

impl Transaction {
    /// A statement for so many rows. Its parameters must all be in its one `VALUES (…)`, each once and in
    /// their order.
    pub(super) fn for_rows(&self, statement: &'static str, rows: usize) -> AssertSqlSafe<String> {
        let is_sqlite = matches!(self.engine, EngineTransaction::Sqlite(_));
        AssertSqlSafe(text_for_rows(statement, rows, is_sqlite))
    }
}

/// The text of a statement for so many rows. `SQLite` takes `$1` for a name and looks all names through
/// for each parameter that is bound; a plain `?` costs nothing.
fn text_for_rows(statement: &str, rows: usize, is_plain: bool) -> String {
    let begins = "VALUES ";
    let Some(at) = statement.find(begins) else {
        return statement.to_owned();
    };
    let (before, rest) = statement.split_at(at + begins.len());
    let (group, after) = rest.split_at(closing(rest));
    let columns = group.matches('$').count();
    let mut text = String::with_capacity(statement.len() + rows * (group.len() + 2 * columns));
    text.push_str(before);
    for row in 0..rows {
        if row > 0 {
            text.push_str(", ");
        }
        let mut pieces = group.split('$');
        text.push_str(pieces.next().unwrap_or_default());
        for (column, piece) in pieces.enumerate() {
            let number = row * columns + column + 1;
            if is_plain {
                text.push('?');
            } else {
                text.push_str(&format!("${number}"));
            }
            text.push_str(piece.trim_start_matches(|digit: char| digit.is_ascii_digit()));
        }
    }
    text.push_str(after);
    text
}

/// Where the group that a text begins with ends.
fn closing(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_repeated_with_numbers_that_go_on() {
        let statement = "INSERT INTO t VALUES (CAST($1 AS BIGINT), $2) ON CONFLICT (a) DO NOTHING";
        assert_eq!(text_for_rows(statement, 1, false), statement);
        assert_eq!(
            text_for_rows(statement, 2, true),
            "INSERT INTO t VALUES (CAST(? AS BIGINT), ?), (CAST(? AS BIGINT), ?) ON CONFLICT (a) DO NOTHING"
        );
        assert_eq!(
            text_for_rows(statement, 3, false),
            "INSERT INTO t VALUES (CAST($1 AS BIGINT), $2), (CAST($3 AS BIGINT), $4), \
             (CAST($5 AS BIGINT), $6) ON CONFLICT (a) DO NOTHING"
        );
    }

    #[test]
    fn portions_are_powers_of_two_and_nothing_is_left_out() {
        let rows: Vec<usize> = (0..301).collect();
        let sizes: Vec<_> = portions(&rows).map(<[usize]>::len).collect();
        assert_eq!(sizes, [256, 32, 8, 4, 1]);
        assert_eq!(portions(&rows).flatten().count(), 301);
        assert_eq!(portions::<usize>(&[]).count(), 0);
    }
}
