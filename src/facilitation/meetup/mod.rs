//! Meetups: called, announced, reminded of, changed, called off.
//!
//! A change is drafted first: its author sees what it comes to, and confirms it. Whatever changes a
//! series first does all that was due by then, and looks anew at what is due next.

mod after;
mod answer;
mod change;
mod draft;
mod event;
mod host;
mod own;
mod poll;
mod tend;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

use super::{Facilitation, Failure, set_up_community};
use crate::practice::id::{ChannelId, GuildId, InteractionId, MeetupId, MemberId};
use crate::practice::meetup::{Answers, Meetup};
use crate::practice::recurrence::Date;
use crate::practice::refusal::Refusal;
use crate::storage::Transaction;

pub use after::There;
pub use change::concerned;
pub use draft::{Kept, NewDate, Plan, Proposal};
pub use event::is_for_everybody;
pub(in crate::facilitation) use event::stir_events_at;
pub use host::as_hosted;
pub use own::{OwnLeads, own_leads};
pub use poll::{Decision, Question};

/// How many dates are shown when a meetup is called or changed.
pub const SHOWN_DATES: usize = 3;

/// A date with all that is known of it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The series.
    pub meetup: Meetup,
    /// The date; `None` where none is to come.
    pub date: Option<Date>,
    /// Who comes to it.
    pub answers: Answers,
    /// The dates after it, a few.
    pub following: Vec<Date>,
}

/// Who uses a command, and with which use of it.
#[derive(Clone, Copy, Debug)]
pub struct Author {
    /// The community.
    pub guild: GuildId,
    /// The person.
    pub member: MemberId,
    /// Whether they may plan meetups.
    pub is_coordinator: bool,
    /// This use.
    pub interaction: InteractionId,
}

impl Author {
    fn must_coordinate(&self) -> Result<(), Refusal> {
        if self.is_coordinator {
            Ok(())
        } else {
            Err(Refusal::CoordinatorsOnly)
        }
    }
}

impl Facilitation {
    /// The series of a community, each with its next date.
    pub async fn meetups(&self, guild: GuildId) -> Result<Vec<(Meetup, Option<Date>)>, Failure> {
        let now = self.clock.now();
        let mut transaction = self.store.read().await?;
        set_up_community(&mut transaction, guild).await?;
        let meetups = transaction.meetups(guild).await?;
        let with_date = |meetup: Meetup| {
            let next = meetup.schedule().next_after(now);
            (meetup, next)
        };
        Ok(meetups.into_iter().map(with_date).collect())
    }

    /// `/meetup show`: a date of a series, the next one where none is named.
    pub async fn show_meetup(
        &self,
        guild: GuildId,
        meetup: MeetupId,
        date: Option<&str>,
    ) -> Result<Shown, Failure> {
        let now = self.clock.now();
        let mut transaction = self.store.read().await?;
        let meetup = live_meetup(&mut transaction, guild, meetup).await?;
        let date = match date {
            Some(text) => Some(named_date(&meetup, text, now)?),
            None => meetup.schedule().next_after(now),
        };
        let answers = match date {
            Some(date) => transaction.meetup_answers(meetup.id, date.original).await?,
            None => Answers::default(),
        };
        let after = date.map_or(now, |date| date.starts_at);
        let following = meetup
            .schedule()
            .dates_after(after)
            .take(SHOWN_DATES)
            .collect();
        Ok(Shown {
            meetup,
            date,
            answers,
            following,
        })
    }

    /// The dates to come of a series, for suggesting them.
    pub async fn meetup_dates(
        &self,
        guild: GuildId,
        meetup: MeetupId,
        limit: usize,
    ) -> Result<(Meetup, Vec<Date>), Failure> {
        let now = self.clock.now();
        let mut transaction = self.store.read().await?;
        let meetup = live_meetup(&mut transaction, guild, meetup).await?;
        let dates = meetup.schedule().dates_after(now).take(limit).collect();
        Ok((meetup, dates))
    }
}

/// A series of a guild that has not been called off.
async fn live_meetup(
    transaction: &mut Transaction,
    guild: GuildId,
    meetup: MeetupId,
) -> Result<Meetup, Failure> {
    let meetup = transaction.meetup(meetup).await?;
    Ok(meetup
        .filter(|meetup| meetup.plan.guild == guild && meetup.cancelled_at.is_none())
        .ok_or(Refusal::UnknownMeetup)?)
}

/// The date to come that a text names: the local time as suggestions write it, or a day as people
/// type it.
fn named_date(meetup: &Meetup, text: &str, now: DateTime<Utc>) -> Result<Date, Refusal> {
    let schedule = meetup.schedule();
    let unknown = || Refusal::UnknownDate(text.to_owned());
    if let Ok(original) = text.trim().parse::<NaiveDateTime>() {
        let date = schedule.date_of(original).ok_or_else(unknown)?;
        return Ok(date);
    }
    let day = day_of(text, now, meetup)?;
    schedule
        .dates_after(now)
        .take_while(|date| date.local.date() <= day || date.is_moved())
        .find(|date| date.local.date() == day)
        .ok_or_else(unknown)
}

fn day_of(text: &str, now: DateTime<Utc>, meetup: &Meetup) -> Result<NaiveDate, Refusal> {
    let zone = meetup.schedule().zone;
    crate::practice::when::read_day(text, now, zone).map_err(Refusal::Time)
}

/// What a person wrote as a reason, on one line; `None` where there is nothing in it.
fn reason(text: Option<&str>) -> Option<String> {
    let text = text.unwrap_or_default();
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text: String = text.chars().take(300).collect();
    (!text.is_empty()).then_some(text)
}

/// Where what concerns the coordinators is said.
async fn coordinators_channel(
    transaction: &mut Transaction,
    guild: GuildId,
    otherwise: ChannelId,
) -> Result<ChannelId, crate::storage::StorageError> {
    let community = transaction.community(guild).await?;
    let channel = community.and_then(|community| community.core_channel);
    Ok(channel.unwrap_or(otherwise))
}
