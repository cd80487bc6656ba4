//! Threads, in text channels and forums.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{Channel, ChannelKind, State};
use crate::{
    gateway::{Dispatch, Intents},
    snowflake::Snowflake,
    time::timestamp,
};

#[derive(Clone, Debug)]
pub(crate) struct Thread {
    pub(crate) owner: Snowflake,
    pub(crate) archived: bool,
    pub(crate) locked: bool,
    /// Minutes without a message until Discord hides the thread. Recorded, not acted on.
    pub(crate) auto_archive: u64,
    pub(crate) archive_changed_at: DateTime<Utc>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) members: Vec<(Snowflake, DateTime<Utc>)>,
    /// Messages in the thread, without the one it started from.
    pub(crate) message_count: u64,
    pub(crate) total_message_sent: u64,
    /// The tags of a post in a forum.
    pub(crate) applied_tags: Vec<Snowflake>,
}

impl Thread {
    pub(crate) fn has_member(&self, user: Snowflake) -> bool {
        self.members.iter().any(|(member, _)| *member == user)
    }
}

/// What a new thread is made of.
pub(crate) struct NewThread<'a> {
    pub(crate) parent: Snowflake,
    pub(crate) name: &'a str,
    pub(crate) kind: ChannelKind,
    pub(crate) owner: Snowflake,
    /// The message it starts from, whose id it takes.
    pub(crate) message: Option<Snowflake>,
    pub(crate) auto_archive: u64,
    pub(crate) applied_tags: Vec<Snowflake>,
}

impl State {
    pub(crate) fn start_thread(&mut self, new: &NewThread<'_>) -> Snowflake {
        let id = new.message.unwrap_or_else(|| self.next_id());
        let now = self.now();
        let guild = self
            .channels
            .get(&new.parent)
            .and_then(|parent| parent.guild);
        let mut channel = Channel::new(id, new.kind, new.name);
        channel.guild = guild;
        channel.parent = Some(new.parent);
        channel.thread = Some(Thread {
            owner: new.owner,
            archived: false,
            locked: false,
            auto_archive: new.auto_archive,
            archive_changed_at: now,
            created_at: now,
            members: vec![(new.owner, now)],
            message_count: 0,
            total_message_sent: 0,
            applied_tags: new.applied_tags.clone(),
        });
        self.channels.insert(id, channel);
        let mut data = self.channel_payload(id);
        data["newly_created"] = json!(true);
        if new.owner == self.bot() {
            data["member"] = thread_member_payload(id, new.owner, now);
        }
        if let Some(guild) = guild {
            self.dispatch(
                &Dispatch::in_guild("THREAD_CREATE", Intents::GUILDS, guild, data).seen_in(id),
            );
        }
        id
    }

    /// Adds a member, as speaking in a thread does.
    pub(crate) fn join_thread(&mut self, id: Snowflake, user: Snowflake) {
        let now = self.now();
        let Some(thread) = self
            .channels
            .get_mut(&id)
            .and_then(|channel| channel.thread.as_mut())
        else {
            return;
        };
        if thread.has_member(user) {
            return;
        }
        thread.members.push((user, now));
        self.dispatch_thread_members(id, Some(user), None);
    }

    pub(crate) fn leave_thread(&mut self, id: Snowflake, user: Snowflake) {
        let Some(thread) = self
            .channels
            .get_mut(&id)
            .and_then(|channel| channel.thread.as_mut())
        else {
            return;
        };
        thread.members.retain(|(member, _)| *member != user);
        self.dispatch_thread_members(id, None, Some(user));
    }

    fn dispatch_thread_members(
        &mut self,
        id: Snowflake,
        added: Option<Snowflake>,
        removed: Option<Snowflake>,
    ) {
        let Some(channel) = self.channels.get(&id) else {
            return;
        };
        let (Some(thread), Some(guild)) = (&channel.thread, channel.guild) else {
            return;
        };
        let added_members: Vec<Value> = added
            .iter()
            .map(|user| {
                let mut member = thread_member_payload(id, *user, self.now());
                member["member"] = self.member_payload(guild, *user);
                member["presence"] = Value::Null;
                member
            })
            .collect();
        let data = json!({
            "id": id,
            "guild_id": guild,
            "member_count": thread.members.len().min(50),
            "added_members": added_members,
            "removed_member_ids": removed.iter().collect::<Vec<_>>(),
        });
        // Of other people's comings and goings only the privileged intent tells.
        let intents = if added == Some(self.bot()) || removed == Some(self.bot()) {
            Intents::GUILDS
        } else {
            Intents::GUILD_MEMBERS
        };
        self.dispatch(
            &Dispatch::in_guild("THREAD_MEMBERS_UPDATE", intents, guild, data).seen_in(id),
        );
    }

    pub(crate) fn thread_payload(&self, channel: &Channel, thread: &Thread) -> Value {
        let mut payload = json!({
            "id": channel.id,
            "guild_id": channel.guild,
            "parent_id": channel.parent,
            "owner_id": thread.owner,
            "type": channel.kind as u64,
            "name": channel.name,
            "last_message_id": channel.last_message,
            "last_pin_timestamp": channel.last_pin.map(timestamp),
            "message_count": thread.message_count,
            "total_message_sent": thread.total_message_sent,
            // Discord stops counting at 50.
            "member_count": thread.members.len().min(50),
            "rate_limit_per_user": channel.slowmode,
            "flags": channel.flags,
            "applied_tags": thread.applied_tags,
            "thread_metadata": {
                "archived": thread.archived,
                "auto_archive_duration": thread.auto_archive,
                "archive_timestamp": timestamp(thread.archive_changed_at),
                "locked": thread.locked,
                "create_timestamp": timestamp(thread.created_at),
            },
        });
        if channel.kind == ChannelKind::PrivateThread {
            payload["thread_metadata"]["invitable"] = json!(true);
        }
        if let Some((user, joined)) = thread.members.iter().find(|(user, _)| *user == self.bot()) {
            payload["member"] = thread_member_payload(channel.id, *user, *joined);
        }
        payload
    }

    pub(crate) fn thread_member_payloads(&self, id: Snowflake, with_member: bool) -> Vec<Value> {
        let Some(channel) = self.channels.get(&id) else {
            return Vec::new();
        };
        let Some(thread) = &channel.thread else {
            return Vec::new();
        };
        let payloads = thread.members.iter().map(|(user, joined)| {
            let mut payload = thread_member_payload(id, *user, *joined);
            if let (true, Some(guild)) = (with_member, channel.guild) {
                payload["member"] = self.member_payload(guild, *user);
            }
            payload
        });
        payloads.collect()
    }
}

fn thread_member_payload(thread: Snowflake, user: Snowflake, joined: DateTime<Utc>) -> Value {
    json!({"id": thread, "user_id": user, "join_timestamp": timestamp(joined), "flags": 0})
}
