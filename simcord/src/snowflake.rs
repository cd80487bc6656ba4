//! Discord's ids, which carry the time of their making.

use std::{fmt, num::ParseIntError, str::FromStr};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The first second of 2015 in milliseconds, where Discord's clock starts.
const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;

/// The id of a guild, channel, message, user, role, command or interaction.
///
/// In JSON it is a string, as in Discord's API:
/// <https://discord.com/developers/docs/reference#snowflakes>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Snowflake(u64);

impl Snowflake {
    /// The id with this number.
    #[must_use]
    pub const fn new(id: u64) -> Self {
        Self(id)
    }

    /// The number, for a client library that wants one.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// When the thing with this id was made, to the millisecond.
    #[must_use]
    pub fn created_at(self) -> DateTime<Utc> {
        let since_epoch = i64::try_from(self.0 >> 22).unwrap_or_default();
        DateTime::from_timestamp_millis(since_epoch + DISCORD_EPOCH_MS).unwrap_or_default()
    }
}

impl fmt::Display for Snowflake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl FromStr for Snowflake {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl PartialEq<u64> for Snowflake {
    fn eq(&self, other: &u64) -> bool {
        self.0 == *other
    }
}

impl Serialize for Snowflake {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Snowflake {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Makes ids that only ever grow, even while the time stands still or goes back.
#[derive(Debug, Default)]
pub(crate) struct SnowflakeMint {
    last: u64,
}

impl SnowflakeMint {
    pub(crate) fn next(&mut self, now: DateTime<Utc>) -> Snowflake {
        let since_epoch = u64::try_from(now.timestamp_millis() - DISCORD_EPOCH_MS).unwrap_or(0);
        self.last = (since_epoch << 22).max(self.last + 1);
        Snowflake(self.last)
    }

    /// Sets so many ids aside: those that follow the one that is given.
    pub(crate) fn set_aside(&mut self, now: DateTime<Utc>, count: u64) -> Snowflake {
        let before = self.next(now);
        self.last += count;
        before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_while_the_time_stands_still() {
        let noon = "2025-03-01T12:00:00Z".parse::<DateTime<Utc>>().unwrap();
        let mut mint = SnowflakeMint::default();
        let first = mint.next(noon);
        let second = mint.next(noon);
        let earlier = mint.next(noon - chrono::TimeDelta::hours(1));
        assert!(first < second && second < earlier);
        assert_eq!(first.created_at(), noon);
    }
}
