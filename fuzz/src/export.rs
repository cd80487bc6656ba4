//! Bytes as an export, read as `convener analyse` reads it.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use chrono::{DateTime, Utc};

use crate::import::{self, Interner, Item};
use crate::listening::Listener;

/// Reads a file or a folder, and panics where what is read can't be.
pub fn read(path: &Path) {
    let mut ids = Interner::default();
    let mut ears: HashMap<String, (Listener, Option<DateTime<Utc>>)> = HashMap::new();
    let (mut channels, mut messages) = (0, 0);
    let outcome = import::read(path, &mut |item| {
        match item {
            Item::Channel(_) => channels += 1,
            Item::Message(message) => {
                messages += 1;
                assert!(channels > 0, "a channel comes before its messages");
                assert!(!message.text.contains('\0'));
                let (ear, last_at) = ears.entry(message.channel.clone()).or_default();
                let heard = import::heard(&message, *last_at, &mut ids);
                *last_at = Some(heard.at);
                let reading = ear.hear(&heard);
                assert!((0.0..=1.0).contains(&reading.confidence));
            }
        }
        Ok(())
    });
    match outcome {
        Ok(summary) => assert_eq!((summary.channels, summary.messages), (channels, messages)),
        // What people are told.
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// Puts the parts of an input into a folder as a Slack workspace's export, and reads it. They are parted by
/// `\x1e`: the channels, the members, then a day of the channel `a` each.
pub fn read_slack(bytes: &[u8], folder: &Path) {
    let mut parts = bytes.split(|byte| *byte == 0x1e);
    let days = folder.join("a");
    // Days of the input before.
    let _ = fs::remove_dir_all(&days);
    fs::create_dir_all(&days).expect("the folder can be written to");
    for name in ["channels.json", "users.json"] {
        let part = parts.next().unwrap_or_default();
        fs::write(folder.join(name), part).expect("the folder can be written to");
    }
    for (number, part) in parts.take(4).enumerate() {
        let day = days.join(format!("2026-01-0{}.json", number + 1));
        fs::write(day, part).expect("the folder can be written to");
    }
    read(folder);
}
