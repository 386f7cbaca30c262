//! How often a BYE is lost, point by point: simulated with 95 % intervals, beside the closed form, over many decades.

use super::axis::{Axis, Unit};
use super::canvas::{Anchor, Canvas, FAINT, GRID, HEIGHT, INK, Mark, WIDTH, svg, text_width};
use super::frame::{Entry, Frame, SMALL};
use crate::analysis::{CallFigures, Calls, Share};
use crate::report::number::{counted, significant};
use crate::report::sweep;
use plotters::style::RGBColor;

const SIMULATED: RGBColor = RGBColor(0x00, 0x72, 0xb2);
const CLOSED: RGBColor = RGBColor(0xd5, 0x5e, 0x00);
const RADIUS: f64 = 4.75;

/// Below this, nothing that anybody does a thousand million times a day happens in ten thousand years: it stands at the
/// left end.
const LEAST: f64 = 1e-22;

/// More points than this have no room for a row each.
const MOST: usize = 40;

/// Of a network that is impaired over time, and one axis with room for its points.
pub(crate) fn draw(calls: &Calls) -> Option<String> {
    let results = calls.results;
    let has_room = results.axes.len() <= 1 && (1..=MOST).contains(&calls.points.len());
    if !has_room || !calls.has_impairments() {
        return None;
    }
    let rates: Vec<Share> = calls.points.iter().map(CallFigures::bye_loss).collect();
    let names: Vec<String> = sweep::short_labels(results, 24);
    let entry = |mark, colour, text: &str| Entry { mark: Some(mark), line: false, colour, text: text.to_owned() };
    let mut legend = vec![entry(Mark::Disc, SIMULATED, "simulated, with its 95 % interval")];
    if rates.iter().any(|rate| rate.theory.is_some()) {
        legend.push(entry(Mark::Diamond, CLOSED, "closed form"));
    }
    let title = title(&rates);
    let subtitle =
        "Share of hang-ups of which no BYE arrived. An interval without a mark: none was lost in the simulation.";
    let frame = Frame::new(&title, subtitle, legend, 40.0);
    let left = 40.0 + names.iter().map(|name| text_width(name, SMALL)).fold(60.0, f64::max);
    let (bottom, top) = frame.y();
    let row = (bottom - top) / rates.len() as f64;
    let ends = [LEAST, 1.0];
    Some(svg(&title, |canvas| {
        frame.draw_heads(canvas);
        let axis = Axis::new("share of hang-ups", &ends, Unit::Number, (left, WIDTH - 40.0));
        for (value, text) in decades() {
            let at = axis.at(value);
            canvas.line(&[(at, top), (at, bottom)], GRID, 1.0);
            canvas.text(&text, (at, bottom + 17.0), SMALL, INK, Anchor::Middle);
        }
        canvas.text(&axis.title, ((left + WIDTH - 40.0) / 2.0, HEIGHT - 22.0), 13.0, INK, Anchor::Middle);
        for ((rate, name), i) in rates.iter().zip(&names).zip(0..) {
            let y = top + (f64::from(i) + 0.5) * row;
            canvas.line(&[(left, y), (WIDTH - 40.0, y)], GRID, 1.0);
            canvas.text(name, (left - 10.0, y), SMALL, INK, Anchor::Right);
            draw_rate(canvas, &axis, *rate, y);
        }
    }))
}

fn draw_rate(canvas: &Canvas, axis: &Axis, rate: Share, y: f64) {
    if let Some([low, high]) = rate.interval() {
        let [low, high] = [low, high].map(|share| axis.at(share.max(LEAST)));
        canvas.line(&[(low, y), (high, y)], SIMULATED, 1.5);
        canvas.line(&[(high, y - 4.0), (high, y + 4.0)], SIMULATED, 1.5);
    }
    if let Some(theory) = rate.theory {
        canvas.mark(Mark::Diamond, (axis.at(theory.max(LEAST)), y), RADIUS + 1.5, CLOSED);
    }
    if rate.hits > 0
        && let Some(share) = rate.value()
    {
        canvas.mark(Mark::Disc, (axis.at(share), y), RADIUS, SIMULATED);
    }
    if rate.of == 0 {
        canvas.text("no hang-up", (axis.at(1.0) - 8.0, y), SMALL, FAINT, Anchor::Right);
    }
}

/// Every fourth power of ten from a hundredth of a millionth of a millionth of a millionth to one.
fn decades() -> Vec<(f64, String)> {
    let powers = (-20..=0).step_by(4).map(|power| {
        let text = match power {
            0 => "1".to_owned(),
            -4 => "1/10 000".to_owned(),
            power => format!("1e{power}"),
        };
        (libm::pow(10.0, f64::from(power)), text)
    });
    powers.collect()
}

fn title(rates: &[Share]) -> String {
    let lossy = rates.iter().filter(|rate| rate.hits > 0).count();
    let worst = rates.iter().filter_map(|rate| rate.value()).fold(0.0, f64::max);
    match (lossy, rates.len()) {
        (0, _) => "No BYE was lost".to_owned(),
        (_, 1) => format!("One hang-up in {} loses its BYE", significant(1.0 / worst, 2)),
        (lossy, all) => format!(
            "{} of {all} lose BYEs, the worst at one hang-up in {}",
            counted(lossy as u64, "network"),
            significant(1.0 / worst, 2)
        ),
    }
}
