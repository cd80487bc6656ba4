//! What a community reads about Convener itself.

use super::markdown::{channel, from_now, member};
use crate::practice::audit;
use crate::practice::community::{Community, Watch};
use crate::practice::post::Post;
use crate::practice::rhythm::Rhythm;

/// To a channel: from now on what is said here is recorded.
#[must_use]
pub fn recording_starts() -> Post {
    Post::words(
        "Hello! From now on I listen in this channel, so that no question is lost from sight: I keep \
         what is written here and what I make of it, in this community's own database. Edits and \
         deletions count for me, too. I speak up only where somebody asks me to. `/privacy` shows you \
         what I keep of you, and lets you stop it.",
    )
}

/// To who ran `/setup start`.
#[must_use]
pub fn set_up(community: &Community) -> Post {
    let place = |id: Option<_>| id.map_or_else(|| "nowhere".to_owned(), channel);
    let role = |id: Option<_>, otherwise: &str| {
        id.map_or_else(|| otherwise.to_owned(), |id| format!("<@&{id}>"))
    };
    Post::words(format!(
        "All set. The board of requests stands in {}, the weekly digest goes to {}, and times are those \
         of {}. The core group: {}. Coordinators: {}. Leads: {}. I listen in every channel that I can \
         see, and I have told each of them; `/setup watch` changes that for one, `/setup rhythm` sets \
         hours and durations, `/setup check` looks whether I can do all this.",
        place(community.core_channel),
        place(community.leads_channel),
        community.zone.name(),
        role(community.core_role, "who may manage the server"),
        role(
            community.coordinator_role,
            "the core group, and who may manage events"
        ),
        role(community.lead_role, "who may manage the server"),
    ))
}

/// To who ran `/setup rhythm`.
#[must_use]
pub fn rhythm(community: &Community, rhythm: &Rhythm) -> Post {
    Post::words(format!(
        "A request waits after {} h, one of the core group is called after {} h, it is for the next \
         meetup after {} h, and lapses after {} days. Words are kept for {} days. Nobody is pinged from \
         {}:00 to {}:00 ({}).",
        rhythm.request_waits.num_hours(),
        rhythm.request_calls.num_hours(),
        rhythm.request_raised.num_hours(),
        rhythm.request_lapses.num_days(),
        rhythm.text_kept.num_days(),
        community.quiet.from,
        community.quiet.to,
        community.zone.name()
    ))
}

/// To who ran `/setup watch`.
#[must_use]
pub fn watched(place: crate::practice::id::ChannelId, watch: Watch) -> Post {
    let place = channel(place);
    Post::words(match watch {
        Watch::Requests => format!("In {place} I keep in sight what is asked, and log activities."),
        Watch::Activity => format!("In {place} I log activities, and take nothing for a request."),
        Watch::Off => format!("In {place} I record nothing from now on. What was kept stays."),
    })
}

/// To who ran `/setup log`.
#[must_use]
pub fn deeds(deeds: &[audit::Entry]) -> Post {
    if deeds.is_empty() {
        return Post::words("Nobody has changed anything about me yet.");
    }
    let lines: Vec<_> = deeds
        .iter()
        .map(|entry| {
            let who = entry.by.map_or_else(|| "Somebody".to_owned(), member);
            format!("• {who} {} {}", entry.deed, from_now(entry.at))
        })
        .collect();
    Post::words(lines.join("\n"))
}

/// To who ran `/setup check`.
#[must_use]
pub fn checked(faults: &[String]) -> Post {
    if faults.is_empty() {
        return Post::words(
            "Everything is as it should be: I can read, write and pin where I have to.",
        );
    }
    Post::words(format!("Something is missing:\n{}", listed(faults)))
}

/// To the core group: what Convener can't do any more.
#[must_use]
pub fn ailing(faults: &[String]) -> Post {
    Post::words(format!(
        "There is something that I can't do as I should:\n{}",
        listed(faults)
    ))
}

fn listed(faults: &[String]) -> String {
    let lines: Vec<_> = faults.iter().map(|fault| format!("• {fault}")).collect();
    lines.join("\n")
}
