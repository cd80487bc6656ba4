//! Splitting a text into words and signs: what is quoted is left out, code is one sign, names are
//! told from words.

use super::fold::{Hasher, fold, folded_number, is_emoji, number_of, numbers_of, stands_alone};
use super::text::{
    ALL, CHANNEL, CODE, EMOJI, LINK, NAME, NUMBER, QUESTION, Roster, TIME, Token, Word, Words, sign,
};
use crate::practice::id::MemberId;

/// How much of a message's beginning is read, in bytes.
const HEAD: usize = 3_000;
/// How much of its end is read where it is longer: that is where people put the question.
const TAIL: usize = 1_000;

/// What some archives put in the place of what they leave out.
const STAND_INS: [(Word, Word); 5] = [
    (number_of("[link]"), LINK),
    (number_of("[code]"), CODE),
    (number_of("[name]"), NAME),
    (number_of("[email]"), LINK),
    (number_of("[ip]"), NUMBER),
];

/// Greetings that say no more than "hello" does.
const GREETINGS: [Word; 8] = numbers_of("hola hallo bonjour salut ola moin servus ciao");
const HELLO: Word = number_of("hello");

/// Words that no name is told by, unless it is addressed with a sign.
const ORDINARY: [Word; 40] = numbers_of(
    "all and any anyone are but can code everyone for get good guest guys has help here how \
     just like not now one root some test thanks that the there they this use user what when \
     why with work you",
);

/// Labels that a message may begin with, which address nobody.
const LABELS: [Word; 16] =
    numbers_of("btw edit error eta fyi hello hey hi info note ps q question tldr update warning");

/// Reads a text into words, in time linear in its length.
pub(super) fn read(words: &mut Words, text: &str, roster: &dyn Roster) {
    let mut reader = Reader {
        words,
        roster,
        is_at_head: true,
        is_code: false,
    };
    if text.len() <= HEAD + TAIL {
        reader.read(text, 0);
        return;
    }
    let tail = text.ceil_char_boundary(text.len() - TAIL);
    if reader.read(&text[..text.floor_char_boundary(HEAD)], 0) {
        reader.read(&text[tail..], tail);
    }
}

/// Reads one text into words.
struct Reader<'text> {
    words: &'text mut Words,
    roster: &'text dyn Roster,
    /// Nothing but names was read so far: here people are addressed.
    is_at_head: bool,
    /// A block of code has been opened.
    is_code: bool,
}

