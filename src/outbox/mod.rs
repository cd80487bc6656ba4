//! What is to be said, and was it said?
//!
//! A notice is put into the outbox in the transaction that decided it. The worker leases it, puts it
//! into words with what is known now, says it through the [`Messenger`] and keeps the message's id.
//! Where what a notice speaks of changes, it is stirred: its message is edited in place, at most once
//! in ten seconds. Discord forgets a repeated nonce after minutes; so before a message is sent that may
//! have been sent before, the worker looks for it. A notice that can't be said is given up in the end,
//! and stops nothing else.
//!
//! To add a notice: a variant of `practice::notice::Notice`, its words in `view`, its line in
//! `saying`.

mod event;
mod meetup;
mod saying;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::sync::CancellationToken;

use crate::clock::{backoff, go_the_rounds};
use crate::facilitation::door::{DoorError, Messenger};
use crate::facilitation::{Facilitation, Fault};
use crate::practice::id::{ChannelId, MessageId};
use crate::practice::notice::Notice;
use crate::practice::post::Post;
use crate::storage::{DueNotice, Place, Transaction};
use saying::{Saying, hash};

/// How long a notice is leased: longer than looking for it and sending it may take.
const LEASE: TimeDelta = TimeDelta::minutes(5);

/// How many notices are leased at once: what one waits for must not use up another's lease.
const BATCH: i64 = 1;

/// A notice that was not said is tried again after at most this.
const LONGEST_BACKOFF: TimeDelta = TimeDelta::minutes(30);

/// After so many tries, most of a day, a notice is given up: by then it is news no more.
const MOST_ATTEMPTS: i64 = 50;

/// Says what is in the outbox, until it is told to stop; what is leased then is finished first.
pub async fn run(
    facilitation: Arc<Facilitation>,
    messenger: Arc<dyn Messenger>,
    stop: CancellationToken,
) {
    let clock = Arc::clone(&facilitation.clock);
    let round = || say_due(&facilitation, messenger.as_ref());
    go_the_rounds("outbox", clock, &facilitation.outbox_bell, stop, round).await;
}

/// Says all that is due; when there is next something to say.
async fn say_due(
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
        for due in due {
            let said = match serde_json::from_str(&due.notice) {
                Ok(notice) => deliver(facilitation, messenger, &due, &notice).await,
                Err(error) => give_up(facilitation, &due, &error.to_string()).await,
            };
            if let Err(fault) = said {
                put_off(facilitation, &due, &fault.to_string()).await?;
            }
        }
    }
}

async fn deliver(
    facilitation: &Facilitation,
    messenger: &dyn Messenger,
    due: &DueNotice,
    notice: &Notice,
) -> Result<(), Fault> {
    let mut transaction = facilitation.store.read().await?;
    let saying = saying::saying(&mut transaction, due, notice, facilitation).await?;
    let thread = match due.place {
        // What names people is put right where it stands, which is in the thread.
        Place::Channel(channel)
            if due.message.is_none()
                || matches!(
                    notice,
                    Notice::MeetupNote { .. } | Notice::MeetupEnded { .. }
                ) =>
        {
            meetup::thread(&mut transaction, due.guild, channel, notice).await?
        }
        _ => None,
    };
    drop(transaction);
    let said_hash = hash(&saying);
    if let (Saying::Event(saying), Some(date)) = (&saying, event::date_of(notice)) {
        return event::deliver(facilitation, messenger, due, date, saying, said_hash).await;
    }
    let outcome = match &saying {
        // All that has changed is nothing that shows.
        Saying::Post(_) if due.message.is_some() && said_hash == due.said_hash => Ok(None),
        Saying::Solved { .. } if said_hash == due.said_hash => Ok(None),
        Saying::Post(post) => say(messenger, due, thread.as_ref(), post).await.map(Some),
        Saying::Solved { post, is_solved } => {
            let marked = messenger.mark_solved(*post, *is_solved).await;
            marked.map(|()| None)
        }
        Saying::NotBefore(time) => {
            let mut transaction = facilitation.store.begin().await?;
            transaction.postpone_notice(due, *time).await?;
            return Ok(transaction.commit().await?);
        }
        Saying::Nothing | Saying::Event(_) => {
            let mut transaction = facilitation.store.begin().await?;
            transaction
                .drop_notice(due, facilitation.clock.now())
                .await?;
            return report_unsaid(facilitation, transaction, due, notice).await;
        }
    };
    match outcome {
        Ok(said) => keep_said(facilitation, due, notice, said, said_hash).await,
        // Its message was deleted, by people: the board is put up anew, anything else stays away.
        Err(DoorError::Gone(_)) if due.message.is_some() => {
            let now = facilitation.clock.now();
            let mut transaction = facilitation.store.begin().await?;
            if let (Notice::Board, Some(message)) = (notice, due.message) {
                let key = notice.key(due.guild, ChannelId::new(0));
                transaction.lose_notice_message(&key, message, now).await?;
            } else {
                transaction.drop_notice(due, now).await?;
            }
            Ok(transaction.commit().await?)
        }
        // Who takes no private messages is told nothing in private; of what they chose, in the thread.
        Err(DoorError::Refused(_)) if matches!(due.place, Place::Member(_)) => {
            let now = facilitation.clock.now();
            let mut transaction = facilitation.store.begin().await?;
            transaction.drop_notice(due, now).await?;
            facilitation
                .remind_in_thread(&mut transaction, due.guild, notice)
                .await?;
            Ok(facilitation.commit(transaction).await?)
        }
        // A permission that is missing may be given, so a refusal is no end either.
        Err(error) if due.attempts < MOST_ATTEMPTS => {
            put_off(facilitation, due, &error.to_string()).await
        }
        Err(error) => give_up(facilitation, due, &error.to_string()).await,
    }
}

