//! `convener migrate`.

use crate::config::Config;
use crate::storage::Store;

/// Brings the tables up to date.
pub(super) async fn run(config: &Config) -> anyhow::Result<()> {
    Store::open(&config.database.url).await?.close().await;
    super::print("The database's tables are up to date.\n")
}
