//! Which time suits?

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{button, people};
use crate::practice::action::Action;
use crate::practice::id::{MeetupId, MemberId};
use crate::practice::meetup::{Poll, Slot, UNNAMED_MEETUP, Vote};
use crate::practice::post::{Card, Choice, Control, Post};
use crate::view::markdown::{escape, moment};
use crate::view::measure::count;
use crate::view::when::{local, shown};

fn voters(votes: &[Vote], slot: DateTime<Utc>) -> Vec<MemberId> {
    let suited = votes.iter().filter(|vote| vote.slots.contains(&slot));
    suited.map(|vote| vote.member).collect()
}

fn number(people: usize) -> i64 {
    i64::try_from(people).unwrap_or(i64::MAX)
}

/// The most who are named beside one time: ten times fit into a card.
const NAMED: usize = 10;

/// To a channel: the times, who can at which, and a menu to say so. `zone` is the community's, for the menu, in
/// which Discord shows no reader's own time.
#[must_use]
pub fn poll(poll: &Poll, votes: &[Vote], zone: Tz) -> Post {
    let asked = &poll.asked;
    let lines = asked.slots.iter().enumerate().map(|(index, slot)| {
        let suited = voters(votes, *slot);
        let names = match suited.len() {
            0 => String::new(),
            1..=NAMED => format!(": {}", people(&suited)),
            many => format!(": {} and {} more", people(&suited[..NAMED]), many - NAMED),
        };
        format!("`{}` {}{names}", index + 1, shown(*slot))
    });
    let lines: Vec<_> = lines.collect();
    let often = if asked.is_weekly { ", each week" } else { "" };
    let mut controls = Vec::new();
    let mut ended = "Decided, thank you all.\n";
    let mut hint = "You see each in your own time.";
    if poll.closed_at.is_none() {
        ended = "";
        hint = "Choose as many as you like; you see each in your own time.";
        let choices = asked.slots.iter().enumerate().map(|(index, slot)| Choice {
            label: format!(
                "{}: {} ({})",
                index + 1,
                local(slot.with_timezone(&zone).naive_local()),
                zone.name()
            ),
            value: slot.timestamp().to_string(),
            detail: String::new(),
        });
        controls.push(Control::Choices(
            "Which of them suit you?".to_owned(),
            Action::VoteForTimes(poll.id),
            choices.collect(),
        ));
        controls.push(button("Decide", Action::DecidePoll(poll.id)));
    }
    Post {
        card: Some(Card {
            title: format!("When? {}", escape(&asked.title))
                .trim_end()
                .to_owned(),
            text: format!(
                "{ended}{} min{often}. {hint}\n{}",
                asked.minutes,
                lines.join("\n")
            ),
            ..Card::default()
        }),
        controls,
        ..Post::default()
    }
}

/// To who asked: it is on its way.
#[must_use]
pub fn polled(slots: &[Slot]) -> Post {
    let best = slots
        .iter()
        .map(|slot| slot.suits)
        .max()
        .unwrap_or_default();
    Post::words(format!(
        "I ask for {}. They fall into the hours that members stated in `/preferences`, the best of them into those \
         of {}; no stated zone is left out. When enough have answered, press **Decide**.",
        count(number(slots.len()), "time", "times"),
        count(number(best), "person", "people")
    ))
}

/// To who answered a poll.
#[must_use]
pub fn voted(vote: &Vote) -> Post {
    Post::words(if vote.slots.is_empty() {
        "Noted: none of them suits you.".to_owned()
    } else {
        format!(
            "Noted: {} you. Choose again, and that counts.",
            count(number(vote.slots.len()), "time suits", "times suit")
        )
    })
}

/// To who decides: what the answers come to, and what can be planned.
#[must_use]
pub fn decided(poll: &Poll, votes: &[Vote], best: DateTime<Utc>, turns: &[DateTime<Utc>]) -> Post {
    let answered = votes.iter().filter(|vote| !vote.slots.is_empty()).count();
    let suited = voters(votes, best).len();
    let mut text = format!(
        "**{}**: {} suits {suited} of {answered} who named a time.",
        if poll.asked.title.is_empty() {
            UNNAMED_MEETUP.to_owned()
        } else {
            escape(&poll.asked.title)
        },
        moment(best)
    );
    let plan = if poll.asked.is_weekly {
        "Plan it each week"
    } else {
        "Plan it"
    };
    let mut controls = vec![button(plan, Action::PlanPolled(poll.id, false))];
    if poll.asked.is_weekly && turns.len() > 1 {
        let lines = turns.iter().map(|time| {
            let suited = voters(votes, *time);
            format!("• {}, which suits {}", moment(*time), people(&suited))
        });
        let lines: Vec<_> = lines.collect();
        text.push_str(&format!(
            "\nOr in turns, one of these each week, so that nobody is left out each time:\n{}",
            lines.join("\n")
        ));
        controls.push(button(
            "Plan it in turns",
            Action::PlanPolled(poll.id, true),
        ));
    }
    Post {
        text,
        controls,
        ..Post::default()
    }
}

/// To who decided: it is planned.
#[must_use]
pub fn polled_and_planned(planned: &[MeetupId]) -> Post {
    let numbers: Vec<_> = planned.iter().map(|id| format!("`{id}`")).collect();
    Post::words(format!(
        "Planned, as number {}, with you as host. `/meetup show` has the dates, and everything can be changed.",
        numbers.join(" and ")
    ))
}
