//! The account of a storm: what stands in Discord, what is in the database, and what should.

use std::collections::HashSet;
use std::fmt::Display;

use chrono::TimeDelta;
use convener::practice::id::ChannelId;
use convener::practice::request::{Change, Life, Request, Status};
use convener::storage::{RequestFilter, Store, Transaction};
use simcord::{Message, Person, Snowflake};

use crate::engine::{Beside, Database};
use crate::people::Community;
use crate::process::Harness;

/// How late a step may be: the process may be away when it falls due.
const LATE: TimeDelta = TimeDelta::hours(12);

/// After how long a request that nobody answers is on the board, on the agenda of the next meetup, and
/// closed, by default.
const WAITS: TimeDelta = TimeDelta::hours(4);
const RAISED: TimeDelta = TimeDelta::hours(72);
const LAPSES: TimeDelta = TimeDelta::days(14);

/// Discord's types of messages that somebody said.
const SAID: u64 = 0;
const REPLIED: u64 = 19;

#[derive(Default)]
pub(crate) struct Account {
    pub(crate) steps: u64,
    pub(crate) duplicates: u64,
    pub(crate) losses: u64,
    /// Each duplicate and loss, in words.
    pub(crate) details: Vec<String>,
}

impl Account {
    fn duplicate(&mut self, what: impl Display) {
        self.duplicates += 1;
        self.details.push(format!("twice: {what}"));
    }

    fn loss(&mut self, what: impl Display) {
        self.losses += 1;
        self.details.push(format!("lost: {what}"));
    }
}

pub(crate) async fn draw_up(
    harness: &Harness,
    community: &Community,
    database: &Database,
) -> Account {
    let mut account = Account {
        steps: community.steps,
        ..Account::default()
    };
    let store = Store::open(&database.url()).await.unwrap();
    let mut transaction = store.read().await.unwrap();
    let requests = transaction
        .requests(RequestFilter::default())
        .await
        .unwrap();
    messages(
        &mut account,
        harness,
        community,
        &mut transaction,
        &requests,
    )
    .await;
    steps(&mut account, harness, &mut transaction, &requests).await;
    for question in &community.promised {
        let of_it = |request: &&Request| request.asked.text == *question;
        match requests.iter().filter(of_it).count() {
            0 => account.loss(format_args!("a question that was to be posted: {question}")),
            1 => {}
            _ => account.duplicate(format_args!("a question: {question}")),
        }
    }
    drop(transaction);
    store.close().await;
    notices(
        &mut account,
        harness,
        community,
        &mut database.beside().await,
    )
    .await;
    account
}

/// Every message that stands in a recorded channel is kept once, as it reads now, and no other.
async fn messages(
    account: &mut Account,
    harness: &Harness,
    community: &Community,
    transaction: &mut Transaction,
    requests: &[Request],
) {
    let bot = harness.discord.application_id();
    for channel in community.recorded() {
        let id = ChannelId::new(channel.id().get().try_into().unwrap());
        let kept = transaction
            .messages_until(id, harness.now(), i64::MAX)
            .await
            .unwrap();
        let mut seen = HashSet::new();
        for stored in &kept {
            let heard = &stored.heard;
            if !seen.insert(heard.id) {
                account.duplicate(format_args!("kept in #{}: {}", channel.name(), heard.text));
            }
            let said = harness
                .discord
                .message(Snowflake::new(heard.id.get().unsigned_abs()));
            match said {
                None => account.loss(format_args!("that it was deleted: {}", heard.text)),
                Some(said) if said.author_id == bot => {
                    let posted = |request: &Request| request.asked.message == Some(heard.id);
                    if !requests.iter().any(posted) {
                        account.duplicate(format_args!("a question nobody asked: {}", heard.text));
                    }
                }
                Some(said) if said.content != heard.text => {
                    account.loss(format_args!(
                        "the edit of {:?} to {:?}",
                        heard.text, said.content
                    ));
                }
                Some(_) => {}
            }
            let opened = |request: &Request| request.asked.message == Some(heard.id);
            if stored.reading.is_request && !requests.iter().any(opened) {
                account.loss(format_args!("the request of {}", heard.text));
            }
        }
        for said in channel.messages() {
            let is_kept = kept
                .iter()
                .any(|stored| said.id == stored.heard.id.get().unsigned_abs());
            if said.author_id != bot && !is_kept {
                account.loss(format_args!("in #{}: {}", channel.name(), said.content));
            }
        }
    }
}

