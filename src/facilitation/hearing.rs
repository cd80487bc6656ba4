//! Hearing: what is said is read, kept, and given its consequences.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use chrono::{DateTime, TimeDelta, Utc};

use super::ear::HeldEars;
use super::request::{KnownRequests, Scene};
use super::{Facilitation, Fault};
use crate::practice::community::{Channel, ChannelKind, Community, Watch};
use crate::practice::id::{ChannelId, GuildId, MemberId, MessageId};
use crate::practice::message::Heard;
use crate::practice::notice::Notice;
use crate::practice::request::Origin;
use crate::storage::{KnownPlace, NewMessage, StorageError, Transaction};

/// Words are kept for longer than this, so what was written since is not forgotten yet.
const RECENT: TimeDelta = TimeDelta::days(1);

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

/// What was said in one channel, in its order.
struct Talk<'a> {
    guild: GuildId,
    channel: ChannelId,
    messages: Vec<&'a Heard>,
}

/// A message that is new, and what has to be known to read it.
struct Unread<'a> {
    guild: GuildId,
    scene: Scene<'a>,
    /// What the thread was started from, where it is known.
    starter: Option<MessageId>,
    heard: &'a Heard,
}

/// How many messages are read while as many are being kept.
const READ_AT_ONCE: usize = 512;

impl Facilitation {
    /// Hears messages of one community in their order, and keeps what is new; how many were.
    ///
    /// Messages that are kept already change nothing, so any of it may be heard again. Before the
    /// leads have set Convener up, and in the channels where it reports to them, nothing is kept.
    pub async fn hear(
        &self,
        guild: GuildId,
        batch: Vec<Heard>,
        source: Source,
    ) -> Result<usize, Fault> {
        let said: Vec<_> = batch.into_iter().map(|heard| (guild, heard)).collect();
        self.hear_all(&said, source).await
    }

    /// Hears messages of any communities, all in one transaction: see [`Self::hear`].
    pub async fn hear_all(
        &self,
        said: &[(GuildId, Heard)],
        source: Source,
    ) -> Result<usize, Fault> {
        let mut ears = self.ears.hold().await;
        ears.begin();
        loop {
            let heard = self.hear_with(&mut ears, said, source).await;
            if let Ok(Some(new)) = heard {
                return Ok(new);
            }
            // What the ears heard was not kept: they are filled again from what is.
            for (_, message) in said {
                ears.forget(message.channel);
            }
            // Another process kept some of it meanwhile: from the beginning, and those are known.
            heard?;
        }
    }

    /// `None` where another process kept some of it meanwhile.
    async fn hear_with(
        &self,
        ears: &mut HeldEars,
        said: &[(GuildId, Heard)],
        source: Source,
    ) -> Result<Option<usize>, Fault> {
        let mut talks = talks(said, source);
        let guilds: BTreeSet<_> = talks.iter().map(|talk| talk.guild).collect();
        let guilds: Vec<_> = guilds.into_iter().collect();
        let channels: Vec<_> = talks.iter().map(|talk| talk.channel).collect();
        let mut transaction = self.store.begin().await?;
        let communities = transaction.communities_of(&guilds).await?;
        let places = transaction.places(&channels).await?;
        let mut scenes = Vec::with_capacity(talks.len());
        for talk in &mut talks {
            let Some(community) = communities.get(&talk.guild) else {
                continue;
            };
            if source != Source::Export {
                let since = community.set_up_at;
                let is_since = |heard: &&Heard| since.is_some_and(|since| heard.at >= since);
                talk.messages.retain(is_since);
            }
            let scene = scene(community, places.get(&talk.channel), source);
            if scene.watch != Watch::Off && !talk.messages.is_empty() {
                scenes.push((scene, &*talk));
            }
        }
        let kept = transaction
            .kept_messages(&asked_for(&scenes, ears, source))
            .await?;
        let paused = self.paused_in(&mut transaction, &guilds).await?;
        let mut unread = Vec::new();
        let mut marks = BTreeMap::new();
        for (scene, talk) in scenes {
            let channel = talk.channel;
            let is_new = |heard: &&&Heard| {
                !kept.contains_key(&(channel, heard.id))
                    && !paused.holds(talk.guild, heard.author.as_ref())
            };
            let news: Vec<&Heard> = talk.messages.iter().filter(is_new).copied().collect();
            if let Some(earliest) = news.first() {
                let starter = starter_of(scene.thread).filter(|at| kept.get(at) == Some(&false));
                let leaning = self.leaning(&mut transaction, talk.guild).await?;
                ears.listener(&mut transaction, channel, scene.thread, earliest.at)
                    .await?
                    .lean(leaning);
                unread.extend(news.into_iter().map(|heard| Unread {
                    guild: talk.guild,
                    scene,
                    starter: starter.map(|(_, starter)| starter),
                    heard,
                }));
            }
            let Some(last) = talk.messages.iter().map(|heard| heard.id).max() else {
                continue;
            };
            if source == Source::Discord {
                ears.heard_to(channel, last);
            }
            // The mark never passes what was said in an absence that has not been read on yet.
            if source == Source::DiscordHistory
                || (source == Source::Discord && self.watermarks.move_with(channel))
            {
                marks.insert(channel, last);
            }
        }
        let Some(new) = read_and_keep(&mut transaction, ears, &unread).await? else {
            return Ok(None);
        };
        self.keep_old_words(&mut transaction, &new).await?;
        let authors = new.iter().filter_map(|message| {
            let author = message.heard.author.as_ref()?;
            Some(((message.guild, author.id), author))
        });
        transaction.keep_members(&authors.collect()).await?;
        let openers = new.iter().filter_map(|message| {
            let concern = message.reading.concern?;
            Some((message.heard.channel, concern.opener))
        });
        let mut asked = KnownRequests::of(&mut transaction, &openers.collect()).await?;
        for (message, Unread { scene, .. }) in new.iter().zip(&unread) {
            let NewMessage { heard, reading, .. } = message;
            self.mind(&mut transaction, &mut asked, *scene, heard, reading)
                .await?;
        }
        transaction.move_marks(&marks).await?;
        self.commit(transaction).await?;
        self.messages.fetch_add(new.len() as u64, Ordering::Relaxed);
        Ok(Some(new.len()))
    }

