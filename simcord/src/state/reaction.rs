//! Reactions to messages.

use serde_json::{Value, json};

use super::{MessageKey, State, message::with_guild};
use crate::{
    gateway::{ContentRule, Intents},
    snowflake::Snowflake,
};

#[derive(Clone, Debug)]
pub(crate) struct Reaction {
    pub(crate) emoji: Emoji,
    pub(crate) users: Vec<Snowflake>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Emoji {
    pub(crate) name: String,
    pub(crate) id: Option<Snowflake>,
}

impl Emoji {
    /// Reads `✅`, or `name:id` of a custom one.
    pub(crate) fn read(text: &str) -> Self {
        match text
            .split_once(':')
            .and_then(|(name, id)| Some((name, id.parse().ok()?)))
        {
            Some((name, id)) => Self {
                name: name.to_owned(),
                id: Some(id),
            },
            None => Self {
                name: text.to_owned(),
                id: None,
            },
        }
    }

    pub(crate) fn payload(&self) -> Value {
        json!({"id": self.id, "name": self.name, "animated": false})
    }
}

impl State {
    /// Adds a reaction; `false` if that user had given it already.
    pub(crate) fn react(&mut self, key: MessageKey, user: Snowflake, emoji: &Emoji) -> bool {
        let Some(message) = self.messages.get_mut(&key) else {
            return false;
        };
        match message
            .reactions
            .iter_mut()
            .find(|reaction| reaction.emoji == *emoji)
        {
            Some(reaction) if reaction.users.contains(&user) => return false,
            Some(reaction) => reaction.users.push(user),
            None => message.reactions.push(Reaction {
                emoji: emoji.clone(),
                users: vec![user],
            }),
        }
        self.dispatch_reaction("MESSAGE_REACTION_ADD", key, user, emoji);
        true
    }

    /// Takes a reaction back; `false` if there was none.
    pub(crate) fn unreact(&mut self, key: MessageKey, user: Snowflake, emoji: &Emoji) -> bool {
        let Some(message) = self.messages.get_mut(&key) else {
            return false;
        };
        let reaction = message
            .reactions
            .iter_mut()
            .find(|reaction| reaction.emoji == *emoji);
        let Some(reaction) = reaction.filter(|reaction| reaction.users.contains(&user)) else {
            return false;
        };
        reaction.users.retain(|given_by| *given_by != user);
        message
            .reactions
            .retain(|reaction| !reaction.users.is_empty());
        self.dispatch_reaction("MESSAGE_REACTION_REMOVE", key, user, emoji);
        true
    }

    /// Takes away every reaction, or everyone's of one emoji.
    pub(crate) fn clear_reactions(&mut self, key: MessageKey, emoji: Option<&Emoji>) {
        let Some(message) = self.messages.get_mut(&key) else {
            return;
        };
        message
            .reactions
            .retain(|reaction| emoji.is_some_and(|emoji| reaction.emoji != *emoji));
        let guild = self.channels.get(&key.0).and_then(|channel| channel.guild);
        let mut data = with_guild(json!({"channel_id": key.0, "message_id": key.1}), guild);
        let mut event = "MESSAGE_REACTION_REMOVE_ALL";
        if let Some(emoji) = emoji {
            event = "MESSAGE_REACTION_REMOVE_EMOJI";
            data["emoji"] = emoji.payload();
        }
        self.dispatch_in_channel(event, key.0, data, ContentRule::Plain, Intents::REACTIONS);
    }

    fn dispatch_reaction(
        &mut self,
        event: &'static str,
        key: MessageKey,
        user: Snowflake,
        emoji: &Emoji,
    ) {
        let guild = self.channels.get(&key.0).and_then(|channel| channel.guild);
        let mut data = json!({
            "user_id": user,
            "channel_id": key.0,
            "message_id": key.1,
            "emoji": emoji.payload(),
            "burst": false,
            "type": 0,
        });
        if event == "MESSAGE_REACTION_ADD" {
            data["burst_colors"] = json!([]);
            data["message_author_id"] =
                json!(self.messages.get(&key).map(|message| message.author));
            if let Some(guild) = guild {
                data["member"] = self.member_payload(guild, user);
            }
        }
        let data = with_guild(data, guild);
        self.dispatch_in_channel(event, key.0, data, ContentRule::Plain, Intents::REACTIONS);
    }
}
