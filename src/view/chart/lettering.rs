//! Letters for pictures, drawn with one stroke: a picture has no browser that brings a font.
//!
//! A glyph stands on its baseline at `y` = 0, with `y` upwards: capitals are 7 high, small letters 5,
//! tails reach down to -2.2, and a line is [`LINE`] high. Its strokes are written as in an SVG's path:
//! `M`ove and `L`ine to a point, `Q` and `C` for curves, and `O` for an ellipse by its middle and radii.

/// The height of a line, in which glyphs are measured.
pub(super) const LINE: f32 = 10.0;

/// Between two glyphs.
const GAP: f32 = 1.5;

/// A point: to the right, and up or down.
pub(super) type Point = (f32, f32);

/// A step of a pen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    /// Lift it, and go to a point.
    Move(Point),
    /// Draw to a point.
    Line(Point),
    /// Draw a curve of one handle to a point.
    Bend([Point; 2]),
    /// Draw a curve of two handles to a point.
    Curve([Point; 3]),
    /// Draw an ellipse, by its middle and its radii.
    Ellipse(Point, Point),
}

/// Each glyph, how far it goes to the right, and its strokes.
const GLYPHS: [(char, f32, &str); 72] = [
    (' ', 1.6, ""),
    ('a', 4.0, "O2 2.5 2 2.5M4 5L4 0"),
    ('b', 4.0, "M0 7L0 0O2 2.5 2 2.5"),
    (
        'c',
        3.7,
        "M3.7 4.1Q3 5 2 5C.9 5 0 3.9 0 2.5C0 1.1 .9 0 2 0Q3 0 3.7 .9",
    ),
    ('d', 4.0, "M4 7L4 0O2 2.5 2 2.5"),
    (
        'e',
        4.0,
        "M0 2.6L4 2.6C4 4 3.1 5 2 5C.9 5 0 3.9 0 2.5C0 1.1 .9 0 2 0Q3 0 3.7 .8",
    ),
    ('f', 2.6, "M2.8 6.9Q1.1 7.3 1.1 5.4L1.1 0M0 5L2.5 5"),
    (
        'g',
        4.0,
        "O2 2.5 2 2.5M4 5L4 -.3C4 -1.6 3.2 -2.2 2 -2.2Q1 -2.2 .4 -1.6",
    ),
    (
        'h',
        3.6,
        "M0 7L0 0M0 3C0 4.2 .8 5 1.9 5C3 5 3.6 4.2 3.6 3L3.6 0",
    ),
    ('i', 0.0, "M0 5L0 0M0 6.7L0 6.9"),
    ('j', 0.8, "M.8 5L.8 -1Q.8 -2.2 -.4 -2.2M.8 6.7L.8 6.9"),
    ('k', 3.4, "M0 7L0 0M3.3 5L0 1.8M1.2 3L3.5 0"),
    ('l', 0.0, "M0 7L0 0"),
    (
        'm',
        6.0,
        "M0 5L0 0M0 3.2C0 4.3 .7 5 1.6 5C2.5 5 3 4.3 3 3.2L3 0\
             M3 3.2C3 4.3 3.7 5 4.6 5C5.5 5 6 4.3 6 3.2L6 0",
    ),
    (
        'n',
        3.6,
        "M0 5L0 0M0 3C0 4.2 .8 5 1.9 5C3 5 3.6 4.2 3.6 3L3.6 0",
    ),
    ('o', 4.0, "O2 2.5 2 2.5"),
    ('p', 4.0, "M0 5L0 -2.2O2 2.5 2 2.5"),
    ('q', 4.0, "M4 5L4 -2.2O2 2.5 2 2.5"),
    ('r', 2.1, "M0 5L0 0M0 3C0 4.3 .9 5.1 2.2 4.9"),
    (
        's',
        3.3,
        "M3.1 4.2Q2.6 5 1.7 5C.8 5 .2 4.4 .2 3.8C.2 3 .9 2.75 1.7 2.55\
             C2.6 2.3 3.3 2.05 3.3 1.25C3.3 .5 2.6 0 1.7 0Q.5 0 0 .9",
    ),
    ('t', 2.6, "M1.1 6.6L1.1 1.4Q1.1 -.1 2.7 .1M0 5L2.6 5"),
    (
        'u',
        3.6,
        "M0 5L0 2C0 .8 .7 0 1.8 0C2.9 0 3.6 .8 3.6 2M3.6 5L3.6 0",
    ),
    ('v', 3.6, "M0 5L1.8 0L3.6 5"),
    ('w', 5.6, "M0 5L1.4 0L2.8 4.8L4.2 0L5.6 5"),
    ('x', 3.4, "M0 5L3.4 0M3.4 5L0 0"),
    ('y', 3.8, "M0 5L1.9 0M3.8 5L1.5 -1.2Q1.1 -2.2 0 -2.2"),
    ('z', 3.4, "M0 5L3.4 5L0 0L3.4 0"),
    ('A', 5.0, "M0 0L2.5 7L5 0M.9 2.4L4.1 2.4"),
    (
        'B',
        4.6,
        "M0 0L0 7L2.4 7C3.6 7 4.2 6.3 4.2 5.3C4.2 4.3 3.6 3.7 2.4 3.7L0 3.7\
             M2.4 3.7C3.8 3.7 4.6 2.9 4.6 1.8C4.6 .7 3.8 0 2.4 0L0 0",
    ),
    (
        'C',
        5.2,
        "M5.2 5.6Q4.4 7 3 7C1.2 7 0 5.5 0 3.5C0 1.5 1.2 0 3 0Q4.4 0 5.2 1.4",
    ),
    (
        'D',
        5.2,
        "M0 0L0 7L2 7C4 7 5.2 5.6 5.2 3.5C5.2 1.4 4 0 2 0L0 0",
    ),
    ('E', 4.0, "M4 7L0 7L0 0L4 0M0 3.7L3.6 3.7"),
    ('F', 3.9, "M4 7L0 7L0 0M0 3.6L3.4 3.6"),
    (
        'G',
        5.4,
        "M5.2 5.6Q4.4 7 3 7C1.2 7 0 5.5 0 3.5C0 1.5 1.2 0 3 0C4.5 0 5.4 1 5.4 2.4L5.4 3.2L3.2 3.2",
    ),
    ('H', 4.8, "M0 0L0 7M4.8 0L4.8 7M0 3.7L4.8 3.7"),
    ('I', 0.0, "M0 0L0 7"),
    ('J', 2.6, "M2.6 7L2.6 1.8Q2.6 0 1 0Q0 0 -.2 .9"),
    ('K', 4.5, "M0 0L0 7M4.4 7L0 2.6M1.5 4.1L4.6 0"),
    ('L', 3.7, "M0 7L0 0L3.7 0"),
    ('M', 5.8, "M0 0L0 7L2.9 1.5L5.8 7L5.8 0"),
    ('N', 4.8, "M0 0L0 7L4.8 0L4.8 7"),
    ('O', 6.0, "O3 3.5 3 3.5"),
    (
        'P',
        4.5,
        "M0 0L0 7L2.5 7C3.8 7 4.5 6.2 4.5 5.1C4.5 4 3.8 3.2 2.5 3.2L0 3.2",
    ),
    ('Q', 6.0, "O3 3.5 3 3.5M3.8 1.6L5.8 -.4"),
    (
        'R',
        4.7,
        "M0 0L0 7L2.5 7C3.8 7 4.5 6.2 4.5 5.1C4.5 4 3.8 3.2 2.5 3.2L0 3.2M2.4 3.2L4.7 0",
    ),
    (
        'S',
        4.6,
        "M4.3 5.7Q3.6 7 2.3 7C1 7 .2 6.3 .2 5.3C.2 4.2 1.1 3.9 2.3 3.6\
             C3.6 3.3 4.6 2.9 4.6 1.8C4.6 .7 3.6 0 2.3 0Q.7 0 0 1.4",
    ),
    ('T', 4.8, "M0 7L4.8 7M2.4 7L2.4 0"),
    (
        'U',
        4.8,
        "M0 7L0 2.4C0 .9 .9 0 2.4 0C3.9 0 4.8 .9 4.8 2.4L4.8 7",
    ),
    ('V', 5.0, "M0 7L2.5 0L5 7"),
    ('W', 7.2, "M0 7L1.8 0L3.6 6.6L5.4 0L7.2 7"),
    ('X', 4.6, "M0 7L4.6 0M4.6 7L0 0"),
    ('Y', 4.8, "M0 7L2.4 3.4L4.8 7M2.4 3.4L2.4 0"),
    ('Z', 4.6, "M0 7L4.6 7L0 0L4.6 0"),
    ('0', 4.0, "O2 3.5 2 3.5"),
    ('1', 4.0, "M.8 5.6L2.4 7L2.4 0"),
    (
        '2',
        4.0,
        "M.2 5.4C.4 6.4 1.1 7 2.1 7C3.2 7 3.9 6.3 3.9 5.2C3.9 4.2 3.2 3.4 2.4 2.6L0 0L4 0",
    ),
    (
        '3',
        4.0,
        "M.3 5.8Q.9 7 2 7C3.1 7 3.8 6.3 3.8 5.3C3.8 4.3 3.1 3.7 2 3.7L1.4 3.7\
             M2 3.7C3.2 3.7 4 3 4 1.9C4 .8 3.2 0 2 0Q.6 0 .1 1.3",
    ),
    ('4', 4.0, "M3 0L3 7L0 2L4.2 2"),
    (
        '5',
        4.0,
        "M3.7 7L.6 7L.3 3.9Q1 4.5 2 4.5C3.2 4.5 4 3.6 4 2.3C4 1 3.2 0 2 0Q.7 0 .1 1.2",
    ),
    (
        '6',
        4.0,
        "M3.5 6.2Q2.9 7 2.1 7C.8 7 0 5.6 0 3C0 1.2 .8 0 2 0C3.2 0 4 .9 4 2.2\
             C4 3.5 3.2 4.4 2.1 4.4C1.1 4.4 .3 3.8 0 2.8",
    ),
    ('7', 4.0, "M0 7L4 7L1.4 0"),
    ('8', 4.0, "O2 5.4 1.7 1.6O2 1.9 2 1.9"),
    (
        '9',
        4.0,
        "M.5 .8Q1.1 0 1.9 0C3.2 0 4 1.4 4 4C4 5.8 3.2 7 2 7C.8 7 0 6.1 0 4.8\
             C0 3.5 .8 2.6 1.9 2.6C2.9 2.6 3.7 3.2 4 4.2",
    ),
    ('.', 0.0, "M0 .2L0 0"),
    (',', 0.3, "M.3 .2L-.2 -1.2"),
    (':', 0.0, "M0 .2L0 0M0 4.2L0 4"),
    ('-', 2.2, "M0 2.8L2.2 2.8"),
    ('–', 3.4, "M0 2.8L3.4 2.8"),
    ('\'', 0.0, "M0 7L0 5.4"),
    ('(', 1.2, "M1.2 7.5Q-.8 3 1.2 -1.3"),
    (')', 1.2, "M0 7.5Q2 3 0 -1.3"),
    ('+', 3.6, "M0 3L3.6 3M1.8 4.8L1.8 1.2"),
];

