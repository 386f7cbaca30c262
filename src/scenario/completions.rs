//! What `--set` can be given: dotted keys, and the words that they take.

use super::builtin::{self, BuiltinKind};
use super::form::Row;
use super::vocabulary;

/// Every key that `--set` can name without the names of a topology, as `KEY=`, and for each word that it takes
/// `KEY=WORD`; of a list, those of its first table.
pub fn set_arguments() -> Vec<String> {
    let mut settings = Vec::new();
    for (name, row) in vocabulary::dotted() {
        let mut words = row.form.words();
        if name == "topology" {
            words.extend(builtin::names(BuiltinKind::Topology));
        }
        if is_set_whole(&row) || !words.is_empty() {
            settings.push(format!("{name}="));
        }
        settings.extend(words.into_iter().map(|word| format!("{name}={word}")));
    }
    settings
}

/// Whether a value stands there, and not only keys of a table or tables of a list.
fn is_set_whole(row: &Row) -> bool {
    row.form.rows().is_empty() && row.form.inner().is_none_or(|inner| inner.rows().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_keys_and_their_words() {
        let settings = set_arguments();
        let of = |start: &str| -> Vec<&str> {
            settings.iter().map(String::as_str).filter(|setting| setting.starts_with(start)).collect()
        };
        let refresher = ["callee.refresher=", "callee.refresher=uac", "callee.refresher=uas", "callee.refresher=none"];
        assert_eq!(of("callee.refresher="), refresher);
        assert_eq!(of("timers"), ["timers.t1=", "timers.t2=", "timers.t4="]);
        assert_eq!(of("topology=two-p"), ["topology=two-proxies"]);
        assert_eq!(of("calls.talk-time.sh"), ["calls.talk-time.shape="]);
        assert_eq!(of("faults.0.clock=h"), ["faults.0.clock=hang-up"]);
        assert!(of("calls=").is_empty());
    }
}
