//! What was said, changed and taken back, on its way to be kept: one writer takes what has gathered.
//!
//! It waits in a bounded line (`line`); what has gathered is heard in the order of ids. What concerns a
//! message that has not come yet waits for it; what is said in a channel that is not known waits until
//! Discord was asked about it. What could not be kept is read on later.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::JoinHandle;

use super::catch_up;
use super::line::{Arrival, Line};
use crate::clock::{UnderWay, Work};
use crate::facilitation::door::GuildReader;
use crate::facilitation::hearing::Source;
use crate::facilitation::request::{Actor, Pointed};
use crate::facilitation::{Facilitation, Failure, Fault};
use crate::practice::id::{ChannelId, GuildId, MemberId, MessageId};
use crate::practice::message::Heard;

/// The machine time that is waited before a batch is tried again where the database fails; before each
/// other try it is longer by as much, up to the longest.
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How often it is tried where the next try fails as well as not; and where Convener stops.
const MOST_TRIES: u32 = 2;
const MOST_LAST_TRIES: u32 = 5;

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
    /// The channel and the message that they are of.
    pub(super) fn place(&self) -> (ChannelId, MessageId) {
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

/// The way in.
pub(super) struct Intake {
    line: Arc<Line>,
    work: Work,
}

impl Intake {
    /// Hands news in, from the thread that reads the gateway: it is held up where too much waits.
    pub(super) fn take(&self, guild: GuildId, news: News) {
        self.enter(guild, news, true);
    }

    /// Hands news in, from where nobody may be held up.
    pub(super) fn take_at_once(&self, guild: GuildId, news: News) {
        self.enter(guild, news, false);
    }

    fn enter(&self, guild: GuildId, news: News, waits: bool) {
        let under_way = self.work.begin();
        let arrival = Arrival {
            guild,
            news,
            under_way,
        };
        self.line.enter(arrival, waits);
    }

    /// Takes nothing in any more.
    pub(super) fn close(&self) {
        self.line.close();
    }
}

/// Starts the writer, and whoever reads what was missed. They end after the way in is closed, the writer
/// when all that waited is kept. `ourselves` is whose messages are not heard.
pub(super) fn start(
    facilitation: Arc<Facilitation>,
    reader: Arc<dyn GuildReader>,
    work: Work,
    ourselves: Arc<OnceLock<MemberId>>,
) -> (Intake, JoinHandle<()>) {
    let line = Arc::new(Line::new(Arc::clone(&facilitation)));
    let mut writer = Writer {
        facilitation: Arc::clone(&facilitation),
        reader: Arc::clone(&reader),
        line: Arc::clone(&line),
        work: work.clone(),
        early: Early::default(),
    };
    let missed = Arc::clone(&line);
    let worker = tokio::spawn(async move {
        let reading = read_missed(&facilitation, reader.as_ref(), &missed, &ourselves);
        tokio::join!(writer.keep_on(), reading);
    });
    (Intake { line, work }, worker)
}

/// Reads on the channels in which something was let go.
async fn read_missed(
    facilitation: &Facilitation,
    reader: &dyn GuildReader,
    line: &Line,
    ourselves: &OnceLock<MemberId>,
) {
    while let Some((channel, guild)) = line.next_missed().await {
        let read = match ourselves.get() {
            Some(ourselves) => {
                catch_up::read_on(facilitation, reader, guild, channel, *ourselves).await
            }
            // Who is not connected yet reads on when they are.
            None => Ok(true),
        };
        let is_missed = match &read {
            Ok(is_read) => !is_read,
            Err(fault) => {
                tracing::error!(channel.id = %channel, error = %fault, "channel not read on");
                fault.is_passing()
            }
        };
        if is_missed {
            tokio::time::sleep(PAUSE).await;
        }
        line.keep_read(channel, guild, is_missed);
    }
}

struct Writer {
    facilitation: Arc<Facilitation>,
    reader: Arc<dyn GuildReader>,
    line: Arc<Line>,
    work: Work,
    early: Early,
}

impl Writer {
    async fn keep_on(&mut self) {
        let mut gathered = 0;
        while let Some(batch) = self.line.gather(gathered).await {
            gathered = batch.len();
            let (mut said, mut rest, mut under_way) = (Vec::new(), Vec::new(), Vec::new());
            for arrival in batch {
                match arrival.news {
                    News::Said(heard) => said.push((arrival.guild, heard)),
                    news => rest.push((arrival.guild, news)),
                }
                under_way.push(arrival.under_way);
            }
            self.keep(&said, rest).await;
            drop::<Vec<UnderWay>>(under_way);
        }
    }

    /// Keeps a batch: first what was said, then what concerns it.
    async fn keep(&mut self, said: &[(GuildId, Heard)], mut rest: Vec<(GuildId, News)>) {
        if !said.is_empty() {
            self.know_channels(said).await;
            self.hear(said).await;
            for (guild, heard) in said {
                let early = self.early.take(heard.channel, heard.id);
                rest.extend(early.into_iter().map(|news| (*guild, news)));
            }
        }
        for (guild, news) in rest {
            if !self.apply(guild, &news).await {
                self.early.put(news);
            }
        }
    }

    /// Asks Discord about the channels that nobody has told of yet.
    async fn know_channels(&self, said: &[(GuildId, Heard)]) {
        let channels: BTreeSet<_> = said.iter().map(|(_, heard)| heard.channel).collect();
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
                        self.facilitation.keep_caught_up(channel.guild, channel.id);
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

    async fn hear(&self, said: &[(GuildId, Heard)]) {
        let mut tries = 0;
        while let Err(fault) = self.facilitation.hear_all(said, Source::Discord).await {
            if !self.goes_on(&fault, &mut tries).await {
                return self.hear_each(said).await;
            }
        }
    }

    /// What is wrong with a message of one community must not keep the others from being heard.
    async fn hear_each(&self, said: &[(GuildId, Heard)]) {
        let mut by_guild: BTreeMap<GuildId, Vec<Heard>> = BTreeMap::new();
        for (guild, heard) in said {
            by_guild.entry(*guild).or_default().push(heard.clone());
        }
        for (guild, heard) in by_guild {
            let channels: BTreeSet<_> = heard.iter().map(|heard| heard.channel).collect();
            if let Err(fault) = self.facilitation.hear(guild, heard, Source::Discord).await {
                tracing::error!(guild.id = %guild, error = %fault, "what was heard is not kept");
                for channel in channels {
                    self.line.miss(guild, channel, self.work.begin());
                }
            }
        }
    }

    /// Whether the message that the news concern is known, so that they need not wait for it.
    async fn apply(&self, guild: GuildId, news: &News) -> bool {
        let mut tries = 0;
        loop {
            match self.try_to_apply(news).await {
                Ok(is_known) => return is_known,
                Err(fault) => {
                    if !self.goes_on(&fault, &mut tries).await {
                        // What was edited and deleted is seen where the channel is read on.
                        self.line.miss(guild, news.place().0, self.work.begin());
                        return true;
                    }
                }
            }
        }
    }

    /// Waits before another try; `false` where there have been enough. While the database is away,
    /// there are never enough: what comes meanwhile waits in the line, or is read on later.
    async fn goes_on(&self, fault: &Fault, tries: &mut u32) -> bool {
        tracing::error!(tries, error = %fault, "what was heard is not kept yet");
        *tries += 1;
        let most = match (fault.is_passing(), self.line.is_closed()) {
            (false, _) => MOST_TRIES,
            (true, true) => MOST_LAST_TRIES,
            (true, false) => u32::MAX,
        };
        if *tries >= most {
            return false;
        }
        tokio::time::sleep((PAUSE * *tries).min(LONGEST_PAUSE)).await;
        true
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
