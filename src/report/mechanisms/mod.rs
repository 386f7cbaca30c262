//! A study that sweeps over mechanisms: what each finds, drops and costs, with devices that stand beside.

mod figure;
mod rows;
mod takeaway;

pub(super) use figure::draw;
pub(super) use rows::sheet;
pub(super) use takeaway::takeaway;
