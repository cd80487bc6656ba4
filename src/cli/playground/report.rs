//! What a playground prints at the end: what waited, and each digest.

use crate::facilitation::digest::digest;
use crate::practice::id::{ChannelId, GuildId, MemberId};
use crate::practice::notice::Notice;
use crate::practice::request::{Change, Event};
use crate::simulation::Simulation;
use crate::storage::{RequestFilter, StorageError, Transaction};
use crate::view::digest_export;

/// The report of a life, as text.
pub(super) async fn report(simulation: &Simulation, undone: &[String]) -> anyhow::Result<String> {
    let mut transaction = simulation.facilitation().store.read().await?;
    let mut text = String::new();
    for community in transaction.communities().await? {
        let filter = RequestFilter {
            guild: Some(community.guild),
            ..RequestFilter::default()
        };
        let mut surfaced = Vec::new();
        let mut calls = 0;
        for request in transaction.requests(filter).await? {
            let events = transaction.request_events(request.id).await?;
            let is = |change: Change| move |event: &&Event| event.change == change;
            calls += events.iter().filter(is(Change::Called)).count();
            if let Some(event) = events.iter().find(is(Change::Surfaced)) {
                surfaced.push((request, event.at));
            }
        }
        surfaced.sort_by_key(|(request, at)| (*at, request.id));
        let sent = transaction.sent_notices(community.guild).await?;
        let digests: Vec<_> = sent
            .into_iter()
            .filter_map(|(_, _, notice, _)| match notice {
                Notice::Digest { week, .. } => Some(week),
                _ => None,
            })
            .collect();
        text.push_str(&format!(
            "# {}: {} requests waited on the core group's board, and to {calls} one of them was called\n\n",
            community.name,
            surfaced.len()
        ));
        for (request, at) in surfaced {
            let words = named(&mut transaction, community.guild, &request.asked.text).await?;
            let words: String = words.chars().take(90).collect();
            text.push_str(&format!(
                "{} {:<9} {words}\n  {}\n",
                at.with_timezone(&community.zone).format("%a %-d %b %H:%M"),
                request.life.status.name(),
                request.asked.link().unwrap_or_default()
            ));
        }
        for week in digests {
            let digest = digest(&mut transaction, &community, week).await?;
            text.push('\n');
            text.push_str(&digest_export::markdown(&digest));
        }
    }
    if !undone.is_empty() {
        text.push_str(&format!("\n{} acts could not be done:\n", undone.len()));
        for undone in undone {
            text.push_str(&format!("- {undone}\n"));
        }
    }
    Ok(text)
}

/// A text on one line, with names where Discord writes `<#id>` and `<@id>`.
async fn named(
    transaction: &mut Transaction,
    guild: GuildId,
    text: &str,
) -> Result<String, StorageError> {
    let mut words = Vec::new();
    for word in text.split_whitespace() {
        let marked = word.split_once('<').and_then(|(before, rest)| {
            let (mark, after) = rest.split_once('>')?;
            let id: i64 = mark.get(1..)?.parse().ok()?;
            Some((before, mark.chars().next()?, id, after))
        });
        words.push(match marked {
            Some((before, '#', id, after)) => {
                let channel = transaction.channel(ChannelId::new(id)).await?;
                let name = channel.map_or_else(|| id.to_string(), |channel| channel.name);
                format!("{before}#{name}{after}")
            }
            Some((before, '@', id, after)) => {
                let name = transaction.member_name(guild, MemberId::new(id)).await?;
                format!("{before}@{}{after}", name.unwrap_or_else(|| id.to_string()))
            }
            _ => word.to_owned(),
        });
    }
    Ok(words.join(" "))
}
