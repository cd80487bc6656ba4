//! Exports as their tools write them, whole, damaged and cut.

use std::cell::Cell;
use std::fs;
use std::io::{BufReader, Cursor, Read, Write};
use std::path::PathBuf;
use std::rc::Rc;

use super::*;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn with(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }
}

fn read_all(
    path: &Path,
) -> (
    Vec<SourceChannel>,
    Vec<SourceMessage>,
    Result<Summary, ImportError>,
) {
    let (mut channels, mut messages) = (Vec::new(), Vec::new());
    let outcome = read(path, &mut |item| {
        match item {
            Item::Channel(channel) => channels.push(channel),
            Item::Message(message) => messages.push(message),
        }
        Ok(())
    });
    (channels, messages, outcome)
}

const DISCORD: &str = r#"{
  "guild": {"id": "900000000000000001", "name": "Garden", "iconUrl": ""},
  "channel": {"id": "900000000000000010", "type": "GuildPublicThread",
    "categoryId": "900000000000000005", "category": "tools", "name": "pumps", "topic": null},
  "dateRange": {"after": null, "before": null},
  "messages": [
    {"id": "900000000000000100", "type": "Default", "timestamp": "2026-03-01T10:00:00.5+02:00",
     "timestampEdited": "2026-03-01T10:05:00+02:00", "content": "which pump is \u0000quiet?",
     "author": {"id": "900000000000000201", "name": "anna", "nickname": "Anna", "isBot": false},
     "attachments": [{"id": "1", "url": "https://cdn.example/p.png", "fileName": "p.png", "fileSizeBytes": 3}],
     "reactions": [{"emoji": {"id": "", "name": "👀", "code": "eyes"}, "count": 2, "users": []}],
     "mentions": [], "embeds": []},
    {"id": "900000000000000101", "type": "Reply", "timestamp": "2026-03-01T10:01:00+00:00",
     "timestampEdited": null, "content": "the blue one",
     "author": {"id": "900000000000000202", "name": "ben", "nickname": null, "isBot": true},
     "attachments": [], "reactions": [], "mentions": [{"id": "900000000000000201", "name": "anna"}],
     "reference": {"messageId": "900000000000000100", "channelId": "900000000000000010"}},
    {"id": "900000000000000102", "type": "Default", "timestamp": "2026-03-01T10:02:00+00:00",
     "content": "forwarded", "author": {"id": "900000000000000202", "name": "ben"},
     "reference": {"messageId": "900000000000000999", "channelId": "900000000000000077"}},
    {"id": "900000000000000103", "type": "ChannelPinnedMessage", "timestamp": "2026-03-01T10:03:00+00:00",
     "content": "Pinned a message.", "author": {"id": "900000000000000202", "name": "ben"}}
  ],
  "messageCount": 4
}"#;

#[test]
fn a_discord_export_is_read() {
    let folder = Folder::new();
    // The name says nothing, and a byte order mark is no fault.
    let path = folder.with("export.txt", format!("\u{feff}{DISCORD}"));
    let (channels, messages, outcome) = read_all(&path);
    let summary = outcome.unwrap();
    assert_eq!(summary.format, Format::DiscordChatExporter);
    assert_eq!((summary.channels, summary.messages), (1, 4));
    let channel = &channels[0];
    assert_eq!(channel.guild.as_ref().unwrap().name, "Garden");
    assert_eq!(channel.kind, ChannelKind::Thread);
    assert_eq!(channel.parent.as_deref(), Some("900000000000000005"));
    assert_eq!(channel.parent_name.as_deref(), Some("tools"));
    let asked = &messages[0];
    assert_eq!(asked.text, "which pump is quiet?");
    assert_eq!(asked.author.as_ref().unwrap().name, "Anna");
    assert_eq!(
        asked.at.unwrap().to_rfc3339(),
        "2026-03-01T08:00:00.500+00:00"
    );
    assert!(asked.edited_at.is_some());
    assert_eq!(
        (asked.reactions[0].emoji.as_str(), asked.reactions[0].count),
        ("👀", 2)
    );
    assert_eq!(asked.attachments[0].name, "p.png");
    let answer = &messages[1];
    assert_eq!(answer.reply_to, ["900000000000000100"]);
    assert_eq!(answer.mentions, ["900000000000000201"]);
    assert!(answer.author.as_ref().unwrap().is_bot);
    assert!(
        messages[2].reply_to.is_empty(),
        "a forward replies to nothing"
    );
    assert_eq!(
        (messages[3].kind, &messages[3].author),
        (MessageKind::System, &None)
    );
}

