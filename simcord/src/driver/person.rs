//! A person, and everything they can do with a plain client.

use std::{fmt, sync::Arc};

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{Channel, Message, MessageRef, Place, Refused, Reply, Role, ScheduledEvent};
use crate::{
    server::{Server, in_time},
    snowflake::Snowflake,
    state::MessageKey,
    time::PATIENCE,
};

/// A member of a guild, to act through.
#[derive(Clone)]
pub struct Person {
    pub(crate) server: Arc<Server>,
    pub(crate) guild: Option<Snowflake>,
    id: Snowflake,
}

/// Ends a test whose person was stopped.
fn insist<T>(outcome: Result<T, Refused>) -> T {
    outcome.unwrap_or_else(|refused| panic!("{refused}"))
}

impl Person {
    pub(crate) fn new(server: &Arc<Server>, guild: Option<Snowflake>, id: Snowflake) -> Self {
        Self {
            server: Arc::clone(server),
            guild,
            id,
        }
    }

    /// The user's id.
    #[must_use]
    pub fn id(&self) -> Snowflake {
        self.id
    }

    /// The unique handle.
    #[must_use]
    pub fn handle(&self) -> String {
        self.server
            .look(|state| state.users.get(&self.id).map(|user| user.handle.clone()))
            .unwrap_or_default()
    }

    /// `<@id>`, as a text mentions them.
    #[must_use]
    pub fn mention(&self) -> String {
        format!("<@{}>", self.id)
    }

