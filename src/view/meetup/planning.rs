//! What coordinators read while they plan.

use super::button;
use crate::practice::action::Action;
use crate::practice::board::Entry;
use crate::practice::id::MeetupDraftId;
use crate::practice::meetup::{CalendarOwner, Meetup, NewMeetup, Proposal};
use crate::practice::post::{Card, Post};
use crate::practice::recurrence::{Date, Rule};
use crate::view::board;
use crate::view::markdown::{channel, escape, member};
use crate::view::measure::count;
use crate::view::when::{dates, local, rhythm, shown};

/// The most characters of an agenda; a card takes 4,096, and "and n more" is to fit, too.
const MOST_AGENDA: usize = 4_000;

/// The most characters of what is proposed; a message takes 2,000.
const MOST_PROPOSED: usize = 1_800;

/// How a series is planned: where, how long, with how much room.
fn terms(meetup: &NewMeetup) -> String {
    let schedule = &meetup.schedule;
    let seats = meetup.seats.map(|seats| format!(", room for {seats}"));
    let room = meetup.room.map(channel);
    let room =
        room.map(|room| format!(", announced in {}, held in {room}", channel(meetup.channel)));
    format!(
        "{} at {} ({}), {} min{}{}",
        rhythm(&schedule.rule, schedule.start),
        schedule.start.format("%H:%M"),
        schedule.zone.name(),
        meetup.minutes,
        seats.unwrap_or_default(),
        room.unwrap_or_else(|| format!(", in {}", channel(meetup.channel)))
    )
}

/// To the coordinator, before it is kept: how it was read, with the next dates.
#[must_use]
pub fn proposed(draft: MeetupDraftId, meetup: &NewMeetup, next: &[Date]) -> Post {
    let ahead = if next.len() == 1 {
        "Its only date"
    } else {
        "The next dates"
    };
    Post {
        text: format!(
            "**{}**: {}.\n{ahead}:\n{}\nNothing is kept yet. Is this right?",
            escape(&meetup.title),
            terms(meetup),
            dates(next, &meetup.schedule)
        ),
        controls: vec![
            button("Yes, plan it", Action::KeepMeetup(draft)),
            button("No", Action::DropMeetup(draft)),
        ],
        ..Post::default()
    }
}

/// To the coordinator: it is kept.
#[must_use]
pub fn scheduled(meetup: &Meetup, next: &[Date]) -> Post {
    Post::words(format!(
        "**{}** is planned, as number `{}`: {}. I announce each date a week ahead, and remind those who go. \
         The next dates:\n{}",
        escape(&meetup.plan.title),
        meetup.id,
        terms(&meetup.plan),
        dates(next, meetup.schedule())
    ))
}

/// To the coordinator, before a date is moved: what it comes to, for it alone and for those that follow.
#[must_use]
pub fn proposed_move(
    draft: MeetupDraftId,
    meetup: &Meetup,
    from: &Date,
    to: &Date,
    following: Option<&(Rule, Vec<Date>)>,
) -> Post {
    let mut text = format!(
        "**{}** on {} would be on\n{}",
        escape(&meetup.plan.title),
        local(from.local),
        dates(
            std::slice::from_ref(&Date {
                original: to.local,
                ..*to
            }),
            meetup.schedule()
        ),
    );
    let mut controls = Vec::new();
    if let Some((rule, next)) = following {
        let words = rhythm(rule, to.local);
        text.push_str(&format!(
            "\nWith those that follow it would be {words} at {}:\n{}\nOnly this date, or this and the following?",
            to.local.format("%H:%M"),
            dates(next, meetup.schedule())
        ));
        controls.push(button("Only this date", Action::KeepMeetup(draft)));
        controls.push(button(
            "This and the following",
            Action::KeepMeetupFollowing(draft),
        ));
    } else {
        text.push_str("\nOnly this date is moved. Is this right?");
        controls.push(button("Yes, move it", Action::KeepMeetup(draft)));
    }
    controls.push(button("No", Action::DropMeetup(draft)));
    Post {
        text,
        controls,
        ..Post::default()
    }
}

/// To the coordinator: a date is at another time.
#[must_use]
pub fn moved(meetup: &Meetup, next: &[Date]) -> Post {
    Post::words(format!(
        "Done, and everybody who answered is told. The next dates of **{}** (number `{}`):\n{}",
        escape(&meetup.plan.title),
        meetup.id,
        dates(next, meetup.schedule())
    ))
}

