//! Whether the gateway is connected.

use std::sync::Arc;

use async_trait::async_trait;
use serenity::all::{ConnectionStage, ShardManager};

use crate::facilitation::door::Gateway;

/// The shards of the connection.
#[derive(Debug)]
pub(super) struct Shards(pub(super) Arc<ShardManager>);

#[async_trait]
impl Gateway for Shards {
    async fn is_connected(&self) -> bool {
        let runners = self.0.runners.lock().await;
        let mut stages = runners.values().map(|runner| runner.stage);
        !runners.is_empty() && stages.all(|stage| stage == ConnectionStage::Connected)
    }
}
