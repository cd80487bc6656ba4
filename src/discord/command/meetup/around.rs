//! `/meetup` before and after a date: agenda, proposals, attendance, notes.

use serenity::all::User;

use super::{author, open, suggest};
use crate::discord::command::{Context, Failed, answer, guild, who};
use crate::discord::{meetup as meetup_window, translate};
use crate::practice::id::MeetupId;
use crate::practice::refusal::Refusal;
use crate::view;

/// See what the next date of a meetup is for: what was proposed, and the questions that still wait.
#[poise::command(slash_command, guild_only)]
pub(super) async fn agenda(
    context: Context<'_>,
    #[description = "Which meetup?"]
    #[min = 1]
    #[autocomplete = "suggest::suggest_meetup"]
    number: i64,
) -> Result<(), Failed> {
    let by = who(context).await?;
    let facilitation = &context.data().facilitation;
    let shown = facilitation
        .show_meetup(by.guild, MeetupId::new(number), None)
        .await?;
    let date = shown.date.ok_or(Refusal::NoDates)?;
    let proposals = facilitation.proposals_for(&shown.meetup).await?;
    let mut raised = Vec::new();
    if by.is_core {
        let board = facilitation.board(&by).await?;
        raised.extend(board.waiting.into_iter().chain(board.heard));
        raised.retain(|entry| entry.request.life.raised_at.is_some());
    }
    let post = view::meetup::agenda(&shown.meetup, &date, &proposals, &raised);
    answer(context, &post).await
}

/// Propose what the next date of a meetup is to be about.
#[poise::command(slash_command, guild_only)]
pub(super) async fn propose(
    context: Context<'_>,
    #[description = "Which meetup?"]
    #[min = 1]
    #[autocomplete = "suggest::suggest_meetup"]
    number: i64,
    #[description = "What would you like to talk about, or show?"]
    #[max_length = 200]
    topic: String,
) -> Result<(), Failed> {
    let by = author(context).await?;
    let facilitation = &context.data().facilitation;
    let topic = translate::scrubbed(&topic);
    let (meetup, next) = facilitation
        .propose_for_meetup(MeetupId::new(number), &topic, by)
        .await?;
    answer(context, &view::meetup::proposed_for(&meetup, &next)).await
}

/// Write down what was said and done at the last date of a meetup.
#[poise::command(slash_command, guild_only)]
pub(super) async fn notes(
    context: Context<'_>,
    #[description = "Which meetup?"]
    #[min = 1]
    #[autocomplete = "suggest::suggest_meetup"]
    number: i64,
) -> Result<(), Failed> {
    let facilitation = &context.data().facilitation;
    let (meetup, date) = facilitation
        .date_of_notes(guild(context)?, MeetupId::new(number))
        .await?;
    open(
        context,
        meetup_window::notes_window(meetup.id, date.original),
    )
    .await
}

/// See who was at the last date of a meetup, and put it right.
#[poise::command(slash_command, guild_only)]
pub(super) async fn attendance(
    context: Context<'_>,
    #[description = "Which meetup?"]
    #[min = 1]
    #[autocomplete = "suggest::suggest_meetup"]
    number: i64,
    #[description = "Whom to put right"] member: Option<User>,
    #[description = "Was the member there? Yes, if you leave it out"] there: Option<bool>,
) -> Result<(), Failed> {
    let by = author(context).await?;
    let member = member.map(|member| (translate::member_id(member.id), there.unwrap_or(true)));
    let (shown, there) = context
        .data()
        .facilitation
        .meetup_attendance(MeetupId::new(number), member, by)
        .await?;
    let date = shown.date.ok_or(Refusal::NoDateYet)?;
    let post = view::meetup::attendance(
        &shown.meetup,
        &date,
        &shown.answers,
        &there.there,
        &there.absent,
        &there.seen,
    );
    answer(context, &post).await
}
