//! The archive: who may read it, and what stands in it.

use chrono::{DateTime, Utc};

use super::request::{Actor, is_public};
use super::secret::{new_secret, secret_hash};
use super::{Facilitation, Failure, Fault, digest, set_up_community, trend};
use crate::practice::archive::{
    Absence, ArchiveLink, LINK_LASTS, Opened, Opening, WeekOfArchive, Weeks,
};
use crate::practice::community::Community;
use crate::practice::figure::{Figure, Listing, SOURCES_ON_A_PAGE, Source};
use crate::practice::id::{GuildId, MemberId, RequestId};
use crate::practice::refusal::Refusal;
use crate::practice::request::{Change, History, NewRequest, Status};
use crate::practice::week::{Period, Week};
use crate::storage::{StorageError, Transaction};

/// Who opens the archive, and until when.
struct Reader {
    community: Community,
    expires_at: DateTime<Utc>,
}

impl Facilitation {
    /// `/digest link`: a link that opens the archive for a while. Who got it stands in the audit log.
    pub async fn archive_link(&self, by: &Actor) -> Result<ArchiveLink, Failure> {
        let now = self.clock.now();
        let public_url = self.public_url.get().ok_or(Refusal::NoPublicUrl)?;
        let mut transaction = self.store.begin().await?;
        set_up_community(&mut transaction, by.guild).await?;
        let (secret, expires_at) = (new_secret()?, now + LINK_LASTS);
        transaction
            .drop_expired_archive_links(by.guild, now)
            .await?;
        transaction
            .keep_archive_link(by.guild, &secret_hash(&secret), now, expires_at)
            .await?;
        let deed = format!(
            "got a link to the digests' archive, good until {}",
            expires_at.format("%-d %B %Y")
        );
        transaction
            .keep_deed(by.guild, by.member.id, &deed, now)
            .await?;
        transaction.commit().await?;
        Ok(ArchiveLink {
            url: format!("{public_url}/archive/{secret}"),
            expires_at,
        })
    }

    /// `/digest link revoke`: no link that was given opens the archive any more; how many there were.
    pub async fn revoke_archive_links(&self, by: &Actor) -> Result<u64, Failure> {
        let now = self.clock.now();
        let mut transaction = self.store.begin().await?;
        set_up_community(&mut transaction, by.guild).await?;
        let revoked = transaction.revoke_archive_links(by.guild, now).await?;
        let deed = "revoked every link to the digests' archive";
        transaction
            .keep_deed(by.guild, by.member.id, deed, now)
            .await?;
        transaction.commit().await?;
        Ok(revoked)
    }

    /// The list of weeks that a secret opens.
    pub async fn archive_weeks(&self, secret: &str) -> Result<Opened<Weeks>, Fault> {
        let mut transaction = self.store.read().await?;
        let Some(reader) = self.reader(&mut transaction, secret).await? else {
            return Ok(Opened::Nothing);
        };
        let (first, last) = self.span(&mut transaction, &reader.community).await?;
        let mut weeks = vec![last];
        while let Some(week) = weeks.last().filter(|week| **week > first) {
            weeks.push(week.previous());
        }
        Ok(Opened::Page(Weeks {
            guild_name: reader.community.name,
            weeks,
            expires_at: reader.expires_at,
        }))
    }

    /// A week of the archive that a secret opens: its digest, and the weeks before it.
    pub async fn archive_week(
        &self,
        secret: &str,
        week: &str,
    ) -> Result<Opened<WeekOfArchive>, Fault> {
        let mut transaction = self.store.read().await?;
        let Some(reader) = self.reader(&mut transaction, secret).await? else {
            return Ok(Opened::Nothing);
        };
        let community = &reader.community;
        let week = match self.week(&mut transaction, community, week).await? {
            Ok(week) => week,
            Err(absence) => return Ok(Opened::Absent(absence)),
        };
        let mut digest = digest::digest(&mut transaction, community, week).await?;
        digest.as_of = digest.period.to.min(self.clock.now());
        let (first, last) = self.span(&mut transaction, community).await?;
        Ok(Opened::Page(WeekOfArchive {
            digest,
            trend: trend::trend(&mut transaction, community, week).await?,
            has_previous: week > first,
            has_next: week < last,
        }))
    }

    /// The messages behind a number of a week, for whoever has a secret that opens the archive.
    pub async fn archive_listing(
        &self,
        secret: &str,
        week: &str,
        figure: &str,
        page: i64,
    ) -> Result<Opened<Opening>, Fault> {
        let mut transaction = self.store.read().await?;
        let Some(reader) = self.reader(&mut transaction, secret).await? else {
            return Ok(Opened::Nothing);
        };
        let community = reader.community;
        let week = match self.week(&mut transaction, &community, week).await? {
            Ok(week) => week,
            Err(absence) => return Ok(Opened::Absent(absence)),
        };
        let (Ok(figure), 1..) = (figure.parse::<Figure>(), page) else {
            return Ok(Opened::Absent(Absence::NoSuchPage));
        };
        let channel_name = match figure {
            Figure::Channel(channel) => {
                let channel = transaction.channel(channel).await?;
                let Some(channel) = channel.filter(|known| known.guild == community.guild) else {
                    return Ok(Opened::Absent(Absence::NoSuchPage));
                };
                Some(channel.name)
            }
            _ => None,
        };
        let listing = listing(&mut transaction, &community, week, figure, page).await?;
        if page > listing.pages() {
            return Ok(Opened::Absent(Absence::NoSuchPage));
        }
        Ok(Opened::Page(Opening {
            guild_name: community.name,
            zone: community.zone,
            week,
            figure,
            channel_name,
            listing,
        }))
    }

