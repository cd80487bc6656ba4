//! The values that exports write in more ways than one.

use std::fmt;

use chrono::{DateTime, Datelike, Utc};
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A text: without NUL, and with what is not Unicode replaced, so that one bad byte among millions
/// stops nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text(pub(crate) String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // As bytes, `serde_json` leaves the check of the encoding to us.
        deserializer.deserialize_bytes(TextVisitor)
    }
}

struct TextVisitor;

impl Visitor<'_> for TextVisitor {
    type Value = Text;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
        Ok(Text(text.replace('\0', "")))
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Text, E> {
        self.visit_str(&String::from_utf8_lossy(bytes))
    }
}

/// An id or a time: a text or a number, or nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Scalar {
    /// Nothing, or something that is neither.
    #[default]
    Nothing,
    /// A text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A number with a fraction.
    Fraction(f64),
}

impl Scalar {
    /// The value as the source wrote it; `None` where there is none.
    pub(crate) fn into_text(self) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Text(text) => Some(text),
            Self::Number(number) => Some(number.to_string()),
            Self::Fraction(fraction) => Some(fraction.to_string()),
        }
    }

    /// The value as a moment: seconds since the epoch, or RFC 3339.
    pub(crate) fn moment(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Nothing => None,
            Self::Text(text) => moment_of(text),
            Self::Number(seconds) => DateTime::from_timestamp(*seconds, 0),
            Self::Fraction(seconds) => moment_of_seconds(&format!("{seconds:.6}")),
        }
        .filter(has_year)
    }
}

/// A moment as sources write it; `None` for anything else.
pub(crate) fn moment_of(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    DateTime::parse_from_rfc3339(text)
        .map(|moment| moment.to_utc())
        .ok()
        .or_else(|| moment_of_seconds(text))
        .or_else(|| {
            // A local time without a zone is taken for UTC.
            text.parse::<chrono::NaiveDateTime>()
                .ok()
                .map(|moment| moment.and_utc())
        })
        .filter(has_year)
}

/// Whether a moment is in a year that RFC 3339 can write. Another one is a slip: it would sort wrongly in
/// `SQLite`, and nothing can be added to the last of them.
pub(crate) fn has_year(moment: &DateTime<Utc>) -> bool {
    (0..=9_999).contains(&moment.year())
}

/// A moment from seconds with a decimal fraction, kept to the microsecond: as a floating number,
/// today's seconds would lose it.
fn moment_of_seconds(text: &str) -> Option<DateTime<Utc>> {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let digits: String = fraction
        .chars()
        .chain(std::iter::repeat('0'))
        .take(6)
        .collect();
    let micros: u32 = digits.parse().ok()?;
    DateTime::from_timestamp(seconds.parse().ok()?, micros * 1_000)
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text or a number")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(text.replace('\0', "")))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Scalar, E> {
        Ok(Scalar::Number(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Scalar, E> {
        Ok(i64::try_from(number).map_or_else(|_| Scalar::Text(number.to_string()), Scalar::Number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Scalar, E> {
        Ok(Scalar::Fraction(number))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Scalar, E> {
        Ok(Scalar::Nothing)
    }

    fn visit_unit<E: Error>(self) -> Result<Scalar, E> {
        Ok(Scalar::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Scalar, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nothing)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nothing)
    }
}

/// A list, one value that stands for a list of one, or nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Several(pub(crate) Vec<Scalar>);

impl<'de> Deserialize<'de> for Several {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(untagged)]
        enum Either {
            List(Vec<Scalar>),
            One(Scalar),
        }
        Ok(match Either::deserialize(deserializer)? {
            Either::List(list) => Self(list),
            Either::One(Scalar::Nothing) => Self(Vec::new()),
            Either::One(one) => Self(vec![one]),
        })
    }
}

/// Takes `null` for what the key would be if it were absent.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
