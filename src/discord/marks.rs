//! A ✅ that was put on a message while nobody listened: it is found with the message.
//!
//! Discord does not tell when it was put there. So it counts only for a request that has never been reopened:
//! what it says may be older than that.

use crate::facilitation::door::{DoorError, GuildReader};
use crate::facilitation::request::Pointed;
use crate::facilitation::{Facilitation, Failure, Fault};
use crate::practice::id::{GuildId, MemberId};
use crate::practice::message::Heard;

use super::command;

/// The mark that says that something is settled.
pub(super) const SETTLED: &str = "✅";

/// What these messages point at by a ✅. `ourselves` is nobody who answers.
pub(super) fn marked(messages: &[Heard], ourselves: MemberId) -> Vec<Pointed> {
    let is_marked = |heard: &&Heard| {
        let mut reactions = heard.reactions.iter();
        reactions.any(|reaction| reaction.emoji == SETTLED)
    };
    let pointed = |heard: &Heard| Pointed {
        channel: heard.channel,
        message: heard.id,
        author: heard
            .author
            .as_ref()
            .map(|author| author.id)
            .filter(|author| *author != ourselves),
        is_marked: false,
    };
    messages.iter().filter(is_marked).map(pointed).collect()
}

/// Settles what is marked, as it would have been settled when it was. `false` where Discord can't tell now
/// who marked it.
pub(super) async fn settle(
    facilitation: &Facilitation,
    reader: &dyn GuildReader,
    guild: GuildId,
    marked: Vec<Pointed>,
) -> Result<bool, Fault> {
    for pointed in marked {
        if !facilitation.may_be_settled(pointed).await? {
            continue;
        }
        match settle_one(facilitation, reader, guild, pointed).await {
            Ok(()) | Err(Failure::Refused(_)) => {}
            Err(Failure::Fault(Fault::Door(DoorError::Later(reason)))) => {
                tracing::warn!(message.id = %pointed.message, reason, "marks not read yet");
                return Ok(false);
            }
            Err(Failure::Fault(Fault::Door(error))) => {
                tracing::warn!(message.id = %pointed.message, %error, "marks not read");
            }
            Err(Failure::Fault(fault)) => return Err(fault),
        }
    }
    Ok(true)
}

/// Settles a request by the first of those who marked it who may.
async fn settle_one(
    facilitation: &Facilitation,
    reader: &dyn GuildReader,
    guild: GuildId,
    pointed: Pointed,
) -> Result<(), Failure> {
    let (channel, message) = (pointed.channel, pointed.message);
    let reactors = reader.reactors(channel, message, SETTLED).await;
    for member in reactors.map_err(Fault::from)? {
        let Some(member) = reader.member(guild, member).await.map_err(Fault::from)? else {
            continue;
        };
        let by = command::acting(facilitation, guild, member).await?;
        match facilitation.settle_by_message(pointed, &by).await {
            Ok(_) => return Ok(()),
            // Who may not settle it has put a ✅ there for their own reasons.
            Err(Failure::Refused(_)) => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(())
}
