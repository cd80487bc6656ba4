//! Who replies to whom: the earlier messages that come into question, and what is known of each.

use super::features::{
    FEATURES, Feature, Row, counted, holds, length, measured, nod, opening, question, rare, step,
    timed,
};
use super::few::Few;
use super::model::Model;
use super::shape::List;
use super::window::{Line, Window};
use crate::practice::id::MemberId;

/// A message that a new one may reply to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    /// Its place in the window.
    pub(crate) place: usize,
    pub(crate) row: Row,
}

/// How many earlier messages come into question at most.
pub(crate) const CANDIDATES: usize = 15;

/// How far back messages come into question.
const REACH: usize = 90;
/// The last so many come into question, whoever wrote them.
const RECENT: usize = 9;

/// What is known of a new message before it is linked.
pub(crate) struct Situation<'window> {
    line: &'window Line,
    window: &'window Window,
    own: Option<&'window Line>,
    partners: Few<MemberId, 4>,
    /// The mean time between the last messages, in seconds.
    pace: i64,
    /// How rare the words of its matter are, together.
    weight: i64,
    base: Row,
}

impl<'window> Situation<'window> {
    /// What is known of a message that was heard now.
    pub(crate) fn of(line: &'window Line, window: &'window Window, model: &Model) -> Self {
        let member = window.member(line.author);
        let own = member
            .last
            .and_then(|number| window.lines.get(window.place(number)?));
        let awaited_by = member
            .last_addressed
            .filter(|number| member.last.is_none_or(|last| last < *number))
            .and_then(|number| window.lines.get(window.place(number)?));
        let mut partners = Few::default();
        if let Some(own) = own {
            own.addressed
                .as_slice()
                .iter()
                .for_each(|to| partners.add(*to));
            own.partner.into_iter().for_each(|to| partners.add(to));
        }
        if let Some(by) = awaited_by {
            partners.add(by.author);
        }
        partners.remove(line.author);
        let back = window.lines.len().min(20);
        let pace = window
            .lines
            .get(window.lines.len() - back)
            .map_or(0, |earlier| {
                (line.at - earlier.at).max(0) / i64::try_from(back).unwrap_or(1)
            });
        let mut situation = Self {
            line,
            window,
            own,
            partners,
            pace,
            weight: 0,
            base: [0; FEATURES],
        };
        for word in line.matter.as_slice() {
            situation.weight += i64::from(model.rarity(*word));
        }
        situation.base = situation.base(awaited_by, member.messages);
        situation
    }

    /// What is the same for every candidate.
    fn base(&self, awaited_by: Option<&Line>, written: u32) -> Row {
        let (line, window, shape) = (self.line, self.window, &self.line.shape);
        let now = window.heard();
        let mut row = [0; FEATURES];
        let mut set = |feature: Feature, value: u8| row[feature as usize] = value;
        set(Feature::Asks, measured(line.tone.asks));
        set(Feature::Begins, measured(line.tone.begins));
        set(Feature::Question, question(shape));
        set(Feature::Opening, opening(shape));
        set(Feature::Nod, nod(shape));
        set(Feature::Length, length(shape));
        let addressee = line.addressed.as_slice().first();
        set(
            Feature::Addresses,
            match addressee {
                Some(to) if window.member(*to).last.is_some_and(|last| now - last < 128) => 3,
                Some(_) => 2,
                None => u8::from(line.addresses_stranger),
            },
        );
        set(Feature::Names, u8::from(!line.named.is_empty()));
        if let Some(own) = self.own {
            set(Feature::OwnDistance, 1 + counted(now - own.number - 1));
            set(Feature::OwnGap, 1 + timed(line.at - own.at));
            let state = match (own.partner, own.replies > 0) {
                (None, false) => 1,
                (None, true) => 2,
                (Some(to), false) if to == own.author => 3,
                (Some(to), true) if to == own.author => 4,
                (Some(_), false) => 5,
                (Some(_), true) => 6,
            };
            set(Feature::OwnState, state);
        }
        if let Some(by) = awaited_by {
            set(Feature::Awaited, 1 + counted(now - by.number - 1));
        }
        let silence = window.lines.back().map_or(0, |last| line.at - last.at);
        set(Feature::Silence, timed(silence));
        set(Feature::Pace, timed(self.pace));
        let mut speakers: Few<MemberId, 8> = Few::default();
        for earlier in window.lines.iter().rev().take(10) {
            speakers.add(earlier.author);
        }
        set(
            Feature::Speakers,
            u8::try_from(speakers.as_slice().len()).unwrap_or_default(),
        );
        set(
            Feature::Voice,
            u8::from(shape.is(List::OfSelf))
                | u8::from(shape.is(List::OfOther)) << 1
                | u8::from(shape.is(List::Calls)) << 2,
        );
        set(Feature::Holds, holds(line));
        set(Feature::Written, counted(u64::from(written)));
        set(Feature::Responds, measured(line.tone.responds));
        let lines = u16::try_from(window.lines.len().max(1)).unwrap_or(u16::MAX);
        set(Feature::Naming, habit(window.naming, lines));
        row
    }

