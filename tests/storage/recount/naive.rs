//! The bare rows of a community, and what plain loops over them count.

#![expect(
    clippy::struct_field_names,
    reason = "fields are called as their columns"
)]

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use convener::practice::id::GuildId;
use convener::practice::week::Period;
use sqlx::FromRow;

use crate::engine::Beside;

type Instant = DateTime<Utc>;

#[derive(FromRow)]
pub(super) struct Message {
    channel_id: i64,
    message_id: i64,
    author_id: Option<i64>,
    author_is_bot: bool,
    kind: String,
    written_at: Instant,
    deleted_at: Option<Instant>,
    activity: Option<String>,
    confidence: f64,
    begins: bool,
}

#[derive(FromRow)]
struct Request {
    request_id: i64,
    author_id: i64,
    asked_at: Instant,
    status: String,
    first_response_at: Option<Instant>,
}

#[derive(Clone, FromRow)]
struct Event {
    request_id: i64,
    change: String,
    happened_at: Instant,
    member_id: Option<i64>,
    message_id: Option<i64>,
}

#[derive(FromRow)]
struct Logged {
    channel_id: i64,
    message_id: i64,
    kind: String,
    logged_at: Instant,
}

#[derive(FromRow)]
pub(super) struct Member {
    member_id: i64,
    is_bot: bool,
    has_left: bool,
    joined_at: Option<Instant>,
}

pub(super) struct Facts {
    messages: Vec<Message>,
    requests: Vec<Request>,
    events: Vec<Event>,
    logged: Vec<Logged>,
    members: Vec<Member>,
    absences: Vec<(Instant, Instant)>,
}

fn within(period: Period, at: Instant) -> bool {
    at >= period.from && at < period.to
}

/// The changes that a request's status follows.
fn is_of_status(event: &Event) -> bool {
    [
        "answered",
        "reopened",
        "resolved",
        "withdrawn",
        "lapsed",
        "undone",
    ]
    .contains(&event.change.as_str())
}

impl Facts {
    pub(super) async fn read(beside: &mut Beside, guild: GuildId) -> Self {
        Self {
            messages: beside
                .rows(&format!("SELECT * FROM messages WHERE guild_id = {guild}"))
                .await,
            requests: beside
                .rows(&format!("SELECT * FROM requests WHERE guild_id = {guild}"))
                .await,
            events: beside
                .rows(&format!(
                    "SELECT request_events.* FROM request_events JOIN requests USING (request_id)
                    WHERE requests.guild_id = {guild} ORDER BY event_id"
                ))
                .await,
            logged: beside
                .rows(&format!(
                    "SELECT * FROM activities WHERE guild_id = {guild}"
                ))
                .await,
            members: beside
                .rows(&format!("SELECT * FROM members WHERE guild_id = {guild}"))
                .await,
            absences: beside
                .rows("SELECT absent_from, absent_to FROM shard_absences WHERE total = 1")
                .await,
        }
    }

    /// When the first message was written, and the last.
    pub(super) fn span(&self) -> (Instant, Instant) {
        let times = self.messages.iter().map(|message| message.written_at);
        (times.clone().min().unwrap(), times.max().unwrap())
    }

    pub(super) fn messages(&self, period: Period) -> Vec<&Message> {
        let mut counted = Vec::new();
        for message in &self.messages {
            let is_there = message.deleted_at.is_none() && within(period, message.written_at);
            let is_of_a_person = message.author_id.is_some() && !message.author_is_bot;
            if is_there && is_of_a_person && message.kind != "system" {
                counted.push(message);
            }
        }
        counted
    }

    pub(super) fn people(&self, period: Period) -> i64 {
        let messages = self.messages(period);
        let people: BTreeSet<_> = messages.iter().map(|message| message.author_id).collect();
        i64::try_from(people.len()).unwrap()
    }

    pub(super) fn channels(&self, period: Period) -> Vec<(i64, i64)> {
        let mut channels: BTreeMap<i64, i64> = BTreeMap::new();
        for message in self.messages(period) {
            *channels.entry(message.channel_id).or_default() += 1;
        }
        let mut channels: Vec<_> = channels.into_iter().collect();
        channels.sort_by_key(|(channel, messages)| (-messages, *channel));
        channels
    }