    /// What is old and comes late, from an export or after an absence, is forgotten with the next old words.
    async fn keep_old_words(
        &self,
        transaction: &mut Transaction,
        new: &[NewMessage<'_>],
    ) -> Result<(), StorageError> {
        let recent = self.clock.now() - RECENT;
        let mut oldest = BTreeMap::new();
        for message in new.iter().filter(|message| message.heard.at < recent) {
            let at = message.heard.at;
            let oldest = oldest.entry(message.guild).or_insert(at);
            *oldest = at.min(*oldest);
        }
        for (guild, at) in oldest {
            transaction.keep_words_since(guild, at).await?;
        }
        Ok(())
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
        let mut ears = self.ears.hold().await;
        let mut transaction = self.store.begin().await?;
        let origin = transaction.origin_of_message(channel, message).await?;
        let Some((guild, author, written_at)) = origin else {
            return Ok(false);
        };
        let paused = self.paused_members(&mut transaction, guild).await?;
        if paused.holds(guild, author.as_ref()) {
            return Ok(true);
        }
        if written_at < self.clock.now() - RECENT {
            transaction.keep_words_since(guild, written_at).await?;
        }
        if !transaction
            .edit_message(channel, message, text, edited_at)
            .await?
        {
            return Ok(false);
        }
        if let Some(request) = transaction.request_of_message(channel, message).await? {
            transaction.keep_request_text(request.id, text).await?;
            transaction.reword_request(request.id);
            transaction.stir_request(request.id);
            transaction.stir_board(request.asked.guild);
        }
        if let Some(request) = transaction.request_answered_by(message).await? {
            transaction.reword_request(request);
        }
        let stored = transaction.message(channel, message).await?;
        self.commit(transaction).await?;
        if let (Some(listener), Some(stored)) = (ears.known(channel), stored) {
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
        let mut ears = self.ears.hold().await;
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
        if let Some(listener) = ears.known(channel) {
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
        self.ears.hold().await.forget_all();
    }

    /// Tells the ear of a channel of a message that Convener itself said on somebody's behalf.
    pub async fn recall_said(&self, channel: ChannelId) {
        // The ear is filled again from what is kept, the new message among it.
        self.ears.hold().await.forget(channel);
    }

    /// Tells the ear of a channel that a message is no request after all.
    pub(super) async fn unlearn(&self, channel: ChannelId, message: MessageId) {
        if let Some(listener) = self.ears.hold().await.known(channel) {
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

/// Reads messages by their channels' ears, and keeps them with their readings; `None` where another process
/// kept some of it meanwhile. While the database keeps some, the next are read.
async fn read_and_keep<'a>(
    transaction: &mut Transaction,
    ears: &mut HeldEars,
    unread: &[Unread<'a>],
) -> Result<Option<Vec<NewMessage<'a>>>, StorageError> {
    let mut new = Vec::with_capacity(unread.len());
    let mut portions = unread.chunks(READ_AT_ONCE);
    let mut portion = read(ears, portions.next().unwrap_or_default());
    loop {
        let next = portions.next();
        // In this order: what is kept is on its way to the database before the next are read.
        let (are_new, next) = tokio::join!(
            biased;
            transaction.keep_message_rows(&portion),
            async { next.map(|next| read(ears, next)) },
        );
        if !are_new? {
            return Ok(None);
        }
        new.append(&mut portion);
        let Some(next) = next else { break };
        portion = next;
    }
    transaction.keep_beside_messages(&new).await?;
    Ok(Some(new))
}

/// What messages mean, in the order of each channel.
fn read<'a>(ears: &mut HeldEars, unread: &[Unread<'a>]) -> Vec<NewMessage<'a>> {
    let read_one = |unread: &Unread<'a>| {
        let heard = unread.heard;
        let listener = ears.known(heard.channel)?;
        let scene = unread.scene;
        let reading = match unread.starter {
            _ if scene.watch == Watch::Requests && scene.opens_a_post(heard) => {
                listener.hear_request(heard)
            }
            // What is said in a thread replies to what the thread was started from.
            Some(starter) if heard.reply_to.is_empty() => listener.hear(&Heard {
                reply_to: vec![starter],
                ..heard.clone()
            }),
            _ => listener.hear(heard),
        };
        Some(NewMessage {
            guild: unread.guild,
            heard,
            reading,
        })
    };
    unread.iter().filter_map(read_one).collect()
}

/// What was said, by channel; within one in its order.
fn talks(said: &[(GuildId, Heard)], source: Source) -> Vec<Talk<'_>> {
    let mut by_channel: BTreeMap<ChannelId, Talk<'_>> = BTreeMap::new();
    for (guild, heard) in said {
        let talk = by_channel.entry(heard.channel).or_insert_with(|| Talk {
            guild: *guild,
            channel: heard.channel,
            messages: Vec::new(),
        });
        talk.messages.push(heard);
    }
    let mut talks: Vec<_> = by_channel.into_values().collect();
    for talk in &mut talks {
        match source {
            Source::Discord | Source::DiscordHistory => {
                talk.messages.sort_by_key(|heard| heard.id);
            }
            // Within one instant the order of an export is better than that of its ids.
            Source::Export => talk.messages.sort_by_key(|heard| heard.at),
        }
        // Told again after a reconnection, or exported twice, it may be twice in a batch.
        let mut seen = HashSet::with_capacity(talk.messages.len());
        talk.messages.retain(|heard| seen.insert(heard.id));
    }
    talks
}

