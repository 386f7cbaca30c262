//! Standard output and error.

use std::io::{self, IsTerminal, Write};

use super::Exit;
use crate::report::WIDTH;
use crate::scenario::{self, AnyStudy, Diagnostics};

/// Prints `text` to standard output. A reader that has gone away has read enough.
pub(super) fn print(text: &str) -> Exit {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Exit::Done,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
        Err(error) => {
            say(&format!("error: standard output: {error}"));
            Exit::Fault
        }
    }
}

/// Prints a line to standard error; where even that fails, nobody can be told.
pub(super) fn say(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Prints what is wrong with the input.
pub(super) fn complain(diagnostics: &Diagnostics) -> Exit {
    say(&diagnostics.render(has_colours()));
    Exit::BadInput
}

/// Opens a scenario, and prints what should be written otherwise in it.
pub(super) fn open(scenario: &str, sets: &[String]) -> Result<AnyStudy, Diagnostics> {
    let asked = scenario::open(scenario, sets)?;
    asked.warnings().iter().for_each(|warning| say(&warning.render(has_colours())));
    Ok(asked)
}

fn has_colours() -> bool {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
        || std::env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
    io::stderr().is_terminal() && !plain
}

/// How many columns a line may have: those of the terminal, or [`WIDTH`] where standard output is none.
pub(super) fn width() -> usize {
    if !io::stdout().is_terminal() {
        return WIDTH;
    }
    terminal_size::terminal_size().map_or(WIDTH, |(columns, _)| columns.0.into())
}
