//! A drawing of a few plain shapes, from which both an SVG and a picture are made.

/// What something is drawn in. What it looks like is the theme's matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// Words, and what is to be seen first.
    Strong,
    /// Words beside them, and what was before.
    Muted,
    /// Lines to compare with.
    Grid,
    /// The first of two series.
    First,
    /// The second; it is never told from the first by its colour alone.
    Second,
}

/// Where a text begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    /// At its left end.
    Start,
    /// In its middle.
    Middle,
    /// At its right end.
    End,
}

/// A shape. Lengths are in units; `y` counts downwards.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    /// A filled rectangle.
    Bar {
        /// Left.
        x: f32,
        /// Top.
        y: f32,
        /// To the right.
        width: f32,
        /// Downwards.
        height: f32,
        /// Its ink.
        ink: Ink,
    },
    /// A straight line.
    Line {
        /// From.
        from: (f32, f32),
        /// To.
        to: (f32, f32),
        /// How thick.
        width: f32,
        /// Its ink.
        ink: Ink,
    },
    /// A filled circle.
    Dot {
        /// Its middle.
        at: (f32, f32),
        /// Its radius.
        radius: f32,
        /// Its ink.
        ink: Ink,
    },
    /// Words of ours: letters, digits and a few marks, as `lettering` has them.
    Words {
        /// Where they are anchored, on their baseline.
        at: (f32, f32),
        /// Which end of them.
        anchor: Anchor,
        /// The height of a line.
        size: f32,
        /// Whether they are to be seen first.
        is_bold: bool,
        /// Their ink.
        ink: Ink,
        /// The words.
        words: String,
    },
}

/// Shapes on a sheet, in the order in which they are drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Drawing {
    /// To the right.
    pub(super) width: f32,
    /// Downwards.
    pub(super) height: f32,
    /// What is on it.
    pub(super) shapes: Vec<Shape>,
}

/// The height of a line of words beside a chart.
pub(super) const WORDS: f32 = 12.0;

impl Drawing {
    pub(super) fn new(width: f32, height: f32) -> Self {
        Self {
            width,
            height,
            shapes: Vec::new(),
        }
    }

    pub(super) fn bar(&mut self, (x, y): (f32, f32), (width, height): (f32, f32), ink: Ink) {
        self.shapes.push(Shape::Bar {
            x,
            y,
            width,
            height,
            ink,
        });
    }

    pub(super) fn line(&mut self, from: (f32, f32), to: (f32, f32), width: f32, ink: Ink) {
        self.shapes.push(Shape::Line {
            from,
            to,
            width,
            ink,
        });
    }

    pub(super) fn dot(&mut self, at: (f32, f32), radius: f32, ink: Ink) {
        self.shapes.push(Shape::Dot { at, radius, ink });
    }

    pub(super) fn words(
        &mut self,
        at: (f32, f32),
        anchor: Anchor,
        ink: Ink,
        words: impl Into<String>,
    ) {
        self.shapes.push(Shape::Words {
            at,
            anchor,
            size: WORDS,
            is_bold: false,
            ink,
            words: words.into(),
        });
    }

    pub(super) fn strong_words(
        &mut self,
        at: (f32, f32),
        anchor: Anchor,
        words: impl Into<String>,
    ) {
        self.shapes.push(Shape::Words {
            at,
            anchor,
            size: WORDS,
            is_bold: true,
            ink: Ink::Strong,
            words: words.into(),
        });
    }
}
