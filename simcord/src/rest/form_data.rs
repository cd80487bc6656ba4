//! Bodies with files: `multipart/form-data`, as <https://discord.com/developers/docs/reference#uploading-files> has it.

use serde_json::Value;

/// A file that comes with a body.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// By which number the body speaks of it.
    pub(crate) number: u64,
    pub(crate) filename: String,
    pub(crate) content_type: Option<String>,
    pub(crate) bytes: Vec<u8>,
}

/// The JSON of a form, and its files; `None` where it is no such form.
pub(super) fn read(kind: &str, bytes: &[u8]) -> Option<(Value, Vec<File>)> {
    let boundary = kind.split("boundary=").nth(1)?.trim_matches('"');
    let mut json = None;
    let mut files = Vec::new();
    for part in split(bytes, format!("--{boundary}").as_bytes()) {
        let Some(end) = find(part, b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&part[..end]).into_owned();
        let content = &part[end + 4..];
        let content = content.strip_suffix(b"\r\n").unwrap_or(content);
        let name = value(&head, "name=")?;
        if name == "payload_json" {
            json = serde_json::from_slice(content).ok();
        } else if let Some(number) = name
            .strip_prefix("files[")
            .and_then(|rest| rest.strip_suffix(']'))
        {
            files.push(File {
                number: number.parse().ok()?,
                filename: value(&head, "filename=")?,
                content_type: head.lines().find_map(|line| {
                    let (name, value) = line.split_once(": ")?;
                    let is_it = name.eq_ignore_ascii_case("content-type");
                    is_it.then(|| value.trim().to_owned())
                }),
                bytes: content.to_vec(),
            });
        }
    }
    Some((json?, files))
}

/// What stands in quotes after a name.
fn value(head: &str, name: &str) -> Option<String> {
    let quoted = head.split([';', '\n']).find_map(|piece| {
        let piece = piece.trim();
        piece.strip_prefix(name)
    })?;
    Some(quoted.trim_matches('"').to_owned())
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

fn split<'a>(bytes: &'a [u8], boundary: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    let mut rest = bytes;
    while let Some(at) = find(rest, boundary) {
        parts.push(&rest[..at]);
        rest = &rest[at + boundary.len()..];
    }
    parts.push(rest);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_has_its_json_and_its_files() {
        let body = b"--x\r\ncontent-disposition: form-data; name=\"files[0]\"; filename=\"a.png\"\r\n\
            Content-Type: image/png\r\n\r\n\x89PNG\r\n\r\n\xff\r\n--x\r\n\
            content-disposition: form-data; name=\"payload_json\"\r\n\r\n{\"content\":\"hi\"}\r\n--x--\r\n";
        let (json, files) = read("multipart/form-data; boundary=x", body).unwrap();
        assert_eq!(json["content"], "hi");
        let [file] = files.as_slice() else {
            panic!("{files:?}");
        };
        assert_eq!((file.number, file.filename.as_str()), (0, "a.png"));
        assert_eq!(file.content_type.as_deref(), Some("image/png"));
        assert_eq!(file.bytes, b"\x89PNG\r\n\r\n\xff");
        assert!(read("multipart/form-data; boundary=y", body).is_none());
    }
}
