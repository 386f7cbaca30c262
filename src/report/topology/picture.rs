//! The picture of a topology, as SVG.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::super::markup::escape;
use super::super::number;
use super::labels::{Box, Labels};
use super::layout::{Layout, Place, layout};
use super::{TopologyReport, only_delays};
use crate::net::NodeKind;
use crate::scenario::{DrawnLink, DrawnNode};

/// The most nodes that are drawn.
pub const MOST_DRAWN: usize = 5_000;

/// The least width of a picture, in pixels, for its title.
const LEAST_WIDTH: f64 = 560.0;
/// Room for the title, in pixels.
const HEAD: f64 = 64.0;
/// Room for the key, in pixels.
const FOOT: f64 = 44.0;

const INK: &str = "#22262b";
const FAINT: &str = "#5b636c";
const LINK: &str = "#9aa7b3";
const LOSSY: &str = "#c2571a";
const AGENTS: &str = "#1f6fb2";
const TAKES_PART: &str = "#7a3e9d";

/// Links and delays are labelled in pictures of no more links than this.
const MOST_LABELLED_LINKS: usize = 40;

/// Draws the topology: as on a map where positions are known, else by the number of links between its nodes. `None` if
/// it has more than [`MOST_DRAWN`] nodes.
pub fn draw(report: &TopologyReport) -> Option<String> {
    (report.nodes().len() <= MOST_DRAWN).then(|| Picture::new(report).draw())
}

struct Picture<'a> {
    report: &'a TopologyReport<'a>,
    layout: Layout,
    size: Place,
    /// The two ends of each link on paper.
    lines: Vec<(Place, Place)>,
    text: String,
}

