//! Meetups, as coordinators and members read them.

mod after;
mod event;
mod host;
mod planning;
mod poll;

use chrono::{DateTime, Utc};

use super::markdown::{channel, escape, from_now, member, moment};
use super::when::{dates, local, rhythm, shown};
use crate::practice::action::Action;
use crate::practice::id::MemberId;
use crate::practice::meetup::{Answer, Answers, Change, Meetup, Wish, offer_ends};
use crate::practice::post::{Card, Control, Post};
use crate::practice::recurrence::Date;

pub use after::{all_were_there, attendance, ended, note, noted, proposed_for, was_there};
pub use event::{event_touched, native_event, no_events};
pub use host::{host_left, hosted, place_gone, placed};
pub use planning::{
    agenda, calendar, cancelled, dropped, list, moved, proposed, proposed_cancel, proposed_move,
    restored, scheduled, skipped,
};
pub use poll::{decided, poll, polled, polled_and_planned, voted};

/// The most people that are named in one place: a mention has up to 22 characters, a field 1,024.
const MOST_NAMED: usize = 40;

fn button(label: &str, action: Action) -> Control {
    Control::Button(label.to_owned(), action)
}

fn people(members: &[MemberId]) -> String {
    let mut names: Vec<_> = members
        .iter()
        .take(MOST_NAMED)
        .copied()
        .map(member)
        .collect();
    if members.len() > MOST_NAMED {
        names.push(format!("and {} more", members.len() - MOST_NAMED));
    }
    names.join(" ")
}

/// Who hosts, and who may come.
fn hosts(meetup: &Meetup) -> String {
    let host = meetup.plan.host;
    if host.is_nobody() {
        return "Everybody is welcome.".to_owned();
    }
    format!("{} hosts, everybody is welcome.", member(host))
}

/// A date, with who comes and the buttons to say so.
#[must_use]
pub fn announced(meetup: &Meetup, date: &Date, answers: &Answers) -> Post {
    let plan = &meetup.plan;
    let schedule = meetup.schedule();
    let answer = |wish| Action::AnswerMeetup(meetup.id, date.original, wish);
    let members = |answer| answers.of(answer).collect::<Vec<_>>();
    let going = members(Answer::Going);
    let mut fields = Vec::new();
    if !going.is_empty() || plan.seats.is_some() {
        let of = plan.seats.map(|seats| format!(" of {seats}"));
        let heading = format!("Going: {}{}", going.len(), of.unwrap_or_default());
        let names = people(&going);
        fields.push((
            heading,
            if names.is_empty() {
                "nobody yet".to_owned()
            } else {
                names
            },
        ));
    }
    let mut waiting = members(Answer::Offered);
    waiting.extend(answers.of(Answer::Waiting));
    for (heading, members) in [
        ("Maybe", members(Answer::Maybe)),
        ("Waiting for a seat", waiting),
    ] {
        if !members.is_empty() {
            fields.push((format!("{heading}: {}", members.len()), people(&members)));
        }
    }
    let moved = if date.is_moved() {
        format!("\nMoved from {}.", local(date.original))
    } else {
        String::new()
    };
    Post {
        card: Some(Card {
            title: escape(&plan.title),
            text: format!(
                "{}, {} in {}, for {} min{}.{moved}\n{}",
                shown(date.starts_at),
                date.local.format("%H:%M"),
                schedule.zone.name(),
                plan.minutes,
                plan.room
                    .map_or_else(String::new, |room| format!(", in {}", channel(room))),
                hosts(meetup)
            ),
            fields,
            footer: match rhythm(&schedule.rule, schedule.start).as_str() {
                "once" => String::new(),
                rhythm => format!("{rhythm} · number {}", meetup.id),
            },
        }),
        controls: vec![
            button("Going", answer(Wish::Going)),
            button("Maybe", answer(Wish::Maybe)),
            button("Can't", answer(Wish::No)),
        ],
        ..Post::default()
    }
}

/// In the place of an announcement, once the date has begun: nobody can answer it any more.
#[must_use]
pub fn took_place(meetup: &Meetup, date: &Date, answers: &Answers) -> Post {
    Post {
        controls: Vec::new(),
        ..announced(meetup, date, answers)
    }
}

/// In the place of an announcement: the date does not take place.
#[must_use]
pub fn called_off(meetup: &Meetup, starts_at: DateTime<Utc>) -> Post {
    Post {
        card: Some(Card {
            title: escape(&meetup.plan.title),
            text: format!(
                "Not on {}: this date does not take place.",
                moment(starts_at)
            ),
            ..Card::default()
        }),
        ..Post::default()
    }
}

