//! An operator at a terminal: the real binary in an empty folder.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::{Value, json};

/// The binary in an empty folder of its own, with nothing of ours in the environment.
pub(crate) struct Operator {
    pub(crate) folder: tempfile::TempDir,
}

impl Operator {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        fs::write(self.path(name), content).unwrap();
        name.to_owned()
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_convener"));
        command
            .args(words)
            .current_dir(self.folder.path())
            .env_clear();
        command
    }

    pub(crate) fn types(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// Types what works, and reads the output.
    pub(crate) fn gets(&self, words: &[&str]) -> String {
        let output = self.types(words);
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{words:?}: {complaint}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Types what fails, and reads the one sentence.
    pub(crate) fn is_told(&self, words: &[&str]) -> String {
        told(words, &self.types(words), 1)
    }
}

/// The one sentence on standard error that goes with an exit code.
pub(crate) fn told(words: &[&str], output: &Output, code: i32) -> String {
    let complaint = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(code), "{words:?}: {complaint}");
    assert!(!complaint.contains("panicked"), "{words:?}: {complaint}");
    assert_eq!(
        complaint.trim_end().lines().count(),
        1,
        "{words:?}: {complaint}"
    );
    complaint
}

/// A small export: a question with its answer, and one without.
pub(crate) fn export() -> Value {
    let message = |id: &str, at: &str, author: &str, text: &str, reference: Option<&str>| {
        json!({
            "id": id,
            "type": if reference.is_some() { "Reply" } else { "Default" },
            "timestamp": at,
            "timestampEdited": null,
            "isPinned": false,
            "content": text,
            "author": {"id": author, "name": format!("user{author}"), "nickname": null, "isBot": false},
            "attachments": [],
            "reactions": [{"emoji": {"name": "👍"}, "count": 2}],
            "mentions": [],
            "reference": reference.map(|id| json!({"messageId": id, "channelId": "1345936243044344171"})),
        })
    };
    json!({
        "guild": {"id": "167772160000197255", "name": "Makers"},
        "channel": {"id": "1345936243044344171", "type": "GuildTextChat", "name": "help"},
        "messages": [
            message("1476498725879874557", "2026-02-02T08:38:48.269+00:00", "101",
                "How do I calibrate the level sensor of the new board?", None),
            message("1476499627069638311", "2026-02-02T08:42:23+00:00", "102",
                "Put it over a bucket, measure the distance, and set the offset in the menu.",
                Some("1476498725879874557")),
            message("1476542327480756759", "2026-02-20T11:32:03+00:00", "103",
                "Has anyone tried lithium cells below minus twenty degrees?", None),
        ],
        "messageCount": 3
    })
}
