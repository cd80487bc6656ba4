//! What a community reads about Convener itself.

use super::markdown::channel;
use crate::practice::community::Community;
use crate::practice::post::Post;

/// To a channel: from now on what is said here is recorded.
#[must_use]
pub fn recording_starts() -> Post {
    Post::words(
        "Hello! From now on I listen in this channel, so that no question is lost from sight: I keep \
         what is written here and what I make of it, in this community's own database. Edits and \
         deletions that I see count for me, too. I speak up only where somebody asks me to.",
    )
}

/// To who ran `/setup`.
#[must_use]
pub fn set_up(community: &Community) -> Post {
    let place = |id: Option<_>| id.map_or_else(|| "nowhere".to_owned(), channel);
    Post::words(format!(
        "All set. Requests that wait go to {}, the weekly digest goes to {}, and times are those of \
         {}. I listen in every channel that I can see, and I have told each of them.",
        place(community.core_channel),
        place(community.leads_channel),
        community.zone.name()
    ))
}
