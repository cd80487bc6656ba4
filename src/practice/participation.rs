//! How members take part: computed from what their last ninety days show, never given.
//!
//! A healthy community has people in every ring, and people who move between them. Reading without
//! writing is legitimate (Lave and Wenger, *Legitimate Peripheral Participation*, 1991): the ring is
//! called peripheral, and nobody in it inactive.

use std::collections::BTreeMap;

use super::id::MemberId;

/// How many weeks are looked back: ninety days, to the whole week.
pub const LOOKED_BACK_WEEKS: i64 = 13;

/// In how many of these weeks somebody wrote who is of the core, and who is active.
const CORE_WEEKS: i64 = 9;
const ACTIVE_WEEKS: i64 = 4;

/// The field's rule of thumb for the shares of the core and of the active, in percent (Wenger
/// and others: *Cultivating Communities of Practice*, 2002).
pub const USUAL_CORE: (i64, i64) = (10, 15);
/// See [`USUAL_CORE`].
pub const USUAL_ACTIVE: (i64, i64) = (15, 20);

/// How somebody takes part. The order is that of the rings, from the inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ring {
    /// Wrote in at least nine of the last thirteen weeks.
    Core,
    /// Wrote in at least four of them.
    Active,
    /// Wrote in at least one.
    Occasional,
    /// Is there, and reads.
    Peripheral,
}

impl Ring {
    /// All of them, from the inside.
    pub const ALL: [Self; 4] = [Self::Core, Self::Active, Self::Occasional, Self::Peripheral];

    /// The ring of somebody who wrote in so many of the last thirteen weeks.
    #[must_use]
    pub const fn of(weeks: i64) -> Self {
        if weeks >= CORE_WEEKS {
            Self::Core
        } else if weeks >= ACTIVE_WEEKS {
            Self::Active
        } else if weeks >= 1 {
            Self::Occasional
        } else {
            Self::Peripheral
        }
    }

    /// The name in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Active => "active",
            Self::Occasional => "occasional",
            Self::Peripheral => "peripheral",
        }
    }
}

/// In which weeks somebody wrote: bit 0 for the last one, bit 1 for the one before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WeeksWritten(pub u64);

impl WeeksWritten {
    /// In how many of the last thirteen weeks, as it was so many weeks ago.
    #[must_use]
    pub const fn count(self, weeks_ago: u32) -> i64 {
        let looked_at = (self.0 >> weeks_ago) & ((1 << LOOKED_BACK_WEEKS) - 1);
        looked_at.count_ones() as i64
    }
}

/// How many members are in each ring, and how many moved since a week before. Nobody is named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Participation {
    /// In the core.
    pub core: i64,
    /// Active.
    pub active: i64,
    /// Occasional.
    pub occasional: i64,
    /// Peripheral.
    pub peripheral: i64,
    /// Moved towards the core within the week.
    pub moved_in: i64,
    /// Moved outwards within the week.
    pub moved_out: i64,
}

impl Participation {
    /// From in which of the last fourteen weeks each member wrote, and from how many members there are;
    /// who wrote in none need not be listed.
    #[must_use]
    pub fn of(written: &BTreeMap<MemberId, WeeksWritten>, members: i64) -> Self {
        let mut participation = Self::default();
        let mut writers = 0;
        for weeks in written.values() {
            let (now, before) = (Ring::of(weeks.count(0)), Ring::of(weeks.count(1)));
            match now {
                Ring::Core => participation.core += 1,
                Ring::Active => participation.active += 1,
                Ring::Occasional => participation.occasional += 1,
                Ring::Peripheral => {}
            }
            writers += i64::from(now != Ring::Peripheral);
            match now.cmp(&before) {
                std::cmp::Ordering::Less => participation.moved_in += 1,
                std::cmp::Ordering::Greater => participation.moved_out += 1,
                std::cmp::Ordering::Equal => {}
            }
        }
        // Who wrote and has left meanwhile is no member, and still took part.
        participation.peripheral = (members - writers).max(0);
        participation
    }

