//! Bytes as a conversation: who says what when, replies to whom, edits and takes back.
//!
//! Records end with the character `\x1e`. Each begins with four signs, then comes a text:
//!
//! 1. what happens: `0` somebody says the text; `1` a line of the platform; `2` somebody says a text that
//!    repeats this one up to 100,000 characters; `3` the message that the fourth sign tells is edited to
//!    this text; `4` it is deleted; `5` the author has this name from now on; `6` the time leaps to one of
//!    the ends of time; `7` a member corrects the reading of this text, and the ear leans on it; `8` all records before are
//!    lived through again, so that what is remembered fills up;
//! 2. the author: any sign; `b` is a bot;
//! 3. how many minutes later than the record before: `0` none, `9` nine, a sign before `0` so many earlier;
//! 4. which earlier message it replies to: `0` none, `1` the last one, `2` the one before.
//!
//! In a text, `\x02` and a sign mention that author.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::listening::{Leaning, Listener};
use crate::practice::activity::ActivityKind;
use crate::practice::id::{ChannelId, MemberId, MessageId};
use crate::practice::message::{Author, Heard, MessageKind};
use crate::practice::reading::{Bearing, Correction, Reading, Verdict};

/// The length to which a text is repeated, in characters: Discord allows 4,000, exports what they like.
const LONG: usize = 100_000;
/// How many such texts there are in one conversation.
const MOST_LONG: usize = 2;
/// How many records are lived through in all: more than an ear remembers.
const MOST_RECORDS: usize = 600;
/// Every how many messages the ear is compared with one that was filled again after a restart.
const COMPARED: usize = 16;

/// Reads a conversation, and panics where a reading can't be.
pub fn read(bytes: &[u8]) {
    let mut talk = Talk::default();
    let mut before: Vec<[&[u8]; 2]> = Vec::new();
    for record in bytes.split(|byte| *byte == 0x1e) {
        let Some((head, text)) = record.split_at_checked(4) else {
            continue;
        };
        if head[0].wrapping_sub(b'0') % 9 == 8 {
            before.extend_from_within(..);
        } else {
            before.push([head, text]);
        }
        if before.len() >= MOST_RECORDS {
            break;
        }
    }
    for [head, text] in before.into_iter().take(MOST_RECORDS) {
        talk.go_on(head, text);
    }
}

/// A conversation as far as it has come.
#[derive(Default)]
struct Talk {
    ear: Listener,
    /// What a process knows that was started anew: it has each message as it was kept with its reading.
    restarted: Listener,
    now: DateTime<Utc>,
    names: HashMap<u8, String>,
    said: Vec<Heard>,
    withdrawn: HashSet<MessageId>,
    corrections: Vec<Correction>,
    long: usize,
}

impl Talk {
    fn go_on(&mut self, head: &[u8], text: &[u8]) {
        let [what, author, later, target] = *head else {
            return;
        };
        let later = i64::from(later) - i64::from(b'0');
        self.now = self
            .now
            .checked_add_signed(TimeDelta::minutes(later))
            .unwrap_or_default();
        // An importer takes out NUL, and replaces what is no Unicode.
        let text = String::from_utf8_lossy(text).replace('\0', "");
        match what.wrapping_sub(b'0') % 9 {
            0 => self.say(author, target, text, MessageKind::Message),
            1 => self.say(author, target, text, MessageKind::System),
            2 if self.long < MOST_LONG && !text.is_empty() => {
                self.long += 1;
                let repeated = text.repeat(LONG.div_ceil(text.chars().count()));
                self.say(author, target, repeated, MessageKind::Action);
            }
            3 => self.revise(target, &text),
            4 => self.withdraw(target),
            5 => {
                self.names.insert(author, text);
            }
            6 => {
                self.now = match target % 3 {
                    0 => DateTime::UNIX_EPOCH,
                    1 => DateTime::<Utc>::MIN_UTC,
                    _ => DateTime::<Utc>::MAX_UTC,
                }
            }
            7 => self.correct(author, target, text),
            _ => {}
        }
    }

    fn author(&self, sign: u8) -> Author {
        let name = self.names.get(&sign).cloned();
        Author {
            id: member(sign),
            name: name.unwrap_or_else(|| format!("gardener{}", char::from(sign))),
            is_bot: sign == b'b',
        }
    }

    /// The message that a sign tells of, if there is one.
    fn earlier(&self, sign: u8) -> Option<&Heard> {
        let back = usize::from(sign.wrapping_sub(b'0'));
        (back > 0)
            .then(|| self.said.len().checked_sub(back))
            .flatten()
            .map(|place| &self.said[place])
    }

