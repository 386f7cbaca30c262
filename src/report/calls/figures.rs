//! The list of the figures of a study of calls.

use crate::analysis::Calls;
use crate::report::figures::{Figure, bye_loss, load, map, queue, recovery, survival, trade_off};
use crate::report::mechanisms;
use crate::report::reported::FigureKind;

type Kind = FigureKind<fn(&Calls) -> Option<String>>;

/// All figures in the order of the page. A sweep over mechanisms has that of mechanisms alone.
const FIGURES: [Kind; 10] = [
    Kind {
        name: "mechanisms",
        caption: "Each mechanism under each condition: the time by which 99 of 100 ghosts are found, against the bytes that \
                  live calls pay for it. Lines go along those that no other beats; hollow marks drop more than one call of a \
                  thousand.",
        draw: mechanisms::draw,
    },
    Kind {
        name: "bye-loss-map",
        caption: "Share of hang-ups of which no BYE arrived, at each point of the two axes.",
        draw: map::bye_loss,
    },
    Kind {
        name: "recovery-map",
        caption: "Mean recovery time at each point of the two axes, in seconds. Hatched cells have ghosts that were \
                  still held when the run ended, in this share; the number below is the mean of the others.",
        draw: map::recovery,
    },
    Kind {
        name: "false-drops-map",
        caption: "Of a million established calls, those that a timer or a failed refresh ended while both users \
                  wanted them, at each point of the two axes.",
        draw: map::false_drops,
    },
    Kind {
        name: "load",
        caption: "Messages a second at each element, retransmissions apart; refresh messages; calls and \
                  ghosts held at the end of each second. Outages are shaded. Where several seconds share \
                  a pixel, the busiest counts.",
        draw: load::draw,
    },
    Kind {
        name: "queue",
        caption: "Of the busiest queue of each point, or of the five that lost most, in slots of ten seconds: the \
                  longest wait of a message that found room, and the messages that found none.",
        draw: queue::draw,
    },
    Kind {
        name: "bye-loss",
        caption: "Share of hang-ups of which no BYE arrived at each point of the study, over many powers of ten: simulated \
                  with its 95 % interval, and by the closed form where there is one.",
        draw: bye_loss::draw,
    },
    Kind {
        name: "recovery",
        caption: "Mean recovery time at each point of the study, by the side that hung up: simulated with its 95 % \
                  interval, and by the closed form where there is one.",
        draw: recovery::draw,
    },
    Kind {
        name: "survival",
        caption: "Of the calls that lost their BYE, the share still held at each time after the hang-up. Ghosts \
                  still held when the run ended keep their curve above zero.",
        draw: survival::draw,
    },
    Kind {
        name: "trade-off",
        caption: "The time by which 99 of 100 ghosts are found, against the refresh messages that live calls pay \
                  for it.",
        draw: trade_off::draw,
    },
];

/// Names and captions.
pub(super) fn captions() -> Vec<(&'static str, &'static str)> {
    FIGURES.iter().map(|kind| (kind.name, kind.caption)).collect()
}

/// The figures that these results have.
pub(super) fn drawn(calls: &Calls) -> Vec<Figure> {
    let [of_mechanisms, others @ ..] = &FIGURES;
    let kinds = if calls.mechanisms.is_some() { std::slice::from_ref(of_mechanisms) } else { others };
    let drawn =
        kinds.iter().map(|kind| Some(Figure { name: kind.name, caption: kind.caption, svg: (kind.draw)(calls)? }));
    drawn.flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing;

    #[test]
    fn every_figure_of_every_shape_is_drawn_twice_the_same() {
        for (name, made) in testing::edge_cases() {
            let (once, again) = (drawn(&made.analysed()), drawn(&made.analysed()));
            assert!(once == again, "{name}");
            for figure in &once {
                assert!(figure.svg.starts_with("<svg ") && figure.svg.ends_with("</svg>\n"), "{name}");
                assert!(!figure.svg.contains("NaN") && !figure.svg.contains("inf "), "{name}");
            }
        }
    }
}
