//! A ✅ that was put on a message while nobody listened: it is found with the message.
//!
//! Discord does not tell when it was put there. So it counts only for a request that has never been reopened:
//! what it says may be older than that.

use std::collections::{BTreeSet, HashMap};

use super::catch_up::ask;
use super::command;
use crate::facilitation::door::{DoorError, GuildReader};
use crate::facilitation::request::{Actor, Pointed};
use crate::facilitation::{Facilitation, Failure, Fault};
use crate::practice::id::{GuildId, MemberId};
use crate::practice::message::Heard;

/// The mark that says that something is settled.
pub(super) const SETTLED: &str = "✅";

/// How many of those who marked a message Discord is asked about: which roles they have.
const MOST_ASKED_ABOUT: usize = 10;

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

/// Settles what is marked, as it would have been settled when it was. What Discord can't tell now stays
/// unsettled until it is read again.
pub(super) async fn settle(
    facilitation: &Facilitation,
    reader: &dyn GuildReader,
    guild: GuildId,
    marked: Vec<Pointed>,
) -> Result<(), Fault> {
    let mut tries = 0;
    let mut by_others = Vec::new();
    for pointed in marked {
        let Some(asker) = facilitation.asker_of_marked(pointed).await? else {
            continue;
        };
        let (channel, message) = (pointed.channel, pointed.message);
        let reactors = ask(&mut tries, || reader.reactors(channel, message, SETTLED)).await;
        let reactors = match reactors {
            Ok(reactors) => facilitation.who_may_count(guild, &reactors).await?,
            Err(DoorError::Later(reason)) => {
                tracing::error!(guild.id = %guild, reason, "marks not read");
                break;
            }
            Err(error) => {
                tracing::warn!(message.id = %message, %error, "mark not read");
                continue;
            }
        };
        if reactors.contains(&asker.id) {
            // Who asked may settle it whatever roles they have.
            let by = Actor {
                guild,
                member: asker,
                is_core: false,
                is_coordinator: false,
                is_lead: false,
            };
            settle_as(facilitation, pointed, &by).await?;
        } else if !reactors.is_empty() {
            let first = reactors.into_iter().take(MOST_ASKED_ABOUT).collect();
            by_others.push((pointed, first));
        }
    }
    settle_by_roles(facilitation, reader, guild, &mut tries, by_others).await
}

/// Settles what nobody who asked has marked, each by the first of those who marked it who may.
async fn settle_by_roles(
    facilitation: &Facilitation,
    reader: &dyn GuildReader,
    guild: GuildId,
    tries: &mut u32,
    marked: Vec<(Pointed, Vec<MemberId>)>,
) -> Result<(), Fault> {
    let everybody: BTreeSet<_> = marked.iter().flat_map(|(_, who)| who).copied().collect();
    if everybody.is_empty() {
        return Ok(());
    }
    let everybody: Vec<_> = everybody.into_iter().collect();
    let members = match ask(tries, || reader.members(guild, &everybody)).await {
        Ok(members) => members,
        Err(error) => {
            tracing::error!(guild.id = %guild, %error, "who marked is not known");
            return Ok(());
        }
    };
    let mut acting = HashMap::new();
    for member in members {
        match command::acting(facilitation, guild, member).await {
            Ok(by) => acting.insert(by.member.id, by),
            Err(Failure::Refused(_)) => continue,
            Err(Failure::Fault(fault)) => return Err(fault),
        };
    }
    for (pointed, who) in marked {
        for by in who.iter().filter_map(|member| acting.get(member)) {
            if settle_as(facilitation, pointed, by).await? {
                break;
            }
        }
    }
    Ok(())
}

/// Settles a request; `false` for who may not, who has put a ✅ there for their own reasons.
async fn settle_as(
    facilitation: &Facilitation,
    pointed: Pointed,
    by: &Actor,
) -> Result<bool, Fault> {
    match facilitation.settle_by_message(pointed, by).await {
        Ok(_) => Ok(true),
        Err(Failure::Refused(_)) => Ok(false),
        Err(Failure::Fault(fault)) => Err(fault),
    }
}
