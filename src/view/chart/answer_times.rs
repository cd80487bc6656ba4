//! How long questions waited for their first answer: for each week from the middle to the ninetieth
//! percentile, on a scale on which a minute and a week both show.

use super::drawing::{Anchor, Drawing, Ink};
use super::{Chart, WIDTH, length, place, span, week_axis};
use crate::practice::trend::Trend;
use crate::view::measure::duration;

/// The heights that have a line, in seconds.
const MARKS: [(i64, &str); 6] = [
    (60, "1 min"),
    (600, "10 min"),
    (3_600, "1 h"),
    (21_600, "6 h"),
    (86_400, "1 day"),
    (604_800, "1 week"),
];

const TOP: f32 = 44.0;
const BOTTOM: f32 = 186.0;
const LEFT: f32 = 66.0;

/// A time as a height. Shorter than the lowest line is as good as on it.
fn height(seconds: i64) -> f32 {
    let (lowest, highest) = (MARKS[0].0, MARKS[MARKS.len() - 1].0);
    let logarithm = |seconds: i64| length(seconds).ln();
    let share = (logarithm(seconds.clamp(lowest, highest)) - logarithm(lowest))
        / (logarithm(highest) - logarithm(lowest));
    BOTTOM - share * (BOTTOM - TOP)
}

pub(super) fn chart(trend: &Trend) -> Chart {
    let mut drawing = Drawing::new(WIDTH, 222.0);
    drawing.dot((5.0, 8.0), 4.5, Ink::First);
    drawing.words(
        (16.0, 12.0),
        Anchor::Start,
        Ink::Strong,
        "half were answered within",
    );
    drawing.line((0.0, 25.0), (10.0, 25.0), 3.0, Ink::Second);
    drawing.words(
        (16.0, 29.0),
        Anchor::Start,
        Ink::Strong,
        "nine in ten within",
    );
    for (seconds, name) in MARKS {
        let y = height(seconds);
        drawing.line((LEFT, y), (WIDTH, y), 1.0, Ink::Grid);
        drawing.words((LEFT - 6.0, y + 4.0), Anchor::End, Ink::Muted, name);
    }
    let column = (WIDTH - LEFT) / place(trend.weeks.len());
    let middle = |index: usize| LEFT + column * (place(index) + 0.5);
    for (index, week) in trend.weeks.iter().enumerate() {
        let x = middle(index);
        if let (Some(median), Some(p90)) =
            (week.median_seconds_to_answer, week.p90_seconds_to_answer)
        {
            let (low, high) = (height(median), height(p90));
            drawing.line((x, low), (x, high), 2.0, Ink::Muted);
            drawing.line((x - 6.0, high), (x + 6.0, high), 3.0, Ink::Second);
            drawing.dot((x, low), 4.5, Ink::First);
        }
    }
    week_axis(&mut drawing, trend, BOTTOM + 17.0, middle);
    drawing.words(
        (LEFT - 6.0, BOTTOM + 33.0),
        Anchor::End,
        Ink::Muted,
        "answers",
    );
    for (index, week) in trend.weeks.iter().enumerate() {
        let at = (middle(index), BOTTOM + 33.0);
        let number = week.answered.to_string();
        drawing.words(at, Anchor::Middle, Ink::Muted, number);
    }
    let time = |seconds: Option<i64>| seconds.map_or_else(|| "–".to_owned(), duration);
    let cells = |week: &crate::practice::trend::TrendWeek| {
        vec![
            week.week.to_string(),
            week.answered.to_string(),
            time(week.median_seconds_to_answer),
            time(week.p90_seconds_to_answer),
        ]
    };
    let head = ["Week", "Answers", "Half within", "Nine in ten within"];
    Chart {
        id: "answer-times",
        title: "Time to the first answer",
        description: description(trend),
        head: head.map(str::to_owned).into(),
        rows: trend.weeks.iter().map(cells).collect(),
        drawing,
    }
}

fn description(trend: &Trend) -> String {
    let times: Vec<_> = trend
        .weeks
        .iter()
        .filter_map(|week| {
            let (median, p90) = (week.median_seconds_to_answer?, week.p90_seconds_to_answer?);
            let (median, p90) = (duration(median), duration(p90));
            Some(format!("{} {median} and {p90}", week.week))
        })
        .collect();
    if times.is_empty() {
        return format!("No question had its first answer in {}.", span(trend));
    }
    format!(
        "For each week from {}, within how long half of the first answers came, and nine in ten: {}.",
        span(trend),
        times.join("; ")
    )
}
