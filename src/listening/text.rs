//! A message as the words that were meant for others: folded, without quotes and code, with names
//! told apart from words. Words are numbers here: nothing is allocated for one.

use super::few::Few;
use super::fold::numbers_of;
pub(crate) use super::fold::{Word, folded_number, number_of};
use super::reader;
use crate::practice::id::MemberId;

/// Opens a sentence in the sequence of words, so that a cue can ask for a first word.
pub(crate) const START: Word = number_of("^");
/// A question mark.
pub(crate) const QUESTION: Word = number_of("?");
/// A link.
pub(crate) const LINK: Word = number_of("<url>");
/// A member's name.
pub(crate) const NAME: Word = number_of("<name>");
/// Code, inline or a block.
pub(crate) const CODE: Word = number_of("<code>");
/// All who are there: `@here`, a role.
pub(crate) const ALL: Word = number_of("<all>");
/// A number.
pub(crate) const NUMBER: Word = number_of("<number>");
pub(crate) const CHANNEL: Word = number_of("<channel>");
pub(crate) const EMOJI: Word = number_of("<emoji>");
pub(crate) const TIME: Word = number_of("<time>");

/// Who is known by a name, for telling names from words.
pub(crate) trait Roster {
    /// The member whose folded name has this number.
    fn find(&self, name: Word) -> Option<MemberId>;
}

/// One word or sign of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// The word.
    pub(crate) word: Word,
    /// Its first five letters, as a number: a plain stem.
    pub(crate) stem: Word,
    /// How many letters it has; 0 for a sign.
    pub(crate) letters: u16,
    /// Where it begins in the text, in bytes.
    pub(crate) start: u32,
    /// Where it ends.
    pub(crate) end: u32,
}

/// The words of one message.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own; no two exclude each other"
)]
pub(crate) struct Words {
    /// Words, signs and sentence marks, in order.
    pub(crate) tokens: Vec<Token>,
    /// Whom it speaks to: named at its head, with `@`, or by a mention.
    pub(crate) addressed: Few<MemberId, 4>,
    /// Whom it names among its words.
    pub(crate) named: Few<MemberId, 4>,
    /// It speaks to a name that is not known.
    pub(crate) addresses_stranger: bool,
    /// It holds a link.
    pub(crate) has_link: bool,
    /// It holds code.
    pub(crate) has_code: bool,
    /// It holds an exclamation mark.
    pub(crate) exclaims: bool,
    pub(super) at_start: bool,
}

impl Words {
    /// Reads the words of a text, in time linear in its length.
    pub(crate) fn of(text: &str, roster: &dyn Roster) -> Self {
        let mut words = Self::default();
        words.read(text, roster);
        words
    }

    /// Reads another text in the place of the last.
    pub(crate) fn read(&mut self, text: &str, roster: &dyn Roster) {
        self.tokens.clear();
        self.addressed = Few::default();
        self.named = Few::default();
        self.addresses_stranger = false;
        self.has_link = false;
        self.has_code = false;
        self.exclaims = false;
        reader::read(self, text, roster);
    }

    pub(super) fn push(&mut self, token: Token) {
        if std::mem::take(&mut self.at_start) {
            self.tokens.push(sign(START, token.start, token.start));
        }
        self.tokens.push(token);
    }

    pub(super) fn last(&self) -> Option<Word> {
        self.tokens.last().map(|token| token.word)
    }

    /// How many words there are, without signs.
    pub(crate) fn count(&self) -> usize {
        self.tokens.iter().filter(|token| token.is_word()).count()
    }

    /// The first word, without signs.
    pub(crate) fn first(&self) -> Option<Word> {
        self.tokens
            .iter()
            .find(|token| token.is_word())
            .map(|token| token.word)
    }

    /// How many question marks it holds; several at once are one.
    pub(crate) fn questions(&self) -> usize {
        self.tokens
            .iter()
            .filter(|token| token.word == QUESTION)
            .count()
    }

    /// Whether it ends with a question mark.
    pub(crate) fn ends_in_question(&self) -> bool {
        self.last() == Some(QUESTION)
    }

    /// Whether its topic can be told: it holds a word that is not of every conversation. "Can I ask
    /// something?" alone holds none.
    pub(crate) fn has_topic(&self) -> bool {
        self.has_code
            || self.has_link
            || self
                .tokens
                .iter()
                .any(|token| token.is_word() && !is_empty_word(token.word) && !is_common(token))
    }

    /// Whether it says no more than a greeting or a farewell.
    pub(crate) fn is_pleasantry(&self) -> bool {
        let mut words = self.tokens.iter().filter(|token| token.is_word());
        let is_plain = self.first().is_some() && !self.has_code && !self.has_link;
        is_plain && words.all(|token| PLEASANTRIES.contains(&token.word))
    }

    /// The words that carry its matter, in order and each once, at most [`MATTER`].
    pub(crate) fn matter(&self) -> Few<Word, MATTER> {
        let mut matter = Few::default();
        for token in self.tokens.iter().filter(|token| token.carries_matter()) {
            if !matter.insert_in_order(token.word) {
                break;
            }
        }
        matter
    }
}

impl Token {
    /// Whether it is a word and no sign.
    pub(crate) fn is_word(&self) -> bool {
        self.letters > 0
    }

    /// Whether messages that share it are likely to be about the same.
    fn carries_matter(&self) -> bool {
        self.letters > 3 && !is_common(self)
    }
}

/// A sign at a place in the text.
pub(super) fn sign(word: Word, start: u32, end: u32) -> Token {
    Token {
        word,
        stem: word,
        letters: 0,
        start,
        end,
    }
}

/// How many words of a message are compared with those of others.
pub(crate) const MATTER: usize = 24;

/// Words of four letters and more that are in every conversation.
const COMMON: [Word; 60] = numbers_of(
    "about after again also anyone anything because been before being cant could does doesnt \
     doing dont even from going good have hello help here into just know like make maybe more \
     much need only other please really same should some someone something sure than thanks \
     that thats them then there they thing think this want what when which will with",
);

/// Short words, and words about asking, that tell no topic.
const EMPTY: [Word; 71] = numbers_of(
    "a able all am an and any anybody are as ask asking at be but by can did do for get got \
     guys had has he hey hi how i if im in is it its ive me my new no not now of off ok on \
     one or out people question questions quick so somebody tell the to try up us use was we \
     why who yes yo you your",
);

/// Words of greetings and farewells, and the small ones among them: a text that holds no other word is one.
/// Greetings in other languages are read as "hello".
const PLEASANTRIES: [Word; 65] = numbers_of(
    "a abend afternoon all and back boa bom bonne bonsoir bueno buenas buenos buona bye day dia \
     dias enjoy evening everybody everyone folks friends giorno gm gn good goodbye great guten \
     guys have hello hey hi hiya howdy journee later morgen morning night nice noches noite \
     see soiree sera tag tarde tardes team the there to todos too tomorrow tous tutti \
     weekend welcome you zusammen",
);

fn is_common(token: &Token) -> bool {
    (4..=9).contains(&token.letters) && COMMON.contains(&token.word)
}

fn is_empty_word(word: Word) -> bool {
    EMPTY.contains(&word)
}
