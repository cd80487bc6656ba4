//! A message as the words that were meant for others: folded, without quotes and code, with names
//! told apart from words.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::practice::id::MemberId;

/// How much of a message's beginning is read, in characters.
const HEAD: usize = 3_000;
/// How much of its end is read where it is longer: that is where people put the question.
const TAIL: usize = 1_000;

/// Opens a sentence in the sequence of words, so that a cue can ask for a first word.
const START: &str = "^";

/// Words that no name is told by, unless it is addressed with a sign.
const ORDINARY: [&str; 40] = [
    "all", "and", "any", "anyone", "are", "but", "can", "code", "everyone", "for", "get", "good",
    "guest", "guys", "has", "help", "here", "how", "just", "like", "not", "now", "one", "root",
    "some", "test", "thanks", "that", "the", "there", "they", "this", "use", "user", "what",
    "when", "why", "with", "work", "you",
];

/// Labels that a message may begin with, which address nobody.
const LABELS: [&str; 16] = [
    "btw", "edit", "error", "eta", "fyi", "hello", "hey", "hi", "info", "note", "ps", "q",
    "question", "tldr", "update", "warning",
];

/// Who is known by a name, for telling names from words.
pub(crate) trait Roster {
    /// The member of this folded name.
    fn find(&self, name: &str) -> Option<MemberId>;
}

/// The words of one message.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own; no two exclude each other"
)]
pub(crate) struct Words {
    joined: String,
    ends: Vec<(usize, usize)>,
    /// Whom it speaks to: named at its head, with `@`, or by a mention.
    pub(crate) addressed: Vec<MemberId>,
    /// Whom it names among its words.
    pub(crate) named: Vec<MemberId>,
    /// It speaks to a name that is not known.
    pub(crate) addresses_stranger: bool,
    /// It holds a link.
    pub(crate) has_link: bool,
    /// It holds code.
    pub(crate) has_code: bool,
    at_start: bool,
}

impl Words {
    /// Reads the words of a text, in time linear in its length.
    pub(crate) fn of(text: &str, roster: &dyn Roster) -> Self {
        let folded = fold(&ends_of(text));
        let mut words = Self::default();
        let (spoken, has_code) = without_code(&folded);
        words.has_code = has_code;
        let mut is_at_head = true;
        for line in spoken.lines() {
            let line = line.trim_start();
            if line.starts_with(">>> ") {
                // Everything below this mark is a quotation in Discord.
                break;
            }
            if line.starts_with("> ") || line.starts_with("&gt;") {
                continue;
            }
            words.at_start = true;
            for chunk in line.split_whitespace() {
                is_at_head = words.take(chunk, is_at_head, roster);
            }
        }
        words
    }

    /// Takes in one chunk between spaces; says whether the next still stands at the head, where
    /// people are addressed.
    fn take(&mut self, chunk: &str, is_at_head: bool, roster: &dyn Roster) -> bool {
        if is_link(chunk) {
            self.has_link = true;
            self.push("<url>");
            return false;
        }
        if let Some(inner) = chunk.strip_prefix('<')
            && let Some((inner, rest)) = inner.split_once('>')
            && let Some(sign) = self.take_markup(inner)
        {
            if sign != "<name>" || !is_at_head {
                self.push(sign);
            }
            self.take_signs(rest);
            return is_at_head && sign == "<name>";
        }
        let name = chunk.trim_matches(|sign: char| !sign.is_alphanumeric() && sign != '_');
        if let Some(at) = chunk.strip_prefix('@') {
            let bare = at.trim_end_matches(|sign: char| !sign.is_alphanumeric() && sign != '_');
            match roster.find(bare) {
                Some(member) => add(&mut self.addressed, member),
                None if matches!(bare, "everyone" | "here" | "all" | "channel") => {
                    self.push("<all>");
                    return is_at_head;
                }
                None => self.addresses_stranger = true,
            }
            self.push("<name>");
            return is_at_head;
        }
        if is_at_head && name.len() < chunk.len() && chunk.ends_with([':', ',']) {
            if let Some(member) = roster.find(name) {
                add(&mut self.addressed, member);
                return true;
            }
            if chunk.ends_with(':') && !chunk.contains('/') && !LABELS.contains(&name) {
                self.addresses_stranger = true;
                return false;
            }
        }
        if name.len() >= 2
            && !ORDINARY.contains(&name)
            && let Some(member) = roster.find(name)
        {
            add(&mut self.named, member);
            self.push("<name>");
            self.take_signs(
                &chunk[chunk
                    .trim_end_matches(|sign: char| !sign.is_alphanumeric())
                    .len()..],
            );
            return false;
        }
        self.take_signs(chunk);
        false
    }

