//! Channels: reading, making, changing and deleting them.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Answer, Answered, ApiError, Call, forum, id, require, require_in_guild};
use crate::{
    permissions::{Change, Permissions},
    snowflake::Snowflake,
    state::{Channel, ChannelKind, Overwrite, OverwriteTarget, State, Thread},
    validate::Problems,
};

pub(crate) fn route(state: &mut State, call: &Call<'_>) -> Answered {
    let channel = id(call.segments.get(1).copied().unwrap_or_default())?;
    require(state, channel, Permissions::NONE)?;
    match (call.method, &call.segments[2..]) {
        (&Method::GET, []) => Answer::ok(state.channel_payload(channel)),
        (&Method::PATCH, []) => change(state, channel, call.body),
        (&Method::DELETE, []) => delete(state, channel),
        (&Method::PUT, ["permissions", target]) => set_overwrite(state, channel, target, call.body),
        (&Method::DELETE, ["permissions", target]) => remove_overwrite(state, channel, target),
        _ => Err(ApiError::NO_ROUTE),
    }
}

/// `POST /guilds/{id}/channels`
pub(crate) fn create(state: &mut State, guild: Snowflake, body: &Value) -> Answered {
    require_in_guild(state, guild, Permissions::MANAGE_CHANNELS)?;
    let mut problems = Problems::default();
    problems.length("name", body["name"].as_str().unwrap_or_default(), 1, 100);
    let kind = ChannelKind::from_number(body["type"].as_u64().unwrap_or(0));
    let Some(kind) = kind.filter(|kind| {
        !matches!(
            kind,
            ChannelKind::Direct | ChannelKind::PublicThread | ChannelKind::PrivateThread
        )
    }) else {
        return Err(ApiError::field(
            "type",
            "BASE_TYPE_CHOICES",
            "Value must be one of (0, 2, 4, 5, 13, 14, 15).",
        ));
    };
    check_topic(&mut problems, kind, body);
    problems.check()?;
    let mut channel = Channel::new(Snowflake::default(), kind, &name_of(kind, body));
    channel.topic = body["topic"].as_str().map(str::to_owned);
    channel.parent = body["parent_id"].as_str().and_then(|id| id.parse().ok());
    channel.slowmode = body["rate_limit_per_user"].as_u64().unwrap_or(0);
    channel.overwrites = overwrites_of(body);
    if kind == ChannelKind::Forum {
        channel.tags = forum::offered(state, &body["available_tags"])?;
    }
    let id = state.add_channel(guild, channel);
    Answer::created(state.channel_payload(id))
}

fn change(state: &mut State, id: Snowflake, body: &Value) -> Answered {
    let Some(channel) = state.channels.get(&id) else {
        return Err(ApiError::UNKNOWN_CHANNEL);
    };
    if channel.is_direct() {
        return Err(ApiError::NOT_IN_DIRECT_MESSAGES);
    }
    let (kind, now, parent) = (channel.kind, state.now(), channel.parent);
    let needed = match &channel.thread {
        Some(thread) => needed_for_thread(thread, state.bot(), body),
        None => Permissions::MANAGE_CHANNELS,
    };
    let archived = channel
        .thread
        .as_ref()
        .is_some_and(|thread| thread.archived);
    let borne = channel
        .thread
        .as_ref()
        .map(|thread| thread.applied_tags.clone());
    require(state, id, needed)?;
    if archived && body["archived"] != false {
        return Err(ApiError::THREAD_ARCHIVED);
    }
    let mut problems = Problems::default();
    if let Some(name) = body["name"].as_str() {
        problems.length("name", name, 1, 100);
    }
    check_topic(&mut problems, kind, body);
    problems.check()?;
    let offered = match body.get("available_tags") {
        Some(tags) if kind == ChannelKind::Forum => Some(forum::offered(state, tags)?),
        _ => None,
    };
    let applied = match (body.get("applied_tags"), borne, parent) {
        (Some(tags), Some(borne), Some(parent)) => {
            Some(forum::applied(state, parent, tags, &borne)?)
        }
        _ => None,
    };
    state.change_channel(id, |channel| {
        if body["name"].is_string() {
            channel.name = name_of(kind, body);
        }
        if let Some(topic) = body.get("topic") {
            channel.topic = topic.as_str().map(str::to_owned);
        }
        if let Some(parent) = body.get("parent_id") {
            channel.parent = parent.as_str().and_then(|id| id.parse().ok());
        }
        if let Some(slowmode) = body["rate_limit_per_user"].as_u64() {
            channel.slowmode = slowmode;
        }
        if body["permission_overwrites"].is_array() {
            channel.overwrites = overwrites_of(body);
        }
        if let Some(tags) = offered {
            channel.tags = tags;
        }
        if let Some(flags) = body["flags"].as_u64() {
            channel.flags = flags;
        }
        if let Some(thread) = &mut channel.thread {
            if let Some(tags) = applied {
                thread.applied_tags = tags;
            }
            if let Some(archived) = body["archived"].as_bool() {
                thread.archived = archived;
                thread.archive_changed_at = now;
            }
            thread.locked = body["locked"].as_bool().unwrap_or(thread.locked);
            thread.auto_archive = body["auto_archive_duration"]
                .as_u64()
                .unwrap_or(thread.auto_archive);
        }
    });
    Answer::ok(state.channel_payload(id))
}

