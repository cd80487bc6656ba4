//! Hearing: what is said is read, kept, and given its consequences.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use chrono::{DateTime, Utc};
use tokio::sync::Mutex;

use super::detection::learn;
use super::request::Scene;
use super::{Facilitation, Fault};
use crate::listening::{Leaning, Listener};
use crate::practice::community::{Channel, ChannelKind, Community, Watch};
use crate::practice::id::{ChannelId, GuildId, MemberId, MessageId};
use crate::practice::message::Heard;
use crate::practice::notice::Notice;
use crate::practice::request::Origin;
use crate::storage::{StorageError, StoredMessage, Transaction};

/// How many earlier messages a listener is told when it begins in the middle.
const RECALLED_MESSAGES: i64 = 150;

/// How many channels are listened to at once; the ear of any other is filled again when needed.
const MOST_EARS: usize = 2_000;

/// One listener a channel, filled from what is kept.
#[derive(Debug, Default)]
pub(super) struct Ears {
    listeners: Mutex<HashMap<ChannelId, Listener>>,
    /// What each community's corrections shift, as far as it was learnt since the start.
    leanings: Mutex<HashMap<GuildId, Option<Arc<Leaning>>>>,
}

/// Where a batch of messages comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Discord, as it is said.
    Discord,
    /// Discord, as a channel is read on after an absence.
    DiscordHistory,
    /// An export: nobody is told of what was asked long ago.
    Export,
}

impl Facilitation {
    /// Hears messages of one community in their order, and keeps what is new; how many were.
    ///
    /// Messages that are kept already change nothing, so any of it may be heard again. Before the
    /// leads have set Convener up, and in the channels where it reports to them, nothing is kept.
    pub async fn hear(
        &self,
        guild: GuildId,
        mut batch: Vec<Heard>,
        source: Source,
    ) -> Result<usize, Fault> {
        match source {
            Source::Discord | Source::DiscordHistory => batch.sort_by_key(|heard| heard.id),
            // Within one instant the order of an export is better than that of its ids.
            Source::Export => batch.sort_by_key(|heard| heard.at),
        }
        let mut ears = self.ears.listeners.lock().await;
        if ears.len() > MOST_EARS {
            ears.clear();
        }
        let heard = self.hear_with(&mut ears, guild, &batch, source).await;
        if heard.is_err() {
            // What the ears heard was not kept: they are filled again from what is.
            for message in &batch {
                ears.remove(&message.channel);
            }
        }
        heard
    }

    async fn hear_with(
        &self,
        ears: &mut HashMap<ChannelId, Listener>,
        guild: GuildId,
        batch: &[Heard],
        source: Source,
    ) -> Result<usize, Fault> {
        let mut transaction = self.store.begin().await?;
        let Some(community) = transaction.community(guild).await? else {
            return Ok(0);
        };
        let mut by_channel: BTreeMap<ChannelId, Vec<&Heard>> = BTreeMap::new();
        for heard in batch {
            if source == Source::Export
                || community.set_up_at.is_some_and(|since| heard.at >= since)
            {
                by_channel.entry(heard.channel).or_default().push(heard);
            }
        }
        let mut new = 0;
        for (channel, messages) in by_channel {
            new += self
                .hear_channel(
                    &mut transaction,
                    ears,
                    &community,
                    channel,
                    &messages,
                    source,
                )
                .await?;
        }
        self.commit(transaction).await?;
        self.messages.fetch_add(new as u64, Ordering::Relaxed);
        Ok(new)
    }

