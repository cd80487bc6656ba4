//! What a channel's ear remembers: the last messages, who is known by which name, and the
//! requests that are still talked about. All of it is bounded.

use std::collections::VecDeque;

use super::few::Few;
use super::mark::Mark;
use super::quick::QuickMap;
use super::request::Tone;
use super::shape::Shape;
use super::text::{MATTER, Roster, Word, folded_number};
use crate::practice::id::{MemberId, MessageId};
use crate::practice::message::Author;
use crate::practice::reading::{Bearing, Concern, Reading};
use crate::practice::request::ONE_TURN;

/// How many messages are remembered.
pub(crate) const LENGTH: usize = 128;
/// How many members are known, and how many names.
const MEMBERS: usize = 512;
/// How many requests are followed.
const REQUESTS: usize = 64;
/// How many conversations are followed: those that began within so many messages.
const CONVERSATIONS: usize = 512;

/// A message as it is remembered.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own; no two exclude each other"
)]
pub(crate) struct Line {
    pub(crate) id: MessageId,
    pub(crate) author: MemberId,
    pub(crate) is_bot: bool,
    /// When it was said, in seconds of the Unix epoch.
    pub(crate) at: i64,
    /// How many messages the channel had heard before it.
    pub(crate) number: u64,
    pub(crate) addressed: Few<MemberId, 4>,
    pub(crate) named: Few<MemberId, 4>,
    pub(crate) addresses_stranger: bool,
    pub(crate) matter: Few<Word, MATTER>,
    /// Which words the matter may hold.
    pub(crate) mark: Mark,
    pub(crate) shape: Shape,
    /// What it sounds like, from its words alone.
    pub(crate) tone: Tone,
    /// The author of the message that it replies to; `None` where it starts something.
    pub(crate) partner: Option<MemberId>,
    pub(crate) is_request: bool,
    pub(crate) concern: Option<Concern>,
    /// The number of the conversation's first message.
    pub(crate) conversation: u64,
    /// How many messages of the conversation were before it.
    pub(crate) place_in_conversation: u32,
    /// How many messages of its author were before it.
    pub(crate) place_of_author: u32,
    /// How many messages that spoke to its addressee were before it.
    pub(crate) place_of_addressee: u32,
    /// How many messages of others reply to it.
    pub(crate) replies: u8,
    /// Who replied to it last, of the others.
    pub(crate) replier: Option<MemberId>,
    pub(crate) is_withdrawn: bool,
    /// Its text speaks to somebody by name.
    pub(crate) is_naming: bool,
}

/// A request that is still talked about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) opener: MessageId,
    pub(crate) asker: MemberId,
    pub(crate) at: i64,
    /// How many messages the channel had heard before it.
    pub(crate) number: u64,
    pub(crate) matter: Few<Word, MATTER>,
    pub(crate) is_answered: bool,
}

/// What is known of a member.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Member {
    /// How many messages they wrote.
    pub(crate) messages: u32,
    /// How many messages spoke to them.
    pub(crate) addressed: u32,
    /// The number of their last message.
    pub(crate) last: Option<u64>,
    /// The number of the last message that spoke to them.
    pub(crate) last_addressed: Option<u64>,
    /// When they were last heard or spoken to, as the channel's count of messages.
    seen: u64,
}

/// Messages that links connect.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Conversation {
    /// The number of its first message.
    pub(crate) opener: u64,
    /// How many messages it has.
    pub(crate) messages: u32,
    /// Who takes part, the first few.
    pub(crate) members: Few<MemberId, 4>,
    /// When its last message was said.
    pub(crate) last_at: i64,
}

/// The memory of one channel's ear.
#[derive(Clone, Debug, Default)]
pub(crate) struct Window {
    pub(crate) lines: VecDeque<Line>,
    names: QuickMap<Word, (MemberId, u64)>,
    members: QuickMap<MemberId, Member>,
    /// Each in the slot of its first message.
    conversations: Vec<Conversation>,
    requests: VecDeque<Asked>,
    heard: u64,
    /// How many of the lines speak to somebody by name.
    pub(crate) naming: u16,
}

impl Window {
    /// How many messages the channel has heard.
    pub(crate) fn heard(&self) -> u64 {
        self.heard
    }

