//! Threads: starting, listing, joining.

use axum::http::Method;
use serde_json::{Value, json};

use super::{
    Answer, Answered, ApiError, Call, forum, id, message_body, messages::find, require,
    require_in_guild,
};
use crate::{
    permissions::Permissions,
    snowflake::Snowflake,
    state::{ChannelKind, NewThread, State},
    validate::Problems,
};

pub(crate) fn route(state: &mut State, call: &Call<'_>) -> Answered {
    if let ["guilds", guild, "threads", "active"] = call.segments {
        return list_active(state, id(guild)?);
    }
    let channel = id(call.segments.get(1).copied().unwrap_or_default())?;
    require(state, channel, Permissions::NONE)?;
    match (call.method, &call.segments[2..]) {
        (&Method::POST, ["messages", message, "threads"]) => {
            start_from_message(state, channel, message, call.body)
        }
        (&Method::POST, ["threads"]) => start(state, channel, call.body),
        (&Method::GET, ["threads", "archived", "public"]) => {
            list_archived(state, channel, ChannelKind::PublicThread)
        }
        (
            &Method::GET,
            ["threads", "archived", "private"] | ["users", "@me", "threads", "archived", "private"],
        ) => list_archived(state, channel, ChannelKind::PrivateThread),
        (&Method::GET, ["thread-members"]) => Answer::ok(json!(
            state.thread_member_payloads(channel, call.query_flag("with_member"))
        )),
        (&Method::GET, ["thread-members", user]) => {
            get_member(state, channel, user, call.query_flag("with_member"))
        }
        (&Method::PUT, ["thread-members", user]) => {
            let user = member(state, channel, user)?;
            state.join_thread(channel, user);
            Answer::no_content()
        }
        (&Method::DELETE, ["thread-members", user]) => {
            let user = member(state, channel, user)?;
            if user != state.bot() {
                require(state, channel, Permissions::MANAGE_THREADS)?;
            }
            state.leave_thread(channel, user);
            Answer::no_content()
        }
        _ => Err(ApiError::NO_ROUTE),
    }
}

/// Reads and checks name and archive time.
fn new_thread(
    parent: Snowflake,
    owner: Snowflake,
    body: &Value,
) -> Result<NewThread<'_>, ApiError> {
    let mut problems = Problems::default();
    let name = body["name"].as_str().unwrap_or_default();
    problems.length("name", name, 1, 100);
    let auto_archive = body["auto_archive_duration"].as_u64().unwrap_or(4320);
    if ![60, 1440, 4320, 10080].contains(&auto_archive) {
        problems.add(
            "auto_archive_duration",
            "BASE_TYPE_CHOICES",
            "Value must be one of (60, 1440, 4320, 10080).",
        );
    }
    problems.check()?;
    Ok(NewThread {
        parent,
        name,
        kind: ChannelKind::PublicThread,
        owner,
        message: None,
        auto_archive,
        applied_tags: Vec::new(),
    })
}

fn start_from_message(
    state: &mut State,
    channel: Snowflake,
    message: &str,
    body: &Value,
) -> Answered {
    let key = find(state, channel, message)?;
    require(state, channel, Permissions::CREATE_PUBLIC_THREADS)?;
    let kind = state.channels.get(&channel).map(|channel| channel.kind);
    if !matches!(kind, Some(ChannelKind::Text | ChannelKind::Announcement)) {
        return Err(ApiError::WRONG_CHANNEL_TYPE);
    }
    if state.channels.contains_key(&key.1) {
        return Err(ApiError::THREAD_ALREADY_CREATED);
    }
    let new = NewThread {
        message: Some(key.1),
        ..new_thread(channel, state.bot(), body)?
    };
    let thread = state.start_thread(&new);
    state.mark_thread_on(key);
    Answer::created(state.channel_payload(thread))
}

