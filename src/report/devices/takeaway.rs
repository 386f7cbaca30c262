//! What a reader should take from a study of devices, in words that are true whatever was found.

use super::point::{Point, Study};
use crate::report::number::{count, counted, length, rate};
use crate::report::sweep;

/// The study in a paragraph: how soon devices are found, what that costs, false offlines, and the storm.
pub fn say(study: &Study) -> String {
    let sentences = [detection(study), false_offlines(study), cost(study), storm(study), unrecovered(study)];
    let text: Vec<String> = sentences.into_iter().flatten().collect();
    if text.is_empty() { "No device was registered.".to_owned() } else { text.join(" ") }
}

/// A point in prose, with the word that joins it to what is said of it.
fn at(study: &Study, point: &Point) -> String {
    if study.results.axes.is_empty() {
        String::new()
    } else {
        format!("With {} ", sweep::in_words(study.results, point.result))
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The point with the least, and the one with the most, of `figure`.
fn extremes<'a>(study: &'a Study<'a>, figure: impl Fn(&Point) -> Option<f64>) -> Option<[(&'a Point<'a>, f64); 2]> {
    let known: Vec<(&Point, f64)> =
        study.points.iter().filter_map(|point| figure(point).map(|value| (point, value))).collect();
    let least = known.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1))?;
    let most = known.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some([least, most])
}

fn detection(study: &Study) -> Option<String> {
    let [(soonest, least), (latest, most)] = extremes(study, |point| point.detection.mean_s)?;
    let p99 = |point: &Point| length(point.detection.p99_s.unwrap_or(0.0));
    let first = format!(
        "{}a platform finds out after {} on average that a device is gone without a word, and in 99 of 100 cases after no more than {}",
        at(study, soonest),
        length(least),
        p99(soonest)
    );
    if std::ptr::eq(soonest, latest) || most <= least {
        return Some(capital(&format!("{first}.")));
    }
    let second = sweep::in_words(study.results, latest.result);
    Some(capital(&format!("{first}; with {second} after {} and {}.", length(most), p99(latest))))
}

fn false_offlines(study: &Study) -> Option<String> {
    let per = |point: &Point| point.result.devices().false_offlines_per_thousand_device_days();
    let [(_, least), (worst, most)] = extremes(study, per)?;
    if most <= 0.0 {
        return Some("No living device was called offline.".to_owned());
    }
    let most = format!("{} times for each thousand devices and day", rate(most));
    let place = at(study, worst);
    let rest = if least > 0.0 || study.points.len() < 2 { "" } else { "; at some points never" };
    Some(capital(&format!("{place}living devices are called offline {most}{rest}.")))
}

fn cost(study: &Study) -> Option<String> {
    let [(_, least), (dearest, most)] = extremes(study, |point| point.requests_per_s_per_thousand())?;
    let first = format!("A thousand devices send {} requests a second", rate(least));
    if most <= least {
        return Some(format!("{first}."));
    }
    Some(format!(
        "{first} at least and {} at most, with {}.",
        rate(most),
        sweep::in_words(study.results, dearest.result)
    ))
}

fn storm(study: &Study) -> Option<String> {
    let peak = |point: &Point| point.storm.as_ref().map(|storm| f64::from(storm.peak_requests));
    let [(mildest, least), (worst, most)] = extremes(study, peak)?;
    let storm = worst.storm.as_ref()?;
    let down = length(storm.restart.down.as_secs_f64());
    let devices = counted(worst.result.devices().devices, "device");
    let place = if study.results.axes.is_empty() {
        String::new()
    } else {
        format!(" with {}", sweep::in_words(study.results, worst.result))
    };
    let first = format!(
        "After platforms were down for {down}, the busiest second of {devices} has {} requests{place}",
        count(storm.peak_requests.into())
    );
    let back = storm
        .all_back_s
        .filter(|_| storm.not_back == 0)
        .map_or_else(String::new, |all| format!(", and all are back after {}", length(all)));
    if most <= least {
        return Some(format!("{first}{back}."));
    }
    let other = sweep::in_words(study.results, mildest.result);
    Some(format!("{first}{back}; with {other} it has {}.", rate(least)))
}

fn unrecovered(study: &Study) -> Option<String> {
    let held: u64 = study.points.iter().map(|point| point.detection.unrecovered).sum();
    (held > 0).then(|| {
        format!(
            "{} still held when the run ended, and in no mean.",
            match held {
                1 => "One device that had gone was".to_owned(),
                held => format!("{} devices that had gone were", count(held)),
            }
        )
    })
}
