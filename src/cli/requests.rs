//! `convener requests`: what the community was asked, and what became of it.

use std::collections::HashMap;

use chrono::SecondsFormat;
use serde::Serialize;

use crate::config::Config;
use crate::practice::request::{Request, Status};
use crate::storage::{RequestFilter, Transaction};
use crate::view;

/// List requests, the newest last.
#[derive(Debug, clap::Args)]
pub(super) struct Requests {
    /// Only those of one community: its name, or its id.
    #[arg(long)]
    guild: Option<String>,
    /// Only those of one status.
    #[arg(long, value_parser = status)]
    status: Option<Status>,
    /// How to print them.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum Format {
    #[default]
    Table,
    Json,
}

fn status(name: &str) -> Result<Status, String> {
    let names = Status::ALL.map(Status::name).join(", ");
    Status::from_name(name).ok_or_else(|| format!("a status is one of {names}"))
}

#[derive(Serialize)]
struct Line {
    id: String,
    guild: String,
    channel: String,
    /// Null where they asked without their name.
    author: Option<String>,
    asked_at: String,
    status: &'static str,
    text: String,
    link: Option<String>,
    first_response_at: Option<String>,
    answered_at: Option<String>,
    topic: Option<String>,
}

/// Prints them.
pub(super) async fn run(config: &Config, arguments: &Requests) -> anyhow::Result<()> {
    let store = super::open_existing(config).await?;
    let mut transaction = store.read().await?;
    let mut text = String::new();
    let mut lines = Vec::new();
    let mut requests = Vec::new();
    let found = super::communities(&mut transaction, arguments.guild.as_deref()).await?;
    for (community, guild) in &found {
        let filter = RequestFilter {
            guild: Some(community.guild),
            status: arguments.status,
            author: None,
        };
        for request in transaction.requests(filter).await? {
            requests.push((request, guild.clone()));
        }
    }
    requests.sort_by_key(|(request, _)| (request.asked.asked_at, request.id));
    match arguments.format {
        Format::Json => {
            for (request, guild) in requests {
                lines.push(line(&mut transaction, request, guild).await?);
            }
            text.push_str(&serde_json::to_string_pretty(&lines)?);
            text.push('\n');
        }
        Format::Table => {
            let mut names = HashMap::new();
            for (community, _) in &found {
                for channel in transaction.channels(community.guild).await? {
                    names.insert(channel.id, format!("#{}", channel.name));
                }
            }
            let place = |request: &Request| {
                let channel = request.asked.channel;
                names
                    .get(&channel)
                    .cloned()
                    .unwrap_or_else(|| channel.to_string())
            };
            let rows: Vec<_> = requests
                .into_iter()
                .map(|(request, _)| {
                    let place = place(&request);
                    (request, place)
                })
                .collect();
            text.push_str(&view::request::table(&rows));
        }
    }
    drop(transaction);
    store.close().await;
    super::print(&text)
}

async fn line(
    transaction: &mut Transaction,
    request: Request,
    guild: String,
) -> anyhow::Result<Line> {
    let instant = |instant: chrono::DateTime<chrono::Utc>| {
        instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)
    };
    Ok(Line {
        id: request.id.to_string(),
        guild,
        channel: transaction.original_id(request.asked.channel.get()).await?,
        author: if request.asked.is_anonymous {
            None
        } else {
            let author = request.asked.author.id.get();
            Some(transaction.original_id(author).await?)
        },
        asked_at: instant(request.asked.asked_at),
        status: request.life.status.name(),
        link: request.asked.link(),
        text: request.asked.text,
        first_response_at: request.life.first_response_at.map(instant),
        answered_at: request.life.answered_at.map(instant),
        topic: None,
    })
}
