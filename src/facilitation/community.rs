//! Communities: found, set up, left and found again.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};

use super::digest::put_digest_job;
use super::hearing::is_recorded;
use super::meetup::stir_events_at;
use super::privacy::put_forgetting_job;
use super::{Facilitation, Fault, put_notice};
use crate::practice::community::{Channel, ChannelKind, Community, Watch};
use crate::practice::id::{ChannelId, GuildId, MemberId, MessageId, RoleId};
use crate::practice::message::Author;
use crate::practice::notice::Notice;
use crate::storage::{StorageError, Transaction};

/// A thread in which nothing was said for longer is archived, and is read on when Discord says that it
/// is active again.
const LATELY: chrono::TimeDelta = chrono::TimeDelta::days(14);

impl Facilitation {
    /// Keeps a guild and its channels as Discord tells them.
    pub async fn meet_guild(
        &self,
        guild: GuildId,
        name: &str,
        channels: &[Channel],
    ) -> Result<(), Fault> {
        let mut transaction = self.store.begin().await?;
        transaction.keep_guild(guild, name).await?;
        transaction.keep_left(guild, None).await?;
        for channel in channels {
            transaction.keep_channel(channel).await?;
            self.tell_of_recording(&mut transaction, channel).await?;
        }
        if let Some(community) = transaction.community(guild).await?
            && community.set_up_at.is_some()
        {
            self.put_standing(&mut transaction, &community).await?;
        }
        self.commit(transaction).await?;
        for channel in channels {
            self.keep_known(channel.id);
        }
        // Another process may have heard what this one has not.
        let mut ears = self.ears.hold().await;
        for channel in channels {
            ears.forget(channel.id);
        }
        Ok(())
    }

    /// Puts up what every community has that is set up: its board, its digests, and the forgetting of
    /// old words. What is there already stays; so it is there also where an earlier version of
    /// Convener was set up.
    pub(super) async fn put_standing(
        &self,
        transaction: &mut Transaction,
        community: &Community,
    ) -> Result<(), StorageError> {
        let now = self.clock.now();
        transaction.stir_board(community.guild);
        put_digest_job(transaction, community, &self.rhythm, now).await?;
        let tomorrow = now.with_timezone(&community.zone).date_naive().succ_opt();
        match tomorrow {
            Some(tomorrow) => put_forgetting_job(transaction, community, tomorrow).await,
            None => Ok(()),
        }
    }

    /// Convener was removed from a guild: it says nothing there any more. What is kept stays until
    /// its time is over, and goes on where Convener is invited again.
    pub async fn leave_guild(&self, guild: GuildId) -> Result<(), Fault> {
        let mut transaction = self.store.begin().await?;
        transaction.keep_left(guild, Some(self.clock.now())).await?;
        Ok(transaction.commit().await?)
    }

    /// Keeps a channel that was made or changed.
    pub async fn meet_channel(&self, channel: &Channel) -> Result<(), Fault> {
        let mut transaction = self.store.begin().await?;
        let before = transaction.channel(channel.id).await?;
        transaction.keep_channel(channel).await?;
        if before.is_some_and(|before| before.is_public != channel.is_public) {
            let now = self.clock.now();
            stir_events_at(&mut transaction, channel.guild, channel.id, now).await?;
        }
        self.tell_of_recording(&mut transaction, channel).await?;
        self.commit(transaction).await?;
        self.keep_known(channel.id);
        Ok(())
    }

    /// A channel was deleted, and all that was said there with it: its words are forgotten, and what
    /// was asked there is withdrawn.
    pub async fn lose_channel(&self, guild: GuildId, channel: ChannelId) -> Result<(), Fault> {
        let now = self.clock.now();
        let mut transaction = self.store.begin().await?;
        transaction.lose_channel(channel).await?;
        for request in transaction.live_requests_of(channel).await? {
            self.withdraw_with_its_channel(&mut transaction, request, now)
                .await?;
        }
        transaction.delete_messages_of(guild, channel, now).await?;
        self.lose_place(&mut transaction, guild, channel).await?;
        Ok(self.commit(transaction).await?)
    }

    /// A member left: they are called to nothing any more, and what they host is told to the coordinators.
    pub async fn lose_member(&self, guild: GuildId, member: MemberId) -> Result<(), Fault> {
        let mut transaction = self.store.begin().await?;
        transaction.keep_member_left(guild, member).await?;
        self.lose_host(&mut transaction, guild, member).await?;
        Ok(self.commit(transaction).await?)
    }

    /// Keeps whether somebody who acts is of the core group, where that is news.
    pub async fn see_core(
        &self,
        guild: GuildId,
        member: &Author,
        is_core: bool,
    ) -> Result<(), Fault> {
        let known = self.store.read().await?.is_core(guild, member.id).await?;
        if known == Some(is_core) || (known.is_none() && !is_core) {
            return Ok(());
        }
        let mut transaction = self.store.begin().await?;
        let paused = self.paused_members(&mut transaction, guild).await?;
        if paused.holds(guild, Some(member)) {
            return Ok(());
        }
        transaction.keep_member(guild, member, None).await?;
        transaction.keep_is_core(guild, member.id, is_core).await?;
        Ok(transaction.commit().await?)
    }