    /// What Discord's markup between `<` and `>` stands for.
    fn take_markup(&mut self, inner: &str) -> Option<&'static str> {
        if inner.starts_with("@&") {
            return Some("<all>");
        }
        if let Some(number) = inner.strip_prefix('@') {
            let number = number.strip_prefix('!').unwrap_or(number);
            let member = number.parse().ok()?;
            add(&mut self.addressed, MemberId::new(member));
            return Some("<name>");
        }
        match inner.chars().next()? {
            '#' => Some("<channel>"),
            ':' => Some("<emoji>"),
            't' if inner.starts_with("t:") => Some("<time>"),
            'a' if inner.starts_with("a:") => Some("<emoji>"),
            _ => None,
        }
    }

    /// Splits a chunk into words and the signs that matter.
    fn take_signs(&mut self, chunk: &str) {
        let mut word = String::new();
        for sign in chunk.chars() {
            match sign {
                '\'' | '’' | '`' => {}
                sign if sign.is_alphanumeric() || sign == '_' => word.push(sign),
                sign => {
                    self.push(&word);
                    word.clear();
                    if sign == '?' && self.last() != "?" {
                        self.at_start = false;
                        self.push("?");
                        self.at_start = true;
                    }
                }
            }
        }
        self.push(&word);
        // A sign inside a word (`example.org`) ends no sentence.
        let end = chunk.trim_end_matches(['"', '\'', ')', '*', '_']);
        self.at_start |= end.ends_with(['!', '.', ':', ';', '。']);
    }

    fn push(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        if std::mem::take(&mut self.at_start) {
            self.push_one(START);
        }
        self.push_one(word);
    }

    fn push_one(&mut self, word: &str) {
        if !self.joined.is_empty() {
            self.joined.push(' ');
        }
        let start = self.joined.len();
        self.joined.push_str(word);
        self.ends.push((start, self.joined.len()));
    }

    fn last(&self) -> &str {
        self.ends
            .last()
            .map_or("", |&(start, end)| &self.joined[start..end])
    }

    /// The words one by one, signs and sentence marks among them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.ends
            .iter()
            .map(|&(start, end)| &self.joined[start..end])
    }

    /// Every run of one to `longest` words.
    pub(crate) fn runs(&self, longest: usize) -> impl Iterator<Item = &str> {
        self.ends
            .iter()
            .enumerate()
            .flat_map(move |(index, &(start, _))| {
                self.ends[index..]
                    .iter()
                    .take(longest)
                    .map(move |&(_, end)| &self.joined[start..end])
            })
    }

    /// How many words there are, without signs.
    pub(crate) fn count(&self) -> usize {
        self.iter().filter(|word| is_word(word)).count()
    }

    /// The first words, without signs.
    pub(crate) fn first(&self) -> Option<&str> {
        self.iter().find(|word| is_word(word))
    }

    /// Whether it holds a question mark.
    pub(crate) fn has_question(&self) -> bool {
        self.iter().any(|word| word == "?")
    }

    /// Whether it ends with a question mark.
    pub(crate) fn ends_in_question(&self) -> bool {
        self.last() == "?"
    }

    /// Whether its topic can be told: it holds a word that is not of every conversation. "Can I ask
    /// something?" alone holds none.
    pub(crate) fn has_topic(&self) -> bool {
        self.iter()
            .any(|word| is_word(word) && !COMMON.contains(&word) && !is_empty_word(word))
            || self.has_code
            || self.has_link
    }

    /// The words that carry its matter, as numbers in order, at most [`MATTER`].
    pub(crate) fn matter(&self) -> Vec<u32> {
        let mut matter: Vec<u32> = self
            .iter()
            .filter(|word| word.len() > 3 && is_word(word) && !COMMON.contains(word))
            .take(MATTER)
            .map(number_of)
            .collect();
        matter.sort_unstable();
        matter.dedup();
        matter
    }
}

