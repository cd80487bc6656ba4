//! Charts: what twelve weeks show beside each other, as SVG within a page and as pictures for Discord.
//!
//! A chart is laid out once, as a drawing of plain shapes, for the width of a phone; both forms are made
//! from it. Nothing in it is told by colour alone, and each chart has its description in words.
//!
//! To add a chart: a file with a function from a [`Trend`] to a [`Chart`], and its line in [`charts`].

mod activity_mix;
mod answer_times;
mod drawing;
mod flows;
mod lettering;
mod png;
mod svg;

use crate::practice::post::Picture;
use crate::practice::trend::Trend;
use drawing::{Anchor, Drawing, Ink};

/// A chart, before it is put into a form.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// What it is known by within a page, and as a file.
    pub id: &'static str,
    /// What it shows.
    pub title: &'static str,
    /// What it shows, in words, for whoever can't see it.
    pub description: String,
    /// The heads of its columns, of the numbers that it is drawn from.
    pub head: Vec<String>,
    /// These numbers, row by row; the first cell names the row.
    pub rows: Vec<Vec<String>>,
    drawing: Drawing,
}

/// The charts of a digest.
#[must_use]
pub fn charts(trend: &Trend) -> Vec<Chart> {
    if trend.weeks.is_empty() {
        return Vec::new();
    }
    vec![
        activity_mix::chart(trend),
        answer_times::chart(trend),
        flows::chart(trend),
    ]
}

/// The charts as pictures; none where one week stands alone.
#[must_use]
pub fn pictures(trend: &Trend) -> Vec<Picture> {
    if !trend.is_worth_a_look() {
        return Vec::new();
    }
    let picture = |chart: &Chart| {
        Some(Picture {
            name: format!("{}.png", chart.id),
            description: chart.description.clone(),
            png: chart.png()?,
        })
    };
    charts(trend).iter().filter_map(picture).collect()
}

impl Chart {
    /// As SVG within a page.
    #[must_use]
    pub fn svg(&self) -> String {
        svg::svg(&self.drawing, self.id, self.title, &self.description)
    }

    /// As a PNG.
    #[must_use]
    pub fn png(&self) -> Option<Vec<u8>> {
        png::png(&self.drawing, self.title)
    }
}

/// The width of a chart: on a phone a unit is about a point.
const WIDTH: f32 = 360.0;

/// A number as a length.
#[expect(
    clippy::cast_precision_loss,
    reason = "beyond a million nobody sees the difference"
)]
fn length(number: i64) -> f32 {
    number as f32
}

/// A place in a row as a length.
fn place(index: usize) -> f32 {
    length(i64::try_from(index).unwrap_or(i64::MAX))
}

/// The weeks below their columns: the last, and every second before it.
fn week_axis(drawing: &mut Drawing, trend: &Trend, y: f32, middle: impl Fn(usize) -> f32) {
    let last = trend.weeks.len() - 1;
    for (index, week) in trend.weeks.iter().enumerate() {
        if (last - index).is_multiple_of(2) {
            let name = week.week.to_string();
            let (_, number) = name.split_once('-').unwrap_or(("", &name));
            if index == last {
                // A browser's bold letters may be wider than ours.
                let right = (middle(index) + 15.0).min(WIDTH);
                drawing.strong_words((right, y), Anchor::End, number);
            } else {
                drawing.words((middle(index), y), Anchor::Middle, Ink::Muted, number);
            }
        }
    }
}

/// From which week to which.
fn span(trend: &Trend) -> String {
    match (trend.weeks.first(), trend.weeks.last()) {
        (Some(first), Some(last)) => format!("{} to {}", first.week, last.week),
        _ => String::new(),
    }
}

#[cfg(test)]
pub(crate) mod tests;