    async fn hear_channel(
        &self,
        transaction: &mut Transaction,
        ears: &mut HashMap<ChannelId, Listener>,
        community: &Community,
        channel: ChannelId,
        messages: &[&Heard],
        source: Source,
    ) -> Result<usize, Fault> {
        let place = transaction.channel(channel).await?;
        let watch = match (&place, source) {
            (_, Source::Export) => Watch::Requests,
            (Some(place), _) if is_recorded(community, place) => transaction.watch(place).await?,
            // What is not known is not kept: it may be the core group's.
            _ => Watch::Off,
        };
        if watch == Watch::Off {
            return Ok(0);
        }
        let is_thread = |place: &&Channel| place.kind == ChannelKind::Thread;
        let parent = match place
            .as_ref()
            .filter(is_thread)
            .and_then(|thread| thread.parent)
        {
            Some(parent) => transaction.channel(parent).await?,
            None => None,
        };
        let is_public = place
            .as_ref()
            .is_some_and(|place| place.is_read_by_everybody(parent.as_ref()));
        let thread = place.filter(|place| place.kind == ChannelKind::Thread);
        let scene = Scene {
            community,
            thread: thread.as_ref(),
            is_public: source == Source::Export || is_public,
            is_forum_post: parent.is_some_and(|parent| parent.kind == ChannelKind::Forum),
            watch,
            origin: match source {
                Source::Discord | Source::DiscordHistory => Origin::Detected,
                Source::Export => Origin::Imported,
            },
        };
        let ids = || messages.iter().map(|heard| heard.id);
        let (Some(first), Some(last)) = (ids().min(), ids().max()) else {
            return Ok(0);
        };
        let kept = transaction.kept_messages(channel, first, last).await?;
        let paused = self.paused_members(transaction, community.guild).await?;
        let new: Vec<_> = messages
            .iter()
            .filter(|heard| !kept.contains(&heard.id) && !paused.holds(heard.author.as_ref()))
            .collect();
        let mut kept_now = 0;
        if let Some(earliest) = new.first() {
            let listener = match ears.entry(channel) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(vacant) => {
                    vacant.insert(recall(transaction, channel, scene.thread, earliest.at).await?)
                }
            };
            listener.lean(self.leaning(transaction, community.guild).await?);
            let starter = starter_of(transaction, scene.thread)
                .await?
                .map(|starter| starter.heard.id);
            for heard in &new {
                let mut reading = match starter {
                    // What is said in a thread replies to what the thread was started from.
                    Some(starter) if heard.reply_to.is_empty() => listener.hear(&Heard {
                        reply_to: vec![starter],
                        ..(**heard).clone()
                    }),
                    _ => listener.hear(heard),
                };
                reading.is_request |= scene.watch == Watch::Requests && scene.opens_a_post(heard);
                if !transaction
                    .keep_message(community.guild, heard, &reading)
                    .await?
                {
                    continue;
                }
                kept_now += 1;
                if let Some(author) = &heard.author {
                    transaction
                        .keep_member(community.guild, author, None)
                        .await?;
                }
                self.mind(transaction, scene, heard, &reading).await?;
            }
        }
        // The mark never passes what was said in an absence that has not been read on yet.
        let is_caught_up = || {
            self.caught_up
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .contains(&channel)
        };
        if source == Source::DiscordHistory || (source == Source::Discord && is_caught_up()) {
            transaction.move_heard_to(channel, last).await?;
        }
        Ok(kept_now)
    }

    /// What a community's corrections shift in its reading, learnt where it is not known yet.
    async fn leaning(
        &self,
        transaction: &mut Transaction,
        guild: GuildId,
    ) -> Result<Option<Arc<Leaning>>, StorageError> {
        let mut leanings = self.ears.leanings.lock().await;
        if let Some(known) = leanings.get(&guild) {
            return Ok(known.clone());
        }
        let leaning = learn(transaction, guild).await?;
        leanings.insert(guild, leaning.clone());
        Ok(leaning)
    }

    /// Members have corrected something, or were forgotten: what is shifted is learnt anew with the next message.
    pub(super) async fn learn_anew(&self, guild: GuildId) {
        self.ears.leanings.lock().await.remove(&guild);
    }

    /// A channel is read on to the present, or is new: from now on hearing moves its mark.
    pub fn keep_caught_up(&self, channel: ChannelId) {
        self.caught_up
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(channel);
    }

    /// A new session begins: what was said before it may have been missed in every channel.
    pub fn forget_caught_up(&self) {
        self.caught_up
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Hears that a message was edited: its words are kept anew, its reading stands. Whether there is
    /// such a message.
    pub async fn hear_edit(
        &self,
        channel: ChannelId,
        message: MessageId,
        text: &str,
        edited_at: DateTime<Utc>,
    ) -> Result<bool, Fault> {
        let mut ears = self.ears.listeners.lock().await;
        let mut transaction = self.store.begin().await?;
        let Some((guild, author)) = transaction.guild_and_author(channel, message).await? else {
            return Ok(false);
        };
        let paused = self.paused_members(&mut transaction, guild).await?;
        if paused.holds(author.as_ref()) {
            return Ok(true);
        }
        if !transaction
            .edit_message(channel, message, text, edited_at)
            .await?
        {
            return Ok(false);
        }
        if let Some(request) = transaction.request_of_message(channel, message).await? {
            transaction.keep_request_text(request.id, text).await?;
            self.index_words(&mut transaction, request.id).await?;
            self.stir_request(&mut transaction, &request).await?;
        }
        if let Some(request) = transaction.request_answered_by(message).await? {
            self.index_words(&mut transaction, request).await?;
        }
        let stored = transaction.message(channel, message).await?;
        self.commit(transaction).await?;
        if let (Some(listener), Some(stored)) = (ears.get_mut(&channel), stored) {
            listener.revise(&stored.heard);
        }
        Ok(true)
    }

    /// Hears that a message was deleted: its words are forgotten, a request of it is withdrawn.
    /// Whether there was such a message.
    pub async fn hear_deletion(
        &self,
        channel: ChannelId,
        message: MessageId,
    ) -> Result<bool, Fault> {
        let mut ears = self.ears.listeners.lock().await;
        let mut transaction = self.store.begin().await?;
        let now = self.clock.now();
        // The board was deleted: it is put up again. What else Convener said there stays away.
        if let Some(key) = transaction.notice_said_as(channel, message).await?
            && key.starts_with(Notice::BOARD)
        {
            transaction.lose_notice_message(&key, message, now).await?;
        }
        self.withdraw_deleted(&mut transaction, channel, message)
            .await?;
        let was_kept = transaction.delete_message(channel, message, now).await?;
        self.commit(transaction).await?;
        if let Some(listener) = ears.get_mut(&channel) {
            listener.withdraw(message);
        }
        Ok(was_kept)
    }

    /// Compares what Discord shows of a channel with what is kept of it, from one message to another:
    /// what was edited is kept anew, what is gone was deleted. For reading on after an absence.
    ///
    /// Of what `ourselves` wrote on somebody's behalf only that it is there counts. Words that were
    /// forgotten here stay forgotten, and no words are taken from where Discord shows none: it shows
    /// none to whoever may not read them.
    pub async fn compare(
        &self,
        channel: ChannelId,
        from: MessageId,
        to: MessageId,
        page: &[Heard],
        ourselves: MemberId,
    ) -> Result<(), Fault> {
        let mut transaction = self.store.read().await?;
        let kept = transaction.texts_between(channel, from, to).await?;
        drop(transaction);
        let shown: HashMap<MessageId, &Heard> =
            page.iter().map(|heard| (heard.id, heard)).collect();
        for (id, text) in kept {
            let Some(heard) = shown.get(&id) else {
                self.hear_deletion(channel, id).await?;
                continue;
            };
            let is_ours = heard.author.as_ref().map(|author| author.id) == Some(ourselves);
            let is_edited = !text.is_empty() && !heard.text.is_empty() && heard.text != text;
            if is_edited && !is_ours {
                let edited_at = heard.edited_at.unwrap_or_else(|| self.clock.now());
                self.hear_edit(channel, id, &heard.text, edited_at).await?;
            }
        }
        Ok(())
    }

    /// The message of a channel that has so many after it, of those written since a time; the first of
    /// these where there are fewer.
    pub async fn message_from_the_end(
        &self,
        channel: ChannelId,
        since: DateTime<Utc>,
        count: i64,
    ) -> Result<Option<MessageId>, Fault> {
        let mut transaction = self.store.read().await?;
        Ok(transaction
            .message_from_the_end(channel, since, count)
            .await?)
    }

    /// Whether a channel is known: what is said in one that is not waits until it is.
    pub fn knows(&self, channel: ChannelId) -> bool {
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(&channel)
    }

    /// A channel is known from now on.
    pub(super) fn keep_known(&self, channel: ChannelId) {
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(channel);
    }

    /// Forgets what every ear remembers: it is filled again from what is kept.
    pub(super) async fn forget_ears(&self) {
        self.ears.listeners.lock().await.clear();
    }

    /// Tells the ear of a channel of a message that Convener itself said on somebody's behalf.
    pub async fn recall_said(&self, channel: ChannelId) {
        // The ear is filled again from what is kept, the new message among it.
        self.ears.listeners.lock().await.remove(&channel);
    }

    /// Tells the ear of a channel that a message is no request after all.
    pub(super) async fn unlearn(&self, channel: ChannelId, message: MessageId) {
        if let Some(listener) = self.ears.listeners.lock().await.get_mut(&channel) {
            listener.withdraw(message);
        }
    }
}

/// Whether what is said in a channel is kept: where people talk, but for the channels in which
/// Convener reports to the core group and the leads, and their threads.
pub(super) fn is_recorded(community: &Community, channel: &Channel) -> bool {
    let reports = [community.core_channel, community.leads_channel];
    let is_of_reports = match channel.kind {
        ChannelKind::Text => reports.contains(&Some(channel.id)),
        ChannelKind::Thread => reports.contains(&channel.parent) && channel.parent.is_some(),
        ChannelKind::Forum | ChannelKind::Other => true,
    };
    !is_of_reports
}

/// The message that a thread was started from; it has the thread's own id.
/// <https://discord.com/developers/docs/resources/channel#start-thread-from-message>
async fn starter_of(
    transaction: &mut Transaction,
    thread: Option<&Channel>,
) -> Result<Option<StoredMessage>, StorageError> {
    match thread.and_then(|thread| Some((thread.parent?, thread.id))) {
        Some((parent, id)) => transaction.message(parent, MessageId::new(id.get())).await,
        None => Ok(None),
    }
}

/// The ear of a channel, filled with what is kept of it up to a time; that of a thread knows the
/// message that it was started from.
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
