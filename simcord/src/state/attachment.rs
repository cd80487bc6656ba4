//! Files that come with messages.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::snowflake::Snowflake;

/// A file of a message: <https://discord.com/developers/docs/resources/message#attachment-object>.
#[derive(Clone, Debug)]
pub(crate) struct Attachment {
    pub(crate) id: Snowflake,
    pub(crate) filename: String,
    pub(crate) description: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) bytes: Arc<[u8]>,
}

impl Attachment {
    /// Where it can be fetched from, below the base.
    pub(crate) fn path(&self, channel: Snowflake) -> String {
        format!("/attachments/{channel}/{}/{}", self.id, self.filename)
    }

    pub(super) fn payload(&self, channel: Snowflake) -> Value {
        let path = self.path(channel);
        let mut payload = json!({
            "id": self.id,
            "filename": self.filename,
            "size": self.bytes.len(),
            "url": format!("https://cdn.discordapp.com{path}"),
            "proxy_url": format!("https://media.discordapp.net{path}"),
        });
        if let Some(description) = &self.description {
            payload["description"] = json!(description);
        }
        if let Some(content_type) = &self.content_type {
            payload["content_type"] = json!(content_type);
        }
        payload
    }
}
