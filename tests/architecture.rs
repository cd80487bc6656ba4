//! The house: which room may use what, read from the sources.
//!
//! The rooms are drawn in `docs/architecture.md`. To add one, give it a line in [`LAYERS`].

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// What each room may use of the others. `app` and `cli` wire them and may use all below.
const LAYERS: [(&str, &[&str]); 16] = [
    ("practice", &[]),
    ("clock", &["practice"]),
    ("config", &["practice"]),
    ("telemetry", &["config"]),
    ("listening", &["practice"]),
    ("storage", &["practice"]),
    ("view", &["practice"]),
    (
        "facilitation",
        &["clock", "listening", "practice", "storage"],
    ),
    ("import", &["facilitation", "practice"]),
    ("agenda", &["clock", "facilitation", "practice", "storage"]),
    (
        "outbox",
        &["clock", "facilitation", "practice", "storage", "view"],
    ),
    (
        "discord",
        &["clock", "config", "facilitation", "practice", "view"],
    ),
    ("web", &["facilitation", "practice", "view"]),
    (
        "app",
        &[
            "agenda",
            "clock",
            "config",
            "discord",
            "facilitation",
            "import",
            "listening",
            "outbox",
            "practice",
            "storage",
            "telemetry",
            "view",
            "web",
        ],
    ),
    (
        "simulation",
        &[
            "agenda",
            "app",
            "clock",
            "config",
            "discord",
            "facilitation",
            "import",
            "listening",
            "outbox",
            "practice",
            "storage",
            "telemetry",
            "view",
            "web",
        ],
    ),
    (
        "cli",
        &[
            "agenda",
            "app",
            "clock",
            "config",
            "discord",
            "facilitation",
            "import",
            "listening",
            "outbox",
            "practice",
            "simulation",
            "storage",
            "telemetry",
            "view",
            "web",
        ],
    ),
];

/// What is spoken of in certain files only: the text, and the beginnings of their paths.
const KEPT_TO: [(&str, &[&str]); 9] = [
    ("sqlx", &["storage/"]),
    ("serenity", &["discord/"]),
    ("poise", &["discord/"]),
    ("axum", &["web/"]),
    ("std::env", &["config/"]),
    // clap's way of reading the environment.
    ("env =", &["config/"]),
    ("Utc::now", &["clock/system.rs"]),
    ("SystemTime::now", &["clock/system.rs"]),
    ("simcord", &["cli/playground/", "simulation.rs"]),
];

/// Lines of a file without its tests.
const LONGEST_FILE: usize = 500;

struct Source {
    /// Below `src/`, with `/` on every system.
    path: String,
    /// Without comments and tests.
    code: String,
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            files.push(path);
        }
    }
    files.sort_unstable();
    files
}

/// The root of the workspace.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources_in(folder: &Path) -> Vec<Source> {
    let is_rust = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "rs");
    files(folder)
        .into_iter()
        .filter(is_rust)
        .map(|path| Source {
            path: path
                .strip_prefix(folder)
                .unwrap()
                .components()
                .map(|part| part.as_os_str().to_str().unwrap())
                .collect::<Vec<_>>()
                .join("/"),
            code: code(&fs::read_to_string(&path).unwrap()),
        })
        .collect()
}

fn sources() -> Vec<Source> {
    let sources = sources_in(&root().join("src"));
    assert!(sources.len() > 50, "{} files are found", sources.len());
    sources
}

