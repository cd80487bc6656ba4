//! A burst of prepared messages: written as fast as they are read, past everything that is kept of messages.

use std::fmt::Write;

use crate::snowflake::Snowflake;

/// One message of a flood, cut where its numbers go.
#[derive(Debug)]
pub(crate) struct PreparedLine {
    pub(crate) guild: Snowflake,
    /// Before the sequence, before the message's id, and after it.
    pieces: [String; 3],
}

impl PreparedLine {
    /// `payload` is a `MESSAGE_CREATE` whose message has this id, which is in it once.
    pub(crate) fn new(guild: Snowflake, payload: &str, id: Snowflake) -> Option<Self> {
        let (before, after) = payload.split_once(&id.to_string())?;
        Some(Self {
            guild,
            pieces: [
                r#"{"op":0,"t":"MESSAGE_CREATE","s":"#.to_owned(),
                format!(r#","d":{before}"#),
                format!("{after}}}"),
            ],
        })
    }
}

/// What is left to be written to one socket.
#[derive(Debug)]
pub(crate) struct Flood {
    lines: Vec<PreparedLine>,
    next: usize,
    left: u64,
    sequence: u64,
    id: u64,
}

impl Flood {
    /// `count` messages by these lines, over and over, with the numbers after these.
    pub(crate) fn new(lines: Vec<PreparedLine>, count: u64, sequence: u64, id: u64) -> Self {
        Self {
            left: if lines.is_empty() { 0 } else { count },
            lines,
            next: 0,
            sequence,
            id,
        }
    }
}

impl Iterator for Flood {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        self.left = self.left.checked_sub(1)?;
        self.sequence += 1;
        self.id += 1;
        let line = &self.lines[self.next];
        self.next = (self.next + 1) % self.lines.len();
        let length: usize = line.pieces.iter().map(String::len).sum();
        let mut frame = String::with_capacity(length + 40);
        let [first, second, third] = &line.pieces;
        // Writing to a string can't fail.
        let _ = write!(frame, "{first}{}{second}{}{third}", self.sequence, self.id);
        Some(frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_frame_has_numbers_of_its_own() {
        let payload = r#"{"content":"hi","id":"77"}"#;
        let lines =
            vec![PreparedLine::new(Snowflake::new(1), payload, Snowflake::new(77)).unwrap()];
        let frames: Vec<String> = Flood::new(lines, 2, 5, 100).collect();
        assert_eq!(
            frames,
            [
                r#"{"op":0,"t":"MESSAGE_CREATE","s":6,"d":{"content":"hi","id":"101"}}"#,
                r#"{"op":0,"t":"MESSAGE_CREATE","s":7,"d":{"content":"hi","id":"102"}}"#,
            ]
        );
    }
}
