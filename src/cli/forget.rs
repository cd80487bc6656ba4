//! `convener forget`: what `/privacy forget` does, for whoever can't use it any more.

use crate::app::App;
use crate::config::Config;
use crate::import::snowflake;
use crate::practice::id::MemberId;

/// Forget the words and the name of a member.
#[derive(Debug, clap::Args)]
pub(super) struct Forget {
    /// The member's id, as Discord shows it with developer mode on, or as an export wrote it.
    #[arg(long, value_name = "ID")]
    member: String,
    /// Only in one community: its name, or its id.
    #[arg(long)]
    guild: Option<String>,
}

/// Forgets.
pub(super) async fn run(config: &Config, arguments: &Forget) -> anyhow::Result<()> {
    super::open_existing(config).await?.close().await;
    let app = App::from_config(config).await?;
    let facilitation = app.facilitation();
    // Nothing is kept of this transaction: it only looks.
    let mut transaction = facilitation.store.begin().await?;
    let member = match snowflake(&arguments.member) {
        Some(member) => member,
        None => transaction.external_id("member", &arguments.member).await?,
    };
    let member = MemberId::new(member);
    let found = super::communities(&mut transaction, arguments.guild.as_deref()).await?;
    drop(transaction);
    let mut text = String::new();
    for (community, _) in found {
        let known = facilitation.traces(community.guild, member).await?;
        let count: usize = known.iter().map(|traces| traces.traces.len()).sum();
        facilitation.forget_member(community.guild, member).await?;
        text.push_str(&format!("{}: {count} entries forgotten\n", community.name));
    }
    facilitation.store.close().await;
    super::print(&text)
}
