//! A drawing as SVG within a page, whose style gives the inks their colours.

use super::drawing::{Anchor, Drawing, Ink, Shape};

/// The class of an ink; the page's style knows it in light and in dark.
const fn class(ink: Ink) -> &'static str {
    match ink {
        Ink::Strong => "ink-strong",
        Ink::Muted => "ink-muted",
        Ink::Grid => "ink-grid",
        Ink::First => "ink-first",
        Ink::Second => "ink-second",
    }
}

/// The drawing, with a name and a description for whoever can't see it. `id` is unique in the page.
pub(super) fn svg(drawing: &Drawing, id: &str, title: &str, description: &str) -> String {
    let Drawing { width, height, .. } = drawing;
    let mut svg = format!(
        "<svg role=\"img\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         aria-labelledby=\"{id}-title\" aria-describedby=\"{id}-description\">\
         <title id=\"{id}-title\">{}</title><desc id=\"{id}-description\">{}</desc>",
        escape(title),
        escape(description)
    );
    for shape in &drawing.shapes {
        svg.push_str(&element(shape));
    }
    svg.push_str("</svg>");
    svg
}

fn element(shape: &Shape) -> String {
    match shape {
        Shape::Bar {
            x,
            y,
            width,
            height,
            ink,
        } => format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" class=\"{}\"/>",
            tenths(*x),
            tenths(*y),
            tenths(*width),
            tenths(*height),
            class(*ink)
        ),
        Shape::Line {
            from,
            to,
            width,
            ink,
        } => format!(
            "<path d=\"M{} {}L{} {}\" stroke-width=\"{}\" class=\"{}\"/>",
            tenths(from.0),
            tenths(from.1),
            tenths(to.0),
            tenths(to.1),
            tenths(*width),
            class(*ink)
        ),
        Shape::Dot { at, radius, ink } => format!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" class=\"{}\"/>",
            tenths(at.0),
            tenths(at.1),
            tenths(*radius),
            class(*ink)
        ),
        Shape::Words {
            at,
            anchor,
            size,
            is_bold,
            ink,
            words,
        } => format!(
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\"{}{} class=\"{}\">{}</text>",
            tenths(at.0),
            tenths(at.1),
            tenths(*size),
            match anchor {
                Anchor::Start => "",
                Anchor::Middle => " text-anchor=\"middle\"",
                Anchor::End => " text-anchor=\"end\"",
            },
            if *is_bold {
                " font-weight=\"bold\""
            } else {
                ""
            },
            class(*ink),
            escape(words)
        ),
    }
}

/// A length to the tenth of a unit, which is finer than anybody sees.
fn tenths(length: f32) -> f32 {
    (length * 10.0).round() / 10.0
}

fn escape(words: &str) -> String {
    words
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