/// A source without its comments and without the tests at its end.
fn code(source: &str) -> String {
    let without_tests = source.split("\n#[cfg(test)]\nmod ").next().unwrap();
    let lines = without_tests
        .lines()
        .map(|line| line.split_once("//").map_or(line, |(code, _)| code));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The words that follow a path's beginning, as in `crate::word` and `crate::{word, word::{…}}`.
fn used_through<'a>(code: &'a str, beginning: &str) -> Vec<&'a str> {
    let word = |text: &'a str| {
        let end = text.find(|character: char| !character.is_alphanumeric() && character != '_');
        &text[..end.unwrap_or(text.len())]
    };
    let mut words = Vec::new();
    for (at, _) in code.match_indices(beginning) {
        let rest = &code[at + beginning.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            words.push(word(rest));
            continue;
        };
        let mut depth = 0_usize;
        let mut start = 0;
        for (index, character) in group.char_indices() {
            match character {
                '{' => depth += 1,
                '}' | ',' if depth == 0 => {
                    words.push(word(group[start..index].trim_start()));
                    start = index + 1;
                    if character == '}' {
                        break;
                    }
                }
                '}' => depth -= 1,
                _ => {}
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a code speaks of a thing, not of one whose name it is a part of.
fn speaks_of(code: &str, thing: &str) -> bool {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    code.match_indices(thing).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + thing.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

/// The room that a file belongs to; `None` for the doors of the house.
fn room(path: &str) -> Option<&str> {
    if matches!(path, "lib.rs" | "main.rs") {
        return None;
    }
    let first = path.split('/').next().unwrap();
    Some(first.strip_suffix(".rs").unwrap_or(first))
}

fn assert_none(offenders: &[String]) {
    assert!(offenders.is_empty(), "\n{}", offenders.join("\n"));
}

#[test]
fn rooms_use_only_what_is_below_them() {
    let mut offenders = Vec::new();
    for source in sources() {
        let Some(room) = room(&source.path) else {
            continue;
        };
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == room) else {
            offenders.push(format!("src/{}: {room} is no known room", source.path));
            continue;
        };
        let is_room = |name: &&str| LAYERS.iter().any(|(room, _)| room == name);
        // A path that climbs out of its room is a way round the rule.
        let parts = source.path.split('/').count();
        let depth = parts - usize::from(source.path.ends_with("/mod.rs"));
        let mut used = used_through(&source.code, "crate::");
        used.extend(used_through(&source.code, &"super::".repeat(depth)));
        for other in used.into_iter().filter(is_room) {
            if other != room && !allowed.contains(&other) {
                offenders.push(format!("src/{} uses {other}", source.path));
            }
        }
    }
    assert_none(&offenders);
}

#[test]
fn libraries_stay_in_their_rooms() {
    let mut offenders = Vec::new();
    for source in sources() {
        for (thing, places) in KEPT_TO {
            let is_at_home = places.iter().any(|place| source.path.starts_with(place));
            // `use std::{env, fs}` speaks of it too.
            let is_in_group = thing.split_once("::").is_some_and(|(root, name)| {
                used_through(&source.code, &format!("{root}::")).contains(&name)
            });
            if !is_at_home && (is_in_group || speaks_of(&source.code, thing)) {
                offenders.push(format!("src/{} speaks of {thing}", source.path));
            }
        }
    }
    assert_none(&offenders);
}

#[test]
fn files_are_short_enough_to_be_read() {
    let mut offenders = Vec::new();
    for folder in ["src", "simcord/src", "tests"] {
        for source in sources_in(&root().join(folder)) {
            let lines = source.code.lines().count();
            if lines > LONGEST_FILE {
                offenders.push(format!("{folder}/{} has {lines} lines", source.path));
            }
        }
    }
    assert_none(&offenders);
}

#[test]
fn simcord_knows_nothing_of_convener() {
    let mut offenders = Vec::new();
    for path in files(&root().join("simcord")) {
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        if text.to_lowercase().contains("convener") {
            offenders.push(path.display().to_string());
        }
    }
    assert_none(&offenders);
}

#[test]
fn the_order_of_the_rooms_has_no_way_up() {
    for (index, (room, allowed)) in LAYERS.iter().enumerate() {
        for other in *allowed {
            let below = LAYERS[..index].iter().any(|(name, _)| name == other);
            assert!(below, "{room} may use {other}, which is not below it");
        }
    }
}

#[test]
fn what_a_source_uses_is_read() {
    let source = "
        use crate::practice::id::{GuildId, MemberId};
        use crate::{agenda, view::{digest, request}, storage::Store};
        // crate::web is only spoken of.
        fn f() { crate::clock::now(); super::super::discord::send(); }";
    let code = code(source);
    assert_eq!(
        used_through(&code, "crate::"),
        ["practice", "agenda", "view", "storage", "clock"]
    );
    assert_eq!(used_through(&code, "super::super::"), ["discord"]);
    assert!(speaks_of("use sqlx::query;", "sqlx"));
    assert!(!speaks_of("let sqlx_like = 1;", "sqlx"));
}
