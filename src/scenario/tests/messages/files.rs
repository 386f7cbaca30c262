//! Mistakes in files and TOML itself.

use super::*;

#[test]
fn each_mistake_of_files_is_named_where_it_stands() {
    for (what, change, more, sets, errors) in [
        (
            "a string for a table",
            ["topology", "calls = 1\ntopology"],
            "hangup = 5\n",
            &[][..],
            &["5:2: this is not TOML"][..],
        ),
        (
            "an empty file",
            [LEAST, ""],
            "",
            &[][..],
            &[
                "1:1: `name` is missing",
                "1:1: `topology` is missing",
                "1:1: `calls.count` is missing",
                "1:1: `calls.talk-time` is missing",
            ][..],
        ),
        ("no toml", ["name = \"least\"", "name = least"], "", &[][..], &["1:8: this is not TOML"][..]),
        ("a key twice", AS_IT_IS, "count = 11\n", &[][..], &["7:1: this is not TOML"][..]),
        ("no such topology", ["direct", "two-proxys"], "", &[][..], &["2:12: there is no topology `two-proxys`"][..]),
        (
            "no such topology file",
            ["direct", "topologies/dirct.json"],
            "",
            &[][..],
            &["2:12: cannot read `topologies/dirct.json`: there is no such file"][..],
        ),
    ] {
        assert_refused(what, &refused(change, more, sets), errors);
    }
}

#[test]
fn each_file_that_cannot_be_taken_is_named() {
    for (what, name, errors) in [
        ("an unknown scenario", "sesion-expires", &["there is no scenario `sesion-expires`"][..]),
        (
            "a scenario file that is not there",
            "scenarios/ka-2.toml",
            &["cannot read `scenarios/ka-2.toml`: there is no such file"][..],
        ),
        ("a folder", "scenarios/", &["cannot read `scenarios/`: it is a folder"][..]),
    ] {
        assert_refused(what, &refused_file(name), errors);
    }
}
