//! What was answered before, and who could know.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::super::{Facilitation, Failure, put_notice, set_up_community};
use super::{Actor, request_of};
use crate::practice::id::{ChannelId, GuildId, MemberId, RequestId};
use crate::practice::knowing::{Known, Suggestion};
use crate::practice::notice::Notice;
use crate::practice::refusal::Refusal;
use crate::practice::request::{Change, Event, Request, Status};
use crate::practice::words::{speaks_of, telling_words};
use crate::storage::{StorageError, Transaction};

/// How many similar requests somebody who asks is shown.
const SHOWN_SIMILAR: i64 = 3;

/// How many similar requests are looked through for who answered them.
const LOOKED_THROUGH: i64 = 20;

/// How many of the words of a question something must share with it to be called similar.
const SHARED_WORDS: usize = 2;

/// How many members are suggested at once.
const SUGGESTED: usize = 5;

/// How often a member is asked at most in a week whether they could know.
const WEEKLY_CAP: i64 = 2;

/// For so long whoever was asked has the time to answer before somebody else is asked.
const ONE_AT_A_TIME: TimeDelta = TimeDelta::days(1);

/// The most topics that a member lists, and the longest of them in characters.
const MOST_TOPICS: usize = 20;
const LONGEST_TOPIC: usize = 60;

impl Facilitation {
    /// The answered requests that are most like a text, of those that everybody may read and of the
    /// channel that the asker is in.
    pub(super) async fn similar(
        &self,
        transaction: &mut Transaction,
        guild: GuildId,
        channel: ChannelId,
        text: &str,
    ) -> Result<Vec<Known>, StorageError> {
        let words = telling_words(text);
        let mut known = Vec::new();
        for id in transaction
            .similar_answered(guild, &words, channel, SHOWN_SIMILAR)
            .await?
        {
            let Some(request) = transaction.request(id).await? else {
                continue;
            };
            let answer = transaction.answer_texts(id).await?.join("\n");
            let shared = words.iter().filter(|word| {
                speaks_of(&request.asked.text, stem(word)) || speaks_of(&answer, stem(word))
            });
            if shared.count() >= SHARED_WORDS.min(words.len()) {
                known.push(Known { request, answer });
            }
        }
        Ok(known)
    }

    /// "Who could know": members who listed the topic or answered what is similar, who was asked least
    /// lately first. Nobody is asked more than twice a week, or twice about one request.
    pub async fn who_could_know(
        &self,
        request: RequestId,
        by: &Actor,
    ) -> Result<(Request, Vec<Suggestion>), Failure> {
        if !by.is_core {
            return Err(Refusal::CoreGroupOnly.into());
        }
        let mut transaction = self.store.read().await?;
        let request = request_of(&mut transaction, request, by).await?;
        let suggestions = suggestions(&mut transaction, &request, self.clock.now()).await?;
        Ok((request, suggestions))
    }

    /// Asks a member, beside the question, whether they could know.
    pub async fn invite(
        &self,
        request: RequestId,
        member: MemberId,
        by: &Actor,
    ) -> Result<Request, Failure> {
        if !by.is_core {
            return Err(Refusal::CoreGroupOnly.into());
        }
        let mut transaction = self.store.begin().await?;
        set_up_community(&mut transaction, by.guild).await?;
        let request = request_of(&mut transaction, request, by).await?;
        if request.life.status != Status::Open {
            return Err(Refusal::RequestClosed.into());
        }
        let now = self.clock.now();
        let is_waiting_for_another = transaction
            .request_events(request.id)
            .await?
            .iter()
            .rev()
            .find(|event| matches!(event.change, Change::Invited | Change::Declined))
            .is_some_and(|event| event.change == Change::Invited && now < event.at + ONE_AT_A_TIME);
        let could = suggestions(&mut transaction, &request, now).await?;
        let could = could.iter().any(|suggestion| suggestion.member == member);
        if is_waiting_for_another || !could {
            return Err(Refusal::CantInvite.into());
        }
        let event = Event::of_member(Change::Invited, now, member);
        self.change(&mut transaction, &request, event).await?;
        let notice = Notice::Invitation {
            request: request.id,
            member,
        };
        let channel = request.asked.channel;
        put_notice(&mut transaction, by.guild, channel, &notice, now).await?;
        self.commit(transaction).await?;
        Ok(request)
    }
}

/// Keeps what a member knows about, as they list it between commas.
pub(in crate::facilitation) async fn keep_topics(
    transaction: &mut Transaction,
    by: &Actor,
    list: &str,
) -> Result<(), StorageError> {
    let topics: Vec<String> = list
        .trim_matches('-')
        .split(',')
        .map(|topic| topic.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|topic| !topic.is_empty())
        .map(|topic| topic.chars().take(LONGEST_TOPIC).collect())
        .take(MOST_TOPICS)
        .collect();
    transaction.keep_member(by.guild, &by.member, None).await?;
    transaction
        .keep_topics(by.guild, by.member.id, &topics)
        .await
}

/// A word without the endings that English puts on it: enough to see that two words are one.
fn stem(word: &str) -> &str {
    ["ing", "ed", "es", "s"]
        .into_iter()
        .find_map(|ending| word.strip_suffix(ending))
        .filter(|stem| stem.chars().count() >= 3)
        .unwrap_or(word)
}

async fn suggestions(
    transaction: &mut Transaction,
    request: &Request,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Vec<Suggestion>, StorageError> {
    let asked = &request.asked;
    let mut found: BTreeMap<MemberId, (Option<String>, usize)> = BTreeMap::new();
    for (member, topic) in transaction.all_topics(asked.guild).await? {
        if speaks_of(&asked.text, &topic) {
            found.entry(member).or_default().0 = Some(topic);
        }
    }
    let words = telling_words(&asked.text);
    for similar in transaction
        .similar_answered(asked.guild, &words, asked.channel, LOOKED_THROUGH)
        .await?
    {
        for member in transaction.answerers(similar).await? {
            found.entry(member).or_default().1 += 1;
        }
    }
    let asked_already: Vec<_> = transaction
        .request_events(request.id)
        .await?
        .into_iter()
        .filter(|event| matches!(event.change, Change::Invited | Change::Declined))
        .filter_map(|event| event.by)
        .collect();
    let mut ranked = Vec::new();
    for (member, (topic, answers)) in found {
        if member == asked.author.id || asked_already.contains(&member) {
            continue;
        }
        let since = now - TimeDelta::weeks(1);
        let (of_late, last) = transaction.invitations(asked.guild, member, since).await?;
        if of_late >= WEEKLY_CAP {
            continue;
        }
        let is_here = transaction.is_core(asked.guild, member).await?.is_some();
        let name = transaction.member_name(asked.guild, member).await?;
        let Some(name) = name.filter(|_| is_here) else {
            continue;
        };
        let suggestion = Suggestion {
            member,
            name,
            topic,
            answers,
        };
        ranked.push((last, std::cmp::Reverse(answers), suggestion));
    }
    ranked.sort_by_key(|(last, answers, _)| (*last, *answers));
    let suggestions = ranked.into_iter().map(|(_, _, suggestion)| suggestion);
    Ok(suggestions.take(SUGGESTED).collect())
}
