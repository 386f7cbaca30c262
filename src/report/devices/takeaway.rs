//! What a reader should take from a study of devices, in words that are true whatever was found.

use crate::analysis::{DeviceFigures, Devices, Range};
use crate::report::number::{count, counted, duration, rate};
use crate::report::sweep;

/// The study in a paragraph: how soon devices are found, what that costs, false offlines, and the storm.
pub(super) fn summary(devices: &Devices) -> String {
    let sentences = [detection(devices), false_offlines(devices), cost(devices), storm(devices), unrecovered(devices)];
    let text: Vec<String> = sentences.into_iter().flatten().collect();
    if text.is_empty() { "No device was registered.".to_owned() } else { text.join(" ") }
}

/// A point in prose, with the word that joins it to what is said of it.
fn at(devices: &Devices, point: &DeviceFigures) -> String {
    if devices.results.axes.is_empty() {
        String::new()
    } else {
        format!("With {} ", sweep::in_words(devices.results, point.result))
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn detection(devices: &Devices) -> Option<String> {
    let Range { least: (soonest, least), most: (latest, most) } = devices.detection_range()?;
    let [soonest, latest] = [soonest, latest].map(|point| &devices.points[point]);
    let p99 = |point: &DeviceFigures| duration(point.detection.p99_s.unwrap_or(0.0));
    let first = format!(
        "{}a platform finds out after {} on average that a device is gone without a word, and in 99 of 100 cases after no more than {}",
        at(devices, soonest),
        duration(least),
        p99(soonest)
    );
    if std::ptr::eq(soonest, latest) || most <= least {
        return Some(capital(&format!("{first}.")));
    }
    let second = sweep::in_words(devices.results, latest.result);
    Some(capital(&format!("{first}; with {second} after {} and {}.", duration(most), p99(latest))))
}

fn false_offlines(devices: &Devices) -> Option<String> {
    let Range { least: (_, least), most: (worst, most) } = devices.false_offline_range()?;
    let worst = &devices.points[worst];
    if most <= 0.0 {
        return Some("No living device was called offline.".to_owned());
    }
    let most = format!("{} times for each thousand devices and day", rate(most));
    let place = at(devices, worst);
    let rest = if least > 0.0 || devices.points.len() < 2 { "" } else { "; at some points never" };
    Some(capital(&format!("{place}living devices are called offline {most}{rest}.")))
}

fn cost(devices: &Devices) -> Option<String> {
    let Range { least: (_, least), most: (dearest, most) } = devices.requests_range()?;
    let dearest = &devices.points[dearest];
    let first = format!("A thousand devices send {} requests a second", rate(least));
    if most <= least {
        return Some(format!("{first}."));
    }
    Some(format!(
        "{first} at least and {} at most, with {}.",
        rate(most),
        sweep::in_words(devices.results, dearest.result)
    ))
}

fn storm(devices: &Devices) -> Option<String> {
    let Range { least: (mildest, least), most: (worst, most) } = devices.storm_range()?;
    let [mildest, worst] = [mildest, worst].map(|point| &devices.points[point]);
    let storm = worst.storm.as_ref()?;
    let down = duration(storm.restart.down.as_secs_f64());
    let number = counted(worst.result.devices().devices, "device");
    let place = if devices.results.axes.is_empty() {
        String::new()
    } else {
        format!(" with {}", sweep::in_words(devices.results, worst.result))
    };
    let first = format!(
        "After platforms were down for {down}, the busiest second of {number} has {} requests{place}",
        count(storm.peak_requests.into())
    );
    let back = storm
        .reregistered_all_s
        .filter(|_| storm.not_back == 0)
        .map_or_else(String::new, |all| format!(", and all are back after {}", duration(all)));
    if most <= least {
        return Some(format!("{first}{back}."));
    }
    let other = sweep::in_words(devices.results, mildest.result);
    Some(format!("{first}{back}; with {other} it has {}.", rate(least)))
}

fn unrecovered(devices: &Devices) -> Option<String> {
    let held = devices.unrecovered();
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
