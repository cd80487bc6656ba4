//! The archive, as it is spoken of in Discord.

use super::markdown::{from_now, moment};
use super::measure::count;
use crate::practice::archive::ArchiveLink;
use crate::practice::post::Post;

/// To who asked for a link.
#[must_use]
pub fn link(link: &ArchiveLink) -> Post {
    Post::words(format!(
        "<{}>\nWhoever has this link reads every week's digest and opens each number to its messages, so \
         give it to people you would show them to. It is good until {}, {}; `/digest link revoke:True` \
         ends it, and every other, at once.",
        link.url,
        moment(link.expires_at),
        from_now(link.expires_at)
    ))
}

/// To who revoked all links.
#[must_use]
pub fn revoked(links: u64) -> Post {
    let links = i64::try_from(links).unwrap_or(i64::MAX);
    Post::words(if links == 0 {
        "There was no link to the archive that still opened it. `/digest link` gives one."
            .to_owned()
    } else {
        format!(
            "Done: {} to the archive {} nothing any more. `/digest link` gives a new one.",
            count(links, "link", "links"),
            if links == 1 { "opens" } else { "open" }
        )
    })
}
