//! Guilds and messages as Discord writes them.

use serde_json::{Value, json};

use super::{Guild, InteractionKind, MessageKey, State, message_flag, voice::voice_state_payload};
use crate::{snowflake::Snowflake, time::timestamp};

impl State {
    /// A guild as `GET /guilds/{id}` answers it.
    pub(crate) fn guild_payload(&self, guild: &Guild) -> Value {
        let boosts = guild
            .members
            .values()
            .filter(|member| member.boosts_since.is_some())
            .count();
        json!({
            "id": guild.id,
            "name": guild.name,
            "icon": null,
            "splash": null,
            "discovery_splash": null,
            "home_header": null,
            "banner": null,
            "description": guild.description,
            "owner_id": guild.owner,
            "region": "deprecated",
            "afk_channel_id": null,
            "afk_timeout": 300,
            "widget_enabled": false,
            "widget_channel_id": null,
            "verification_level": 1,
            "default_message_notifications": 1,
            "explicit_content_filter": 0,
            "roles": self.role_payloads(guild.id),
            "emojis": [],
            "stickers": [],
            "features": ["COMMUNITY"],
            "mfa_level": 0,
            "application_id": null,
            "system_channel_id": guild.system_channel,
            "system_channel_flags": 0,
            "rules_channel_id": null,
            "public_updates_channel_id": null,
            "safety_alerts_channel_id": null,
            "max_presences": null,
            "max_members": 500_000,
            "max_video_channel_users": 25,
            "max_stage_video_channel_users": 50,
            "vanity_url_code": null,
            "premium_tier": 0,
            "premium_subscription_count": boosts,
            "premium_progress_bar_enabled": false,
            "preferred_locale": "en-US",
            "nsfw": false,
            "nsfw_level": 0,
            "incidents_data": null,
        })
    }

    /// A guild as `GUILD_CREATE` tells it: with what the bot can see of its channels.
    pub(crate) fn guild_create_payload(&self, guild: &Guild, with_members: bool) -> Value {
        let visible = |thread: bool| -> Vec<Value> {
            self.channels
                .values()
                .filter(|channel| {
                    channel.guild == Some(guild.id) && channel.thread.is_some() == thread
                })
                .filter(|channel| {
                    !channel
                        .thread
                        .as_ref()
                        .is_some_and(|thread| thread.archived)
                })
                // Channels that the bot cannot see are listed; threads are not.
                .filter(|channel| !thread || self.sees(self.bot(), channel.id))
                .map(|channel| self.channel_payload(channel.id))
                .collect()
        };
        let members = guild
            .members
            .keys()
            .filter(|user| with_members || **user == self.bot());
        let mut payload = self.guild_payload(guild);
        payload["joined_at"] = json!(
            guild
                .members
                .get(&self.bot())
                .map(|member| timestamp(member.joined_at))
        );
        payload["large"] = json!(false);
        payload["unavailable"] = json!(false);
        payload["member_count"] = json!(guild.members.len());
        payload["members"] = members
            .map(|user| self.member_payload(guild.id, *user))
            .collect();
        payload["channels"] = json!(visible(false));
        payload["threads"] = json!(visible(true));
        let voices = guild.voice.iter();
        payload["voice_states"] = voices
            .filter(|(_, channel)| self.sees(self.bot(), **channel))
            .map(|(user, channel)| voice_state_payload(*user, Some(*channel)))
            .collect();
        let events = self.events_of(guild.id);
        payload["guild_scheduled_events"] = events
            .filter(|event| !event.status.is_over())
            .map(|event| self.scheduled_event_payload(event))
            .collect();
        for empty in ["presences", "stage_instances", "soundboard_sounds"] {
            payload[empty] = json!([]);
        }
        payload
    }