impl Reader<'_> {
    /// Reads a text that begins at `offset`; says whether anything behind it would be read as well.
    fn read(&mut self, text: &str, offset: usize) -> bool {
        let mut at = 0;
        for (index, part) in text.split("```").enumerate() {
            if index > 0 {
                self.is_code = !self.is_code;
                if self.is_code {
                    self.code(offset + at);
                }
            }
            // A block that is never closed goes to the end, as Discord shows it.
            if !self.is_code && !self.spoken(part, offset + at) {
                return false;
            }
            at += part.len() + 3;
        }
        true
    }

    fn code(&mut self, at: usize) {
        self.words.has_code = true;
        let at = place(at);
        self.words.push(sign(CODE, at, at));
        self.words.at_start = true;
        self.is_at_head = false;
    }

    /// Reads what is no block of code; says whether to read on.
    fn spoken(&mut self, part: &str, offset: usize) -> bool {
        let mut at = offset;
        for line in part.split_inclusive('\n') {
            let trimmed = line.trim_start();
            let start = at + line.len() - trimmed.len();
            at += line.len();
            if trimmed.starts_with(">>> ") {
                // Everything below this mark is a quotation in Discord.
                return false;
            }
            if trimmed.starts_with("> ") || trimmed.starts_with("&gt;") {
                continue;
            }
            self.words.at_start = true;
            self.line(trimmed, start);
        }
        true
    }

    fn line(&mut self, line: &str, offset: usize) {
        let mut rest = line;
        let mut at = offset;
        while let Some((before, after)) = rest.split_once('`')
            && let Some((inner, behind)) = after.split_once('`')
        {
            self.chunks(before, at);
            at += before.len();
            self.words.has_code = true;
            let end = at + inner.len() + 2;
            self.words.push(sign(CODE, place(at), place(end)));
            self.is_at_head = false;
            at = end;
            rest = behind;
        }
        self.chunks(rest, at);
    }

    fn chunks(&mut self, text: &str, offset: usize) {
        let base = text.as_ptr() as usize;
        for chunk in text.split_whitespace() {
            let at = offset + (chunk.as_ptr() as usize - base);
            self.is_at_head = self.chunk(chunk, at);
        }
    }

    /// Takes in one chunk between spaces; says whether the next still stands at the head, where
    /// people are addressed.
    fn chunk(&mut self, chunk: &str, at: usize) -> bool {
        let (start, end) = (place(at), place(at + chunk.len()));
        if is_link(chunk) {
            self.words.has_link = true;
            self.words.push(sign(LINK, start, end));
            return false;
        }
        if let Some(inner) = chunk.strip_prefix('<')
            && let Some((inner, rest)) = inner.split_once('>')
            && let Some(word) = self.markup(inner)
        {
            if word != NAME || !self.is_at_head {
                self.words.push(sign(word, start, end));
            }
            self.signs(rest, at + chunk.len() - rest.len());
            return self.is_at_head && word == NAME;
        }
        if chunk.starts_with(['[', ':'])
            && let Some(word) = stand_in(chunk)
        {
            self.words.has_link |= word == LINK;
            self.words.has_code |= word == CODE;
            self.words.push(sign(word, start, end));
            self.signs(chunk.trim_start_matches(is_inside_stand_in), at);
            return false;
        }
        if let Some(name) = chunk.strip_prefix('@')
            && !name.is_empty()
        {
            return self.at_name(name, start, end);
        }
        let name = chunk.trim_matches(is_outside_name);
        if self.is_at_head && name.len() < chunk.len() && chunk.ends_with([':', ',']) {
            let number = folded_number(name);
            if let Some(member) = self.roster.find(number) {
                self.words.addressed.add(member);
                return true;
            }
            if chunk.ends_with(':') && !chunk.contains('/') && !LABELS.contains(&number) {
                self.words.addresses_stranger = true;
                return false;
            }
        }
        if name.len() >= 2
            && let number = folded_number(name)
            && let Some(member) = self.roster.find(number)
            && !ORDINARY.contains(&number)
        {
            self.words.named.add(member);
            self.words.push(sign(NAME, start, end));
            let signs = chunk.trim_end_matches(|sign: char| !sign.is_alphanumeric());
            self.signs(&chunk[signs.len()..], at + signs.len());
            return false;
        }
        self.signs(chunk, at);
        false
    }

    /// A name behind `@`.
    fn at_name(&mut self, name: &str, start: u32, end: u32) -> bool {
        const EVERYBODY: [Word; 4] = numbers_of("everyone here all channel");
        let bare = name.trim_end_matches(is_outside_name);
        let number = folded_number(bare);
        match self.roster.find(number) {
            Some(member) => self.words.addressed.add(member),
            None if EVERYBODY.contains(&number) => {
                self.words.push(sign(ALL, start, end));
                return self.is_at_head;
            }
            None => self.words.addresses_stranger = true,
        }
        self.words.push(sign(NAME, start, end));
        self.is_at_head
    }

    /// What Discord's markup between `<` and `>` stands for.
    fn markup(&mut self, inner: &str) -> Option<Word> {
        if inner.starts_with("@&") {
            return Some(ALL);
        }
        if let Some(number) = inner.strip_prefix('@') {
            let number = number.strip_prefix('!').unwrap_or(number);
            let member = number.parse().ok()?;
            self.words.addressed.add(MemberId::new(member));
            return Some(NAME);
        }
        match inner.chars().next()? {
            '#' => Some(CHANNEL),
            ':' => Some(EMOJI),
            't' if inner.starts_with("t:") => Some(TIME),
            'a' if inner.starts_with("a:") => Some(EMOJI),
            _ => None,
        }
    }

    /// Splits a chunk into words and the signs that matter.
    fn signs(&mut self, chunk: &str, offset: usize) {
        let mut word = Open::default();
        for (at, sign) in chunk.char_indices() {
            if sign.is_ascii() {
                self.sign(&mut word, sign.to_ascii_lowercase(), offset + at, 1);
            } else {
                let length = sign.len_utf8();
                fold(sign, |folded| {
                    self.sign(&mut word, folded, offset + at, length);
                });
            }
        }
        self.close(&mut word);
        // A sign inside a word (`example.org`) ends no sentence.
        let end = chunk.trim_end_matches(['"', '\'', ')', '*', '_']);
        self.words.at_start |= end.ends_with(['!', '.', ':', ';', '。']);
    }

    fn sign(&mut self, word: &mut Open, folded: char, at: usize, length: usize) {
        match folded {
            '\'' | '’' | '`' => {}
            folded if folded.is_alphanumeric() || folded == '_' => {
                if word.letters == 0 {
                    word.start = at;
                }
                word.add(folded);
                word.end = at + length;
                if stands_alone(folded) {
                    self.close(word);
                }
            }
            folded => {
                self.close(word);
                if folded == '?' && self.words.last() != Some(QUESTION) {
                    self.words.at_start = false;
                    self.words
                        .push(sign(QUESTION, place(at), place(at + length)));
                    self.words.at_start = true;
                }
                self.words.exclaims |= folded == '!';
                if is_emoji(folded) && self.words.last() != Some(EMOJI) {
                    self.words.push(sign(EMOJI, place(at), place(at + length)));
                }
            }
        }
    }

    fn close(&mut self, word: &mut Open) {
        if word.letters > 0 {
            let (start, end) = (place(word.start), place(word.end));
            self.words.push(if word.is_number {
                sign(NUMBER, start, end)
            } else {
                let is_greeting = GREETINGS.contains(&word.hash.0);
                Token {
                    word: if is_greeting { HELLO } else { word.hash.0 },
                    stem: if is_greeting { HELLO } else { word.stem.0 },
                    letters: word.letters,
                    start,
                    end,
                }
            });
        }
        *word = Open::default();
    }
}

