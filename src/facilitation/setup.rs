//! What the leads set: `/setup`, and who set what.

use chrono_tz::Tz;

use super::digest::reschedule_digest;
use super::request::Actor;
use super::{Facilitation, Failure, set_up_community};
use crate::practice::audit;
use crate::practice::community::{Channel, ChannelKind, Community, Watch};
use crate::practice::id::{ChannelId, RoleId};
use crate::practice::refusal::Refusal;
use crate::practice::rhythm::{OwnRhythm, QuietHours};

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
        self.put_standing(&mut transaction, &community).await?;
        reschedule_digest(&mut transaction, &community, &self.rhythm, now).await?;
        self.commit(transaction).await?;
        if is_first {
            // Nothing was missed before: hearing begins now.
            for channel in channels {
                self.keep_caught_up(channel.guild, channel.id);
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
            ..kept
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
