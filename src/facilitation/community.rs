//! Communities: found, set up, left and found again.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::digest::put_digest_job;
use super::hearing::is_recorded;
use super::privacy::put_forgetting_job;
use super::request::Actor;
use super::{Facilitation, Failure, Fault, put_notice, set_up_community};
use crate::practice::audit;
use crate::practice::community::{Channel, ChannelKind, Community, Watch};
use crate::practice::id::{ChannelId, GuildId, MemberId, MessageId, RoleId};
use crate::practice::message::Author;
use crate::practice::notice::Notice;
use crate::practice::refusal::Refusal;
use crate::practice::rhythm::{OwnRhythm, QuietHours};
use crate::storage::{StorageError, Transaction};

/// Convener was away where it was last known to listen longer ago than this.
const AWAY_AFTER: chrono::TimeDelta = chrono::TimeDelta::minutes(30);

/// A thread in which nothing was said for longer is archived, and is read on when Discord says that it
/// is active again.
const LATELY: chrono::TimeDelta = chrono::TimeDelta::days(14);

/// How many lines of the audit log are shown at once.
const SHOWN_DEEDS: i64 = 15;

/// What the leads choose in `/setup start`. What is left out stays as it is, or is looked for.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Where the core group has its board.
    pub core_channel: Option<ChannelId>,
    /// Where the leads read the digest.
    pub leads_channel: Option<ChannelId>,
    /// The core group.
    pub core_role: Option<RoleId>,
    /// The coordinators.
    pub coordinator_role: Option<RoleId>,
    /// The leads.
    pub lead_role: Option<RoleId>,
    /// The community's zone, as typed.
    pub zone: Option<String>,
}

