//! Calendars that people's own programs read.

use std::collections::HashMap;

use chrono::{DateTime, Days, Utc};

use super::secret::new_secret;
use super::{Facilitation, Failure, Fault, set_up_community};
use crate::practice::id::GuildId;
use crate::practice::meetup::{Calendar, CalendarOwner};
use crate::practice::refusal::Refusal;
use crate::storage::{StorageError, Transaction};

impl Facilitation {
    /// `/meetup calendar`: the link to a calendar. `replace` makes a new one, so that the old one opens
    /// nothing any more.
    pub async fn calendar_link(
        &self,
        guild: GuildId,
        owner: CalendarOwner,
        replace: bool,
    ) -> Result<String, Failure> {
        let now = self.clock.now();
        let public_url = self.public_url.get().ok_or(Refusal::NoPublicUrl)?;
        let mut transaction = self.store.begin().await?;
        set_up_community(&mut transaction, guild).await?;
        let known = transaction.calendar_secret(guild, owner).await?;
        let secret = if let Some(secret) = known.filter(|_| !replace) {
            secret
        } else {
            let secret = new_secret()?;
            transaction
                .keep_calendar_secret(guild, owner, &secret, now)
                .await?;
            secret
        };
        transaction.commit().await?;
        Ok(format!("{public_url}/calendar/{secret}.ics"))
    }

    /// The calendar that a secret opens.
    pub async fn calendar(&self, secret: &str) -> Result<Option<Calendar>, Fault> {
        let now = self.clock.now();
        let mut transaction = self.store.read().await?;
        let Some((guild, owner)) = transaction.calendar_of(secret).await? else {
            return Ok(None);
        };
        Ok(Some(calendar(&mut transaction, guild, owner, now).await?))
    }
}

async fn calendar(
    transaction: &mut Transaction,
    guild: GuildId,
    owner: CalendarOwner,
    now: DateTime<Utc>,
) -> Result<Calendar, StorageError> {
    let community = transaction.community(guild).await?;
    let name = community
        .map(|community| community.name)
        .unwrap_or_default();
    let meetups = transaction.all_meetups(guild).await?;
    let answers = match owner {
        CalendarOwner::Community => None,
        CalendarOwner::Member(member) => {
            // Local times are up to a day away from UTC, and dates may have been moved.
            let since = now.naive_utc() - Days::new(90);
            let answers = transaction.answers_of_member(member, since).await?;
            let by_date = answers
                .into_iter()
                .map(|(meetup, original, answer)| ((meetup, original), answer));
            Some(by_date.collect::<HashMap<_, _>>())
        }
    };
    Ok(Calendar::of(guild, name, &meetups, answers.as_ref(), now))
}
