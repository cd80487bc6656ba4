//! What is to be said, and was it said?
//!
//! A notice is put into the outbox in the transaction that decided it. The worker leases it, puts it
//! into words with what is known now, sends it through the [`Messenger`] and marks it sent with the
//! message's id. Discord forgets a repeated nonce after minutes; so before a notice is sent that may
//! have been sent before, the worker looks for it.
//!
//! To add a notice: a variant of `practice::notice::Notice`, its words in `view`, its line in
//! `render`.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::sync::CancellationToken;

use crate::clock::UnderWay;
use crate::facilitation::door::{DoorError, Messenger};
use crate::facilitation::{Facilitation, Fault, digest};
use crate::practice::id::MessageId;
use crate::practice::notice::Notice;
use crate::practice::post::Post;
use crate::storage::{DueNotice, StorageError, Transaction};
use crate::view;

/// How long a notice is leased: longer than looking for it and sending it may take.
const LEASE: TimeDelta = TimeDelta::minutes(5);

/// How many notices are leased at once: what one waits for must not use up another's lease.
const BATCH: i64 = 1;

/// A notice that was not sent is tried again after 10 s, 20 s, 40 s, … up to this.
const LONGEST_BACKOFF: TimeDelta = TimeDelta::minutes(30);

/// After so many tries, most of a day, a notice is given up: by then it is news no more.
const MOST_ATTEMPTS: i64 = 50;

/// The database is asked again after this where it failed.
const AFTER_FAULT: TimeDelta = TimeDelta::seconds(5);

/// Sends what is in the outbox, until it is told to stop; what is leased then is finished first.
pub async fn run(
    facilitation: Arc<Facilitation>,
    messenger: Arc<dyn Messenger>,
    stop: CancellationToken,
) {
    let mut round: Option<UnderWay> = None;
    facilitation.outbox_bell.ring();
    loop {
        let next = match send_due(&facilitation, messenger.as_ref()).await {
            Ok(next) => next,
            Err(fault) => {
                tracing::error!(error = %fault, "outbox round failed");
                Some(facilitation.clock.now() + AFTER_FAULT)
            }
        };
        let sleep = next.map(|next| facilitation.clock.sleep_until(next));
        drop(round.take());
        round = tokio::select! {
            () = stop.cancelled() => return,
            under_way = facilitation.outbox_bell.rung() => Some(under_way),
            Some(under_way) = async { Some(sleep?.await) } => Some(under_way),
        };
    }
}

/// Sends all that is due; when there is next something to send.
async fn send_due(
    facilitation: &Facilitation,
    messenger: &dyn Messenger,
) -> Result<Option<DateTime<Utc>>, Fault> {
    loop {
        let mut transaction = facilitation.store.begin().await?;
        let due = transaction
            .lease_notices(facilitation.clock.now(), LEASE, BATCH)
            .await?;
        if due.is_empty() {
            return Ok(transaction.next_notice_at().await?);
        }
        transaction.commit().await?;
        for notice in due {
            if let Err(fault) = deliver(facilitation, messenger, &notice).await {
                tracing::error!(notice.id = %notice.id, error = %fault, "notice not delivered");
                let again_at = facilitation.clock.now() + backoff(notice.attempts);
                let mut transaction = facilitation.store.begin().await?;
                transaction
                    .retry_notice(notice.id, &fault.to_string(), again_at)
                    .await?;
                transaction.commit().await?;
            }
        }
    }
}

async fn deliver(
    facilitation: &Facilitation,
    messenger: &dyn Messenger,
    due: &DueNotice,
) -> Result<(), Fault> {
    let mut transaction = facilitation.store.read().await?;
    let now = facilitation.clock.now();
    let post = render(&mut transaction, due, now).await?;
    drop(transaction);
    let Some(post) = post else {
        let mut transaction = facilitation.store.begin().await?;
        transaction
            .give_up_notice(due.id, "there is nothing to say any more", now)
            .await?;
        return Ok(transaction.commit().await?);
    };
    let sent = send(messenger, due, &post).await;
    let was_sent = sent.is_ok();
    let mut transaction = facilitation.store.begin().await?;
    match sent {
        Ok(message) => {
            transaction.keep_sent(due.id, message, now).await?;
            if let Notice::Question { request } = due.notice {
                facilitation
                    .keep_posted_question(&mut transaction, request, message)
                    .await?;
            }
        }
        // A permission that is missing may be given, so a refusal is no end either.
        Err(error) if due.attempts < MOST_ATTEMPTS => {
            let again_at = now + backoff(due.attempts);
            tracing::warn!(notice.id = %due.id, attempts = due.attempts, %error, "notice postponed");
            transaction
                .retry_notice(due.id, &error.to_string(), again_at)
                .await?;
        }
        Err(error) => {
            tracing::error!(notice.id = %due.id, channel.id = %due.channel, %error, "notice given up");
            transaction
                .give_up_notice(due.id, &error.to_string(), now)
                .await?;
        }
    }
    transaction.commit().await?;
    if was_sent && matches!(due.notice, Notice::Question { .. }) {
        // Only now: whoever hears holds the ears while they wait for the writer.
        facilitation.recall_said(due.channel).await;
    }
    Ok(())
}

async fn send(
    messenger: &dyn Messenger,
    due: &DueNotice,
    post: &Post,
) -> Result<MessageId, DoorError> {
    if due.attempts > 1
        && let Some(message) = messenger.find(due.channel, post, due.created_at).await?
    {
        return Ok(message);
    }
    messenger
        .send(due.channel, post, &format!("notice-{}", due.id))
        .await
}

fn backoff(attempts: i64) -> TimeDelta {
    let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(10);
    TimeDelta::seconds(10 * (1 << doublings)).min(LONGEST_BACKOFF)
}

/// A notice in words; `None` where what it speaks of is gone or past.
async fn render(
    transaction: &mut Transaction,
    due: &DueNotice,
    now: DateTime<Utc>,
) -> Result<Option<Post>, StorageError> {
    Ok(match due.notice {
        Notice::RecordingStarts => Some(view::community::recording_starts()),
        Notice::Question { request } => transaction
            .request(request)
            .await?
            .map(|request| view::request::question(&request)),
        Notice::RequestWaiting { request, .. } => transaction
            .request(request)
            .await?
            .filter(|request| !request.life.status.is_closed())
            .map(|request| view::request::waiting(&request)),
        Notice::MeetupReminder {
            meetup,
            starts_at,
            late,
        } => transaction
            .meetup(meetup)
            .await?
            .filter(|meetup| meetup.cancelled_at.is_none() && now < starts_at)
            .map(|meetup| view::meetup::reminder(&meetup, starts_at, late)),
        Notice::ReminderMissed { meetup, starts_at } => transaction
            .meetup(meetup)
            .await?
            .map(|meetup| view::meetup::reminder_missed(&meetup, starts_at)),
        Notice::Digest { week, late } => match transaction.community(due.guild).await? {
            Some(community) => {
                let digest = digest::digest(transaction, &community, week).await?;
                Some(view::digest::post(&digest, late))
            }
            None => None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_backoff_doubles_up_to_half_an_hour() {
        assert_eq!(backoff(1), TimeDelta::seconds(10));
        assert_eq!(backoff(3), TimeDelta::seconds(40));
        assert_eq!(backoff(40), LONGEST_BACKOFF);
    }
}