fn glyph(character: char) -> Option<(f32, &'static str)> {
    let glyph = GLYPHS.iter().find(|(known, ..)| *known == character);
    glyph.map(|(_, advance, strokes)| (*advance, *strokes))
}

/// Whether words can be drawn as they are.
#[cfg(test)]
pub(super) fn can_draw(words: &str) -> bool {
    words.chars().all(|character| glyph(character).is_some())
}

/// How long words are at a height of a line.
pub(super) fn length(words: &str, size: f32) -> f32 {
    let glyphs = words.chars().filter_map(glyph);
    let units: f32 = glyphs.map(|(advance, _)| advance + GAP).sum();
    (units - GAP).max(0.0) * size / LINE
}

/// The steps of a pen that writes words from a point on their baseline, with `y` downwards.
pub(super) fn steps(words: &str, at: Point, size: f32) -> Vec<Step> {
    let scale = size / LINE;
    let mut steps = Vec::new();
    let mut left = at.0;
    for (advance, strokes) in words.chars().filter_map(glyph) {
        let place = |(right, up): Point| (left + right * scale, at.1 - up * scale);
        steps.extend(read(strokes).into_iter().map(|step| match step {
            Step::Move(point) => Step::Move(place(point)),
            Step::Line(point) => Step::Line(place(point)),
            Step::Bend(points) => Step::Bend(points.map(place)),
            Step::Curve(points) => Step::Curve(points.map(place)),
            Step::Ellipse(middle, (wide, high)) => {
                Step::Ellipse(place(middle), (wide * scale, high * scale))
            }
        }));
        left += (advance + GAP) * scale;
    }
    steps
}