#[test]
fn whatever_is_whole_before_a_cut_is_read() {
    let folder = Folder::new();
    let (_, whole, _) = read_all(&folder.with("whole.json", DISCORD));
    let mut most = 0;
    for cut in (200..DISCORD.len()).filter(|cut| DISCORD.is_char_boundary(*cut)) {
        let (_, messages, outcome) = read_all(&folder.with("cut.json", &DISCORD[..cut]));
        let error = outcome.unwrap_err().to_string();
        assert!(
            messages.len() >= most && whole.starts_with(&messages),
            "{cut}"
        );
        most = messages.len();
        if let Some(last) = messages.last() {
            assert!(
                error.contains(&format!("after message {}", last.id)),
                "{error}"
            );
        }
        assert!(
            error.contains("cut.json") && error.contains("line "),
            "{error}"
        );
    }
    assert_eq!(most, 4);
}

/// Passes bytes on and counts them.
struct Counting<R>(R, Rc<Cell<usize>>);

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.0.read(buffer)?;
        self.1.set(self.1.get() + length);
        Ok(length)
    }
}

#[test]
fn a_long_export_is_handed_on_while_it_is_read() {
    let message =
        r#"{"id":"1","type":"Default","content":"a pump","author":{"id":"2","name":"a"}},"#;
    let head = r#"{"channel":{"id":"7","name":"pumps"},"messages":["#;
    let many = message.len() * 20_000;
    let body = std::iter::repeat_n(message.as_bytes(), 20_000)
        .flatten()
        .copied();
    let export: Vec<u8> = head.bytes().chain(body).collect();
    let taken = Rc::new(Cell::new(0));
    let reader = BufReader::new(Counting(Cursor::new(export), Rc::clone(&taken)));
    let mut messages = 0;
    let outcome = discord_chat_exporter::read(reader, Path::new("long"), &mut |item| {
        if matches!(item, Item::Message(_)) {
            messages += 1;
            let ahead = taken.get() - messages * message.len();
            assert!(
                ahead < 32 * 1024,
                "{ahead} bytes were read ahead of message {messages}"
            );
        }
        Ok(())
    });
    assert_eq!((messages, taken.get()), (20_000, head.len() + many));
    assert!(matches!(outcome, Err(ImportError::Broken { .. })));
}

const LINES: &str = concat!(
    r#"{"channel":"irc","id":0,"ts":1700000000,"author":"u1","text":"which pump?","x":[1]}"#,
    "\n\n",
    r#"{"channel":"irc","id":1,"ts":"1700000060.25","author":"u2","text":"blue","reply_to":[0]}"#,
    "\n",
    r#"{"channel":"irc","id":"2","ts":null,"author":null,"text":null,"kind":"system","reply_to":null}"#,
    "\n",
    r#"{"id":"a1","ts":"2026-03-01T10:00:00Z","text":"alone","author":null}"#,
    "\n",
    r#"{"channel":"irc","id":3,"author":"bot2","text":"beep","kind":"action"}"#,
);

#[test]
fn lines_are_read_with_whatever_keys_there_are() {
    let folder = Folder::new();
    let (channels, messages, outcome) = read_all(&folder.with("log", LINES));
    assert_eq!(outcome.unwrap().format, Format::Jsonl);
    assert_eq!((channels.len(), messages.len()), (2, 5));
    assert_eq!(
        (messages[0].id.as_str(), messages[1].reply_to[0].as_str()),
        ("0", "0")
    );
    assert_eq!(
        messages[1].at.unwrap().timestamp_millis(),
        1_700_000_060_250
    );
    assert_eq!(
        (messages[2].kind, messages[2].at),
        (MessageKind::System, None)
    );
    assert!(messages[3].is_alone && messages[3].author.is_some());
    assert!(messages[4].author.as_ref().unwrap().is_bot);
    assert_eq!(messages[4].kind, MessageKind::Action);
}

#[test]
fn a_broken_line_is_named() {
    let folder = Folder::new();
    let path = folder.with("log", &LINES[..LINES.len() - 20]);
    let (_, messages, outcome) = read_all(&path);
    assert_eq!(messages.len(), 4);
    let error = outcome.unwrap_err().to_string();
    assert!(
        error.contains("line 6") && error.contains("after message a1"),
        "{error}"
    );
}

