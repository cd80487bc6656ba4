//! How well requests are detected here, and what corrections have taught.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::TimeDelta;

use super::{Facilitation, Failure, set_up_community};
use crate::listening::Leaning;
use crate::practice::detection::{Detection, Learnt};
use crate::practice::id::GuildId;
use crate::practice::reading::Correction;
use crate::storage::{StorageError, Transaction};

/// For how long back `/detection` counts.
const LOOKED_BACK: TimeDelta = TimeDelta::days(90);

/// How many corrections are learnt from, the latest: what people mean changes.
const MOST_CORRECTIONS: i64 = 400;

/// How many messages show what is written in a community every day.
const BACKGROUND: i64 = 400;

impl Facilitation {
    /// `/detection`: how what was taken for requests in the last ninety days fared, by channel.
    pub async fn detections(&self, guild: GuildId) -> Result<(Vec<Detection>, Learnt), Failure> {
        let mut transaction = self.store.read().await?;
        set_up_community(&mut transaction, guild).await?;
        let since = self.clock.now() - LOOKED_BACK;
        let detections = transaction.detections(guild, since).await?;
        let corrections = transaction.corrections(guild, MOST_CORRECTIONS).await?;
        let members: HashSet<_> = corrections.iter().map(|correction| correction.by).collect();
        let leaning = learn_from(&mut transaction, guild, &corrections).await?;
        let learnt = Learnt {
            corrections: corrections.len(),
            members: members.len(),
            shifts: leaning.is_some(),
        };
        Ok((detections, learnt))
    }
}

/// What the corrections that are kept shift in how a community is read; `None` where they shift nothing.
pub(super) async fn learn(
    transaction: &mut Transaction,
    guild: GuildId,
) -> Result<Option<Arc<Leaning>>, StorageError> {
    let corrections = transaction.corrections(guild, MOST_CORRECTIONS).await?;
    learn_from(transaction, guild, &corrections).await
}

async fn learn_from(
    transaction: &mut Transaction,
    guild: GuildId,
    corrections: &[Correction],
) -> Result<Option<Arc<Leaning>>, StorageError> {
    if corrections.is_empty() {
        return Ok(None);
    }
    let background = transaction.latest_texts(guild, BACKGROUND).await?;
    let leaning = Leaning::learn(corrections, &background);
    Ok((!leaning.is_empty()).then(|| Arc::new(leaning)))
}
