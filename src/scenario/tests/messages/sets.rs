//! Mistakes in `--set`.

use super::*;

#[test]
fn each_mistake_of_sets_is_named_where_it_stands() {
    for (what, change, more, sets, errors) in [
        (
            "a set without equals",
            AS_IT_IS,
            "",
            &["calls.count"][..],
            &["command line:1:1: `calls.count` sets nothing"][..],
        ),
        (
            "a set of an unknown key",
            AS_IT_IS,
            "",
            &["calls.cuont=5"][..],
            &["command line:1:7: unknown key `cuont` in `calls`"][..],
        ),
        (
            "a set of a bad value",
            AS_IT_IS,
            "",
            &["session-timer.session-expires=89"][..],
            &["command line:1:31: `session-timer.session-expires` cannot be `89`"][..],
        ),
        (
            "a set of half a list",
            AS_IT_IS,
            "",
            &["calls.count=[1, 2"][..],
            &["command line:1:13: the value of `calls.count` is not TOML"][..],
        ),
        (
            "a set of no key",
            AS_IT_IS,
            "",
            &["calls..count=1"][..],
            &["command line:1:1: `calls..count` is not a key"][..],
        ),
        ("a set to nothing", AS_IT_IS, "", &["seed="][..], &["command line:1:6: `seed` is set to nothing"][..]),
        (
            "a set below a value",
            AS_IT_IS,
            "",
            &["calls.count.max=1"][..],
            &["command line:1:13: `calls.count` is `10` and holds no key `max`"][..],
        ),
        (
            "a set under an axis",
            AS_IT_IS,
            "[sweep]\n\"calls.talk-time\" = [1]\n",
            &["calls.talk-time.mean=1"][..],
            &["command line:1:1: `calls.talk-time.mean` would be overwritten by the axis `calls.talk-time`"][..],
        ),
    ] {
        assert_refused(what, &refused(change, more, sets), errors);
    }
}
