//! Sweeps: every point of a study run, counted, compared call by call, and set beside closed forms.

mod closed_form;
mod results;
mod run;

pub use results::{PointResult, PointTheory, Results};
pub use run::{Options, run, total_calls};
