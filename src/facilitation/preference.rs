//! What members choose for themselves.

use super::request::{Actor, keep_topics};
use super::{Facilitation, Failure, set_up_community};
use crate::practice::preference::{Preferences, read_hours, read_reminders};
use crate::practice::refusal::Refusal;

/// What a member typed in `/preferences`; what they left out stays.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// What they know about, between commas; a dash is nothing.
    pub topics: Option<String>,
    /// Their zone; empty is the community's.
    pub zone: Option<String>,
    /// The hours that suit them.
    pub free: Option<String>,
    /// How long before a start they would be reminded.
    pub reminders: Option<String>,
    /// Whether in private.
    pub in_private: Option<bool>,
}

impl Wishes {
    /// Whether they are about topics alone.
    #[must_use]
    pub fn are_of_topics(&self) -> bool {
        self.topics.is_some() && !self.are_of_meetups()
    }

    fn are_of_meetups(&self) -> bool {
        let texts = [&self.zone, &self.free, &self.reminders];
        texts.into_iter().any(Option::is_some) || self.in_private.is_some()
    }
}

impl Facilitation {
    /// `/preferences`: what a member chose, and what they know about, with what they choose now. What they
    /// are reminded of follows.
    pub async fn keep_wishes(
        &self,
        by: &Actor,
        wishes: &Wishes,
    ) -> Result<(Preferences, Vec<String>), Failure> {
        let (guild, member) = (by.guild, by.member.id);
        if wishes.topics.is_none() && !wishes.are_of_meetups() {
            let mut transaction = self.store.read().await?;
            let kept = transaction.preferences(guild, member).await?;
            return Ok((kept, transaction.topics(guild, member).await?));
        }
        let mut transaction = self.store.begin().await?;
        set_up_community(&mut transaction, guild).await?;
        let mut kept = transaction.preferences(guild, member).await?;
        if let Some(zone) = wishes.zone.as_deref().map(str::trim) {
            let unknown = |_| Refusal::UnknownZone(zone.to_owned());
            kept.zone = match zone {
                "" | "-" => None,
                _ => Some(zone.parse().map_err(unknown)?),
            };
        }
        if let Some(free) = &wishes.free {
            kept.free = read_hours(free)?;
        }
        if let Some(reminders) = &wishes.reminders {
            kept.reminders = read_reminders(reminders)?;
        }
        if let Some(in_private) = wishes.in_private {
            kept.in_private = in_private;
        }
        if let Some(list) = &wishes.topics {
            keep_topics(&mut transaction, by, list).await?;
        }
        if wishes.are_of_meetups() {
            transaction.keep_preferences(guild, member, &kept).await?;
            for meetup in transaction.meetups_answered_by(guild, member).await? {
                self.tend(&mut transaction, meetup).await?;
            }
        }
        let topics = transaction.topics(guild, member).await?;
        self.commit(transaction).await?;
        Ok((kept, topics))
    }
}