    pub(super) fn activities(&self, period: Period) -> Vec<(String, i64)> {
        let mut log = BTreeSet::new();
        for message in &self.messages {
            let Some(kind) = &message.activity else {
                continue;
            };
            if message.deleted_at.is_none() && within(period, message.written_at) {
                log.insert((kind, message.channel_id, message.message_id));
            }
        }
        for logged in &self.logged {
            if within(period, logged.logged_at) {
                log.insert((&logged.kind, logged.channel_id, logged.message_id));
            }
        }
        // In the order of the eleven, not of their names.
        convener::practice::activity::ActivityKind::ALL
            .iter()
            .map(|kind| {
                let logged = log.iter().filter(|(name, ..)| *name == kind.name()).count();
                (kind.name().to_owned(), i64::try_from(logged).unwrap())
            })
            .filter(|(_, count)| *count > 0)
            .collect()
    }

    pub(super) fn readings(&self, period: Period) -> (i64, i64) {
        let (mut read, mut unsure) = (0, 0);
        for message in &self.messages {
            let is_there = message.deleted_at.is_none() && within(period, message.written_at);
            if is_there && message.begins {
                read += 1;
                unsure += i64::from(message.confidence < 0.5);
            }
        }
        (read, unsure)
    }

    /// What changed the status of a request, without what was taken back.
    fn standing(&self, request: i64) -> Vec<&Event> {
        let of_status: Vec<&Event> = self
            .events
            .iter()
            .filter(|event| event.request_id == request && is_of_status(event))
            .collect();
        let mut standing = Vec::new();
        for (place, event) in of_status.iter().enumerate() {
            let is_undone = |at: usize| {
                of_status
                    .get(at + 1)
                    .is_some_and(|next| next.change == "undone")
            };
            // An answer that was marked is one act with the closing that follows it.
            let is_marked = event.change == "answered"
                && of_status.get(place + 1).is_some_and(|next| {
                    next.change == "resolved"
                        && next.message_id.is_some()
                        && next.message_id == event.message_id
                });
            let is_taken_back = is_undone(place) || is_marked && is_undone(place + 1);
            if event.change != "undone" && !is_taken_back {
                standing.push(*event);
            }
        }
        standing
    }

    /// The status of a request before a time, by the last change.
    fn status(&self, request: i64, before: Instant) -> String {
        let standing = self.standing(request);
        let last = standing
            .iter()
            .rev()
            .find(|event| event.happened_at < before);
        match last.map(|event| event.change.as_str()) {
            None | Some("reopened") => "open".to_owned(),
            Some(change) => change.to_owned(),
        }
    }

    pub(super) fn asked(&self, period: Period) -> usize {
        let asked = self.requests.iter().filter(|request| {
            within(period, request.asked_at)
                && self.status(request.request_id, period.to) != "withdrawn"
        });
        asked.count()
    }

    pub(super) fn waiting(&self, at: Instant) -> Vec<i64> {
        let mut waiting = Vec::new();
        for request in &self.requests {
            if request.asked_at < at && self.status(request.request_id, at) == "open" {
                waiting.push(request.request_id);
            }
        }
        waiting.sort_unstable();
        waiting
    }

    pub(super) fn seconds_to_answer(&self, period: Period) -> Vec<i64> {
        let mut seconds = Vec::new();
        for request in &self.requests {
            let answered = self.standing(request.request_id).into_iter();
            let answered = answered.filter(|event| event.change == "answered");
            if let Some(at) = answered.map(|event| event.happened_at).min()
                && within(period, at)
            {
                seconds.push((at - request.asked_at).num_seconds());
            }
        }
        seconds.sort_unstable();
        seconds
    }

    /// The smallest time within which half, and nine in ten, were answered.
    pub(super) fn answer_times(&self, period: Period) -> (Option<i64>, Option<i64>) {
        let seconds = self.seconds_to_answer(period);
        let within_which = |percent: usize| {
            seconds.iter().copied().find(|limit| {
                let faster = seconds.iter().filter(|other| *other <= limit).count();
                faster * 100 >= seconds.len() * percent
            })
        };
        (within_which(50), within_which(90))
    }

    pub(super) fn changed(&self, change: &str, period: Period) -> usize {
        let changed = self.requests.iter().filter(|request| {
            let mut standing = self.standing(request.request_id).into_iter();
            standing.any(|event| event.change == change && within(period, event.happened_at))
        });
        changed.count()
    }

    pub(super) fn joined(&self, period: Period) -> Vec<&Member> {
        let is_new = |member: &&Member| member.joined_at.is_some_and(|at| within(period, at));
        let people = self.members.iter().filter(|member| !member.is_bot);
        people.filter(is_new).collect()
    }

    pub(super) fn newcomers_requests(&self, period: Period) -> (i64, i64) {
        let (mut asked, mut responded) = (0, 0);
        for request in &self.requests {
            let joined = self
                .members
                .iter()
                .find(|member| member.member_id == request.author_id)
                .and_then(|member| member.joined_at);
            let Some(joined) = joined else { continue };
            let is_new = request.asked_at < joined + TimeDelta::days(14);
            if is_new && within(period, request.asked_at) && request.status != "withdrawn" {
                asked += 1;
                let soon = request.asked_at + TimeDelta::days(1);
                responded += i64::from(request.first_response_at.is_some_and(|at| at <= soon));
            }
        }
        (asked, responded)
    }

