//! How long something took and how many there were, in the words of a person.

/// A number with its noun.
#[must_use]
pub fn count(number: i64, one: &str, many: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {many}")
    }
}

/// A number of seconds as its largest unit, or its two largest where that says more.
#[must_use]
pub fn duration(seconds: i64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    match (days, hours, minutes) {
        (2.., _, _) => format!("{days} days"),
        (_, 24.., _) => format!("1 day {} h", hours - 24),
        (_, 1.., _) if minutes % 60 == 0 || hours >= 10 => format!("{hours} h"),
        (_, 1.., _) => format!("{hours} h {} min", minutes % 60),
        (_, _, 1..) => format!("{minutes} min"),
        _ => "under a minute".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_said_as_a_person_would() {
        for (seconds, said) in [
            (0, "under a minute"),
            (150, "2 min"),
            (3_600, "1 h"),
            (3_600 + 300, "1 h 5 min"),
            (12 * 3_600 + 300, "12 h"),
            (30 * 3_600, "1 day 6 h"),
            (49 * 3_600, "2 days"),
        ] {
            assert_eq!(duration(seconds), said);
        }
    }
}
