//! The files of an export, in a folder or in a zip.

use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use zip::ZipArchive;
use zip::result::ZipError;

use super::super::ImportError;

/// The files of an export.
pub(super) struct Tree {
    path: PathBuf,
    source: Source,
}

enum Source {
    Folder,
    Zip {
        archive: Box<ZipArchive<BufReader<File>>>,
        /// The folder in the zip that holds `channels.json`, with its slash.
        root: String,
    },
}

impl Tree {
    /// Opens a folder or a zip.
    pub(super) fn open(path: &Path) -> Result<Self, ImportError> {
        let path = path.to_owned();
        if path.is_dir() {
            return Ok(Self {
                path,
                source: Source::Folder,
            });
        }
        let file = File::open(&path).map_err(|source| ImportError::opening(&path, source))?;
        let archive =
            ZipArchive::new(BufReader::new(file)).map_err(|error| damaged(&path, error))?;
        let root = archive
            .file_names()
            .filter_map(|name| Some(name.ok()?.strip_suffix("channels.json")?.to_owned()))
            .filter(|root| root.is_empty() || root.ends_with('/'))
            .min_by_key(String::len)
            .unwrap_or_default();
        let archive = Box::new(archive);
        Ok(Self {
            path,
            source: Source::Zip { archive, root },
        })
    }

    /// The names of all files, in order: those of a channel are days.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = match &self.source {
            Source::Folder => names_in(&self.path),
            Source::Zip { archive, root } => archive
                .file_names()
                .filter_map(|name| Some(name.ok()?.strip_prefix(root.as_str())?.to_owned()))
                .collect(),
        };
        names.sort_unstable();
        names
    }

    /// Where a file is, for telling people.
    pub(super) fn place(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Opens one file for as long as it is read.
    pub(super) fn with<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut dyn Read) -> Result<T, ImportError>,
    ) -> Result<T, ImportError> {
        let place = self.path.join(name);
        match &mut self.source {
            Source::Folder => {
                let file =
                    File::open(&place).map_err(|source| ImportError::opening(&place, source))?;
                read(&mut BufReader::new(file))
            }
            Source::Zip { archive, root } => {
                let file = archive
                    .by_name(&format!("{root}{name}"))
                    .map_err(|error| damaged(&place, error))?;
                read(&mut BufReader::new(file))
            }
        }
    }
}

/// Files of the folder itself and of its folders.
fn names_in(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            for inner in fs::read_dir(entry.path()).into_iter().flatten().flatten() {
                names.push(format!("{name}/{}", inner.file_name().to_string_lossy()));
            }
        } else {
            names.push(name);
        }
    }
    names
}

fn damaged(path: &Path, source: ZipError) -> ImportError {
    ImportError::Damaged {
        path: path.to_owned(),
        source,
    }
}
