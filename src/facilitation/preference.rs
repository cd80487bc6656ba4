//! What members choose for themselves.

use super::request::Actor;
use super::{Facilitation, Failure, set_up_community};
use crate::practice::preference::{Preferences, read_hours, read_reminders};
use crate::practice::refusal::Refusal;

/// What a member typed in `/preferences`; what they left out stays.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
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
    fn is_empty(&self) -> bool {
        let texts = [&self.zone, &self.free, &self.reminders];
        texts.into_iter().all(Option::is_none) && self.in_private.is_none()
    }
}

impl Facilitation {
    /// `/preferences`: what a member chose, with what they choose now. What they are reminded of follows.
    pub async fn keep_wishes(&self, by: &Actor, wishes: &Wishes) -> Result<Preferences, Failure> {
        let (guild, member) = (by.guild, by.member.id);
        if wishes.is_empty() {
            let mut transaction = self.store.read().await?;
            return Ok(transaction.preferences(guild, member).await?);
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
        transaction.keep_preferences(guild, member, &kept).await?;
        for meetup in transaction.meetups_answered_by(guild, member).await? {
            self.tend(&mut transaction, meetup).await?;
        }
        self.commit(transaction).await?;
        Ok(kept)
    }
}
