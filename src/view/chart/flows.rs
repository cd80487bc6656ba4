//! Participation as flows: how many moved towards the core within each week, and how many outwards.

use super::drawing::{Anchor, Drawing, Ink};
use super::{Chart, WIDTH, length, place, span, week_axis};
use crate::practice::trend::{Trend, TrendWeek};

const TOP: f32 = 32.0;
const MIDDLE: f32 = 92.0;
const HIGHEST: f32 = 46.0;
const BOTTOM: f32 = 152.0;
const LOWEST: f32 = 2.0;

pub(super) fn chart(trend: &Trend) -> Chart {
    let mut drawing = Drawing::new(WIDTH, BOTTOM + 38.0);
    let moves = |week: &TrendWeek| week.moved_in.max(week.moved_out);
    let most = trend.weeks.iter().map(moves).max().unwrap_or_default();
    let column = WIDTH / place(trend.weeks.len());
    let middle = |index: usize| column * (place(index) + 0.5);
    drawing.words(
        (0.0, 12.0),
        Anchor::Start,
        Ink::Strong,
        "above the line: moved towards the core",
    );
    for (index, week) in trend.weeks.iter().enumerate() {
        let x = middle(index);
        let wide = column * 0.62;
        for (number, ink, is_up) in [
            (week.moved_in, Ink::First, true),
            (week.moved_out, Ink::Second, false),
        ] {
            if number == 0 {
                continue;
            }
            let high = (HIGHEST * length(number) / length(most.max(1))).max(LOWEST);
            let top = if is_up { MIDDLE - high } else { MIDDLE };
            drawing.bar((x - wide / 2.0, top), (wide, high), ink);
            let y = if is_up {
                MIDDLE - high - 4.0
            } else {
                MIDDLE + high + 13.0
            };
            drawing.words((x, y), Anchor::Middle, Ink::Strong, number.to_string());
        }
    }
    drawing.line((0.0, MIDDLE), (WIDTH, MIDDLE), 1.0, Ink::Muted);
    if most == 0 {
        let words = "Nobody moved from one ring to another.";
        drawing.words((WIDTH / 2.0, TOP + 30.0), Anchor::Middle, Ink::Muted, words);
    }
    drawing.words(
        (0.0, BOTTOM + 14.0),
        Anchor::Start,
        Ink::Strong,
        "below the line: moved outwards",
    );
    week_axis(&mut drawing, trend, BOTTOM + 34.0, middle);
    let cells = |week: &TrendWeek| {
        vec![
            week.week.to_string(),
            week.moved_in.to_string(),
            week.moved_out.to_string(),
        ]
    };
    let head = ["Week", "Towards the core", "Outwards"];
    Chart {
        id: "flows",
        title: "Participation, in and out",
        description: description(trend),
        head: head.map(str::to_owned).into(),
        rows: trend.weeks.iter().map(cells).collect(),
        drawing,
    }
}

fn description(trend: &Trend) -> String {
    let moves: Vec<_> = trend
        .weeks
        .iter()
        .filter(|week| week.moved_in + week.moved_out > 0)
        .map(|week| format!("{} {} in, {} out", week.week, week.moved_in, week.moved_out))
        .collect();
    if moves.is_empty() {
        return format!("Nobody moved from one ring to another in {}.", span(trend));
    }
    format!(
        "How many members moved towards the core of the community in each week from {}, and how many \
         outwards: {}. In the other weeks nobody moved.",
        span(trend),
        moves.join("; ")
    )
}
