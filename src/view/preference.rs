//! What a member reads of what they chose.

use chrono::TimeDelta;

use super::measure::duration;
use crate::practice::post::Post;
use crate::practice::preference::Preferences;

fn before(leads: &[TimeDelta]) -> String {
    let words: Vec<_> = leads
        .iter()
        .map(|lead| duration(lead.num_seconds()))
        .collect();
    format!("{} before the start", words.join(" and "))
}

/// To a member: how they are reminded, in which zone they are, when a meetup suits them.
#[must_use]
pub fn preferences(kept: &Preferences, usual: &[TimeDelta]) -> Post {
    let place = if kept.in_private {
        "in private"
    } else {
        "in the thread of the date"
    };
    let reminded = match &kept.reminders {
        Some(leads) if leads.is_empty() => "You are not reminded of meetups.".to_owned(),
        Some(leads) => format!(
            "You are reminded of meetups that you go to {}, {place}.",
            before(leads)
        ),
        None => format!(
            "You are reminded of meetups that you go to as everybody is, {}, {place}.",
            before(usual)
        ),
    };
    let zone = kept.zone.map_or("the community's", |zone| zone.name());
    let free = kept.free.map_or_else(
        || "at any hour".to_owned(),
        |free| format!("from {}:00 to {}:00", free.from, free.to),
    );
    Post::words(format!(
        "{reminded} Your zone is {zone}, and a meetup suits you {free}; `/meetup poll` looks for times that suit all."
    ))
}
