//! What was said, changed and taken back, on its way to be kept: one writer takes what has gathered.
//!
//! serenity hands events over in tasks of their own, without bound or order. Each waits here until
//! it is kept; the line is bounded, and what has gathered is heard in the order of ids. What concerns a
//! message that has not come yet waits for it; what is said in a channel that is not known waits until
//! Discord was asked about it.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::facilitation::door::GuildReader;
use crate::facilitation::hearing::Source;
use crate::facilitation::request::{Actor, Pointed};
use crate::facilitation::{Facilitation, Failure, Fault};
use crate::practice::id::{ChannelId, GuildId, MessageId};
use crate::practice::message::Heard;

/// How many events may wait. What does not fit makes its task wait.
const LINE: usize = 1_024;

/// How many events are taken at once.
const BATCH: usize = 256;

/// How often a batch is tried again where the database fails, and the machine time that is waited
/// before the first of these; before each other it is longer by as much. In all it is half a minute.
const MOST_TRIES: u32 = 7;
const PAUSE: Duration = Duration::from_secs(1);

/// How many events may wait for a message that has not come. Most wait in vain: their message is of a
/// channel in which nothing is recorded.
const MOST_EARLY: usize = 512;

/// A channel that was made so lately holds nothing that was not heard.
const NEW_BORN: TimeDelta = TimeDelta::minutes(10);

/// What happened.
#[derive(Clone, Debug)]
pub(super) enum News {
    /// Somebody said something.
    Said(Heard),
    /// Somebody changed what they had said.
    Edited {
        channel: ChannelId,
        message: MessageId,
        text: String,
        edited_at: DateTime<Utc>,
    },
    /// What was said was taken back.
    Deleted {
        channel: ChannelId,
        message: MessageId,
    },
    /// Somebody put a ✅ on it.
    Settled(Pointed, Actor),
}

impl News {
    fn place(&self) -> (ChannelId, MessageId) {
        match self {
            Self::Said(heard) => (heard.channel, heard.id),
            Self::Edited {
                channel, message, ..
            }
            | Self::Deleted { channel, message } => (*channel, *message),
            Self::Settled(pointed, _) => (pointed.channel, pointed.message),
        }
    }
}

struct Arrival {
    guild: GuildId,
    news: News,
    kept: oneshot::Sender<()>,
}

/// The way in.
#[derive(Clone)]
pub(super) struct Intake {
    line: mpsc::Sender<Arrival>,
}

impl Intake {
    /// Hands news in, and waits until they are kept, or until keeping them has failed for good.
    pub(super) async fn take(&self, guild: GuildId, news: News) {
        let (kept, is_kept) = oneshot::channel();
        if self.line.send(Arrival { guild, news, kept }).await.is_ok() {
            is_kept.await.ok();
        }
    }
}

/// Starts the writer. It ends when nobody can hand anything in any more.
pub(super) fn start(
    facilitation: Arc<Facilitation>,
    reader: Arc<dyn GuildReader>,
) -> (Intake, JoinHandle<()>) {
    let (line, mut arrivals) = mpsc::channel::<Arrival>(LINE);
    let worker = tokio::spawn(async move {
        let mut writer = Writer {
            facilitation,
            reader,
            early: Early::default(),
        };
        let mut gathered = Vec::with_capacity(BATCH);
        while arrivals.recv_many(&mut gathered, BATCH).await > 0 {
            let mut by_guild: BTreeMap<GuildId, (Vec<News>, Vec<oneshot::Sender<()>>)> =
                BTreeMap::new();
            for arrival in gathered.drain(..) {
                let (batch, waiting) = by_guild.entry(arrival.guild).or_default();
                batch.push(arrival.news);
                waiting.push(arrival.kept);
            }
            for (guild, (batch, waiting)) in by_guild {
                writer.keep(guild, batch).await;
                for kept in waiting {
                    kept.send(()).ok();
                }
            }
        }
    });
    (Intake { line }, worker)
}

struct Writer {
    facilitation: Arc<Facilitation>,
    reader: Arc<dyn GuildReader>,
    early: Early,
}

impl Writer {
    /// Keeps a batch: first what was said, then what concerns it.
    async fn keep(&mut self, guild: GuildId, batch: Vec<News>) {
        let (mut said, mut rest) = (Vec::new(), Vec::new());
        for news in batch {
            match news {
                News::Said(heard) => said.push(heard),
                news => rest.push(news),
            }
        }
        if !said.is_empty() {
            self.know_channels(&said).await;
            self.hear(guild, &said).await;
            for heard in &said {
                rest.extend(self.early.take(heard.channel, heard.id));
            }
        }
        for news in rest {
            if !self.apply(&news).await {
                self.early.put(news);
            }
        }
    }