async fn keep_said(
    facilitation: &Facilitation,
    due: &DueNotice,
    notice: &Notice,
    said: Option<(ChannelId, MessageId)>,
    said_hash: i64,
) -> Result<(), Fault> {
    let now = facilitation.clock.now();
    let message = said.map(|(_, message)| message);
    let mut transaction = facilitation.store.begin().await?;
    transaction.keep_said(due, message, said_hash, now).await?;
    let posted = match (notice, message, due.message) {
        (Notice::Question { request }, Some(message), None) => Some((*request, message)),
        _ => None,
    };
    if let Some((request, message)) = posted {
        facilitation
            .keep_posted_question(&mut transaction, request, message)
            .await?;
    }
    if let (Notice::MeetupNote { note, .. }, Some((channel, message)), None) =
        (notice, said, due.message)
    {
        facilitation
            .keep_posted_note(&mut transaction, due.guild, *note, channel, message)
            .await?;
    }
    facilitation.commit(transaction).await?;
    if let (Some(_), Place::Channel(channel)) = (posted, due.place) {
        // Only now: whoever hears holds the ears while they wait for the writer.
        facilitation.recall_said(channel).await;
    }
    Ok(())
}

/// Tries again later, or gives up.
async fn put_off(facilitation: &Facilitation, due: &DueNotice, reason: &str) -> Result<(), Fault> {
    if due.attempts >= MOST_ATTEMPTS {
        return give_up(facilitation, due, reason).await;
    }
    tracing::warn!(notice.id = %due.id, attempts = due.attempts, reason, "notice postponed");
    let wait = backoff(due.attempts, LONGEST_BACKOFF, due.id.get());
    let mut transaction = facilitation.store.begin().await?;
    transaction
        .retry_notice(due, reason, facilitation.clock.now() + wait)
        .await?;
    Ok(transaction.commit().await?)
}

async fn give_up(facilitation: &Facilitation, due: &DueNotice, reason: &str) -> Result<(), Fault> {
    tracing::error!(notice.id = %due.id, reason, "notice given up");
    let mut transaction = facilitation.store.begin().await?;
    transaction
        .give_up_notice(due, reason, facilitation.clock.now())
        .await?;
    match serde_json::from_str(&due.notice) {
        Ok(notice) => report_unsaid(facilitation, transaction, due, &notice).await,
        Err(_) => Ok(transaction.commit().await?),
    }
}

/// Commits that a notice will not be said; who should know of it is told.
async fn report_unsaid(
    facilitation: &Facilitation,
    mut transaction: Transaction,
    due: &DueNotice,
    notice: &Notice,
) -> Result<(), Fault> {
    if due.message.is_none() {
        facilitation.report_missed(&mut transaction, notice).await?;
    }
    transaction.commit().await?;
    facilitation.outbox_bell.ring();
    Ok(())
}

/// Sends a post, or puts it in the place of the message that stands.
async fn say(
    messenger: &dyn Messenger,
    due: &DueNotice,
    thread: Option<&meetup::Thread>,
    post: &Post,
) -> Result<(ChannelId, MessageId), DoorError> {
    let mut channel = channel_of(messenger, due.place).await?;
    if let Some(thread) = thread {
        channel = thread.open(messenger, channel).await?;
    }
    if let Some(message) = due.message {
        messenger.edit(channel, message, post).await?;
        return Ok((channel, message));
    }
    let found = if due.attempts > 1 {
        messenger.find(channel, post, due.created_at).await?
    } else {
        None
    };
    let message = if let Some(message) = found {
        message
    } else {
        let nonce = format!("notice-{}-{}", due.id, due.revision);
        messenger.send(channel, post, &nonce).await?
    };
    if post.is_pinned {
        // Without the permission it stands unpinned, and works as well.
        if let Err(error) = messenger.pin(channel, message).await {
            tracing::warn!(channel.id = %channel, %error, "message not pinned");
        }
    }
    Ok((channel, message))
}

async fn channel_of(messenger: &dyn Messenger, place: Place) -> Result<ChannelId, DoorError> {
    match place {
        Place::Channel(channel) => Ok(channel),
        Place::Member(member) => messenger.private_channel(member).await,
    }
}
