//! Twelve weeks of a community beside each other.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::practice::community::Community;
use crate::practice::digest::RequestCounts;
use crate::practice::id::{GuildId, MemberId};
use crate::practice::participation::{LOOKED_BACK_WEEKS, Participation, WeeksWritten};
use crate::practice::trend::{TREND_WEEKS, Trend, TrendWeek};
use crate::practice::week::{Period, Week};
use crate::storage::{StorageError, Transaction, day_of};

/// The weeks up to one, as their digests have them.
pub async fn trend(
    transaction: &mut Transaction,
    community: &Community,
    week: Week,
) -> Result<Trend, StorageError> {
    let guild = community.guild;
    let mut weeks = vec![week];
    while weeks.len() < TREND_WEEKS {
        weeks.push(weeks[weeks.len() - 1].previous());
    }
    weeks.reverse();
    let season = Period {
        from: weeks[0].period(community.zone).from,
        to: week.period(community.zone).to,
    };
    let histories = transaction.histories(guild, season).await?;
    let count = i64::try_from(weeks.len()).unwrap_or(i64::MAX);
    let written = Written::until(transaction, guild, season.to, count).await?;
    let mut trend = Trend::default();
    for week in weeks {
        let period = week.period(community.zone);
        let requests = RequestCounts::of(&histories, period);
        let participation = written.moves(transaction, guild, period.to).await?;
        trend.weeks.push(TrendWeek {
            week,
            activities: transaction.activities_by_kind(guild, period).await?,
            answered: requests.answered,
            median_seconds_to_answer: requests.median_seconds_to_answer,
            p90_seconds_to_answer: requests.p90_seconds_to_answer,
            moved_in: participation.moved_in,
            moved_out: participation.moved_out,
        });
    }
    Ok(trend)
}

/// In which weeks members wrote, up to the end of the last week of a season.
struct Written {
    until: DateTime<Utc>,
    weeks: BTreeMap<MemberId, WeeksWritten>,
}

impl Written {
    /// Asked for once: a week before is a shift by one bit.
    async fn until(
        transaction: &mut Transaction,
        guild: GuildId,
        until: DateTime<Utc>,
        weeks: i64,
    ) -> Result<Self, StorageError> {
        let looked_back = LOOKED_BACK_WEEKS + weeks;
        Ok(Self {
            until,
            weeks: transaction.weeks_written(guild, until, looked_back).await?,
        })
    }

    /// Who moved within a week of the season, by its end.
    async fn moves(
        &self,
        transaction: &mut Transaction,
        guild: GuildId,
        until: DateTime<Utc>,
    ) -> Result<Participation, StorageError> {
        let days = day_of(self.until) - day_of(until);
        let Some(weeks_ago) = u32::try_from(days / 7).ok().filter(|_| days % 7 == 0) else {
            // Where the clocks change at midnight in UTC a week there has a day more or less.
            let weeks = LOOKED_BACK_WEEKS + 1;
            let written = transaction.weeks_written(guild, until, weeks).await?;
            return Ok(Participation::of(&written, 0));
        };
        let then = |(member, weeks): (&MemberId, &WeeksWritten)| {
            (*member, WeeksWritten(weeks.0 >> weeks_ago))
        };
        Ok(Participation::of(&self.weeks.iter().map(then).collect(), 0))
    }
}