/// To the coordinator, before a series is called off.
#[must_use]
pub fn proposed_cancel(
    draft: MeetupDraftId,
    meetup: &Meetup,
    next: &[Date],
    answered: usize,
) -> Post {
    let told = match answered {
        0 => "Nobody has answered yet.".to_owned(),
        _ => format!(
            "{} answered and will be told.",
            count(
                i64::try_from(answered).unwrap_or(i64::MAX),
                "person",
                "people"
            )
        ),
    };
    Post {
        text: format!(
            "Call off all of **{}**? These and all later dates would not take place:\n{}\n{told} \
             `/meetup skip` leaves out a single date.",
            escape(&meetup.plan.title),
            dates(next, meetup.schedule()),
        ),
        controls: vec![
            button("Yes, call it off", Action::KeepMeetup(draft)),
            button("No", Action::DropMeetup(draft)),
        ],
        ..Post::default()
    }
}

/// To the coordinator: it is called off.
#[must_use]
pub fn cancelled() -> Post {
    Post::words("Called off. Nobody will be reminded of it any more.")
}

/// To the coordinator: nothing was changed.
#[must_use]
pub fn dropped() -> Post {
    Post::words("Nothing was changed.")
}

/// To the coordinator: a date is left out.
#[must_use]
pub fn skipped(meetup: &Meetup, date: &Date) -> Post {
    Post::words(format!(
        "**{}** on {} is left out, and whoever wanted to come is told. `/meetup restore` takes it up again.",
        escape(&meetup.plan.title),
        shown(date.starts_at)
    ))
}

/// To the coordinator: a date is as planned again.
#[must_use]
pub fn restored(meetup: &Meetup, date: &Date) -> Post {
    Post::words(format!(
        "**{}** takes place on {} again, and everybody who answered is told.",
        escape(&meetup.plan.title),
        shown(date.starts_at)
    ))
}

/// To who asked for the list.
#[must_use]
pub fn list(meetups: &[(Meetup, Option<Date>)]) -> Post {
    if meetups.is_empty() {
        return Post::words("No meetup is planned. `/meetup schedule` plans one.");
    }
    let lines: Vec<_> = meetups
        .iter()
        .map(|(meetup, next)| {
            let next = next.map_or("no date to come".to_owned(), |next| shown(next.starts_at));
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

/// What the next date is for: what members proposed; to the core group, also the questions that wait for it.
#[must_use]
pub fn agenda(meetup: &Meetup, date: &Date, proposals: &[Proposal], raised: &[Entry]) -> Post {
    let title = escape(&meetup.plan.title);
    let proposed: Vec<_> = proposals
        .iter()
        .map(|proposal| format!("• {} ({})", escape(&proposal.text), member(proposal.by)))
        .collect();
    let add = format!("`/meetup propose number:{}` adds to it.", meetup.id);
    if raised.is_empty() && proposed.is_empty() {
        return Post::words(format!(
            "Nothing waits for **{title}** on {}. {add}",
            shown(date.starts_at)
        ));
    }
    let mut text = format!("For **{title}** on {}:\n", shown(date.starts_at));
    for (index, line) in proposed.iter().enumerate() {
        if text.chars().count() + line.chars().count() > MOST_PROPOSED {
            text.push_str(&format!("and {} more\n", proposed.len() - index));
            break;
        }
        text.push_str(&format!("{line}\n"));
    }
    text.push_str(&add);
    if raised.is_empty() {
        return Post::words(text);
    }
    let (mut lines, mut length) = (Vec::new(), 0);
    for line in raised.iter().map(board::line) {
        length += line.chars().count() + 1;
        if length > MOST_AGENDA {
            break;
        }
        lines.push(line);
    }
    if lines.len() < raised.len() {
        lines.push(format!("and {} more", raised.len() - lines.len()));
    }
    Post {
        text,
        card: Some(Card {
            title: "Still waiting for an answer".to_owned(),
            text: lines.join("\n"),
            ..Card::default()
        }),
        ..Post::default()
    }
}

/// To who asked for a calendar.
#[must_use]
pub fn calendar(link: &str, owner: CalendarOwner, is_new: bool) -> Post {
    let what = match owner {
        CalendarOwner::Community => "every date of this community",
        CalendarOwner::Member(_) => {
            "the dates that you answered, but for those to which you don't come"
        }
    };
    let before = if is_new {
        " The link from before shows nothing any more."
    } else {
        ""
    };
    Post::words(format!(
        "<{link}>\nAdd it to your calendar as a subscription (by URL); it shows {what}, and follows each change. \
         Whoever has the link sees them, so keep it to yourself.{before}"
    ))
}
