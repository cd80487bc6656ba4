//! Why an export could not be read, in a sentence that says what to do.

use std::io;
use std::path::{Path, PathBuf};

/// Why whoever takes the items wants no more of them.
pub type Stopped = Box<dyn std::error::Error + Send + Sync>;

/// Why an export could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// There is no such file or folder.
    #[error("there is no '{}': check the path", .path.display())]
    Missing {
        /// The path that was given.
        path: PathBuf,
    },
    /// The file is there, and can't be read.
    #[error("'{}' can't be read: check its permissions and its disk", .path.display())]
    Unreadable {
        /// The path that was given.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file holds nothing.
    #[error("'{}' is empty: export it again", .path.display())]
    Empty {
        /// The path that was given.
        path: PathBuf,
    },
    /// A folder that Slack did not export.
    #[error("'{}' holds no channels.json, so it is no Slack export: give the folder that holds it, or single files", .path.display())]
    NoSlackExport {
        /// The path that was given.
        path: PathBuf,
    },
    /// A file of a kind that is not read.
    #[error("'{}' is {found}: give a DiscordChatExporter JSON file, a Slack export (zip or folder), or JSONL with one message a line", .path.display())]
    Unknown {
        /// The path that was given.
        path: PathBuf,
        /// What it looks like.
        found: &'static str,
    },
    /// The file breaks off, or is damaged, in its middle.
    #[error("'{}' breaks off at {place}, {after}: {reason}; what came before was read, so export it again for the rest", .path.display())]
    Broken {
        /// The path that was given; for a Slack export, the file in it.
        path: PathBuf,
        /// The line, and the byte of it.
        place: Place,
        /// The last message that was whole.
        after: After,
        /// What is wrong there.
        reason: String,
    },
    /// A zip that can't be opened: its list of files stands at its very end.
    #[error("'{}' is damaged or was not copied whole: copy or export it again", .path.display())]
    Damaged {
        /// The path that was given.
        path: PathBuf,
        /// What is wrong with it.
        source: zip::result::ZipError,
    },
    /// Whoever takes the items stopped.
    #[error("what was read could not be used")]
    Stopped(#[source] Stopped),
}

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The byte of the line, from 1; 0 where the line had just begun.
    pub column: usize,
}

impl std::fmt::Display for Place {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "line {}, byte {}", self.line, self.column)
    }
}

/// The last whole message before a break.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct After(pub Option<String>);

impl std::fmt::Display for After {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Some(id) => write!(formatter, "after message {id}"),
            None => formatter.write_str("before its first message"),
        }
    }
}

impl ImportError {
    /// What went wrong when a file was opened or read.
    pub(crate) fn opening(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        if source.kind() == io::ErrorKind::NotFound {
            Self::Missing { path }
        } else {
            Self::Unreadable { path, source }
        }
    }

    /// What went wrong where JSON was read; `stopped` where it was the sink that stopped.
    pub(crate) fn reading(
        path: &Path,
        error: &serde_json::Error,
        after: Option<String>,
        stopped: Option<Stopped>,
    ) -> Self {
        if let Some(stopped) = stopped {
            return Self::Stopped(stopped);
        }
        if let Some(kind) = error.io_error_kind() {
            let path = path.to_owned();
            return Self::Unreadable {
                path,
                source: kind.into(),
            };
        }
        let place = Place {
            line: error.line(),
            column: error.column(),
        };
        Self::Broken {
            path: path.to_owned(),
            place,
            after: After(after),
            reason: reason(error),
        }
    }
}

/// What is wrong, without the place that `serde_json` puts behind it.
pub(crate) fn reason(error: &serde_json::Error) -> String {
    if error.is_eof() {
        return "the file ends in the middle".to_owned();
    }
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((reason, _)) => reason.to_owned(),
        None => text,
    }
}
