//! Which part of the guilds a process serves, and how processes share the parts out.

use std::collections::BTreeSet;
use std::ops::Range;
use std::str::FromStr;

use super::id::ProcessId;

/// Some of so many shards. A guild is in the shard that its id says:
/// <https://discord.com/developers/docs/events/gateway#sharding>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shards {
    range: Range<u32>,
    total: u32,
}

/// Which shards a process is to serve.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Serving {
    /// All, as many as Discord advises.
    #[default]
    All,
    /// These.
    Given(Shards),
    /// A fair part of so many, shared out among the processes on one database; as many as Discord
    /// advises where there is no number.
    Shared(Option<u32>),
}

/// What names no shards, in one sentence that says what does.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' names no shards; write auto, auto/16 for a fair part of sixteen, or FIRST..END/TOTAL, such as 0..4/16 \
     for the first four of sixteen"
)]
pub struct NoShards(String);

impl Shards {
    /// All of so many; at least one.
    #[must_use]
    pub fn all(total: u32) -> Self {
        let total = total.max(1);
        Self {
            range: 0..total,
            total,
        }
    }

    /// The numbers of the shards, in their order.
    #[must_use]
    pub fn numbers(&self) -> Range<u32> {
        self.range.clone()
    }

    /// How many there are, with those of others.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.total
    }

    fn parse(text: &str) -> Option<Self> {
        let (range, total) = text.split_once('/')?;
        let (first, end) = range.split_once("..")?;
        let range = first.trim().parse().ok()?..end.trim().parse().ok()?;
        let total = total.trim().parse().ok()?;
        (!range.is_empty() && range.end <= total).then_some(Self { range, total })
    }
}

impl FromStr for Serving {
    type Err = NoShards;

    /// `auto`, `auto/16`, `0..4/16`, or nothing, which is all.
    fn from_str(text: &str) -> Result<Self, NoShards> {
        let serving = match text.trim() {
            "" => Some(Self::All),
            "auto" => Some(Self::Shared(None)),
            text => match text.strip_prefix("auto/") {
                Some(total) => {
                    let total = total.trim().parse().ok().filter(|total| *total > 0);
                    total.map(|total| Self::Shared(Some(total)))
                }
                None => Shards::parse(text).map(Self::Given),
            },
        };
        serving.ok_or_else(|| NoShards(text.to_owned()))
    }
}

/// A process that shares shards with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sharer {
    /// Which.
    pub process: ProcessId,
    /// Whether it is about to stop, and so is to keep none.
    pub is_leaving: bool,
}

/// A shard that is shared out, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedShard {
    /// Its number.
    pub number: u32,
    /// Who serves it, or is to.
    pub holder: Option<ProcessId>,
    /// Who is about to: until it is ready, the holder goes on, so that nothing is missed between.
    pub heir: Option<ProcessId>,
}

impl SharedShard {
    /// Whether a process serves it, or is to.
    #[must_use]
    pub fn is_served_by(&self, process: ProcessId) -> bool {
        self.holder == Some(process) || self.heir == Some(process)
    }

    /// Whose it will be.
    fn keeper(&self) -> Option<ProcessId> {
        self.heir.or(self.holder)
    }
}

/// Puts right what is whose, as one process may: what the dead had is free, what it is ready to serve is its
/// own, and it takes what it lacks of its fair part, first what is free, then of those who have too much.
///
/// `sharers` are those whose leases have not run out. `begun` are the shards that the process has begun,
/// `ready` those of them that are connected.
pub fn share(
    process: ProcessId,
    sharers: &[Sharer],
    shards: &mut [SharedShard],
    begun: &BTreeSet<u32>,
    ready: &BTreeSet<u32>,
) {
    let is_there = |id: &ProcessId| sharers.iter().any(|sharer| sharer.process == *id);
    for shard in &mut *shards {
        shard.holder = shard.holder.filter(is_there);
        shard.heir = shard.heir.filter(is_there);
        let is_ready = shard.heir == Some(process) && ready.contains(&shard.number);
        let is_not_begun = shard.holder == Some(process) && !begun.contains(&shard.number);
        if shard.heir.is_some() && (is_ready || is_not_begun || shard.holder.is_none()) {
            shard.holder = shard.heir.take();
        }
    }
    let fair = |id: ProcessId| fair_part(id, sharers, shards.len());
    let fair: Vec<(ProcessId, usize)> = sharers
        .iter()
        .map(|sharer| (sharer.process, fair(sharer.process)))
        .collect();
    let mine = fair
        .iter()
        .find_map(|(id, fair)| (*id == process).then_some(*fair))
        .unwrap_or(0);
    // What it has too much of and has not begun it lets go at once, the last first.
    let mut excess = kept_by(process, shards).saturating_sub(mine);
    for shard in shards.iter_mut().rev() {
        if excess > 0 && shard.keeper() == Some(process) && !begun.contains(&shard.number) {
            match shard.heir {
                Some(_) => shard.heir = None,
                None => shard.holder = None,
            }
            excess -= 1;
        }
    }
    for _ in kept_by(process, shards)..mine {
        if let Some(free) = shards.iter_mut().find(|shard| shard.holder.is_none()) {
            free.holder = Some(process);
            continue;
        }
        let has_too_many = |shard: &SharedShard| {
            fair.iter().any(|(id, fair)| {
                shard.keeper() == Some(*id) && *id != process && kept_by(*id, shards) > *fair
            })
        };
        let Some(at) = shards
            .iter()
            .rposition(|shard| shard.heir.is_none() && has_too_many(shard))
        else {
            break;
        };
        shards[at].heir = Some(process);
    }
}

