//! The two schemas, which must be one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sqlx::AssertSqlSafe;

use convener::storage::MEMBER_TABLES;

use crate::engine::{Beside, Database, on_postgres, on_sqlite};
use crate::migrations::names;

/// A table as both engines can describe it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Table {
    columns: BTreeMap<String, Column>,
    /// Primary keys, unique constraints and indexes by their columns, in order.
    indexes: BTreeSet<Index>,
    /// Column, table, column.
    references: BTreeSet<(String, String, String)>,
}

#[derive(Debug, PartialEq, Eq)]
struct Column {
    kind: &'static str,
    can_be_null: bool,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Index {
    columns: String,
    is_unique: bool,
    is_primary: bool,
    is_partial: bool,
}

type Schema = BTreeMap<String, Table>;

/// The types that both engines know, under `SQLite`'s names; it keeps times as text.
fn kind(name: &str) -> &'static str {
    match name.to_lowercase().as_str() {
        "bigint" | "integer" => "integer",
        "text" | "timestamp with time zone" => "text",
        "boolean" => "boolean",
        "double precision" => "real",
        other => panic!("{other} is a type that only one engine knows"),
    }
}

const TABLES_SQLITE: &str = "
    SELECT name FROM sqlite_schema
    WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> '_sqlx_migrations'";

const COLUMNS_SQLITE: &str = "SELECT name, type, \"notnull\" = 0 FROM pragma_table_info($1)";

// A primary key that is the row's number has no index of its own.
const INDEXES_SQLITE: &str = "
    SELECT (SELECT group_concat(name) FROM (
            SELECT name FROM pragma_index_info(list.name) ORDER BY seqno)),
        \"unique\" = 1, origin = 'pk', partial = 1
    FROM pragma_index_list($1) AS list
    UNION ALL
    SELECT name, TRUE, TRUE, FALSE FROM pragma_table_info($1)
    WHERE pk = 1 AND type = 'INTEGER'";

const REFERENCES_SQLITE: &str =
    "SELECT \"from\", \"table\", \"to\" FROM pragma_foreign_key_list($1)";

const TABLES_POSTGRES: &str = "
    SELECT table_name::TEXT FROM information_schema.tables
    WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations'";

const COLUMNS_POSTGRES: &str = "
    SELECT column_name::TEXT, data_type::TEXT, is_nullable = 'YES'
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1";

const INDEXES_POSTGRES: &str = "
    SELECT string_agg(attribute.attname, ',' ORDER BY key.position),
        index.indisunique, index.indisprimary, index.indpred IS NOT NULL
    FROM pg_index AS index
    CROSS JOIN LATERAL unnest(index.indkey) WITH ORDINALITY AS key (number, position)
    JOIN pg_attribute AS attribute
        ON attribute.attrelid = index.indrelid AND attribute.attnum = key.number
    WHERE index.indrelid = $1::regclass
    GROUP BY index.indexrelid, index.indisunique, index.indisprimary, index.indpred IS NOT NULL";

const REFERENCES_POSTGRES: &str = "
    SELECT source.attname::TEXT, link.confrelid::regclass::TEXT, target.attname::TEXT
    FROM pg_constraint AS link
    JOIN pg_attribute AS source
        ON source.attrelid = link.conrelid AND source.attnum = link.conkey[1]
    JOIN pg_attribute AS target
        ON target.attrelid = link.confrelid AND target.attnum = link.confkey[1]
    WHERE link.contype = 'f' AND link.conrelid = $1::regclass";

/// Asks each engine in its own words, for rows of one form.
macro_rules! ask {
    ($connection:expr, $sqlite:expr, $postgres:expr $(, $table:expr)?) => {
        match $connection {
            Beside::Sqlite(connection) => {
                sqlx::query_as(AssertSqlSafe($sqlite))$(.bind($table))?.fetch_all(connection).await
            }
            Beside::Postgres(connection) => {
                sqlx::query_as(AssertSqlSafe($postgres))$(.bind($table))?.fetch_all(connection).await
            }
        }
        .unwrap()
    };
}

