//! Who replies to whom: each earlier message that is remembered is weighed against the chance that
//! the new one starts something.

use super::model::{Findings, model};
use super::window::{Line, Window};
use crate::practice::id::MemberId;

model! {
    /// What speaks for a message being a reply to one earlier message.
    Pair {
        /// Messages between the two, as a logarithm.
        Distance = -1.410,
        /// Nothing was said between.
        IsPrevious = -0.855,
        /// No more than four messages between.
        IsNear = -0.195,
        /// Minutes between the two, as a logarithm.
        Gap = -0.559,
        /// More than half an hour.
        GapIsLong = 0.028,
        /// The same author.
        SameAuthor = 1.701,
        /// The same author, and nothing was said between.
        SameAuthorPrevious = 0.773,
        /// The same author, and it is their last message.
        SameAuthorLast = 1.133,
        /// The same author, speaking to the same person.
        SameAuthorSameAddressee = 1.853,
        /// The same author, speaking to somebody else now.
        SameAuthorOtherAddressee = -1.567,
        /// The same author asks, having asked nothing before.
        SameAuthorAsks = -1.008,
        /// The same author within a minute or so.
        SameAuthorAtOnce = 0.438,
        /// It is the last message of its author.
        LastOfAuthor = 0.314,
        /// The new one speaks to the author of the earlier one.
        Addresses = 3.616,
        /// The same, and it is the author's last message.
        AddressesLast = 0.146,
        /// The same, and that one asks.
        AddressesAsker = 0.369,
        /// Each speaks to the other's author.
        AddressesMutually = -0.715,
        /// The new one names the author among its words.
        Names = 3.881,
        /// The new one speaks to somebody else, who is neither author.
        AddressesOther = -2.843,
        /// The new one speaks to somebody else whom the earlier one speaks to as well.
        AddressesSameOther = 3.005,
        /// The new one speaks to a name that nobody here has.
        AddressesStranger = 0.147,
        /// The earlier one speaks to the new one's author.
        IsAddressed = 2.133,
        /// The same, and nobody spoke to that author since.
        IsLastAddressed = 0.523,
        /// The same, and the author has spoken since.
        IsAddressedAndSpoke = -1.191,
        /// The earlier one speaks to somebody else.
        IsForOther = -1.055,
        /// The earlier one names the new one's author.
        IsNamed = 1.286,
        /// Neither speaks to anybody.
        BothOpen = 0.459,
        /// Both are in one conversation already: the author's last message is of the same.
        OwnConversation = 0.831,
        /// The author has spoken in the earlier one's conversation.
        TookPart = 0.591,
        /// The earlier one is the last of its conversation.
        LastOfConversation = 0.190,
        /// The two authors have replied to each other.
        HaveTalked = 0.631,
        /// The earlier one opened a conversation.
        IsOpener = 0.443,
        /// The earlier one is a request of somebody else.
        IsRequest = -0.034,
        /// The same, and nobody has replied to it.
        IsOpenRequest = 0.136,
        /// The earlier one asks something, the new one does not, and the authors differ.
        AnswersQuestion = 0.294,
        /// Both ask, and the authors differ.
        BothAsk = -0.851,
        /// The new one asks what the earlier one said.
        AsksBack = -0.597,
        /// The new one begins as a reply does, and the authors differ.
        SoundsLikeReply = 0.748,
        /// The new one goes on as a sentence does, and the authors are the same.
        SoundsLikeMore = 1.177,
        /// The new one thanks somebody who has replied to its author.
        ThanksHelper = 0.980,
        /// Both greet.
        BothGreet = 1.723,
        /// Words that they share, rare ones counting more.
        SharedMatter = 1.304,
        /// They share a word at all, though not the author.
        SharesMatter = 1.055,
        /// The earlier one is by a bot.
        IsByBot = -0.283,
        /// The new one's author has already replied to it.
        IsRepliedByAuthor = -0.405,
    }
}

