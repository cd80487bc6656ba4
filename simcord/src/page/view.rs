//! What one person sees, as the page draws it.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};

use crate::{
    driver::{Button, Message, Select},
    permissions::Permissions,
    server::Server,
    snowflake::Snowflake,
    state::{ChannelKind, State, message_kind},
};

/// A view is answered at once if it is new to the page, and after this machine time at the latest, so that the
/// clock on the page goes on.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// The newest messages of a channel that the page draws.
const MOST_MESSAGES: usize = 200;

pub(super) async fn next(server: &Arc<Server>, query: &[(String, String)]) -> Value {
    let value = |name: &str| {
        query
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    };
    let id = |name: &str| value(name).and_then(|id| id.parse::<Snowflake>().ok());
    let mut changes = server.changes();
    let current = *changes.borrow_and_update();
    if value("after").and_then(|after| after.parse::<u64>().ok()) == Some(current) {
        let _ = tokio::time::timeout(LONGEST_WAIT, changes.changed()).await;
    }
    let version = *changes.borrow_and_update();
    let can_skip = server.on_skip.is_some();
    server.look(|state| view(state, id("as"), id("channel"), version, can_skip))
}

fn view(
    state: &State,
    person: Option<Snowflake>,
    channel: Option<Snowflake>,
    version: u64,
    can_skip: bool,
) -> Value {
    let members = || {
        state
            .guilds
            .values()
            .flat_map(|guild| guild.members.keys())
            .filter_map(|id| state.users.get(id))
    };
    let people = || members().filter(|user| !user.bot);
    let someone = || {
        people()
            .find(|user| user.handle != "founder")
            .or_else(|| people().next())
            .map(|user| user.id)
    };
    let person = person
        .filter(|id| people().any(|user| user.id == *id))
        .or_else(someone)
        .unwrap_or_default();
    let visible = || {
        state
            .channels
            .values()
            .filter(|channel| state.sees(person, channel.id))
    };
    let is_open = |id: &Snowflake| visible().any(|channel| channel.id == *id);
    let first = || {
        visible()
            .find(|channel| channel.kind == ChannelKind::Text)
            .map(|channel| channel.id)
    };
    let open = channel.filter(is_open).or_else(first);
    let guild = open
        .and_then(|id| state.channels.get(&id))
        .and_then(|channel| channel.guild);
    let may_write = open.is_some_and(|id| {
        let known = state.channels.get(&id);
        let in_thread = known.is_some_and(|channel| channel.thread.is_some());
        let needed = if in_thread {
            Permissions::SEND_MESSAGES_IN_THREADS
        } else {
            Permissions::SEND_MESSAGES
        };
        known.is_some_and(|channel| channel.kind.holds_messages())
            && state.permissions_in(person, id).contains(needed)
    });
    let names: serde_json::Map<String, Value> = state
        .users
        .values()
        .map(|user| {
            (
                user.id.to_string(),
                json!(format!("@{}", user.display_name)),
            )
        })
        .chain(
            state
                .channels
                .values()
                .map(|channel| (channel.id.to_string(), json!(format!("#{}", channel.name)))),
        )
        .chain(
            state
                .guilds
                .values()
                .flat_map(|guild| &guild.roles)
                .map(|role| (role.id.to_string(), json!(format!("@{}", role.name)))),
        )
        .collect();
    let commands = state
        .commands
        .iter()
        .filter(|command| command.guild.is_none() || command.guild == guild);
    json!({
        "version": version,
        "now": state.now(),
        "skip": can_skip,
        "as": person,
        "guild": guild.and_then(|id| state.guilds.get(&id)).map(|guild| guild.name.clone()),
        "people": people().map(|user| json!({"id": user.id, "name": user.display_name})).collect::<Vec<_>>(),
        "channels": visible().map(|channel| channel_item(state, channel.id)).collect::<Vec<_>>(),
        "open": open,
        "topic": open.and_then(|id| state.channels.get(&id)).and_then(|channel| channel.topic.clone()),
        "writable": may_write,
        "messages": open.map(|id| messages(state, id, person)).unwrap_or_default(),
        "names": names,
        "commands": commands.filter_map(|command| hint(&command.body)).flatten().collect::<Vec<_>>(),
    })
}

fn channel_item(state: &State, id: Snowflake) -> Value {
    let Some(channel) = state.channels.get(&id) else {
        return Value::Null;
    };
    let name = if channel.is_direct() {
        &state.application.name
    } else {
        &channel.name
    };
    json!({
        "id": id,
        "name": name,
        "parent": channel.parent,
        "kind": match channel.kind {
            ChannelKind::Category => "category",
            ChannelKind::Forum => "forum",
            ChannelKind::Direct => "direct",
            ChannelKind::PublicThread | ChannelKind::PrivateThread => "thread",
            _ => "text",
        },
        "archived": channel.thread.as_ref().is_some_and(|thread| thread.archived),
    })
}

fn messages(state: &State, channel: Snowflake, person: Snowflake) -> Vec<Value> {
    let seen = state.messages_in(channel).rev();
    let seen = seen.filter(|message| message.ephemeral_to.is_none_or(|reader| reader == person));
    let mut keys: Vec<Snowflake> = seen.take(MOST_MESSAGES).map(|message| message.id).collect();
    keys.reverse();
    keys.into_iter()
        .filter_map(|id| Message::read(state, (channel, id)))
        .map(|message| drawn(state, &message))
        .collect()
}

fn drawn(state: &State, message: &Message) -> Value {
    let author = state.users.get(&message.author_id);
    let replied = message
        .reply_to
        .and_then(|id| Message::read(state, (message.channel_id, id)));
    let mut drawn = json!(message);
    drawn["name"] = json!(author.map(|user| user.display_name.clone()));
    drawn["bot"] = json!(author.is_some_and(|user| user.bot));
    drawn["buttons"] = json!(Button::all_in(&message.components));
    drawn["selects"] = json!(Select::all_in(&message.components));
    drawn["replied"] =
        json!(replied.map(|message| format!("{}: {}", message.author, message.content)));
    // Clients word these themselves.
    let told = match message.kind {
        message_kind::PINNED => "*pinned a message to this channel*",
        message_kind::JOINED => "*joined*",
        message_kind::BOOSTED => "*boosted this server*",
        _ => return drawn,
    };
    drawn["content"] = json!(told);
    drawn
}

/// How a chat command is typed, each sub-command for itself.
fn hint(command: &Value) -> Option<Vec<Value>> {
    if command["type"].as_u64() != Some(1) {
        return None;
    }
    let mut lines = Vec::new();
    spell(command, "/", &mut lines);
    Some(lines)
}

fn spell(command: &Value, before: &str, lines: &mut Vec<Value>) {
    let typed = format!("{before}{}", command["name"].as_str().unwrap_or_default());
    let options = command["options"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let (branches, options): (Vec<&Value>, Vec<&Value>) = options
        .iter()
        .partition(|option| matches!(option["type"].as_u64(), Some(1 | 2)));
    if branches.is_empty() {
        let names = options
            .iter()
            .filter_map(|option| option["name"].as_str())
            .map(|name| format!(" {name}: …"));
        lines.push(json!({"typed": format!("{typed}{}", names.collect::<String>()), "about": command["description"]}));
    }
    for branch in branches {
        spell(branch, &format!("{typed} "), lines);
    }
}
