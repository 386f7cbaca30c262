//! The route of the call that is being run, and what follows from it.

use super::chain::Chain;
use super::fault::Fault;
use super::parts::{Between, Crash, Part};
use super::setup::Setup;
use super::ways::Way;
use crate::net::Path;
use crate::time::Span;

/// The route of a call: of the only one there is, or of one of several.
#[derive(Debug)]
pub(super) struct ActiveRoute<'a> {
    pub path: &'a Path,
    pub between: &'a [Between],
    pub crashes: &'a [Crash],
    pub faults: &'a [Fault],
    pub chain: Chain,
    pub has_tcp: bool,
    /// Whether the links alone decide what becomes of a message, as long as no end is suppressed.
    pub is_fast: bool,
    /// The limit that each element has of the B2BUA that it is a leg of, by its number.
    pub media_limits: Vec<Option<Span>>,
}

impl<'a> ActiveRoute<'a> {
    /// The first route of `setup`.
    pub(super) fn first(setup: &'a Setup) -> ActiveRoute<'a> {
        let Setup { path, between, crashes, faults, .. } = setup;
        ActiveRoute::new(path, between, crashes, faults, Chain::new(between, path.len()))
    }

    /// One of several.
    pub(super) fn of(way: &'a Way) -> ActiveRoute<'a> {
        ActiveRoute::new(&way.path, &way.between, &way.crashes, &way.faults, way.chain().clone())
    }

    fn new(
        path: &'a Path,
        between: &'a [Between],
        crashes: &'a [Crash],
        faults: &'a [Fault],
        chain: Chain,
    ) -> ActiveRoute<'a> {
        ActiveRoute {
            path,
            between,
            crashes,
            faults,
            chain,
            has_tcp: path.has_tcp(),
            is_fast: faults.is_empty() && path.is_plain(),
            media_limits: limits_of_legs(between),
        }
    }
}

/// The limit that each element has of the B2BUA that it is a leg of, by its number.
fn limits_of_legs(between: &[Between]) -> Vec<Option<Span>> {
    let mut limits = vec![None, None];
    for between in between {
        match &between.part {
            Part::Proxy(_) => limits.push(None),
            Part::B2bua { media_limit, .. } => limits.extend([*media_limit; 2]),
        }
    }
    limits
}
