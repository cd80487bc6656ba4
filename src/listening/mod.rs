//! What does this message mean? Its activity, whether it is a request, what it replies to.
//!
//! Pure: no I/O, no clock, nothing awaited. A [`Listener`] hears the messages of one channel in
//! their order and remembers a bounded number of them, so that neither its memory nor its time for
//! a message grows with the channel's history. Rules say what can't be a request (a bot's line, a
//! quotation, a second message of one turn); small linear models, whose features have names, weigh
//! the rest.

mod activity;
mod cues;
mod lexicon;
mod links;
mod model;
mod request;
#[cfg(test)]
mod tests;
mod text;
mod window;

use window::{Asked, Line, Shape, Window};

use crate::practice::id::MessageId;
use crate::practice::message::{Author, Heard, MessageKind};
use crate::practice::reading::{Bearing, Concern, Reading};
use crate::practice::request::ONE_TURN;

/// The ear of one channel: it hears the messages in their order and says what each one means.
///
/// It remembers the last 150 messages, some hundred names and some dozen requests, and nothing
/// older.
#[derive(Clone, Debug, Default)]
pub struct Listener {
    window: Window,
}

/// A message, read in itself and weighed against what was said before.
struct Look {
    line: Line,
    words: text::Words,
    /// Where in the window the message that it replies to is; `None` where it starts something.
    target: Option<usize>,
    starts: f32,
}

impl Listener {
    /// An ear that has heard nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a message when it comes, with what was said before, and remembers it.
    ///
    /// A line of the platform is nobody's and means nothing; a bot neither asks nor answers, but
    /// people reply to it.
    pub fn hear(&mut self, message: &Heard) -> Reading {
        let Some(author) = speaker(message) else {
            return Reading::default();
        };
        self.window.meet(author);
        let mut look = self.look(message, author);
        let reading = self.read(message, &look);
        look.line.reading = reading.clone();
        self.window.remember(look.line);
        reading
    }

    /// Remembers a message with the reading that was kept of it: for filling the window again
    /// after a restart.
    pub fn recall(&mut self, message: &Heard, reading: &Reading) {
        let Some(author) = speaker(message) else {
            return;
        };
        self.window.meet(author);
        let (mut line, _) = self.line_of(message, author);
        line.reading = reading.clone();
        self.window.remember(line);
    }

    /// Takes in an edit: later messages are read with the new words. The message's own reading
    /// stays what it was.
    pub fn revise(&mut self, message: &Heard) {
        let Some(author) = speaker(message) else {
            return;
        };
        let (new, _) = self.line_of(message, author);
        if let Some(line) = self.window.line_mut(message.id) {
            line.addressed = new.addressed;
            line.named = new.named;
            line.addresses_stranger = new.addresses_stranger;
            line.shape = new.shape;
            line.asks = new.asks;
            self.window.replace_matter(message.id, new.matter);
        }
    }

    /// Strikes out a message that was deleted, or a request that is none: nothing said later is
    /// linked to it or counts as its answer.
    pub fn withdraw(&mut self, message: MessageId) {
        self.window.strike(message);
    }

    /// A message read in itself.
    fn line_of(&self, message: &Heard, author: &Author) -> (Line, text::Words) {
        let mut words = text::Words::of(&message.text, self.window.roster());
        for member in message.mentions.iter().take(8) {
            if !words.addressed.contains(member) {
                words.addressed.push(*member);
            }
        }
        // An export may show a mention as a name that is not known yet.
        words.addresses_stranger &= message.mentions.is_empty();
        words.addressed.retain(|member| *member != author.id);
        words.named.retain(|member| *member != author.id);
        let shape = Shape::of(&words);
        let line = Line {
            id: message.id,
            author: author.id,
            is_bot: author.is_bot,
            at: message.at,
            number: self.window.heard(),
            addressed: words.addressed.clone(),
            named: words.named.clone(),
            addresses_stranger: words.addresses_stranger,
            matter: words.matter(),
            shape,
            asks: request::asks(&words, &shape),
            reading: Reading::default(),
            conversation: 0,
            is_replied_to: false,
            is_withdrawn: false,
        };
        (line, words)
    }

