//! What is to change, shown to its author first; and what they confirm.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::answer::{answers_to_come, stir_announcement};
use super::event::stir_events;
use super::{Author, Facilitation, Failure, SHOWN_DATES, live_meetup, named_date, reason};
use crate::facilitation::{put_notice, set_up_community};
use crate::practice::id::{ChannelId, InteractionId, MeetupDraftId, MeetupId};
use crate::practice::meetup::{Change, Draft, Meetup, NewMeetup, following_rule, last_begun};
use crate::practice::notice::Notice;
use crate::practice::recurrence::{Date, End, Exception, Rule, Schedule, instant_of};
use crate::practice::refusal::Refusal;
use crate::practice::when::{self, Unclear};
use crate::storage::Transaction;

/// A draft that nobody has confirmed is forgotten after this.
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::days(7);

/// What a coordinator types in `/meetup schedule`.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What it is called.
    pub title: String,
    /// When it is, as typed.
    pub when: String,
    /// The zone of that, as typed; the community's where none is.
    pub zone: Option<String>,
    /// Where it is announced.
    pub channel: ChannelId,
    /// The voice channel in which people come together.
    pub room: Option<ChannelId>,
    /// How long a date takes, in minutes.
    pub minutes: u32,
    /// For how many there is room.
    pub seats: Option<u32>,
}

/// What a coordinator types in `/meetup move`.
#[derive(Clone, Debug)]
pub struct NewDate {
    /// The series.
    pub meetup: MeetupId,
    /// The date; the next one where none is named.
    pub date: Option<String>,
    /// When it is to be, as typed.
    pub to: String,
}

/// A change as its author sees it before they confirm it.
#[derive(Clone, Debug)]
pub enum Proposal {
    /// A new series with its next dates.
    Schedule(MeetupDraftId, NewMeetup, Vec<Date>),
    /// A date at another time; the following too, where they can follow: with their next dates.
    Move {
        /// The draft.
        draft: MeetupDraftId,
        /// The series.
        meetup: Meetup,
        /// The date as it is.
        from: Date,
        /// The date as it is to be.
        to: Date,
        /// The rule of those that follow, with their next dates; `None` where only this one is moved.
        following: Option<(Rule, Vec<Date>)>,
    },
    /// A series called off, with the dates that will not take place and how many people answered.
    Cancel(MeetupDraftId, Meetup, Vec<Date>, usize),
}

/// What was confirmed.
#[derive(Clone, Debug)]
pub enum Kept {
    /// A new series, with its next dates.
    Scheduled(Meetup, Vec<Date>),
    /// A date is at another time, with the dates that follow.
    Moved(Meetup, Vec<Date>),
    /// A series is called off.
    Cancelled(Meetup),
}

impl Facilitation {
    /// `/meetup schedule`: what it would be.
    pub async fn propose_meetup(&self, plan: Plan, by: Author) -> Result<Proposal, Failure> {
        let now = self.clock.now();
        by.must_coordinate()?;
        let mut transaction = self.store.begin().await?;
        let community = set_up_community(&mut transaction, by.guild).await?;
        let zone = match plan.zone.as_deref().map(str::trim) {
            None | Some("") => community.zone,
            Some(name) => zone_named(name)?,
        };
        let when = when::read(&plan.when, now, zone).map_err(Refusal::Time)?;
        let meetup = NewMeetup {
            guild: by.guild,
            title: plan.title,
            channel: plan.channel,
            room: plan.room,
            host: by.member,
            schedule: Schedule::new(when.start, zone, when.rule),
            minutes: plan.minutes,
            seats: plan.seats,
            continues: None,
        }
        .checked()?;
        let schedule = &meetup.schedule;
        let draft = Draft::Schedule {
            title: meetup.title.clone(),
            channel: meetup.channel,
            room: meetup.room,
            host: meetup.host,
            start: schedule.start,
            zone,
            rule: schedule.rule.to_string(),
            minutes: meetup.minutes,
            seats: meetup.seats,
        };
        let dates = next_dates(schedule, now);
        let draft = self.keep_draft(&mut transaction, &draft, by).await?;
        transaction.commit().await?;
        Ok(Proposal::Schedule(draft, meetup, dates))
    }

