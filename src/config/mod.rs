//! Settings: `convener.toml`, then the environment, which wins.
//!
//! This is the one room that reads the environment. Every setting is `CONVENER_SECTION__KEY` there;
//! the token alone has a name of its own, `DISCORD_TOKEN`, or the name of a file that holds it,
//! `DISCORD_TOKEN_FILE`. `config/convener.toml` shows every setting with its default; a test holds
//! it equal to this file.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::practice::rhythm::Rhythm;
use crate::practice::shard::{NoShards, Serving};

/// The file that is read where none is named.
const USUAL_FILE: &str = "convener.toml";

/// All settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where things are kept.
    pub database: Database,
    /// How Discord is reached.
    pub discord: Discord,
    /// After how long things happen.
    pub rhythm: RhythmSettings,
    /// Which pages are served.
    pub web: Web,
    /// What is logged.
    pub log: Log,
    /// Whose time it is.
    pub clock: ClockSettings,
}

/// Where things are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// A file, or `postgres://USER@HOST/NAME`.
    pub url: String,
}

/// How Discord is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Discord {
    /// Another base of the REST API, such as `http://127.0.0.1:4000`; empty is Discord.
    pub api_base: String,
    /// Which shards are served: empty is all, `auto` a fair part, `0..4/16` these.
    pub shards: String,
}

/// After how long things happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RhythmSettings {
    /// Hours after which a request that nobody answered waits on the core group's board.
    pub request_waits_hours: u32,
    /// Hours after which one of the core group is called to it.
    pub request_calls_hours: u32,
    /// Hours after which it is for the agenda of the next meetup.
    pub request_raised_hours: u32,
    /// Days after which such a request is closed as a gap.
    pub request_lapses_days: u32,
    /// Hours that somebody who took a request has until others are called to it again.
    pub claim_lasts_hours: u32,
    /// Days for which the words of messages are kept.
    pub text_kept_days: u32,
    /// Hours before its start at which people are first reminded of a meetup.
    pub first_reminder_hours: u32,
    /// Minutes before its start at which they are reminded once more.
    pub reminder_minutes: u32,
    /// The hour of Monday, in the community's zone, at which the leads get their digest.
    pub digest_hour: u32,
}

/// Which pages are served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Web {
    /// The address at which they are served; empty serves none.
    pub listen: String,
    /// Where people reach them, such as `https://convener.example.org`; empty gives no links.
    pub public_url: String,
}

/// What is logged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// Which lines, in the syntax of `tracing_subscriber::EnvFilter`.
    pub filter: String,
    /// `text` for people, `json` for machines.
    pub format: LogFormat,
}

/// How a line of the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For machines.
    Json,
}

/// Whose time it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClockSettings {
    /// The address of a test harness on this machine that tells the time; empty is the wall clock.
    pub follow: String,
}

impl Default for Database {
    fn default() -> Self {
        Self {
            url: "convener.db".to_owned(),
        }
    }
}

impl Default for RhythmSettings {
    fn default() -> Self {
        Self {
            request_waits_hours: 4,
            request_calls_hours: 24,
            request_raised_hours: 72,
            request_lapses_days: 14,
            claim_lasts_hours: 24,
            text_kept_days: 180,
            first_reminder_hours: 24,
            reminder_minutes: 15,
            digest_hour: 9,
        }
    }
}

impl Default for Web {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8790".to_owned(),
            public_url: String::new(),
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self {
            filter: "info".to_owned(),
            format: LogFormat::Text,
        }
    }
}

impl From<&RhythmSettings> for Rhythm {
    fn from(settings: &RhythmSettings) -> Self {
        Self {
            request_waits: TimeDelta::hours(settings.request_waits_hours.into()),
            request_calls: TimeDelta::hours(settings.request_calls_hours.into()),
            request_raised: TimeDelta::hours(settings.request_raised_hours.into()),
            request_lapses: TimeDelta::days(settings.request_lapses_days.into()),
            claim_lasts: TimeDelta::hours(settings.claim_lasts_hours.into()),
            text_kept: TimeDelta::days(settings.text_kept_days.into()),
            first_reminder_lead: TimeDelta::hours(settings.first_reminder_hours.into()),
            reminder_lead: TimeDelta::minutes(settings.reminder_minutes.into()),
            digest_hour: settings.digest_hour,
            ..Self::default()
        }
    }
}