    pub(super) fn came_back(&self, previous: Period, period: Period) -> (i64, i64) {
        let joined = self.joined(previous);
        let came_back = joined.iter().filter(|member| {
            self.messages.iter().any(|message| {
                message.author_id == Some(member.member_id)
                    && message.deleted_at.is_none()
                    && within(period, message.written_at)
            })
        });
        (
            i64::try_from(joined.len()).unwrap(),
            i64::try_from(came_back.count()).unwrap(),
        )
    }

    /// In how many of the thirteen weeks before a day's beginning each person wrote.
    fn weeks_written(&self, until: Instant) -> BTreeMap<i64, i64> {
        let midnight = until
            .date_naive()
            .and_time(chrono::NaiveTime::MIN)
            .and_utc();
        let mut weeks: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
        let all = Period {
            from: midnight - TimeDelta::weeks(13),
            to: midnight,
        };
        for message in self.messages(all) {
            let author = message.author_id.unwrap();
            // A moment at midnight begins the day after it.
            let ago = midnight - message.written_at - TimeDelta::microseconds(1);
            if author != 0 {
                weeks.entry(author).or_default().insert(ago.num_weeks());
            }
        }
        let count =
            |(author, weeks): (i64, BTreeSet<i64>)| (author, i64::try_from(weeks.len()).unwrap());
        weeks.into_iter().map(count).collect()
    }

    pub(super) fn participation(&self, until: Instant) -> [i64; 6] {
        let now = self.weeks_written(until);
        let before = self.weeks_written(until - TimeDelta::weeks(1));
        let ring = |weeks: i64| match weeks {
            9.. => 0,
            4..=8 => 1,
            1..=3 => 2,
            _ => 3,
        };
        let mut told = [0; 6];
        for weeks in now.values() {
            told[ring(*weeks)] += 1;
        }
        let members = self.members.iter();
        let members = members
            .filter(|member| !member.is_bot && !member.has_left)
            .count();
        told[3] = (i64::try_from(members).unwrap() - told[0] - told[1] - told[2]).max(0);
        let writers: BTreeSet<_> = now.keys().chain(before.keys()).collect();
        for writer in writers {
            let ring_of =
                |weeks: &BTreeMap<i64, i64>| ring(weeks.get(writer).copied().unwrap_or(0));
            told[4] += i64::from(ring_of(&now) < ring_of(&before));
            told[5] += i64::from(ring_of(&now) > ring_of(&before));
        }
        told
    }

    pub(super) fn reciprocity(&self, until: Instant) -> [i64; 5] {
        let period = Period {
            from: until - TimeDelta::weeks(13),
            to: until,
        };
        let mut askers = BTreeSet::new();
        for request in &self.requests {
            let counts = request.author_id != 0 && request.status != "withdrawn";
            if counts && within(period, request.asked_at) {
                askers.insert(request.author_id);
            }
        }
        let mut answered: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
        for event in &self.events {
            if event.change == "answered" && within(period, event.happened_at) {
                let Some(member) = event.member_id else {
                    continue;
                };
                answered.entry(member).or_default().insert(event.request_id);
            }
        }
        let mut counts: Vec<i64> = answered
            .values()
            .map(|requests| i64::try_from(requests.len()).unwrap())
            .collect();
        counts.sort_unstable();
        let top_three = counts.iter().rev().take(3).sum();
        let both = askers.iter().filter(|asker| answered.contains_key(asker));
        [
            counts.iter().sum(),
            top_three,
            i64::try_from(answered.len()).unwrap(),
            i64::try_from(askers.len()).unwrap(),
            i64::try_from(both.count()).unwrap(),
        ]
    }

    pub(super) fn before(&self, previous: Period) -> Option<(usize, i64, usize, usize)> {
        let first = self.messages.iter().map(|message| message.written_at).min();
        let is_heard = first.is_some_and(|first| first < previous.from);
        (is_heard && self.offline_seconds(previous) == 0).then(|| {
            (
                self.messages(previous).len(),
                self.people(previous),
                self.asked(previous),
                self.seconds_to_answer(previous).len(),
            )
        })
    }

    pub(super) fn offline_seconds(&self, period: Period) -> i64 {
        let mut seconds = 0;
        for (from, to) in &self.absences {
            let inside = (*to).min(period.to) - (*from).max(period.from);
            seconds += inside.num_seconds().max(0);
        }
        seconds
    }
}
