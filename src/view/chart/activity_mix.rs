//! The mix of the eleven activities: a row of bars for each, so that no colour has to be told from
//! another, and what is absent shows, too.

use super::drawing::{Anchor, Drawing, Ink};
use super::{Chart, WIDTH, length, place, span};
use crate::practice::activity::ActivityKind;
use crate::practice::trend::{Trend, TrendWeek};

const ROW: f32 = 25.0;
const HIGHEST: f32 = 18.0;
const BARS_FROM: f32 = 172.0;
const BARS_TO: f32 = 326.0;
const BETWEEN_BARS: f32 = 3.0;

/// A bar that stands for something is never lower than this.
const LOWEST: f32 = 2.0;

pub(super) fn chart(trend: &Trend) -> Chart {
    let kinds = ActivityKind::ALL;
    let count = |week: &TrendWeek, kind| week.activities.get(&kind).copied().unwrap_or_default();
    let all = || trend.weeks.iter().flat_map(|week| week.activities.values());
    let most = all().copied().max().unwrap_or_default().max(1);
    let head = 16.0;
    let mut drawing = Drawing::new(WIDTH, head + ROW * place(kinds.len()) + 18.0);
    let column = (BARS_TO - BARS_FROM) / place(trend.weeks.len());
    let last = trend.weeks.len() - 1;
    drawing.words((WIDTH, 10.0), Anchor::End, Ink::Muted, "this week");
    for (row, kind) in kinds.into_iter().enumerate() {
        let baseline = head + ROW * place(row + 1) - 4.0;
        drawing.line((0.0, baseline), (WIDTH, baseline), 1.0, Ink::Grid);
        let is_seen = trend.weeks.iter().any(|week| count(week, kind) > 0);
        let ink = if is_seen { Ink::Strong } else { Ink::Muted };
        drawing.words((0.0, baseline - 5.0), Anchor::Start, ink, kind.title());
        for (index, week) in trend.weeks.iter().enumerate() {
            let number = count(week, kind);
            if number > 0 {
                let height = (HIGHEST * length(number) / length(most)).max(LOWEST);
                let ink = if index == last {
                    Ink::First
                } else {
                    Ink::Muted
                };
                let left = BARS_FROM + column * place(index);
                drawing.bar(
                    (left, baseline - height),
                    (column - BETWEEN_BARS, height),
                    ink,
                );
            }
        }
        let at = (WIDTH, baseline - 5.0);
        let number = trend
            .weeks
            .last()
            .map_or(0, |week| count(week, kind))
            .to_string();
        if number == "0" {
            drawing.words(at, Anchor::End, Ink::Muted, number);
        } else {
            drawing.strong_words(at, Anchor::End, number);
        }
    }
    let below = head + ROW * place(kinds.len()) + 12.0;
    let number = |week: &TrendWeek| {
        let name = week.week.to_string();
        name.split_once('-')
            .map_or(name.clone(), |(_, number)| number.to_owned())
    };
    if let (Some(first), Some(latest)) = (trend.weeks.first(), trend.weeks.last()) {
        let middle = (column - BETWEEN_BARS) / 2.0;
        drawing.words((BARS_FROM, below), Anchor::Start, Ink::Muted, number(first));
        drawing.strong_words(
            (BARS_TO - column + middle + 10.0, below),
            Anchor::End,
            number(latest),
        );
    }
    drawing.words(
        (0.0, below),
        Anchor::Start,
        Ink::Muted,
        format!("highest bar: {most}"),
    );
    let cells = |kind: ActivityKind| {
        let counts = trend.weeks.iter().map(|week| count(week, kind).to_string());
        std::iter::once(kind.title().to_owned())
            .chain(counts)
            .collect()
    };
    let weeks = trend.weeks.iter().map(|week| week.week.to_string());
    Chart {
        id: "activities",
        title: "Activities, week by week",
        description: description(trend),
        head: std::iter::once("Activity".to_owned())
            .chain(weeks)
            .collect(),
        rows: kinds.into_iter().map(cells).collect(),
        drawing,
    }
}

/// The latest numbers, and those of the whole span.
fn description(trend: &Trend) -> String {
    let latest = trend.weeks.last();
    let mut seen = Vec::new();
    let mut absent = Vec::new();
    for kind in ActivityKind::ALL {
        let count = |week: &TrendWeek| week.activities.get(&kind).copied().unwrap_or_default();
        let total: i64 = trend.weeks.iter().map(count).sum();
        let title = kind.title().to_lowercase();
        if total == 0 {
            absent.push(title);
        } else {
            let this_week = latest.map_or(0, count);
            seen.push(format!("{title} {this_week} ({total})"));
        }
    }
    let mut text = format!(
        "A row of bars for each of the eleven activities, {}. This week, and in brackets in all these \
         weeks: {}.",
        span(trend),
        if seen.is_empty() {
            "none".to_owned()
        } else {
            seen.join(", ")
        }
    );
    if !absent.is_empty() {
        text.push_str(&format!(" Not seen at all: {}.", absent.join(", ")));
    }
    text
}