    /// Who is known by which name.
    pub(crate) fn roster(&self) -> &dyn Roster {
        self
    }

    /// What is known of a member.
    pub(crate) fn member(&self, id: MemberId) -> Member {
        self.members.get(&id).copied().unwrap_or_default()
    }

    /// The line of this message, if it is remembered.
    #[cfg(test)]
    pub(crate) fn line(&self, id: MessageId) -> Option<&Line> {
        self.lines.iter().rev().find(|line| line.id == id)
    }

    /// The line of this message, to be changed.
    pub(crate) fn line_mut(&mut self, id: MessageId) -> Option<&mut Line> {
        self.lines.iter_mut().rev().find(|line| line.id == id)
    }

    /// Where the message of this number is, if it is remembered.
    pub(crate) fn place(&self, number: u64) -> Option<usize> {
        let first = self.lines.front()?.number;
        let place = usize::try_from(number.checked_sub(first)?).ok()?;
        (place < self.lines.len()).then_some(place)
    }

    /// Where the first of these messages that is remembered is.
    pub(crate) fn place_of(&self, messages: &[MessageId]) -> Option<usize> {
        let place = |id: &MessageId| self.lines.iter().rposition(|line| line.id == *id);
        messages.iter().find_map(place)
    }

    /// The conversation that began with the message of this number.
    pub(crate) fn conversation(&self, opener: u64) -> Option<&Conversation> {
        self.conversations
            .get(slot_of(opener))
            .filter(|conversation| conversation.opener == opener)
    }

    /// Learns a name, and forgets those that were silent for longest.
    pub(crate) fn meet(&mut self, author: &Author) {
        if author.name.is_empty() || author.name.len() > 64 {
            return;
        }
        self.names
            .insert(folded_number(&author.name), (author.id, self.heard));
        if self.names.len() > MEMBERS * 2 {
            let since = median(self.names.values().map(|(_, seen)| *seen));
            self.names.retain(|_, (_, seen)| *seen >= since);
        }
    }

    /// The request that this message opened, if it is still followed.
    pub(crate) fn request(&self, opener: MessageId) -> Option<&Asked> {
        self.requests
            .iter()
            .rev()
            .find(|asked| asked.opener == opener)
    }

    /// The requests of this member that are still followed.
    pub(crate) fn requests_of(&self, asker: MemberId) -> impl Iterator<Item = &Asked> {
        let requests = self.requests.iter().rev();
        requests.filter(move |asked| asked.asker == asker)
    }

    /// The request that the author of a message opened a moment ago: one turn, one request.
    pub(crate) fn request_of_turn(&self, line: &Line) -> Option<&Asked> {
        self.requests_of(line.author)
            .find(|asked| (0..=ONE_TURN.num_seconds()).contains(&(line.at - asked.at)))
    }

    /// Remembers a message with its reading, and forgets the oldest.
    pub(crate) fn remember(&mut self, mut line: Line, reading: &Reading) {
        line.number = self.heard;
        self.heard += 1;
        line.is_request = reading.is_request;
        line.concern = reading.concern;
        line.partner = None;
        let mut conversation = line.number;
        for target in &reading.reply_to {
            let (author, is_bot) = (line.author, line.is_bot);
            if let Some(target) = self.line_mut(*target) {
                conversation = conversation.min(target.conversation);
                line.partner = line.partner.or(Some(target.author));
                if target.author != author && !is_bot {
                    target.replies = target.replies.saturating_add(1);
                    target.replier = Some(author);
                }
            }
        }
        line.conversation = conversation;
        line.place_in_conversation = self.join(conversation, &line);
        self.count(&mut line);
        self.follow(&line);
        self.naming += u16::from(line.is_naming);
        self.lines.push_back(line);
        if self.lines.len() > LENGTH
            && let Some(oldest) = self.lines.pop_front()
        {
            self.naming -= u16::from(oldest.is_naming);
        }
    }

