//! `releases.csv`: how calls ended at each element, by which timer or message, under which rule.

use crate::analysis::{Calls, Release, ReleaseKind, releases};
use crate::report::sheet::{Cell, Column, Groups, Sheet, View};
use crate::sip::ReleaseCause;

const RELEASES: &str = "releases";

/// How files call a cause.
pub(crate) fn cause_key(cause: ReleaseCause) -> String {
    cause.name().replace('-', "_")
}

/// A column of the sheet.
type Field<'a> = Column<Release<'a>>;

/// The sheet.
pub(super) fn sheet<'a>(calls: &'a Calls<'a>) -> Sheet<Release<'a>> {
    let points = calls.points.iter().enumerate();
    Sheet {
        id: "releases",
        caption: "which timer or message, at which element, by which rule, ended how many calls of each point",
        has_file: true,
        file: "releases.csv",
        applies: true,
        groups: Groups::points(calls.results),
        columns: columns(),
        rows: points.flat_map(|(nth, point)| releases(point.result).into_iter().map(move |row| (nth, row))).collect(),
        views: vec![View {
            on_terminal: calls.points.len() == 1,
            ..View::new(
                RELEASES,
                "What ended the calls",
                "At each element, how many calls ended by which timer or message, and the rule by which they did.",
            )
        }],
    }
}

fn columns<'a>() -> Vec<Field<'a>> {
    vec![
        Field::new(
            "element",
            "",
            "who let go: `caller`, `callee`, or what stands between them by the name of its node; the two legs of a B2BUA apart, \
             as `sbc (caller's leg)`; where calls take several ways, each node once over all of them",
            |release, _| Cell::text(release.element),
        )
        .shown("at", &[RELEASES])
        .left(),
        Field::new(
            "cause",
            "",
            "a `CAUSE`, `still_held` if the element held the call when the run ended, `not_established` if the call was never \
             established there, or `other_route` if the call took a route on which it does not stand",
            |release, _| Cell::Text(cause(release.kind)),
        ),
        Field::new("rule", "", "the rule by which it ended the call; empty where there is none", |release, _| {
            Cell::text(rule(release.kind))
        })
        .shown("rule", &[RELEASES])
        .rank(1)
        .left(),
        Field::new("by", "", "the timer or message, in words", |release, _| Cell::text(by(release.kind)))
            .shown("ended by", &[RELEASES])
            .left(),
        Field::new(
            "calls",
            "calls",
            "how many calls; those of one element of a point add up to `calls` in `points.csv`",
            |release, _| Cell::Count(release.calls),
        )
        .shown("calls", &[RELEASES]),
        Field::new("share", "1", "`calls` as a share of all calls of the point", |release, _| {
            Cell::Share(release.calls, release.of)
        })
        .shown("share", &[RELEASES]),
    ]
}

fn cause(kind: ReleaseKind) -> String {
    match kind {
        ReleaseKind::Released(cause) => cause_key(cause),
        ReleaseKind::StillHeld => "still_held".to_owned(),
        ReleaseKind::NeverHeld => "not_established".to_owned(),
        ReleaseKind::OtherWay => "other_route".to_owned(),
    }
}

fn rule(kind: ReleaseKind) -> Option<&'static str> {
    match kind {
        ReleaseKind::Released(cause) => cause.rule(),
        ReleaseKind::StillHeld | ReleaseKind::NeverHeld | ReleaseKind::OtherWay => None,
    }
}

fn by(kind: ReleaseKind) -> &'static str {
    match kind {
        ReleaseKind::Released(cause) => cause.by(),
        ReleaseKind::StillHeld => "still held when the run ended",
        ReleaseKind::NeverHeld => "the call was never established there",
        ReleaseKind::OtherWay => "the call took another route",
    }
}