/// A date as `/meetup show` has it, with those that follow.
#[must_use]
pub fn shown_date(
    meetup: &Meetup,
    date: Option<&Date>,
    answers: &Answers,
    following: &[Date],
) -> Post {
    let Some(date) = date else {
        return Post::words(format!(
            "**{}** has no date to come.",
            escape(&meetup.plan.title)
        ));
    };
    let mut post = announced(meetup, date, answers);
    if let (Some(card), false) = (&mut post.card, following.is_empty()) {
        let after = dates(following, meetup.schedule());
        card.fields.push(("After that".to_owned(), after));
    }
    post
}

/// To a meetup's thread: it starts soon. Those who go are pinged, once.
#[must_use]
pub fn reminder(
    meetup: &Meetup,
    starts_at: DateTime<Utc>,
    late: bool,
    going: Vec<MemberId>,
    cant: Option<Action>,
) -> Post {
    let lateness = if late {
        " (This reminder is late, sorry.)"
    } else {
        ""
    };
    Post {
        text: people(&going),
        card: Some(Card {
            title: escape(&meetup.plan.title),
            text: format!(
                "Starts {}: {}. {}{lateness}",
                from_now(starts_at),
                moment(starts_at),
                hosts(meetup)
            ),
            ..Card::default()
        }),
        controls: cant
            .into_iter()
            .map(|cant| button("I can't after all", cant))
            .collect(),
        pings: going.into_iter().take(MOST_NAMED).collect(),
        ..Post::default()
    }
}

/// To a member, in private as they chose: it starts soon.
#[must_use]
pub fn private_reminder(meetup: &Meetup, starts_at: DateTime<Utc>, late: bool) -> Post {
    let mut post = reminder(meetup, starts_at, late, Vec::new(), None);
    if let Some(card) = &mut post.card {
        let place = channel(meetup.plan.channel);
        card.text.push_str(&format!(
            "\nIf you can't come after all, say so in {place}."
        ));
    }
    post
}

/// To who was reminded and can't come.
#[must_use]
pub fn cant_after_all() -> Post {
    Post::words("Thank you for saying so. If somebody waits for a seat, it is theirs now.")
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

/// To a meetup's thread: what has changed. Those whom it concerns are pinged, once.
#[must_use]
pub fn changed(meetup: &Meetup, change: &Change, concerned: Vec<MemberId>) -> Post {
    let title = escape(&meetup.plan.title);
    let because = |reason: &Option<String>| {
        let reason = reason.as_deref().map(escape);
        reason.map_or_else(String::new, |reason| format!(" Why: {reason}"))
    };
    let text = match change {
        Change::Moved {
            from,
            to,
            following,
        } => format!(
            "**{title}** is not on {} but on {}{}. Does it still suit you? Your answer stands until you change it.",
            moment(*from),
            shown(*to),
            if *following {
                ", and so are the dates that follow"
            } else {
                ""
            }
        ),
        Change::Skipped { at, reason } => format!(
            "**{title}** on {} does not take place.{}",
            moment(*at),
            because(reason)
        ),
        Change::Restored { at } => {
            format!("**{title}** takes place on {} as planned.", shown(*at))
        }
        Change::Cancelled { reason } => {
            format!(
                "**{title}** is called off, with all its dates.{}",
                because(reason)
            )
        }
    };
    let names = people(&concerned);
    Post {
        text: format!("{text}\n{names}").trim_end().to_owned(),
        pings: concerned.into_iter().take(MOST_NAMED).collect(),
        ..Post::default()
    }
}

/// To a meetup's thread: a seat is kept for somebody.
#[must_use]
pub fn seat_offered(
    meetup: &Meetup,
    date: &Date,
    for_whom: MemberId,
    offered_at: DateTime<Utc>,
) -> Post {
    let answer = |wish| Action::AnswerMeetup(meetup.id, date.original, wish);
    let until = offer_ends(offered_at, date.starts_at);
    Post {
        text: format!(
            "{}, a seat is free for **{}** on {}. I keep it for you until {} ({}).",
            member(for_whom),
            escape(&meetup.plan.title),
            moment(date.starts_at),
            moment(until),
            from_now(until)
        ),
        controls: vec![
            button("I'm coming", answer(Wish::Going)),
            button("Give it to the next", answer(Wish::No)),
        ],
        pings: vec![for_whom],
        ..Post::default()
    }
}

/// To the core group: a series is losing its rhythm.
#[must_use]
pub fn rhythm_lost(meetup: &Meetup, next: Option<&Date>) -> Post {
    let next = match next {
        Some(next) => format!("The next date is {}.", shown(next.starts_at)),
        None => "No date is to come.".to_owned(),
    };
    Post::words(format!(
        "**{}** has been left out more than once in a row. A rhythm that is kept, even a slower one, holds \
         a community together; `/meetup move` finds it another. {next}",
        escape(&meetup.plan.title)
    ))
}

/// What a thread of a date is called.
#[must_use]
pub fn thread_title(meetup: &Meetup, date: &Date) -> String {
    let title: String = meetup.plan.title.chars().take(80).collect();
    format!("{title}, {}", date.local.format("%-d %B"))
}