    async fn reader(
        &self,
        transaction: &mut Transaction,
        secret: &str,
    ) -> Result<Option<Reader>, StorageError> {
        let now = self.clock.now();
        let found = transaction.archive_of(&secret_hash(secret), now).await?;
        let Some((guild, expires_at)) = found else {
            return Ok(None);
        };
        let community = transaction.community(guild).await?;
        Ok(community.map(|community| Reader {
            community,
            expires_at,
        }))
    }

    /// The first week of which anything was heard, and the one that is.
    async fn span(
        &self,
        transaction: &mut Transaction,
        community: &Community,
    ) -> Result<(Week, Week), StorageError> {
        let now = self.clock.now();
        let first = digest::first_week(transaction, community, now).await?;
        Ok((first, Week::of(now, community.zone)))
    }

    async fn week(
        &self,
        transaction: &mut Transaction,
        community: &Community,
        text: &str,
    ) -> Result<Result<Week, Absence>, StorageError> {
        let Ok(week) = text.parse::<Week>() else {
            return Ok(Err(Absence::NoSuchPage));
        };
        let (first, last) = self.span(transaction, community).await?;
        Ok(if week > last {
            Err(Absence::NotYet)
        } else if week < first {
            Err(Absence::BeforeTheFirst)
        } else {
            Ok(week)
        })
    }
}

/// The messages behind a number, as the digest counts it.
pub async fn listing(
    transaction: &mut Transaction,
    community: &Community,
    week: Week,
    figure: Figure,
    page: i64,
) -> Result<Listing, StorageError> {
    let guild = community.guild;
    let period = week.period(community.zone);
    match figure {
        Figure::Messages => transaction.messages_behind(guild, period, None, page).await,
        Figure::Channel(channel) => {
            transaction
                .messages_behind(guild, period, Some(channel), page)
                .await
        }
        Figure::Activity(kind) => {
            transaction
                .activities_behind(guild, period, kind, page)
                .await
        }
        Figure::Joined => {
            transaction
                .messages_of_newcomers(guild, period, period, page)
                .await
        }
        Figure::CameBack => {
            let joined = week.previous().period(community.zone);
            transaction
                .messages_of_newcomers(guild, joined, period, page)
                .await
        }
        figure => {
            let requests = requests(transaction, guild, period, figure).await?;
            let is_of_few = matches!(figure, Figure::NewcomersAsked | Figure::NewcomersAnswered);
            requests_listing(transaction, requests, is_of_few, page).await
        }
    }
}

/// The requests behind a number, the oldest first.
async fn requests(
    transaction: &mut Transaction,
    guild: GuildId,
    period: Period,
    figure: Figure,
) -> Result<Vec<NewRequest>, StorageError> {
    let newcomers = match figure {
        Figure::NewcomersAsked | Figure::NewcomersAnswered => {
            transaction.newcomers_requests(guild, period).await?
        }
        _ => Vec::new(),
    };
    let is_of_a_newcomer = |request: RequestId, soon_only: bool| {
        newcomers
            .iter()
            .any(|(known, is_soon)| *known == request && (*is_soon || !soon_only))
    };
    let is_behind = |history: &History| match figure {
        Figure::New => history.was_asked_in(period),
        Figure::Answered => history
            .first_answered_at()
            .is_some_and(|at| period.holds(at)),
        Figure::Resolved => history.changed_in(Change::Resolved, period),
        Figure::Waiting => history.status_at(period.to) == Some(Status::Open),
        Figure::Lapsed => history.changed_in(Change::Lapsed, period),
        Figure::NewcomersAsked => is_of_a_newcomer(history.request.id, false),
        Figure::NewcomersAnswered => is_of_a_newcomer(history.request.id, true),
        Figure::Messages
        | Figure::Channel(_)
        | Figure::Activity(_)
        | Figure::Joined
        | Figure::CameBack => false,
    };
    let histories = transaction.histories(guild, period).await?;
    let behind = histories.into_iter().filter(is_behind);
    Ok(behind.map(|history| history.request.asked).collect())
}

/// A page of requests; `is_of_few` where the list itself tells who may have asked, so that it leaves out what
/// was asked without a name.
async fn requests_listing(
    transaction: &mut Transaction,
    mut requests: Vec<NewRequest>,
    is_of_few: bool,
    page: i64,
) -> Result<Listing, StorageError> {
    let count = |requests: &[NewRequest]| i64::try_from(requests.len()).unwrap_or(i64::MAX);
    let number = count(&requests);
    requests.retain(|asked| asked.author.id != MemberId::new(0));
    let forgotten = number - count(&requests);
    requests.retain(|asked| !(is_of_few && asked.is_anonymous));
    let nameless = number - forgotten - count(&requests);
    let on_a_page = usize::try_from(SOURCES_ON_A_PAGE).unwrap_or(usize::MAX);
    let before = usize::try_from(page - 1).unwrap_or(usize::MAX);
    let mut sources = Vec::new();
    for asked in requests
        .into_iter()
        .skip(before.saturating_mul(on_a_page))
        .take(on_a_page)
    {
        let channel = transaction.channel(asked.channel).await?;
        // Where it was asked may have become private since.
        let is_public = asked.is_public && is_public(transaction, asked.channel).await?;
        sources.push(Source {
            channel: asked.channel,
            channel_name: channel.map(|channel| channel.name),
            link: asked.link(),
            at: asked.asked_at,
            text: is_public.then_some(asked.text),
        });
    }
    Ok(Listing {
        number,
        forgotten,
        nameless,
        page,
        sources,
    })
}
