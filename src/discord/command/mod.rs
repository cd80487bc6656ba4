//! Slash commands and context menus. One file a family; each command parses, asks one use case, and
//! answers with a post.
//!
//! A command's documentation is its description in Discord.

mod activity;
mod digest;
mod meetup;
mod privacy;
mod request;
mod setup;

use std::sync::Arc;

use serenity::all::{HttpError, Member, Permissions};

use super::messenger::DiscordMessenger;
use super::{render, translate};
use crate::facilitation::door::GuildMember;
use crate::facilitation::request::Actor;
use crate::facilitation::{Facilitation, Failure};
use crate::practice::id::{GuildId, RoleId};
use crate::practice::post::Post;
use crate::practice::refusal::Refusal;
use crate::view;

/// What every command can reach.
pub(super) struct Data {
    pub(super) facilitation: Arc<Facilitation>,
    pub(super) messenger: Arc<DiscordMessenger>,
}

type Context<'a> = poise::ApplicationContext<'a, Data, Failed>;

/// Why a command has no answer yet: it failed, or Discord did not take the answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failed {
    /// The use case did.
    #[error("the use case failed: {0}")]
    UseCase(Failure),
    /// Discord did.
    #[error("the answer was not taken: {0}")]
    Answer(Box<serenity::Error>),
}

impl<T: Into<Failure>> From<T> for Failed {
    fn from(failure: T) -> Self {
        Self::UseCase(failure.into())
    }
}

/// Every command.
pub(super) fn all() -> Vec<poise::Command<Data, Failed>> {
    vec![
        request::ask(),
        request::requests(),
        request::request(),
        request::log_as_request(),
        request::mark_as_answer(),
        activity::log_as_activity(),
        activity::activity(),
        activity::detection(),
        meetup::meetup(),
        digest::digest(),
        privacy::privacy(),
        privacy::preferences(),
        setup::setup(),
    ]
}

/// The guild that a command was used in.
fn guild(context: Context<'_>) -> Result<GuildId, Refusal> {
    context
        .interaction
        .guild_id
        .map(translate::guild_id)
        .ok_or(Refusal::NotSetUp)
}

/// Who used a command.
async fn who(context: Context<'_>) -> Result<Actor, Failure> {
    let member = context
        .interaction
        .member
        .as_ref()
        .ok_or(Refusal::NotSetUp)?;
    actor(&context.data().facilitation, guild(context)?, member).await
}

/// Who acts, and what they may do by their roles: see [`acting`].
pub(super) async fn actor(
    facilitation: &Facilitation,
    guild: GuildId,
    member: &Member,
) -> Result<Actor, Failure> {
    let permissions = member.permissions.unwrap_or_default();
    acting(
        facilitation,
        guild,
        translate::guild_member(member, permissions),
    )
    .await
}

/// Somebody of a guild as one who acts. Who may manage the guild may do everything.
pub(super) async fn acting(
    facilitation: &Facilitation,
    guild: GuildId,
    member: GuildMember,
) -> Result<Actor, Failure> {
    let community = facilitation
        .community(guild)
        .await?
        .ok_or(Refusal::NotSetUp)?;
    let GuildMember {
        person,
        roles,
        manages_guild,
        manages_events,
    } = member;
    let has = |role: Option<RoleId>| role.is_some_and(|role| roles.contains(&role));
    let is_core = manages_guild || has(community.core_role);
    if community.core_role.is_some() {
        // Where the coming of members is not told, this is how the core group is known.
        let has_role = has(community.core_role);
        facilitation.see_core(guild, &person, has_role).await?;
    }
    Ok(Actor {
        guild,
        member: person,
        is_core,
        is_coordinator: is_core || has(community.coordinator_role) || manages_events,
        is_lead: manages_guild || has(community.lead_role),
    })
}

/// Whether Convener may write where a command is used.
pub(super) fn may_post(permissions: Option<Permissions>) -> Result<(), Refusal> {
    let needed = Permissions::SEND_MESSAGES | Permissions::EMBED_LINKS;
    match permissions {
        Some(permissions) if !permissions.contains(needed) => Err(Refusal::CantPostHere),
        _ => Ok(()),
    }
}

/// Says that the answer comes later, to its user alone.
/// <https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-interaction-callback-type>
async fn later(context: Context<'_>) -> Result<(), Failed> {
    context
        .defer_response(true)
        .await
        .map_err(|error| Failed::Answer(Box::new(error)))
}

/// Answers a command, for its user alone.
async fn answer(context: Context<'_>, post: &Post) -> Result<(), Failed> {
    let mut reply = poise::CreateReply::default()
        .content(render::cut(&post.text, 2_000))
        .components(render::components(post))
        .ephemeral(true);
    if let Some(card) = &post.card {
        reply = reply.embed(render::embed(card));
    }
    for picture in render::pictures(post) {
        reply = reply.attachment(picture);
    }
    context
        .send(reply)
        .await
        .map_err(|error| Failed::Answer(Box::new(error)))?;
    Ok(())
}

/// What a person reads where it did not work: their mistake in a sentence that says what would, or
/// our own fault with the reference under which it is logged.
pub(super) fn apology(failure: &Failure) -> Post {
    match failure {
        Failure::Refused(refusal) => Post::words(view::refusal::refusal(refusal)),
        Failure::Fault(fault) => {
            let reference = reference(&fault.to_string());
            tracing::error!(reference, error = %fault, "use case failed");
            Post::words(view::refusal::fault(&reference))
        }
    }
}

/// A short word for a fault, the same for the same fault.
fn reference(fault: &str) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    fault.hash(&mut hasher);
    format!("{:06x}", hasher.finish() & 0xff_ffff)
}

/// Turns an error of poise's into an answer.
pub(super) async fn on_error(error: poise::FrameworkError<'_, Data, Failed>) {
    use poise::FrameworkError::{Command, CommandPanic};
    let (post, context) = match error {
        Command {
            error: Failed::UseCase(failure),
            ctx,
            ..
        } => (apology(&failure), ctx),
        Command {
            error: Failed::Answer(error),
            ..
        } => return log_unanswered(&error),
        CommandPanic { ctx, .. } => {
            tracing::error!(reference = "panic", "a command panicked");
            (Post::words(view::refusal::fault("panic")), ctx)
        }
        error => return tracing::error!(%error, "command not understood"),
    };
    let reply = poise::CreateReply::default()
        .content(post.text)
        .ephemeral(true);
    if let Err(error) = context.send(reply).await {
        log_unanswered(&error);
    }
}

/// An answer that Discord has already (40060) needs no second one; any other failure is logged.
/// <https://discord.com/developers/docs/topics/opcodes-and-status-codes#json>
pub(super) fn log_unanswered(error: &serenity::Error) {
    let code = match error {
        serenity::Error::Http(HttpError::UnsuccessfulRequest(response)) => response.error.code,
        _ => 0,
    };
    if code != 40_060 {
        tracing::error!(error = %super::reason(error), "interaction not answered");
    }
}
