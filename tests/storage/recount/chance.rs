//! A community that lives at random for five weeks: it writes, edits, deletes, asks, answers, takes back,
//! leaves and is forgotten; and some of it is only read later.

use chrono::{DateTime, TimeDelta, Utc};
use convener::practice::activity::ActivityKind;
use convener::practice::id::{ChannelId, GuildId, MemberId, MessageId, RequestId};
use convener::practice::message::{Author, Heard, MessageKind};
use convener::practice::reading::Reading;
use convener::practice::request::{Change, Event, Life, NewRequest, Origin};
use convener::practice::week::Week;
use convener::storage::{MEMBER_TABLES, Store, Transaction};
use fastrand::Rng;

/// How much happens.
const DEEDS: usize = 500;

const ZONE: chrono_tz::Tz = chrono_tz::Europe::Berlin;

/// Lives the weeks; which they are. The clocks change in the fourth.
pub(super) async fn live(store: &Store, guild: GuildId, seed: u64) -> Vec<Week> {
    let begin: DateTime<Utc> = "2026-03-01T23:00:00Z".parse().unwrap();
    let mut transaction = store.begin().await.unwrap();
    transaction.keep_guild(guild, "Makers").await.unwrap();
    let mut community = transaction.community(guild).await.unwrap().unwrap();
    community.zone = ZONE;
    transaction.keep_settings(&community).await.unwrap();
    if seed == 0 {
        // What Convener missed it missed in every community of the database.
        let (from, to) = (begin + TimeDelta::days(20), begin + TimeDelta::days(22));
        transaction.keep_absence(1, 0, from, to).await.unwrap();
    }
    let mut chance = Chance {
        random: Rng::with_seed(seed),
        guild,
        begin,
        messages: Vec::new(),
        requests: Vec::new(),
        next: 1_000 * i64::try_from(seed).unwrap() + 1,
    };
    for _ in 0..DEEDS {
        chance.something_happens(&mut transaction).await;
    }
    transaction.commit().await.unwrap();
    let first = Week::of(begin, ZONE);
    std::iter::successors(Some(first), |week| Some(week.next()))
        .take(6)
        .collect()
}

struct Chance {
    random: Rng,
    guild: GuildId,
    begin: DateTime<Utc>,
    messages: Vec<Heard>,
    requests: Vec<(RequestId, DateTime<Utc>, Vec<Event>)>,
    next: i64,
}

impl Chance {
    fn time(&mut self) -> DateTime<Utc> {
        let at = self.begin + TimeDelta::seconds(self.random.i64(0..35 * 86_400));
        // Now and then the very first instant of a week.
        if self.random.u8(..) < 8 {
            Week::of(at, ZONE).period(ZONE).from
        } else {
            at
        }
    }

    fn person(&mut self) -> Author {
        let id = self.random.i64(1..=9);
        Author {
            id: MemberId::new(id),
            name: format!("person {id}"),
            is_bot: id == 9,
        }
    }

    fn channel(&mut self) -> ChannelId {
        ChannelId::new(self.guild.get() % 1_000 * 10 + self.random.i64(0..4))
    }

    async fn something_happens(&mut self, transaction: &mut Transaction) {
        match self.random.u32(0..100) {
            0..50 => self.somebody_writes(transaction).await,
            50..62 => self.somebody_asks(transaction).await,
            62..84 => self.a_request_changes(transaction).await,
            84..90 => self.somebody_logs(transaction).await,
            90..94 => self.somebody_joins(transaction).await,
            94..98 => self.a_message_goes(transaction).await,
            98 => self.a_channel_goes(transaction).await,
            _ => self.somebody_is_forgotten(transaction).await,
        }
    }

