//! After an absence each channel is read on from the mark up to which it was heard.

use std::collections::HashSet;
use std::time::Duration;

use chrono::{DateTime, TimeDelta};

use super::marks;
use crate::facilitation::door::{DoorError, GuildReader, Page};
use crate::facilitation::hearing::Source;
use crate::facilitation::request::Pointed;
use crate::facilitation::{Facilitation, Fault};
use crate::practice::community::Community;
use crate::practice::id::{ChannelId, GuildId, MemberId, MessageId};

/// Events come out of order, so the mark may have passed a message that was not kept: reading begins
/// this much before it. What is kept already is not kept twice.
const MARGIN: TimeDelta = TimeDelta::minutes(2);

/// How much of what was heard before is looked at again, for what was edited and deleted meanwhile:
/// so many messages of each channel (a page of Discord's), not older than that.
const LOOKED_AT_AGAIN: i64 = 100;
const NOT_OLDER_THAN: TimeDelta = TimeDelta::days(14);

/// How many of the requests that are not closed are looked at again, each by itself.
const REQUESTS_LOOKED_AT: i64 = 50;

/// How often Discord is asked again where it can't answer now, and the machine time that is waited
/// before the first of these; before each other it is longer by as much.
const MOST_TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(500);

/// Reads on every channel of a guild, and of its threads those that are `active` or were lately.
/// `ourselves` is whose messages are not heard.
pub(super) async fn catch_up(
    facilitation: &Facilitation,
    reader: &dyn GuildReader,
    guild: GuildId,
    active: &HashSet<ChannelId>,
    ourselves: MemberId,
) -> Result<(), Fault> {
    let Some(community) = facilitation
        .community(guild)
        .await?
        .filter(|community| community.set_up_at.is_some())
    else {
        return Ok(());
    };
    know_core_group(facilitation, reader, &community).await?;
    for (channel, heard_to) in facilitation.heard_channels(guild, active).await? {
        let reading = Reading {
            facilitation,
            reader,
            guild,
            channel: channel.id,
            ourselves,
        };
        reading.read_on(&community, heard_to).await?;
    }
    look_at_requests(facilitation, reader, guild, ourselves).await
}

/// Reads one channel on, in which something was missed. `false` where that is to be tried again.
pub(super) async fn read_on(
    facilitation: &Facilitation,
    reader: &dyn GuildReader,
    guild: GuildId,
    channel: ChannelId,
    ourselves: MemberId,
) -> Result<bool, Fault> {
    let Some(community) = facilitation
        .community(guild)
        .await?
        .filter(|community| community.set_up_at.is_some())
    else {
        return Ok(true);
    };
    let Some(heard_to) = facilitation.heard_to(&community, channel).await? else {
        return Ok(true);
    };
    let reading = Reading {
        facilitation,
        reader,
        guild,
        channel,
        ourselves,
    };
    reading.read_on(&community, heard_to).await
}

/// Asks Discord who is of the core group.
pub(super) async fn know_core_group(
    facilitation: &Facilitation,
    reader: &dyn GuildReader,
    community: &Community,
) -> Result<(), Fault> {
    let Some(role) = community.core_role else {
        return Ok(());
    };
    match reader.members_with_role(community.guild, role).await {
        Ok(members) => {
            facilitation
                .keep_core_group(community.guild, &members)
                .await
        }
        Err(error) => {
            tracing::warn!(guild.id = %community.guild, %error, "core group not known");
            Ok(())
        }
    }
}

/// Asks Discord, and again where it can't answer now. `tries` is how often it was asked again before
/// by whoever asks for several things, and is afterwards: what lasts holds them up no longer than one.
pub(super) async fn ask<T, F>(tries: &mut u32, question: impl Fn() -> F) -> Result<T, DoorError>
where
    F: Future<Output = Result<T, DoorError>>,
{
    loop {
        match question().await {
            Err(DoorError::Later(reason)) if *tries < MOST_TRIES => {
                *tries += 1;
                tracing::warn!(tries, reason, "Discord can't answer yet");
                tokio::time::sleep(PAUSE * *tries).await;
            }
            answer => return answer,
        }
    }
}

/// What Discord shows of a channel.
enum Shown {
    Page(Page),
    /// The channel is gone, or may not be read.
    Nothing,
    /// It can't be shown now.
    NotNow,
}

/// A channel that is being read on.
struct Reading<'a> {
    facilitation: &'a Facilitation,
    reader: &'a dyn GuildReader,
    guild: GuildId,
    channel: ChannelId,
    ourselves: MemberId,
}