    /// `/meetup move`: what it would come to.
    pub async fn propose_move(&self, wish: NewDate, by: Author) -> Result<Proposal, Failure> {
        let now = self.clock.now();
        by.must_coordinate()?;
        let mut transaction = self.store.begin().await?;
        let meetup = live_meetup(&mut transaction, by.guild, wish.meetup).await?;
        let from = match &wish.date {
            Some(text) => named_date(&meetup, text, now)?,
            None => meetup.schedule().next_after(now).ok_or(Refusal::NoDates)?,
        };
        let schedule = meetup.schedule();
        let to = new_time(&wish.to, from, schedule.zone, now)?;
        let following = following_schedule(schedule, from.original, to);
        let draft = Draft::Move {
            meetup: meetup.id,
            original: from.original,
            to,
            rule: following.as_ref().map(|follows| follows.rule.to_string()),
        };
        let draft = self.keep_draft(&mut transaction, &draft, by).await?;
        transaction.commit().await?;
        let moved = Date {
            starts_at: instant_of(to, schedule.zone),
            original: from.original,
            local: to,
        };
        let following = following.map(|follows| {
            let dates = next_dates(&follows, now);
            (follows.rule, dates)
        });
        Ok(Proposal::Move {
            draft,
            meetup,
            from,
            to: moved,
            following,
        })
    }

    /// `/meetup cancel`: what it would mean.
    pub async fn propose_cancel(
        &self,
        meetup: MeetupId,
        why: Option<&str>,
        by: Author,
    ) -> Result<Proposal, Failure> {
        let now = self.clock.now();
        by.must_coordinate()?;
        let mut transaction = self.store.begin().await?;
        let meetup = live_meetup(&mut transaction, by.guild, meetup).await?;
        let draft = Draft::Cancel {
            meetup: meetup.id,
            reason: reason(why),
        };
        let draft = self.keep_draft(&mut transaction, &draft, by).await?;
        let dates = next_dates(meetup.schedule(), now);
        let mut people = std::collections::HashSet::new();
        for (_, answers) in answers_to_come(&mut transaction, &meetup, now).await? {
            people.extend(answers.all().iter().map(|given| given.member));
        }
        transaction.commit().await?;
        Ok(Proposal::Cancel(draft, meetup, dates, people.len()))
    }

    /// A button below a proposal: does it. `following` is for this date and those that follow.
    pub async fn keep_meetup_draft(
        &self,
        draft: MeetupDraftId,
        following: bool,
        by: Author,
    ) -> Result<Kept, Failure> {
        let now = self.clock.now();
        by.must_coordinate()?;
        let mut transaction = self.store.begin().await?;
        let taken = transaction
            .take_meetup_draft(by.guild, by.member, draft)
            .await?;
        let (draft, interaction) = taken.ok_or(Refusal::DraftGone)?;
        let kept = match draft {
            Draft::Schedule {
                title,
                channel,
                room,
                host,
                start,
                zone,
                rule,
                minutes,
                seats,
            } => {
                let rule = rule.parse().map_err(|_| Refusal::DraftGone)?;
                let meetup = NewMeetup {
                    guild: by.guild,
                    title,
                    channel,
                    room,
                    host,
                    schedule: Schedule::new(start, zone, rule),
                    minutes,
                    seats,
                    continues: None,
                };
                meetup.schedule.next_after(now).ok_or(Refusal::NoDates)?;
                let id = transaction.keep_meetup(&meetup, now, interaction).await?;
                let id = id.ok_or(Refusal::DraftGone)?;
                self.tend(&mut transaction, id).await?;
                let meetup = live_meetup(&mut transaction, by.guild, id).await?;
                let dates = next_dates(meetup.schedule(), now);
                Kept::Scheduled(meetup, dates)
            }
            Draft::Move {
                meetup,
                original,
                to,
                rule,
            } => {
                let meetup = live_meetup(&mut transaction, by.guild, meetup).await?;
                let from = meetup
                    .schedule()
                    .date_of(original)
                    .ok_or(Refusal::DateGone)?;
                if from.starts_at <= now || instant_of(to, meetup.schedule().zone) <= now {
                    return Err(Refusal::DateGone.into());
                }
                self.tend(&mut transaction, meetup.id).await?;
                let id = if following {
                    let rule = rule.and_then(|rule| rule.parse().ok());
                    let rule = rule.ok_or(Refusal::FollowingUnclear)?;
                    self.move_following(&mut transaction, &meetup, from, to, rule, interaction)
                        .await?
                } else {
                    self.move_one(&mut transaction, &meetup, from, to).await?;
                    meetup.id
                };
                let meetup = live_meetup(&mut transaction, by.guild, id).await?;
                let dates = next_dates(meetup.schedule(), now);
                Kept::Moved(meetup, dates)
            }
            Draft::Cancel { meetup, reason } => {
                let meetup = live_meetup(&mut transaction, by.guild, meetup).await?;
                self.cancel(&mut transaction, &meetup, reason).await?;
                Kept::Cancelled(meetup)
            }
        };
        self.commit(transaction).await?;
        Ok(kept)
    }