    /// What is known of the chance that it starts something.
    pub(crate) fn start(&self) -> Row {
        let mut row = self.base;
        row[Feature::Starts as usize] = 1;
        row
    }

    /// The earlier messages that come into question, the newest first.
    pub(crate) fn candidates(&self, model: &Model, found: &mut Vec<Candidate>) {
        found.clear();
        let (line, window) = (self.line, self.window);
        let own = self.own.map(|own| own.conversation);
        let mut turns = Turns::default();
        for (between, earlier) in window.lines.iter().rev().enumerate() {
            if found.len() == CANDIDATES {
                break;
            }
            if earlier.is_withdrawn {
                continue;
            }
            turns.pass(earlier.author);
            let of_author = || {
                let written = window.member(earlier.author).messages;
                written.saturating_sub(earlier.place_of_author + 1)
            };
            let comes_into_question = between < RECENT
                || (earlier.author == line.author && of_author() < 6)
                || (between < REACH && line.addressed.contains(earlier.author) && of_author() < 5)
                || (between < REACH && line.named.contains(earlier.author) && of_author() < 3)
                || (between < 60 && earlier.addressed.contains(line.author))
                || (between < 30 && line.addressed.meets(&earlier.addressed))
                || (between < REACH && self.partners.contains(earlier.author) && of_author() < 3)
                || (between < 30 && own == Some(earlier.conversation));
            if comes_into_question {
                let place = window.lines.len() - 1 - between;
                found.push(Candidate {
                    place,
                    row: self.row(earlier, between, &turns, model),
                });
            }
        }
    }

    fn row(&self, earlier: &Line, between: usize, turns: &Turns, model: &Model) -> Row {
        let mut row = self.base;
        row[Feature::Turns as usize] = 1 + counted(turns.taken);
        row[Feature::Speaking as usize] = turns.people();
        self.note_place(&mut row, earlier, between);
        self.note_talk(&mut row, earlier);
        self.note_words(&mut row, earlier, model);
        self.note_conversation(&mut row, earlier, model);
        row
    }

    /// How far apart the two are.
    fn note_place(&self, row: &mut Row, earlier: &Line, between: usize) {
        let (line, window) = (self.line, self.window);
        let mut set = |feature: Feature, value: u8| row[feature as usize] = value;
        let gap = line.at - earlier.at;
        set(Feature::Distance, 1 + counted(between as u64));
        set(Feature::Gap, 1 + timed(gap));
        let relative = gap * 4 / self.pace.max(1);
        set(
            Feature::RelativeGap,
            1 + step(relative, &[1, 3, 5, 9, 17, 33, 65, 129, 257, 513, 1_025]),
        );
        let next = window.lines.get(window.lines.len() - between);
        set(
            Feature::GoesOn,
            1 + u8::from(next.is_some_and(|next| next.author == earlier.author)),
        );
        set(
            Feature::EarlierWritten,
            1 + counted(u64::from(earlier.place_of_author)),
        );
    }

    /// What the two authors have to do with each other.
    fn note_talk(&self, row: &mut Row, earlier: &Line) {
        let (line, window) = (self.line, self.window);
        let mut set = |feature: Feature, value: u8| row[feature as usize] = value;
        let is_same = earlier.author == line.author;
        set(Feature::SameAuthor, 1 + u8::from(is_same));
        let author = window.member(earlier.author);
        let author_rank = author.messages.saturating_sub(earlier.place_of_author + 1);
        set(Feature::AuthorRank, 1 + counted(u64::from(author_rank)));
        set(Feature::SpeaksTo, 1 + speaks_to(line, earlier));
        set(Feature::IsSpokenTo, 1 + speaks_to(earlier, line));
        if earlier.addressed.as_slice().first() == Some(&line.author) {
            let addressed = window.member(line.author).addressed;
            let rank = addressed.saturating_sub(earlier.place_of_addressee + 1);
            set(Feature::AddressedRank, 1 + counted(u64::from(rank)));
        }
        set(
            Feature::SpokeSince,
            match self.own {
                Some(own) if own.number > earlier.number => {
                    2 + u8::from(own.conversation == earlier.conversation)
                }
                _ => 1,
            },
        );
        let last = author.last.and_then(|last| window.place(last));
        let looks_back = last.is_some_and(|place| {
            let last = &window.lines[place];
            last.addressed.contains(line.author) || last.partner == Some(line.author)
        });
        set(
            Feature::Partners,
            1 + u8::from(self.partners.contains(earlier.author))
                + 2 * u8::from(looks_back && !is_same),
        );
        set(Feature::Replies, 1 + earlier.replies.min(4));
        set(
            Feature::Replier,
            match earlier.replier {
                None => 1,
                Some(replier) => 2 + u8::from(replier == line.author),
            },
        );
    }

