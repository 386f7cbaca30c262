//! The figures of a study, as SVG and as PNG: three of every study, two maps of a sweep of two axes, how often BYEs are
//! lost in networks with bad times, the load where it is asked for, and the queues before links with a rate.
//!
//! Titles state what the figure shows. Colours are told apart by the colour-blind, marks without colour. The PNG is the
//! SVG drawn by resvg with an embedded font; no font of the system is asked for.

pub(super) mod axis;
mod bye_loss;
pub(super) mod canvas;
pub(super) mod frame;
mod load;
mod map;
mod panel;
mod queue;
mod raster;
mod recovery;
pub(super) mod survival;
pub(super) mod trade_off;

pub use raster::png;

use super::mechanisms;
use super::page::escape;
use super::point::Study;
use crate::study::Results;

/// A figure, and the name of its files without extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// `recovery`, `survival` or `trade-off`; `recovery-map`, `false-drops-map` or `bye-loss-map`; `bye-loss`; `load`; `queue`; `mechanisms`.
    pub name: &'static str,
    /// What it shows, in a sentence for those who cannot see it.
    pub caption: &'static str,
    /// The drawing.
    pub svg: String,
}

/// Mean recovery against the sweep, ghosts still held over time, and recovery against refresh messages; of two axes, maps
/// of recovery and false drops before them; of networks with bad times, how often BYEs are lost; of a sweep over mechanisms, one
/// figure that shows which is best where.
pub fn figures(results: &Results) -> Vec<Figure> {
    drawn(&Study::of(results))
}

/// See [`figures`].
pub(super) fn drawn(study: &Study) -> Vec<Figure> {
    if let Some(sheet) = &study.sheet {
        return vec![mechanisms::drawn(sheet)];
    }
    let of_every_study = [
        Figure {
            name: "recovery",
            caption: "Mean recovery time at each point of the study, by the side that hung up: simulated with its 95 % \
                      interval, and by the closed form where there is one.",
            svg: recovery::draw(study),
        },
        Figure {
            name: "survival",
            caption: "Of the calls that lost their BYE, the share still held at each time after the hang-up. Ghosts \
                      still held when the run ended keep their curve above zero.",
            svg: survival::draw(study),
        },
        Figure {
            name: "trade-off",
            caption: "The time by which 99 of 100 ghosts are found, against the refresh messages that live calls pay \
                      for it.",
            svg: trade_off::draw(study),
        },
    ];
    let bye_loss = bye_loss::is_drawn(study).then(|| Figure {
        name: "bye-loss",
        caption: "Share of hang-ups of which no BYE arrived at each point of the study, over many powers of ten: simulated \
                  with its 95 % interval, and by the closed form where there is one.",
        svg: bye_loss::draw(study),
    });
    // Of the first point that has a load.
    let load = study.results.points.iter().find_map(|point| {
        let load = point.load.as_ref()?;
        Some(Figure { name: "load", caption: load::CAPTION, svg: load::draw(point, load) })
    });
    let queue = queue::draw(study.results).map(|svg| Figure { name: "queue", caption: queue::CAPTION, svg });
    map::draw(study).into_iter().chain(load).chain(queue).chain(bye_loss).chain(of_every_study).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn every_figure_of_every_shape_is_drawn_twice_the_same() {
        for (name, results) in testing::edge_cases() {
            let (once, again) = (figures(&results), figures(&results));
            assert!(once == again, "{name}");
            for figure in &once {
                assert!(figure.svg.starts_with("<svg ") && figure.svg.ends_with("</svg>\n"), "{name}");
                assert!(!figure.svg.contains("NaN") && !figure.svg.contains("inf "), "{name}");
            }
        }
    }

    #[test]
    fn a_png_is_made_with_the_embedded_font_alone() {
        let svg = |text| canvas::svg("t", |c| c.bold(text, (100.0, 100.0), 40.0, canvas::INK, canvas::Anchor::Left));
        let [with, without] = ["Text", ""].map(|text| png(&svg(text)));
        assert_eq!(&with[1..4], b"PNG");
        assert_ne!(with, without);
    }
}
