//! What a member may see, take along, have forgotten, and stop.

use std::collections::{HashMap, HashSet};

use chrono::{NaiveDate, TimeDelta};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::request::Actor;
use super::secret::{hexadecimal, new_secret};
use super::{Facilitation, Failure, Fault, put_job};
use crate::practice::community::Community;
use crate::practice::id::{GuildId, MemberId};
use crate::practice::job::Job;
use crate::practice::message::Author;
use crate::practice::notice::Notice;
use crate::practice::privacy::Traces;
use crate::practice::recurrence::instant_of;
use crate::practice::request::{Change, Event, Status};
use crate::storage::{MEMBER_TABLES, StorageError, Transaction};

/// The hour of the day at which old words are forgotten, in the community's zone.
const FORGETTING_HOUR: u32 = 4;

/// How long a question that was written waits to be posted.
const DRAFT_KEPT: TimeDelta = TimeDelta::days(1);

/// Those of some communities who do not want to be recorded.
pub(super) struct Paused {
    key: String,
    hashes: HashMap<GuildId, HashSet<String>>,
}

impl Paused {
    /// Whether somebody is one of them.
    pub(super) fn holds(&self, guild: GuildId, author: Option<&Author>) -> bool {
        author.is_some_and(|author| self.holds_member(guild, author.id))
    }

    /// Whether a member is one of them.
    pub(super) fn holds_member(&self, guild: GuildId, member: MemberId) -> bool {
        // Hashing costs more than everything else here, and hardly any community needs it.
        self.hashes
            .get(&guild)
            .is_some_and(|hashes| hashes.contains(&hash(&self.key, member)))
    }
}

impl Facilitation {
    /// `/privacy show` and `export`: all that is known of a member.
    pub async fn traces(&self, guild: GuildId, member: MemberId) -> Result<Vec<Traces>, Failure> {
        let mut transaction = self.store.read().await?;
        let mut known = Vec::new();
        for table in MEMBER_TABLES {
            let traces = transaction.known_of(table, guild, member).await?;
            known.push(Traces {
                what: table.what,
                traces,
            });
        }
        Ok(known)
    }

    /// `/privacy forget`: words and identity of a member go, from the file and its journal too; what
    /// was counted stays, and is nobody's. Their open requests are withdrawn.
    pub async fn forget_member(&self, guild: GuildId, member: MemberId) -> Result<(), Failure> {
        let mut transaction = self.store.begin().await?;
        let requests = transaction.requests_with_words_of(guild, member).await?;
        for request in &requests {
            if let Some(request) = transaction.request(*request).await?
                && request.asked.author.id == member
                && matches!(request.life.status, Status::Open | Status::Answered)
            {
                let event = Event::of_member(Change::Withdrawn, self.clock.now(), member);
                self.change_quietly(&mut transaction, &request, event)
                    .await?;
            }
        }
        // What Convener posted with their name or their notes is said anew, too.
        let now = self.clock.now();
        for meetup in transaction.meetups_naming(guild, member).await? {
            for said in [Notice::announcements_of(meetup), Notice::endings_of(meetup)] {
                transaction.stir_notices(&said, now).await?;
            }
        }
        for poll in transaction.polls_of(guild, member).await? {
            let key = Notice::of_poll(poll);
            transaction.stir_notice(&key, now).await?;
        }
        for note in transaction.notes_by(guild, member).await? {
            let key = Notice::of_note(note);
            transaction.stir_notice(&key, now).await?;
        }
        for table in MEMBER_TABLES {
            transaction.forget_of(table, guild, member).await?;
        }
        for request in requests {
            self.index_words(&mut transaction, request).await?;
            if let Some(request) = transaction.request(request).await? {
                transaction.stir_request(request.id);
                transaction.stir_board(request.asked.guild);
            }
        }
        transaction.compact_words().await?;
        self.commit(transaction).await?;
        self.learn_anew(guild);
        if !self.store.empty_journal().await? {
            // It is tried again with every other forgetting, and when Convener stops.
            tracing::warn!("the journal is being read; what was forgotten leaves it later");
        }
        self.forget_ears().await;
        Ok(())
    }

    /// `/privacy pause` and `resume`: whether what a member writes is recorded. What is kept of who
    /// does not want it is a keyed hash, and nothing else.
    pub async fn pause_member(&self, by: &Actor, is_paused: bool) -> Result<(), Failure> {
        let mut transaction = self.store.begin().await?;
        let key = transaction.hash_key(&new_secret()?).await?;
        let member = hash(&key, by.member.id);
        transaction
            .keep_paused(by.guild, &member, is_paused)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Those of a community who do not want to be recorded.
    pub(super) async fn paused_members(
        &self,
        transaction: &mut Transaction,
        guild: GuildId,
    ) -> Result<Paused, StorageError> {
        self.paused_in(transaction, &[guild]).await
    }

    /// Those of these communities who do not want to be recorded.
    pub(super) async fn paused_in(
        &self,
        transaction: &mut Transaction,
        guilds: &[GuildId],
    ) -> Result<Paused, StorageError> {
        let mut hashes: HashMap<_, HashSet<_>> = HashMap::new();
        for (guild, hash) in transaction.paused(guilds).await? {
            hashes.entry(guild).or_default().insert(hash);
        }
        let key = if hashes.is_empty() {
            String::new()
        } else {
            transaction.hash_key("").await?
        };
        Ok(Paused { key, hashes })
    }

    /// Agenda: forgets the words that are older than the community keeps them, and the drafts that
    /// nobody posted, and puts the next day on the agenda.
    pub async fn forget_old_words(
        &self,
        transaction: &mut Transaction,
        guild: GuildId,
        day: NaiveDate,
    ) -> Result<(), Fault> {
        let Some(community) = transaction.community(guild).await? else {
            return Ok(());
        };
        let now = self.clock.now();
        let before = now - self.rhythm_of(&community).text_kept;
        let forgotten = transaction.forget_words_before(guild, before).await?;
        transaction.drop_drafts_before(now - DRAFT_KEPT).await?;
        if forgotten > 0 {
            tracing::info!(guild.id = %guild, messages = forgotten, "old words forgotten");
        }
        let today = now.with_timezone(&community.zone).date_naive();
        let next = day.max(today).succ_opt().unwrap_or(day);
        put_forgetting_job(transaction, &community, next).await?;
        Ok(())
    }
}

/// Puts the forgetting of old words of a day on the agenda.
pub(super) async fn put_forgetting_job(
    transaction: &mut Transaction,
    community: &Community,
    day: NaiveDate,
) -> Result<(), StorageError> {
    let guild = community.guild;
    let hour = chrono::NaiveTime::from_hms_opt(FORGETTING_HOUR, 0, 0).unwrap_or_default();
    let due_at = instant_of(day.and_time(hour), community.zone);
    put_job(
        transaction,
        guild,
        &Job::ForgetOldWords { guild, day },
        due_at,
    )
    .await
}

/// A member as a keyed hash: HMAC-SHA-256 in hexadecimal (RFC 2104).
fn hash(key: &str, member: MemberId) -> String {
    // HMAC takes a key of any length, so this can't fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else {
        return String::new();
    };
    mac.update(&member.get().to_be_bytes());
    hexadecimal(&mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_of_its_key_and_its_member() {
        let one = hash("key", MemberId::new(7));
        assert_eq!(one.len(), 64);
        assert_eq!(one, hash("key", MemberId::new(7)));
        assert_ne!(one, hash("key", MemberId::new(8)));
        assert_ne!(one, hash("other key", MemberId::new(7)));
        assert_ne!(new_secret().unwrap(), new_secret().unwrap());
    }
}
