//! Buttons, menus and windows, by their durable custom id.

use serenity::all::{
    ActionRowComponent, ComponentInteraction, ComponentInteractionDataKind, Context,
    CreateInteractionResponse, CreateInteractionResponseMessage, CreateModal, ModalInteraction,
};

use super::{check, command, meetup, render, translate};
use crate::facilitation::activity::MessagePointedAt;
use crate::facilitation::meetup::Author;
use crate::facilitation::request::{Actor, Asked, Question};
use crate::facilitation::{Facilitation, Failure};
use crate::practice::action::{Action, RequestAction};
use crate::practice::activity::ActivityKind;
use crate::practice::id::RequestId;
use crate::practice::post::Post;
use crate::practice::refusal::Refusal;
use crate::practice::request::Request;
use crate::view;

/// What a person sees after using a control.
pub(super) enum Outcome {
    /// The message with the control, as it is now.
    Changed(Post),
    /// A message for them alone.
    Private(Post),
    /// A window to write in.
    Window(CreateModal),
}

/// Does what a control asks for, and answers.
pub(super) async fn interact(
    facilitation: &Facilitation,
    context: &Context,
    interaction: &ComponentInteraction,
) {
    let outcome = match act(facilitation, interaction).await {
        Ok(outcome) => outcome,
        Err(failure) => Outcome::Private(command::apology(&failure)),
    };
    let response = match outcome {
        Outcome::Changed(post) => CreateInteractionResponse::UpdateMessage(message(&post)),
        Outcome::Private(post) => {
            CreateInteractionResponse::Message(message(&post).ephemeral(true))
        }
        Outcome::Window(window) => CreateInteractionResponse::Modal(window),
    };
    if let Err(error) = interaction.create_response(context, response).await {
        command::log_unanswered(&error);
    }
}

/// Takes what was written in a window, and answers.
pub(super) async fn submit(
    facilitation: &Facilitation,
    context: &Context,
    interaction: &ModalInteraction,
) {
    let post = match take(facilitation, interaction).await {
        Ok(post) => post,
        Err(failure) => command::apology(&failure),
    };
    let response = CreateInteractionResponse::Message(message(&post).ephemeral(true));
    if let Err(error) = interaction.create_response(context, response).await {
        command::log_unanswered(&error);
    }
}

async fn take(
    facilitation: &Facilitation,
    interaction: &ModalInteraction,
) -> Result<Post, Failure> {
    let guild = interaction.guild_id.ok_or(Refusal::NotSetUp)?;
    let member = interaction.member.as_ref().ok_or(Refusal::NotSetUp)?;
    let is_anonymous = match interaction.data.custom_id.parse()? {
        Action::Ask => false,
        Action::AskWithoutName => true,
        Action::PlanMeetup => return meetup::plan(facilitation, interaction).await,
        Action::WriteNotes(meetup, original) => {
            return meetup::take_notes(facilitation, interaction, (meetup, original)).await;
        }
        _ => return Err(Refusal::UnknownControl.into()),
    };
    command::may_post(interaction.app_permissions)?;
    let question = Question {
        guild: translate::guild_id(guild),
        channel: translate::channel_id(interaction.channel_id),
        asker: translate::member(member),
        text: written(interaction),
        is_anonymous,
    };
    ask(
        facilitation,
        question,
        translate::interaction_id(interaction.id),
    )
    .await
}

/// `/ask`, in a window or at once: what its user sees then.
pub(super) async fn ask(
    facilitation: &Facilitation,
    question: Question,
    interaction: crate::practice::id::InteractionId,
) -> Result<Post, Failure> {
    let (guild, is_anonymous) = (question.guild, question.is_anonymous);
    Ok(match facilitation.ask(question, interaction).await? {
        Asked::Posted(_) => {
            let waits = facilitation.rhythm_in(guild).await?.request_waits;
            view::request::asked(waits.num_hours(), is_anonymous)
        }
        Asked::Similar(draft, known) => view::request::similar(draft, &known),
    })
}

/// What was written into the first line of a window.
fn written(interaction: &ModalInteraction) -> String {
    let components = &interaction.data.components;
    let inputs = components.iter().flat_map(|row| &row.components);
    inputs
        .filter_map(|component| match component {
            ActionRowComponent::InputText(input) => input.value.clone(),
            _ => None,
        })
        .map(|text| translate::scrubbed(&text))
        .next()
        .unwrap_or_default()
}

