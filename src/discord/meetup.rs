//! Buttons and the window of meetups.

use chrono::{DateTime, NaiveDateTime};
use serenity::all::{
    ActionRowComponent, CreateActionRow, CreateInputText, CreateModal, InputTextStyle,
    ModalInteraction,
};

use super::component::Outcome;
use super::{command, translate};
use crate::facilitation::meetup::{Author, Kept, Plan, Proposal};
use crate::facilitation::{Facilitation, Failure};
use crate::practice::action::Action;
use crate::practice::id::{MeetupId, PollId};
use crate::practice::meetup::{LONGEST_NOTE, Wish};
use crate::practice::post::Post;
use crate::practice::refusal::Refusal;
use crate::view;

/// Does what a button of a meetup asks for.
pub(super) async fn act(
    facilitation: &Facilitation,
    action: Action,
    by: Author,
    may_make_events: bool,
) -> Result<Outcome, Failure> {
    match action {
        Action::AnswerMeetup(meetup, original, wish) => {
            let shown = facilitation
                .answer_meetup(meetup, original, wish, by)
                .await?;
            let date = shown.date.ok_or(Refusal::DateGone)?;
            let post = view::meetup::announced(&shown.meetup, &date, &shown.answers);
            Ok(Outcome::Changed(post))
        }
        Action::CantAfterAll(meetup, original, _) => {
            facilitation
                .answer_meetup(meetup, original, Wish::No, by)
                .await?;
            Ok(Outcome::Private(view::meetup::cant_after_all()))
        }
        Action::WasThere(meetup, original) => {
            let people = facilitation.was_at_meetup(meetup, original, by).await?;
            Ok(Outcome::Private(view::meetup::was_there(people)))
        }
        Action::DecidePoll(poll) => {
            let decision = facilitation.decide_poll(poll, by).await?;
            let (votes, turns) = (&decision.votes, &decision.turns);
            let post = view::meetup::decided(&decision.poll, votes, decision.best, turns);
            Ok(Outcome::Private(post))
        }
        Action::PlanPolled(poll, in_turns) => {
            let planned = facilitation.plan_polled(poll, in_turns, by).await?;
            let post = view::meetup::polled_and_planned(&planned);
            Ok(Outcome::Changed(post))
        }
        Action::AllWereThere(meetup, original) => {
            let people = facilitation
                .all_were_at_meetup(meetup, original, by)
                .await?;
            Ok(Outcome::Private(view::meetup::all_were_there(people)))
        }
        Action::WriteNotes(meetup, original) => Ok(Outcome::Window(notes_window(meetup, original))),
        Action::KeepMeetup(draft) => {
            let kept = facilitation.keep_meetup_draft(draft, false, by).await?;
            let is_new = matches!(kept, Kept::Scheduled(..));
            let post = view_of(&kept);
            Ok(Outcome::Changed(if is_new && !may_make_events {
                view::meetup::no_events(post)
            } else {
                post
            }))
        }
        Action::KeepMeetupFollowing(draft) => {
            let kept = facilitation.keep_meetup_draft(draft, true, by).await?;
            Ok(Outcome::Changed(view_of(&kept)))
        }
        Action::DropMeetup(draft) => {
            facilitation.drop_meetup_draft(draft, by).await?;
            Ok(Outcome::Changed(view::meetup::dropped()))
        }
        _ => Err(Refusal::UnknownControl.into()),
    }
}

/// Takes what was chosen in the menu of a poll.
pub(super) async fn vote(
    facilitation: &Facilitation,
    poll: PollId,
    chosen: &[String],
    by: Author,
) -> Result<Outcome, Failure> {
    let moments = chosen.iter().filter_map(|value| {
        let seconds = value.parse().ok()?;
        DateTime::from_timestamp(seconds, 0)
    });
    let vote = facilitation
        .vote_for_times(poll, moments.collect(), by)
        .await?;
    Ok(Outcome::Private(view::meetup::voted(&vote)))
}