impl<'a> Picture<'a> {
    fn new(report: &'a TopologyReport<'a>) -> Picture<'a> {
        let mut layout = layout(report);
        let size = (layout.size.0.max(LEAST_WIDTH), layout.size.1.max(80.0) + HEAD + FOOT);
        let shift = ((size.0 - layout.size.0) / 2.0, HEAD + (size.1 - HEAD - FOOT - layout.size.1) / 2.0);
        layout.places.iter_mut().for_each(|at| *at = (at.0 + shift.0, at.1 + shift.1));
        let mut picture = Picture { report, layout, size, lines: Vec::new(), text: String::new() };
        picture.lines = picture.lines();
        picture
    }

    fn draw(mut self) -> String {
        let (wide, high) = (pixels(self.size.0), pixels(self.size.1));
        let title = escape(self.report.title());
        self.put(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}\" height=\"{high}\" viewBox=\"0 0 {wide} {high}\" \
             role=\"img\" font-family=\"DejaVu Sans, Verdana, sans-serif\">\n<title>{title}</title>\n\
             <rect width=\"{wide}\" height=\"{high}\" fill=\"#ffffff\"/>\n"
        ));
        for (link, &line) in self.report.links().iter().zip(&self.lines.clone()) {
            self.link(link, line);
        }
        for (node, &at) in self.report.nodes().iter().zip(&self.layout.places.clone()) {
            self.node(node, at);
        }
        let left_out = self.labels();
        self.head(left_out);
        self.foot();
        self.text.push_str("</svg>\n");
        self.text
    }

    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.text.write_fmt(text);
    }

    /// The ends of each link; parallel links lie side by side.
    fn lines(&self) -> Vec<(Place, Place)> {
        const BESIDE: f64 = 4.0;
        let mut of_pair: BTreeMap<[usize; 2], usize> = BTreeMap::new();
        let unordered = |link: &DrawnLink| [link.source.min(link.target), link.source.max(link.target)];
        let links = self.report.links();
        links.iter().for_each(|link| *of_pair.entry(unordered(link)).or_default() += 1);
        let mut drawn: BTreeMap<[usize; 2], usize> = BTreeMap::new();
        let line = |link: &DrawnLink| {
            let ends = unordered(link);
            let nth = drawn.entry(ends).or_default();
            let aside = (*nth as f64 - (of_pair[&ends] - 1) as f64 / 2.0) * BESIDE;
            *nth += 1;
            let [a, b] = ends.map(|node| self.layout.places[node]);
            let length = libm::hypot(b.0 - a.0, b.1 - a.1).max(1e-9);
            let (dx, dy) = ((b.1 - a.1) / length * aside, (a.0 - b.0) / length * aside);
            let (a, b) = ((a.0 + dx, a.1 + dy), (b.0 + dx, b.1 + dy));
            if link.source == ends[0] { (a, b) } else { (b, a) }
        };
        links.iter().map(line).collect()
    }

    fn link(&mut self, link: &DrawnLink, (a, b): (Place, Place)) {
        let [source, target] = [link.source, link.target].map(|node| escape(&self.report.nodes()[node].id));
        let colour = if only_delays(link) { LINK } else { LOSSY };
        let about = escape(&link_words(link));
        self.put(format_args!(
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{colour}\" stroke-width=\"1.4\">\
             <title>{source} to {target}: {about}</title></line>\n",
            pixels(a.0),
            pixels(a.1),
            pixels(b.0),
            pixels(b.1)
        ));
        if self.report.import.directed {
            let length = libm::hypot(b.0 - a.0, b.1 - a.1).max(1e-9);
            let (dx, dy) = ((b.0 - a.0) / length, (b.1 - a.1) / length);
            let tip = (b.0 - dx * 9.0, b.1 - dy * 9.0);
            let corner = |side: f64| (tip.0 - dx * 8.0 - dy * side, tip.1 - dy * 8.0 + dx * side);
            self.polygon(&[tip, corner(3.5), corner(-3.5)], colour, colour);
        }
    }

    fn polygon(&mut self, corners: &[Place], fill: &str, stroke: &str) {
        let points: Vec<String> = corners.iter().map(|at| format!("{},{}", pixels(at.0), pixels(at.1))).collect();
        self.put(format_args!(
            "<polygon points=\"{}\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"1.5\"/>\n",
            points.join(" ")
        ));
    }

    fn node(&mut self, node: &DrawnNode, at: Place) {
        let about = escape(&format!("{}: {}{}", node.id, node.kind.name(), where_words(node)));
        self.put(format_args!("<g><title>{about}</title>\n"));
        self.mark(node.kind, at, node.approximate || !node.is_place);
        self.put(format_args!("</g>\n"));
    }

    /// A mark for a kind of node, each told from the others without colour.
    fn mark(&mut self, kind: NodeKind, (x, y): Place, hollow: bool) {
        let r = radius(kind);
        let colour = colour(kind);
        let fill = if hollow { "#ffffff" } else { colour };
        match shape(kind) {
            Shape::Disc => self.put(format_args!(
                "<circle cx=\"{}\" cy=\"{}\" r=\"{r}\" fill=\"{fill}\" stroke=\"{colour}\" stroke-width=\"1.5\"/>\n",
                pixels(x),
                pixels(y)
            )),
            Shape::Square => {
                self.polygon(&[(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)], fill, colour);
            }
            Shape::Diamond => {
                let r = r * 1.4;
                self.polygon(&[(x, y - r), (x + r, y), (x, y + r), (x - r, y)], fill, colour);
            }
        }
    }

    fn write(&mut self, text: &str, (x, y): Place, size: f64, colour: &str, anchor: &str, bold: bool) {
        let weight = if bold { " font-weight=\"bold\"" } else { "" };
        self.put(format_args!(
            "<text x=\"{}\" y=\"{}\" font-size=\"{size}\" fill=\"{colour}\" text-anchor=\"{anchor}\"{weight} \
             stroke=\"#ffffff\" stroke-width=\"2.5\" paint-order=\"stroke\" stroke-linejoin=\"round\">{}</text>\n",
            pixels(x),
            pixels(y + size * 0.36),
            escape(text)
        ));
    }

    /// Writes the names of nodes, those of the largest degree first, and what links do; returns how many names there
    /// was no room for.
    fn labels(&mut self) -> usize {
        let nodes = self.report.nodes();
        let size = if nodes.len() > 60 { 10.0 } else { 12.0 };
        let taken = nodes.iter().zip(&self.layout.places).map(|(node, &at)| {
            let wide = radius(node.kind) * 2.0 + 2.0;
            Box::around(at, wide, wide)
        });
        let head = Box::around((self.size.0 / 2.0, HEAD / 2.0 - 4.0), self.size.0, HEAD - 8.0);
        let foot = Box::around((self.size.0 / 2.0, self.size.1 - FOOT / 2.0), self.size.0, FOOT);
        let lines = self.lines.clone();
        let mut labels = Labels::new(self.size, &lines, taken.chain([head, foot]).collect());
        let mut left_out = 0;
        for node in self.report.survey.by_degree() {
            let name = shortened(&nodes[node].id);
            let at = self.layout.places[node];
            let (wide, high) = (width(&name, size), size * 1.15);
            if let Some(at) = labels.beside(at, radius(nodes[node].kind), wide, high) {
                self.write(&name, at, size, INK, "middle", false);
            } else if let Some((middle, end)) = labels.away(at, wide, high) {
                self.put(format_args!(
                    "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{INK}\" stroke-width=\"0.5\"/>\n",
                    pixels(at.0),
                    pixels(at.1),
                    pixels(end.0),
                    pixels(end.1)
                ));
                self.write(&name, middle, size, INK, "middle", false);
            } else {
                left_out += 1;
            }
        }
        if self.report.links().len() <= MOST_LABELLED_LINKS {
            const SIZE: f64 = 9.5;
            for (link, line) in self.report.links().iter().zip(&lines) {
                let words = link_words(link);
                if let Some(at) = labels.on(*line, width(&words, SIZE), SIZE * 1.15) {
                    self.write(&words, at, SIZE, FAINT, "middle", false);
                }
            }
        }
        left_out
    }

    fn head(&mut self, left_out: usize) {
        let report = self.report;
        let how = match self.layout.km_per_pixel {
            Some(_) => "drawn by coordinates",
            None => "drawn by the number of links between nodes",
        };
        let nodes = number::counted(report.nodes().len() as u64, "node");
        let mut about = format!("{nodes}, {}, {how}", number::counted(report.links().len() as u64, "link"));
        if self.layout.beside_the_map > 0 {
            about.push_str(&format!("; below the map {} without a position", self.layout.beside_the_map));
        }
        if left_out > 0 {
            about.push_str(&format!("; no room for {left_out} names"));
        }
        let fits = (self.size.0 / 9.5) as usize;
        let title: String = report.title().chars().take(fits).collect();
        self.write(&title, (16.0, 24.0), 16.0, INK, "start", true);
        self.write(&about, (16.0, 46.0), 12.0, FAINT, "start", false);
    }

    /// The key, and the scale of a map.
    fn foot(&mut self) {
        let y = self.size.1 - 20.0;
        let mut x = 22.0;
        let nodes = self.report.nodes();
        for (name, kind) in NodeKind::NAMES {
            if nodes.iter().any(|node| node.kind == kind) {
                self.mark(kind, (x, y), false);
                self.write(name, (x + 11.0, y), 11.0, FAINT, "start", false);
                x += width(name, 11.0) + 36.0;
            }
        }
        if nodes.iter().any(|node| node.approximate || !node.is_place) {
            self.mark(NodeKind::Router, (x, y), true);
            let about = "external, a hyperedge, or of its neighbours' middle";
            self.write(about, (x + 11.0, y), 11.0, FAINT, "start", false);
        }
        if let Some(km_per_pixel) = self.layout.km_per_pixel {
            let km = round_length(km_per_pixel * 130.0);
            let long = km / km_per_pixel;
            let right = self.size.0 - 16.0;
            self.put(format_args!(
                "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{FAINT}\" stroke-width=\"2\"/>\n",
                pixels(right - long),
                pixels(y - 20.0),
                pixels(right),
                pixels(y - 20.0)
            ));
            let text = format!("{} km", number::significant(km, 1));
            self.write(&text, (right, y - 30.0), 10.0, FAINT, "end", false);
        }
    }
}

