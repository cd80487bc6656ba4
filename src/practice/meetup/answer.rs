//! Who comes: answers, seats, and the waiting list. Answers are facts in their order; the last of each
//! person counts.

use chrono::{DateTime, TimeDelta, Utc};

use crate::practice::id::MemberId;

/// What a person wishes, by a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wish {
    /// They come.
    Going,
    /// They may come.
    Maybe,
    /// They don't.
    No,
}

/// What stands of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// They come.
    Going,
    /// They may come.
    Maybe,
    /// They don't.
    No,
    /// They would come if there were a seat.
    Waiting,
    /// A seat is kept for them, for a while.
    Offered,
    /// They did not take it in time.
    Passed,
}

impl Answer {
    const ALL: [Self; 6] = [
        Self::Going,
        Self::Maybe,
        Self::No,
        Self::Waiting,
        Self::Offered,
        Self::Passed,
    ];

    /// The name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Going => "going",
            Self::Maybe => "maybe",
            Self::No => "no",
            Self::Waiting => "waiting",
            Self::Offered => "offered",
            Self::Passed => "passed",
        }
    }

    /// The answer of this name; `None` for any other name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.name() == name)
    }
}

/// An answer with whose it is and when it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// Whose.
    pub member: MemberId,
    /// What.
    pub answer: Answer,
    /// When.
    pub at: DateTime<Utc>,
}

/// What stands of everybody for one date, whoever answered first in front.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    given: Vec<Given>,
}

impl Answers {
    /// What stands after all of these, which are in their order.
    #[must_use]
    pub fn after(facts: impl IntoIterator<Item = Given>) -> Self {
        let mut answers = Self::default();
        facts.into_iter().for_each(|given| answers.give(given));
        answers
    }

    fn give(&mut self, given: Given) {
        self.given.retain(|before| before.member != given.member);
        self.given.push(given);
    }

    /// Those of whom this stands, in the order in which they came to it.
    pub fn of(&self, answer: Answer) -> impl Iterator<Item = MemberId> {
        self.given
            .iter()
            .filter(move |given| given.answer == answer)
            .map(|given| given.member)
    }

    /// What stands of one person.
    #[must_use]
    pub fn of_member(&self, member: MemberId) -> Option<Given> {
        self.given
            .iter()
            .find(|given| given.member == member)
            .copied()
    }

    /// All of them, in the order in which they came to it.
    #[must_use]
    pub fn all(&self) -> &[Given] {
        &self.given
    }

    /// The seats that are taken or kept for somebody.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.of(Answer::Going).count() + self.of(Answer::Offered).count()
    }

    fn has_room(&self, seats: Option<u32>) -> bool {
        seats.is_none_or(|seats| self.taken() < seats as usize)
    }

    /// What follows from a wish: facts that are to be kept, those of others included. Applies them.
    pub fn wish(
        &mut self,
        member: MemberId,
        wish: Wish,
        seats: Option<u32>,
        at: DateTime<Utc>,
    ) -> Vec<Given> {
        let before = self.of_member(member).map(|given| given.answer);
        let answer = match (wish, before) {
            (Wish::Maybe, _) => Answer::Maybe,
            (Wish::No, _) => Answer::No,
            (Wish::Going, Some(Answer::Going | Answer::Offered)) => Answer::Going,
            // Whoever waits already is in front.
            (Wish::Going, _)
                if self.has_room(seats) && self.of(Answer::Waiting).next().is_none() =>
            {
                Answer::Going
            }
            (Wish::Going, _) => Answer::Waiting,
        };
        if before == Some(answer) {
            return Vec::new();
        }
        let given = Given { member, answer, at };
        self.give(given);
        let mut facts = vec![given];
        facts.extend(self.offer(seats, at));
        facts
    }

    /// What follows where a seat that was kept was not taken in time. Applies it.
    pub fn offer_ended(
        &mut self,
        member: MemberId,
        offered_at: DateTime<Utc>,
        seats: Option<u32>,
        at: DateTime<Utc>,
    ) -> Vec<Given> {
        let stands = self.of_member(member);
        if !stands.is_some_and(|given| given.answer == Answer::Offered && given.at == offered_at) {
            return Vec::new();
        }
        let given = Given {
            member,
            answer: Answer::Passed,
            at,
        };
        self.give(given);
        let mut facts = vec![given];
        facts.extend(self.offer(seats, at));
        facts
    }

    /// Keeps every free seat for whoever waits longest. Applies it.
    pub fn offer(&mut self, seats: Option<u32>, at: DateTime<Utc>) -> Vec<Given> {
        let mut facts = Vec::new();
        while self.has_room(seats) {
            let waiting = self.of(Answer::Waiting).next();
            let Some(member) = waiting else {
                break;
            };
            let given = Given {
                member,
                answer: Answer::Offered,
                at,
            };
            self.give(given);
            facts.push(given);
        }
        facts
    }
}

