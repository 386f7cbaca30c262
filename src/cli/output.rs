//! Standard output and error.

use std::io::{self, IsTerminal, Write};

use super::Exit;
use crate::scenario::Diagnostics;

/// Prints `text` to standard output. A reader that has gone away has read enough.
pub fn print(text: &str) -> Exit {
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
pub fn say(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Prints what is wrong with the input.
pub fn complain(diagnostics: &Diagnostics) -> Exit {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
        || std::env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
    say(&diagnostics.render(io::stderr().is_terminal() && !plain));
    Exit::BadInput
}
