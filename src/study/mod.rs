//! Sweeps: every point of a study run, counted, compared call by call, and set beside closed forms.

mod closed_form;
mod difference;
mod results;
mod run;

pub use difference::{Difference, Found, first_difference};
pub use results::{PointLoad, PointResult, PointTheory, Results};
pub use run::{Options, run, total_calls};
