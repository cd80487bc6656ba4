//! How many dispatches the bot's process has received, as far as can be known from outside.

use std::collections::{BTreeMap, BTreeSet};

/// One run of the bot, from its first IDENTIFY to its death, over any number of sessions and shards.
///
/// A process is told from the next one by how it comes: who resumes, or identifies right after it was told that
/// its session is invalid, is the same process; who identifies out of the blue is a new one and starts at 0.
#[derive(Debug, Default)]
pub(crate) struct Process {
    shards: BTreeMap<u64, Received>,
    /// Shards told that their session is invalid: their next IDENTIFY is expected of the same process.
    must_identify: BTreeSet<u64>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Received {
    in_earlier_sessions: u64,
    in_this_session: u64,
}

/// The processes, by the port that each comes by.
#[derive(Debug, Default)]
pub(crate) struct Processes(BTreeMap<u16, Process>);

impl Processes {
    /// The process of a port, which may have told nothing yet.
    pub(crate) fn of(&mut self, entrance: u16) -> &mut Process {
        self.0.entry(entrance).or_default()
    }

    pub(crate) fn forget(&mut self, entrance: u16) {
        self.0.remove(&entrance);
    }

    pub(crate) fn delivered(&self, entrance: u16) -> u64 {
        self.0.get(&entrance).map_or(0, Process::delivered)
    }
}

impl Process {
    pub(crate) fn identified(&mut self, shard: u64) {
        let expected = self.must_identify.remove(&shard);
        if self.shards.contains_key(&shard) && !expected {
            *self = Self::default();
        }
        let received = self.shards.entry(shard).or_default();
        received.in_earlier_sessions += received.in_this_session;
        received.in_this_session = 0;
    }

    pub(crate) fn session_invalidated(&mut self, shard: u64) {
        self.must_identify.insert(shard);
    }

    /// A session was ended by the client. While other shards `go_on` it is the same process that may begin this
    /// one again; after the last one, whoever comes is new.
    pub(crate) fn session_ended(&mut self, shard: u64, goes_on: bool) {
        if goes_on {
            self.must_identify.insert(shard);
        } else {
            self.must_identify.clear();
        }
    }

    /// The client says how far it came, which may be less than what was sent before its connection broke.
    pub(crate) fn resumed(&mut self, shard: u64, sequence: u64) {
        self.shards.entry(shard).or_default().in_this_session = sequence;
    }

    pub(crate) fn sent(&mut self, shard: u64, sequence: u64) {
        self.shards.entry(shard).or_default().in_this_session = sequence;
    }

    pub(crate) fn delivered(&self) -> u64 {
        self.shards
            .values()
            .map(|received| received.in_earlier_sessions + received.in_this_session)
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resume_counts_from_what_the_client_has_seen() {
        let mut process = Process::default();
        process.identified(0);
        process.sent(0, 7);
        process.resumed(0, 5);
        assert_eq!(process.delivered(), 5);
        process.sent(0, 6);
        assert_eq!(process.delivered(), 6);
    }

    #[test]
    fn an_invalid_session_goes_on_and_a_surprising_identify_starts_anew() {
        let mut process = Process::default();
        process.identified(0);
        process.sent(0, 7);
        process.session_invalidated(0);
        process.identified(0);
        process.sent(0, 1);
        assert_eq!(process.delivered(), 8);
        process.identified(0);
        assert_eq!(process.delivered(), 0);
    }

    #[test]
    fn a_shard_that_is_given_back_may_be_taken_again_until_all_are() {
        let mut process = Process::default();
        process.identified(0);
        process.identified(1);
        process.sent(0, 3);
        process.sent(1, 2);
        process.session_ended(0, true);
        process.identified(0);
        process.sent(0, 4);
        assert_eq!(process.delivered(), 9);
        process.session_ended(1, true);
        process.session_ended(0, false);
        process.identified(0);
        assert_eq!(process.delivered(), 0);
    }

    #[test]
    fn shards_of_one_process_add_up() {
        let mut process = Process::default();
        process.identified(0);
        process.sent(0, 2);
        process.identified(1);
        process.sent(1, 3);
        assert_eq!(process.delivered(), 5);
    }
}
