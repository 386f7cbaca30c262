//! A figure that is drawn.

/// A figure, and the name of its files without extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The name of its files without extension.
    pub name: &'static str,
    /// What it shows, in a sentence for those who cannot see it.
    pub caption: &'static str,
    /// The drawing.
    pub svg: String,
}
