//! Drawing figures, as SVG and as PNG.
//!
//! Titles state what the figure shows. Colours are told apart by the colour-blind, marks without colour. The PNG is the
//! SVG drawn by resvg with an embedded font; no font of the system is asked for.

pub(super) mod axis;
pub(super) mod bye_loss;
pub(super) mod canvas;
mod figure;
pub(super) mod frame;
pub(super) mod load;
pub(super) mod map;
mod panel;
pub(super) mod queue;
mod raster;
pub(super) mod recovery;
pub(super) mod survival;
pub(super) mod trade_off;

pub use figure::Figure;
pub use raster::png;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_png_is_made_with_the_embedded_font_alone() {
        let svg = |text| canvas::svg("t", |c| c.bold(text, (100.0, 100.0), 40.0, canvas::INK, canvas::Anchor::Left));
        let [with, without] = ["Text", ""].map(|text| png(&svg(text)));
        assert_eq!(&with[1..4], b"PNG");
        assert_ne!(with, without);
    }
}
