//! `convener backup`: a whole copy of the database, also while it is in use.

use std::path::PathBuf;

use anyhow::Context as _;

use crate::config::Config;

/// Copy the database into a file.
#[derive(Debug, clap::Args)]
pub(super) struct Backup {
    /// The file that is made; there must be none of that name.
    file: PathBuf,
}

/// Copies it.
pub(super) async fn run(config: &Config, arguments: &Backup) -> anyhow::Result<()> {
    let file = &arguments.file;
    let store = super::open_existing(config).await?;
    if store.engine() != "sqlite" {
        anyhow::bail!("a PostgreSQL database is copied with its own tool: pg_dump --format=custom");
    }
    if file.exists() {
        anyhow::bail!("{} is there already; name a new file", file.display());
    }
    store
        .copy_to(file)
        .await
        .with_context(|| format!("can't write {}", file.display()))?;
    store.close().await;
    super::print(&format!("{} holds the whole database.\n", file.display()))
}
