//! From SVG to PNG, with the embedded font alone.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};
use std::sync::Arc;

/// Pixels of the PNG for each of the SVG's: sharp on fine screens and in print.
const SCALE: f32 = 2.0;

/// A figure's SVG as PNG, twice as wide and high.
///
/// # Panics
/// If `svg` is no SVG; those of this room are.
pub fn png(svg: &str) -> Vec<u8> {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(dejavu::sans::regular().to_vec());
    fonts.load_font_data(dejavu::sans::bold().to_vec());
    let options = Options { fontdb: Arc::new(fonts), font_family: "DejaVu Sans".to_owned(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).expect("an SVG that we wrote");
    let size = tree.size();
    let [width, height] = [size.width(), size.height()].map(|pixels| (pixels * SCALE) as u32);
    let mut pixels = Pixmap::new(width.max(1), height.max(1)).expect("a picture of some thousand pixels");
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixels.as_mut());
    pixels.encode_png().expect("written to memory")
}
