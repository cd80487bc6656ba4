//! What does this message mean? Its activity, whether it is a request, what it replies to.
//!
//! Pure: no I/O, no clock, nothing awaited. A [`Listener`] hears the messages of one channel in
//! their order and remembers a bounded number of them, so that neither its memory nor its time for
//! a message grows with the channel's history. Rules say what can't be a request (a bot's line, a
//! quotation, a second message of one turn); what was learnt from real conversations weighs the
//! rest: `model.bin`, which `examples/train` makes.

mod activity;
mod bytes;
mod choice;
mod cues;
mod features;
mod few;
mod fold;
mod leaning;
mod links;
mod mark;
mod model;
mod ngram;
mod phrases;
mod places;
mod quick;
mod reader;
mod request;
mod shape;
pub mod shares;
#[cfg(test)]
mod tests;
mod text;
pub mod training;
mod trees;
mod why;
mod window;

use std::sync::Arc;

use features::{FEATURES, Row};
use links::{Candidate, Situation};
use mark::Mark;
use model::probability;
use ngram::Runs;
use request::{OpeningRow, OwnRequest, Standing, Tone};
use shape::{List, Shape};
use text::{Word, Words};
use window::{Asked, Line, Window};

pub use leaning::Leaning;
pub use model::Model;

use crate::practice::activity::ActivityKind;
use crate::practice::id::MessageId;
use crate::practice::message::{Author, Heard, MessageKind};
use crate::practice::reading::{Bearing, Concern, Reading};

/// The ear of one channel: it hears the messages in their order and says what each one means.
///
/// It remembers the last 128 messages, some hundred names and some dozen requests, and nothing
/// older.
#[derive(Clone, Debug)]
pub struct Listener {
    window: Window,
    model: Arc<Model>,
    leaning: Option<Arc<Leaning>>,
    // What follows is room that is used again for each message.
    words: Words,
    found: Vec<Word>,
    candidates: Vec<Candidate>,
}

impl Default for Listener {
    fn default() -> Self {
        Self::with(Model::embedded())
    }
}

/// A message, read in itself and weighed against what was said before.
struct Look {
    line: Line,
    has_topic: bool,
    /// Where in the window the message that it replies to is; `None` where it starts something.
    target: Option<usize>,
    /// The score of starting something, less that of the best link.
    starts: f32,
    /// What is known of it and of the likeliest link.
    likeliest: Row,
}

impl Listener {
    /// An ear that has heard nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An ear that reads by this model.
    pub(crate) fn with(model: Arc<Model>) -> Self {
        Self {
            window: Window::default(),
            model,
            leaning: None,
            words: Words::default(),
            found: Vec::new(),
            candidates: Vec::new(),
        }
    }

    /// From now on reads with what the community's own corrections shift.
    pub fn lean(&mut self, leaning: Option<Arc<Leaning>>) {
        self.leaning = leaning;
    }

    /// Reads a message when it comes, with what was said before, and remembers it.
    ///
    /// A line of the platform is nobody's and means nothing; a bot neither asks nor answers, but
    /// people reply to it.
    pub fn hear(&mut self, message: &Heard) -> Reading {
        self.hear_as(message, false)
    }

    /// The same of a message that asks whatever its words are, such as the first of a post in a forum for questions.
    pub fn hear_request(&mut self, message: &Heard) -> Reading {
        self.hear_as(message, true)
    }

    fn hear_as(&mut self, message: &Heard, asks: bool) -> Reading {
        let Some(author) = speaker(message) else {
            return Reading::default();
        };
        self.window.meet(author);
        let mut look = self.look(message, author);
        if message.reply_to.is_empty() && self.asks_the_same(&look) {
            (look.target, look.starts) = (None, look.starts.max(1.0));
        }
        let mut reading = self.read(message, &look);
        if asks {
            (reading.is_request, reading.begins, reading.concern) = (true, true, None);
        }
        self.window.remember(look.line, &reading);
        reading
    }