/// Why the settings can't be used. Each is one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file that was named is not there.
    #[error("there is no config file {0}; leave --config out to use the defaults")]
    Missing(PathBuf),
    /// A setting is unknown or of the wrong kind.
    #[error("{0}; config/convener.toml shows every setting")]
    Setting(String),
    /// There is no token.
    #[error("there is no token; set DISCORD_TOKEN, or DISCORD_TOKEN_FILE to a file that holds it")]
    NoToken,
    /// The file with the token can't be read.
    #[error("can't read the token from {file}: {source}")]
    TokenFile {
        /// The file.
        file: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The token can't be one.
    #[error(
        "the token is not one of Discord's: it has three parts with dots between them; copy it anew from the developer portal, page Bot"
    )]
    MalformedToken,
    /// The base can't be one.
    #[error("discord.api_base is '{0}', which is no address; write it like http://127.0.0.1:4000")]
    ApiBase(String),
    /// The shards can't be any.
    #[error("discord.shards: {0}")]
    Shards(#[from] NoShards),
    /// The address of pages can't be one.
    #[error("web.listen is '{0}', which is no address; write it like 127.0.0.1:8790")]
    Listen(String),
    /// The place at which pages are reached can't be one.
    #[error(
        "web.public_url is '{0}', which is no address; write it like https://convener.example.org"
    )]
    PublicUrl(String),
    /// The clock can't be one.
    #[error("clock.follow is '{0}', which is no address; leave it out, it is for tests")]
    Clock(String),
}

impl Config {
    /// Reads the file (the usual one where none is named, and there need be none), then the
    /// environment.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let figment = Figment::from(Serialized::defaults(Self::default()));
        let figment = match file {
            Some(file) if file.is_file() => figment.merge(Toml::file_exact(file)),
            Some(file) => return Err(ConfigError::Missing(file.to_owned())),
            None if Path::new(USUAL_FILE).is_file() => figment.merge(Toml::file_exact(USUAL_FILE)),
            None => figment,
        };
        let config: Self = figment
            // Where the corpora are is told to those who make the model, on the same machine.
            .merge(Env::prefixed("CONVENER_").ignore(&["corpora"]).split("__"))
            .extract()
            .map_err(|error| ConfigError::Setting(one_line(&error.to_string())))?;
        config.check()
    }

    fn check(self) -> Result<Self, ConfigError> {
        let wrong = |text: &str| Err(ConfigError::Setting(text.to_owned()));
        let RhythmSettings {
            request_waits_hours,
            request_calls_hours,
            request_raised_hours,
            request_lapses_days,
            claim_lasts_hours,
            text_kept_days,
            first_reminder_hours,
            reminder_minutes,
            digest_hour,
        } = self.rhythm;
        if digest_hour > 23 {
            return wrong("rhythm.digest_hour is an hour of the day, from 0 to 23");
        }
        let durations = [
            request_waits_hours,
            request_calls_hours,
            request_raised_hours,
            request_lapses_days,
            claim_lasts_hours,
            text_kept_days,
            first_reminder_hours,
        ];
        if durations
            .iter()
            .any(|duration| !(1..=10_000).contains(duration))
            || !(1..=10_080).contains(&reminder_minutes)
        {
            return wrong("a time under rhythm is zero or beyond any use");
        }
        self.discord.api_base()?;
        self.discord.shards()?;
        self.web.listen()?;
        self.web.public_url()?;
        self.clock.follow()?;
        Ok(self)
    }
}

/// The parser draws where the fault is, over several lines; told in one it can still be found.
fn one_line(error: &str) -> String {
    let words = error
        .split_whitespace()
        .filter(|word| !word.chars().all(|mark| "|^".contains(mark)));
    words.collect::<Vec<_>>().join(" ")
}

impl Discord {
    /// The base of the REST API where it is not Discord's own, without a slash at its end.
    pub fn api_base(&self) -> Result<Option<String>, ConfigError> {
        let base = self.api_base.trim().trim_end_matches('/');
        if base.is_empty() {
            return Ok(None);
        }
        let rest = base
            .strip_prefix("http://")
            .or_else(|| base.strip_prefix("https://"));
        match rest {
            Some(host) if !host.is_empty() && !host.contains(['/', ' ', '?', '#', '@']) => {
                Ok(Some(base.to_owned()))
            }
            _ => Err(ConfigError::ApiBase(self.api_base.clone())),
        }
    }

    /// Which shards are served.
    pub fn shards(&self) -> Result<Serving, ConfigError> {
        Ok(self.shards.parse()?)
    }
}

impl Web {
    /// Where pages are served.
    pub fn listen(&self) -> Result<Option<SocketAddr>, ConfigError> {
        let listen = self.listen.trim();
        if listen.is_empty() {
            return Ok(None);
        }
        let address = listen.parse();
        address
            .map(Some)
            .map_err(|_| ConfigError::Listen(self.listen.clone()))
    }

    /// Where people reach them, without a slash at its end.
    pub fn public_url(&self) -> Result<Option<String>, ConfigError> {
        let url = self.public_url.trim().trim_end_matches('/');
        if url.is_empty() {
            return Ok(None);
        }
        let rest = url
            .strip_prefix("http://")
            .or_else(|| url.strip_prefix("https://"));
        match rest {
            Some(host) if !host.is_empty() && !host.contains([' ', '?', '#', '@']) => {
                Ok(Some(url.to_owned()))
            }
            _ => Err(ConfigError::PublicUrl(self.public_url.clone())),
        }
    }
}