impl Reading<'_> {
    /// `false` where Discord can't give it now. The ✅ on what was read come last: whether Discord tells
    /// of them keeps no message from being read.
    async fn read_on(
        &self,
        community: &Community,
        heard_to: Option<MessageId>,
    ) -> Result<bool, Fault> {
        let mut marked = Vec::new();
        let is_read = self.read_pages(community, heard_to, &mut marked).await?;
        marks::settle(self.facilitation, self.reader, self.guild, marked).await?;
        Ok(is_read)
    }

    /// Reads the messages on, and gathers which of them are `marked`.
    async fn read_pages(
        &self,
        community: &Community,
        heard_to: Option<MessageId>,
        marked: &mut Vec<Pointed>,
    ) -> Result<bool, Fault> {
        let begun = self.facilitation.begin_reading_on(self.guild, self.channel);
        let mark = heard_to.and_then(MessageId::made_at);
        let mut after = match mark {
            Some(mark) => {
                let before_mark = MessageId::first_at(mark - MARGIN);
                let not_before = mark - NOT_OLDER_THAN;
                self.facilitation
                    .message_from_the_end(self.channel, not_before, LOOKED_AT_AGAIN)
                    .await?
                    .map_or(before_mark, |first| {
                        MessageId::new(first.get() - 1).min(before_mark)
                    })
            }
            None => MessageId::first_at(community.set_up_at.unwrap_or_default()),
        };
        // What is kept by now was said by now: where a page does not show it, it was deleted.
        let kept_to = self
            .facilitation
            .message_from_the_end(self.channel, DateTime::UNIX_EPOCH, 1)
            .await?;
        loop {
            let page = match self.page(after).await? {
                Shown::Page(page) => page,
                Shown::Nothing => return Ok(true),
                Shown::NotNow => return Ok(false),
            };
            // A page that is not full shows all there is after its beginning. An empty one shows
            // nothing also to whoever may not read the history, so it proves nothing by itself.
            let shows_all = !page.is_full
                && (page.last.is_some() || self.is_deleted(kept_to.unwrap_or(after)).await);
            let end = match (kept_to, page.last) {
                (Some(kept), _) if shows_all => Some(kept),
                (Some(kept), Some(last)) => Some(kept.min(last)),
                _ => None,
            };
            if let Some(end) = end.filter(|end| *end > after) {
                let from = MessageId::new(after.get() + 1);
                self.facilitation
                    .compare(self.channel, from, end, &page.messages, self.ourselves)
                    .await?;
            }
            let Some(last) = page.last else {
                self.facilitation.keep_readable(self.channel, true).await?;
                // Where something was missed meanwhile, it is read on once more.
                self.facilitation.keep_read_on(begun);
                return Ok(true);
            };
            after = last;
            marked.extend(marks::marked(&page.messages, self.ourselves));
            let others = page
                .messages
                .into_iter()
                .filter(|heard| {
                    heard
                        .author
                        .as_ref()
                        .is_none_or(|author| author.id != self.ourselves)
                })
                .collect();
            self.facilitation
                .hear(self.guild, others, Source::DiscordHistory)
                .await?;
            // Where nobody but Convener speaks, nothing else moves the mark.
            self.facilitation.keep_read_to(self.channel, last).await?;
        }
    }

    /// Whether Discord says in so many words that a message is not there.
    async fn is_deleted(&self, message: MessageId) -> bool {
        matches!(self.reader.message(self.channel, message).await, Ok(None))
    }

    /// The messages after one.
    async fn page(&self, after: MessageId) -> Result<Shown, Fault> {
        let channel = self.channel;
        match ask(&mut 0, || self.reader.messages_after(channel, after)).await {
            Ok(page) => Ok(Shown::Page(page)),
            Err(DoorError::Gone(reason)) => {
                tracing::info!(channel.id = %channel, reason, "channel is gone");
                self.facilitation.lose_channel(self.guild, channel).await?;
                Ok(Shown::Nothing)
            }
            Err(DoorError::Refused(reason)) => {
                tracing::warn!(channel.id = %channel, reason, "channel can't be read");
                self.facilitation.keep_readable(channel, false).await?;
                Ok(Shown::Nothing)
            }
            Err(DoorError::Later(reason)) => {
                // The mark stays, so it is read on at the next connection.
                tracing::error!(channel.id = %channel, reason, "channel not read on");
                Ok(Shown::NotNow)
            }
        }
    }
}

/// The messages of the requests that are not closed are looked at one by one: they may be older than
/// what was read again, and a question that was deleted or settled must not stay on the board.
async fn look_at_requests(
    facilitation: &Facilitation,
    reader: &dyn GuildReader,
    guild: GuildId,
    ourselves: MemberId,
) -> Result<(), Fault> {
    let mut marked = Vec::new();
    for request in facilitation
        .live_requests(guild, REQUESTS_LOOKED_AT)
        .await?
    {
        let channel = request.asked.channel;
        let Some(message) = request.asked.message else {
            continue;
        };
        match reader.message(channel, message).await {
            Ok(None) => {
                facilitation.hear_deletion(channel, message).await?;
            }
            Ok(Some(heard)) => {
                // No words are taken from where Discord shows none, and forgotten ones stay so.
                let words = &request.asked.text;
                if !heard.text.is_empty() && !words.is_empty() && heard.text != *words {
                    let edited_at = heard.edited_at.unwrap_or(heard.at);
                    facilitation
                        .hear_edit(channel, message, &heard.text, edited_at)
                        .await?;
                }
                marked.extend(marks::marked(&[heard], ourselves));
            }
            Err(_) => {}
        }
    }
    marks::settle(facilitation, reader, guild, marked).await
}
