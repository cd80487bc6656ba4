//! The words of times: days, months, numbers, units.

use chrono::{NaiveTime, Weekday};

use super::Unclear;
use crate::practice::recurrence::Frequency;

/// The words of a text, in small letters; a comma is an "and".
pub(super) fn split(text: &str) -> Vec<String> {
    let text = text
        .to_lowercase()
        .replace("a.m.", "am")
        .replace("p.m.", "pm")
        .replace("o'clock", " ")
        .replace(',', " and ");
    text.split_whitespace()
        .flat_map(|word| {
            // 2026-03-05T18:30 is a day and a time.
            let is_both = word.len() > 11
                && word.is_char_boundary(10)
                && word.as_bytes()[10] == b't'
                && word.as_bytes()[4] == b'-';
            let parts = if is_both {
                vec![&word[..10], &word[11..]]
            } else {
                vec![word]
            };
            parts.into_iter().map(str::to_owned).collect::<Vec<_>>()
        })
        .collect()
}

/// A weekday, and whether it is in the plural.
pub(super) fn weekday(word: &str) -> Option<(Weekday, bool)> {
    const NAMES: [(&str, &[&str], Weekday); 7] = [
        ("monday", &["mon"], Weekday::Mon),
        ("tuesday", &["tue", "tues"], Weekday::Tue),
        ("wednesday", &["wed", "weds"], Weekday::Wed),
        ("thursday", &["thu", "thur", "thurs"], Weekday::Thu),
        ("friday", &["fri"], Weekday::Fri),
        ("saturday", &["sat"], Weekday::Sat),
        ("sunday", &["sun"], Weekday::Sun),
    ];
    let word = word.trim_end_matches('.');
    NAMES.iter().find_map(|(name, short, weekday)| {
        if word == *name || short.contains(&word) {
            return Some((*weekday, false));
        }
        (word.strip_suffix('s') == Some(name)).then_some((*weekday, true))
    })
}

/// A month, from 1.
pub(super) fn month(word: &str) -> Option<u32> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.trim_end_matches('.');
    let index = NAMES.iter().position(|name| {
        *name == word || (word.len() >= 3 && name.get(..word.len().min(4)) == Some(word))
    })?;
    u32::try_from(index + 1).ok()
}

/// The most days that a month has in any year.
pub(super) fn longest_month(month: u32) -> u32 {
    match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A number in digits or as a word.
pub(super) fn number(word: &str) -> Option<u32> {
    const NAMES: [&str; 13] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve",
    ];
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        return word.parse().ok();
    }
    let index = NAMES.iter().position(|name| *name == word)?;
    u32::try_from(index).ok()
}

/// "1st" to "31st", "first" to "fifth", and "last", which is -1.
pub(super) fn ordinal(word: &str) -> Option<i8> {
    const NAMES: [&str; 5] = ["first", "second", "third", "fourth", "fifth"];
    if word == "last" {
        return Some(-1);
    }
    if let Some(index) = NAMES.iter().position(|name| *name == word) {
        return i8::try_from(index + 1).ok();
    }
    let digits = ["st", "nd", "rd", "th"]
        .into_iter()
        .find_map(|suffix| word.strip_suffix(suffix))?;
    digits
        .parse()
        .ok()
        .filter(|number| (1..=31).contains(number))
}

/// What a rhythm counts, and how many of them the word is.
pub(super) fn unit(word: &str) -> Option<(Frequency, u32)> {
    Some(match word {
        "day" | "days" => (Frequency::Daily, 1),
        "week" | "weeks" => (Frequency::Weekly, 1),
        "fortnight" | "fortnights" => (Frequency::Weekly, 2),
        "month" | "months" => (Frequency::Monthly, 1),
        "year" | "years" => (Frequency::Yearly, 1),
        _ => return None,
    })
}

/// A rhythm in one word.
pub(super) fn adverb(word: &str) -> Option<(Frequency, u32)> {
    Some(match word {
        "daily" => (Frequency::Daily, 1),
        "weekly" => (Frequency::Weekly, 1),
        "biweekly" | "fortnightly" => (Frequency::Weekly, 2),
        "monthly" => (Frequency::Monthly, 1),
        "yearly" | "annually" => (Frequency::Yearly, 1),
        _ => return None,
    })
}

/// A time of day in one or two words, and how many these are; `None` where it is none.
///
/// A bare number is a time only where nothing else claims it, which the caller knows.
pub(super) fn time(
    word: &str,
    following: Option<&str>,
) -> Option<Result<(NaiveTime, usize), Unclear>> {
    match word {
        "noon" | "midday" => return Some(Ok((NaiveTime::from_hms_opt(12, 0, 0)?, 1))),
        "midnight" => return Some(Ok((NaiveTime::MIN, 1))),
        _ => {}
    }
    let half = |text: &str| match text {
        "am" => Some(0),
        "pm" => Some(12),
        _ => None,
    };
    let (clock, mut offset) = match word.len().checked_sub(2) {
        Some(at) if word.is_char_boundary(at) && half(&word[at..]).is_some() => {
            (&word[..at], half(&word[at..]))
        }
        _ => (word, None),
    };
    let mut words = 1;
    if offset.is_none()
        && let Some(half) = following.and_then(half)
    {
        offset = Some(half);
        words = 2;
    }
    let (hour, minute) = match clock.split_once([':', '.', 'h']) {
        Some((hour, "")) if clock.ends_with('h') => (hour, "0"),
        Some((hour, minute)) if minute.len() == 2 => (hour, minute),
        Some(_) => return None,
        None => (clock, "0"),
    };
    let is_digits = |text: &str| {
        (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !is_digits(hour) || !is_digits(minute) {
        return None;
    }
    let hour: u32 = hour.parse().ok()?;
    let minute = minute.parse().ok()?;
    let hour = match offset {
        Some(offset) if (1..=12).contains(&hour) => Some(hour % 12 + offset),
        Some(_) => None,
        None => Some(hour),
    };
    let time = hour.and_then(|hour| NaiveTime::from_hms_opt(hour, minute, 0));
    let typed = || {
        let half = following.filter(|_| words == 2);
        half.map_or_else(|| word.to_owned(), |half| format!("{word} {half}"))
    };
    Some(
        time.map(|time| (time, words))
            .ok_or_else(|| Unclear::NoSuchTime(typed())),
    )
}
