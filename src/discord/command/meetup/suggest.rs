//! What is suggested while an option of `/meetup` is typed.

use serenity::all::{AutocompleteChoice, CreateAutocompleteResponse, ResolvedValue};

use crate::discord::command::{Context, guild};
use crate::discord::render;
use crate::practice::id::MeetupId;
use crate::practice::when;
use crate::view;

/// The most suggestions that Discord takes, and their longest name.
/// <https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-autocomplete>
const MOST_SUGGESTIONS: usize = 25;
const LONGEST_SUGGESTION: usize = 100;

fn suggestions(choices: Vec<AutocompleteChoice>) -> CreateAutocompleteResponse {
    CreateAutocompleteResponse::new().set_choices(choices)
}

/// What was typed so far in another option.
fn typed(context: Context<'_>, option: &str) -> Option<String> {
    let options = context.interaction.data.options();
    let of_subcommand = options.iter().find_map(|option| match &option.value {
        ResolvedValue::SubCommand(options) => Some(options.clone()),
        _ => None,
    });
    of_subcommand
        .unwrap_or_default()
        .iter()
        .find(|given| given.name == option)
        .and_then(|given| match given.value {
            ResolvedValue::String(text) => Some(text.to_owned()),
            ResolvedValue::Integer(number) => Some(number.to_string()),
            ResolvedValue::Autocomplete { value, .. } => Some(value.to_owned()),
            _ => None,
        })
}

/// How the time that is being typed is read.
pub(super) async fn suggest_when(
    context: Context<'_>,
    partial: &str,
) -> CreateAutocompleteResponse {
    let facilitation = &context.data().facilitation;
    let zone = typed(context, "zone").and_then(|zone| zone.trim().parse().ok());
    let zone = match (zone, guild(context)) {
        (Some(zone), _) => Some(zone),
        (None, Ok(guild)) => {
            let community = facilitation.community(guild).await.ok().flatten();
            community.map(|community| community.zone)
        }
        (None, Err(_)) => None,
    };
    let Some(zone) = zone else {
        return suggestions(Vec::new());
    };
    let texts = if partial.trim().is_empty() {
        vec![
            "next tue 6pm",
            "every thursday 18:30",
            "last friday of the month 17:00",
        ]
    } else {
        vec![partial]
    };
    let now = facilitation.clock.now();
    let choices = texts.into_iter().map(|text| {
        let name = match when::read(text, now, zone) {
            Ok(when) => view::when::suggestion(when.start, &when.rule, zone),
            Err(unclear) => view::when::unclear(&unclear),
        };
        AutocompleteChoice::new(render::cut(&name, LONGEST_SUGGESTION), text)
    });
    suggestions(choices.collect())
}

/// The zones whose name has what is typed.
pub(in crate::discord::command) async fn suggest_zone(
    _context: Context<'_>,
    partial: &str,
) -> CreateAutocompleteResponse {
    let partial = partial.trim().to_lowercase().replace(' ', "_");
    let choices = chrono_tz::TZ_VARIANTS
        .iter()
        .map(|zone| zone.name())
        .filter(|name| name.to_lowercase().contains(&partial))
        .take(MOST_SUGGESTIONS)
        .map(|name| AutocompleteChoice::new(name, name));
    suggestions(choices.collect())
}

/// The series whose title has what is typed.
pub(super) async fn suggest_meetup(
    context: Context<'_>,
    partial: &str,
) -> CreateAutocompleteResponse {
    let Ok(guild) = guild(context) else {
        return suggestions(Vec::new());
    };
    let facilitation = &context.data().facilitation;
    let meetups = facilitation.meetups(guild).await.unwrap_or_default();
    let partial = partial.trim().to_lowercase();
    let choices = meetups
        .iter()
        .filter(|(meetup, _)| {
            let title = meetup.plan.title.to_lowercase();
            title.contains(&partial) || meetup.id.to_string() == partial
        })
        .take(MOST_SUGGESTIONS)
        .map(|(meetup, _)| {
            let name = format!("{}: {}", meetup.id, meetup.plan.title);
            AutocompleteChoice::new(render::cut(&name, LONGEST_SUGGESTION), meetup.id.get())
        });
    suggestions(choices.collect())
}

/// The next dates of the series that is chosen.
pub(super) async fn suggest_date(
    context: Context<'_>,
    partial: &str,
) -> CreateAutocompleteResponse {
    let number = typed(context, "number").and_then(|number| number.parse().ok());
    let (Ok(guild), Some(number)) = (guild(context), number) else {
        return suggestions(Vec::new());
    };
    let facilitation = &context.data().facilitation;
    let found = facilitation
        .meetup_dates(guild, MeetupId::new(number), MOST_SUGGESTIONS)
        .await;
    let Ok((meetup, dates)) = found else {
        return suggestions(Vec::new());
    };
    let zone = meetup.schedule().zone.name();
    let partial = partial.trim().to_lowercase();
    let choices = dates
        .iter()
        .map(|date| {
            let name = format!("{} ({zone})", view::when::local(date.local));
            let value = date.original.format("%Y-%m-%dT%H:%M:%S").to_string();
            (name, value)
        })
        .filter(|(name, _)| name.to_lowercase().contains(&partial))
        .map(|(name, value)| AutocompleteChoice::new(name, value));
    suggestions(choices.collect())
}
