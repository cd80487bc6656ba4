//! A bot whose answers a test gives itself, interaction by interaction.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use simcord::Simcord;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async, tungstenite::protocol::Message,
};

use crate::raw::call;

pub(crate) struct ByHand {
    discord: Simcord,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl ByHand {
    /// Registers these commands and connects.
    pub(crate) async fn start(discord: &Simcord, commands: &Value) -> Self {
        let path = format!("/applications/{}/commands", discord.application_id());
        let (status, answer) = call(discord, "PUT", &path, commands).await;
        assert_eq!(status, 200, "{answer}");
        let (mut socket, _) = connect_async(discord.gateway_url()).await.unwrap();
        let properties = json!({"os": "linux", "browser": "hand", "device": "hand"});
        let intents = 0x331_FFFF;
        let identify = json!({"op": 2, "d": {"token": discord.token(), "intents": intents, "properties": properties}});
        socket
            .send(Message::text(identify.to_string()))
            .await
            .unwrap();
        discord.gateway().connection().await;
        Self {
            discord: discord.clone(),
            socket,
        }
    }

    /// The data of the next event of this name.
    pub(crate) async fn hears(&mut self, event: &str) -> Value {
        let next = async {
            loop {
                let frame = self.socket.next().await.unwrap().unwrap();
                let Message::Text(text) = frame else { continue };
                let mut frame: Value = serde_json::from_str(&text).unwrap();
                if frame["t"] == event {
                    return frame["d"].take();
                }
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(10), next).await;
        waited.unwrap_or_else(|_| panic!("waited for {event}"))
    }

    /// Answers the next interaction with this, and gives the interaction and the status of the answer.
    pub(crate) async fn answers(&mut self, kind: u64, data: Value) -> (Value, u16) {
        let interaction = self.hears("INTERACTION_CREATE").await;
        let status = self.answers_again(&interaction, kind, data).await;
        (interaction, status)
    }

    /// Answers an interaction, whether or not it was answered before.
    pub(crate) async fn answers_again(&self, interaction: &Value, kind: u64, data: Value) -> u16 {
        let text = |name: &str| interaction[name].as_str().unwrap().to_owned();
        let path = format!("/interactions/{}/{}/callback", text("id"), text("token"));
        let mut body = json!({"type": kind});
        body["data"] = data;
        call(&self.discord, "POST", &path, &body).await.0
    }

    /// Calls a route under the interaction's own webhook: `""` for followups, `"/messages/@original"`.
    pub(crate) async fn webhook(
        &self,
        interaction: &Value,
        method: &str,
        path: &str,
        body: &Value,
    ) -> (u16, Value) {
        let token = interaction["token"].as_str().unwrap();
        let path = format!("/webhooks/{}/{token}{path}", self.discord.application_id());
        call(&self.discord, method, &path, body).await
    }
}