/// What the leads choose in `/setup rhythm`. What is left out stays as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct RhythmSettings {
    /// When nobody is pinged: the hours at which that begins and ends.
    pub quiet_from: Option<i64>,
    /// See `quiet_from`.
    pub quiet_to: Option<i64>,
    /// The durations.
    pub own: OwnRhythm,
}

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
        self.commit(transaction).await?;
        for channel in channels {
            self.keep_known(channel.id);
        }
        Ok(())
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
        transaction.keep_channel(channel).await?;
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
        Ok(self.commit(transaction).await?)
    }

    /// A member left: they are called to nothing any more.
    pub async fn lose_member(&self, guild: GuildId, member: MemberId) -> Result<(), Fault> {
        let mut transaction = self.store.begin().await?;
        transaction.keep_member_left(guild, member).await?;
        Ok(transaction.commit().await?)
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
        transaction.keep_member(guild, member, None).await?;
        transaction.keep_is_core(guild, member.id, is_core).await?;
        Ok(transaction.commit().await?)
    }

    /// Has a channel told, once, that what is said there is recorded; before `/setup` nothing is.
    async fn tell_of_recording(
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
        if paused.holds(Some(member)) {
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
        for member in members.iter().filter(|member| !paused.holds(Some(member))) {
            transaction.keep_member(guild, member, None).await?;
            transaction.keep_is_core(guild, member.id, true).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// `/setup start`: keeps what the leads chose; the channels that they leave out are looked for by
    /// their names. The first time, every channel that will be heard is told so, the board is put up
    /// and the digests begin.
    pub async fn set_up(&self, by: &Actor, settings: &Settings) -> Result<Community, Failure> {
        let (now, guild) = (self.clock.now(), by.guild);
        let mut transaction = self.store.begin().await?;
        let mut community = transaction
            .community(guild)
            .await?
            .ok_or(Refusal::NotSetUp)?;
        let is_first = community.set_up_at.is_none();
        if let Some(zone) = &settings.zone {
            community.zone = zone
                .trim()
                .parse::<Tz>()
                .map_err(|_| Refusal::UnknownZone(zone.trim().to_owned()))?;
        }
        let channels = transaction.channels(guild).await?;
        let look_for = |names: &[&str]| {
            let is_meant = |channel: &&Channel| {
                channel.kind == ChannelKind::Text && names.contains(&channel.name.as_str())
            };
            channels.iter().find(is_meant).map(|channel| channel.id)
        };
        community.core_channel = settings
            .core_channel
            .or(community.core_channel)
            .or_else(|| look_for(&["core", "core-group", "core-team", "moderators", "staff"]));
        community.leads_channel = settings
            .leads_channel
            .or(community.leads_channel)
            .or_else(|| look_for(&["leads", "lead", "leadership", "organisers", "organizers"]))
            .or(community.core_channel);
        let Some(core_channel) = community.core_channel else {
            return Err(Refusal::NoCoreChannel.into());
        };
        community.core_role = settings.core_role.or(community.core_role);
        community.coordinator_role = settings.coordinator_role.or(community.coordinator_role);
        community.lead_role = settings.lead_role.or(community.lead_role);
        community.set_up_at.get_or_insert(now);
        transaction.keep_settings(&community).await?;
        let deed = if is_first {
            "set Convener up".to_owned()
        } else {
            format!("changed the setup: {}", settings.changes())
        };
        transaction
            .keep_deed(guild, by.member.id, &deed, now)
            .await?;
        for channel in &channels {
            self.tell_of_recording(&mut transaction, channel).await?;
        }
        self.move_board(&mut transaction, &community, core_channel)
            .await?;
        transaction.stir_board(guild);
        put_digest_job(&mut transaction, &community, &self.rhythm, now).await?;
        let tomorrow = now.with_timezone(&community.zone).date_naive().succ_opt();
        if let Some(tomorrow) = tomorrow {
            put_forgetting_job(&mut transaction, &community, tomorrow).await?;
        }
        self.commit(transaction).await?;
        if is_first {
            // Nothing was missed before: hearing begins now.
            for channel in channels {
                self.keep_caught_up(channel.id);
            }
        }
        Ok(community)
    }

    /// `/setup rhythm`: after how long things happen, and when nobody is disturbed.
    pub async fn set_rhythm(
        &self,
        by: &Actor,
        settings: &RhythmSettings,
    ) -> Result<Community, Failure> {
        let own = &settings.own;
        for (what, value, least, most) in [
            (
                "The hour at which the quiet begins",
                settings.quiet_from,
                0,
                23,
            ),
            ("The hour at which the quiet ends", settings.quiet_to, 0, 23),
            ("The hours until a request waits", own.waits_hours, 1, 336),
            (
                "The hours until somebody is called",
                own.calls_hours,
                1,
                336,
            ),
            (
                "The hours until a request is for the next meetup",
                own.raised_hours,
                1,
                2_000,
            ),
            ("The days until a request lapses", own.lapses_days, 1, 365),
            (
                "The days for which words are kept",
                own.text_kept_days,
                1,
                3_650,
            ),
        ] {
            if value.is_some_and(|value| value < least || value > most) {
                return Err(Refusal::OutOfRange(what, least, most).into());
            }
        }
        let mut transaction = self.store.begin().await?;
        let mut community = set_up_community(&mut transaction, by.guild).await?;
        let hour = |set: Option<i64>, kept: u32| {
            set.and_then(|hour| u32::try_from(hour).ok())
                .unwrap_or(kept)
        };
        community.quiet = QuietHours {
            from: hour(settings.quiet_from, community.quiet.from),
            to: hour(settings.quiet_to, community.quiet.to),
        };
        let kept = community.own_rhythm;
        community.own_rhythm = OwnRhythm {
            waits_hours: own.waits_hours.or(kept.waits_hours),
            calls_hours: own.calls_hours.or(kept.calls_hours),
            raised_hours: own.raised_hours.or(kept.raised_hours),
            lapses_days: own.lapses_days.or(kept.lapses_days),
            text_kept_days: own.text_kept_days.or(kept.text_kept_days),
        };
        transaction.keep_settings(&community).await?;
        transaction
            .keep_deed(
                by.guild,
                by.member.id,
                &settings.changes(),
                self.clock.now(),
            )
            .await?;
        self.commit(transaction).await?;
        Ok(community)
    }

    /// `/setup watch`: what is made of what is said in a channel.
    pub async fn set_watch(
        &self,
        by: &Actor,
        channel: ChannelId,
        watch: Watch,
    ) -> Result<(), Failure> {
        let mut transaction = self.store.begin().await?;
        set_up_community(&mut transaction, by.guild).await?;
        transaction.keep_watch(channel, watch).await?;
        let deed = format!("set <#{channel}> to be watched for: {}", watch.name());
        transaction
            .keep_deed(by.guild, by.member.id, &deed, self.clock.now())
            .await?;
        if let Some(channel) = transaction.channel(channel).await? {
            self.tell_of_recording(&mut transaction, &channel).await?;
        }
        Ok(self.commit(transaction).await?)
    }

    /// `/setup log`: who changed what, the latest first.
    pub async fn deeds(&self, by: &Actor) -> Result<Vec<audit::Entry>, Failure> {
        let mut transaction = self.store.read().await?;
        Ok(transaction.latest_deeds(by.guild, SHOWN_DEEDS).await?)
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

    /// Keeps that a channel can't be read, or that it can again.
    pub async fn keep_readable(&self, channel: ChannelId, is_readable: bool) -> Result<(), Fault> {
        let since = (!is_readable).then(|| self.clock.now());
        let mut transaction = self.store.begin().await?;
        transaction.keep_unreadable(channel, since).await?;
        Ok(transaction.commit().await?)
    }

    /// Keeps that Convener listens now; a long silence before it is kept as an absence.
    pub async fn keep_presence(&self) -> Result<(), Fault> {
        let now = self.clock.now();
        let mut transaction = self.store.begin().await?;
        if let Some(alive_at) = transaction.alive_at().await?
            && now - alive_at > AWAY_AFTER
        {
            transaction.keep_absence(alive_at, now).await?;
        }
        transaction.keep_alive(now).await?;
        Ok(transaction.commit().await?)
    }
}

impl RhythmSettings {
    /// What was given, for the audit log.
    fn changes(&self) -> String {
        let own = &self.own;
        let changes: Vec<String> = [
            ("waits after", own.waits_hours, "h"),
            ("calls after", own.calls_hours, "h"),
            ("for the meetup after", own.raised_hours, "h"),
            ("lapses after", own.lapses_days, "days"),
            ("words kept for", own.text_kept_days, "days"),
            ("quiet from", self.quiet_from, "o'clock"),
            ("quiet to", self.quiet_to, "o'clock"),
        ]
        .into_iter()
        .filter_map(|(what, value, unit)| Some(format!("{what} {} {unit}", value?)))
        .collect();
        format!("changed the rhythm: {}", changes.join(", "))
    }
}

impl Settings {
    /// What was given, for the audit log.
    fn changes(&self) -> String {
        let channel = |what: &str, id: Option<ChannelId>| id.map(|id| format!("{what} <#{id}>"));
        let role = |what: &str, id: Option<RoleId>| id.map(|id| format!("{what} <@&{id}>"));
        let changes: Vec<String> = [
            channel("core channel", self.core_channel),
            channel("leads channel", self.leads_channel),
            role("core role", self.core_role),
            role("coordinator role", self.coordinator_role),
            role("lead role", self.lead_role),
            self.zone.as_ref().map(|zone| format!("zone {zone}")),
        ]
        .into_iter()
        .flatten()
        .collect();
        if changes.is_empty() {
            "nothing new".to_owned()
        } else {
            changes.join(", ")
        }
    }
}
