//! Buttons and menus, by their durable custom id.

use serenity::all::{
    ComponentInteraction, ComponentInteractionDataKind, Context, CreateInteractionResponse,
    CreateInteractionResponseMessage,
};

use super::{command, render, translate};
use crate::facilitation::request::Actor;
use crate::facilitation::{Facilitation, Failure};
use crate::practice::action::Action;
use crate::practice::activity::ActivityKind;
use crate::practice::post::Post;
use crate::practice::refusal::Refusal;
use crate::view;

/// What a person sees after using a control.
enum Outcome {
    /// The message with the control, as it is now.
    Changed(Post),
    /// A message for them alone.
    Private(Post),
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
    };
    if let Err(error) = interaction.create_response(context, response).await {
        command::log_unanswered(&error);
    }
}

async fn act(
    facilitation: &Facilitation,
    interaction: &ComponentInteraction,
) -> Result<Outcome, Failure> {
    let guild = interaction
        .guild_id
        .map(translate::guild_id)
        .ok_or(Refusal::NotSetUp)?;
    let member = interaction.member.as_ref().ok_or(Refusal::NotSetUp)?;
    let actor: Actor = command::actor(facilitation, guild, member).await?;
    let shown = |request| Outcome::Changed(view::request::waiting(&request));
    match interaction.data.custom_id.parse()? {
        Action::ClaimRequest(id) => facilitation.claim_request(id, &actor).await.map(shown),
        Action::ResolveRequest(id) => facilitation.resolve_request(id, &actor).await.map(shown),
        Action::NotARequest(id) => facilitation.reject_request(id, &actor).await.map(shown),
        Action::LogActivity(channel, message) => {
            let kind = chosen_activity(&interaction.data.kind)?;
            let by = actor.member.id;
            let is_new = facilitation
                .log_activity(guild, channel, message, kind, by)
                .await?;
            Ok(Outcome::Private(view::activity::logged(kind, is_new)))
        }
    }
}

fn chosen_activity(data: &ComponentInteractionDataKind) -> Result<ActivityKind, Refusal> {
    match data {
        ComponentInteractionDataKind::StringSelect { values } => values
            .first()
            .and_then(|name| name.parse().ok())
            .ok_or(Refusal::UnknownControl),
        _ => Err(Refusal::UnknownControl),
    }
}

fn message(post: &Post) -> CreateInteractionResponseMessage {
    let message = CreateInteractionResponseMessage::new()
        .content(render::cut(&post.text, 2_000))
        .components(render::components(post));
    match &post.card {
        Some(card) => message.embed(render::embed(card)),
        None => message,
    }
}
