//! Which part of the guilds a process serves.

use std::ops::Range;
use std::str::FromStr;

/// Some of so many shards. A guild is in the shard that its id says:
/// <https://discord.com/developers/docs/events/gateway#sharding>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shards {
    range: Range<u32>,
    total: u32,
}

/// What is no part of the shards, in one sentence that says what is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' names no shards; write FIRST..END/TOTAL, such as 0..4/16 for the first four of sixteen"
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
    pub(super) fn numbers(&self) -> Range<u32> {
        self.range.clone()
    }

    /// How many there are, with those of others.
    pub(super) fn total(&self) -> u32 {
        self.total
    }
}

impl FromStr for Shards {
    type Err = NoShards;

    fn from_str(text: &str) -> Result<Self, NoShards> {
        let shards = || {
            let (range, total) = text.split_once('/')?;
            let (first, end) = range.split_once("..")?;
            let range = first.trim().parse().ok()?..end.trim().parse().ok()?;
            let total = total.trim().parse().ok()?;
            (!range.is_empty() && range.end <= total).then_some(Self { range, total })
        };
        shards().ok_or_else(|| NoShards(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_a_total_is_read_and_nothing_else() {
        let shards: Shards = "4..8/16".parse().unwrap();
        assert_eq!((shards.numbers(), shards.total()), (4..8, 16));
        assert_eq!("0..1/1".parse(), Ok(Shards::all(1)));
        for wrong in [
            "",
            "4",
            "0..4",
            "4..4/16",
            "8..4/16",
            "12..17/16",
            "0..-1/4",
            "a..b/c",
        ] {
            assert_eq!(wrong.parse::<Shards>(), Err(NoShards(wrong.to_owned())));
        }
    }
}
