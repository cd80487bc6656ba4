//! What is read around a date: proposals before it, who was there and what was written down afterwards.

use super::{button, people};
use crate::practice::action::Action;
use crate::practice::id::MemberId;
use crate::practice::meetup::{Answer, Answers, Meetup, Note};
use crate::practice::post::{Card, Post};
use crate::practice::recurrence::Date;
use crate::view::markdown::{as_written, channel, escape, member, moment};
use crate::view::measure::count;
use crate::view::when::{day, shown};

/// To a meetup's thread: it is over. Whoever was seen in the room is a suggestion.
#[must_use]
pub fn ended(meetup: &Meetup, date: &Date, seen: &[MemberId]) -> Post {
    let mut text = format!(
        "That was **{}** of {}. Who was there? It helps to see whether the rhythm suits you.",
        escape(&meetup.plan.title),
        day(date.local.date())
    );
    let mut controls = vec![button(
        "I was there",
        Action::WasThere(meetup.id, date.original),
    )];
    if let (Some(room), false) = (meetup.plan.room, seen.is_empty()) {
        text.push_str(&format!(
            "\nI saw in {}: {}. {} can say whether they all were.",
            channel(room),
            people(seen),
            if meetup.plan.host.is_nobody() {
                "A coordinator".to_owned()
            } else {
                member(meetup.plan.host)
            }
        ));
        let all = Action::AllWereThere(meetup.id, date.original);
        controls.push(button("They all were there", all));
    }
    controls.push(button(
        "Write notes",
        Action::WriteNotes(meetup.id, date.original),
    ));
    Post {
        text,
        controls,
        ..Post::default()
    }
}

fn so_far(people: usize) -> String {
    count(
        i64::try_from(people).unwrap_or(i64::MAX),
        "person was there",
        "people were there",
    )
}

/// To who said that they were there.
#[must_use]
pub fn was_there(people: usize) -> Post {
    Post::words(format!("Noted, thank you. So far {}.", so_far(people)))
}

/// To the host, who said that all who were seen were there.
#[must_use]
pub fn all_were_there(people: usize) -> Post {
    Post::words(format!(
        "Noted, thank you: {}. `/meetup attendance` puts single ones right.",
        so_far(people)
    ))
}

/// To a coordinator: who came, of those who meant to.
#[must_use]
pub fn attendance(
    meetup: &Meetup,
    date: &Date,
    answers: &Answers,
    there: &[MemberId],
    absent: &[MemberId],
    seen: &[MemberId],
) -> Post {
    let going: Vec<_> = answers.of(Answer::Going).collect();
    let is_said = |member: &MemberId| there.contains(member) || absent.contains(member);
    let unsaid = seen.iter().filter(|member| !is_said(member));
    let unsaid: Vec<_> = unsaid.copied().collect();
    let nobody = |names: String| {
        if names.is_empty() {
            "nobody".to_owned()
        } else {
            names
        }
    };
    let mut text = format!(
        "**{}** on {}\nWas there: {}\nMeant to come: {}",
        escape(&meetup.plan.title),
        moment(date.starts_at),
        nobody(people(there)),
        nobody(people(&going))
    );
    if !absent.is_empty() {
        text.push_str(&format!("\nWas not there: {}", people(absent)));
    }
    if !unsaid.is_empty() {
        text.push_str(&format!(
            "\nSeen in the room, and not said yet: {}",
            people(&unsaid)
        ));
    }
    Post::words(text)
}

/// To a meetup's thread: what somebody wrote down of a date.
#[must_use]
pub fn note(meetup: &Meetup, note: &Note) -> Post {
    let Some(by) = note.by else {
        return Post::words("This note was taken back.");
    };
    let date = meetup.schedule().date_of(note.original);
    let local = date.map_or(note.original, |date| date.local);
    Post {
        card: Some(Card {
            title: format!("{}, {}", escape(&meetup.plan.title), day(local.date())),
            text: format!(
                "{}\n\nWritten down by {}",
                as_written(&note.text),
                member(by)
            ),
            ..Card::default()
        }),
        ..Post::default()
    }
}

/// To who wrote something down.
#[must_use]
pub fn noted() -> Post {
    Post::words(
        "Thank you. Your notes stand in the thread of the date, and in the log of activities.",
    )
}

/// To who proposed something.
#[must_use]
pub fn proposed_for(meetup: &Meetup, next: &Date) -> Post {
    Post::words(format!(
        "It is on the agenda of **{}** on {}. `/meetup agenda` shows what else is.",
        escape(&meetup.plan.title),
        shown(next.starts_at)
    ))
}
