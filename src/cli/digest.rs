//! `convener digest`: a week of a community on a page.

use std::collections::HashMap;

use crate::clock::{Clock, SystemClock, Work};
use crate::config::Config;
use crate::facilitation::digest::digest;
use crate::facilitation::trend::trend;
use crate::practice::community::Community;
use crate::practice::week::Week;
use crate::storage::Transaction;
use crate::view::{digest_export, page};

/// Print the digest of a week.
#[derive(Debug, clap::Args)]
pub(super) struct Digest {
    /// The community: its name, or its id. It may be left out where there is only one.
    #[arg(long)]
    guild: Option<String>,
    /// The week, such as 2026-W47; the last one in which somebody wrote, where it is left out.
    #[arg(long)]
    week: Option<Week>,
    /// How to print it.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum Format {
    #[default]
    Markdown,
    Html,
    Json,
}

/// Prints it.
pub(super) async fn run(config: &Config, arguments: &Digest) -> anyhow::Result<()> {
    let store = super::open_existing(config).await?;
    let mut transaction = store.read().await?;
    let found = super::communities(&mut transaction, arguments.guild.as_deref()).await?;
    let [(community, guild)] = &found[..] else {
        let names: Vec<_> = found
            .iter()
            .map(|(community, _)| community.name.as_str())
            .collect();
        anyhow::bail!(
            "there are several communities; choose one with --guild: {}",
            names.join(", ")
        );
    };
    let week = match arguments.week {
        Some(week) if week > Week::of(SystemClock::new(Work::new()).now(), community.zone) => {
            anyhow::bail!("week {week} has not come yet; name one that has, such as 2026-W47")
        }
        Some(week) => week,
        None => last_week(&mut transaction, community).await?,
    };
    let digest = digest(&mut transaction, community, week).await?;
    let text = match arguments.format {
        Format::Markdown => digest_export::markdown(&digest),
        Format::Html => {
            let trend = trend(&mut transaction, community, week).await?;
            page::week_alone(&digest, &trend)
        }
        Format::Json => {
            let mut originals = HashMap::new();
            for channel in &digest.channels {
                let id = channel.id.get();
                originals.insert(id, transaction.original_id(id).await?);
            }
            digest_export::json(&digest, guild, |id| {
                originals
                    .get(&id)
                    .cloned()
                    .unwrap_or_else(|| id.to_string())
            })
        }
    };
    drop(transaction);
    store.close().await;
    super::print(&text)
}

async fn last_week(transaction: &mut Transaction, community: &Community) -> anyhow::Result<Week> {
    match transaction.last_message_at(community.guild).await? {
        Some(at) => Ok(Week::of(at, community.zone)),
        None => anyhow::bail!(
            "nobody has written in '{}' yet; name a week with --week",
            community.name
        ),
    }
}