    /// Shows this name instead of the handle.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        self.server.change(|state| {
            if let Some(user) = state.users.get_mut(&self.id) {
                name.clone_into(&mut user.display_name);
            }
        });
        self
    }

    /// Makes them a bot: somebody else's, whose messages are marked as such.
    #[must_use]
    pub fn as_bot(self) -> Self {
        self.server.change(|state| {
            if let Some(user) = state.users.get_mut(&self.id) {
                user.bot = true;
            }
        });
        self
    }

    /// Gets a role.
    pub fn has_role(&self, role: &Role) {
        self.change_roles(|roles| roles.push(role.id()));
    }

    /// Loses a role.
    pub fn loses_role(&self, role: &Role) {
        self.change_roles(|roles| roles.retain(|known| *known != role.id()));
    }

    fn change_roles(&self, change: impl FnOnce(&mut Vec<Snowflake>)) {
        let Some(guild) = self.guild else { return };
        self.server.change(|state| {
            state.change_member(guild, self.id, |member| change(&mut member.roles));
        });
    }

    /// Joins the guild, now.
    pub fn joins(&self) {
        let Some(guild) = self.guild else { return };
        self.server.change(|state| state.join(guild, self.id));
    }

    /// Leaves the guild.
    pub fn leaves(&self) {
        let Some(guild) = self.guild else { return };
        self.server.change(|state| state.leave(guild, self.id));
    }

    /// Boosts the guild.
    pub fn boosts(&self) {
        let Some(guild) = self.guild else { return };
        self.server.change(|state| state.boost(guild, self.id));
    }

    /// Accepts direct messages from members, or none: then the bot gets error 50007.
    pub fn accepts_direct_messages(&self, accepts: bool) {
        self.server.change(|state| {
            if let Some(user) = state.users.get_mut(&self.id) {
                user.accepts_direct_messages = accepts;
            }
        });
    }

    /// Sends a message. `@handle`, `@role` and `#channel` in it become mentions.
    pub async fn says(&self, place: impl Into<Place>, text: &str) -> Message {
        insist(self.try_says(place, text).await)
    }

    /// Answers a message by Discord's own reply.
    pub async fn replies(&self, to: impl Into<MessageRef>, text: &str) -> Message {
        insist(self.try_replies(to, text).await)
    }

    /// Changes what an own message says.
    pub async fn edits(&self, message: impl Into<MessageRef>, text: &str) -> Message {
        insist(self.try_edits(message, text).await)
    }

    /// Deletes an own message, or somebody's with Manage Messages.
    pub async fn deletes(&self, message: impl Into<MessageRef>) {
        insist(self.try_deletes(message).await);
    }

    /// Adds a reaction.
    pub async fn reacts(&self, message: impl Into<MessageRef>, emoji: &str) {
        insist(self.try_reacts(message, emoji).await);
    }

    /// Takes an own reaction back.
    pub async fn unreacts(&self, message: impl Into<MessageRef>, emoji: &str) {
        insist(self.try_unreacts(message, emoji).await);
    }

    /// Pins a message, which Discord tells in the channel.
    pub async fn pins(&self, message: impl Into<MessageRef>) {
        insist(self.try_pins(message).await);
    }

    /// Takes a pin back.
    pub async fn unpins(&self, message: impl Into<MessageRef>) {
        insist(self.try_unpins(message).await);
    }

    /// Starts a thread from a message.
    pub async fn starts_thread(&self, on: impl Into<MessageRef>, title: &str) -> Channel {
        insist(self.try_starts_thread(on, title).await)
    }

    /// Posts in a forum, and gives the new thread.
    pub async fn posts(&self, forum: impl Into<Place>, title: &str, text: &str) -> Channel {
        insist(self.try_posts(forum, title, text, &[]).await)
    }

    /// Posts in a forum with tags, by their names.
    pub async fn posts_tagged(
        &self,
        forum: impl Into<Place>,
        title: &str,
        text: &str,
        tags: &[&str],
    ) -> Channel {
        insist(self.try_posts(forum, title, text, tags).await)
    }

    /// Gives a post exactly these tags, by their names.
    pub async fn tags(&self, post: impl Into<Place>, tags: &[&str]) {
        insist(self.try_tags(post, tags).await);
    }

    /// Gives a thread another title.
    pub async fn renames(&self, thread: impl Into<Place>, title: &str) {
        insist(self.try_renames(thread, title).await);
    }

    /// Closes a thread; a new message opens it again.
    pub async fn archives(&self, thread: impl Into<Place>) {
        insist(self.try_archives(thread).await);
    }

    /// Says that they mean to come to a scheduled event.
    pub async fn is_interested(&self, event: &ScheduledEvent) {
        insist(self.try_is_interested(event, true).await);
    }

    /// No longer means to come.
    pub async fn loses_interest(&self, event: &ScheduledEvent) {
        insist(self.try_is_interested(event, false).await);
    }

    /// Cancels a scheduled event: an own one, or any with Manage Events.
    pub async fn cancels(&self, event: &ScheduledEvent) {
        insist(self.try_cancels(event).await);
    }

    /// Moves a scheduled event to another time; it takes as long as before.
    pub async fn reschedules(&self, event: &ScheduledEvent, starts_at: DateTime<Utc>) {
        insist(self.try_reschedules(event, starts_at).await);
    }

    /// Gives a scheduled event another name.
    pub async fn renames_event(&self, event: &ScheduledEvent, name: &str) {
        insist(self.try_renames_event(event, name).await);
    }

    /// Deletes a scheduled event.
    pub async fn deletes_event(&self, event: &ScheduledEvent) {
        insist(self.try_deletes_event(event).await);
    }

    /// Joins a voice channel, leaving the one they are in.
    pub async fn joins_voice(&self, place: impl Into<Place>) {
        insist(self.try_joins_voice(place).await);
    }

    /// Writes the bot a direct message.
    pub async fn writes_to_the_bot(&self, text: &str) -> Message {
        insist(self.try_writes_to_the_bot(text).await)
    }

    /// Uses a chat command where they last spoke, or in the first channel they see, and waits for the answer.
    ///
    /// `command` is what is typed (`"/meetup schedule"`), and `options` an object of the rest. Users, channels and
    /// roles go by name: `"@ana"`, `"#help"`, `"@&Core"`.
    pub async fn runs(&self, command: &str, options: Value) -> Reply {
        insist(self.try_runs(None::<Place>, command, options).await)
    }

    /// Uses a chat command in this channel or thread: see [`Person::runs`].
    pub async fn runs_in(&self, place: impl Into<Place>, command: &str, options: Value) -> Reply {
        insist(self.try_runs(Some(place), command, options).await)
    }

    /// What the bot suggests while the option `focused` of a command is typed as far as `options` has it: names and
    /// values. Nothing, if it didn't answer in time.
    pub async fn is_suggested(
        &self,
        command: &str,
        options: Value,
        focused: &str,
    ) -> Vec<(String, Value)> {
        insist(
            self.try_is_suggested(None::<Place>, command, options, focused)
                .await,
        )
    }

    /// Uses a command of a message's context menu.
    pub async fn uses(&self, command: &str, on: impl Into<MessageRef>) -> Reply {
        insist(self.try_uses(command, on).await)
    }

    /// Uses a command of a person's context menu.
    pub async fn uses_on_person(&self, command: &str, on: &Self) -> Reply {
        insist(self.try_uses_on_person(command, on).await)
    }

    /// Clicks a button, found by its label or custom id.
    pub async fn clicks(&self, message: impl Into<MessageRef>, button: &str) -> Reply {
        insist(self.try_clicks(message, button).await)
    }

    /// Chooses in a select menu, found by its placeholder or custom id (`""` for the only one). Options go by label
    /// or value; users, channels and roles by name.
    pub async fn selects(
        &self,
        message: impl Into<MessageRef>,
        select: &str,
        choices: &[&str],
    ) -> Reply {
        insist(self.try_selects(message, select, choices).await)
    }

    /// Fills in the form that a reply is, fields by label or custom id, and sends it. In a select menu that takes
    /// several choices, each is a field of its own with the same label.
    pub async fn submits(&self, form: &Reply, fields: &[(&str, &str)]) -> Reply {
        insist(self.try_submits(form, fields).await)
    }

    /// The next direct message from the bot that nobody has taken yet. Panics if none comes.
    pub async fn next_direct_message(&self) -> Message {
        let awaited = format!("a direct message to {}", self.handle());
        let id = self.id;
        let look = move |state: &mut crate::state::State| {
            let channels = state.channels.values();
            let ours =
                channels.filter(|channel| channel.is_direct() && channel.recipients.contains(&id));
            let ids: Vec<Snowflake> = ours.map(|channel| channel.id).collect();
            ids.into_iter()
                .find_map(|channel| take_next(state, channel))
        };
        let waited = self
            .server
            .wait_for(PATIENCE, awaited, look, seen_by_the_bot)
            .await;
        in_time(waited)
    }

    /// Every direct message exchanged with the bot, oldest first.
    #[must_use]
    pub fn direct_messages(&self) -> Vec<Message> {
        self.server.look(|state| {
            let channels = state.channels.values();
            let ours = channels
                .filter(|channel| channel.is_direct() && channel.recipients.contains(&self.id));
            ours.flat_map(|channel| Message::all_in(&self.server, state, channel.id))
                .collect()
        })
    }

    /// What only they were shown in a channel, oldest first.
    #[must_use]
    pub fn private_replies(&self) -> Vec<Message> {
        self.server.look(|state| {
            let ours = state
                .messages
                .values()
                .filter(|message| message.ephemeral_to == Some(self.id));
            let keys: Vec<MessageKey> = ours.map(|message| (message.channel, message.id)).collect();
            keys.into_iter()
                .filter_map(|key| Message::read(state, key))
                .collect()
        })
    }
}