    /// Remembers a message with the reading that was kept of it: for filling the window again
    /// after a restart.
    pub fn recall(&mut self, message: &Heard, reading: &Reading) {
        let Some(author) = speaker(message) else {
            return;
        };
        self.window.meet(author);
        let line = self.line_of(message, author);
        let mut reading = reading.clone();
        if reading.concern.is_none() && !reading.is_request && !line.is_bot {
            // It is not kept with a reading, and is the same as when the message was heard.
            let target = self.window.place_of(&reading.reply_to);
            let target = target.map(|place| &self.window.lines[place]);
            reading.concern = self.concern(&line, target);
        }
        self.window.remember(line, &reading);
    }

    /// Takes in an edit: later messages are read with the new words. The message's own reading
    /// stays what it was.
    pub fn revise(&mut self, message: &Heard) {
        let Some(author) = speaker(message) else {
            return;
        };
        let new = self.line_of(message, author);
        self.window.rename(message.id, new.is_naming);
        self.window.reword(message.id, new.matter);
        if let Some(line) = self.window.line_mut(message.id) {
            line.addressed = new.addressed;
            line.named = new.named;
            line.addresses_stranger = new.addresses_stranger;
            line.matter = new.matter;
            line.mark = new.mark;
            line.shape = new.shape;
            line.tone = new.tone;
        }
    }

    /// Strikes out a message that was deleted, or a request that is none: nothing said later is
    /// linked to it or counts as its answer.
    pub fn withdraw(&mut self, message: MessageId) {
        self.window.strike(message);
    }

    /// The few pieces of a text that spoke most for an activity, or for none; the strongest first.
    ///
    /// Empty where no words did: then the message's shape decided, or how rare all else is.
    #[must_use]
    pub fn why(&self, text: &str, activity: Option<ActivityKind>) -> Vec<String> {
        let words = Words::of(text, self.window.roster());
        why::why(text, &words, activity, &self.model)
    }

    /// A message read in itself; its words and what was found in them are kept at hand.
    fn line_of(&mut self, message: &Heard, author: &Author) -> Line {
        let words = &mut self.words;
        words.read(&message.text, self.window.roster());
        // Discord writes whom a text mentions into the text; an export may write a name that is not known yet. Whom a
        // Reply replies to is mentioned, too, and is not spoken to by name.
        if words.addresses_stranger && !message.mentions.is_empty() {
            words.addresses_stranger = false;
            for member in &message.mentions {
                words.addressed.add(*member);
            }
        }
        words.addressed.remove(author.id);
        words.named.remove(author.id);
        let shape = Shape::of(words);
        request::gather(words, &shape, &mut self.found);
        let matter = words.matter();
        Line {
            id: message.id,
            author: author.id,
            is_bot: author.is_bot,
            at: message.at.timestamp(),
            number: self.window.heard(),
            addressed: words.addressed,
            named: words.named,
            addresses_stranger: words.addresses_stranger,
            matter,
            mark: Mark::of(matter.as_slice()),
            shape,
            tone: Tone::of(&self.found, &self.model),
            partner: None,
            is_request: false,
            concern: None,
            conversation: 0,
            place_in_conversation: 0,
            place_of_author: 0,
            place_of_addressee: 0,
            replies: 0,
            replier: None,
            is_withdrawn: false,
            is_naming: !words.addressed.is_empty(),
        }
    }

    /// A message weighed against what was said before.
    fn look(&mut self, message: &Heard, author: &Author) -> Look {
        let line = self.line_of(message, author);
        let known = self.window.place_of(&message.reply_to);
        let (target, starts, likeliest) = if message.reply_to.is_empty() {
            self.weigh(&line)
        } else {
            (known, -8.0, [0; FEATURES])
        };
        Look {
            line,
            has_topic: self.words.has_topic(),
            target,
            starts,
            likeliest,
        }
    }

    /// Whether a message asks nearly in the same words what somebody else asked: who does so asks on their own
    /// behalf, and answers nobody. The logs have too few of these to learn it from.
    fn asks_the_same(&self, look: &Look) -> bool {
        let line = &look.line;
        look.target
            .map(|place| &self.window.lines[place])
            .is_some_and(|target| {
                let (mine, theirs) = (line.matter.as_slice(), target.matter.as_slice());
                let shared = mine.iter().filter(|word| theirs.contains(word)).count();
                target.author != line.author
                    && line.addressed.is_empty()
                    && line.shape.has_question
                    && target.shape.has_question
                    && shared >= 3
                    && shared * 4 >= mine.len().max(theirs.len()) * 3
            })
    }