    async fn somebody_writes(&mut self, transaction: &mut Transaction) {
        self.next += 1;
        let kind = match self.random.u8(0..10) {
            0 => MessageKind::System,
            1 => MessageKind::Action,
            _ => MessageKind::Message,
        };
        let author =
            Some(self.person()).filter(|_| kind != MessageKind::System || self.random.bool());
        let heard = Heard {
            channel: self.channel(),
            id: MessageId::new(self.next),
            author,
            at: self.time(),
            edited_at: None,
            text: "words".to_owned(),
            kind,
            reply_to: Vec::new(),
            mentions: Vec::new(),
            reactions: Vec::new(),
            attachments: Vec::new(),
        };
        let begins = heard.is_by_a_person() && self.random.bool();
        let activity = self
            .random
            .choice(ActivityKind::ALL)
            .filter(|_| self.random.bool());
        let reading = Reading {
            begins,
            activity: activity.filter(|_| begins),
            confidence: self.random.f32(),
            ..Reading::default()
        };
        transaction
            .keep_message(self.guild, &heard, &reading)
            .await
            .unwrap();
        self.messages.push(heard);
    }

    async fn somebody_asks(&mut self, transaction: &mut Transaction) {
        let Some(heard) = self.random.choice(&self.messages).cloned() else {
            return;
        };
        let Some(author) = heard.author.filter(|author| !author.is_bot) else {
            return;
        };
        let request = NewRequest {
            guild: self.guild,
            channel: heard.channel,
            message: Some(heard.id),
            author,
            asked_at: heard.at,
            text: heard.text,
            origin: Origin::Detected,
            is_anonymous: false,
            is_public: true,
        };
        if let Some(id) = transaction.open_request(&request, None).await.unwrap() {
            self.requests.push((id, heard.at, Vec::new()));
        }
    }

    async fn a_request_changes(&mut self, transaction: &mut Transaction) {
        if self.requests.is_empty() {
            return;
        }
        let by = self.person().id;
        let index = self.random.usize(..self.requests.len());
        let (change, gap) = (
            self.random.choice(Change::ALL).unwrap(),
            self.random.i64(1..200_000),
        );
        let message = self
            .random
            .bool()
            .then(|| MessageId::new(self.random.i64(1..3)));
        let (id, asked_at, events) = &mut self.requests[index];
        let last = events.last().map_or(*asked_at, |event| event.at);
        let event = Event {
            message,
            ..Event::of_member(change, last + TimeDelta::seconds(gap), by)
        };
        let (before, mut after) = (Life::lived(*asked_at, events), events.clone());
        after.push(event);
        let life = Life::lived(*asked_at, &after);
        // As it is kept in life: only what changes something.
        if life != before {
            transaction
                .keep_request_event(*id, &event, &life)
                .await
                .unwrap();
            *events = after;
        }
    }

    async fn somebody_logs(&mut self, transaction: &mut Transaction) {
        let Some(heard) = self.random.choice(&self.messages).cloned() else {
            return;
        };
        let (by, at) = (self.person().id, self.time());
        let kind = self.random.choice(ActivityKind::ALL).unwrap();
        transaction
            .log_activity(self.guild, heard.channel, heard.id, kind, by, at)
            .await
            .unwrap();
    }

    async fn somebody_joins(&mut self, transaction: &mut Transaction) {
        let (person, at) = (self.person(), self.time());
        let joined = self.random.bool().then_some(at);
        transaction
            .keep_member(self.guild, &person, joined)
            .await
            .unwrap();
        if self.random.u8(0..4) == 0 {
            transaction
                .keep_member_left(self.guild, person.id)
                .await
                .unwrap();
        }
    }

    async fn a_message_goes(&mut self, transaction: &mut Transaction) {
        let Some(heard) = self.random.choice(&self.messages).cloned() else {
            return;
        };
        let at = self.time();
        if self.random.bool() {
            transaction
                .edit_message(heard.channel, heard.id, "other words", at)
                .await
                .unwrap();
        } else {
            transaction
                .delete_message(heard.channel, heard.id, at)
                .await
                .unwrap();
        }
    }

    async fn a_channel_goes(&mut self, transaction: &mut Transaction) {
        if self.random.u8(0..3) > 0 {
            return;
        }
        let (channel, at) = (self.channel(), self.time());
        transaction
            .delete_messages_of(self.guild, channel, at)
            .await
            .unwrap();
    }

    async fn somebody_is_forgotten(&mut self, transaction: &mut Transaction) {
        let member = self.person().id;
        for table in MEMBER_TABLES {
            transaction
                .forget_of(table, self.guild, member)
                .await
                .unwrap();
        }
    }
}
