//! The command line. One file a subcommand.
//!
//! Results go to standard output, everything else to standard error; a failure is one sentence there.
//! Exit codes: 0 done, 1 failed, 2 wrong use.

mod analyse;
mod backup;
mod dates;
mod digest;
mod doctor;
mod forget;
mod import;
mod migrate;
mod playground;
mod requests;
mod run;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Config;
use crate::practice::community::Community;
use crate::storage::{Store, Transaction};

/// A Discord bot that facilitates a community of practice.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true)]
pub struct Cli {
    /// A file of settings; convener.toml beside you is read where none is named.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The database: a file, or `postgres://USER@HOST/NAME`.
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve Discord.
    Run(run::Run),
    /// Live through a recorded community, without a token and without Discord.
    Playground(playground::Playground),
    /// Read exports into the database.
    Import(import::Import),
    /// Print what Convener makes of each message of an export, and keep nothing.
    Analyse(analyse::Analyse),
    /// List requests.
    Requests(requests::Requests),
    /// Print the digest of a week.
    Digest(digest::Digest),
    /// Print the dates of a rule of recurrence as UTC instants.
    Dates(dates::Dates),
    /// See whether everything is as it should be, and what to do where it is not.
    Doctor,
    /// Copy the database into a file, also while it is in use.
    Backup(backup::Backup),
    /// Forget the words and the name of a member.
    Forget(forget::Forget),
    /// Bring the database's tables up to date; every other command does so by itself.
    Migrate,
}

/// Does what was asked for.
#[must_use]
pub fn execute(cli: Cli) -> ExitCode {
    match block_on(cli) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read our output has had enough of it.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn block_on(cli: Cli) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let outcome = runtime.block_on(dispatch(cli));
    // A blocking read of a pipe that nobody closes must not hold up the end.
    runtime.shutdown_background();
    outcome
}

async fn dispatch(cli: Cli) -> anyhow::Result<()> {
    let mut config = Config::load(cli.config.as_deref())?;
    if let Some(url) = cli.database {
        config.database.url = url;
    }
    match cli.command {
        Command::Run(arguments) => run::run(&config, arguments).await,
        Command::Playground(arguments) => playground::run(&config, arguments).await,
        Command::Import(arguments) => import::run(&config, arguments).await,
        Command::Analyse(arguments) => {
            let mut out = io::BufWriter::new(io::stdout().lock());
            let outcome = analyse::run(&arguments, &mut out);
            // What was whole is printed, also where an error follows.
            out.flush()?;
            Ok(outcome?)
        }
        Command::Requests(arguments) => requests::run(&config, &arguments).await,
        Command::Digest(arguments) => digest::run(&config, &arguments).await,
        Command::Dates(arguments) => dates::run(&arguments),
        Command::Doctor => doctor::run(&config).await,
        Command::Backup(arguments) => backup::run(&config, &arguments).await,
        Command::Forget(arguments) => forget::run(&config, &arguments).await,
        Command::Migrate => migrate::run(&config).await,
    }
}

#[expect(clippy::print_stderr, reason = "this is where a failure is told")]
fn complain(error: &anyhow::Error) {
    eprintln!("convener: {error}");
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// Prints a result.
fn print(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Opens a database that must be there: a command that only looks makes none.
async fn open_existing(config: &Config) -> anyhow::Result<Store> {
    let url = &config.database.url;
    let file = url.strip_prefix("sqlite:").unwrap_or(url);
    let file = file.strip_prefix("//").unwrap_or(file);
    if !url.starts_with("postgres:")
        && !url.starts_with("postgresql:")
        && !std::path::Path::new(file).exists()
    {
        anyhow::bail!(
            "there is no database {file}; `convener import FILE` makes one, or name another with --database"
        );
    }
    Ok(Store::open(url).await?)
}

/// The communities that a command is about: the one that `guild` names, by name or by id, or all.
async fn communities(
    transaction: &mut Transaction,
    guild: Option<&str>,
) -> anyhow::Result<Vec<(Community, String)>> {
    let mut found = Vec::new();
    for community in transaction.communities().await? {
        let original = transaction.original_id(community.guild.get()).await?;
        if guild.is_none_or(|guild| guild == original || guild == community.name) {
            found.push((community, original));
        }
    }
    match (found.is_empty(), guild) {
        (true, Some(guild)) => {
            anyhow::bail!("no community is called '{guild}'; leave --guild out to see all")
        }
        (true, None) => anyhow::bail!(
            "the database holds no community yet; `convener import FILE` reads one in"
        ),
        _ => Ok(found),
    }
}
