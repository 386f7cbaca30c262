//! `byeloss completions` and `byeloss schema`.

use clap::CommandFactory;
use clap_complete::Shell;

use super::Exit;
use super::args::Args;
use super::output::print;
use crate::scenario;

/// The name of the program, and of the functions that complete it.
const NAME: &str = "byeloss";

/// Prints the JSON Schema of scenario files.
pub(super) fn schema() -> Exit {
    print(&format!("{:#}\n", scenario::schema()))
}

/// Prints a script by which this shell completes commands, options, and the keys and words of `--set`.
pub(super) fn completions(shell: Shell) -> Exit {
    print(&script(shell))
}

fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), NAME, &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    let settings = scenario::set_arguments();
    match shell {
        Shell::Bash => script + &bash(&settings),
        Shell::Zsh => zsh(&script, &settings),
        Shell::Fish => script + &fish(&settings),
        _ => script,
    }
}

/// What completes `--set` before the rest is asked. A key is completed to its `=`, which usually begins a word of its
/// own.
fn bash(settings: &[String]) -> String {
    const FUNCTION: &str = r#"
_byeloss_or_setting() {
    local line="${COMP_LINE:0:COMP_POINT}"
    if [[ $line =~ --set(-a|-b)?[[:space:]=]+([^[:space:]]*)$ ]]; then
        local typed="${BASH_REMATCH[2]}" found
        found="$(compgen -W "$_byeloss_settings" -- "$typed")"
        if [[ $typed != *=* ]]; then
            COMPREPLY=($(printf '%s\n' "$found" | sed 's/=.*/=/' | uniq))
            compopt -o nospace 2> /dev/null
        elif [[ $COMP_WORDBREAKS == *=* ]]; then
            COMPREPLY=($(printf '%s\n' "$found" | sed 's/^[^=]*=//'))
        else
            COMPREPLY=($found)
        fi
        return 0
    fi
    _byeloss "$@"
}

complete -F _byeloss_or_setting -o bashdefault -o default byeloss
"#;
    format!("\n_byeloss_settings='{}'\n{FUNCTION}", settings.join("\n"))
}

/// The script with an action of its own for the values of `--set`.
fn zsh(script: &str, settings: &[String]) -> String {
    let function = format!(
        "_byeloss_setting() {{\n    local -a settings=({})\n    compadd -S '' -a settings\n}}\n\n",
        settings.join(" ")
    );
    let script = script.replace(":KEY=VALUE:_default", ":KEY=VALUE:_byeloss_setting");
    match script.split_once("_byeloss() {") {
        Some((head, rest)) => format!("{head}{function}_byeloss() {{{rest}"),
        None => script,
    }
}

fn fish(settings: &[String]) -> String {
    let options = ["set", "set-a", "set-b"];
    let lines = options.map(|option| format!("complete -c {NAME} -l {option} -x -a '{}'\n", settings.join(" ")));
    lines.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_script_completes_commands_options_keys_and_words() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let script = script(shell);
            for part in ["topology", "largest-component", "session-timer.session-expires=", "callee.refresher=uas"] {
                assert!(script.contains(part), "{shell}: {part}");
            }
        }
        assert!(script(Shell::Zsh).contains(":KEY=VALUE:_byeloss_setting"));
    }
}
