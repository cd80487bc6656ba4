//! Looking at a Discord from above.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

use crate::{
    driver::{Channel, Guild, Message, Person, Place},
    failure::Failure,
    gateway::Gateway,
    permissions::Permissions,
    server::{Server, in_time},
    snowflake::Snowflake,
    start::{Builder, Door},
    state::{MessageKey, State},
    time::PATIENCE,
    traffic::Request,
};

/// A running Discord. Clones are handles to the same one; it ends with the last of them.
#[derive(Clone)]
pub struct Simcord {
    pub(crate) server: Arc<Server>,
    pub(crate) bot_permissions: Permissions,
    /// Where the process comes in that this handle watches.
    pub(crate) door: Arc<Door>,
}

impl Simcord {
    /// A Discord as it usually is, with this machine's time.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    /// A Discord to be arranged before it starts.
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// Where the API is, like `http://127.0.0.1:1234`: requests go to `/api/v10/…` under it.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.door.port())
    }

    /// Where the gateway is, like `ws://127.0.0.1:1234`.
    #[must_use]
    pub fn gateway_url(&self) -> String {
        format!("ws://127.0.0.1:{}", self.door.port())
    }

    /// The one token that is accepted.
    #[must_use]
    pub fn token(&self) -> String {
        self.server.look(|state| state.application.token.clone())
    }

    /// The id of the application, which is the bot's user id too.
    #[must_use]
    pub fn application_id(&self) -> Snowflake {
        self.server.look(State::bot)
    }

    /// The gateway, to look at and to disturb.
    #[must_use]
    pub fn gateway(&self) -> Gateway {
        Gateway {
            server: Arc::clone(&self.server),
            entrance: self.door.port(),
        }
    }

    /// Lets another process of the bot come by a port of its own, which closes with the last clone of the handle. The
    /// handle shares everything with this one but for its address and what it sees of the gateway: the connections of
    /// that process, and what it was told.
    ///
    /// # Panics
    /// If no port is free.
    pub async fn for_another_process(&self) -> Self {
        let door = Door::open(&self.server, 0).await;
        let door = door.unwrap_or_else(|error| panic!("cannot listen on 127.0.0.1: {error}"));
        Self {
            door: Arc::new(door),
            ..self.clone()
        }
    }

    /// Rings whenever something changed: a message, an answer, a connection. The number has no meaning.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.server.changes()
    }

    /// Founds a guild. The bot is in it from the start, and hears of it if it is connected.
    #[must_use]
    pub fn guild(&self, name: &str) -> Guild {
        let id = self
            .server
            .change(|state| state.found_guild(name, self.bot_permissions));
        Guild::new(&self.server, id)
    }

    /// Somebody with this handle, in the guild they are a member of.
    #[must_use]
    pub fn person(&self, handle: &str) -> Option<Person> {
        self.server.look(|state| {
            let user = state.users.values().find(|user| user.handle == handle)?;
            let guild = state
                .guilds
                .values()
                .find(|guild| guild.members.contains_key(&user.id))
                .map(|guild| guild.id);
            Some(Person::new(&self.server, guild, user.id))
        })
    }

    /// The channel or thread of that name.
    #[must_use]
    pub fn channel(&self, place: impl Into<Place>) -> Option<Channel> {
        let place = place.into();
        let id = self.server.look(|state| place.find(state, None));
        id.map(|id| Channel::new(&self.server, id))
    }

    /// Waits until the bot offers this command in some guild or everywhere: `"/ask"`, or the name of a menu command.
    /// Bots register their commands in their own time after they start. Panics if it never does.
    pub async fn offers(&self, command: &str) {
        let name = command.trim_start_matches('/');
        let look = |state: &mut State| {
            state
                .commands
                .iter()
                .find(|known| known.name == name)
                .map(|_| ())
        };
        let awaited = format!("the bot to offer {command}");
        in_time(
            self.server
                .wait_for(PATIENCE, awaited, look, crate::driver::seen_by_the_bot)
                .await,
        );
    }

    /// The next message of the bot in that channel that nobody has taken yet, answers to commands included.
    /// Waits for it, and panics if none comes.
    pub async fn next_message(&self, place: impl Into<Place>) -> Message {
        let place = place.into();
        let look = |state: &mut State| {
            let channel = place.find(state, None)?;
            crate::driver::take_next(state, channel)
        };
        let awaited = format!("a message of the bot in {place}");
        let waited = self
            .server
            .wait_for(PATIENCE, awaited, look, crate::driver::seen_by_the_bot)
            .await;
        in_time(waited)
    }

    /// The next edit by the bot in that channel that nobody has taken yet, with the message as it is then.
    /// Waits for it, and panics if none comes.
    pub async fn next_edit(&self, place: impl Into<Place>) -> Message {
        let place = place.into();
        let look = |state: &mut State| {
            let channel = place.find(state, None)?;
            take_edit(state, |key| key.0 == channel)
        };
        let awaited = format!("an edit by the bot in {place}");
        let waited = self
            .server
            .wait_for(PATIENCE, awaited, look, crate::driver::seen_by_the_bot)
            .await;
        in_time(waited)
    }

    /// Makes sure that the bot said nothing in that channel that nobody has taken. It doesn't wait: let the bot
    /// settle first, by [`Gateway::delivered`].
    ///
    /// # Panics
    /// If it did.
    pub fn assert_no_message(&self, place: impl Into<Place>) {
        let place = place.into();
        let taken = self.server.change(|state| {
            let channel = place.find(state, None)?;
            crate::driver::take_next(state, channel)
        });
        if let Some(message) = taken {
            panic!("the bot said in {place}: {}", message.text());
        }
    }

    /// Every message of a channel that all its members see, oldest first.
    ///
    /// # Panics
    /// If there is no such channel.
    #[must_use]
    pub fn messages(&self, place: impl Into<Place>) -> Vec<Message> {
        let place = place.into();
        self.server.look(|state| {
            let channel = place
                .find(state, None)
                .unwrap_or_else(|| panic!("there is no channel {place}"));
            Message::all_in(&self.server, state, channel)
        })
    }

    /// A message as it is now; nothing if it was deleted.
    #[must_use]
    pub fn message(&self, id: Snowflake) -> Option<Message> {
        self.server.look(|state| {
            let message = state.message_with_id(id)?;
            Message::read(state, (message.channel, id))
        })
    }

    /// Lets requests fail, the first of them first. `path` is without `/api/v10`, and `*` stands for one segment:
    /// `fail_next("POST", "/channels/*/messages", 500, 2)`; `"*"` alone stands for any method or path.
    pub fn fail_next(&self, method: &str, path: &str, failure: impl Into<Failure>, times: u32) {
        self.server
            .change(|state| state.failures.plan(method, path, failure.into(), times));
    }

    /// Answers requests with 429: see [`Simcord::fail_next`].
    pub fn rate_limit_next(&self, method: &str, path: &str, retry_after: Duration, times: u32) {
        self.fail_next(
            method,
            path,
            Failure::RateLimited {
                retry_after,
                global: false,
            },
            times,
        );
    }

    /// Never answers the next such request: see [`Simcord::fail_next`].
    pub fn hang_next(&self, method: &str, path: &str) {
        self.fail_next(method, path, Failure::Hang, 1);
    }

    /// Every request so far.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.server.look(|state| state.traffic.requests.clone())
    }

    /// Every request so far as JSON, one a line, for a check against Discord's `OpenAPI` description:
    /// <https://github.com/discord/discord-api-spec>.
    #[must_use]
    pub fn traffic_as_jsonl(&self) -> String {
        let lines = self
            .requests()
            .into_iter()
            .filter_map(|request| serde_json::to_string(&request).ok());
        lines.map(|line| line + "\n").collect()
    }

    /// Requests that no route answers: what isn't modelled, or a mistake of the bot.
    #[must_use]
    pub fn unexpected_requests(&self) -> Vec<String> {
        self.server.look(|state| state.traffic.unexpected.clone())
    }

    /// Interactions that were not acknowledged within 3 seconds, by the command's name.
    #[must_use]
    pub fn unanswered(&self) -> Vec<String> {
        self.server.look(|state| {
            let given_up = state
                .interactions
                .values()
                .filter(|interaction| interaction.given_up);
            given_up
                .map(|interaction| interaction.name.clone())
                .collect()
        })
    }

    /// Makes sure that the bot kept to Discord's rules.
    ///
    /// # Panics
    /// If the bot asked for something that isn't there, sent a body that Discord refuses, or left an interaction
    /// without an answer.
    pub fn assert_clean(&self) {
        let unexpected = self.unexpected_requests();
        assert!(unexpected.is_empty(), "no route for {unexpected:?}");
        let refused: Vec<String> = self
            .requests()
            .into_iter()
            .filter(|request| request.answer["code"] == 50035)
            .map(|request| {
                format!(
                    "{} {} {} → {}",
                    request.method, request.path, request.body, request.answer
                )
            })
            .collect();
        assert!(
            refused.is_empty(),
            "Discord refuses:\n{}",
            refused.join("\n")
        );
        let unanswered = self.unanswered();
        assert!(
            unanswered.is_empty(),
            "the application did not respond to {unanswered:?}"
        );
    }
}

fn take_edit(state: &mut State, wanted: impl Fn(MessageKey) -> bool) -> Option<Message> {
    let at = state
        .bot_edits
        .iter()
        .position(|edit| wanted(edit.message) && state.messages.contains_key(&edit.message))?;
    let edit = state.bot_edits.remove(at);
    Message::read(state, edit.message)
}