/// The history of each request gives its state, and nothing in it is missing or twice.
async fn steps(
    account: &mut Account,
    harness: &Harness,
    transaction: &mut Transaction,
    requests: &[Request],
) {
    for request in requests {
        let events = transaction.request_events(request.id).await.unwrap();
        if Life::lived(request.asked.asked_at, &events) != request.life {
            account.loss(format_args!(
                "an event of request {}: {events:?}, {:?}",
                request.id, request.life
            ));
        }
        // What time does to it, it does once in each time that it is open.
        let mut steps = HashSet::new();
        for event in &events {
            let is_step = matches!(
                event.change,
                Change::Surfaced | Change::Called | Change::Raised | Change::Lapsed
            );
            if event.change == Change::Reopened {
                steps.clear();
            } else if is_step && !steps.insert((event.change, event.by)) {
                account.duplicate(format_args!("{:?} of request {}", event.change, request.id));
            }
        }
        let life = request.life;
        let open_for =
            life.answered_at.or(life.closed_at).unwrap_or(harness.now()) - life.open_since;
        let due = [
            (Change::Surfaced, WAITS, life.surfaced_at),
            (Change::Raised, RAISED, life.raised_at),
            (
                Change::Lapsed,
                LAPSES,
                (life.status != Status::Open).then_some(harness.now()),
            ),
        ];
        for (change, after, done_at) in due {
            if done_at.is_none() && open_for > after + LATE {
                account.loss(format_args!(
                    "{change:?} of request {}: {life:?} after {events:?}",
                    request.id
                ));
            }
        }
    }
}

/// Every message of the bot is one notice that was said, and every notice that was said stands there.
async fn notices(
    account: &mut Account,
    harness: &Harness,
    community: &Community,
    beside: &mut Beside,
) {
    let bot = harness.discord.application_id();
    // What Discord says in its name, and answers to commands, are no notices.
    let is_notice =
        |message: &Message| message.author_id == bot && matches!(message.kind, SAID | REPLIED);
    let in_channels = community.everywhere().into_iter();
    let mut standing: Vec<Message> = in_channels.flat_map(|channel| channel.messages()).collect();
    standing.extend(community.people.iter().flat_map(Person::direct_messages));
    standing.retain(is_notice);
    for message in &standing {
        let id = message.id;
        let count = format!("SELECT count(*) FROM outbox WHERE message_id = {id}");
        match beside.number(&count).await {
            1 => {}
            0 => account.duplicate(format_args!(
                "said in #{}: {}",
                message.channel,
                message.text()
            )),
            _ => account.loss(format_args!("a notice, for {}", message.text())),
        }
    }
    let mut last = 0;
    loop {
        let next =
            format!("SELECT COALESCE(MIN(message_id), 0) FROM outbox WHERE message_id > {last}");
        last = beside.number(&next).await;
        if last == 0 {
            break;
        }
        let id = Snowflake::new(last.unsigned_abs());
        let stands = standing.iter().any(|message| message.id == id);
        if !stands && !community.deleted.contains(&id) {
            account.loss(format_args!("the message {id} of a notice"));
        }
    }
    let boards = community
        .core
        .messages()
        .into_iter()
        .filter(|message| message.pinned)
        .count();
    if boards > 1 {
        account.duplicate("the board");
    }
    let unsaid = "SELECT count(*) FROM outbox WHERE sent_at IS NULL AND given_up_at IS NULL";
    if beside.number(unsaid).await > 0 {
        account.loss("a notice that was never said");
    }
    let undone = "SELECT count(*) FROM agenda WHERE finished_at IS NULL AND last_error IS NOT NULL";
    if beside.number(undone).await > 0 {
        account.loss("a job that was never done");
    }
}