/// Until when a seat is kept: for twelve hours, or for half of what is left until the start.
#[must_use]
pub fn offer_ends(offered_at: DateTime<Utc>, starts_at: DateTime<Utc>) -> DateTime<Utc> {
    let left = (starts_at - offered_at).max(TimeDelta::zero());
    offered_at + TimeDelta::hours(12).min(left / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANA: MemberId = MemberId::new(1);
    const BEN: MemberId = MemberId::new(2);
    const CLEO: MemberId = MemberId::new(3);

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
    }

    fn stands(answers: &Answers) -> Vec<(MemberId, Answer)> {
        let given = answers.all().iter();
        given.map(|given| (given.member, given.answer)).collect()
    }

    #[test]
    fn the_seat_of_who_leaves_is_offered_in_turn_until_somebody_takes_it() {
        let mut answers = Answers::default();
        let seats = Some(1);
        answers.wish(ANA, Wish::Going, seats, at(0));
        answers.wish(BEN, Wish::Going, seats, at(1));
        answers.wish(CLEO, Wish::Going, seats, at(2));
        let waiting = [
            (ANA, Answer::Going),
            (BEN, Answer::Waiting),
            (CLEO, Answer::Waiting),
        ];
        assert_eq!(stands(&answers), waiting);
        let facts = answers.wish(ANA, Wish::No, seats, at(3));
        assert_eq!(facts.len(), 2, "ana leaves, ben is asked: {facts:?}");
        let offered = [
            (CLEO, Answer::Waiting),
            (ANA, Answer::No),
            (BEN, Answer::Offered),
        ];
        assert_eq!(stands(&answers), offered);
        // Ana can't slip in before those who wait.
        answers.wish(ANA, Wish::Going, seats, at(4));
        answers.offer_ended(BEN, at(3), seats, at(5));
        let next = [
            (ANA, Answer::Waiting),
            (BEN, Answer::Passed),
            (CLEO, Answer::Offered),
        ];
        assert_eq!(stands(&answers), next);
        // An old offer's end is no end of a new one.
        assert!(answers.offer_ended(CLEO, at(3), seats, at(6)).is_empty());
        answers.wish(CLEO, Wish::Going, seats, at(7));
        assert_eq!(answers.of(Answer::Going).collect::<Vec<_>>(), [CLEO]);
        assert!(answers.wish(CLEO, Wish::Going, seats, at(8)).is_empty());
    }

    #[test]
    fn without_seats_there_is_room_for_all() {
        let mut answers = Answers::default();
        for member in [ANA, BEN, CLEO] {
            answers.wish(member, Wish::Going, None, at(0));
        }
        answers.wish(BEN, Wish::Maybe, None, at(1));
        assert_eq!(answers.of(Answer::Going).collect::<Vec<_>>(), [ANA, CLEO]);
    }

    #[test]
    fn a_seat_is_kept_for_half_a_day_or_half_of_what_is_left() {
        assert_eq!(offer_ends(at(0), at(3 * 24 * 60)), at(12 * 60));
        assert_eq!(offer_ends(at(0), at(60)), at(30));
        assert_eq!(offer_ends(at(60), at(0)), at(60));
    }
}