/// How many words of a message are compared with those of others.
const MATTER: usize = 48;

/// Words of four letters and more that are in every conversation.
const COMMON: [&str; 60] = [
    "about",
    "after",
    "again",
    "also",
    "anyone",
    "anything",
    "because",
    "been",
    "before",
    "being",
    "cant",
    "could",
    "does",
    "doesnt",
    "doing",
    "dont",
    "even",
    "from",
    "going",
    "good",
    "have",
    "hello",
    "help",
    "here",
    "into",
    "just",
    "know",
    "like",
    "make",
    "maybe",
    "more",
    "much",
    "need",
    "only",
    "other",
    "please",
    "really",
    "same",
    "should",
    "some",
    "someone",
    "something",
    "sure",
    "than",
    "thanks",
    "that",
    "thats",
    "them",
    "then",
    "there",
    "they",
    "thing",
    "think",
    "this",
    "want",
    "what",
    "when",
    "which",
    "will",
    "with",
];

/// Short words, and words about asking, that tell no topic.
const EMPTY: &str = " a able all am an and any anybody are as ask asking at be but by can did do for \
    get got guys had has he hey hi how i if im in is it its ive me my new no not now of off ok on \
    one or out people question questions quick so somebody tell that the to try up us use was we \
    why who yes yo you your ";

fn is_empty_word(word: &str) -> bool {
    EMPTY
        .split(' ')
        .any(|empty| !empty.is_empty() && empty == word)
}

fn is_word(word: &str) -> bool {
    word != START && word != "?" && !word.starts_with('<')
}

fn is_link(chunk: &str) -> bool {
    let chunk = chunk.trim_start_matches(['(', '<', '[', '"', '\'']);
    ["http://", "https://", "ftp://", "www."]
        .iter()
        .any(|scheme| chunk.starts_with(scheme))
}

fn add(members: &mut Vec<MemberId>, member: MemberId) {
    if members.len() < 8 && !members.contains(&member) {
        members.push(member);
    }
}

/// FNV-1a: small, and the same on every machine.
fn number_of(word: &str) -> u32 {
    word.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// The beginning and the end of a text that is too long to be read whole.
fn ends_of(text: &str) -> String {
    let Some((head, _)) = text.char_indices().nth(HEAD) else {
        return text.to_owned();
    };
    let tail = text
        .char_indices()
        .rev()
        .nth(TAIL - 1)
        .map_or(head, |(at, _)| at.max(head));
    format!("{}\n{}", &text[..head], &text[tail..])
}

/// Lower case, compatibility forms made plain, without accents and without what has no width.
pub(crate) fn fold(text: &str) -> String {
    text.chars()
        // The Greek question mark would be decomposed to a semicolon.
        .map(|sign| if sign == '\u{37e}' { '?' } else { sign })
        .nfkd()
        .filter(|&sign| !is_combining_mark(sign) && !has_no_width(sign))
        .flat_map(char::to_lowercase)
        .filter(|&sign| !is_combining_mark(sign))
        .map(|sign| match sign {
            '؟' | '⸮' | '՞' | '፧' => '?',
            sign => sign,
        })
        .collect()
}

fn has_no_width(sign: char) -> bool {
    matches!(sign,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{e0000}'..='\u{e01ef}')
}

/// The text with code blocks and inline code replaced by the word `<code>`.
fn without_code(text: &str) -> (String, bool) {
    let mut spoken = String::with_capacity(text.len());
    let mut has_code = false;
    for (index, part) in text.split("```").enumerate() {
        if index % 2 == 1 {
            // A block that is never closed goes to the end, as Discord shows it.
            has_code = true;
            spoken.push_str(" <code>\n");
            continue;
        }
        for line in part.split_inclusive('\n') {
            let mut rest = line;
            while let Some((before, after)) = rest.split_once('`') {
                let Some((_, after)) = after.split_once('`') else {
                    break;
                };
                has_code = true;
                spoken.push_str(before);
                spoken.push_str(" <code> ");
                rest = after;
            }
            spoken.push_str(rest);
        }
    }
    (spoken, has_code)
}
