//! Scheduled events of a guild, and who means to come.

use axum::http::Method;
use serde_json::{Map, Value, json};

use super::{Answer, Answered, ApiError, Call, id, require, require_in_guild};
use crate::{
    permissions::Permissions,
    snowflake::Snowflake,
    state::{ChannelKind, EventStatus, MOST_EVENTS, ScheduledEvent, State, Venue},
    validate::{Problems, check_scheduled_event},
};

pub(crate) fn route(state: &mut State, call: &Call<'_>) -> Answered {
    let guild = id(call.segments.get(1).copied().unwrap_or_default())?;
    require_in_guild(state, guild, Permissions::NONE)?;
    state.let_events_begin_and_end(guild);
    match (call.method, &call.segments[3..]) {
        (&Method::GET, []) => list(state, call, guild),
        (&Method::POST, []) => create(state, guild, call.body),
        (&Method::GET, [event]) => {
            let event = find(state, guild, event)?;
            Answer::ok(payload(state, event, call.query_flag("with_user_count")))
        }
        (&Method::PATCH, [event]) => change(state, guild, event, call.body),
        (&Method::DELETE, [event]) => {
            let event = changeable(state, guild, event)?.id;
            state.delete_scheduled_event(event);
            Answer::no_content()
        }
        (&Method::GET, [event, "users"]) => interested(state, call, guild, event),
        _ => Err(ApiError::NO_ROUTE),
    }
}

fn find<'a>(
    state: &'a State,
    guild: Snowflake,
    event: &str,
) -> Result<&'a ScheduledEvent, ApiError> {
    let known = state.scheduled_events.get(&id(event)?);
    let visible = |event: &&ScheduledEvent| {
        event.guild == guild
            && match event.venue {
                Venue::Voice(channel) => state.sees(state.bot(), channel),
                Venue::External(_) => true,
            }
    };
    known
        .filter(visible)
        .ok_or(ApiError::UNKNOWN_SCHEDULED_EVENT)
}

fn payload(state: &State, event: &ScheduledEvent, with_user_count: bool) -> Value {
    let mut payload = state.scheduled_event_payload(event);
    if with_user_count {
        payload["user_count"] = json!(event.interested.len());
    }
    payload
}

/// Past events are not listed.
fn list(state: &State, call: &Call<'_>, guild: Snowflake) -> Answered {
    let visible = |event: &&ScheduledEvent| match event.venue {
        Venue::Voice(channel) => state.sees(state.bot(), channel),
        Venue::External(_) => true,
    };
    let events = state
        .events_of(guild)
        .filter(|event| !event.status.is_over())
        .filter(visible);
    Answer::ok(
        events
            .map(|event| payload(state, event, call.query_flag("with_user_count")))
            .collect(),
    )
}

/// What is needed to make an event there, beside the permission of the guild.
fn require_venue(state: &State, guild: Snowflake, venue: &Venue) -> Result<(), ApiError> {
    let Venue::Voice(channel) = venue else {
        return Ok(());
    };
    let voice = |known: &crate::state::Channel| {
        known.guild == Some(guild) && known.kind == ChannelKind::Voice
    };
    if !state.channels.get(channel).is_some_and(voice) {
        return Err(ApiError::UNKNOWN_CHANNEL);
    }
    require(state, *channel, Permissions::CONNECT)
}

