//! What an operator types, mistakes included: the real binary, its output and its exit code.

#![expect(clippy::unwrap_used, reason = "a test fails where it can't go on")]

mod operator;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use operator::{Operator, export, told};

#[test]
fn an_export_is_read_once_and_asked_about() {
    let operator = Operator::new();
    let file = operator.file("help.json", export().to_string());
    assert_eq!(
        operator.gets(&["import", &file]),
        "Read 3 messages, 3 of them new.\n"
    );
    let requests = operator.gets(&["requests", "--format", "json"]);
    let digest = operator.gets(&["digest", "--week", "2026-W06", "--format", "json"]);
    assert_eq!(
        operator.gets(&["import", &file]),
        "Read 3 messages, 0 of them new.\n"
    );
    assert_eq!(operator.gets(&["requests", "--format", "json"]), requests);
    assert_eq!(
        operator.gets(&["digest", "--week", "2026-W06", "--format", "json"]),
        digest
    );

    let requests: Value = serde_json::from_str(&requests).unwrap();
    assert_eq!(requests.as_array().unwrap().len(), 2, "{requests:#}");
    assert_eq!(
        requests[0],
        json!({
            "id": "1",
            "guild": "167772160000197255",
            "channel": "1345936243044344171",
            "author": "101",
            "asked_at": "2026-02-02T08:38:48.269Z",
            "status": "answered",
            "text": "How do I calibrate the level sensor of the new board?",
            "link": "https://discord.com/channels/167772160000197255/1345936243044344171/1476498725879874557",
            "first_response_at": "2026-02-02T08:42:23Z",
            "answered_at": "2026-02-02T08:42:23Z",
            "topic": null,
        })
    );
    assert_eq!(requests[1]["status"], "open");
    let digest: Value = serde_json::from_str(&digest).unwrap();
    assert_eq!(digest["period"]["from"], "2026-02-02T00:00:00Z");
    assert_eq!(
        (&digest["messages"], &digest["people"]),
        (&json!(2), &json!(2))
    );
    assert_eq!(digest["requests"]["median_seconds_to_answer"], 214);
    assert_eq!(digest["activities"].as_object().unwrap().len(), 11);
}

#[test]
fn of_an_export_that_was_cut_what_is_whole_is_kept() {
    let operator = Operator::new();
    let whole = export().to_string();
    let cut = &whole[..whole.find("1476542327480756759").unwrap() + 30];
    let file = operator.file("cut.json", cut);
    let told = operator.is_told(&["import", &file]);
    assert!(
        told.contains("breaks off") && told.contains("1476499627069638311"),
        "{told}"
    );
    assert_eq!(operator.gets(&["requests"]).lines().count(), 2);
    let whole = operator.file("whole.json", whole);
    assert_eq!(
        operator.gets(&["import", &whole]),
        "Read 3 messages, 1 of them new.\n"
    );
}

#[test]
fn analyse_prints_one_line_a_message_in_order_and_keeps_nothing() {
    let operator = Operator::new();
    let file = operator.file("help.json", export().to_string());
    let lines: Vec<Value> = operator
        .gets(&["analyse", &file])
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let ids: Vec<_> = lines
        .iter()
        .map(|line| line["id"].as_str().unwrap())
        .collect();
    assert_eq!(
        ids,
        [
            "1476498725879874557",
            "1476499627069638311",
            "1476542327480756759"
        ]
    );
    assert_eq!(lines[0]["status"], "answered");
    assert_eq!(lines[1]["reply_to"], json!(["1476498725879874557"]));
    assert_eq!(lines[2]["status"], "unanswered");
    assert!(!operator.path("convener.db").exists());
}

#[test]
fn the_table_the_page_and_the_markdown_are_for_people() {
    let operator = Operator::new();
    let file = operator.file("help.json", export().to_string());
    operator.gets(&["import", &file]);
    let table = operator.gets(&["requests", "--status", "open"]);
    assert!(
        table.contains("#help") && !table.contains("calibrate"),
        "{table}"
    );
    let to_come = operator.is_told(&["digest", "--week", "2199-W01"]);
    assert!(to_come.contains("has not come yet"), "{to_come}");
    let markdown = operator.gets(&["digest", "--week", "2026-W06"]);
    assert!(
        markdown.starts_with("# Makers: week 2026-W06\n"),
        "{markdown}"
    );
    let html = operator.gets(&["digest", "--week", "2026-W06", "--format", "html"]);
    assert!(
        html.starts_with("<!doctype html>") && !html.contains("<script"),
        "{html}"
    );
}

