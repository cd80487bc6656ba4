//! The activity log: what members log themselves, and what was read.

use super::{Facilitation, Failure, set_up_community};
use crate::practice::activity::ActivityKind;
use crate::practice::id::{ChannelId, GuildId, MemberId, MessageId};

/// How many lines of the log are shown at once.
const SHOWN_ACTIVITIES: i64 = 12;

impl Facilitation {
    /// Logs a message as an activity; whether it was not logged as this kind before.
    pub async fn log_activity(
        &self,
        guild: GuildId,
        channel: ChannelId,
        message: MessageId,
        kind: ActivityKind,
        by: MemberId,
    ) -> Result<bool, Failure> {
        let mut transaction = self.store.begin().await?;
        set_up_community(&mut transaction, guild).await?;
        let at = self.clock.now();
        let is_new = transaction
            .log_activity(guild, channel, message, kind, by, at)
            .await?;
        self.commit(transaction).await?;
        Ok(is_new)
    }

    /// The latest activities, the newest first: where each was, and its kind.
    pub async fn latest_activities(
        &self,
        guild: GuildId,
    ) -> Result<Vec<(ChannelId, MessageId, ActivityKind)>, Failure> {
        let mut transaction = self.store.read().await?;
        set_up_community(&mut transaction, guild).await?;
        Ok(transaction
            .latest_activities(guild, SHOWN_ACTIVITIES)
            .await?)
    }
}
