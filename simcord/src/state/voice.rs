//! Who is in which voice channel: <https://discord.com/developers/docs/resources/voice>.

use serde_json::{Value, json};

use super::State;
use crate::{
    gateway::{Dispatch, Intents},
    snowflake::Snowflake,
};

impl State {
    /// Lets somebody join a voice channel, go over to another, or hang up.
    pub(crate) fn connect(
        &mut self,
        guild: Snowflake,
        user: Snowflake,
        channel: Option<Snowflake>,
    ) {
        let Some(known) = self.guilds.get_mut(&guild) else {
            return;
        };
        let before = match channel {
            Some(channel) => known.voice.insert(user, channel),
            None => known.voice.remove(&user),
        };
        let Some(seen_in) = channel.or(before).filter(|_| before != channel) else {
            return;
        };
        let mut data = voice_state_payload(user, channel);
        data["guild_id"] = json!(guild);
        data["member"] = self.member_payload(guild, user);
        let intents = Intents::GUILD_VOICE_STATES;
        let dispatch = Dispatch::in_guild("VOICE_STATE_UPDATE", intents, guild, data);
        self.dispatch(&dispatch.seen_in(seen_in));
    }

    /// The voice state of somebody who is in a channel.
    pub(crate) fn voice_state(&self, guild: Snowflake, user: Snowflake) -> Option<Value> {
        let channel = self.guilds.get(&guild)?.voice.get(&user)?;
        let mut payload = voice_state_payload(user, Some(*channel));
        payload["guild_id"] = json!(guild);
        payload["member"] = self.member_payload(guild, user);
        Some(payload)
    }
}

pub(super) fn voice_state_payload(user: Snowflake, channel: Option<Snowflake>) -> Value {
    json!({
        "channel_id": channel,
        "user_id": user,
        "session_id": format!("{:032x}", user.get()),
        "deaf": false,
        "mute": false,
        "self_deaf": false,
        "self_mute": false,
        "self_stream": false,
        "self_video": false,
        "suppress": false,
        "request_to_speak_timestamp": null,
    })
}