model! {
    /// What speaks for a message starting something.
    Start {
        /// Whatever it is.
        Always = 0.870,
        /// How much it sounds like a request.
        Asks = 0.422,
        /// It asks something.
        HasQuestion = -1.006,
        /// It speaks to somebody who is known.
        Addresses = -1.059,
        /// It speaks to a name that nobody here has.
        AddressesStranger = -0.027,
        /// It names somebody.
        NamesSomebody = 0.550,
        /// It greets.
        Greets = 1.112,
        /// It greets, and its author was silent until now.
        GreetsFirst = 1.027,
        /// It thanks.
        Thanks = -0.303,
        /// It begins as a reply does.
        Replies = -0.070,
        /// It goes on as a sentence does.
        GoesOn = -0.428,
        /// It speaks to whoever is there.
        Calls = 0.618,
        /// Its words, as a logarithm.
        Length = 0.216,
        /// It is one or two words.
        IsShort = 0.851,
        /// Nothing of its author is remembered.
        AuthorIsNew = 1.632,
        /// Its author's last message is more than ten minutes or fifty messages ago.
        AuthorIsBack = 0.257,
        /// Its author was spoken to since they last spoke.
        AuthorIsAwaited = 0.153,
        /// Its author's last message is their own opening that nobody replied to.
        AuthorWaits = 0.409,
        /// Nobody spoke for half an hour.
        AfterSilence = 1.270,
        /// Minutes since anybody spoke, as a logarithm.
        Silence = -0.772,
        /// It holds a link.
        HasLink = -0.147,
        /// Its author is a bot.
        IsByBot = -1.359,
        /// Little is remembered yet, so that what it replies to may be unknown.
        WindowIsShort = -0.130,
    }
}

/// A candidate that a message may reply to.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    /// Its place in the window.
    pub(crate) place: usize,
    /// What speaks for it.
    pub(crate) findings: Findings<Pair>,
}

/// What is known of a message's author before it is linked.
struct Standing {
    last: Option<usize>,
    last_addressed: Option<usize>,
    conversations: Vec<u64>,
    talked_with: Vec<MemberId>,
    replied_to: Vec<crate::practice::id::MessageId>,
}

impl Standing {
    fn of(author: MemberId, window: &Window) -> Self {
        let mut standing = Self {
            last: None,
            last_addressed: None,
            conversations: Vec::new(),
            talked_with: Vec::new(),
            replied_to: Vec::new(),
        };
        for (place, line) in window.lines.iter().enumerate() {
            if line.author == author {
                standing.last = Some(place);
                standing.conversations.push(line.conversation);
                standing.replied_to.extend(&line.reading.reply_to);
            } else if line.addressed.contains(&author) {
                standing.last_addressed = Some(place);
            }
        }
        for line in &window.lines {
            let is_own = line.author == author;
            for target in &line.reading.reply_to {
                if is_own {
                    if let Some(target) = window.line(*target) {
                        standing.talked_with.push(target.author);
                    }
                } else if window
                    .line(*target)
                    .is_some_and(|line| line.author == author)
                {
                    standing.talked_with.push(line.author);
                }
            }
        }
        standing
    }
}

/// What speaks for each remembered message being replied to, the newest first.
pub(crate) fn candidates(line: &Line, window: &Window) -> Vec<Candidate> {
    let standing = Standing::of(line.author, window);
    let mut authors_seen: Vec<MemberId> = Vec::new();
    let mut conversations_seen: Vec<u64> = Vec::new();
    let mut candidates = Vec::with_capacity(window.lines.len());
    for (place, earlier) in window.lines.iter().enumerate().rev() {
        let is_last_of_author = !authors_seen.contains(&earlier.author);
        if is_last_of_author {
            authors_seen.push(earlier.author);
        }
        let is_last_of_conversation = !conversations_seen.contains(&earlier.conversation);
        if is_last_of_conversation {
            conversations_seen.push(earlier.conversation);
        }
        if earlier.is_withdrawn {
            continue;
        }
        let mut findings = Findings::new();
        note_place(&mut findings, line, earlier, window.lines.len() - place - 1);
        note_addressing(
            &mut findings,
            line,
            earlier,
            place,
            is_last_of_author,
            &standing,
        );
        note_conversation(&mut findings, line, earlier, window, &standing);
        findings.note(Pair::LastOfAuthor, is_last_of_author);
        findings.note(Pair::LastOfConversation, is_last_of_conversation);
        if line.author == earlier.author {
            findings.note(Pair::SameAuthorLast, is_last_of_author);
        }
        note_shape(&mut findings, line, earlier, &standing);
        note_matter(&mut findings, line, earlier, window);
        candidates.push(Candidate { place, findings });
    }
    candidates
}

/// Beyond half an hour, more time says nothing new: channels differ in their pace by more than that.
const LONGEST_GAP: i64 = 30 * 60;

