//! Exports: conversations that took place elsewhere or before, taken in.

use chrono::{DateTime, Utc};

use super::{Facilitation, Fault};
use crate::practice::community::Channel;
use crate::practice::id::GuildId;

/// Other platforms' ids as ours; a snowflake of Discord's is itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForeignId<'a> {
    /// A guild, a workspace.
    Guild(&'a str),
    /// A channel.
    Channel(&'a str),
    /// A message.
    Message(&'a str),
    /// A member.
    Member(&'a str),
}

impl ForeignId<'_> {
    fn noun_and_original(&self) -> (&'static str, &str) {
        match self {
            Self::Guild(original) => ("guild", original),
            Self::Channel(original) => ("channel", original),
            Self::Message(original) => ("message", original),
            Self::Member(original) => ("member", original),
        }
    }
}

/// Ids below this are no snowflakes: those of Discord's first millisecond are above it.
const FIRST_SNOWFLAKE: i64 = 1 << 22;

impl Facilitation {
    /// The numbers that stand for ids, in their order; made in one transaction where there are none.
    pub async fn foreign_ids(&self, ids: &[ForeignId<'_>]) -> Result<Vec<i64>, Fault> {
        let mut transaction = self.store.begin().await?;
        let mut numbers = Vec::with_capacity(ids.len());
        for id in ids {
            let (noun, original) = id.noun_and_original();
            let snowflake = original
                .parse()
                .ok()
                .filter(|number| *number >= FIRST_SNOWFLAKE);
            numbers.push(match snowflake {
                Some(number) => number,
                None => transaction.external_id(noun, original).await?,
            });
        }
        transaction.commit().await?;
        Ok(numbers)
    }

    /// Keeps the guild and the channel that an export is of.
    pub async fn meet_exported(&self, guild_name: &str, channel: &Channel) -> Result<(), Fault> {
        let mut transaction = self.store.begin().await?;
        if transaction.community(channel.guild).await?.is_none() {
            transaction.keep_guild(channel.guild, guild_name).await?;
        }
        transaction.keep_channel(channel).await?;
        Ok(transaction.commit().await?)
    }

    /// Closes what nobody answered within an export's own span.
    pub async fn finish_export(
        &self,
        guild: GuildId,
        last_message_at: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let mut transaction = self.store.begin().await?;
        self.lapse_imported(&mut transaction, guild, last_message_at)
            .await?;
        Ok(transaction.commit().await?)
    }
}
