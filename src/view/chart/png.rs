//! A drawing as a picture, for where no browser draws it.

use tiny_skia::{
    Color, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, Transform,
};

use super::drawing::{Anchor, Drawing, Ink, Shape, WORDS};
use super::lettering::{self, Step};

/// Pixels for a unit: sharp on a phone, where a picture is about as wide in points as a drawing in units.
const SCALE: f32 = 2.0;

/// Round the drawing, in units.
const MARGIN: f32 = 14.0;

/// From the top of a picture to its drawing: its title stands between.
const TITLE: f32 = 30.0;

/// How thick letters are drawn, of the height of their line.
const STROKE: f32 = 0.095;
const BOLD_STROKE: f32 = 0.13;

/// The colours of a picture. It has its own background, as whoever looks at it may have a light or a
/// dark one: on either it is the same card. Each ink has the contrast that WCAG 2.2 asks of it, and blue
/// and orange are told apart by nearly everybody.
fn color(ink: Ink) -> Color {
    let (red, green, blue) = match ink {
        Ink::Strong => (0xf2, 0xf4, 0xf7),
        Ink::Muted => (0xa9, 0xb4, 0xc0),
        Ink::Grid => (0x46, 0x4e, 0x58),
        Ink::First => (0x5c, 0xc4, 0xe8),
        Ink::Second => (0xff, 0xb0, 0x5c),
    };
    Color::from_rgba8(red, green, blue, 0xff)
}

const BACKGROUND: (u8, u8, u8) = (0x1d, 0x21, 0x27);

/// The picture with its title, as a PNG; `None` where it would have no size.
pub(super) fn png(drawing: &Drawing, title: &str) -> Option<Vec<u8>> {
    let width = ((drawing.width + 2.0 * MARGIN) * SCALE).ceil();
    let height = ((drawing.height + 2.0 * MARGIN + TITLE) * SCALE).ceil();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a drawing is some hundred units wide and high"
    )]
    let mut pixmap = Pixmap::new(width as u32, height as u32)?;
    let (red, green, blue) = BACKGROUND;
    pixmap.fill(Color::from_rgba8(red, green, blue, 0xff));
    let whole = Transform::from_scale(SCALE, SCALE);
    let heading = Shape::Words {
        at: (MARGIN, MARGIN + WORDS),
        anchor: Anchor::Start,
        size: WORDS * 1.25,
        is_bold: true,
        ink: Ink::Strong,
        words: title.to_owned(),
    };
    draw(&mut pixmap, &heading, whole);
    let below = whole.pre_translate(MARGIN, MARGIN + TITLE);
    for shape in &drawing.shapes {
        draw(&mut pixmap, shape, below);
    }
    pixmap.encode_png().ok()
}

fn draw(pixmap: &mut Pixmap, shape: &Shape, transform: Transform) {
    let mut paint = Paint::default();
    let mut stroke = Stroke {
        line_cap: LineCap::Butt,
        line_join: LineJoin::Round,
        ..Stroke::default()
    };
    match shape {
        Shape::Bar {
            x,
            y,
            width,
            height,
            ink,
        } => {
            paint.set_color(color(*ink));
            if let Some(bar) = Rect::from_xywh(*x, *y, *width, *height) {
                pixmap.fill_rect(bar, &paint, transform, None);
            }
        }
        Shape::Line {
            from,
            to,
            width,
            ink,
        } => {
            paint.set_color(color(*ink));
            stroke.width = *width;
            let path = path(&[Step::Move(*from), Step::Line(*to)]);
            if let Some(path) = path {
                pixmap.stroke_path(&path, &paint, &stroke, transform, None);
            }
        }
        Shape::Dot { at, radius, ink } => {
            paint.set_color(color(*ink));
            if let Some(path) = path(&[Step::Ellipse(*at, (*radius, *radius))]) {
                pixmap.fill_path(&path, &paint, FillRule::Winding, transform, None);
            }
        }
        Shape::Words {
            at: (x, y),
            anchor,
            size,
            is_bold,
            ink,
            words,
        } => {
            paint.set_color(color(*ink));
            stroke.line_cap = LineCap::Round;
            stroke.width = size * if *is_bold { BOLD_STROKE } else { STROKE };
            let length = lettering::length(words, *size);
            let left = match anchor {
                Anchor::Start => *x,
                Anchor::Middle => x - length / 2.0,
                Anchor::End => x - length,
            };
            if let Some(path) = path(&lettering::steps(words, (left, *y), *size)) {
                pixmap.stroke_path(&path, &paint, &stroke, transform, None);
            }
        }
    }
}

fn path(steps: &[Step]) -> Option<Path> {
    let mut path = PathBuilder::new();
    for step in steps {
        match *step {
            Step::Move(to) => path.move_to(to.0, to.1),
            Step::Line(to) => path.line_to(to.0, to.1),
            Step::Bend([handle, to]) => path.quad_to(handle.0, handle.1, to.0, to.1),
            Step::Curve([first, second, to]) => {
                path.cubic_to(first.0, first.1, second.0, second.1, to.0, to.1);
            }
            Step::Ellipse(middle, (wide, high)) => {
                let (left, top) = (middle.0 - wide, middle.1 - high);
                let around = Rect::from_xywh(left, top, 2.0 * wide, 2.0 * high)?;
                path.push_oval(around);
            }
        }
    }
    path.finish()
}