    /// What the earlier one sounds like, and what words the two share.
    fn note_words(&self, row: &mut Row, earlier: &Line, model: &Model) {
        let mut set = |feature: Feature, value: u8| row[feature as usize] = value;
        let shape = &earlier.shape;
        set(Feature::EarlierAsks, 1 + measured(earlier.tone.asks));
        set(Feature::EarlierBegins, 1 + measured(earlier.tone.begins));
        set(
            Feature::EarlierResponds,
            1 + measured(earlier.tone.responds),
        );
        set(Feature::EarlierQuestion, 1 + question(shape));
        set(Feature::EarlierOpening, 1 + opening(shape));
        set(Feature::EarlierNod, 1 + nod(shape));
        set(Feature::EarlierLength, 1 + length(shape));
        set(Feature::EarlierHolds, 1 + holds(earlier));
        let (shared, weight) = shared(self.line, earlier, model);
        set(Feature::Shared, 1 + shared.min(6));
        set(Feature::SharedMatter, 1 + rare(weight));
        if self.weight > 0 {
            let eighths = weight * 8 / self.weight;
            set(
                Feature::Covered,
                1 + u8::try_from(eighths.clamp(0, 8)).unwrap_or_default(),
            );
        }
    }

    /// What is known of the earlier one's conversation.
    fn note_conversation(&self, row: &mut Row, earlier: &Line, model: &Model) {
        let (line, window) = (self.line, self.window);
        let mut set = |feature: Feature, value: u8| row[feature as usize] = value;
        let starts = earlier.conversation == earlier.number;
        set(
            Feature::EarlierStarts,
            1 + u8::from(starts) + u8::from(earlier.is_request),
        );
        let Some(conversation) = window.conversation(earlier.conversation) else {
            return;
        };
        let rank = conversation
            .messages
            .saturating_sub(earlier.place_in_conversation + 1);
        set(Feature::ConversationRank, 1 + counted(u64::from(rank)));
        set(
            Feature::ConversationLength,
            counted(u64::from(conversation.messages)),
        );
        set(
            Feature::ConversationGap,
            1 + timed(line.at - conversation.last_at),
        );
        let members = conversation.members.as_slice();
        set(
            Feature::ConversationMembers,
            u8::try_from(members.len()).unwrap_or_default(),
        );
        let takes_part = match members.iter().position(|member| *member == line.author) {
            Some(0) => 3,
            Some(_) => 2,
            None => 1,
        };
        let is_own = self.own.map(|own| own.conversation) == Some(earlier.conversation);
        set(Feature::TakesPart, takes_part + 3 * u8::from(is_own));
        if !line.addressed.is_empty() {
            set(
                Feature::AddresseeTakesPart,
                1 + u8::from(line.addressed.meets(&conversation.members)),
            );
        }
        if let Some(place) = window.place(conversation.opener)
            && conversation.opener != earlier.number
        {
            let (_, weight) = shared(line, &window.lines[place], model);
            set(Feature::SharedWithOpener, 1 + rare(weight));
        }
    }
}

/// Who has spoken since an earlier message, the newest first.
#[derive(Default)]
struct Turns {
    last: Option<MemberId>,
    /// How often somebody else went on speaking.
    taken: u64,
    speakers: Few<MemberId, 8>,
}

impl Turns {
    /// Passes a message of this author.
    fn pass(&mut self, author: MemberId) {
        if self.last != Some(author) {
            self.taken += u64::from(self.last.is_some());
            self.last = Some(author);
            self.speakers.add(author);
        }
    }

    /// How many people spoke from there on.
    fn people(&self) -> u8 {
        u8::try_from(self.speakers.as_slice().len()).unwrap_or_default()
    }
}

/// How many of the last lines are so, in steps.
fn habit(count: u16, lines: u16) -> u8 {
    let share = i64::from(count) * 100 / i64::from(lines);
    step(share, &[3, 8, 15, 25, 35, 45, 60])
}

/// How one message speaks to another's author.
fn speaks_to(one: &Line, other: &Line) -> u8 {
    if one.addressed.contains(other.author) {
        5
    } else if one.named.contains(other.author) {
        4
    } else if one.addressed.meets(&other.addressed) {
        3
    } else if !one.addressed.is_empty() {
        2
    } else {
        u8::from(one.addresses_stranger)
    }
}

/// How many words two messages share, and how rare those are.
fn shared(one: &Line, other: &Line, model: &Model) -> (u8, i64) {
    let (mut count, mut weight) = (0_u8, 0);
    // Most share none, which is soon seen.
    if one.mark.meets(&other.mark) {
        for word in one.matter.as_slice() {
            if other.mark.may_hold(*word) && other.matter.contains(*word) {
                count += 1;
                weight += i64::from(model.rarity(*word));
            }
        }
    }
    (count, weight)
}