impl ClockSettings {
    /// Where the harness is that tells the time.
    pub fn follow(&self) -> Result<Option<SocketAddr>, ConfigError> {
        if self.follow.is_empty() {
            return Ok(None);
        }
        self.follow
            .parse()
            .map(Some)
            .map_err(|_| ConfigError::Clock(self.follow.clone()))
    }
}

/// The token, from `DISCORD_TOKEN` or from the file that `DISCORD_TOKEN_FILE` names.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that reads the environment"
)]
pub fn token() -> Result<SecretString, ConfigError> {
    if let Ok(token) = std::env::var("DISCORD_TOKEN") {
        return checked_token(&token);
    }
    let file =
        PathBuf::from(std::env::var("DISCORD_TOKEN_FILE").map_err(|_| ConfigError::NoToken)?);
    let token =
        std::fs::read_to_string(&file).map_err(|source| ConfigError::TokenFile { file, source })?;
    checked_token(&token)
}

/// A token of a bot has three parts in an alphabet of its own. What is checked here is only what
/// would make a request impossible or surely wrong.
/// <https://discord.com/developers/docs/reference#authentication>
fn checked_token(token: &str) -> Result<SecretString, ConfigError> {
    let token = token.trim();
    if token.is_empty() {
        return Err(ConfigError::NoToken);
    }
    let parts: Vec<_> = token.split('.').collect();
    let is_part = |part: &&str| {
        !part.is_empty()
            && part.bytes().all(|byte| {
                byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' || byte == b'='
            })
    };
    if parts.len() == 3 && parts.iter().all(is_part) {
        Ok(SecretString::from(token.to_owned()))
    } else {
        Err(ConfigError::MalformedToken)
    }
}

/// The token as serenity wants it. It never leaves `discord`.
#[must_use]
pub fn exposed(token: &SecretString) -> &str {
    token.expose_secret()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_that_ships_shows_every_setting_with_its_default() {
        let shipped = include_str!("../../config/convener.toml");
        let config: Config = Figment::from(Toml::string(shipped)).extract().unwrap();
        assert_eq!(config, Config::default());
        let settings = figment::value::Value::serialize(Config::default()).unwrap();
        for (section, keys) in settings.as_dict().unwrap() {
            assert!(
                shipped.contains(&format!("[{section}]")),
                "{section} is missing"
            );
            for key in keys.as_dict().unwrap().keys() {
                assert!(
                    shipped.contains(&format!("\n{key} = ")),
                    "{section}.{key} is missing"
                );
            }
        }
    }

    #[test]
    fn a_typo_is_named() {
        let wrong = Figment::from(Serialized::defaults(Config::default()))
            .merge(Toml::string("[database]\nulr = 'x'"));
        let error = wrong.extract::<Config>().unwrap_err().to_string();
        assert!(error.contains("ulr"), "{error}");
    }

    #[test]
    fn a_base_is_an_address_without_a_path() {
        let base = |text: &str| {
            Discord {
                api_base: text.to_owned(),
                ..Discord::default()
            }
            .api_base()
        };
        assert_eq!(base("").unwrap(), None);
        assert_eq!(
            base("http://127.0.0.1:4000/").unwrap().as_deref(),
            Some("http://127.0.0.1:4000")
        );
        for wrong in [
            "127.0.0.1:4000",
            "ftp://x",
            "http://",
            "http://a b",
            "http://x/api",
        ] {
            assert!(base(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn pages_have_an_address_and_perhaps_a_public_one() {
        let web = |listen: &str, public_url: &str| Web {
            listen: listen.to_owned(),
            public_url: public_url.to_owned(),
        };
        assert!(Web::default().listen().unwrap().unwrap().ip().is_loopback());
        assert_eq!(Web::default().public_url().unwrap(), None);
        assert_eq!(web("", "").listen().unwrap(), None);
        let url = web("", "https://example.org/convener/").public_url();
        assert_eq!(
            url.unwrap().as_deref(),
            Some("https://example.org/convener")
        );
        assert!(web("localhost", "").listen().is_err());
        for wrong in ["example.org", "https://", "https://a b"] {
            assert!(web("", wrong).public_url().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_token_that_can_be_none_is_refused_and_not_shown() {
        assert!(checked_token("MTIz.abc.def-_1\n").is_ok());
        for wrong in ["", "  ", "secret", "a.b", "a.b.c d", "a..c", "Bot a.b.c"] {
            let error = checked_token(wrong).unwrap_err().to_string();
            assert!(wrong.trim().len() < 3 || !error.contains(wrong), "{error}");
        }
    }
}