/// The window in which a meetup is planned, with what was typed before.
pub(super) fn window(title: &str, when: &str) -> CreateModal {
    let line = |label, custom_id, value: &str, placeholder| {
        let line = CreateInputText::new(InputTextStyle::Short, label, custom_id)
            .placeholder(placeholder)
            .max_length(100);
        if value.is_empty() {
            line
        } else {
            line.value(value)
        }
    };
    let lines = [
        line("What is it called?", "title", title, "Bench night"),
        line("When?", "when", when, "every 2nd thursday 18:30 until june"),
        line("How many minutes does it take?", "minutes", "60", "60"),
        line("For how many people? Empty: for all", "seats", "", "12").required(false),
        line(
            "Time zone? Empty: the community's",
            "zone",
            "",
            "Europe/Berlin",
        )
        .required(false),
    ];
    let rows = lines.map(CreateActionRow::InputText);
    CreateModal::new(Action::PlanMeetup.to_string(), "Plan a meetup").components(rows.to_vec())
}

/// The window in which is written down what was said and done at a date.
pub(super) fn notes_window(meetup: MeetupId, original: NaiveDateTime) -> CreateModal {
    let text = CreateInputText::new(
        InputTextStyle::Paragraph,
        "What was said, done and learnt?",
        "notes",
    )
    .placeholder("Who could not come reads it, and who looks for it next year")
    .max_length(LONGEST_NOTE);
    let rows = vec![CreateActionRow::InputText(text)];
    let action = Action::WriteNotes(meetup, original);
    CreateModal::new(action.to_string(), "Notes").components(rows)
}

/// Takes what was written in the window of notes.
pub(super) async fn take_notes(
    facilitation: &Facilitation,
    interaction: &ModalInteraction,
    (meetup, original): (MeetupId, NaiveDateTime),
) -> Result<Post, Failure> {
    let by = author(facilitation, interaction).await?;
    let text = written(interaction, "notes");
    facilitation
        .write_notes(meetup, original, &text, by)
        .await?;
    Ok(view::meetup::noted())
}

/// Who sent a window.
async fn author(
    facilitation: &Facilitation,
    interaction: &ModalInteraction,
) -> Result<Author, Failure> {
    let guild = interaction.guild_id.ok_or(Refusal::NotSetUp)?;
    let member = interaction.member.as_ref().ok_or(Refusal::NotSetUp)?;
    let actor = command::actor(facilitation, translate::guild_id(guild), member).await?;
    Ok(Author {
        guild: actor.guild,
        member: actor.member.id,
        is_coordinator: actor.is_coordinator,
        interaction: translate::interaction_id(interaction.id),
    })
}

/// What was written into a line of a window.
fn written(interaction: &ModalInteraction, custom_id: &str) -> String {
    let rows = interaction.data.components.iter();
    let mut inputs = rows.flat_map(|row| &row.components);
    let text = inputs.find_map(|component| match component {
        ActionRowComponent::InputText(input) if input.custom_id == custom_id => input.value.clone(),
        _ => None,
    });
    translate::scrubbed(text.unwrap_or_default().trim())
}

/// Takes what was written in the window: what it comes to, before it is kept.
pub(super) async fn plan(
    facilitation: &Facilitation,
    interaction: &ModalInteraction,
) -> Result<Post, Failure> {
    let by = author(facilitation, interaction).await?;
    let written = |custom_id: &str| written(interaction, custom_id);
    let number = |custom_id: &str| written(custom_id).parse::<u32>();
    let seats = match written("seats").as_str() {
        "" => None,
        _ => Some(number("seats").map_err(|_| Refusal::Seats(0))?),
    };
    let plan = Plan {
        title: written("title"),
        when: written("when"),
        zone: Some(written("zone")),
        channel: translate::channel_id(interaction.channel_id),
        room: None,
        minutes: number("minutes").map_err(|_| Refusal::Minutes(0))?,
        seats,
    };
    Ok(proposed(&facilitation.propose_meetup(plan, by).await?))
}

/// What a change comes to, with the buttons that do it.
pub(super) fn proposed(proposal: &Proposal) -> Post {
    match proposal {
        Proposal::Schedule(draft, meetup, dates) => view::meetup::proposed(*draft, meetup, dates),
        Proposal::Move {
            draft,
            meetup,
            from,
            to,
            following,
        } => view::meetup::proposed_move(*draft, meetup, from, to, following.as_ref()),
        Proposal::Cancel(draft, meetup, dates, answered) => {
            view::meetup::proposed_cancel(*draft, meetup, dates, *answered)
        }
    }
}

/// What was kept.
fn view_of(kept: &Kept) -> Post {
    match kept {
        Kept::Scheduled(meetup, dates) => view::meetup::scheduled(meetup, dates),
        Kept::Moved(meetup, dates) => view::meetup::moved(meetup, dates),
        Kept::Cancelled(_) => view::meetup::cancelled(),
    }
}