    /// Has a channel told, once, that what is said there is recorded; before `/setup` nothing is.
    pub(super) async fn tell_of_recording(
        &self,
        transaction: &mut Transaction,
        channel: &Channel,
    ) -> Result<(), StorageError> {
        let community = transaction.community(channel.guild).await?;
        if let Some(community) = community.filter(|community| community.set_up_at.is_some())
            && channel.kind == ChannelKind::Text
            && is_recorded(&community, channel)
            && transaction.watch(channel).await? != Watch::Off
        {
            let now = self.clock.now();
            put_notice(
                transaction,
                channel.guild,
                channel.id,
                &Notice::RecordingStarts,
                now,
            )
            .await?;
        }
        Ok(())
    }

    /// Keeps a member who joined, or whose roles are told; `roles` decide who is of the core group.
    pub async fn meet_member(
        &self,
        guild: GuildId,
        member: &Author,
        joined_at: Option<DateTime<Utc>>,
        roles: &[RoleId],
    ) -> Result<(), Fault> {
        let mut transaction = self.store.begin().await?;
        let paused = self.paused_members(&mut transaction, guild).await?;
        if paused.holds(guild, Some(member)) {
            return Ok(());
        }
        transaction.keep_member(guild, member, joined_at).await?;
        if let Some(community) = transaction.community(guild).await?
            && let Some(core_role) = community.core_role
        {
            transaction
                .keep_is_core(guild, member.id, roles.contains(&core_role))
                .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Keeps who is of the core group, in the place of who was.
    pub async fn keep_core_group(&self, guild: GuildId, members: &[Author]) -> Result<(), Fault> {
        let mut transaction = self.store.begin().await?;
        transaction.clear_core_group(guild).await?;
        let paused = self.paused_members(&mut transaction, guild).await?;
        for member in members
            .iter()
            .filter(|member| !paused.holds(guild, Some(member)))
        {
            transaction.keep_member(guild, member, None).await?;
            transaction.keep_is_core(guild, member.id, true).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Keeps what Convener can't do in a community, and has the core group told where that is news.
    pub async fn keep_ailing(&self, guild: GuildId, faults: &[String]) -> Result<(), Fault> {
        let now = self.clock.now();
        let mut transaction = self.store.begin().await?;
        let is_news = transaction.keep_ailing(guild, &faults.join("\n")).await?;
        let community = transaction.community(guild).await?;
        if let Some(channel) = community.and_then(|community| community.core_channel)
            && is_news
            && !faults.is_empty()
        {
            let notice = Notice::Ailing {
                faults: faults.to_vec(),
                seen_at: now,
            };
            put_notice(&mut transaction, guild, channel, &notice, now).await?;
        }
        Ok(self.commit(transaction).await?)
    }

    /// Every community.
    pub async fn communities(&self) -> Result<Vec<Community>, Fault> {
        Ok(self.store.read().await?.communities().await?)
    }

    /// A community, where it is known.
    pub async fn community(&self, guild: GuildId) -> Result<Option<Community>, Fault> {
        Ok(self.store.read().await?.community(guild).await?)
    }

    /// The channels of a guild in which people talk, with the message up to which each has been heard;
    /// of the threads, those that are `active` and those that were heard lately.
    pub async fn heard_channels(
        &self,
        guild: GuildId,
        active: &HashSet<ChannelId>,
    ) -> Result<Vec<(Channel, Option<MessageId>)>, Fault> {
        let mut transaction = self.store.read().await?;
        let Some(community) = transaction.community(guild).await? else {
            return Ok(Vec::new());
        };
        let mut heard = Vec::new();
        for channel in transaction.channels(guild).await? {
            if is_recorded(&community, &channel) && transaction.watch(&channel).await? != Watch::Off
            {
                let heard_to = transaction.heard_to(channel.id).await?;
                let heard_at = heard_to.and_then(MessageId::made_at);
                let is_lately = heard_at.is_some_and(|at| self.clock.now() - at < LATELY);
                if channel.kind != ChannelKind::Thread || is_lately || active.contains(&channel.id)
                {
                    heard.push((channel, heard_to));
                }
            }
        }
        Ok(heard)
    }

    /// Keeps that a channel has been read on up to a message, ours or not.
    pub async fn keep_read_to(&self, channel: ChannelId, message: MessageId) -> Result<(), Fault> {
        let mut transaction = self.store.begin().await?;
        transaction
            .move_marks(&BTreeMap::from([(channel, message)]))
            .await?;
        Ok(transaction.commit().await?)
    }

    /// The message up to which a channel has been heard, where there is one; `None` where what is said
    /// there is not recorded.
    pub async fn heard_to(
        &self,
        community: &Community,
        channel: ChannelId,
    ) -> Result<Option<Option<MessageId>>, Fault> {
        let mut transaction = self.store.read().await?;
        let places = transaction.places(&[channel]).await?;
        match places.get(&channel) {
            Some(place) if is_recorded(community, &place.channel) && place.watch != Watch::Off => {
                Ok(Some(transaction.heard_to(channel).await?))
            }
            _ => Ok(None),
        }
    }

    /// Keeps that a channel can't be read, or that it can again.
    pub async fn keep_readable(&self, channel: ChannelId, is_readable: bool) -> Result<(), Fault> {
        let since = (!is_readable).then(|| self.clock.now());
        let mut transaction = self.store.begin().await?;
        transaction.keep_unreadable(channel, since).await?;
        Ok(transaction.commit().await?)
    }
}