/// How many shards a process has, those that it is handed included and those that it hands on not.
fn kept_by(process: ProcessId, shards: &[SharedShard]) -> usize {
    let kept = shards
        .iter()
        .filter(|shard| shard.keeper() == Some(process));
    kept.count()
}

/// How many of so many shards are a process's fair part: all parts together are all shards.
fn fair_part(process: ProcessId, sharers: &[Sharer], shards: usize) -> usize {
    let staying = || sharers.iter().filter(|sharer| !sharer.is_leaving);
    let count = staying().count();
    if !staying().any(|sharer| sharer.process == process) {
        return 0;
    }
    let before = staying().filter(|sharer| sharer.process < process).count();
    shards / count + usize::from(before < shards % count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_total_is_read_and_nothing_else() {
        let serving = |text: &str| text.parse::<Serving>();
        let Ok(Serving::Given(shards)) = serving("4..8/16") else {
            panic!("no range");
        };
        assert_eq!((shards.numbers(), shards.total()), (4..8, 16));
        assert_eq!(serving("0..1/1"), Ok(Serving::Given(Shards::all(1))));
        assert_eq!(serving(""), Ok(Serving::All));
        assert_eq!(serving("auto"), Ok(Serving::Shared(None)));
        assert_eq!(serving("auto/64"), Ok(Serving::Shared(Some(64))));
        for wrong in [
            "4",
            "0..4",
            "4..4/16",
            "8..4/16",
            "12..17/16",
            "0..-1/4",
            "a..b/c",
            "auto/0",
            "auto/",
            "automatic",
        ] {
            assert_eq!(serving(wrong), Err(NoShards(wrong.to_owned())));
        }
    }

    /// Processes that take turns, as they do over a database.
    struct Play {
        shards: Vec<SharedShard>,
        /// Each with what it has begun; it is ready at once.
        running: Vec<(Sharer, BTreeSet<u32>)>,
    }

    impl Play {
        fn new(total: u32) -> Self {
            let free = |number| SharedShard {
                number,
                holder: None,
                heir: None,
            };
            Self {
                shards: (0..total).map(free).collect(),
                running: Vec::new(),
            }
        }

        fn join(&mut self, process: i64) {
            let sharer = Sharer {
                process: ProcessId::new(process),
                is_leaving: false,
            };
            self.running.push((sharer, BTreeSet::new()));
        }

        /// One process looks, ends what is not its own any more, and begins one more.
        fn turn(&mut self, at: usize) {
            let sharers: Vec<Sharer> = self.running.iter().map(|(sharer, _)| *sharer).collect();
            let (sharer, begun) = &mut self.running[at];
            let process = sharer.process;
            share(process, &sharers, &mut self.shards, begun, begun);
            let serves = |number: &u32| self.shards[*number as usize].is_served_by(process);
            begun.retain(serves);
            let next = (0..)
                .take(self.shards.len())
                .find(|number| serves(number) && !begun.contains(number));
            begun.extend(next);
        }

        /// Turns in any order until nothing moves; what was served at the beginning is served all the time.
        fn settle(&mut self, random: &mut fastrand::Rng) {
            let served = |play: &Self, number: u32| {
                let mut begun = play.running.iter().map(|(_, begun)| begun);
                begun.any(|begun| begun.contains(&number))
            };
            let before: Vec<u32> = (0..)
                .take(self.shards.len())
                .filter(|number| served(self, *number))
                .collect();
            for _ in 0..400 {
                let at = random.usize(..self.running.len());
                self.turn(at);
                for number in &before {
                    assert!(served(self, *number), "a gap in shard {number}");
                }
            }
            let mut count = 0;
            for (sharer, begun) in &self.running {
                count += begun.len();
                let staying = self.running.iter().filter(|(other, _)| !other.is_leaving);
                let fair = self.shards.len() / staying.count();
                let fair = if sharer.is_leaving {
                    0..=0
                } else {
                    fair..=fair + 1
                };
                assert!(fair.contains(&begun.len()), "{sharer:?} serves {begun:?}");
            }
            assert_eq!(count, self.shards.len(), "each once");
        }
    }

    #[test]
    fn everybody_gets_a_fair_part_and_nothing_is_let_fall_on_the_way() {
        for seed in 0..50 {
            let mut random = fastrand::Rng::with_seed(seed);
            let mut play = Play::new(16);
            play.join(5);
            play.turn(0);
            play.join(3);
            play.join(9);
            play.settle(&mut random);
            // One more, then one that leaves.
            play.join(1);
            play.settle(&mut random);
            play.running[1].0.is_leaving = true;
            play.settle(&mut random);
            play.running.remove(1);
            play.settle(&mut random);
            // One dies, also in the midst of a hand-over.
            play.join(2);
            play.turn(3);
            play.running.remove(0);
            let dead: Vec<_> = play
                .running
                .iter()
                .map(|(_, begun)| begun.clone())
                .collect();
            assert!(dead.iter().map(BTreeSet::len).sum::<usize>() < 16);
            play.settle(&mut random);
        }
    }

    #[test]
    fn who_leaves_alone_keeps_what_nobody_takes() {
        let mut play = Play::new(2);
        play.join(1);
        for _ in 0..3 {
            play.turn(0);
        }
        play.running[0].0.is_leaving = true;
        play.turn(0);
        assert_eq!(play.running[0].1.len(), 2);
    }
}