/// The event that a checked body describes.
fn described(
    state: &State,
    body: &Value,
    known: Option<&ScheduledEvent>,
) -> Result<ScheduledEvent, ApiError> {
    let mut problems = Problems::default();
    check_scheduled_event(&mut problems, body, state.now());
    problems.check()?;
    let time = |field: &str| body[field].as_str().and_then(|text| text.parse().ok());
    let venue = match body["channel_id"].as_str() {
        Some(channel) => Venue::Voice(id(channel)?),
        None => Venue::External(
            body["entity_metadata"]["location"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        ),
    };
    Ok(ScheduledEvent {
        id: known.map_or_else(Snowflake::default, |event| event.id),
        guild: known.map_or_else(Snowflake::default, |event| event.guild),
        creator: known.map_or_else(|| state.bot(), |event| event.creator),
        name: body["name"].as_str().unwrap_or_default().to_owned(),
        description: body["description"].as_str().map(str::to_owned),
        venue,
        starts_at: time("scheduled_start_time").unwrap_or_else(|| state.now()),
        ends_at: time("scheduled_end_time"),
        status: known.map_or(EventStatus::Scheduled, |event| event.status),
        recurrence: body
            .get("recurrence_rule")
            .filter(|rule| rule.is_object())
            .map(whole_rule),
        interested: known
            .map(|event| event.interested.clone())
            .unwrap_or_default(),
    })
}

/// A rule with all that Discord tells of it, set or not.
fn whole_rule(rule: &Value) -> Value {
    let fields = [
        "start",
        "end",
        "frequency",
        "interval",
        "by_weekday",
        "by_n_weekday",
        "by_month",
        "by_month_day",
        "by_year_day",
        "count",
    ];
    fields
        .iter()
        .map(|field| ((*field).to_owned(), rule[*field].clone()))
        .collect::<Map<String, Value>>()
        .into()
}

fn create(state: &mut State, guild: Snowflake, body: &Value) -> Answered {
    if require_in_guild(state, guild, Permissions::CREATE_EVENTS).is_err() {
        require_in_guild(state, guild, Permissions::MANAGE_EVENTS)?;
    }
    let event = described(state, body, None)?;
    require_venue(state, guild, &event.venue)?;
    let pending = state
        .events_of(guild)
        .filter(|event| !event.status.is_over())
        .count();
    if pending >= MOST_EVENTS {
        return Err(ApiError::TOO_MANY_EVENTS);
    }
    let id = state.next_id();
    state.add_scheduled_event(ScheduledEvent { id, guild, ..event });
    Answer::ok(payload(state, &state.scheduled_events[&id], false))
}

/// An event that the bot may change: its own, or anybody's with Manage Events.
fn changeable<'a>(
    state: &'a State,
    guild: Snowflake,
    event: &str,
) -> Result<&'a ScheduledEvent, ApiError> {
    let event = find(state, guild, event)?;
    let own = event.creator == state.bot();
    if !own || require_in_guild(state, guild, Permissions::CREATE_EVENTS).is_err() {
        require_in_guild(state, guild, Permissions::MANAGE_EVENTS)?;
    }
    Ok(event)
}

/// <https://discord.com/developers/docs/resources/guild-scheduled-event#modify-guild-scheduled-event>
fn change(state: &mut State, guild: Snowflake, event: &str, body: &Value) -> Answered {
    let known = changeable(state, guild, event)?.clone();
    if known.status.is_over() {
        return Err(ApiError::EVENT_IS_OVER);
    }
    let status = match body["status"].as_u64() {
        None => known.status,
        Some(number) => {
            let next = EventStatus::from_number(number);
            next.filter(|next| *next == known.status || known.status.can_become(*next))
                .ok_or_else(|| {
                    let explanation = "The status cannot become this.";
                    ApiError::field("status", "BASE_TYPE_CHOICES", explanation)
                })?
        }
    };
    // An edit is checked as the event would be after it.
    let mut whole: Map<String, Value> = state
        .scheduled_event_payload(&known)
        .as_object()
        .cloned()
        .unwrap_or_default();
    let moves = body.get("scheduled_start_time").is_some();
    if body["entity_type"] == 3 {
        whole.insert("channel_id".to_owned(), Value::Null);
    }
    for (field, value) in body.as_object().into_iter().flatten() {
        whole.insert(field.clone(), value.clone());
    }
    let now = state.now();
    if !moves && known.starts_at < now {
        // What has begun keeps its start.
        whole.insert("scheduled_start_time".to_owned(), json!(now));
    }
    let mut changed = described(state, &Value::Object(whole), Some(&known))?;
    if !moves {
        changed.starts_at = known.starts_at;
    }
    require_venue(state, guild, &changed.venue)?;
    changed.status = status;
    state.change_scheduled_event(known.id, |event| *event = changed);
    Answer::ok(payload(state, &state.scheduled_events[&known.id], false))
}

fn interested(state: &State, call: &Call<'_>, guild: Snowflake, event: &str) -> Answered {
    let event = find(state, guild, event)?;
    let limit = call.limit(100, 100)?;
    let (after, before) = (call.query_id("after"), call.query_id("before"));
    let mut users = event.interested.clone();
    users.sort_unstable();
    users.retain(|user| {
        after.is_none_or(|after| *user > after) && before.is_none_or(|before| *user < before)
    });
    let entries = users.into_iter().take(limit).map(|user| {
        let mut entry = json!({
            "guild_scheduled_event_id": event.id,
            "user_id": user,
            "user": state.user_payload(user),
            "response": 1,
        });
        if call.query_flag("with_member") {
            entry["member"] = state.member_payload(guild, user);
        }
        entry
    });
    Answer::ok(entries.collect())
}