    /// The other button: drops it.
    pub async fn drop_meetup_draft(&self, draft: MeetupDraftId, by: Author) -> Result<(), Failure> {
        let mut transaction = self.store.begin().await?;
        transaction
            .take_meetup_draft(by.guild, by.member, draft)
            .await?
            .ok_or(Refusal::DraftGone)?;
        Ok(transaction.commit().await?)
    }

    async fn keep_draft(
        &self,
        transaction: &mut Transaction,
        draft: &Draft,
        by: Author,
    ) -> Result<MeetupDraftId, Failure> {
        let now = self.clock.now();
        transaction
            .forget_meetup_drafts(now - FORGOTTEN_AFTER)
            .await?;
        let (guild, member) = (by.guild, by.member);
        Ok(transaction
            .keep_meetup_draft(guild, member, draft, by.interaction, now)
            .await?)
    }

    pub(super) async fn move_one(
        &self,
        transaction: &mut Transaction,
        meetup: &Meetup,
        from: Date,
        to: NaiveDateTime,
    ) -> Result<(), Failure> {
        if to == from.original {
            transaction
                .forget_meetup_exception(meetup.id, from.original)
                .await?;
        } else {
            transaction
                .keep_meetup_exception(meetup.id, from.original, Exception::Moved(to))
                .await?;
        }
        let change = Change::Moved {
            from: from.starts_at,
            to: instant_of(to, meetup.schedule().zone),
            following: false,
        };
        self.changed(transaction, meetup, from.original, change)
            .await
    }

