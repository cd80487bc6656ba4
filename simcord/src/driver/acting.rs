//! Talking: messages, reactions and pins, as far as the person's permissions reach.

use super::{Message, MessageRef, Person, Place, Refused, typed::with_mentions};
use crate::{
    permissions::Permissions,
    snowflake::Snowflake,
    state::{Draft, Emoji, MOST_PINS, MessageKey, State},
};

/// Gives the gateway's writers a turn before the person goes on.
pub(super) async fn a_moment() {
    tokio::task::yield_now().await;
}

impl Person {
    /// As [`Person::says`], or why not.
    pub async fn try_says(&self, place: impl Into<Place>, text: &str) -> Result<Message, Refused> {
        let place = place.into();
        let said = self.server.change(|state| {
            let channel = self.find_channel(state, &place)?;
            self.send(state, channel, text, None)
        })?;
        a_moment().await;
        Ok(said)
    }

    /// As [`Person::replies`], or why not.
    pub async fn try_replies(
        &self,
        to: impl Into<MessageRef>,
        text: &str,
    ) -> Result<Message, Refused> {
        let MessageRef(key) = to.into();
        let said = self.server.change(|state| {
            self.see_message(state, key)?;
            self.send(state, key.0, text, Some(key))
        })?;
        a_moment().await;
        Ok(said)
    }

    /// As [`Person::edits`], or why not.
    pub async fn try_edits(
        &self,
        message: impl Into<MessageRef>,
        text: &str,
    ) -> Result<Message, Refused> {
        let MessageRef(key) = message.into();
        let edited = self.server.change(|state| {
            self.own_message(state, key)?;
            let text = with_mentions(state, self.guild, text);
            state.edit(key, self.id(), |message| message.content = text);
            Message::read(state, key).ok_or_else(|| self.unseen())
        })?;
        a_moment().await;
        Ok(edited)
    }

    /// As [`Person::deletes`], or why not.
    pub async fn try_deletes(&self, message: impl Into<MessageRef>) -> Result<(), Refused> {
        let MessageRef(key) = message.into();
        self.server.change(|state| {
            self.see_message(state, key)?;
            if self.own_message(state, key).is_err() {
                self.need(state, key.0, Permissions::MANAGE_MESSAGES)?;
            }
            state.delete_messages(key.0, &[key.1]);
            Ok(())
        })?;
        a_moment().await;
        Ok(())
    }

    /// As [`Person::reacts`], or why not.
    pub async fn try_reacts(
        &self,
        message: impl Into<MessageRef>,
        emoji: &str,
    ) -> Result<(), Refused> {
        let MessageRef(key) = message.into();
        self.server.change(|state| {
            let emoji = Emoji::read(emoji);
            let message = self.see_message(state, key)?;
            if !message
                .reactions
                .iter()
                .any(|reaction| reaction.emoji == emoji)
            {
                self.need(state, key.0, Permissions::ADD_REACTIONS)?;
            }
            state.react(key, self.id(), &emoji);
            Ok(())
        })?;
        a_moment().await;
        Ok(())
    }

    /// As [`Person::unreacts`], or why not.
    pub async fn try_unreacts(
        &self,
        message: impl Into<MessageRef>,
        emoji: &str,
    ) -> Result<(), Refused> {
        let MessageRef(key) = message.into();
        self.server.change(|state| {
            self.see_message(state, key)?;
            state.unreact(key, self.id(), &Emoji::read(emoji));
            Ok(())
        })?;
        a_moment().await;
        Ok(())
    }

    /// As [`Person::pins`], or why not.
    pub async fn try_pins(&self, message: impl Into<MessageRef>) -> Result<(), Refused> {
        let MessageRef(key) = message.into();
        self.server.change(|state| {
            let message = self.see_message(state, key)?;
            if message.is_system() || message.ephemeral_to.is_some() {
                return Err(Refused::Impossible("that can't be pinned".to_owned()));
            }
            let full = message.pinned_at.is_none() && state.pins(key.0).len() >= MOST_PINS;
            self.need(state, key.0, Permissions::PIN_MESSAGES)?;
            if full {
                return Err(Refused::Impossible(format!(
                    "a channel has {MOST_PINS} pins at most"
                )));
            }
            state.pin(key, self.id());
            Ok(())
        })?;
        a_moment().await;
        Ok(())
    }

    /// As [`Person::unpins`], or why not.
    pub async fn try_unpins(&self, message: impl Into<MessageRef>) -> Result<(), Refused> {
        let MessageRef(key) = message.into();
        self.server.change(|state| {
            self.see_message(state, key)?;
            self.need(state, key.0, Permissions::PIN_MESSAGES)?;
            state.unpin(key);
            Ok(())
        })?;
        a_moment().await;
        Ok(())
    }

