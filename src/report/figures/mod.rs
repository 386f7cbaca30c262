//! Drawing figures, as SVG and as PNG.
//!
//! Titles state what the figure shows. Colours are told apart by the colour-blind, marks without colour. The PNG is the
//! SVG drawn by resvg with an embedded font; no font of the system is asked for.

pub mod axis;
pub mod bye_loss;
pub mod canvas;
mod figure;
pub mod frame;
pub mod load;
pub mod map;
mod panel;
pub mod queue;
mod raster;
pub mod recovery;
pub mod survival;
pub mod trade_off;

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
