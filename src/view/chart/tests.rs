//! Charts of some weeks that were lived, and of none.

use std::collections::BTreeMap;

use super::drawing::Shape;
use super::*;
use crate::practice::activity::ActivityKind;
use crate::practice::trend::TrendWeek;
use crate::practice::week::Week;

/// Twelve weeks of a community that grows; the first was silent.
pub(crate) fn trend() -> Trend {
    let mut week: Week = "2026-W36".parse().unwrap();
    let mut weeks = Vec::new();
    for number in 0..12_i64 {
        let activities = (0_i64..).zip(ActivityKind::ALL).map(|(index, kind)| {
            let count = (number * (11 - index) * (3 + (number * 7 + index * 5) % 4)) / 24;
            (kind, if index == 9 { 0 } else { count })
        });
        let answered = number * 2;
        weeks.push(TrendWeek {
            week,
            activities: activities.collect(),
            answered,
            median_seconds_to_answer: (answered > 0).then_some(200 * number * number),
            p90_seconds_to_answer: (answered > 0).then_some(9_000 * (13 - number) * 2),
            moved_in: number % 5 * number / 3,
            moved_out: (number + 2) % 4,
        });
        week = week.next();
    }
    weeks[0].moved_out = 0;
    Trend { weeks }
}

fn silent() -> Trend {
    let mut trend = trend();
    for week in &mut trend.weeks {
        week.activities = ActivityKind::ALL
            .map(|kind| (kind, 0))
            .into_iter()
            .collect::<BTreeMap<_, _>>();
        (week.answered, week.moved_in, week.moved_out) = (0, 0, 0);
        (week.median_seconds_to_answer, week.p90_seconds_to_answer) = (None, None);
    }
    trend
}

#[test]
fn everything_on_a_chart_can_be_drawn_and_is_on_the_sheet() {
    for trend in [trend(), silent()] {
        for chart in charts(&trend) {
            assert!(lettering::can_draw(chart.title), "{}", chart.title);
            let (width, height) = (chart.drawing.width, chart.drawing.height);
            for shape in &chart.drawing.shapes {
                let (left, right, top, bottom) = match shape {
                    Shape::Bar {
                        x,
                        y,
                        width,
                        height,
                        ..
                    } => (*x, x + width, *y, y + height),
                    Shape::Line { from, to, .. } => (
                        from.0.min(to.0),
                        from.0.max(to.0),
                        from.1.min(to.1),
                        from.1.max(to.1),
                    ),
                    Shape::Dot { at, radius, .. } => {
                        (at.0 - radius, at.0 + radius, at.1 - radius, at.1 + radius)
                    }
                    Shape::Words {
                        at,
                        anchor,
                        size,
                        words,
                        ..
                    } => {
                        assert!(lettering::can_draw(words), "{words}");
                        let length = lettering::length(words, *size);
                        let left = match anchor {
                            Anchor::Start => at.0,
                            Anchor::Middle => at.0 - length / 2.0,
                            Anchor::End => at.0 - length,
                        };
                        (left, left + length, at.1 - size * 0.7, at.1)
                    }
                };
                let is_on_it =
                    left >= -0.1 && right <= width + 0.1 && top >= -0.1 && bottom <= height + 0.1;
                assert!(is_on_it, "{}: {shape:?}", chart.id);
            }
        }
    }
}

#[test]
fn a_chart_is_told_in_words_that_discord_takes() {
    for chart in charts(&trend()) {
        assert!(chart.description.chars().count() <= 1_024, "{}", chart.id);
        assert!(chart.svg().contains(&chart.description));
        assert!(!chart.rows.is_empty());
        for row in &chart.rows {
            assert_eq!(row.len(), chart.head.len());
        }
    }
    insta::assert_snapshot!(charts(&silent())[2].description, @"Nobody moved from one ring to another in 2026-W36 to 2026-W47.");
}

#[test]
fn pictures_are_drawn_where_there_is_something_to_compare() {
    assert!(pictures(&silent()).is_empty());
    assert!(pictures(&Trend::default()).is_empty());
    let pictures = pictures(&trend());
    assert_eq!(pictures.len(), 3);
    for picture in pictures {
        assert!(picture.png.starts_with(b"\x89PNG"));
        assert!(picture.png.len() < 100_000, "{}", picture.png.len());
    }
}
