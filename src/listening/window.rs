//! What a channel's ear remembers: the last messages, who is known by which name, and the
//! requests that are still talked about. All of it is bounded.

use std::collections::{HashMap, VecDeque};
use std::sync::LazyLock;

use chrono::{DateTime, Utc};

use super::lexicon::Lexicon;
use super::text::{Roster, Words, fold};
use crate::practice::id::{MemberId, MessageId};
use crate::practice::message::Author;
use crate::practice::reading::{Bearing, Reading};

/// How many messages are remembered.
pub(crate) const LENGTH: usize = 150;
/// How many names are known.
const NAMES: usize = 512;
/// How many requests are followed.
const REQUESTS: usize = 64;

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
    pub(crate) at: DateTime<Utc>,
    /// How many messages the channel had heard before it.
    pub(crate) number: u64,
    pub(crate) addressed: Vec<MemberId>,
    pub(crate) named: Vec<MemberId>,
    pub(crate) addresses_stranger: bool,
    pub(crate) matter: Vec<u32>,
    pub(crate) shape: Shape,
    /// How much it sounds like a request, from its words alone.
    pub(crate) asks: f32,
    pub(crate) reading: Reading,
    /// The messages that are linked to each other carry the number of the first.
    pub(crate) conversation: u64,
    /// Somebody else replied to it.
    pub(crate) is_replied_to: bool,
    pub(crate) is_withdrawn: bool,
}

/// What the words of a message look like, whatever they are about.
#[derive(Clone, Copy, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a feature of its own; no two exclude each other"
)]
pub(crate) struct Shape {
    pub(crate) has_question: bool,
    pub(crate) ends_in_question: bool,
    pub(crate) greets: bool,
    pub(crate) thanks: bool,
    /// It says that it worked, or that it is understood.
    pub(crate) settles: bool,
    /// It begins as a reply does: "yes", "no", "try".
    pub(crate) replies: bool,
    /// It begins as a continuation does: "and", "but", "because".
    pub(crate) goes_on: bool,
    /// It speaks to whoever is there: "anyone", "somebody".
    pub(crate) calls: bool,
    /// It says no more than "same here".
    pub(crate) joins_in: bool,
    pub(crate) has_link: bool,
    pub(crate) has_code: bool,
    /// Words without signs.
    pub(crate) words: usize,
}

const GREETINGS: &str = "hi, hello, hey, hiya, howdy, yo, hallo, hola, salut, bonjour, ciao, moin, servus, greetings, \
    morning, evening, afternoon, heya, sup, welcome, ola, hei";
const THANKS: &str = "thanks, thank, thx, thanx, ty, tnx, cheers, danke, gracias, merci, grazie, obrigado, tack, \
    thankyou, appreciated, tks, thnx, bedankt, dank, kudos";
const REPLIES: &str = "yes, no, yeah, yep, yup, nope, nah, ok, okay, sure, right, true, try, you, your, use, well, \
    ah, oh, aha, hmm, lol, haha, exactly, indeed, because, it, its, thats, that, maybe, \
    probably, not, ja, nein, si, oui, non, correct, nice";
const GOES_ON: &str = "and, but, or, so, also, then, because, cause, like, which, although, however, anyway, plus, \
    still, otherwise, except, basically, und, aber, y, pero, et, mais";
const CALLS: &str = "anyone, anybody, someone, somebody, everyone, everybody, guys, folks, <all>, jemand, \
    alguien, quelquun, anyones, peeps";
const SETTLES: &str = "that worked, it worked, it works, works now, working now, that works, solved, fixed it, got \
    it, figured it out, that did it, did the trick, that helps, sorted, works perfectly, problem \
    solved, makes sense, perfect, works great, that fixed, that was it, nevermind, never mind, \
    resolved";
const JOINS_IN: &str = "same here, me too, same problem, same issue, same question, +1, i have the same, also \
    interested, following, bump, no idea, dont know, not sure, i wonder too";

/// The lists above, in this order.
static LISTS: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::of([
        GREETINGS, THANKS, REPLIES, GOES_ON, CALLS, SETTLES, JOINS_IN,
    ])
});

impl Shape {
    /// The shape of these words.
    pub(crate) fn of(words: &Words) -> Self {
        let first = words.first().unwrap_or_default();
        let counts = LISTS.count(words);
        Self {
            has_question: words.has_question(),
            ends_in_question: words.ends_in_question(),
            greets: LISTS.holds(0, first),
            thanks: counts[1] > 0,
            settles: counts[5] > 0,
            replies: LISTS.holds(2, first),
            goes_on: LISTS.holds(3, first),
            calls: counts[4] > 0,
            joins_in: counts[6] > 0,
            has_link: words.has_link,
            has_code: words.has_code,
            words: words.count(),
        }
    }

    /// Whether it says something that could help: more than a nod, and no question.
    pub(crate) fn has_substance(&self) -> bool {
        let is_full = self.words >= 3 || self.has_link || self.has_code;
        let is_nod = self.joins_in || (self.thanks && self.words < 6);
        is_full && !is_nod && !self.ends_in_question
    }
}

/// A request that is still talked about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) opener: MessageId,
    pub(crate) asker: MemberId,
    pub(crate) at: DateTime<Utc>,
    pub(crate) is_answered: bool,
}