/// What a link does, in the fewest words: its mean delay, there and back if they differ.
fn link_words(link: &DrawnLink) -> String {
    let ms = |link: &crate::net::Link| number::significant(link.delay.mean().as_nanos() as f64 / 1e6, 3);
    let there = ms(&link.forward);
    match link.back.as_ref().map(ms) {
        Some(back) if back != there => format!("{there} / {back} ms"),
        Some(_) | None => format!("{there} ms"),
    }
}

fn where_words(node: &DrawnNode) -> String {
    let about = if node.approximate { " (of its neighbours' middle)" } else { "" };
    node.position.map_or_else(String::new, |at| format!(", {:.3}, {:.3}{about}", at.latitude(), at.longitude()))
}

/// What tells kinds apart on paper.
enum Shape {
    Disc,
    Square,
    Diamond,
}

fn shape(kind: NodeKind) -> Shape {
    match kind {
        NodeKind::Agents | NodeKind::Router | NodeKind::Nat => Shape::Disc,
        NodeKind::StatelessProxy | NodeKind::StatefulProxy | NodeKind::CallStatefulProxy => Shape::Square,
        NodeKind::B2bua | NodeKind::Platform => Shape::Diamond,
    }
}

fn radius(kind: NodeKind) -> f64 {
    match kind {
        NodeKind::Router | NodeKind::Nat => 4.0,
        NodeKind::Agents | NodeKind::StatelessProxy | NodeKind::StatefulProxy => 5.5,
        NodeKind::CallStatefulProxy | NodeKind::B2bua | NodeKind::Platform => 6.5,
    }
}

fn colour(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Agents => AGENTS,
        NodeKind::Router | NodeKind::Nat | NodeKind::StatelessProxy => FAINT,
        NodeKind::StatefulProxy | NodeKind::CallStatefulProxy | NodeKind::B2bua | NodeKind::Platform => TAKES_PART,
    }
}

/// A name that does not take all the room.
fn shortened(name: &str) -> String {
    const LONGEST: usize = 26;
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", name[..end].trim_end()),
        None => name.to_owned(),
    }
}

/// The estimated width of a text, rather too wide than too narrow.
fn width(text: &str, size: f64) -> f64 {
    let ems: f64 = text.chars().map(|c| if c >= '\u{2e80}' { 1.0 } else { 0.61 }).sum();
    ems * size
}

/// The longest length of one digit, 1, 2 or 5, that is no longer.
fn round_length(most: f64) -> f64 {
    let mut power = 1e-3;
    while power * 10.0 <= most {
        power *= 10.0;
    }
    [5.0, 2.0, 1.0].into_iter().map(|digit| digit * power).find(|length| *length <= most).unwrap_or(power)
}

/// Pixels to a tenth: less text, and nothing that one could see.
fn pixels(x: f64) -> String {
    let text = format!("{x:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}
