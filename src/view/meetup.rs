//! Meetups, as coordinators and members read them.

use chrono::{DateTime, Utc};

use super::markdown::{channel, escape, from_now, member, moment};
use crate::practice::meetup::{Meetup, NewMeetup};
use crate::practice::post::{Card, Post};

/// To the coordinator: what was kept, with the next dates.
#[must_use]
pub fn scheduled(meetup: &NewMeetup, dates: &[DateTime<Utc>]) -> Post {
    let dates: Vec<_> = dates
        .iter()
        .map(|date| format!("• {}", moment(*date)))
        .collect();
    Post::words(format!(
        "**{}** is planned every {} at {} ({}) in {}. The next dates:\n{}",
        escape(&meetup.title),
        meetup.start.format("%A"),
        meetup.start.format("%H:%M"),
        meetup.zone.name(),
        channel(meetup.channel),
        dates.join("\n")
    ))
}

/// To a meetup's channel: it starts soon.
#[must_use]
pub fn reminder(meetup: &Meetup, starts_at: DateTime<Utc>, late: bool) -> Post {
    let lateness = if late {
        " (This reminder is late, sorry.)"
    } else {
        ""
    };
    Post {
        card: Some(Card {
            title: escape(&meetup.plan.title),
            text: format!(
                "Starts {}: {}. {} hosts, everybody is welcome.{lateness}",
                from_now(starts_at),
                moment(starts_at),
                member(meetup.plan.host)
            ),
            ..Card::default()
        }),
        ..Post::default()
    }
}

/// To the core group: nobody was reminded.
#[must_use]
pub fn reminder_missed(meetup: &Meetup, starts_at: DateTime<Utc>) -> Post {
    Post::words(format!(
        "I was not there in time to remind anybody of **{}** on {}, so I did not.",
        escape(&meetup.plan.title),
        moment(starts_at)
    ))
}

/// To who asked for the list.
#[must_use]
pub fn list(meetups: &[(Meetup, Option<DateTime<Utc>>)]) -> Post {
    if meetups.is_empty() {
        return Post::words("No meetup is planned. `/meetup schedule` plans one.");
    }
    let lines: Vec<_> = meetups
        .iter()
        .map(|(meetup, next)| {
            let next = next.map_or("no date to come".to_owned(), moment);
            let plan = &meetup.plan;
            format!(
                "`{}` **{}** in {}: {next}",
                meetup.id,
                escape(&plan.title),
                channel(plan.channel)
            )
        })
        .collect();
    Post::words(lines.join("\n"))
}

/// To the coordinator: it is called off.
#[must_use]
pub fn cancelled() -> Post {
    Post::words("Called off. Nobody will be reminded of it any more.")
}
