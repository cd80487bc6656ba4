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
/// own, and it takes what it lacks of its fair part, first what it has begun, then what is free, then of those
/// who have too much.
///
/// `sharers` are those whose leases have not run out. `begun` are the shards that the process has begun,
/// `ready` those of them that are connected. Where its own lease had run out (`is_back`), others may have been
/// given what it serves all the time: it takes that back, or nobody served it for a while.
pub fn share(
    process: ProcessId,
    sharers: &[Sharer],
    shards: &mut [SharedShard],
    begun: &BTreeSet<u32>,
    ready: &BTreeSet<u32>,
    is_back: bool,
) {
    let is_there = |id: &ProcessId| sharers.iter().any(|sharer| sharer.process == *id);
    for shard in &mut *shards {
        shard.holder = shard.holder.filter(is_there);
        shard.heir = shard.heir.filter(is_there);
        let is_ready = ready.contains(&shard.number) && begun.contains(&shard.number);
        let is_ready = is_ready && shard.heir == Some(process);
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
        let others = fair.iter().filter(|(id, _)| *id != process);
        let overfull: BTreeSet<ProcessId> = others
            .filter_map(|(id, fair)| (kept_by(*id, shards) > *fair).then_some(*id))
            .collect();
        let has_too_many =
            |shard: &SharedShard| shard.keeper().is_some_and(|id| overfull.contains(&id));
        let can_take = |shard: &SharedShard| {
            let takes_back = is_back && begun.contains(&shard.number);
            let takes_over = shard.heir.is_none() && has_too_many(shard);
            shard.holder.is_none() || (takes_back && shard.keeper() != Some(process)) || takes_over
        };
        let order = |at: &usize| {
            let shard = &shards[*at];
            let is_held = shard.holder.is_some();
            let place = if is_held { shards.len() - at } else { *at };
            (!begun.contains(&shard.number), is_held, place)
        };
        let free = (0..shards.len()).filter(|at| can_take(&shards[*at]));
        let Some(at) = free.min_by_key(order) else {
            break;
        };
        let shard = &mut shards[at];
        match shard.holder {
            None => shard.holder = Some(process),
            Some(holder) => shard.heir = (holder != process).then_some(process),
        }
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
        running: Vec<Running>,
        random: fastrand::Rng,
    }

    struct Running {
        sharer: Sharer,
        has_lease: bool,
        begun: BTreeSet<u32>,
        /// Those of them that are connected.
        ready: BTreeSet<u32>,
    }

    impl Play {
        fn new(total: u32, seed: u64) -> Self {
            let free = |number| SharedShard {
                number,
                holder: None,
                heir: None,
            };
            Self {
                shards: (0..total).map(free).collect(),
                running: Vec::new(),
                random: fastrand::Rng::with_seed(seed),
            }
        }

        fn join(&mut self, process: i64) {
            let sharer = Sharer {
                process: ProcessId::new(process),
                is_leaving: false,
            };
            self.running.push(Running {
                sharer,
                has_lease: true,
                begun: BTreeSet::new(),
                ready: BTreeSet::new(),
            });
        }

        /// Nobody could look for a while, or nobody but some.
        fn run_out(&mut self, is_everybody: bool) {
            for running in &mut self.running {
                running.has_lease = !is_everybody && self.random.bool();
            }
        }

        fn is_served(&self, number: u32) -> bool {
            let mut ready = self.running.iter().map(|running| &running.ready);
            ready.any(|ready| ready.contains(&number))
        }

        /// One process looks, ends what is not its own any more, and begins one more.
        fn turn(&mut self, at: usize) {
            let is_back = !std::mem::replace(&mut self.running[at].has_lease, true);
            let leases = self.running.iter().filter(|running| running.has_lease);
            let sharers: Vec<Sharer> = leases.map(|running| running.sharer).collect();
            let Running {
                sharer,
                begun,
                ready,
                ..
            } = &mut self.running[at];
            if self.random.bool() {
                ready.clone_from(begun);
            }
            let process = sharer.process;
            share(process, &sharers, &mut self.shards, begun, ready, is_back);
            let serves = |number: &u32| self.shards[*number as usize].is_served_by(process);
            begun.retain(serves);
            ready.retain(serves);
            let next = (0..)
                .take(self.shards.len())
                .find(|number| serves(number) && !begun.contains(number));
            begun.extend(next);
        }

        /// Turns in any order until nothing moves; what was served at the beginning is served all the time.
        fn settle(&mut self) {
            let before: Vec<u32> = (0..)
                .take(self.shards.len())
                .filter(|number| self.is_served(*number))
                .collect();
            for _ in 0..400 {
                let at = self.random.usize(..self.running.len());
                self.turn(at);
                for number in &before {
                    assert!(self.is_served(*number), "a gap in shard {number}");
                }
            }
            let mut count = 0;
            for Running { sharer, begun, .. } in &self.running {
                count += begun.len();
                let staying = self.running.iter().filter(|other| !other.sharer.is_leaving);
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
        for seed in 0..30 {
            let mut play = Play::new(16, seed);
            play.join(5);
            play.turn(0);
            play.join(3);
            play.join(9);
            play.settle();
            // One more, then one that leaves.
            play.join(1);
            play.settle();
            play.running[1].sharer.is_leaving = true;
            play.settle();
            play.running.remove(1);
            play.settle();
            // The database is away, for all or for some.
            play.run_out(true);
            play.settle();
            play.run_out(false);
            play.settle();
            // One dies, also in the midst of a hand-over.
            play.join(2);
            play.turn(3);
            play.running.remove(0);
            let dead: Vec<_> = play
                .running
                .iter()
                .map(|running| running.begun.clone())
                .collect();
            assert!(dead.iter().map(BTreeSet::len).sum::<usize>() < 16);
            play.settle();
        }
    }

    #[test]
    fn who_leaves_alone_keeps_what_nobody_takes() {
        let mut play = Play::new(2, 0);
        play.join(1);
        for _ in 0..3 {
            play.turn(0);
        }
        play.running[0].sharer.is_leaving = true;
        play.turn(0);
        assert_eq!(play.running[0].begun.len(), 2);
    }

    #[test]
    fn what_was_ready_and_is_not_begun_any_more_is_not_its_own_yet() {
        let process = ProcessId::new;
        let sharers = [1, 2].map(|id| Sharer {
            process: process(id),
            is_leaving: id == 2,
        });
        let handed_on = SharedShard {
            number: 0,
            holder: Some(process(2)),
            heir: Some(process(1)),
        };
        for begun in [BTreeSet::new(), [0].into()] {
            let mut shards = [handed_on];
            share(
                process(1),
                &sharers,
                &mut shards,
                &begun,
                &[0].into(),
                false,
            );
            let holder = if begun.is_empty() { 2 } else { 1 };
            assert_eq!(shards[0].holder, Some(process(holder)));
        }
    }
}
