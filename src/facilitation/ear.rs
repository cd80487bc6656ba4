//! The ears: one listener a channel, filled from what is kept.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{self, Arc, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{Mutex, MutexGuard};

use super::Facilitation;
use super::detection::learn;
use crate::listening::{Leaning, Listener};
use crate::practice::community::Channel;
use crate::practice::id::{ChannelId, GuildId, MessageId};
use crate::storage::{StorageError, Transaction};

/// How many earlier messages a listener is told when it begins in the middle.
const RECALLED_MESSAGES: i64 = 150;

/// How many channels are listened to at once. Where there are more, the ears that have been idle for
/// longest are let go; each is filled again when something is said there.
const MOST_EARS: usize = 1_000;

/// The ears of all channels. Whoever hears holds them, so that a channel is heard in one order.
#[derive(Debug, Default)]
pub(super) struct Ears {
    ears: Mutex<HeldEars>,
    /// What each community's corrections shift, and when that was learnt.
    leanings: sync::Mutex<HashMap<GuildId, (Learnt, DateTime<Utc>)>>,
}

/// What a community's corrections shift; `None` where they shift nothing.
type Learnt = Option<Arc<Leaning>>;

/// What was learnt is learnt anew after this: other processes hear of corrections, too, and words come and go.
const LEARNT_FOR: TimeDelta = TimeDelta::hours(1);

/// The ears, in the hands of whoever hears.
#[derive(Debug, Default)]
pub(super) struct HeldEars {
    by_channel: HashMap<ChannelId, Ear>,
    /// Counts the batches.
    batches: u64,
}

#[derive(Debug)]
struct Ear {
    listener: Listener,
    /// The last message that it heard as it was said: what comes after it is not kept yet.
    heard_to: Option<MessageId>,
    /// The batch in which it heard something last.
    last_used: u64,
}

impl Ears {
    pub(super) async fn hold(&self) -> MutexGuard<'_, HeldEars> {
        self.ears.lock().await
    }
}

impl Facilitation {
    /// What a community's corrections shift in its reading, learnt where it is not known yet.
    pub(super) async fn leaning(
        &self,
        transaction: &mut Transaction,
        guild: GuildId,
    ) -> Result<Learnt, StorageError> {
        let now = self.clock.now();
        let leanings = || {
            let leanings = self.ears.leanings.lock();
            leanings.unwrap_or_else(PoisonError::into_inner)
        };
        let known = leanings().get(&guild).cloned();
        if let Some((known, _)) = known.filter(|(_, at)| now - *at < LEARNT_FOR) {
            return Ok(known);
        }
        let leaning = learn(transaction, guild).await?;
        leanings().insert(guild, (leaning.clone(), now));
        Ok(leaning)
    }

    /// Members have corrected something, or were forgotten: what is shifted is learnt anew with the next
    /// message.
    pub(super) fn learn_anew(&self, guild: GuildId) {
        let leanings = self.ears.leanings.lock();
        leanings
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&guild);
    }
}

impl HeldEars {
    /// A new batch begins.
    pub(super) fn begin(&mut self) {
        self.batches += 1;
        if self.by_channel.len() <= MOST_EARS {
            return;
        }
        let mut used: Vec<u64> = self.by_channel.values().map(|ear| ear.last_used).collect();
        let middle = used.len() / 2;
        let (_, middle, _) = used.select_nth_unstable(middle);
        let middle = *middle;
        self.by_channel.retain(|_, ear| ear.last_used > middle);
    }

    /// Whether a message comes after all that a channel's ear heard: then it can't be kept yet.
    pub(super) fn is_news(&self, channel: ChannelId, message: MessageId) -> bool {
        self.by_channel
            .get(&channel)
            .and_then(|ear| ear.heard_to)
            .is_some_and(|heard_to| message > heard_to)
    }

    /// The listener of a channel; a new one is told what is kept of it up to a time, that of a thread
    /// also the message that it was started from.
    pub(super) async fn listener(
        &mut self,
        transaction: &mut Transaction,
        channel: ChannelId,
        thread: Option<&Channel>,
        until: DateTime<Utc>,
    ) -> Result<&mut Listener, StorageError> {
        let ear = match self.by_channel.entry(channel) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(vacant) => vacant.insert(Ear {
                listener: recall(transaction, channel, thread, until).await?,
                heard_to: None,
                last_used: 0,
            }),
        };
        ear.last_used = self.batches;
        Ok(&mut ear.listener)
    }

    /// The ear of a channel has heard what was said there up to a message.
    pub(super) fn heard_to(&mut self, channel: ChannelId, message: MessageId) {
        if let Some(ear) = self.by_channel.get_mut(&channel) {
            ear.heard_to = ear.heard_to.max(Some(message));
        }
    }

    /// The listener of a channel, where there is one.
    pub(super) fn known(&mut self, channel: ChannelId) -> Option<&mut Listener> {
        self.by_channel
            .get_mut(&channel)
            .map(|ear| &mut ear.listener)
    }

    /// Lets a channel's ear go: it is filled again from what is kept.
    pub(super) fn forget(&mut self, channel: ChannelId) {
        self.by_channel.remove(&channel);
    }

    /// Lets every ear go.
    pub(super) fn forget_all(&mut self) {
        self.by_channel.clear();
    }
}

/// The ear of a channel, filled with what is kept of it up to a time.
async fn recall(
    transaction: &mut Transaction,
    channel: ChannelId,
    thread: Option<&Channel>,
    until: DateTime<Utc>,
) -> Result<Listener, StorageError> {
    let mut listener = Listener::new();
    if let Some(parent) = thread.and_then(|thread| thread.parent) {
        // A thread that was started from a message has that message's id:
        // <https://discord.com/developers/docs/resources/channel#start-thread-from-message>
        let starter = transaction
            .message(parent, MessageId::new(channel.get()))
            .await?;
        if let Some(starter) = starter {
            listener.recall(&starter.heard, &starter.reading);
        }
    }
    for stored in transaction
        .messages_until(channel, until, RECALLED_MESSAGES)
        .await?
    {
        listener.recall(&stored.heard, &stored.reading);
    }
    Ok(listener)
}
