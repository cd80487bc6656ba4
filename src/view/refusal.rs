//! One sentence for each thing that Convener does not do, with what would work.

use crate::practice::refusal::Refusal;
use crate::view::markdown::escape;

/// The sentence.
#[must_use]
#[expect(
    clippy::too_many_lines,
    reason = "one sentence for each, all of them in one place"
)]
pub fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotSetUp => {
            "Convener is not set up here yet. Somebody who may manage the server can do it with `/setup`."
                .to_owned()
        }
        Refusal::CoreGroupOnly => {
            "This is for the core group. If you think you belong to it, ask one of the leads.".to_owned()
        }
        Refusal::LeadsOnly => {
            "This is for the leads, who may manage the server. Ask one of them to do it.".to_owned()
        }
        Refusal::CoordinatorsOnly => {
            "Planning meetups takes the permission to manage events. Ask a coordinator to do it, or one \
             of the leads for the permission."
                .to_owned()
        }
        Refusal::UnknownRequest => {
            "There is no such request any more. `/requests` shows those that are open.".to_owned()
        }
        Refusal::RequestClosed => {
            "This request is settled or closed already, so there is nothing left to do. Thank you!".to_owned()
        }
        Refusal::RequestOpen => {
            "This request is open, so there is nothing to take up again. `/requests` shows it.".to_owned()
        }
        Refusal::AskerOnly => "This is for whoever asked. You can help by answering below the question."
            .to_owned(),
        Refusal::NotCalled => {
            "You were not called to this one, so you need not do anything.".to_owned()
        }
        Refusal::TooLateToUndo => {
            "The minute for taking that back is over. `/request reopen` opens it again.".to_owned()
        }
        Refusal::AnswersNothing => {
            "I know of no open request that this message answers. Reply to the question, or use \
             `/request resolve` with its number from `/requests`."
                .to_owned()
        }
        Refusal::UnknownDraft => {
            "This question was posted already, or left for more than a day. `/ask` starts anew.".to_owned()
        }
        Refusal::CantPostHere => {
            "I may not write here. Ask in another channel, or ask a lead to give me Send Messages and Embed \
             Links here."
                .to_owned()
        }
        Refusal::NotHeardHere => {
            "I don't listen here, so I would not notice an answer. Ask in another channel.".to_owned()
        }
        Refusal::AuthorPaused => {
            "Whoever wrote this does not want to be recorded, so I keep nothing of it.".to_owned()
        }
        Refusal::CantInvite => {
            "Somebody was asked within the last day, or this member was asked often enough this week. Let \
             us give them time."
                .to_owned()
        }
        Refusal::NoCoreChannel => {
            "I found no channel for the core group. Name one: `/setup start core_channel:`.".to_owned()
        }
        Refusal::OutOfRange(what, least, most) => {
            format!("{what} can be anything from {least} to {most}.")
        }
        Refusal::EmptyQuestion => "Write your question in a few words, then send it again.".to_owned(),
        Refusal::Time(unclear) => super::when::unclear(unclear),
        Refusal::NoTitle => "What is it called? Give it a title, such as `Bench night`.".to_owned(),
        Refusal::Minutes(_) => "A meetup takes 5 to 1440 minutes, such as `90`.".to_owned(),
        Refusal::Seats(_) => {
            "Room is for 1 to 10,000 people. Leave the seats out where there is room for all.".to_owned()
        }
        Refusal::UnknownZone(zone) => format!(
            "“{}” is not a time zone that I know. Use a name like `Europe/Berlin` or `America/New_York`.",
            escape(zone)
        ),
        Refusal::NoDates => "This meetup has no date to come. Choose a later one.".to_owned(),
        Refusal::UnknownMeetup => {
            "There is no such meetup. `/meetup list` shows those that are planned.".to_owned()
        }
        Refusal::UnknownDate(date) => format!(
            "This meetup has no date “{}” to come. `/meetup show` has the next ones; a day such as `5 March` works.",
            escape(date)
        ),
        Refusal::DateGone => {
            "This date is over, or does not take place. `/meetup list` shows those to come.".to_owned()
        }
        Refusal::NothingToRestore => {
            "No such date to come was left out or moved, so there is nothing to restore. `/meetup show` has the dates."
                .to_owned()
        }
        Refusal::NoDateYet => "It has not taken place yet. Ask after its first date.".to_owned(),
        Refusal::Reminders(text) => format!(
            "“{}” is no list of up to five times within the week before a start. Try `1 day, 15 min`; `none` is none, \
             and `usual` is as everybody has it.",
            escape(text)
        ),
        Refusal::FreeHours(text) => format!(
            "“{}” is no part of a day. Try whole hours from 0 to 24, such as `18-22`; `any` is any.",
            escape(text)
        ),
        Refusal::NoPlace => {
            "Where to? Name a `channel:` for the announcements, a voice channel as `room:`, or both.".to_owned()
        }
        Refusal::NoFreeHours => {
            "So long a meetup falls into nobody's hours as stated in `/preferences`. Ask for fewer minutes.".to_owned()
        }
        Refusal::PollClosed => {
            "This poll is decided already. `/meetup list` shows what is planned; `/meetup poll` asks anew.".to_owned()
        }
        Refusal::BotHost => {
            "A bot can't host a meetup. Name a person, who will be there.".to_owned()
        }
        Refusal::PollOver => {
            "No time of this poll is to come any more. `/meetup poll` asks for others.".to_owned()
        }
        Refusal::NoVotes => {
            "Nobody has said yet which time suits. Give them a day, then decide.".to_owned()
        }
        Refusal::NothingWritten => "Write a few words first, then send it again.".to_owned(),
        Refusal::MoveToRhythm => {
            "A date moves to another date or time, such as “thu 19:00”; then I ask whether those that follow go with it."
                .to_owned()
        }
        Refusal::FollowingUnclear => {
            "The dates that follow can't go with this one. Move it alone, or plan a new series with `/meetup schedule`."
                .to_owned()
        }
        Refusal::NotAnActivity(name) => format!(
            "“{}” is none of the eleven activities. Choose one from the list, such as *Problem solving*.",
            escape(name)
        ),
        Refusal::UnknownMessage => {
            "I don't keep such a message here. Paste its link, with *Copy Message Link* in its menu.".to_owned()
        }
        Refusal::NotAWeek(text) => format!(
            "“{}” is not a week that I know. Write it like `2026-W47`, or choose one from the list.",
            escape(text)
        ),
        Refusal::WeekToCome(week) => {
            format!("Week {week} has not come yet. `/digest now` shows the one we are in.")
        }
        Refusal::WeekBefore(week, first) => format!(
            "I know nothing of week {week}: the first that I heard of is {first}."
        ),
        Refusal::NoPublicUrl => {
            "There is no link here, as Convener's pages are not published. Ask whoever runs it to set \
             `web.public_url`."
                .to_owned()
        }
        Refusal::DraftGone => {
            "This is settled already, or too old, or somebody else's. Type the command again, and I ask anew.".to_owned()
        }
        Refusal::UnknownControl => {
            "This button is from a time that I don't remember. `/requests` shows what is open now."
                .to_owned()
        }
    }
}

/// The sentence for a fault of our own. `reference` stands in the log beside the cause.
#[must_use]
pub fn fault(reference: &str) -> String {
    format!(
        "Something went wrong on my side, and nothing was changed. Please try again in a minute; \
         if it stays, tell whoever runs me the reference `{reference}`."
    )
}