#[test]
fn dates_are_printed_for_anybody_to_check() {
    let operator = Operator::new();
    let dates = operator.gets(&[
        "dates",
        "--rule",
        "FREQ=WEEKLY",
        "--start",
        "2026-03-24T18:00",
        "--zone",
        "Europe/Berlin",
        "--count",
        "2",
    ]);
    assert_eq!(dates, "2026-03-24T17:00:00Z\n2026-03-31T16:00:00Z\n");
    for (words, hint) in [
        (
            [
                "--rule",
                "FREQ=WEEKLY;INTERVAL=0",
                "--start",
                "2026-03-24T18:00",
                "--zone",
                "UTC",
            ],
            "INTERVAL=0",
        ),
        (
            [
                "--rule",
                "FREQ=WEEKLY",
                "--start",
                "tomorrow",
                "--zone",
                "UTC",
            ],
            "2026-01-13T18:00",
        ),
        (
            [
                "--rule",
                "FREQ=WEEKLY",
                "--start",
                "2026-03-24T18:00",
                "--zone",
                "Mars",
            ],
            "Europe/Berlin",
        ),
    ] {
        let output = operator.command(&["dates"]).args(words).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(
            String::from_utf8_lossy(&output.stderr).contains(hint),
            "{words:?}"
        );
    }
}

#[test]
fn every_file_that_is_none_is_told_in_one_sentence() {
    let operator = Operator::new();
    fs::create_dir(operator.path("folder")).unwrap();
    operator.file("empty.json", "");
    operator.file("picture.png", [0x89, b'P', b'N', b'G', 0, 1, 2, 3]);
    operator.file("text.txt", "Dear diary, today nothing happened.\n");
    operator.file("other.json", r#"{"cats": 3}"#);
    let files = [
        "missing.json",
        "folder",
        "empty.json",
        "picture.png",
        "text.txt",
        "other.json",
    ];
    for file in files {
        for words in [
            vec!["import", file],
            vec!["analyse", file],
            vec!["playground", "--once", "--recording", file],
        ] {
            let told = operator.is_told(&words);
            assert!(told.contains(file), "{words:?}: {told}");
        }
    }
}

#[test]
fn every_database_that_is_none_is_told_in_one_sentence() {
    let operator = Operator::new();
    let export = operator.file("help.json", export().to_string());
    fs::create_dir(operator.path("folder")).unwrap();
    operator.file(
        "text.db",
        "This is no database, however long one looks at it. ".repeat(40),
    );
    for database in [
        "folder",
        "text.db",
        "missing/convener.db",
        "mysql://somewhere/else",
    ] {
        for command in ["import", "requests", "digest", "migrate", "run"] {
            let mut words = vec![command, "--database", database];
            if command == "import" {
                words.push(&export);
            }
            let mut command = operator.command(&words);
            command
                .env("DISCORD_TOKEN", "MTIz.abc.def")
                .env("CONVENER_DISCORD__API_BASE", "http://127.0.0.1:9");
            let told = told(&words, &command.output().unwrap(), 1);
            assert!(told.contains("database"), "{words:?}: {told}");
        }
    }
    for command in ["requests", "digest"] {
        let told = operator.is_told(&[command]);
        assert!(told.contains("convener import"), "{told}");
    }
}

/// Who makes the model and reads with it has both on one machine.
#[test]
fn where_the_corpora_are_is_no_setting() {
    let operator = Operator::new();
    let file = operator.file("help.json", export().to_string());
    let mut command = operator.command(&["analyse", &file]);
    let output = command.env("CONVENER_CORPORA", "corpora").output().unwrap();
    assert!(output.status.success());
}

#[test]
fn a_locked_database_is_told_in_one_sentence() {
    let operator = Operator::new();
    let export = operator.file("help.json", export().to_string());
    operator.gets(&["import", &export]);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let database = operator.path("convener.db").display().to_string();
    let _entered = runtime.enter();
    let store = runtime
        .block_on(convener::storage::Store::open(&database))
        .unwrap();
    let holding = runtime.block_on(store.begin()).unwrap();
    let told = operator.is_told(&["import", &export]);
    assert!(told.contains("locked by another program"), "{told}");
    drop(holding);
}

#[test]
fn a_token_is_checked_and_never_shown() {
    let operator = Operator::new();
    let told_with = |token: Option<&str>, file: Option<&Path>| {
        let mut command = operator.command(&["run"]);
        command.env("CONVENER_DISCORD__API_BASE", "http://127.0.0.1:9");
        token.map(|token| command.env("DISCORD_TOKEN", token));
        file.map(|file| command.env("DISCORD_TOKEN_FILE", file));
        told(&["run"], &command.output().unwrap(), 1)
    };
    assert!(told_with(None, None).contains("DISCORD_TOKEN_FILE"));
    assert!(told_with(Some(""), None).contains("DISCORD_TOKEN"));
    for secret in ["hunter2hunter2", "aaa.bbb", "aaa.b b.ccc"] {
        let told = told_with(Some(secret), None);
        assert!(
            told.contains("three parts") && !told.contains(secret),
            "{told}"
        );
    }
    let missing = operator.path("no-such-token");
    assert!(told_with(None, Some(&missing)).contains("no-such-token"));
    // A token that could be one goes nowhere but to the base that was set, where nobody answers.
    let told = told_with(Some("MTIz.secret.secret"), None);
    assert!(
        told.contains("http://127.0.0.1:9") && !told.contains("secret"),
        "{told}"
    );
}

#[test]
fn a_setting_with_a_typo_is_named() {
    let operator = Operator::new();
    for (content, hint) in [
        ("[database]\nulr = 'x.db'", "ulr"),
        ("[rhythm]\ndigest_hour = 25", "digest_hour"),
        (
            "[rhythm]\nrequest_waits_hours = 'soon'",
            "request_waits_hours",
        ),
        ("[discord]\napi_base = 'localhost'", "localhost"),
        ("[discord]\nshards = '0..4'", "FIRST..END/TOTAL"),
        ("[database", "database"),
    ] {
        let file = operator.file("settings.toml", content);
        let told = operator.is_told(&["requests", "--config", &file]);
        assert!(told.contains(hint), "{told}");
    }
    assert!(
        operator
            .is_told(&["requests", "--config", "none.toml"])
            .contains("none.toml")
    );
}

#[test]
fn wrong_use_exits_with_two() {
    let operator = Operator::new();
    for words in [
        vec![],
        vec!["nonsense"],
        vec!["import"],
        vec!["analyse"],
        vec!["requests", "--status", "lost"],
        vec!["digest", "--week", "2026-99"],
        vec!["requests", "--format", "xml"],
    ] {
        assert_eq!(operator.types(&words).status.code(), Some(2), "{words:?}");
    }
}

#[test]
fn a_reader_that_has_had_enough_is_no_failure() {
    let operator = Operator::new();
    let line =
        |id: usize| format!("{{\"id\":\"{id}\",\"text\":\"Where is the key to the shed?\"}}\n");
    let file = operator.file("long.jsonl", (0..20_000).map(line).collect::<String>());
    let mut analysing = operator
        .command(&["analyse", &file])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(analysing.stdout.take());
    let output = analysing.wait_with_output().unwrap();
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{output:?}"
    );
}

