//! After an absence each channel is read on from the mark up to which it was heard.

use std::time::Duration;

use chrono::TimeDelta;

use crate::facilitation::door::{DoorError, GuildReader};
use crate::facilitation::hearing::Source;
use crate::facilitation::{Facilitation, Fault};
use crate::practice::id::{GuildId, MemberId, MessageId};

/// Events come out of order, so the mark may have passed a message that was not kept: reading begins
/// this much before it. What is kept already is not kept twice.
const MARGIN: TimeDelta = TimeDelta::minutes(2);

/// How often a page is asked for again where Discord can't give it now, and the machine time that
/// is waited before the first of these; before each other it is longer by as much.
const MOST_TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(500);

/// Reads on every channel of a guild. `ourselves` is whose messages are not heard.
pub(super) async fn catch_up(
    facilitation: &Facilitation,
    reader: &dyn GuildReader,
    guild: GuildId,
    ourselves: MemberId,
) -> Result<(), Fault> {
    let Some(since) = facilitation
        .community(guild)
        .await?
        .and_then(|community| community.set_up_at)
    else {
        return Ok(());
    };
    for (channel, heard_to) in facilitation.heard_channels(guild).await? {
        let mut after = match heard_to.and_then(MessageId::made_at) {
            Some(mark) => MessageId::first_at(mark - MARGIN),
            None => MessageId::first_at(since),
        };
        let mut tries = 0;
        loop {
            let page = match reader.messages_after(channel.id, after).await {
                Ok(page) => page,
                Err(DoorError::Refused(reason)) => {
                    tracing::warn!(channel.id = %channel.id, reason, "channel can't be read");
                    facilitation.keep_readable(channel.id, false).await?;
                    break;
                }
                Err(DoorError::Later(reason)) if tries < MOST_TRIES => {
                    tries += 1;
                    tracing::warn!(channel.id = %channel.id, reason, "channel not read on yet");
                    tokio::time::sleep(PAUSE * tries).await;
                    continue;
                }
                Err(DoorError::Later(reason)) => {
                    // The mark stays, so it is read on at the next connection.
                    tracing::error!(channel.id = %channel.id, reason, "channel not read on");
                    break;
                }
            };
            let Some(last) = page.last() else {
                facilitation.keep_readable(channel.id, true).await?;
                facilitation.keep_caught_up(channel.id);
                break;
            };
            after = last.id;
            let others = page
                .into_iter()
                .filter(|heard| {
                    heard
                        .author
                        .as_ref()
                        .is_none_or(|author| author.id != ourselves)
                })
                .collect();
            facilitation
                .hear(guild, others, Source::DiscordHistory)
                .await?;
        }
    }
    Ok(())
}