    /// A message weighed against what was said before.
    fn look(&self, message: &Heard, author: &Author) -> Look {
        let (line, words) = self.line_of(message, author);
        let best = links::candidates(&line, &self.window)
            .into_iter()
            .map(|candidate| (candidate.place, candidate.findings.score()))
            .max_by(|one, other| one.1.total_cmp(&other.1));
        let start = links::start(&line, &self.window).score();
        let known = message.reply_to.iter().find_map(|id| {
            let place = self.window.lines.iter().rposition(|line| line.id == *id)?;
            Some(place)
        });
        let starts = match best {
            _ if !message.reply_to.is_empty() => -8.0,
            Some((_, score)) => start - score,
            None => 8.0,
        };
        let target = if message.reply_to.is_empty() {
            best.filter(|_| starts <= 0.0).map(|(place, _)| place)
        } else {
            known
        };
        Look {
            line,
            words,
            target,
            starts,
        }
    }

    /// Where a message stands for the question whether it opens a request.
    fn standing(&self, look: &Look) -> request::Standing {
        let line = &look.line;
        let target = look.target.map(|place| &self.window.lines[place]);
        let own: Option<&Line> = self
            .window
            .lines
            .iter()
            .rev()
            .find(|earlier| earlier.author == line.author);
        let is_recent = |earlier: &Line| line.at - earlier.at <= ONE_TURN;
        request::Standing {
            starts: look.starts,
            goes_on_own: target
                .is_some_and(|target| target.author == line.author && self.is_own_opening(target)),
            replies_to_other: target.is_some_and(|target| target.author != line.author),
            author_is_new: own.is_none(),
            author_talks: own.is_some_and(|own| {
                is_recent(own) && (own.is_replied_to || !own.reading.reply_to.is_empty())
            }),
        }
    }

    /// Whether a line is of its author's own opening: nobody else has spoken in the conversation.
    fn is_own_opening(&self, line: &Line) -> bool {
        self.window
            .lines
            .iter()
            .filter(|other| other.conversation == line.conversation)
            .all(|other| other.author == line.author)
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
        let standing = self.standing(look);
        let asked = target
            .and_then(|target| self.request_of(target))
            .or_else(|| self.request_of_turn(line));
        let starts = target.is_none() || standing.goes_on_own;
        let may_open =
            message.reply_to.is_empty() && starts && self.request_of_turn(line).is_none();
        reading.is_request = may_open
            && asked.is_none()
            && look.words.has_topic()
            && request::opens(line, standing).score() > request::THRESHOLD;
        if !reading.is_request {
            reading.concern = asked.map(|asked| Concern {
                opener: asked.opener,
                bearing: bearing(line, target, asked),
            });
        }
        if starts {
            let (activity, confidence) =
                activity::read(&look.words, &line.shape, reading.is_request);
            (reading.activity, reading.confidence) = (activity, confidence);
        } else {
            reading.confidence = model::probability(-look.starts);
        }
        reading
    }

    /// The request that a remembered message belongs to.
    fn request_of(&self, line: &Line) -> Option<&Asked> {
        let opener = match line.reading.concern {
            _ if line.reading.is_request => line.id,
            Some(concern) => concern.opener,
            None => return None,
        };
        self.window.request(opener)
    }

    /// The request that the author of a message opened a moment ago: one turn, one request.
    fn request_of_turn(&self, line: &Line) -> Option<&Asked> {
        self.window
            .last_request_of(line.author)
            .filter(|asked| line.at - asked.at <= ONE_TURN)
    }
}

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
        } else if asked.is_answered && (shape.thanks || shape.settles) {
            Bearing::Thanks
        } else {
            Bearing::Elaboration
        };
    }
    // Who goes on with a reply of their own still speaks to the asker.
    let is_own_reply = target.is_some_and(|target| {
        target.author == line.author
            && target.reading.concern.is_some_and(|concern| {
                matches!(concern.bearing, Bearing::Answer | Bearing::Attention)
            })
    });
    let speaks_to_asker = is_own_reply
        || target.is_some_and(|target| target.author == asked.asker)
        || line.addressed.contains(&asked.asker);
    match (speaks_to_asker, shape.has_substance()) {
        (true, true) => Bearing::Answer,
        (true, false) => Bearing::Attention,
        (false, _) => Bearing::Aside,
    }
}