    /// Everybody.
    #[must_use]
    pub const fn members(&self) -> i64 {
        self.core + self.active + self.occasional + self.peripheral
    }
}

/// Who answers: whether the community carries its core, or the core the community.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reciprocity {
    /// Answers in the last ninety days.
    pub answers: i64,
    /// Of these, by the three who answered most.
    pub answers_of_top_three: i64,
    /// People who answered.
    pub answerers: i64,
    /// People who asked.
    pub askers: i64,
    /// Of these, who answered somebody, too.
    pub askers_who_answered: i64,
}

impl Reciprocity {
    /// From how often each member asked and answered.
    #[must_use]
    pub fn of(asked: &BTreeMap<MemberId, i64>, answered: &BTreeMap<MemberId, i64>) -> Self {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let mut most: Vec<i64> = answered.values().copied().collect();
        most.sort_unstable_by_key(|answers| std::cmp::Reverse(*answers));
        let both = asked.keys().filter(|member| answered.contains_key(member));
        Self {
            answers: answered.values().sum(),
            answers_of_top_three: most.iter().take(3).sum(),
            answerers: count(answered.len()),
            askers: count(asked.len()),
            askers_who_answered: count(both.count()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn counts(of: &[(i64, i64)]) -> BTreeMap<MemberId, i64> {
        of.iter()
            .map(|(member, count)| (MemberId::new(*member), *count))
            .collect()
    }

    #[test]
    fn everybody_is_in_one_ring_and_moves_are_seen() {
        // From the last week on the right to the fourteenth back on the left.
        let written = [
            (1, 0b11_1111_1110_0000), // Nine of thirteen a week ago, eight now.
            (2, 0b00_0000_0000_1111), // Three, then four.
            (3, 0b10_0000_0000_0000), // One, which is too long ago now.
            (4, 0b00_0000_0000_0001),
        ];
        let written = written
            .into_iter()
            .map(|(member, weeks)| (MemberId::new(member), WeeksWritten(weeks)))
            .collect();
        let expected = Participation {
            core: 0,
            active: 2,
            occasional: 1,
            peripheral: 7,
            // 2 became active and 4 began to write; 1 left the core and 3 fell silent.
            moved_in: 2,
            moved_out: 2,
        };
        assert_eq!(Participation::of(&written, 10), expected);
    }

    #[test]
    fn the_three_who_answer_most_are_told_apart_from_all() {
        let asked = counts(&[(1, 1), (2, 5)]);
        let answered = counts(&[(2, 1), (3, 4), (4, 2), (5, 2)]);
        let expected = Reciprocity {
            answers: 9,
            answers_of_top_three: 8,
            answerers: 4,
            askers: 2,
            askers_who_answered: 1,
        };
        assert_eq!(Reciprocity::of(&asked, &answered), expected);
    }

    proptest! {
        #[test]
        fn writing_more_never_moves_outwards(weeks in 0_i64..=LOOKED_BACK_WEEKS) {
            prop_assert!(Ring::of(weeks + 1) <= Ring::of(weeks));
        }

        #[test]
        fn nobody_is_lost(
            written in prop::collection::btree_map(0_i64..50, 1_u64..1 << 14, 0..30),
            readers in 0_i64..100,
        ) {
            let written: BTreeMap<_, _> = written
                .into_iter()
                .map(|(member, weeks)| (MemberId::new(member), WeeksWritten(weeks)))
                .collect();
            let writers = written.values().filter(|weeks| weeks.count(0) > 0).count();
            let members = i64::try_from(writers).unwrap() + readers;
            let participation = Participation::of(&written, members);
            prop_assert_eq!(participation.members(), members);
            prop_assert_eq!(participation.peripheral, readers);
            let moved = participation.moved_in + participation.moved_out;
            prop_assert!(moved <= i64::try_from(written.len()).unwrap());
        }
    }
}