async fn act(
    facilitation: &Facilitation,
    interaction: &ComponentInteraction,
) -> Result<Outcome, Failure> {
    let action: Action = interaction.data.custom_id.parse()?;
    let actor = who(facilitation, interaction, action).await?;
    match action {
        Action::Request(RequestAction::Invite, id) => {
            let member = chosen(&interaction.data.kind)?
                .parse()
                .map_err(|_| Refusal::UnknownControl)?;
            facilitation.invite(id, member, &actor).await?;
            Ok(Outcome::Changed(view::request::invited(member)))
        }
        Action::Request(action, id) => {
            act_on_request(facilitation, interaction, &actor, action, id).await
        }
        Action::ShowShelf(shelf, page) => {
            let board = facilitation.board(&actor).await?;
            let shown = view::board::shelf(&board, shelf, page);
            Ok(privately(interaction, shown))
        }
        Action::ChooseRequest => {
            if !actor.is_core {
                return Err(Refusal::CoreGroupOnly.into());
            }
            let id = chosen(&interaction.data.kind)?
                .parse()
                .map_err(|_| Refusal::UnknownControl)?;
            let request = facilitation.request(id, &actor).await?;
            Ok(Outcome::Private(view::request::card(&request)))
        }
        Action::PostDraft(draft) => {
            let is_anonymous = facilitation.post_draft(draft, &actor.member).await?;
            let waits = facilitation.rhythm_in(actor.guild).await?.request_waits;
            let asked = view::request::asked(waits.num_hours(), is_anonymous);
            Ok(Outcome::Changed(asked))
        }
        Action::DropDraft(draft) => {
            facilitation.drop_draft(draft, &actor.member).await?;
            Ok(Outcome::Changed(view::request::draft_dropped()))
        }
        Action::AnswerMeetup(..)
        | Action::CantAfterAll(..)
        | Action::KeepMeetup(_)
        | Action::KeepMeetupFollowing(_)
        | Action::DropMeetup(_)
        | Action::WasThere(..)
        | Action::AllWereThere(..)
        | Action::WriteNotes(..)
        | Action::VoteForTimes(_)
        | Action::DecidePoll(_)
        | Action::PlanPolled(..) => {
            let by = Author {
                guild: actor.guild,
                member: actor.member.id,
                is_coordinator: actor.is_coordinator,
                interaction: translate::interaction_id(interaction.id),
            };
            if let Action::VoteForTimes(poll) = action {
                let ComponentInteractionDataKind::StringSelect { values } = &interaction.data.kind
                else {
                    return Err(Refusal::UnknownControl.into());
                };
                return meetup::vote(facilitation, poll, values, by).await;
            }
            let permissions = interaction.app_permissions;
            let may_make_events = permissions.is_none_or(check::may_make_events);
            meetup::act(facilitation, action, by, may_make_events).await
        }
        Action::LogActivity(channel, message) => {
            let kind: ActivityKind = chosen(&interaction.data.kind)?
                .parse()
                .map_err(|_| Refusal::UnknownControl)?;
            let pointed = MessagePointedAt {
                channel,
                message,
                from: translate::channel_id(interaction.channel_id),
            };
            let is_new = facilitation
                .log_activity(actor.guild, pointed, kind, actor.member.id)
                .await?;
            Ok(Outcome::Private(view::activity::logged(kind, is_new)))
        }
        Action::Ask | Action::AskWithoutName | Action::PlanMeetup => {
            Err(Refusal::UnknownControl.into())
        }
    }
}

/// Who uses a control. In a private conversation, where there is no guild, the request says which
/// community it is about, and its asker needs no role there.
async fn who(
    facilitation: &Facilitation,
    interaction: &ComponentInteraction,
    action: Action,
) -> Result<Actor, Failure> {
    if let (Some(guild), Some(member)) = (interaction.guild_id, &interaction.member) {
        return command::actor(facilitation, translate::guild_id(guild), member).await;
    }
    let Action::Request(_, request) = action else {
        return Err(Refusal::NotSetUp.into());
    };
    let guild = facilitation.guild_of_request(request).await?;
    Ok(Actor {
        guild,
        member: translate::author(&interaction.user, None),
        is_core: false,
        is_coordinator: false,
        is_lead: false,
    })
}