/// The memory of one channel's ear.
#[derive(Clone, Debug, Default)]
pub(crate) struct Window {
    pub(crate) lines: VecDeque<Line>,
    frequency: HashMap<u32, u32>,
    names: Names,
    requests: VecDeque<Asked>,
    heard: u64,
}

impl Window {
    /// How many messages the channel has heard.
    pub(crate) fn heard(&self) -> u64 {
        self.heard
    }

    /// Who is known by which name.
    pub(crate) fn roster(&self) -> &dyn Roster {
        &self.names
    }

    /// The line of this message, if it is remembered.
    pub(crate) fn line(&self, id: MessageId) -> Option<&Line> {
        self.lines.iter().rev().find(|line| line.id == id)
    }

    /// The line of this message, to be changed.
    pub(crate) fn line_mut(&mut self, id: MessageId) -> Option<&mut Line> {
        self.lines.iter_mut().rev().find(|line| line.id == id)
    }

    /// How rare a word is in what is remembered, from 0 to 1.
    pub(crate) fn rarity(&self, word: u32) -> f32 {
        match self.frequency.get(&word) {
            None | Some(0 | 1) => 1.0,
            Some(&count) => {
                // Counts never exceed the window's length, so nothing is lost.
                let count = f32::from(u16::try_from(count).unwrap_or(u16::MAX));
                1.0 / (1.0 + count.ln())
            }
        }
    }

    /// Learns a name, and forgets the one that was silent for longest.
    pub(crate) fn meet(&mut self, author: &Author) {
        self.names.meet(author, self.heard);
    }

    /// The request that this message opened, if it is still followed.
    pub(crate) fn request(&self, opener: MessageId) -> Option<&Asked> {
        self.requests
            .iter()
            .rev()
            .find(|asked| asked.opener == opener)
    }

    /// The last request of this member, if it is still followed.
    pub(crate) fn last_request_of(&self, asker: MemberId) -> Option<&Asked> {
        self.requests
            .iter()
            .rev()
            .find(|asked| asked.asker == asker)
    }

    /// Remembers a message with its reading, and forgets the oldest.
    pub(crate) fn remember(&mut self, mut line: Line) {
        line.number = self.heard;
        line.conversation = self.heard;
        self.heard += 1;
        for target in line.reading.reply_to.clone() {
            let author = line.author;
            if let Some(target) = self.line_mut(target) {
                line.conversation = target.conversation;
                target.is_replied_to |= target.author != author && !line.is_bot;
            }
        }
        self.follow(&line);
        for word in &line.matter {
            *self.frequency.entry(*word).or_default() += 1;
        }
        self.lines.push_back(line);
        if self.lines.len() > LENGTH
            && let Some(oldest) = self.lines.pop_front()
        {
            self.forget_matter(&oldest.matter);
        }
    }

    /// Replaces the matter of a remembered message.
    pub(crate) fn replace_matter(&mut self, id: MessageId, matter: Vec<u32>) {
        for word in &matter {
            *self.frequency.entry(*word).or_default() += 1;
        }
        let Some(line) = self.line_mut(id) else {
            return self.forget_matter(&matter);
        };
        let old = std::mem::replace(&mut line.matter, matter);
        self.forget_matter(&old);
    }

    fn forget_matter(&mut self, matter: &[u32]) {
        for word in matter {
            if let Some(count) = self.frequency.get_mut(word) {
                *count -= 1;
                if *count == 0 {
                    self.frequency.remove(word);
                }
            }
        }
    }

    /// How many words, names and requests are kept.
    #[cfg(test)]
    pub(crate) fn size(&self) -> usize {
        self.frequency.len() + self.names.0.len() + self.requests.len()
    }

    /// Keeps the book of requests: a new one is entered, an answer is noted.
    fn follow(&mut self, line: &Line) {
        if line.reading.is_request {
            self.requests.push_back(Asked {
                opener: line.id,
                asker: line.author,
                at: line.at,
                is_answered: false,
            });
        } else if let Some(concern) = line.reading.concern
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

    /// Strikes a message out: it is linked to no more, and opens no request.
    pub(crate) fn strike(&mut self, id: MessageId) {
        self.requests.retain(|asked| asked.opener != id);
        if let Some(line) = self.line_mut(id) {
            line.is_withdrawn = true;
            line.reading.is_request = false;
        }
        for line in &mut self.lines {
            if line
                .reading
                .concern
                .is_some_and(|concern| concern.opener == id)
            {
                line.reading.concern = None;
            }
        }
    }
}

/// Names with their members; bounded.
#[derive(Clone, Debug, Default)]
struct Names(HashMap<String, (MemberId, u64)>);

impl Names {
    fn meet(&mut self, author: &Author, now: u64) {
        let name = fold(&author.name);
        if name.is_empty() || name.len() > 64 {
            return;
        }
        self.0.insert(name, (author.id, now));
        if self.0.len() > NAMES
            && let Some(silent) = self
                .0
                .iter()
                .min_by_key(|(name, (_, last))| (*last, *name))
                .map(|(name, _)| name.clone())
        {
            self.0.remove(&silent);
        }
    }
}

impl Roster for Names {
    fn find(&self, name: &str) -> Option<MemberId> {
        self.0.get(name).map(|(member, _)| *member)
    }
}