/// The steps that a glyph's strokes are written as; what can't be read is left out.
fn read(strokes: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut rest = strokes;
    while let Some(letter) = rest.chars().next() {
        let after = &rest[letter.len_utf8()..];
        let end = after.find(|character: char| character.is_ascii_uppercase());
        let (numbers, others) = after.split_at(end.unwrap_or(after.len()));
        let numbers: Vec<f32> = numbers
            .split_ascii_whitespace()
            .filter_map(|number| number.parse().ok())
            .collect();
        let (pairs, _) = numbers.as_chunks();
        let points: Vec<Point> = pairs.iter().map(|[right, up]| (*right, *up)).collect();
        steps.extend(match (letter, points.as_slice()) {
            ('M', [to]) => Some(Step::Move(*to)),
            ('L', [to]) => Some(Step::Line(*to)),
            ('Q', [handle, to]) => Some(Step::Bend([*handle, *to])),
            ('C', [first, second, to]) => Some(Step::Curve([*first, *second, *to])),
            ('O', [middle, radii]) => Some(Step::Ellipse(*middle, *radii)),
            _ => None,
        });
        rest = others;
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stroke_of_every_glyph_is_read() {
        for character in (' '..='~').chain(['–']) {
            let Some((_, strokes)) = glyph(character) else {
                assert!(!character.is_ascii_alphanumeric(), "{character} is missing");
                continue;
            };
            let letters = strokes.chars().filter(char::is_ascii_uppercase).count();
            assert_eq!(read(strokes).len(), letters, "{character}");
        }
    }

    #[test]
    fn words_are_as_long_as_their_glyphs() {
        assert!((length("ll", LINE) - GAP).abs() < f32::EPSILON);
        assert!((length("oo", 2.0 * LINE) - 2.0 * (8.0 + GAP)).abs() < 0.001);
        let steps = steps("l", (3.0, 20.0), LINE);
        assert_eq!(steps, [Step::Move((3.0, 13.0)), Step::Line((3.0, 20.0))]);
    }
}