/// A word that is being read.
struct Open {
    hash: Hasher,
    stem: Hasher,
    letters: u16,
    is_number: bool,
    start: usize,
    end: usize,
}

impl Default for Open {
    fn default() -> Self {
        Self {
            hash: Hasher::EMPTY,
            stem: Hasher::EMPTY,
            letters: 0,
            is_number: true,
            start: 0,
            end: 0,
        }
    }
}

impl Open {
    fn add(&mut self, letter: char) {
        self.hash = self.hash.add(letter);
        if self.letters < 5 {
            self.stem = self.stem.add(letter);
        }
        self.letters = self.letters.saturating_add(1);
        self.is_number &= letter.is_ascii_digit();
    }
}

/// A place in a text, which is read for some thousand bytes only from either end.
fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn is_outside_name(sign: char) -> bool {
    !sign.is_alphanumeric() && sign != '_'
}

fn is_inside_stand_in(sign: char) -> bool {
    sign.is_alphanumeric() || matches!(sign, '[' | ']' | ':' | '_' | '-')
}

/// What a chunk like `[link]` or `:smile:` stands for.
fn stand_in(chunk: &str) -> Option<Word> {
    let bare = chunk.trim_end_matches(['.', ',', '!', '?', ')', ';']);
    if bare.len() > 2 && bare.starts_with(':') && bare.ends_with(':') {
        return bare
            .chars()
            .all(|sign| sign.is_alphanumeric() || matches!(sign, ':' | '_' | '-' | '+'))
            .then_some(EMOJI);
    }
    let number = folded_number(bare.trim_end_matches(':'));
    STAND_INS
        .iter()
        .find(|(stand_in, _)| *stand_in == number)
        .map(|(_, word)| *word)
}

fn is_link(chunk: &str) -> bool {
    let chunk = chunk.trim_start_matches(['(', '<', '[', '"', '\'']);
    chunk.starts_with(['h', 'f', 'w', 'H', 'F', 'W'])
        && ["http://", "https://", "ftp://", "www."]
            .iter()
            .any(|scheme| {
                chunk
                    .get(..scheme.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            })
}
