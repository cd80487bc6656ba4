//! Who hosts, and where.

use super::people;
use crate::practice::id::MemberId;
use crate::practice::meetup::Meetup;
use crate::practice::post::Post;
use crate::view::markdown::{channel, escape, member};

/// To who asked: somebody else hosts, or those who take turns.
#[must_use]
pub fn hosted(meetup: &Meetup, turns: &[MemberId]) -> Post {
    let title = escape(&meetup.plan.title);
    let host = member(meetup.plan.host);
    Post::words(if turns.is_empty() {
        format!("{host} hosts **{title}** from now on.")
    } else {
        format!(
            "They take turns at hosting **{title}**, with each date that is announced: {}. It is {host}'s turn now.",
            people(turns)
        )
    })
}

/// To who asked, and where it was announced before: it is elsewhere.
#[must_use]
pub fn placed(meetup: &Meetup) -> Post {
    let plan = &meetup.plan;
    let room = plan.room.map_or_else(String::new, |room| {
        format!(", and comes together in {}", channel(room))
    });
    Post::words(format!(
        "**{}** is announced in {}{room}.",
        escape(&plan.title),
        channel(plan.channel)
    ))
}

/// To the coordinators: who hosts has left.
#[must_use]
pub fn host_left(meetup: &Meetup, left: MemberId) -> Post {
    let title = escape(&meetup.plan.title);
    let host = meetup.plan.host;
    Post::words(if host == left {
        format!(
            "{}, who hosts **{title}**, has left; `/meetup host number:{}` names somebody else.",
            member(left),
            meetup.id
        )
    } else {
        format!(
            "{}, whose turn it was to host **{title}**, has left; {} hosts the next date.",
            member(left),
            member(host)
        )
    })
}

/// To the coordinators: a channel of a series is gone.
#[must_use]
pub fn place_gone(meetup: &Meetup, is_room: bool) -> Post {
    let title = escape(&meetup.plan.title);
    Post::words(if is_room {
        format!(
            "The voice channel of **{title}** was deleted; `/meetup place number:{} room:` names another.",
            meetup.id
        )
    } else {
        format!(
            "The channel in which **{title}** is announced was deleted, so nobody is reminded; `/meetup place \
             number:{} channel:` names another.",
            meetup.id
        )
    })
}
