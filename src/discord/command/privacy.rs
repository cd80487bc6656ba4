//! `/privacy` and `/preferences`.

use serenity::all::CreateAttachment;

use super::{Context, Failed, answer, later, who};
use crate::facilitation::preference::Wishes;
use crate::view;

/// See, take along and delete what Convener keeps of you, or stop being recorded.
#[poise::command(
    slash_command,
    guild_only,
    subcommands("show", "export", "forget", "pause", "resume")
)]
#[expect(
    clippy::unused_async,
    reason = "poise wants a function of every command, also of a group"
)]
pub(super) async fn privacy(_context: Context<'_>) -> Result<(), Failed> {
    Ok(())
}

/// See how much Convener keeps of you.
#[poise::command(slash_command, guild_only)]
async fn show(context: Context<'_>) -> Result<(), Failed> {
    let by = who(context).await?;
    let facilitation = &context.data().facilitation;
    let known = facilitation.traces(by.guild, by.member.id).await?;
    answer(context, &view::privacy::shown(&known)).await
}

/// Get all that Convener keeps of you as a file.
#[poise::command(slash_command, guild_only)]
async fn export(context: Context<'_>) -> Result<(), Failed> {
    let by = who(context).await?;
    let facilitation = &context.data().facilitation;
    let known = facilitation.traces(by.guild, by.member.id).await?;
    let file = CreateAttachment::bytes(
        view::privacy::export(&known),
        "what-convener-keeps-of-me.json",
    );
    let reply = poise::CreateReply::default()
        .content(view::privacy::exported().text)
        .attachment(file)
        .ephemeral(true);
    context
        .send(reply)
        .await
        .map_err(|error| Failed::Answer(Box::new(error)))?;
    Ok(())
}

/// Delete your words and your name from what Convener keeps. This can't be undone.
#[poise::command(slash_command, guild_only)]
async fn forget(context: Context<'_>) -> Result<(), Failed> {
    let by = who(context).await?;
    // Of somebody who wrote much there is much to overwrite.
    later(context).await?;
    let facilitation = &context.data().facilitation;
    facilitation.forget_member(by.guild, by.member.id).await?;
    answer(context, &view::privacy::forgotten()).await
}

/// Have nothing recorded of what you write from now on.
#[poise::command(slash_command, guild_only)]
async fn pause(context: Context<'_>) -> Result<(), Failed> {
    let by = who(context).await?;
    context.data().facilitation.pause_member(&by, true).await?;
    answer(context, &view::privacy::paused()).await
}

/// Be recorded again, as everybody is.
#[poise::command(slash_command, guild_only)]
async fn resume(context: Context<'_>) -> Result<(), Failed> {
    let by = who(context).await?;
    context.data().facilitation.pause_member(&by, false).await?;
    answer(context, &view::privacy::resumed()).await
}

/// Where you are reminded of meetups.
#[derive(Clone, Copy, Debug, poise::ChoiceParameter)]
enum Where {
    #[name = "in the thread of the date"]
    Thread,
    #[name = "in private"]
    Private,
}

/// Say what you know about, where you live, and how you would be reminded of meetups.
#[poise::command(slash_command, guild_only)]
pub(super) async fn preferences(
    context: Context<'_>,
    #[description = "Topics between commas, such as: level sensors, wiring. A dash for none"]
    #[max_length = 400]
    topics: Option<String>,
    #[description = "When before a meetup are you reminded? Such as: 1 day, 15 min. Or: none, usual"]
    #[max_length = 60]
    reminders: Option<String>,
    #[description = "Where are you reminded?"]
    #[rename = "where"]
    place: Option<Where>,
    #[description = "Your time zone, such as Europe/Berlin. A dash for the community's"]
    #[max_length = 60]
    #[autocomplete = "super::meetup::suggest_zone"]
    zone: Option<String>,
    #[description = "The hours in which a meetup suits you, such as: 18-22. Or: any"]
    #[max_length = 30]
    free: Option<String>,
) -> Result<(), Failed> {
    let by = who(context).await?;
    let facilitation = &context.data().facilitation;
    let wishes = Wishes {
        topics,
        zone,
        free,
        reminders,
        in_private: place.map(|place| matches!(place, Where::Private)),
    };
    let (kept, topics) = facilitation.keep_wishes(&by, &wishes).await?;
    let mut post = view::request::topics(&topics);
    if !wishes.are_of_topics() {
        let chosen = view::preference::preferences(&kept, &facilitation.rhythm.reminder_leads());
        post.text = format!("{}\n{}", post.text, chosen.text);
    }
    answer(context, &post).await
}