/// Minutes between two messages, at most half an hour.
fn minutes_between(line: &Line, earlier: &Line) -> f32 {
    let seconds = (line.at - earlier.at).num_seconds().clamp(0, LONGEST_GAP);
    f32::from(u16::try_from(seconds).unwrap_or(u16::MAX)) / 60.0
}

fn note_place(findings: &mut Findings<Pair>, line: &Line, earlier: &Line, between: usize) {
    let distance = f32::from(u16::try_from(between).unwrap_or(u16::MAX));
    let minutes = minutes_between(line, earlier);
    let is_same = line.author == earlier.author;
    findings.measure(Pair::Distance, distance.ln_1p());
    findings.note(Pair::IsPrevious, between == 0);
    findings.note(Pair::IsNear, between <= 4);
    findings.measure(Pair::Gap, minutes.ln_1p());
    findings.note(Pair::GapIsLong, minutes >= 30.0);
    findings.note(Pair::SameAuthor, is_same);
    findings.note(Pair::SameAuthorPrevious, is_same && between == 0);
    findings.note(Pair::SameAuthorAtOnce, is_same && minutes <= 1.0);
    findings.note(Pair::IsByBot, earlier.is_bot);
}

fn note_addressing(
    findings: &mut Findings<Pair>,
    line: &Line,
    earlier: &Line,
    place: usize,
    is_last_of_author: bool,
    standing: &Standing,
) {
    let is_same = line.author == earlier.author;
    let addresses = line.addressed.contains(&earlier.author) && !is_same;
    let is_addressed = earlier.addressed.contains(&line.author) && !is_same;
    let is_last_addressed = standing.last_addressed == Some(place);
    let has_spoken_since = standing.last.is_some_and(|last| last > place);
    findings.note(Pair::Addresses, addresses);
    findings.note(Pair::AddressesLast, addresses && is_last_of_author);
    findings.note(
        Pair::AddressesAsker,
        addresses && earlier.shape.has_question,
    );
    findings.note(Pair::AddressesMutually, addresses && is_addressed);
    findings.note(
        Pair::Names,
        line.named.contains(&earlier.author) && !is_same,
    );
    findings.note(Pair::IsAddressed, is_addressed);
    findings.note(Pair::IsLastAddressed, is_addressed && is_last_addressed);
    findings.note(Pair::IsAddressedAndSpoke, is_addressed && has_spoken_since);
    findings.note(
        Pair::IsNamed,
        earlier.named.contains(&line.author) && !is_same,
    );
    let shares_addressee = line
        .addressed
        .iter()
        .any(|member| earlier.addressed.contains(member));
    if is_same {
        findings.note(Pair::SameAuthorSameAddressee, shares_addressee);
        findings.note(
            Pair::SameAuthorOtherAddressee,
            !line.addressed.is_empty() && !shares_addressee,
        );
    } else {
        findings.note(
            Pair::AddressesOther,
            !line.addressed.is_empty() && !addresses,
        );
        findings.note(Pair::AddressesSameOther, !addresses && shares_addressee);
        findings.note(
            Pair::IsForOther,
            (!earlier.addressed.is_empty() || earlier.addresses_stranger) && !is_addressed,
        );
        findings.note(
            Pair::BothOpen,
            line.addressed.is_empty() && earlier.addressed.is_empty(),
        );
    }
    findings.note(
        Pair::AddressesStranger,
        line.addresses_stranger && line.addressed.is_empty(),
    );
}

fn note_conversation(
    findings: &mut Findings<Pair>,
    line: &Line,
    earlier: &Line,
    window: &Window,
    standing: &Standing,
) {
    let is_same = line.author == earlier.author;
    let own = standing.last.map(|last| window.lines[last].conversation);
    findings.note(
        Pair::OwnConversation,
        !is_same && own == Some(earlier.conversation),
    );
    findings.note(
        Pair::TookPart,
        !is_same && standing.conversations.contains(&earlier.conversation),
    );
    findings.note(
        Pair::HaveTalked,
        !is_same && standing.talked_with.contains(&earlier.author),
    );
    findings.note(Pair::IsOpener, earlier.reading.reply_to.is_empty());
    let is_request = earlier.reading.is_request && !is_same;
    findings.note(Pair::IsRequest, is_request);
    findings.note(Pair::IsOpenRequest, is_request && !earlier.is_replied_to);
    findings.note(
        Pair::IsRepliedByAuthor,
        standing.replied_to.contains(&earlier.id),
    );
}