    fn say(&mut self, author: u8, target: u8, text: String, kind: MessageKind) {
        let id = i64::try_from(self.said.len()).expect("an input is not as long");
        let mentions = text
            .bytes()
            .take(1_000)
            .zip(text.bytes().skip(1))
            .filter(|(mark, _)| *mark == 2)
            .map(|(_, sign)| member(sign));
        let heard = Heard {
            channel: ChannelId::new(7),
            id: MessageId::new(id),
            author: Some(self.author(author)),
            at: self.now,
            edited_at: None,
            kind,
            reply_to: self
                .earlier(target)
                .map(|said| said.id)
                .into_iter()
                .collect(),
            mentions: mentions.collect(),
            reactions: Vec::new(),
            attachments: Vec::new(),
            text,
        };
        let reading = self.hear(&heard);
        self.check(&heard, &reading);
        self.said.push(heard);
    }

    /// Both ears hear it; from time to time they are compared.
    fn hear(&mut self, heard: &Heard) -> Reading {
        let reading = self.ear.hear(heard);
        if self.said.len() % COMPARED == COMPARED - 1 {
            assert_eq!(self.restarted.clone().hear(heard), reading);
        }
        let kept = Heard {
            reply_to: reading.reply_to.clone(),
            ..heard.clone()
        };
        // What it brings to a request is not kept, and follows from the rest. Who asks twice in a turn is kept as
        // asking once, which makes a small difference to how later messages are linked.
        let mut to_keep = reading.clone();
        if !reading.is_request {
            to_keep.concern = None;
        }
        self.restarted.recall(&kept, &to_keep);
        reading
    }

    fn check(&self, heard: &Heard, reading: &Reading) {
        assert!((0.0..=1.0).contains(&reading.confidence), "{reading:?}");
        let goes_on = [Bearing::Elaboration, Bearing::NewQuestion];
        assert!(
            !reading.is_request
                || reading
                    .concern
                    .is_none_or(|concern| goes_on.contains(&concern.bearing))
        );
        assert!(!reading.is_request || reading.activity.is_some());
        assert!(!reading.is_request || reading.begins);
        assert!(!reading.is_request || heard.is_by_a_person());
        if heard.kind == MessageKind::System {
            assert_eq!(*reading, Reading::default());
        } else if !heard.reply_to.is_empty() {
            assert_eq!(reading.reply_to, heard.reply_to);
        } else {
            for target in &reading.reply_to {
                assert!(target.get() < heard.id.get() && !self.withdrawn.contains(target));
            }
        }
        if let Some(concern) = reading.concern {
            assert!(concern.opener.get() < heard.id.get());
            assert!(!self.withdrawn.contains(&concern.opener));
        }
        if heard.text.len() < 1_000 {
            assert!(self.ear.why(&heard.text, reading.activity).len() <= 3);
        }
    }

    fn revise(&mut self, target: u8, text: &str) {
        let Some(mut heard) = self.earlier(target).cloned() else {
            return;
        };
        text.clone_into(&mut heard.text);
        heard.edited_at = Some(self.now);
        self.ear.revise(&heard);
        self.restarted.revise(&heard);
    }

    fn withdraw(&mut self, target: u8) {
        let Some(id) = self.earlier(target).map(|heard| heard.id) else {
            return;
        };
        self.ear.withdraw(id);
        self.restarted.withdraw(id);
        self.withdrawn.insert(id);
    }

    fn correct(&mut self, author: u8, target: u8, text: String) {
        if self.corrections.len() >= 8 {
            return;
        }
        let verdict = match usize::from(target.wrapping_sub(b'0')) {
            0 => Verdict::NoRequest,
            1 => Verdict::Request,
            kind => Verdict::Activity(ActivityKind::ALL[kind % ActivityKind::ALL.len()]),
        };
        self.corrections.push(Correction {
            by: member(author),
            text,
            verdict,
        });
        let background: Vec<String> = self
            .said
            .iter()
            .rev()
            .take(20)
            .map(|heard| heard.text.clone())
            .collect();
        let leaning = Some(Arc::new(Leaning::learn(&self.corrections, &background)));
        self.ear.lean(leaning.clone());
        self.restarted.lean(leaning);
    }
}

fn member(sign: u8) -> MemberId {
    MemberId::new(i64::from(sign) + 1)
}