    /// What a message replies to, if to any; the score of starting something, less that of the best
    /// link; and what is known of that.
    fn weigh(&mut self, line: &Line) -> (Option<usize>, f32, Row) {
        let situation = Situation::of(line, &self.window, &self.model);
        situation.candidates(&self.model, &mut self.candidates);
        let weighed = choice::weigh(&self.model.links, &situation.start(), &self.candidates);
        let Some(weighed) = weighed else {
            return (None, 8.0, situation.start());
        };
        let target = (weighed.starts <= 0.0).then_some(weighed.place);
        (target, weighed.starts, weighed.row)
    }

    /// Where a message stands for the question whether it opens a request.
    fn standing(&self, look: &Look) -> Standing {
        let line = &look.line;
        let target = look.target.map(|place| &self.window.lines[place]);
        let member = self.window.member(line.author);
        let own = member
            .last
            .and_then(|last| self.window.lines.get(self.window.place(last)?));
        let opening = target.filter(|target| self.is_own_opening(target, line));
        let now = self.window.heard();
        Standing {
            starts: look.starts,
            goes_on_own: opening.is_some(),
            replies_to_other: target.is_some_and(|target| target.author != line.author),
            asked_before: opening.map(|opening| opening.tone.asks),
            own_distance: own.map(|own| now - own.number - 1),
            own_gap: own.map_or(0, |own| line.at - own.at),
            author_talks: own.is_some_and(|own| own.replies > 0 || own.partner.is_some()),
            is_awaited: member
                .last_addressed
                .is_some_and(|to| now - to < 60 && member.last.is_none_or(|last| last < to)),
            target_asks: target.map(|target| target.tone.asks),
            likeliest: look.likeliest,
            silence: self.window.lines.back().map_or(0, |last| line.at - last.at),
            own_request: self.own_request(look),
        }
    }

    /// What a message has to do with what its author asked before.
    fn own_request(&self, look: &Look) -> Option<OwnRequest> {
        let line = &look.line;
        let rarity = |word: &Word| i64::from(self.model.rarity(*word));
        let matter = line.matter.as_slice();
        let mut last: Option<&Asked> = None;
        let mut shared = 0;
        for asked in self.window.requests_of(line.author) {
            if last.is_none_or(|last| last.number < asked.number) {
                last = Some(asked);
            }
            let common = matter.iter().filter(|word| asked.matter.contains(**word));
            shared = shared.max(common.map(rarity).sum());
        }
        let last = last?;
        let whole: i64 = matter.iter().map(rarity).sum();
        let target = look.target.map(|place| &self.window.lines[place]);
        let linked = target.and_then(|target| self.request_of(target));
        Some(OwnRequest {
            gap: line.at - last.at,
            distance: self.window.heard() - last.number - 1,
            shared,
            eighths: u8::try_from(shared * 8 / whole.max(1)).unwrap_or(8),
            is_linked: linked.is_some_and(|asked| asked.asker == line.author),
        })
    }

    /// Whether an earlier line is of the author's own opening: nobody else has spoken in the
    /// conversation.
    fn is_own_opening(&self, earlier: &Line, line: &Line) -> bool {
        earlier.author == line.author
            && self
                .window
                .conversation(earlier.conversation)
                .is_some_and(|conversation| conversation.members.as_slice() == [line.author])
    }

    /// What tells whether a message opens a request; `None` where it can't.
    fn opening(&self, message: &Heard, look: &Look) -> Option<OpeningRow> {
        let line = &look.line;
        let standing = self.standing(look);
        let target = look.target.map(|place| &self.window.lines[place]);
        let starts = target.is_none() || standing.goes_on_own || look.starts > UNSURE;
        let may_open = !line.is_bot
            && message.reply_to.is_empty()
            && starts
            && look.has_topic
            && (line.shape.has_question || self.knows_language())
            && (look.starts > UNSURE || self.asked(line, target).is_none());
        may_open.then(|| request::opening_row(line, &standing))
    }

    /// Whether some of the words at hand are known from other messages. Where none is, a question is
    /// told by its mark alone.
    fn knows_language(&self) -> bool {
        let words = self.words.tokens.iter().filter(|token| token.is_word());
        let known = words.filter(|token| {
            let run = Runs::number([token.word]);
            self.model.tone.find(run).is_some()
        });
        known.count() * 4 >= self.words.count()
    }

