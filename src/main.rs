//! The `byeloss` command. All of it is in [`byeloss::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    byeloss::cli::main()
}