    /// The series ends before the date, and another goes on from it; people's answers go with the date.
    /// Where nothing lies before the date, the series itself is changed.
    async fn move_following(
        &self,
        transaction: &mut Transaction,
        meetup: &Meetup,
        from: Date,
        to: NaiveDateTime,
        rule: Rule,
        interaction: InteractionId,
    ) -> Result<MeetupId, Failure> {
        let now = self.clock.now();
        let schedule = meetup.schedule();
        let zone = schedule.zone;
        let change = Change::Moved {
            from: from.starts_at,
            to: instant_of(to, zone),
            following: true,
        };
        let mut before = schedule
            .rule
            .dates_after(schedule.start, zone, DateTime::<Utc>::MIN_UTC);
        let is_first = before
            .next()
            .is_none_or(|(first, _)| first >= from.original);
        let answers = transaction.meetup_answers(meetup.id, from.original).await?;
        transaction
            .forget_meetup_exceptions_from(meetup.id, from.original)
            .await?;
        let id = if is_first {
            transaction.keep_meetup_rule(meetup.id, to, &rule).await?;
            meetup.id
        } else {
            let end = End::Until(from.original - TimeDelta::seconds(1));
            let ended = schedule.rule.clone().ending(end);
            transaction
                .keep_meetup_rule(meetup.id, schedule.start, &ended)
                .await?;
            transaction.count_meetup_change(meetup.id, now).await?;
            self.tend(transaction, meetup.id).await?;
            let next = NewMeetup {
                schedule: Schedule::new(to, zone, rule),
                continues: Some(meetup.id),
                ..meetup.plan.clone()
            };
            let id = transaction.keep_meetup(&next, now, interaction).await?;
            let id = id.ok_or(Refusal::DraftGone)?;
            let turns = transaction.meetup_turns(meetup.id).await?;
            transaction.keep_meetup_turns(id, &turns).await?;
            // What was proposed for the next date goes with it.
            let next = schedule.next_after(now);
            if next.is_some_and(|next| next.original == from.original) {
                let since = last_begun(meetup, now).map(|date| date.starts_at);
                let since = since.unwrap_or(DateTime::UNIX_EPOCH);
                transaction
                    .hand_over_proposals(meetup.id, id, since)
                    .await?;
            }
            id
        };
        if (id, to) != (meetup.id, from.original) {
            transaction
                .keep_meetup_answers(id, to, answers.all())
                .await?;
            let from = (meetup.id, from.original);
            transaction.hand_over_event(from, (id, to)).await?;
        }
        let moved = live_meetup(transaction, meetup.plan.guild, id).await?;
        stir_announcement(transaction, meetup, from.original, now).await?;
        stir_events(transaction, meetup.id, now).await?;
        // Whoever could answer the date as it was can answer it as it is.
        let plan = &meetup.plan;
        let before = Notice::MeetupAnnounced {
            meetup: meetup.id,
            original: from.original,
        };
        let key = before.key(plan.guild, plan.channel);
        if transaction.standing_notice(&key).await?.is_some() {
            let anew = Notice::MeetupAnnounced {
                meetup: id,
                original: to,
            };
            put_notice(transaction, plan.guild, plan.channel, &anew, now).await?;
        }
        self.changed(transaction, &moved, to, change).await?;
        Ok(id)
    }
}

fn zone_named(name: &str) -> Result<Tz, Refusal> {
    name.parse()
        .map_err(|_| Refusal::UnknownZone(name.to_owned()))
}

fn next_dates(schedule: &Schedule, now: DateTime<Utc>) -> Vec<Date> {
    schedule.dates_after(now).take(SHOWN_DATES).collect()
}

/// The new time of a date: a time alone is on the same day.
fn new_time(
    text: &str,
    from: Date,
    zone: Tz,
    now: DateTime<Utc>,
) -> Result<NaiveDateTime, Refusal> {
    if let Some(time) = when::read_time(text).map_err(Refusal::Time)? {
        let to = from.local.date().and_time(time);
        if instant_of(to, zone) > now {
            return Ok(to);
        }
        return Err(Refusal::Time(Unclear::Past(to)));
    }
    let when = when::read(text, now, zone).map_err(Refusal::Time)?;
    if when.rule.is_once() {
        Ok(when.start)
    } else {
        Err(Refusal::MoveToRhythm)
    }
}

/// The schedule of a date and those that follow once it is at another time; `None` where there are none, or
/// where they can't be told.
fn following_schedule(
    schedule: &Schedule,
    original: NaiveDateTime,
    to: NaiveDateTime,
) -> Option<Schedule> {
    let beginning = DateTime::<Utc>::MIN_UTC;
    let before = match schedule.rule.parts().end {
        End::Count(_) => schedule
            .rule
            .dates_after(schedule.start, schedule.zone, beginning)
            .take_while(|(local, _)| *local < original)
            .count(),
        _ => 0,
    };
    let before = u32::try_from(before).ok()?;
    let rule = following_rule(schedule, original.date(), to.date(), before)?;
    let follows = Schedule::new(to, schedule.zone, rule);
    let has_more = follows.dates_after(beginning).nth(1).is_some();
    has_more.then_some(follows)
}