    /// Enters a message into a conversation; says how many were before it.
    fn join(&mut self, opener: u64, line: &Line) -> u32 {
        let slot = slot_of(opener);
        if self.conversations.len() <= slot {
            self.conversations.resize(slot + 1, NO_CONVERSATION);
        }
        let conversation = &mut self.conversations[slot];
        if conversation.opener != opener {
            // One that began so long before is forgotten.
            *conversation = Conversation {
                opener,
                ..NO_CONVERSATION
            };
        }
        let before = conversation.messages;
        conversation.messages += 1;
        conversation.members.add(line.author);
        conversation.last_at = line.at;
        before
    }

    /// Counts a message for its author and for whom it speaks to.
    fn count(&mut self, line: &mut Line) {
        let author = self.members.entry(line.author).or_default();
        line.place_of_author = author.messages;
        author.messages += 1;
        author.last = Some(line.number);
        author.seen = line.number;
        for (place, addressed) in line.addressed.as_slice().iter().enumerate() {
            let addressed = self.members.entry(*addressed).or_default();
            if place == 0 {
                line.place_of_addressee = addressed.addressed;
            }
            addressed.addressed += 1;
            addressed.last_addressed = Some(line.number);
            addressed.seen = line.number;
        }
        if self.members.len() > MEMBERS * 2 {
            let since = median(self.members.values().map(|member| member.seen));
            self.members.retain(|_, member| member.seen >= since);
        }
    }

    /// How many words, names and requests are kept.
    #[cfg(test)]
    pub(crate) fn size(&self) -> usize {
        self.names.len() + self.members.len() + self.conversations.len() + self.requests.len()
    }

    /// Keeps the book of requests: a new one is entered, an answer is noted.
    fn follow(&mut self, line: &Line) {
        if line.is_request && line.concern.is_none() {
            self.requests.push_back(Asked {
                opener: line.id,
                asker: line.author,
                at: line.at,
                number: line.number,
                matter: line.matter,
                is_answered: false,
            });
        } else if let Some(concern) = line.concern
            && let Some(place) = self
                .requests
                .iter()
                .position(|asked| asked.opener == concern.opener)
            && let Some(mut asked) = self.requests.remove(place)
        {
            match concern.bearing {
                Bearing::Answer => asked.is_answered = true,
                Bearing::NewQuestion => asked.is_answered = false,
                _ => {}
            }
            // What is talked about is kept longest.
            self.requests.push_back(asked);
        }
        if self.requests.len() > REQUESTS {
            self.requests.pop_front();
        }
    }

    /// Takes in whether the text of a message speaks to somebody by name, now that it is another.
    pub(crate) fn rename(&mut self, id: MessageId, is_naming: bool) {
        if let Some(line) = self.line_mut(id)
            && std::mem::replace(&mut line.is_naming, is_naming) != is_naming
        {
            if is_naming {
                self.naming += 1;
            } else {
                self.naming -= 1;
            }
        }
    }

    /// Takes in what a request is about, now that its text is another.
    pub(crate) fn reword(&mut self, id: MessageId, matter: Few<Word, MATTER>) {
        if let Some(asked) = self.requests.iter_mut().find(|asked| asked.opener == id) {
            asked.matter = matter;
        }
    }

    /// Strikes a message out: it is linked to no more, and opens no request.
    pub(crate) fn strike(&mut self, id: MessageId) {
        self.requests.retain(|asked| asked.opener != id);
        if let Some(line) = self.line_mut(id) {
            line.is_withdrawn = true;
            line.is_request = false;
        }
        for line in &mut self.lines {
            if line.concern.is_some_and(|concern| concern.opener == id) {
                line.concern = None;
            }
        }
    }
}

impl Roster for Window {
    fn find(&self, name: Word) -> Option<MemberId> {
        self.names.get(&name).map(|(member, _)| *member)
    }
}

/// A slot that holds none yet.
const NO_CONVERSATION: Conversation = Conversation {
    opener: u64::MAX,
    messages: 0,
    members: Few::NONE,
    last_at: 0,
};

/// The slot of the conversation that began with the message of this number.
fn slot_of(opener: u64) -> usize {
    usize::try_from(opener).unwrap_or_default() % CONVERSATIONS
}

/// The middle one of these numbers.
fn median(numbers: impl Iterator<Item = u64>) -> u64 {
    let mut numbers: Vec<u64> = numbers.collect();
    numbers.sort_unstable();
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
}