/// The schema that the migrations lead to.
async fn schema(database: &Database) -> Schema {
    database.store().await.close().await;
    let mut connection = database.beside().await;
    let connection = &mut connection;
    let mut tables: Vec<(String,)> = ask!(&mut *connection, TABLES_SQLITE, TABLES_POSTGRES);
    // The index of words is each engine's own: FTS5 with the tables that it makes, or a TSVECTOR.
    tables.retain(|(name,)| !name.starts_with("request_words"));
    let mut schema = Schema::new();
    for (name,) in tables {
        let columns: Vec<(String, String, bool)> =
            ask!(&mut *connection, COLUMNS_SQLITE, COLUMNS_POSTGRES, &name);
        let indexes: Vec<(String, bool, bool, bool)> =
            ask!(&mut *connection, INDEXES_SQLITE, INDEXES_POSTGRES, &name);
        let references: Vec<(String, String, String)> = ask!(
            &mut *connection,
            REFERENCES_SQLITE,
            REFERENCES_POSTGRES,
            &name
        );
        let columns = columns.into_iter().map(|(column, of, can_be_null)| {
            let kind = kind(&of);
            (column, Column { kind, can_be_null })
        });
        let indexes = indexes
            .into_iter()
            .map(|(columns, is_unique, is_primary, is_partial)| Index {
                columns,
                is_unique,
                is_primary,
                is_partial,
            });
        let table = Table {
            columns: columns.collect(),
            indexes: indexes.collect(),
            references: references.into_iter().collect(),
        };
        schema.insert(name, table);
    }
    schema
}

/// What a column that can name a member, or hold a member's words, is called.
const OF_MEMBERS: [&str; 7] = [
    "member_id",
    "author_id",
    "author_name",
    "claimed_by",
    "logged_by",
    "host_id",
    "text",
];

/// Whoever adds a column that names a member adds its table to the list that `/privacy` works by.
#[test]
fn each_table_that_names_a_member_is_on_the_list_of_privacy() {
    on_sqlite(async |database: &Database| {
        for (name, table) in schema(database).await {
            let names_a_member = OF_MEMBERS
                .iter()
                .any(|column| table.columns.contains_key(*column));
            let is_listed = MEMBER_TABLES.iter().any(|table| table.name == name);
            // An original id is no member of a community, and imports find their authors by it.
            let is_excused = name == "external_ids";
            assert!(
                !names_a_member || is_listed || is_excused,
                "{name} names a member and is not in storage::MEMBER_TABLES"
            );
        }
    });
}

#[test]
fn each_migration_is_there_for_both_engines() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let sqlite = names(&folder.join("sqlite"));
    assert!(!sqlite.is_empty());
    assert_eq!(sqlite, names(&folder.join("postgres")));
}

#[test]
fn both_engines_have_the_same_schema() {
    on_postgres(async |postgres: &Database| {
        let postgres = schema(postgres).await;
        let mut sqlite = Schema::new();
        std::thread::scope(|scope| {
            // A runtime can't be started within another.
            let read = || {
                on_sqlite(async |database: &Database| sqlite = schema(database).await);
            };
            scope.spawn(read).join().unwrap();
        });
        assert!(sqlite.len() > 10, "{:?}", sqlite.keys());
        let names = |schema: &Schema| schema.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&sqlite), names(&postgres));
        for (name, table) in &sqlite {
            assert_eq!(table, &postgres[name], "{name}: SQLite, then PostgreSQL");
        }
    });
}

/// sqlx reads `SQLite`'s NULL into a plain number as 0, so each table needs a key that is not NULL.
#[test]
fn each_table_has_a_key() {
    on_sqlite(async |database: &Database| {
        for (name, table) in schema(database).await {
            let key = table.indexes.iter().find(|index| index.is_primary);
            let key = key.unwrap_or_else(|| panic!("{name} has no primary key"));
            for column in key.columns.split(',') {
                assert!(!table.columns[column].can_be_null, "{name}.{column}");
            }
        }
    });
}
