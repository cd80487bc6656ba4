//! `convener import`: reads exports into the database.

use std::collections::HashMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;

use crate::app::App;
use crate::clock::{SystemClock, Work};
use crate::config::Config;
use crate::facilitation::Facilitation;
use crate::facilitation::export::ForeignId;
use crate::facilitation::hearing::Source;
use crate::import::{self, Ids, Item, SourceChannel, SourceMessage, Stopped};
use crate::practice::community::Channel;
use crate::practice::id::{ChannelId, GuildId, MemberId, MessageId};
use crate::practice::message::Heard;
use crate::storage::Store;

/// Read exports into the database. Reading the same one again changes nothing.
#[derive(Debug, clap::Args)]
pub(super) struct Import {
    /// `DiscordChatExporter` JSON, a Slack export (zip or folder), or JSONL.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The name of the community, for exports that do not say it.
    #[arg(long, value_name = "NAME", default_value = "imported")]
    guild: String,
}

/// How many items are kept in one transaction. What is read stays whole to this grain.
const BATCH: usize = 500;

/// Ids that are remembered before the table is forgotten and filled anew.
const MOST_KNOWN_IDS: usize = 200_000;

/// Reads each file; where one fails the others are read all the same.
pub(super) async fn run(config: &Config, arguments: Import) -> anyhow::Result<()> {
    let store = Store::open(&config.database.url).await?;
    let work = Work::new();
    let clock = Arc::new(SystemClock::new(work.clone()));
    let app = App::new(store, clock, (&config.rhythm).into(), work);
    let mut reader = Reader {
        facilitation: Arc::clone(app.facilitation()),
        unnamed_guild: arguments.guild,
        known_ids: HashMap::new(),
        channels: HashMap::new(),
        read: 0,
        new: 0,
    };
    let mut failure = None;
    for file in &arguments.files {
        if let Err(error) = reader.read(file).await {
            // The last failure is told at the end, by whoever tells failures.
            if let Some(earlier) = failure.replace(error) {
                super::complain(&earlier);
            }
        }
    }
    reader.finish().await?;
    let (read, new) = (reader.read, reader.new);
    app.facilitation().store.close().await;
    super::print(&format!("Read {read} messages, {new} of them new.\n"))?;
    failure.map_or(Ok(()), Err)
}

struct Reader {
    facilitation: Arc<Facilitation>,
    unnamed_guild: String,
    known_ids: HashMap<(Noun, String), i64>,
    channels: HashMap<String, Place>,
    read: u64,
    new: usize,
}

/// A channel that is being read in.
struct Place {
    guild: GuildId,
    last_at: Option<DateTime<Utc>>,
    latest_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Noun {
    Guild,
    Channel,
    Message,
    Member,
}

impl Reader {
    async fn read(&mut self, file: &Path) -> anyhow::Result<()> {
        let (items, mut batches) = mpsc::channel::<Vec<Item>>(2);
        let path = file.to_owned();
        // Reading is not async: it has a thread of its own, a few batches ahead at the most.
        let reading = tokio::task::spawn_blocking(move || {
            let mut batch = Vec::with_capacity(BATCH);
            let outcome = import::read(&path, &mut |item| {
                batch.push(item);
                if batch.len() == BATCH {
                    let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
                    items
                        .blocking_send(full)
                        .map_err(|_| Stopped::from("the database failed"))?;
                }
                Ok(())
            });
            // What is whole is kept, also where an error follows.
            items.blocking_send(batch).ok();
            outcome
        });
        let progress = Progress::new(file);
        while let Some(batch) = batches.recv().await {
            self.keep(batch).await?;
            progress.show(self.read);
        }
        progress.clear();
        reading.await??;
        Ok(())
    }

    async fn keep(&mut self, batch: Vec<Item>) -> anyhow::Result<()> {
        self.know_ids(&batch).await?;
        let mut messages: Vec<(GuildId, Vec<Heard>)> = Vec::new();
        for item in batch {
            match item {
                Item::Channel(channel) => self.enter(channel).await?,
                Item::Message(message) => {
                    self.read += 1;
                    let (guild, heard) = self.heard(&message);
                    match messages.last_mut() {
                        Some((last, heards)) if *last == guild => heards.push(heard),
                        _ => messages.push((guild, vec![heard])),
                    }
                }
            }
        }
        for (guild, heards) in messages {
            self.new += self
                .facilitation
                .hear(guild, heards, Source::Export)
                .await?;
        }
        Ok(())
    }

