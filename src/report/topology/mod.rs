//! A topology for people and tools: what was read, as text and as JSON, and its picture.

mod labels;
mod layout;
mod picture;
mod words;

pub use picture::{MOST_DRAWN, draw};
pub use words::{json, text};

use crate::net::Survey;
use crate::random::{Distribution, Probability};
use crate::scenario::{DrawnLink, DrawnNode, Import};
use crate::time::Span;

/// A topology that was read, with its figures.
#[derive(Clone, Debug)]
pub struct TopologyReport<'a> {
    /// What the user called it.
    pub argument: &'a str,
    /// What was read.
    pub import: &'a Import,
    /// Its figures.
    survey: Survey,
    parallel: usize,
}

impl<'a> TopologyReport<'a> {
    /// Looks at a topology; `argument` is what the user called it.
    pub fn new(argument: &'a str, import: &'a Import) -> TopologyReport<'a> {
        let survey = Survey::of(&import.drawing.topology(|_, _, link| link));
        let mut pairs: Vec<[usize; 2]> = import.drawing.links.iter().map(|link| pair(link, import)).collect();
        pairs.sort_unstable();
        let parallel = pairs.windows(2).filter(|pair| pair[0] == pair[1]).count();
        TopologyReport { argument, import, survey, parallel }
    }

    fn nodes(&self) -> &'a [DrawnNode] {
        &self.import.drawing.nodes
    }

    fn links(&self) -> &'a [DrawnLink] {
        &self.import.drawing.links
    }

    /// How it is headed: what the file calls it, or else what the user does.
    fn title(&self) -> &'a str {
        if self.import.title.is_empty() { self.argument } else { &self.import.title }
    }

    /// Nodes whose position is given, is their neighbours' middle, and is not known.
    fn positions(&self) -> [usize; 3] {
        let count = |fits: fn(&DrawnNode) -> bool| self.nodes().iter().filter(|node| fits(node)).count();
        [
            count(|node| node.position.is_some() && !node.approximate),
            count(|node| node.position.is_some() && node.approximate),
            count(|node| node.position.is_none()),
        ]
    }

    /// The least mean delay of all directions of links, the mean over them, and the greatest.
    fn delays(&self) -> Option<[Span; 3]> {
        let both = self.links().iter().flat_map(|link| [Some(&link.forward), link.back.as_ref()]).flatten();
        let mut delays: Vec<Span> = both.map(|link| link.delay.mean()).collect();
        delays.sort_unstable();
        let sum = delays.iter().fold(Span::ZERO, |sum, &delay| sum + delay);
        Some([*delays.first()?, sum.divided_by(delays.len() as u64), *delays.last()?])
    }
}

/// What two edges have alike that are parallel.
fn pair(link: &DrawnLink, import: &Import) -> [usize; 2] {
    let [a, b] = [link.source, link.target];
    if import.directed { [a, b] } else { [a.min(b), a.max(b)] }
}

/// Whether a link does nothing but take time, always the same.
fn only_delays(link: &DrawnLink) -> bool {
    [Some(&link.forward), link.back.as_ref()].into_iter().flatten().all(|link| {
        let loses_nothing = link.is_plain() && link.loss == Probability::NEVER.into();
        loses_nothing && matches!(link.delay, Distribution::Constant(_))
    })
}