    pub(crate) fn message_payload(&self, key: MessageKey) -> Value {
        let mut payload = self.message_payload_without_reference(key);
        let Some(message) = self.messages.get(&key) else {
            return payload;
        };
        if let Some((channel, id)) = message.reply_to.or(message.about) {
            let guild = self
                .channels
                .get(&channel)
                .and_then(|channel| channel.guild);
            payload["message_reference"] =
                json!({"type": 0, "message_id": id, "channel_id": channel});
            if let Some(guild) = guild {
                payload["message_reference"]["guild_id"] = json!(guild);
            }
        }
        // A system message names what it is about, and doesn't carry it.
        if let Some(key) = message.reply_to {
            payload["referenced_message"] = self.message_payload_without_reference(key);
        }
        payload
    }

    /// One level deep: Discord doesn't send the reply of a reply.
    fn message_payload_without_reference(&self, key: MessageKey) -> Value {
        let Some(message) = self.messages.get(&key) else {
            return Value::Null;
        };
        let mentions = message
            .mentioned
            .users
            .iter()
            .map(|user| self.user_payload(*user));
        let attachments = message
            .attachments
            .iter()
            .map(|attachment| attachment.payload(message.channel));
        let mut payload = json!({
            "id": message.id,
            "channel_id": message.channel,
            "author": self.user_payload(message.author),
            "content": message.content,
            "timestamp": timestamp(message.sent_at),
            "edited_timestamp": message.edited_at.map(timestamp),
            "tts": false,
            "mention_everyone": message.mentioned.everyone,
            "mentions": mentions.collect::<Vec<_>>(),
            "mention_roles": message.mentioned.roles,
            "attachments": attachments.collect::<Vec<_>>(),
            "embeds": if message.flags & message_flag::SUPPRESS_EMBEDS == 0 { json!(message.embeds) } else { json!([]) },
            "components": message.components,
            "pinned": message.pinned_at.is_some(),
            "type": message.kind,
            "flags": message.flags,
        });
        if let Some(nonce) = &message.nonce {
            payload["nonce"] = nonce.clone();
        }
        if !message.reactions.is_empty() {
            payload["reactions"] = json!(self.reaction_payloads(key));
        }
        if message.flags & message_flag::HAS_THREAD != 0 {
            payload["thread"] = self.channel_payload(message.id);
        }
        if let Some(interaction) = message.interaction {
            payload["application_id"] = json!(self.application.id);
            payload["webhook_id"] = json!(self.application.id);
            self.add_interaction_to(&mut payload, interaction);
        }
        payload
    }

    fn add_interaction_to(&self, payload: &mut Value, interaction: Snowflake) {
        let Some(interaction) = self.interactions.get(&interaction) else {
            return;
        };
        let user = self.user_payload(interaction.person);
        let mut metadata = json!({
            "id": interaction.id,
            "type": interaction.kind as u64,
            "user": user,
            "authorizing_integration_owners": interaction.installed_by(),
        });
        if interaction.kind == InteractionKind::Modal {
            metadata["triggering_interaction_metadata"] = json!({
                "id": interaction.id,
                "type": 2,
                "user": user,
                "authorizing_integration_owners": interaction.installed_by(),
            });
        }
        if interaction.kind == InteractionKind::Component {
            metadata["interacted_message_id"] = json!(interaction.message.map(|(_, id)| id));
        }
        if interaction.kind == InteractionKind::Command {
            payload["interaction"] =
                json!({"id": interaction.id, "type": 2, "name": interaction.name, "user": user});
        }
        payload["interaction_metadata"] = metadata;
    }

    pub(crate) fn reaction_payloads(&self, key: MessageKey) -> Vec<Value> {
        let reactions = self
            .messages
            .get(&key)
            .map(|message| message.reactions.as_slice())
            .unwrap_or_default();
        let payloads = reactions.iter().map(|reaction| {
            json!({
                "emoji": reaction.emoji.payload(),
                "count": reaction.users.len(),
                "count_details": {"normal": reaction.users.len(), "burst": 0},
                "me": reaction.users.contains(&self.bot()),
                "me_burst": false,
                "burst_colors": [],
            })
        });
        payloads.collect()
    }
}