    /// Asks Discord about the channels that nobody has told of yet.
    async fn know_channels(&self, said: &[Heard]) {
        let channels: BTreeSet<_> = said.iter().map(|heard| heard.channel).collect();
        for channel in channels {
            if self.facilitation.knows(channel) {
                continue;
            }
            match self.reader.channel(channel).await {
                Ok(channel) => {
                    let is_new_born = MessageId::new(channel.id.get())
                        .made_at()
                        .is_some_and(|at| self.facilitation.clock.now() - at < NEW_BORN);
                    if is_new_born {
                        // Nothing can have been missed in it.
                        self.facilitation.keep_caught_up(channel.id);
                    }
                    if let Err(fault) = self.facilitation.meet_channel(&channel).await {
                        tracing::error!(channel.id = %channel.id, error = %fault, "channel not kept");
                    }
                }
                // What is said there is read on with the next connection, if it can be read.
                Err(error) => tracing::warn!(channel.id = %channel, %error, "channel not known"),
            }
        }
    }

    async fn hear(&self, guild: GuildId, said: &[Heard]) {
        let mut tries = 0;
        while let Err(fault) = self
            .facilitation
            .hear(guild, said.to_vec(), Source::Discord)
            .await
        {
            if !pause(&fault, &mut tries).await {
                break;
            }
        }
    }

    /// Whether the message that the news concern is known, so that they need not wait for it.
    async fn apply(&self, news: &News) -> bool {
        let mut tries = 0;
        loop {
            match self.try_to_apply(news).await {
                Ok(is_known) => return is_known,
                Err(fault) => {
                    if !pause(&fault, &mut tries).await {
                        return true;
                    }
                }
            }
        }
    }

    async fn try_to_apply(&self, news: &News) -> Result<bool, Fault> {
        match news {
            News::Said(_) => Ok(true),
            News::Edited {
                channel,
                message,
                text,
                edited_at,
            } => {
                self.facilitation
                    .hear_edit(*channel, *message, text, *edited_at)
                    .await
            }
            News::Deleted { channel, message } => {
                self.facilitation.hear_deletion(*channel, *message).await
            }
            // Who may not settle it has put a ✅ there for their own reasons.
            News::Settled(pointed, by) => {
                match self.facilitation.settle_by_message(*pointed, by).await {
                    Ok(_) | Err(Failure::Refused(_)) => Ok(true),
                    Err(Failure::Fault(fault)) => Err(fault),
                }
            }
        }
    }
}

/// Waits before another try; `false` where there have been enough.
async fn pause(fault: &Fault, tries: &mut u32) -> bool {
    tracing::error!(tries, error = %fault, "what was heard is not kept");
    *tries += 1;
    if *tries > MOST_TRIES {
        return false;
    }
    tokio::time::sleep(PAUSE * *tries).await;
    true
}

/// What came before the message that it concerns; the longest waiting is let go first.
#[derive(Default)]
struct Early {
    waiting: HashMap<(ChannelId, MessageId), Vec<News>>,
    order: VecDeque<(ChannelId, MessageId)>,
}

impl Early {
    fn put(&mut self, news: News) {
        let place = news.place();
        self.waiting.entry(place).or_default().push(news);
        self.order.push_back(place);
        if self.order.len() > MOST_EARLY
            && let Some(oldest) = self.order.pop_front()
        {
            self.waiting.remove(&oldest);
        }
    }

    fn take(&mut self, channel: ChannelId, message: MessageId) -> Vec<News> {
        self.waiting.remove(&(channel, message)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deleted(message: i64) -> News {
        News::Deleted {
            channel: ChannelId::new(1),
            message: MessageId::new(message),
        }
    }

    #[test]
    fn what_came_early_waits_and_never_without_bound() {
        let mut early = Early::default();
        let most = i64::try_from(MOST_EARLY).unwrap();
        for message in 0..=most {
            early.put(deleted(message));
        }
        let mut take = |message| early.take(ChannelId::new(1), MessageId::new(message)).len();
        assert_eq!((take(0), take(1), take(most), take(1)), (0, 1, 1, 0));
        assert!(early.waiting.len() <= MOST_EARLY);
    }
}
