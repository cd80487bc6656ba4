//! Around a date: what is proposed for it, who was there, and what was written down of it.

use chrono::{DateTime, NaiveDateTime, TimeDelta};

use super::host::as_hosted;
use super::{Author, Facilitation, Failure, Shown, live_meetup};
use crate::facilitation::{Fault, put_notice};
use crate::practice::activity::ActivityKind;
use crate::practice::id::{ChannelId, GuildId, MeetupId, MemberId, MessageId, NoteId};
use crate::practice::meetup::{
    LONGEST_NOTE, LONGEST_PROPOSAL, Meetup, Proposal, date_of_coming, last_begun,
};
use crate::practice::message;
use crate::practice::notice::Notice;
use crate::practice::recurrence::Date;
use crate::practice::refusal::Refusal;
use crate::storage::Transaction;

/// Whoever was seen in a room longer ago than this is not looked for in it any more.
const SEEN_LATELY: TimeDelta = TimeDelta::days(2);

/// Who was at a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct There {
    /// Those of whom somebody said so.
    pub there: Vec<MemberId>,
    /// Those of whom somebody said that they were not.
    pub absent: Vec<MemberId>,
    /// Those who were seen in the room, which says nothing yet.
    pub seen: Vec<MemberId>,
}

impl Facilitation {
    /// A button after a date: somebody was there. How many were, so far.
    pub async fn was_at_meetup(
        &self,
        meetup: MeetupId,
        original: NaiveDateTime,
        by: Author,
    ) -> Result<usize, Failure> {
        let now = self.clock.now();
        let mut transaction = self.store.begin().await?;
        let meetup = live_meetup(&mut transaction, by.guild, meetup).await?;
        let date = meetup.schedule().date_of(original);
        date.filter(|date| date.starts_at <= now)
            .ok_or(Refusal::DateGone)?;
        transaction
            .keep_attendance(meetup.id, original, by.member, true, by.member, now)
            .await?;
        let there = transaction.attendance(meetup.id, original).await?;
        self.commit(transaction).await?;
        Ok(there.len())
    }

    /// `/meetup attendance`: who was at the last date. `member` was there, too, or was not.
    pub async fn meetup_attendance(
        &self,
        meetup: MeetupId,
        member: Option<(MemberId, bool)>,
        by: Author,
    ) -> Result<(Shown, There), Failure> {
        let now = self.clock.now();
        let mut transaction = self.store.begin().await?;
        let meetup = live_meetup(&mut transaction, by.guild, meetup).await?;
        let date = last_begun(&meetup, now);
        let meetup = match date {
            Some(date) => as_hosted(&mut transaction, meetup, date.original).await?,
            None => meetup,
        };
        if meetup.plan.host != by.member {
            by.must_coordinate()?;
        }
        let date = date.ok_or(Refusal::NoDateYet)?;
        if let Some((member, was_there)) = member {
            transaction
                .keep_attendance(meetup.id, date.original, member, was_there, by.member, now)
                .await?;
        }
        let there = There {
            there: transaction.attendance(meetup.id, date.original).await?,
            absent: transaction.absent(meetup.id, date.original).await?,
            seen: transaction.seen(meetup.id, date.original).await?,
        };
        let answers = transaction.meetup_answers(meetup.id, date.original).await?;
        self.commit(transaction).await?;
        let shown = Shown {
            meetup,
            date: Some(date),
            answers,
            following: Vec::new(),
        };
        Ok((shown, there))
    }

    /// A button after a date, for its host: all who were seen in the room were there, but for those of whom it was
    /// said before that they were not. How many were, so far.
    pub async fn all_were_at_meetup(
        &self,
        meetup: MeetupId,
        original: NaiveDateTime,
        by: Author,
    ) -> Result<usize, Failure> {
        let now = self.clock.now();
        let mut transaction = self.store.begin().await?;
        let meetup = live_meetup(&mut transaction, by.guild, meetup).await?;
        let meetup = as_hosted(&mut transaction, meetup, original).await?;
        if meetup.plan.host != by.member {
            by.must_coordinate()?;
        }
        let mut said = transaction.attendance(meetup.id, original).await?;
        said.extend(transaction.absent(meetup.id, original).await?);
        let seen = transaction.seen(meetup.id, original).await?;
        for member in seen.iter().filter(|member| !said.contains(member)) {
            transaction
                .keep_attendance(meetup.id, original, *member, true, by.member, now)
                .await?;
        }
        let there = transaction.attendance(meetup.id, original).await?;
        self.commit(transaction).await?;
        Ok(there.len())
    }

