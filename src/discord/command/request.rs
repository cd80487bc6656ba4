//! `/ask`, `/requests`, `/request`, and the menus "Log as request" and "Mark as answer".

use serenity::all::{
    CreateActionRow, CreateInputText, CreateInteractionResponse, CreateModal, InputTextStyle,
    Message,
};

use super::{Context, Failed, answer, guild, may_post, who};
use crate::discord::{component, translate};
use crate::facilitation::request::{Pointed, Question};
use crate::practice::action::{Action, RequestAction};
use crate::practice::id::RequestId;
use crate::practice::refusal::Refusal;
use crate::practice::request::Status;
use crate::view;

/// The longest question: <https://discord.com/developers/docs/components/reference#text-input>
const LONGEST_QUESTION: u16 = 4_000;

/// Ask the community something, and have it kept in sight until it is answered.
#[poise::command(slash_command, guild_only)]
pub(super) async fn ask(
    context: Context<'_>,
    #[description = "What would you like to know? Leave it out to write in a larger window"]
    #[max_length = 4000]
    question: Option<String>,
    #[description = "Keep your name from the community?"] without_name: Option<bool>,
) -> Result<(), Failed> {
    let is_anonymous = without_name.unwrap_or(false);
    let asker = who(context).await?.member;
    may_post(context.interaction.app_permissions)?;
    let Some(text) = question else {
        return open_window(context, is_anonymous).await;
    };
    let question = Question {
        guild: guild(context)?,
        channel: translate::channel_id(context.interaction.channel_id),
        asker,
        text: translate::scrubbed(&text),
        is_anonymous,
    };
    let interaction = translate::interaction_id(context.interaction.id);
    let facilitation = &context.data().facilitation;
    let post = component::ask(facilitation, question, interaction).await?;
    answer(context, &post).await
}

/// A window in which a longer question is written.
async fn open_window(context: Context<'_>, is_anonymous: bool) -> Result<(), Failed> {
    let (action, title) = if is_anonymous {
        (Action::AskWithoutName, "Ask without your name")
    } else {
        (Action::Ask, "Ask the community")
    };
    let question = CreateInputText::new(
        InputTextStyle::Paragraph,
        "What would you like to know?",
        "question",
    )
    .placeholder("What you want to do, what you tried, and what happened instead.")
    .max_length(LONGEST_QUESTION);
    let window = CreateModal::new(action.to_string(), title)
        .components(vec![CreateActionRow::InputText(question)]);
    context
        .interaction
        .create_response(
            context.serenity_context(),
            CreateInteractionResponse::Modal(window),
        )
        .await
        .map_err(|error| Failed::Answer(Box::new(error)))
}

/// Which requests are listed.
#[derive(Clone, Copy, Debug, poise::ChoiceParameter)]
enum Which {
    #[name = "open"]
    Open,
    #[name = "answered"]
    Answered,
    #[name = "settled"]
    Resolved,
    #[name = "lapsed"]
    Lapsed,
}

impl From<Which> for Status {
    fn from(which: Which) -> Self {
        match which {
            Which::Open => Self::Open,
            Which::Answered => Self::Answered,
            Which::Resolved => Self::Resolved,
            Which::Lapsed => Self::Lapsed,
        }
    }
}

/// See requests: yours, or all of them for the core group.
#[poise::command(slash_command, guild_only)]
pub(super) async fn requests(
    context: Context<'_>,
    #[description = "Which ones? The open ones, if you leave it out"] which: Option<Which>,
    #[description = "Only those that you asked?"] mine: Option<bool>,
    #[description = "Which page?"]
    #[min = 1]
    page: Option<u32>,
) -> Result<(), Failed> {
    let by = who(context).await?;
    let status = which.map_or(Status::Open, Status::from);
    let only_mine = mine.unwrap_or(false);
    let listed = context
        .data()
        .facilitation
        .list_requests(&by, status, only_mine)
        .await?;
    let page = page.map_or(0, |page| usize::try_from(page - 1).unwrap_or(0));
    let are_all = by.is_core && !only_mine;
    answer(
        context,
        &view::request::list(&listed, status, are_all, page),
    )
    .await
}

/// Do something about a request, by its number from /requests.
#[poise::command(
    slash_command,
    guild_only,
    subcommands("claim", "resolve", "reopen", "withdraw")
)]
#[expect(
    clippy::unused_async,
    reason = "poise wants a function of every command, also of a group"
)]
pub(super) async fn request(_context: Context<'_>) -> Result<(), Failed> {
    Ok(())
}

/// Take a request: you mean to answer it within a day.
#[poise::command(slash_command, guild_only)]
async fn claim(
    context: Context<'_>,
    #[description = "Its number, as /requests shows it"]
    #[min = 1]
    number: i64,
) -> Result<(), Failed> {
    perform(context, RequestAction::Claim, number).await
}

/// Say that a request is settled.
#[poise::command(slash_command, guild_only)]
async fn resolve(
    context: Context<'_>,
    #[description = "Its number, as /requests shows it"]
    #[min = 1]
    number: i64,
) -> Result<(), Failed> {
    perform(context, RequestAction::Resolve, number).await
}

/// Open a request again.
#[poise::command(slash_command, guild_only)]
async fn reopen(
    context: Context<'_>,
    #[description = "Its number, as /requests shows it"]
    #[min = 1]
    number: i64,
) -> Result<(), Failed> {
    perform(context, RequestAction::Reopen, number).await
}

/// Take back a request of yours, or what is none.
#[poise::command(slash_command, guild_only)]
async fn withdraw(
    context: Context<'_>,
    #[description = "Its number, as /requests shows it"]
    #[min = 1]
    number: i64,
) -> Result<(), Failed> {
    perform(context, RequestAction::Reject, number).await
}

/// Does what a command wants done about the request of a number, and answers.
async fn perform(context: Context<'_>, action: RequestAction, number: i64) -> Result<(), Failed> {
    let (by, request) = (who(context).await?, RequestId::new(number));
    let facilitation = &context.data().facilitation;
    let (_, post) = component::perform(facilitation, &by, action, request).await?;
    answer(context, &post).await
}

/// Log a message as a request.
#[poise::command(context_menu_command = "Log as request", guild_only)]
pub(super) async fn log_as_request(context: Context<'_>, message: Message) -> Result<(), Failed> {
    let by = who(context).await?;
    let heard = translate::heard(&message).ok_or(Refusal::UnknownRequest)?;
    context
        .data()
        .facilitation
        .log_request(guild(context)?, heard, &by)
        .await?;
    answer(context, &view::request::logged()).await
}

/// Mark a message as the answer to a request.
#[poise::command(context_menu_command = "Mark as answer", guild_only)]
pub(super) async fn mark_as_answer(context: Context<'_>, message: Message) -> Result<(), Failed> {
    let by = who(context).await?;
    let pointed = Pointed {
        channel: translate::channel_id(message.channel_id),
        message: translate::message_id(message.id),
        author: (!message.author.bot).then(|| translate::member_id(message.author.id)),
        is_marked: true,
    };
    let settled = context
        .data()
        .facilitation
        .settle_by_message(pointed, &by)
        .await?;
    let request = settled.ok_or(Refusal::AnswersNothing)?;
    answer(context, &view::request::closed(&request)).await
}
