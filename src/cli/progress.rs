//! How far a run is: a bar on a terminal, silence off it.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar for `total` `units` of the scenario `name`.
pub(super) fn bar(name: &str, units: &str, total: u64) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    }
    let bar = ProgressBar::new(total).with_message(name.to_owned());
    let style = ProgressStyle::with_template(&format!(
        "{{msg}} {{wide_bar}} {{human_pos}} of {{human_len}} {units}, {{eta}} left"
    ));
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