    /// Somebody is in a voice channel now, or in none. Where a date runs there, or starts soon, it is kept as a
    /// hint that they were at it; who leaves before it starts was not.
    pub async fn see_in_voice(
        &self,
        guild: GuildId,
        member: &message::Author,
        room: Option<ChannelId>,
    ) -> Result<(), Fault> {
        let now = self.clock.now();
        let mut transaction = self.store.read().await?;
        let seen = transaction
            .seen_since(guild, member.id, now - SEEN_LATELY)
            .await?;
        let left = seen.into_iter().filter(|(_, _, of)| *of != room);
        let left: Vec<_> = left.map(|(id, original, _)| (id, original)).collect();
        let coming = match room {
            Some(room) => transaction.meetups_in_room(guild, room).await?,
            None => Vec::new(),
        };
        if (left.is_empty() && coming.is_empty()) || member.is_bot {
            return Ok(());
        }
        drop(transaction);
        let mut transaction = self.store.begin().await?;
        for (id, original) in left {
            let meetup = transaction.meetup(id).await?;
            let date = meetup.and_then(|meetup| meetup.schedule().date_of(original));
            if date.is_some_and(|date| date.starts_at > now) {
                transaction.forget_seen(id, original, member.id).await?;
            }
        }
        let paused = self.paused_members(&mut transaction, guild).await?;
        if !paused.holds(guild, Some(member)) {
            for id in coming {
                let meetup = transaction.meetup(id).await?;
                let date = meetup.and_then(|meetup| date_of_coming(&meetup, now));
                if let Some(date) = date {
                    transaction
                        .keep_seen(id, date.original, member.id, now)
                        .await?;
                }
            }
        }
        Ok(self.commit(transaction).await?)
    }

    /// The date of which notes are written: the last one that has begun.
    pub async fn date_of_notes(
        &self,
        guild: GuildId,
        meetup: MeetupId,
    ) -> Result<(Meetup, Date), Failure> {
        let mut transaction = self.store.read().await?;
        let meetup = live_meetup(&mut transaction, guild, meetup).await?;
        let date = last_begun(&meetup, self.clock.now()).ok_or(Refusal::NoDateYet)?;
        Ok((meetup, date))
    }

    /// The window of notes was sent: what was written is posted in the date's thread, and is an activity.
    pub async fn write_notes(
        &self,
        meetup: MeetupId,
        original: NaiveDateTime,
        text: &str,
        by: Author,
    ) -> Result<(), Failure> {
        let now = self.clock.now();
        let text: String = text.trim().chars().take(LONGEST_NOTE.into()).collect();
        if text.is_empty() {
            return Err(Refusal::NothingWritten.into());
        }
        let mut transaction = self.store.begin().await?;
        let meetup = live_meetup(&mut transaction, by.guild, meetup).await?;
        let date = meetup.schedule().date_of(original);
        date.filter(|date| date.starts_at <= now)
            .ok_or(Refusal::NoDateYet)?;
        let date = (meetup.id, original);
        let note = transaction
            .keep_note(date, by.member, &text, by.interaction, now)
            .await?;
        let notice = Notice::MeetupNote {
            meetup: meetup.id,
            original,
            note,
        };
        let channel = meetup.plan.channel;
        put_notice(&mut transaction, by.guild, channel, &notice, now).await?;
        Ok(self.commit(transaction).await?)
    }

    /// Outbox: a note was posted; it documents what the community does.
    pub async fn keep_posted_note(
        &self,
        transaction: &mut Transaction,
        guild: GuildId,
        note: NoteId,
        channel: ChannelId,
        message: MessageId,
    ) -> Result<(), Fault> {
        let note = transaction.note(note).await?;
        let Some(by) = note.and_then(|note| note.by) else {
            return Ok(());
        };
        let (kind, at) = (ActivityKind::DocumentingProjects, self.clock.now());
        transaction
            .log_activity(guild, channel, message, kind, by, at)
            .await?;
        Ok(())
    }

    /// `/meetup propose`: what somebody would like to talk about at the next date.
    pub async fn propose_for_meetup(
        &self,
        meetup: MeetupId,
        text: &str,
        by: Author,
    ) -> Result<(Meetup, Date), Failure> {
        let now = self.clock.now();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text: String = text.chars().take(LONGEST_PROPOSAL).collect();
        if text.is_empty() {
            return Err(Refusal::NothingWritten.into());
        }
        let mut transaction = self.store.begin().await?;
        let meetup = live_meetup(&mut transaction, by.guild, meetup).await?;
        let next = meetup.schedule().next_after(now).ok_or(Refusal::NoDates)?;
        let proposal = Proposal {
            by: by.member,
            text,
        };
        transaction
            .keep_proposal(meetup.id, &proposal, by.interaction, now)
            .await?;
        self.commit(transaction).await?;
        Ok((meetup, next))
    }

    /// What was proposed for the next date of a series: since the last one began.
    pub async fn proposals_for(&self, meetup: &Meetup) -> Result<Vec<Proposal>, Failure> {
        let since = last_begun(meetup, self.clock.now());
        let since = since.map_or(DateTime::UNIX_EPOCH, |date| date.starts_at);
        let mut transaction = self.store.read().await?;
        Ok(transaction.proposals(meetup.id, since).await?)
    }
}