    /// As [`Person::writes_to_the_bot`], or why not.
    pub async fn try_writes_to_the_bot(&self, text: &str) -> Result<Message, Refused> {
        let sent = self.server.change(|state| {
            let channel = state.direct_channel(self.id(), state.bot());
            self.send(state, channel, text, None)
        })?;
        a_moment().await;
        Ok(sent)
    }

    fn send(
        &self,
        state: &mut State,
        channel: Snowflake,
        text: &str,
        reply_to: Option<MessageKey>,
    ) -> Result<Message, Refused> {
        let known = state.channels.get(&channel);
        if known.is_some_and(|channel| !channel.kind.holds_messages()) {
            return Err(Refused::Impossible(
                "nobody can talk in a category or straight into a forum".to_owned(),
            ));
        }
        let thread = known.and_then(|channel| channel.thread.as_ref());
        if thread.is_some_and(|thread| thread.locked) {
            self.need(state, channel, Permissions::MANAGE_THREADS)?;
        }
        let in_thread = thread.is_some();
        self.need(
            state,
            channel,
            if in_thread {
                Permissions::SEND_MESSAGES_IN_THREADS
            } else {
                Permissions::SEND_MESSAGES
            },
        )?;
        if text.trim().is_empty() {
            return Err(Refused::Impossible(
                "an empty message can't be sent".to_owned(),
            ));
        }
        if text.chars().count() > 2000 {
            return Err(Refused::Impossible(
                "a message holds 2000 characters".to_owned(),
            ));
        }
        let content = with_mentions(state, self.guild, text);
        let key = state.send(
            self.id(),
            channel,
            Draft {
                content,
                reply_to,
                ..Draft::default()
            },
        );
        Message::read(state, key).ok_or_else(|| self.unseen())
    }

    pub(super) fn find_channel(&self, state: &State, place: &Place) -> Result<Snowflake, Refused> {
        let unknown = || Refused::NoSuchChannel {
            who: self.handle_in(state),
            name: place.to_string(),
        };
        let channel = place.find(state, self.guild).ok_or_else(unknown)?;
        self.need(state, channel, Permissions::VIEW_CHANNEL)?;
        Ok(channel)
    }

    pub(super) fn need(
        &self,
        state: &State,
        channel: Snowflake,
        needed: Permissions,
    ) -> Result<(), Refused> {
        let known = state.channels.get(&channel);
        let guild = known
            .and_then(|channel| channel.guild)
            .and_then(|guild| state.guilds.get(&guild));
        if guild.is_some_and(|guild| !guild.members.contains_key(&self.id())) {
            return Err(Refused::NotAMember {
                who: self.handle_in(state),
            });
        }
        let missing = needed.without(state.permissions_in(self.id(), channel));
        if missing == Permissions::NONE {
            return Ok(());
        }
        let channel = known
            .map(|channel| channel.name.clone())
            .unwrap_or_default();
        Err(Refused::NotAllowed {
            who: self.handle_in(state),
            missing,
            channel,
        })
    }

    /// A message they can see: in a channel of theirs, or for their eyes only.
    pub(super) fn see_message<'a>(
        &self,
        state: &'a State,
        key: MessageKey,
    ) -> Result<&'a crate::state::Message, Refused> {
        let message = state
            .messages
            .get(&key)
            .ok_or_else(|| Refused::NoSuchMessage {
                who: self.handle_in(state),
            })?;
        if message
            .ephemeral_to
            .is_some_and(|person| person != self.id())
        {
            return Err(Refused::NoSuchMessage {
                who: self.handle_in(state),
            });
        }
        self.need(state, key.0, Permissions::VIEW_CHANNEL)?;
        Ok(message)
    }

    fn own_message(&self, state: &State, key: MessageKey) -> Result<(), Refused> {
        let message = self.see_message(state, key)?;
        if message.author == self.id() {
            return Ok(());
        }
        let author = state
            .users
            .get(&message.author)
            .map(|user| user.handle.clone())
            .unwrap_or_default();
        Err(Refused::NotTheirMessage {
            who: self.handle_in(state),
            author,
        })
    }

    fn unseen(&self) -> Refused {
        Refused::NoSuchMessage {
            who: self.id().to_string(),
        }
    }

    /// The handle, while the state is locked already.
    pub(super) fn handle_in(&self, state: &State) -> String {
        state
            .users
            .get(&self.id())
            .map(|user| user.handle.clone())
            .unwrap_or_default()
    }
}
