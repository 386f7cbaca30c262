//! A drawing as SVG: plotters' SVG backend under lines, marks and text placed in pixels.
//!
//! Plotters places in whole units, so a pixel is made of [`FINE`] of them. Nothing here asks a system for fonts; widths
//! of text are estimated.

use crate::report::markup::escape;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Width of a figure, in pixels.
pub(in crate::report) const WIDTH: f64 = 900.0;
/// Height of a figure, in pixels.
pub(in crate::report) const HEIGHT: f64 = 560.0;

/// Units of a pixel.
const FINE: f64 = 4.0;

/// The families in the order of choice; only the first is embedded, for PNG.
const FONTS: &str = "DejaVu Sans, Verdana, sans-serif";

pub(in crate::report) const INK: RGBColor = RGBColor(0x22, 0x26, 0x2b);
pub(in crate::report) const FAINT: RGBColor = RGBColor(0x5b, 0x63, 0x6c);
pub(in crate::report) const GRID: RGBColor = RGBColor(0xe4, 0xe7, 0xea);
pub(in crate::report) const PAPER: RGBColor = RGBColor(0xff, 0xff, 0xff);

/// A place in pixels from the upper left corner.
pub(in crate::report) type Place = (f64, f64);

/// What a text's place is to the text.
#[derive(Clone, Copy)]
pub(in crate::report) enum Anchor {
    Left,
    Middle,
    Right,
}

/// Shapes of marks, each told from the others without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Mark {
    Disc,
    Triangle,
    Square,
    Diamond,
}

pub(in crate::report) struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, plotters::coord::Shift>,
}

/// An SVG with this title for those who cannot see it.
pub(in crate::report) fn svg(title: &str, draw: impl FnOnce(&Canvas)) -> String {
    let size = (WIDTH * FINE, HEIGHT * FINE);
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, (size.0 as u32, size.1 as u32)).into_drawing_area();
        let canvas = Canvas { area };
        canvas.polygon(&[(0.0, 0.0), (WIDTH, 0.0), (WIDTH, HEIGHT), (0.0, HEIGHT)], PAPER);
        draw(&canvas);
        canvas.area.present().expect("a string takes all that is drawn");
    }
    // Plotters' own head has neither a title nor a size in pixels.
    let body = text.split_once('\n').map_or("", |(_, body)| body);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" viewBox=\"0 0 {} {}\" \
         role=\"img\">\n<title>{}</title>\n{body}",
        size.0,
        size.1,
        escape(title)
    )
}

/// Estimated width of `text` in pixels, rather too wide than too narrow.
pub(in crate::report) fn text_width(text: &str, size: f64) -> f64 {
    text.chars().count() as f64 * size * 0.62
}

impl Canvas<'_> {
    /// Text whose capitals are centred on `at`'s height.
    pub(crate) fn text(&self, text: &str, at: Place, size: f64, colour: RGBColor, anchor: Anchor) {
        self.write(text, (at.0, at.1 - 0.4 * size), size, colour, anchor, FontStyle::Normal, FontTransform::None);
    }

    /// The same in bold.
    pub(crate) fn bold(&self, text: &str, at: Place, size: f64, colour: RGBColor, anchor: Anchor) {
        self.write(text, (at.0, at.1 - 0.4 * size), size, colour, anchor, FontStyle::Bold, FontTransform::None);
    }

    /// Text that reads upwards, centred on `at`.
    pub(crate) fn upwards(&self, text: &str, at: Place, size: f64, colour: RGBColor) {
        let at = (at.0 - 0.4 * size, at.1);
        self.write(text, at, size, colour, Anchor::Middle, FontStyle::Normal, FontTransform::Rotate270);
    }

    /// A line through all `places`; nothing for fewer than two.
    pub(crate) fn line(&self, places: &[Place], colour: RGBColor, width: f64) {
        if places.len() > 1 {
            let style = colour.stroke_width(units(width).max(1) as u32);
            self.put(PathElement::new(places.iter().map(|&place| fine(place)).collect::<Vec<_>>(), style));
        }
    }

    pub(crate) fn polygon(&self, places: &[Place], colour: RGBColor) {
        self.put(Polygon::new(places.iter().map(|&place| fine(place)).collect::<Vec<_>>(), colour.filled()));
    }

    /// A mark of about `radius`, on a rim of paper that parts it from what it lies on.
    pub(crate) fn mark(&self, mark: Mark, at: Place, radius: f64, colour: RGBColor) {
        self.shape(mark, at, radius + 1.5, PAPER);
        self.shape(mark, at, radius, colour);
    }

    fn shape(&self, mark: Mark, (x, y): Place, r: f64, colour: RGBColor) {
        let polygon = |corners: &[Place]| {
            let corners: Vec<Place> = corners.iter().map(|(dx, dy)| (x + dx * r, y + dy * r)).collect();
            self.polygon(&corners, colour);
        };
        match mark {
            Mark::Disc => self.put(Circle::new(fine((x, y)), units(r), colour.filled())),
            Mark::Triangle => polygon(&[(0.0, -1.25), (1.15, 0.8), (-1.15, 0.8)]),
            Mark::Square => polygon(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
            Mark::Diamond => polygon(&[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)]),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the one place where all that makes up a text meets")]
    fn write(
        &self,
        text: &str,
        at: Place,
        size: f64,
        colour: RGBColor,
        anchor: Anchor,
        font: FontStyle,
        transform: FontTransform,
    ) {
        let h_pos = match anchor {
            Anchor::Left => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::Right => HPos::Right,
        };
        // Plotters divides sizes by 1.24 on their way into the SVG.
        let style = TextStyle::from((FONTS, size * FINE * 1.24, font))
            .color(&colour)
            .pos(Pos::new(h_pos, VPos::Top))
            .transform(transform);
        self.put(Text::new(text.to_owned(), fine(at), style));
    }

    fn put<E>(&self, element: E)
    where
        for<'e> &'e E: plotters::element::PointCollection<'e, (i32, i32)>,
        for<'b> E: plotters::element::Drawable<SVGBackend<'b>>,
    {
        self.area.draw(&element).expect("a string takes all that is drawn");
    }
}

fn units(pixels: f64) -> i32 {
    // `as` saturates and takes NaN to zero.
    (pixels * FINE).round() as i32
}

fn fine((x, y): Place) -> (i32, i32) {
    (units(x), units(y))
}