    /// The request that a message belongs to.
    fn asked(&self, line: &Line, target: Option<&Line>) -> Option<&Asked> {
        target
            .and_then(|target| self.request_of(target))
            .or_else(|| self.window.request_of_turn(line))
    }

    /// What a message that asks for nothing brings to the request that it belongs to.
    fn concern(&self, line: &Line, target: Option<&Line>) -> Option<Concern> {
        self.asked(line, target).map(|asked| Concern {
            opener: asked.opener,
            bearing: bearing(line, target, asked),
        })
    }

    fn read(&self, message: &Heard, look: &Look) -> Reading {
        let line = &look.line;
        let target = look.target.map(|place| &self.window.lines[place]);
        let mut reading = Reading {
            reply_to: message.reply_to.clone(),
            ..Reading::default()
        };
        if let (true, Some(target)) = (reading.reply_to.is_empty(), target) {
            reading.reply_to.push(target.id);
        }
        if line.is_bot {
            return reading;
        }
        let settings = &self.model.settings;
        reading.is_request = self.opening(message, look).is_some_and(|row| {
            let score = self.model.opens.score(&row);
            let leaning = self.leaning.as_ref();
            let score = leaning.map_or(score, |leaning| leaning.shifted(score, &self.words));
            score > settings.opens_from
        });
        let goes_on = target.is_some_and(|target| !self.is_own_opening(target, line));
        if reading.is_request && goes_on {
            // It may be linked, and all in all it asks the community anew.
            reading.reply_to.clear();
        }
        reading.concern = if reading.is_request {
            // Who asks for something else within a turn goes on with one request.
            self.window.request_of_turn(line).map(|asked| Concern {
                opener: asked.opener,
                bearing: if asked.is_answered {
                    Bearing::NewQuestion
                } else {
                    Bearing::Elaboration
                },
            })
        } else {
            self.concern(line, target)
        };
        reading.begins = reading.is_request || !goes_on;
        if reading.begins {
            let leaning = self.leaning.as_ref();
            let shifts = leaning.map(|leaning| leaning.towards_activities(&self.words));
            (reading.activity, reading.confidence) = activity::read(
                &self.words,
                &self.found,
                reading.is_request,
                &self.model,
                shifts,
            );
        } else {
            reading.confidence = probability(-look.starts);
        }
        reading
    }

    /// The request that a remembered message belongs to.
    fn request_of(&self, line: &Line) -> Option<&Asked> {
        let own = line.is_request.then_some(line.id);
        let opener = line.concern.map(|concern| concern.opener).or(own)?;
        self.window.request(opener)
    }
}

/// The score of starting something from which a message may open a request, though a link is much
/// likelier: what it says is weighed, too.
const UNSURE: f32 = -4.5;

/// Who speaks; `None` where the platform does.
fn speaker(message: &Heard) -> Option<&Author> {
    message
        .author
        .as_ref()
        .filter(|_| message.kind != MessageKind::System)
}

/// What a message brings to the request that it belongs to.
fn bearing(line: &Line, target: Option<&Line>, asked: &Asked) -> Bearing {
    let shape = &line.shape;
    if line.author == asked.asker {
        return if asked.is_answered && shape.has_question {
            Bearing::NewQuestion
        } else if asked.is_answered && (shape.is(List::Thanks) || shape.is(List::Settles)) {
            Bearing::Thanks
        } else {
            Bearing::Elaboration
        };
    }
    // Who goes on with a reply of their own still speaks to the asker.
    let is_own_reply = target.is_some_and(|target| {
        target.author == line.author
            && target.concern.is_some_and(|concern| {
                matches!(concern.bearing, Bearing::Answer | Bearing::Attention)
            })
    });
    let speaks_to_asker = is_own_reply
        || target.is_some_and(|target| target.author == asked.asker)
        || line.addressed.contains(asked.asker);
    match (speaks_to_asker, shape.has_substance()) {
        (true, true) => Bearing::Answer,
        (true, false) => Bearing::Attention,
        (false, _) => Bearing::Aside,
    }
}