/// Where something is said, as far as it matters to what it means.
fn scene<'a>(community: &'a Community, place: Option<&'a KnownPlace>, source: Source) -> Scene<'a> {
    let watch = match (place, source) {
        (_, Source::Export) => Watch::Requests,
        (Some(place), _) if is_recorded(community, &place.channel) => place.watch,
        // What is not known is not kept: it may be the core group's.
        _ => Watch::Off,
    };
    let parent = place.and_then(|place| place.parent.as_ref());
    let is_public = place.is_some_and(|place| place.channel.is_read_by_everybody(parent));
    let thread = place.map(|place| &place.channel);
    Scene {
        community,
        thread: thread.filter(|channel| channel.kind == ChannelKind::Thread),
        is_public: source == Source::Export || is_public,
        is_forum_post: parent.is_some_and(|parent| parent.kind == ChannelKind::Forum),
        watch,
        origin: match source {
            Source::Discord | Source::DiscordHistory => Origin::Detected,
            Source::Export => Origin::Imported,
        },
    }
}

/// Of which messages it has to be asked whether they are kept: those that may be, and those that
/// threads were started from.
fn asked_for(
    scenes: &[(Scene<'_>, &Talk<'_>)],
    ears: &HeldEars,
    source: Source,
) -> Vec<(ChannelId, MessageId)> {
    let mut asked_for = Vec::new();
    for (scene, talk) in scenes {
        asked_for.extend(starter_of(scene.thread));
        let ids = talk.messages.iter().map(|heard| heard.id);
        let may_be_kept =
            |id: &MessageId| source != Source::Discord || !ears.is_news(talk.channel, *id);
        asked_for.extend(ids.filter(may_be_kept).map(|id| (talk.channel, id)));
    }
    asked_for
}

/// The message that a thread was started from; it has the thread's own id.
/// <https://discord.com/developers/docs/resources/channel#start-thread-from-message>
fn starter_of(thread: Option<&Channel>) -> Option<(ChannelId, MessageId)> {
    let thread = thread?;
    Some((thread.parent?, MessageId::new(thread.id.get())))
}