fn note_shape(findings: &mut Findings<Pair>, line: &Line, earlier: &Line, standing: &Standing) {
    let asks = line.shape.has_question;
    let asked = earlier.shape.has_question;
    if line.author == earlier.author {
        findings.note(Pair::SameAuthorAsks, asks && !asked);
        findings.note(Pair::SoundsLikeMore, line.shape.goes_on);
    } else {
        findings.note(Pair::AnswersQuestion, asked && !asks);
        findings.note(Pair::BothAsk, asked && asks);
        findings.note(Pair::AsksBack, asks && !asked);
        findings.note(Pair::SoundsLikeReply, line.shape.replies);
        findings.note(
            Pair::ThanksHelper,
            line.shape.thanks && standing.talked_with.contains(&earlier.author),
        );
        findings.note(Pair::BothGreet, line.shape.greets && earlier.shape.greets);
    }
}

/// The most that shared words count for.
const MOST_SHARED: f32 = 4.0;

fn note_matter(findings: &mut Findings<Pair>, line: &Line, earlier: &Line, window: &Window) {
    let mut shared = 0.0;
    let (mut left, mut right) = (
        line.matter.iter().peekable(),
        earlier.matter.iter().peekable(),
    );
    while let (Some(one), Some(other)) = (left.peek(), right.peek()) {
        match one.cmp(other) {
            std::cmp::Ordering::Less => left.next(),
            std::cmp::Ordering::Greater => right.next(),
            std::cmp::Ordering::Equal => {
                shared += window.rarity(**one);
                right.next();
                left.next()
            }
        };
    }
    findings.measure(Pair::SharedMatter, shared.min(MOST_SHARED));
    findings.note(
        Pair::SharesMatter,
        shared > 0.0 && line.author != earlier.author,
    );
}

/// What speaks for a message starting something.
pub(crate) fn start(line: &Line, window: &Window) -> Findings<Start> {
    let mut findings = Findings::new();
    let own = window
        .lines
        .iter()
        .enumerate()
        .rev()
        .find(|(_, earlier)| earlier.author == line.author);
    let is_back = own.is_some_and(|(place, earlier)| {
        window.lines.len() - place > 50 || minutes_between(line, earlier) > 10.0
    });
    let since = own.map_or(0, |(place, _)| place);
    let is_awaited = window
        .lines
        .iter()
        .skip(since)
        .any(|earlier| earlier.addressed.contains(&line.author));
    let silence = window
        .lines
        .back()
        .map_or(0.0, |earlier| minutes_between(line, earlier));
    let shape = &line.shape;
    findings.note(Start::Always, true);
    findings.measure(Start::Asks, line.asks.clamp(-4.0, 4.0));
    findings.note(Start::HasQuestion, shape.has_question);
    findings.note(Start::Addresses, !line.addressed.is_empty());
    findings.note(Start::AddressesStranger, line.addresses_stranger);
    findings.note(Start::NamesSomebody, !line.named.is_empty());
    findings.note(Start::Greets, shape.greets);
    findings.note(Start::GreetsFirst, shape.greets && own.is_none());
    findings.note(Start::Thanks, shape.thanks);
    findings.note(Start::Replies, shape.replies);
    findings.note(Start::GoesOn, shape.goes_on);
    findings.note(Start::Calls, shape.calls);
    let words = f32::from(u16::try_from(shape.words).unwrap_or(u16::MAX));
    findings.measure(Start::Length, words.ln_1p());
    findings.note(Start::IsShort, shape.words <= 2);
    findings.note(Start::AuthorIsNew, own.is_none());
    findings.note(Start::AuthorIsBack, is_back);
    findings.note(Start::AuthorIsAwaited, is_awaited);
    findings.note(
        Start::AuthorWaits,
        own.is_some_and(|(_, earlier)| {
            earlier.reading.reply_to.is_empty() && !earlier.is_replied_to
        }),
    );
    findings.note(Start::AfterSilence, silence >= 30.0);
    findings.measure(Start::Silence, silence.ln_1p());
    findings.note(Start::HasLink, shape.has_link);
    findings.note(Start::IsByBot, line.is_bot);
    findings.note(Start::WindowIsShort, window.lines.len() < 20);
    findings
}
