//! Which format a file is of, told by its content: names of files lie.

use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use super::{Format, ImportError, open};

/// How much of a file is looked at.
const HEAD: u64 = 64 * 1024;

/// The format of a file or folder.
pub(crate) fn recognise(path: &Path) -> Result<Format, ImportError> {
    let metadata = path
        .metadata()
        .map_err(|source| ImportError::opening(path, source))?;
    let owned = || path.to_owned();
    if metadata.is_dir() {
        return if path.join("channels.json").is_file() {
            Ok(Format::Slack)
        } else {
            Err(ImportError::NoSlackExport { path: owned() })
        };
    }
    let mut head = Vec::new();
    open(path)?
        .take(HEAD)
        .read_to_end(&mut head)
        .map_err(|source| ImportError::opening(path, source))?;
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
    let unknown = |found| {
        Err(ImportError::Unknown {
            path: owned(),
            found,
        })
    };
    if text.starts_with(b"PK\x03\x04") {
        return Ok(Format::Slack);
    }
    match text.trim_ascii_start().first() {
        None => Err(ImportError::Empty { path: owned() }),
        Some(b'{') => Ok(format_of_object(text)),
        Some(b'[') => unknown("a JSON list"),
        Some(b'<') => unknown("HTML or XML"),
        Some(_) if text.contains(&0) => unknown("a binary file"),
        Some(_) => unknown("no JSON"),
    }
}

/// A single object that names a guild or holds the list of messages is an exporter's; anything else
/// is the first of many lines.
fn format_of_object(text: &[u8]) -> Format {
    let mut format = Format::Jsonl;
    let mut deserializer = serde_json::Deserializer::from_reader(BufReader::new(text));
    // The head may end anywhere: what was seen until then decides.
    let _ = deserializer.deserialize_map(Keys(&mut format));
    format
}

struct Keys<'format>(&'format mut Format);

impl<'de> Visitor<'de> for Keys<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if matches!(
                key.as_str(),
                "guild" | "messages" | "dateRange" | "exportedAt"
            ) {
                *self.0 = Format::DiscordChatExporter;
                break;
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

/// Steps over a byte order mark.
pub(crate) fn skip_mark(reader: &mut dyn BufRead) -> std::io::Result<()> {
    // A mark is at the very start, where the buffer holds more than three bytes or the whole file.
    if reader.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        reader.consume(3);
    }
    Ok(())
}