#[test]
fn a_time_that_no_calendar_writes_is_none() {
    let folder = Folder::new();
    for time in [
        "253402300800",
        "8210266876799",
        "-62167219201",
        "1e300",
        "253402300800.5",
        r#""8210266876799""#,
        r#""9999-12-31T23:59:59-12:00""#,
        r#""+12345-01-01T00:00:00""#,
    ] {
        let lines = format!("{{\"id\":1,\"ts\":{time}}}\n");
        let (_, messages, outcome) = read_all(&folder.with("log", lines));
        outcome.unwrap();
        assert_eq!(messages[0].at, None, "{time}");
    }
    let (_, messages, _) = read_all(&folder.with("log", r#"{"id":1,"ts":253402300799}"#));
    let last = heard(&messages[0], None, &mut Interner::default()).at;
    assert_eq!(last.to_string(), "9999-12-31 23:59:59 UTC");
    let (_, untimed, _) = read_all(&folder.with("untimed", r#"{"id":2}"#));
    let after = heard(&untimed[0], Some(last), &mut Interner::default()).at;
    assert_eq!(after, last);
}

#[test]
fn what_is_no_unicode_is_replaced() {
    let folder = Folder::new();
    let bytes = b"{\"id\":\"1\",\"text\":\"a \xff pump\"}\n{\"id\":\"2\",\"text\":\"\\ud800!\"}\n";
    let (_, messages, outcome) = read_all(&folder.with("log", bytes));
    outcome.unwrap();
    assert_eq!(messages[0].text, "a \u{fffd} pump");
    assert!(messages[1].text.ends_with('!'));
}

const USERS: &str = r#"[{"id":"U1","name":"anna","profile":{"display_name":"Anna","real_name":"A. B."}},
    {"id":"U2","name":"ben","profile":{"display_name":""},"is_bot":false}]"#;
const CHANNELS: &str = r#"[{"id":"C1","name":"pumps","members":["U1"]},{"id":"C2","name":"idle"}]"#;
const DAY_ONE: &str = r#"[{"type":"message","user":"U1","text":"&lt;b&gt; <@U2> &amp; <!here>, see <https:\/\/example.org|this> in <#C2|idle>?",
      "ts":"1700000000.000100","thread_ts":"1700000000.000100","reply_count":1,
      "reactions":[{"name":"eyes","count":2,"users":["U1","U2"]}],
      "files":[{"name":"p.png","url_private":"https:\/\/files.example\/p.png"}],"edited":{"user":"U1","ts":"1700000009.000000"}},
    {"type":"message","subtype":"channel_join","user":"U2","text":"<@U2> has joined the channel","ts":"1700000001.000200"}]"#;
const DAY_TWO: &str = r#"[{"type":"message","user":"U2","text":"the blue one","ts":"1700090000.000100","thread_ts":"1700000000.000100"},
    {"type":"message","subtype":"bot_message","bot_id":"B1","username":"beeper","text":"beep","ts":"1700090001.000100"}]"#;

const SLACK: [(&str, &str); 6] = [
    ("channels.json", CHANNELS),
    ("users.json", USERS),
    ("pumps/2023-11-15.json", DAY_TWO),
    ("pumps/2023-11-14.json", DAY_ONE),
    ("pump/2023-11-14.json", "no channel's"),
    ("pumps-old/2023-11-14.json", "no channel's"),
];

fn check_slack(path: &Path) {
    let (channels, messages, outcome) = read_all(path);
    assert_eq!(outcome.unwrap().format, Format::Slack);
    assert_eq!((channels.len(), messages.len()), (2, 4));
    let asked = &messages[0];
    assert_eq!(
        asked.text,
        "<b> @ben & @here, see this (https://example.org) in #idle?"
    );
    assert_eq!(
        (asked.channel.as_str(), asked.mentions.as_slice()),
        ("C1", &["U2".to_owned()][..])
    );
    assert_eq!(asked.author.as_ref().unwrap().name, "Anna");
    assert_eq!(asked.at.unwrap().timestamp_micros(), 1_700_000_000_000_100);
    assert!(asked.reply_to.is_empty() && asked.edited_at.is_some());
    assert_eq!((asked.reactions.len(), asked.attachments.len()), (1, 1));
    assert_eq!(
        (messages[1].kind, &messages[1].author),
        (MessageKind::System, &None)
    );
    assert_eq!(messages[2].reply_to, ["1700000000.000100"]);
    let bot = messages[3].author.as_ref().unwrap();
    assert_eq!((bot.is_bot, bot.name.as_str()), (true, "beeper"));
}