/// <https://discord.com/developers/docs/resources/channel#modify-channel>
fn needed_for_thread(thread: &Thread, bot: Snowflake, body: &Value) -> Permissions {
    let only_opens =
        body["archived"] == false && body.as_object().is_some_and(|body| body.len() == 1);
    // Locks, slow mode and pins in a forum are for moderators; the rest is for the owner, too.
    let for_owners = ["locked", "rate_limit_per_user", "flags"]
        .iter()
        .all(|field| body.get(field).is_none());
    if !thread.locked && only_opens {
        Permissions::SEND_MESSAGES_IN_THREADS
    } else if !thread.locked && thread.owner == bot && for_owners {
        Permissions::NONE
    } else {
        Permissions::MANAGE_THREADS
    }
}

fn delete(state: &mut State, id: Snowflake) -> Answered {
    let payload = state.channel_payload(id);
    let channel = state.channels.get(&id).ok_or(ApiError::UNKNOWN_CHANNEL)?;
    let needed = match (&channel.thread, channel.is_direct()) {
        (_, true) => Permissions::NONE,
        (Some(_), _) => Permissions::MANAGE_THREADS,
        (None, _) => Permissions::MANAGE_CHANNELS,
    };
    require(state, id, needed)?;
    state.delete_channel(id);
    Answer::ok(payload)
}

fn set_overwrite(state: &mut State, channel: Snowflake, target: &str, body: &Value) -> Answered {
    require(state, channel, Permissions::MANAGE_ROLES)?;
    let mut body = body.clone();
    body["id"] = json!(target);
    let Some(overwrite) = overwrite_of(&body) else {
        return Err(ApiError::field(
            "type",
            "BASE_TYPE_REQUIRED",
            "This field is required",
        ));
    };
    state.change_channel(channel, |channel| {
        channel
            .overwrites
            .retain(|known| known.target != overwrite.target);
        channel.overwrites.push(overwrite);
    });
    Answer::no_content()
}

fn remove_overwrite(state: &mut State, channel: Snowflake, target: &str) -> Answered {
    require(state, channel, Permissions::MANAGE_ROLES)?;
    let target = id(target)?;
    state.change_channel(channel, |channel| {
        let targets = [
            OverwriteTarget::Role(target),
            OverwriteTarget::Member(target),
        ];
        channel
            .overwrites
            .retain(|known| !targets.contains(&known.target));
    });
    Answer::no_content()
}

fn overwrites_of(body: &Value) -> Vec<Overwrite> {
    let list = body["permission_overwrites"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    list.iter().filter_map(overwrite_of).collect()
}

fn overwrite_of(value: &Value) -> Option<Overwrite> {
    let id: Snowflake = value["id"].as_str()?.parse().ok()?;
    let bits = |key: &str| {
        let bits = value[key]
            .as_str()
            .and_then(|bits| bits.parse().ok())
            .or_else(|| value[key].as_u64());
        Permissions::from_bits(bits.unwrap_or(0))
    };
    let target = match value["type"].as_u64()? {
        0 => OverwriteTarget::Role(id),
        _ => OverwriteTarget::Member(id),
    };
    Some(Overwrite {
        target,
        change: Change {
            allow: bits("allow"),
            deny: bits("deny"),
        },
    })
}

fn check_topic(problems: &mut Problems, kind: ChannelKind, body: &Value) {
    if let Some(topic) = body["topic"].as_str() {
        problems.length(
            "topic",
            topic,
            0,
            if kind == ChannelKind::Forum {
                4096
            } else {
                1024
            },
        );
    }
}

/// Text channels are named in lower case with dashes, as Discord turns them.
fn name_of(kind: ChannelKind, body: &Value) -> String {
    let name = body["name"].as_str().unwrap_or_default();
    match kind {
        ChannelKind::Text | ChannelKind::Announcement | ChannelKind::Forum => {
            name.to_lowercase().replace(' ', "-")
        }
        _ => name.to_owned(),
    }
}
