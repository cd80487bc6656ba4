//! What a playground prints at the end: what was surfaced, and each digest.

use crate::facilitation::digest::digest;
use crate::practice::notice::Notice;
use crate::simulation::Simulation;
use crate::view::digest_export;

/// The report of a life, as text.
pub(super) async fn report(simulation: &Simulation, undone: &[String]) -> anyhow::Result<String> {
    let mut transaction = simulation.facilitation().store.read().await?;
    let mut text = String::new();
    for community in transaction.communities().await? {
        let sent = transaction.sent_notices(community.guild).await?;
        let mut surfaced = Vec::new();
        let mut digests = Vec::new();
        for (_, _, notice, at) in sent {
            match notice {
                Notice::RequestWaiting { request, .. } => {
                    if let Some(request) = transaction.request(request).await? {
                        surfaced.push((request, at));
                    }
                }
                Notice::Digest { week, .. } => digests.push(week),
                _ => {}
            }
        }
        text.push_str(&format!(
            "# {}: {} requests were surfaced to the core group\n\n",
            community.name,
            surfaced.len()
        ));
        for (request, at) in surfaced {
            let words: Vec<_> = request.asked.text.split_whitespace().collect();
            let words: String = words.join(" ").chars().take(90).collect();
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