#[test]
fn an_import_that_was_killed_is_made_whole_by_the_next() {
    let operator = Operator::new();
    let line = |id: usize| {
        let (author, minute) = (id % 7, id % 60);
        let (day, hour) = (1 + id / 1_440 % 28, id / 60 % 24);
        format!(
            "{{\"channel\":\"c\",\"id\":\"{id}\",\"author\":\"u{author}\",\
             \"ts\":\"2026-01-{day:02}T{hour:02}:{minute:02}:00Z\",\"text\":\"Where is key {id} to the shed?\"}}\n"
        )
    };
    let file = operator.file("long.jsonl", (0..6_000).map(line).collect::<String>());
    let mut importing = operator.command(&["import", &file]).spawn().unwrap();
    // Once the first batch is in the file the process is killed, wherever it is.
    let database = operator.path("convener.db-wal");
    while fs::metadata(&database).map_or(0, |file| file.len()) < 1_200_000 {
        assert!(
            importing.try_wait().unwrap().is_none(),
            "it was over before it could be killed"
        );
        std::thread::yield_now();
    }
    importing.kill().unwrap();
    importing.wait().unwrap();
    let read = operator.gets(&["import", &file]);
    assert!(
        read.starts_with("Read 6000 messages, ") && !read.contains(" 6000 of them"),
        "{read}"
    );
    assert_eq!(
        operator.gets(&["import", &file]),
        "Read 6000 messages, 0 of them new.\n"
    );
    let killed = operator.gets(&["requests", "--format", "json"]);

    let untouched = Operator::new();
    let file = untouched.file("long.jsonl", fs::read(operator.path("long.jsonl")).unwrap());
    untouched.gets(&["import", &file]);
    let whole = untouched.gets(&["requests", "--format", "json"]);
    let requests = |json: &str| serde_json::from_str::<Vec<Value>>(json).unwrap().len();
    assert_eq!(requests(&killed), requests(&whole));
}
