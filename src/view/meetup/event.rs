//! The event of a date in Discord's own calendar.

use crate::practice::meetup::{Meetup, NativeEvent, Touch};
use crate::practice::post::Post;
use crate::practice::recurrence::Date;
use crate::view::markdown::{channel, escape, moment};

/// The event of a date; `place` is the name of the channel in which people come together.
#[must_use]
pub fn native_event(meetup: &Meetup, date: &Date, place: Option<&str>) -> NativeEvent {
    let plan = &meetup.plan;
    let mark = NativeEvent::mark(meetup.id, date.original);
    let room = plan.room.map_or_else(String::new, |room| {
        format!("We come together in {}. ", channel(room))
    });
    NativeEvent {
        title: plan.title.clone(),
        starts_at: date.starts_at,
        ends_at: date.starts_at + meetup.lasts(),
        place: place.map_or_else(|| plan.title.clone(), |name| format!("#{name}")),
        about: format!(
            "{room}Say in {} whether you come: so a seat is kept for you, and you are reminded.\n{mark}",
            channel(plan.channel)
        ),
        mark,
    }
}

/// To the coordinators: what somebody did with an event, and what became of its date.
#[must_use]
pub fn event_touched(meetup: &Meetup, touch: Touch, called: Option<&str>) -> Post {
    let title = escape(&meetup.plan.title);
    Post::words(match touch {
        Touch::Moved { from, to } => format!(
            "Somebody moved the event of **{title}** from {} to {}, so the date is moved, and whoever answered it is \
             told; `/meetup move` moves it back.",
            moment(from),
            moment(to)
        ),
        Touch::Removed { at } => format!(
            "Somebody removed the event of **{title}** on {}, so this date is left out, and whoever meant to come is \
             told; `/meetup restore` takes it up again.",
            moment(at)
        ),
        Touch::Renamed => format!(
            "Somebody called the event of **{title}** “{}”; I leave it so, and the series keeps its name.",
            escape(called.unwrap_or_default())
        ),
    })
}

/// Below what a coordinator planned: it stands nowhere in Discord's own calendar.
#[must_use]
pub fn no_events(post: Post) -> Post {
    Post {
        text: format!(
            "{}\nI may not make events in Discord's own calendar, so it stands here and in the calendars of `/meetup \
             calendar` only. With the permission Create Events I add it.",
            post.text
        ),
        ..post
    }
}
