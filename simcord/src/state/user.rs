//! Users, and the application that the bot belongs to.

use serde_json::{Value, json};

use super::State;
use crate::snowflake::Snowflake;

#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: Snowflake,
    /// The unique handle, as in `@ana`.
    pub(crate) handle: String,
    /// The name that people see.
    pub(crate) display_name: String,
    pub(crate) bot: bool,
    pub(crate) accepts_direct_messages: bool,
}

impl User {
    pub(crate) fn person(id: Snowflake, handle: &str) -> Self {
        Self {
            id,
            handle: handle.to_owned(),
            display_name: handle.to_owned(),
            bot: false,
            accepts_direct_messages: true,
        }
    }

    pub(crate) fn payload(&self) -> Value {
        json!({
            "id": self.id,
            "username": self.handle,
            "discriminator": if self.bot { "0001" } else { "0" },
            "global_name": if self.bot { Value::Null } else { json!(self.display_name) },
            "avatar": null,
            "banner": null,
            "accent_color": null,
            "avatar_decoration_data": null,
            "collectibles": null,
            "primary_guild": null,
            "bot": self.bot,
            "system": false,
            "flags": 0,
            "public_flags": 0,
        })
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Application {
    pub(crate) id: Snowflake,
    pub(crate) name: String,
    pub(crate) owner: Snowflake,
    pub(crate) token: String,
}

impl Application {
    pub(crate) fn new(id: Snowflake, name: &str, owner: Snowflake) -> Self {
        // Clients read the application's id from the first part of the token.
        let token = format!(
            "{}.simcor.not-a-secret-only-for-this-process",
            base64(id.to_string().as_bytes())
        );
        Self {
            id,
            name: name.to_owned(),
            owner,
            token,
        }
    }
}

impl State {
    /// The bot's own user, with what only it may see.
    pub(crate) fn current_user_payload(&self) -> Value {
        let mut user = self.user_payload(self.bot());
        user["mfa_enabled"] = json!(false);
        user["verified"] = json!(true);
        user["email"] = Value::Null;
        user["locale"] = json!("en-US");
        user["premium_type"] = json!(0);
        user
    }

    pub(crate) fn user_payload(&self, id: Snowflake) -> Value {
        self.users
            .get(&id)
            .map_or_else(|| User::person(id, "deleted_user").payload(), User::payload)
    }

    pub(crate) fn application_payload(&self) -> Value {
        json!({
            "id": self.application.id,
            "name": self.application.name,
            "icon": null,
            "description": "",
            "type": null,
            "bot": self.user_payload(self.bot()),
            "bot_public": false,
            "bot_require_code_grant": false,
            "owner": self.user_payload(self.application.owner),
            "team": null,
            "verify_key": "0".repeat(64),
            "flags": self.gateway.application_flags(),
            "flags_new": self.gateway.application_flags().to_string(),
            "explicit_content_filter": 0,
            "eligible_oauth2_scopes": [],
            "tags": [],
            "rpc_origins": [],
            "redirect_uris": [],
            "interactions_endpoint_url": null,
            "role_connections_verification_url": null,
            "integration_types_config": {"0": {}},
            "approximate_guild_count": self.guilds.len(),
            "approximate_user_install_count": 0,
            "approximate_user_authorization_count": 0,
        })
    }
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group = chunk
            .iter()
            .fold(0_usize, |sum, byte| (sum << 8) | usize::from(*byte))
            << (8 * (3 - chunk.len()));
        for digit in 0..=chunk.len() {
            text.push(char::from(ALPHABET[(group >> (18 - 6 * digit)) & 63]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn base64_is_url_safe_and_unpadded() {
        assert_eq!(super::base64(b"1234"), "MTIzNA");
        assert_eq!(super::base64(b"123456"), "MTIzNDU2");
    }
}