    /// Looks up the numbers of every id in a batch at once.
    async fn know_ids(&mut self, batch: &[Item]) -> anyhow::Result<()> {
        if self.known_ids.len() > MOST_KNOWN_IDS {
            self.known_ids.clear();
        }
        let mut wanted: Vec<(Noun, String)> = Vec::new();
        let mut want = |noun, id: &str| {
            if import::snowflake(id).is_none() {
                wanted.push((noun, id.to_owned()));
            }
        };
        want(Noun::Guild, &self.unnamed_guild);
        for item in batch {
            match item {
                Item::Channel(channel) => {
                    channel
                        .guild
                        .iter()
                        .for_each(|guild| want(Noun::Guild, &guild.id));
                    want(Noun::Channel, &channel.id);
                    channel
                        .parent
                        .iter()
                        .for_each(|parent| want(Noun::Channel, parent));
                }
                Item::Message(message) => {
                    want(Noun::Channel, &message.channel);
                    want(Noun::Message, &message.id);
                    message
                        .reply_to
                        .iter()
                        .for_each(|id| want(Noun::Message, id));
                    message
                        .author
                        .iter()
                        .for_each(|author| want(Noun::Member, &author.id));
                    message
                        .mentions
                        .iter()
                        .for_each(|id| want(Noun::Member, id));
                }
            }
        }
        wanted.retain(|key| !self.known_ids.contains_key(key));
        let mut seen = std::collections::HashSet::new();
        wanted.retain(|key| seen.insert(key.clone()));
        if wanted.is_empty() {
            return Ok(());
        }
        let foreign: Vec<_> = wanted
            .iter()
            .map(|(noun, id)| match noun {
                Noun::Guild => ForeignId::Guild(id),
                Noun::Channel => ForeignId::Channel(id),
                Noun::Message => ForeignId::Message(id),
                Noun::Member => ForeignId::Member(id),
            })
            .collect();
        let numbers = self.facilitation.foreign_ids(&foreign).await?;
        self.known_ids.extend(wanted.into_iter().zip(numbers));
        Ok(())
    }

    fn number(&self, noun: Noun, id: &str) -> i64 {
        import::snowflake(id)
            .or_else(|| self.known_ids.get(&(noun, id.to_owned())).copied())
            .unwrap_or_default()
    }

    async fn enter(&mut self, channel: SourceChannel) -> anyhow::Result<()> {
        let (guild, name) = match &channel.guild {
            Some(guild) => (self.number(Noun::Guild, &guild.id), guild.name.clone()),
            None => (
                self.number(Noun::Guild, &self.unnamed_guild),
                self.unnamed_guild.clone(),
            ),
        };
        let guild = GuildId::new(guild);
        let entered = Channel {
            id: ChannelId::new(self.number(Noun::Channel, &channel.id)),
            guild,
            name: channel.name,
            kind: channel.kind,
            parent: channel
                .parent
                .map(|parent| ChannelId::new(self.number(Noun::Channel, &parent))),
            // An export does not say who may read; what is said in it is shown to nobody who asks.
            is_public: false,
        };
        self.facilitation.meet_exported(&name, &entered).await?;
        self.channels.entry(channel.id).or_insert(Place {
            guild,
            last_at: None,
            latest_at: None,
        });
        Ok(())
    }

    fn heard(&mut self, message: &SourceMessage) -> (GuildId, Heard) {
        let unnamed = GuildId::new(self.number(Noun::Guild, &self.unnamed_guild));
        let (guild, previous) = match self.channels.get(&message.channel) {
            Some(place) => (place.guild, place.last_at),
            None => (unnamed, None),
        };
        let heard = import::heard(message, previous, &mut Known(self));
        let place = self
            .channels
            .entry(message.channel.clone())
            .or_insert(Place {
                guild,
                last_at: None,
                latest_at: None,
            });
        place.last_at = Some(heard.at);
        place.latest_at = place.latest_at.max(Some(heard.at));
        (guild, heard)
    }

    /// Closes what nobody answered within the exports' own span.
    async fn finish(&self) -> anyhow::Result<()> {
        let mut ends: HashMap<GuildId, DateTime<Utc>> = HashMap::new();
        for place in self.channels.values() {
            if let Some(at) = place.latest_at {
                let end = ends.entry(place.guild).or_insert(at);
                *end = at.max(*end);
            }
        }
        for (guild, last_message_at) in ends {
            self.facilitation
                .finish_export(guild, last_message_at)
                .await?;
        }
        Ok(())
    }
}

/// The numbers of a reader's ids, which are known before a message is heard.
struct Known<'reader>(&'reader Reader);

impl Ids for Known<'_> {
    fn channel(&mut self, id: &str) -> ChannelId {
        ChannelId::new(self.0.number(Noun::Channel, id))
    }

    fn message(&mut self, _channel: &str, id: &str) -> MessageId {
        MessageId::new(self.0.number(Noun::Message, id))
    }

    fn member(&mut self, id: &str) -> MemberId {
        MemberId::new(self.0.number(Noun::Member, id))
    }
}

/// A line on the terminal that says how far it is; nothing where nobody looks.
struct Progress {
    name: Option<String>,
}

impl Progress {
    fn new(file: &Path) -> Self {
        let is_watched = std::io::stderr().is_terminal();
        Self {
            name: is_watched.then(|| file.display().to_string()),
        }
    }

    #[expect(
        clippy::print_stderr,
        reason = "progress is for the person at the terminal"
    )]
    fn show(&self, read: u64) {
        if let Some(name) = &self.name {
            eprint!("\r{name}: {read} messages read");
        }
    }

    #[expect(
        clippy::print_stderr,
        reason = "progress is for the person at the terminal"
    )]
    fn clear(&self) {
        if self.name.is_some() {
            eprint!("\r\x1b[K");
        }
    }
}