fn start(state: &mut State, channel: Snowflake, body: &Value) -> Answered {
    let in_forum = state
        .channels
        .get(&channel)
        .is_some_and(|channel| channel.kind == ChannelKind::Forum);
    let mut new = new_thread(channel, state.bot(), body)?;
    if in_forum {
        require(state, channel, Permissions::SEND_MESSAGES)?;
        if !body["message"].is_object() {
            return Err(ApiError::field(
                "message",
                "BASE_TYPE_REQUIRED",
                "This field is required",
            ));
        }
        let draft = message_body::draft(&body["message"], &[])?;
        new.applied_tags = forum::applied(state, channel, &body["applied_tags"], &[])?;
        if new.applied_tags.is_empty() && state.requires_tag(channel) {
            return Err(ApiError::TAG_REQUIRED);
        }
        let thread = state.start_thread(&new);
        let bot = state.bot();
        // The first message of a post has the post's id.
        let key = state.send_with_id(thread, bot, thread, draft);
        let mut payload = state.channel_payload(thread);
        payload["message"] = state.message_payload(key);
        return Answer::created(payload);
    }
    let public = body["type"].as_u64() == Some(ChannelKind::PublicThread as u64);
    let kind = if public {
        ChannelKind::PublicThread
    } else {
        ChannelKind::PrivateThread
    };
    require(
        state,
        channel,
        if public {
            Permissions::CREATE_PUBLIC_THREADS
        } else {
            Permissions::CREATE_PRIVATE_THREADS
        },
    )?;
    let thread = state.start_thread(&NewThread { kind, ..new });
    Answer::created(state.channel_payload(thread))
}

fn list_active(state: &State, guild: Snowflake) -> Answered {
    require_in_guild(state, guild, Permissions::NONE)?;
    let mut threads: Vec<Snowflake> = state
        .channels
        .values()
        .filter(|channel| channel.guild == Some(guild))
        .filter(|channel| {
            channel
                .thread
                .as_ref()
                .is_some_and(|thread| !thread.archived)
        })
        .filter(|channel| state.sees(state.bot(), channel.id))
        .map(|channel| channel.id)
        .collect();
    threads.reverse();
    Answer::ok(threads_payload(state, &threads))
}

fn list_archived(state: &State, parent: Snowflake, kind: ChannelKind) -> Answered {
    require(state, parent, Permissions::READ_MESSAGE_HISTORY)?;
    let mut threads: Vec<_> = state
        .channels
        .values()
        .filter(|channel| {
            channel.parent == Some(parent)
                && channel.kind == kind
                && state.sees(state.bot(), channel.id)
        })
        .filter_map(|channel| {
            Some((
                channel.id,
                channel.thread.as_ref().filter(|thread| thread.archived)?,
            ))
        })
        .collect();
    threads.sort_by_key(|(_, thread)| std::cmp::Reverse(thread.archive_changed_at));
    let ids: Vec<Snowflake> = threads.iter().map(|(id, _)| *id).collect();
    Answer::ok(threads_payload(state, &ids))
}

fn threads_payload(state: &State, threads: &[Snowflake]) -> Value {
    let ours = |id: &Snowflake| {
        state
            .thread_member_payloads(*id, false)
            .into_iter()
            .find(|member| member["user_id"] == json!(state.bot()))
    };
    json!({
        "threads": threads.iter().map(|id| state.channel_payload(*id)).collect::<Vec<_>>(),
        "members": threads.iter().filter_map(ours).collect::<Vec<_>>(),
        "has_more": false,
    })
}

fn member(state: &State, thread: Snowflake, user: &str) -> Result<Snowflake, ApiError> {
    if state
        .channels
        .get(&thread)
        .is_none_or(|channel| channel.thread.is_none())
    {
        return Err(ApiError::WRONG_CHANNEL_TYPE);
    }
    let user = if user == "@me" {
        state.bot()
    } else {
        id(user)?
    };
    if state.users.contains_key(&user) {
        Ok(user)
    } else {
        Err(ApiError::UNKNOWN_USER)
    }
}

fn get_member(state: &State, thread: Snowflake, user: &str, with_member: bool) -> Answered {
    let user = member(state, thread, user)?;
    let members = state.thread_member_payloads(thread, with_member);
    let found = members
        .into_iter()
        .find(|member| member["user_id"] == json!(user));
    found.map_or(Err(ApiError::UNKNOWN_MEMBER), Answer::ok)
}
