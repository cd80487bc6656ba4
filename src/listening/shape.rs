//! What the words of a message look like, whatever they are about.

use std::sync::LazyLock;

use super::ngram::Runs;
use super::phrases::Phrases;
use super::text::Words;

/// What the words of a message look like.
#[derive(Clone, Copy, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a feature of its own; no two exclude each other"
)]
pub(crate) struct Shape {
    /// The lists that its words are on.
    lists: u32,
    /// It holds a question mark.
    pub(crate) has_question: bool,
    /// It ends with one.
    pub(crate) ends_in_question: bool,
    /// It holds a link.
    pub(crate) has_link: bool,
    /// It holds code.
    pub(crate) has_code: bool,
    /// It says no more than a greeting or a farewell.
    pub(crate) is_pleasantry: bool,
    /// Words without signs.
    pub(crate) words: u16,
}

/// A list of words with one sense.
#[derive(Clone, Copy, Debug)]
pub(crate) enum List {
    /// It begins with a greeting.
    Greets,
    /// It thanks.
    Thanks,
    /// It begins as a reply does: "yes", "no", "try".
    Replies,
    /// It begins as a continuation does: "and", "but", "because".
    GoesOn,
    /// It speaks to whoever is there: "anyone", "somebody".
    Calls,
    /// It says that it worked, or that it is understood.
    Settles,
    /// It says no more than "same here".
    JoinsIn,
    /// It begins with a word that asks: "how", "where", "is".
    Asks,
    /// It speaks of the writer: "I", "my".
    OfSelf,
    /// It speaks to somebody: "you", "your".
    OfOther,
    /// It says that something fails.
    Fails,
}

/// Lists of which only the first word of a message counts.
const OF_FIRST: u32 = 1 << List::Greets as u16
    | 1 << List::Replies as u16
    | 1 << List::GoesOn as u16
    | 1 << List::Asks as u16;

const LISTS: [(List, &str); 11] = [
    (
        List::Greets,
        "hi, hello, hey, hiya, howdy, yo, hallo, hola, salut, bonjour, ciao, moin, servus, greetings, morning, \
         evening, afternoon, heya, sup, welcome, ola, hei, ahoj, oi, buenas, bom, guten, good",
    ),
    (
        List::Thanks,
        "thanks, thank, thx, thanx, ty, tnx, cheers, danke, gracias, merci, grazie, obrigado, tack, thankyou, \
         appreciated, tks, thnx, bedankt, dank, kudos, obrigada",
    ),
    (
        List::Replies,
        "yes, no, yeah, yep, yup, nope, nah, ok, okay, sure, right, true, try, you, your, use, well, ah, oh, aha, \
         hmm, lol, haha, exactly, indeed, because, it, its, thats, that, maybe, probably, not, ja, nein, si, oui, \
         non, sim, correct, nice, cool, great, same, hehe, heh, k, sorry, just, then, he, she, they",
    ),
    (
        List::GoesOn,
        "and, but, or, so, also, then, because, cause, like, which, although, however, anyway, plus, still, \
         otherwise, except, basically, und, aber, y, pero, et, mais, e, mas, i, im, my, the, this, where, when, if",
    ),
    (
        List::Calls,
        "anyone, anybody, someone, somebody, everyone, everybody, guys, folks, jemand, alguien, quelquun, anyones, \
         peeps, alguem, zusammen, todos, any1",
    ),
    (
        List::Settles,
        "that worked, it worked, it works, works now, working now, that works, solved, fixed it, got it, figured \
         it out, that did it, did the trick, that helps, sorted, works perfectly, problem solved, makes sense, \
         perfect, works great, that fixed, that was it, nevermind, never mind, resolved, nvm",
    ),
    (
        List::JoinsIn,
        "same here, me too, same problem, same issue, same question, have the same, also interested, \
         following, bump, no idea, dont know, not sure, wonder too, dunno, no clue, idk",
    ),
    (
        List::Asks,
        "how, what, where, why, who, which, when, is, are, does, do, can, could, has, have, anyone, anybody, any, \
         whats, wheres, hows, should, would, will, did, wie, was, wo, warum, como, que, donde, comment, ou, \
         pourquoi, quel, alguien, jemand, hat, gibt, kann, hay, alguem, onde",
    ),
    (
        List::OfSelf,
        "i, my, im, ive, me, mine, ich, mein, mi, yo, je, mon, eu, meu",
    ),
    (List::OfOther, "you, your, youre, u, ur, youll, youve"),
    (
        List::Fails,
        "error, errors, fails, failed, crash, crashes, broken, doesnt work, not working, wont, problem, problems, \
         issue, issues, stuck, cannot, cant, unable, trouble, wrong, weird, bug",
    ),
];

static PHRASES: LazyLock<Phrases> =
    LazyLock::new(|| Phrases::of(LISTS.iter().map(|(list, phrases)| (*list as u32, *phrases))));

impl Shape {
    /// The shape of these words.
    pub(crate) fn of(words: &Words) -> Self {
        let phrases = &*PHRASES;
        let mut lists = 0;
        if let Some(first) = words.first() {
            lists |= phrases.lists_of(Runs::number([first]));
        }
        for run in Runs::of(&words.tokens) {
            lists |= phrases.lists_of(run.number) & !OF_FIRST;
        }
        Self {
            lists,
            has_question: words.questions() > 0,
            ends_in_question: words.ends_in_question(),
            has_link: words.has_link,
            has_code: words.has_code,
            is_pleasantry: words.is_pleasantry(),
            words: u16::try_from(words.count()).unwrap_or(u16::MAX),
        }
    }

    /// Whether its words are on a list.
    pub(crate) fn is(&self, list: List) -> bool {
        self.lists & 1 << list as u16 != 0
    }

    /// Whether it says something that could help: more than a nod, and no question.
    pub(crate) fn has_substance(&self) -> bool {
        let is_full = self.words >= 3 || self.has_link || self.has_code;
        let is_nod = self.is(List::JoinsIn) || (self.is(List::Thanks) && self.words < 6);
        is_full && !is_nod && !self.is_pleasantry && !self.ends_in_question
    }
}