async fn act_on_request(
    facilitation: &Facilitation,
    interaction: &ComponentInteraction,
    by: &Actor,
    action: RequestAction,
    id: RequestId,
) -> Result<Outcome, Failure> {
    let (request, post) = perform(facilitation, by, action, id).await?;
    // On the core group's cards the card itself shows what became of it; elsewhere it is said.
    let shows_itself = matches!(
        action,
        RequestAction::Claim | RequestAction::Snooze | RequestAction::Reopen
    );
    Ok(if shows_itself && is_card_of(interaction, id) {
        Outcome::Changed(view::request::card(&request))
    } else if action == RequestAction::Undo {
        Outcome::Changed(post)
    } else {
        Outcome::Private(post)
    })
}

/// Does what somebody wants done about a request, by a control or by a command: the request as it is
/// then, and what they read.
pub(super) async fn perform(
    facilitation: &Facilitation,
    by: &Actor,
    action: RequestAction,
    id: RequestId,
) -> Result<(Request, Post), Failure> {
    use view::request as words;
    Ok(match action {
        RequestAction::Claim => {
            let request = facilitation.claim_request(id, by).await?;
            let post = words::claimed(&request);
            (request, post)
        }
        RequestAction::Decline => {
            let request = facilitation.decline_request(id, by).await?;
            (request, words::declined())
        }
        RequestAction::Suggest => {
            let (request, suggestions) = facilitation.who_could_know(id, by).await?;
            let post = words::who_could_know(&request, &suggestions);
            (request, post)
        }
        RequestAction::Snooze => {
            let request = facilitation.snooze_request(id, by).await?;
            let post = words::card(&request);
            (request, post)
        }
        RequestAction::Resolve => {
            let request = facilitation.resolve_request(id, by).await?;
            let post = words::closed(&request);
            (request, post)
        }
        RequestAction::Reject => {
            let request = facilitation.reject_request(id, by).await?;
            let post = words::closed(&request);
            (request, post)
        }
        RequestAction::Reopen => {
            let request = facilitation.reopen_request(id, by).await?;
            let post = words::open_again(&request);
            (request, post)
        }
        RequestAction::Undo => {
            let request = facilitation.undo_request(id, by).await?;
            let post = words::open_again(&request);
            (request, post)
        }
        RequestAction::Mine => {
            let request = facilitation.request(id, by).await?;
            if request.asked.author.id != by.member.id {
                return Err(Refusal::AskerOnly.into());
            }
            let post = words::mine(&request);
            (request, post)
        }
        RequestAction::Invite => return Err(Refusal::UnknownControl.into()),
    })
}

/// Whether the control stands on a card of the request in the core group: it offers to reject it.
fn is_card_of(interaction: &ComponentInteraction, id: RequestId) -> bool {
    let reject = Action::Request(RequestAction::Reject, id).to_string();
    let reopen = Action::Request(RequestAction::Reopen, id).to_string();
    let shown = serde_json::to_string(&interaction.message.components).unwrap_or_default();
    let is_ours = |custom_id: &str| shown.contains(&format!("\"{custom_id}\""));
    !interaction.message.embeds.is_empty() && (is_ours(&reject) || is_ours(&reopen))
}

/// What is for one person: in the place of what they saw alone, or beside what everybody sees.
fn privately(interaction: &ComponentInteraction, post: Post) -> Outcome {
    let is_private = interaction
        .message
        .flags
        .is_some_and(|flags| flags.contains(serenity::all::MessageFlags::EPHEMERAL));
    if is_private {
        Outcome::Changed(post)
    } else {
        Outcome::Private(post)
    }
}

/// What was chosen in a menu.
fn chosen(data: &ComponentInteractionDataKind) -> Result<&str, Refusal> {
    match data {
        ComponentInteractionDataKind::StringSelect { values } => values
            .first()
            .map(String::as_str)
            .ok_or(Refusal::UnknownControl),
        _ => Err(Refusal::UnknownControl),
    }
}

fn message(post: &Post) -> CreateInteractionResponseMessage {
    CreateInteractionResponseMessage::new()
        .content(render::cut(&post.text, 2_000))
        .embeds(post.card.iter().map(render::embed).collect())
        .components(render::components(post))
}
