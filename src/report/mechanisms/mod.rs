//! A study that sweeps over mechanisms: what each finds, drops and costs, with devices that stand beside.

mod figure;
mod rows;
mod takeaway;

pub use figure::draw;
pub use rows::sheet;
pub use takeaway::takeaway;