#[test]
fn a_slack_export_is_read_from_folder_and_zip() {
    let folder = Folder::new();
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in SLACK {
        folder.with(&format!("slack/{name}"), content);
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(format!("Garden export/{name}"), options)
            .unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    check_slack(&folder.0.path().join("slack"));
    check_slack(&folder.with("download", &bytes));
    let (_, _, cut) = read_all(&folder.with("cut", &bytes[..bytes.len() / 2]));
    assert!(matches!(cut, Err(ImportError::Damaged { .. })));
}

#[test]
fn a_cut_day_of_slack_is_named() {
    let folder = Folder::new();
    for (name, content) in SLACK {
        folder.with(name, content);
    }
    folder.with("pumps/2023-11-15.json", &DAY_TWO[..140]);
    let (_, messages, outcome) = read_all(folder.0.path());
    assert_eq!(messages.len(), 3);
    let error = outcome.unwrap_err().to_string();
    assert!(error.contains("2023-11-15.json"), "{error}");
    assert!(error.contains("after message 1700090000.000100"), "{error}");
}

#[test]
fn what_is_no_export_is_told_in_one_sentence() {
    let folder = Folder::new();
    let cases = [
        (folder.0.path().join("nowhere"), "there is no"),
        (folder.0.path().to_owned(), "holds no channels.json"),
        (folder.with("empty", ""), "is empty"),
        (folder.with("blank", "\u{feff} \n"), "is empty"),
        (folder.with("page", "<!doctype html>"), "is HTML or XML"),
        (folder.with("list", "[1]"), "is a JSON list"),
        (folder.with("prose", "dear all"), "is no JSON"),
        (folder.with("binary", b"\x7fELF\0\0"), "is a binary file"),
    ];
    for (path, sentence) in cases {
        let error = read_all(&path).2.unwrap_err().to_string();
        assert!(error.contains(sentence), "{error}");
        assert!(
            error.contains(path.to_str().unwrap()) && !error.ends_with('.'),
            "{error}"
        );
        assert!(error.contains(": "), "it says what to do: {error}");
    }
}

#[test]
fn whoever_takes_the_items_may_stop() {
    let folder = Folder::new();
    for (name, content) in [("export", DISCORD), ("log", LINES)] {
        let mut taken = 0;
        let outcome = read(&folder.with(name, content), &mut |_| {
            taken += 1;
            if taken == 3 {
                Err("full".into())
            } else {
                Ok(())
            }
        });
        assert_eq!(taken, 3);
        let Err(ImportError::Stopped(reason)) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(reason.to_string(), "full");
    }
}

#[test]
fn foreign_ids_get_numbers_of_their_own() {
    let mut ids = Interner::default();
    assert_eq!(
        ids.channel("900000000000000010").get(),
        900_000_000_000_000_010
    );
    let first = ids.message("irc", "0");
    assert!(first.get() < 0);
    assert_eq!(ids.message("irc", "0"), first);
    assert_ne!(ids.message("other", "0"), first);
    assert_ne!(ids.member("0").get(), first.get());
    assert_eq!(snowflake("4194303"), None);
    assert_eq!(snowflake("4194304"), Some(4_194_304));
    assert_eq!(snowflake("99999999999999999999"), None);
    assert_eq!(snowflake("-900000000000000010"), None);
}

#[test]
fn a_message_without_a_time_follows_the_one_before() {
    let folder = Folder::new();
    let (_, messages, _) = read_all(&folder.with("log", LINES));
    let mut ids = Interner::default();
    let first = heard(&messages[0], None, &mut ids);
    let last = heard(&messages[4], Some(first.at), &mut ids);
    assert_eq!((last.at - first.at).num_seconds(), 1);
    assert_eq!(heard(&messages[4], None, &mut ids).at.timestamp(), 0);
    let reply = heard(&messages[1], None, &mut ids);
    assert_eq!(reply.reply_to, [first.id]);
}