/// Takes the bot's next message in a channel that nobody has looked at.
pub(crate) fn take_next(state: &mut crate::state::State, channel: Snowflake) -> Option<Message> {
    let bot = state.bot();
    let next = state.messages_in(channel).find(|message| {
        let loading = message.flags & crate::state::message_flag::LOADING != 0;
        message.author == bot
            && !message.taken
            && !loading
            && !message.is_system()
            && message.ephemeral_to.is_none()
    })?;
    let key = (channel, next.id);
    state.messages.get_mut(&key)?.taken = true;
    Message::read(state, key)
}

/// What the bot did last, for whoever waited in vain.
pub(crate) fn seen_by_the_bot(state: &crate::state::State) -> String {
    let requests = state.traffic.requests.iter().rev().take(8).rev();
    let lines: Vec<String> = requests
        .map(|request| match request.status {
            200..=299 => format!("{} {} → {}", request.method, request.path, request.status),
            _ => format!(
                "{} {} → {} {}",
                request.method, request.path, request.status, request.answer
            ),
        })
        .collect();
    if lines.is_empty() {
        return "the bot made no request at all".to_owned();
    }
    format!("the bot's last requests were:\n  {}", lines.join("\n  "))
}

impl fmt::Debug for Person {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "@{} ({})", self.handle(), self.id)
    }
}
