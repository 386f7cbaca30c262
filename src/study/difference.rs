//! Where two studies part: the first fact that differs.

use std::sync::atomic::AtomicBool;

use crate::measure::Fingerprint;
use crate::scenario::{Point, Study};
use crate::time::Time;
use crate::world::{Fact, Observer, Runner};

/// A fact that differs between two studies, before which nothing does.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// At which point of the sweep, from 0.
    pub point: usize,
    /// In which call, from 0.
    pub call: u32,
    /// Which fact of the call, from 0.
    pub number: u64,
    /// What is there in the first study and in the second.
    pub found: [Found; 2],
}

/// What a study has in a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Found {
    /// This fact at this instant.
    Fact(Time, Fact),
    /// Nothing: the call has no more facts.
    EndOfCall,
    /// Nothing: there is no such call.
    NoCall,
    /// Nothing: there is no such point.
    NoPoint,
}

/// Runs both studies, each point and call of the one beside that of the other, and returns where they part first: in
/// the order of points, then calls, then facts. Memory does not grow with the number of facts but by eight bytes for
/// some thousands of one call.
pub fn first_difference(a: &Study, b: &Study) -> Option<Difference> {
    let never = AtomicBool::new(false);
    (0..a.points.len().max(b.points.len())).find_map(|point| {
        let mut sides = [a, b].map(|study| Side::of(study.points.get(point), &never));
        let calls = sides[0].calls().max(sides[1].calls());
        (0..calls).find_map(|call| {
            let [marks_a, marks_b] = sides.each_mut().map(|side| side.marks(call));
            if marks_a == marks_b {
                return None;
            }
            let same = marks_a.iter().zip(&marks_b).take_while(|(a, b)| a == b).count() as u64;
            let [facts_a, facts_b] = sides.each_mut().map(|side| side.window(call, same * BLOCK));
            (0..BLOCK).find_map(|place| {
                let found = [sides[0].found(call, &facts_a, place), sides[1].found(call, &facts_b, place)];
                let number = same * BLOCK + place;
                found[0].differs_from(&found[1]).then_some(Difference { point, call, number, found })
            })
        })
    })
}

impl Found {
    /// Whether the two are not the same, by what counts as a fact.
    fn differs_from(&self, other: &Found) -> bool {
        match (self, other) {
            (Found::Fact(at, fact), Found::Fact(other_at, other)) => {
                Fingerprint::of_fact(*at, fact) != Fingerprint::of_fact(*other_at, other)
            }
            (one, other) => one != other,
        }
    }
}

/// How many facts lie between two marks.
const BLOCK: u64 = 4096;

/// A point of one of the studies, if it has it.
struct Side<'a> {
    runner: Option<Runner<'a>>,
    point: Option<&'a Point>,
}

impl<'a> Side<'a> {
    fn of(point: Option<&'a Point>, stop: &'a AtomicBool) -> Side<'a> {
        Side { runner: point.map(|point| Runner::new(&point.setup, stop)), point }
    }

    fn calls(&self) -> u32 {
        self.point.map_or(0, |point| point.setup.calls.count)
    }

    fn run(&mut self, call: u32, observer: &mut impl Observer) {
        if call < self.calls() {
            self.runner.iter_mut().for_each(|runner| {
                runner.run(call, observer);
            });
        }
    }

    /// The fingerprints of the facts of a call up to each [`BLOCK`] of them, and of all; of no call that of no facts.
    fn marks(&mut self, call: u32) -> Vec<u64> {
        let mut marks = Marks::default();
        self.run(call, &mut marks);
        marks.marks.push(marks.fingerprint.of_facts());
        marks.marks
    }

    /// Up to [`BLOCK`] facts of a call, from fact `from` on.
    fn window(&mut self, call: u32, from: u64) -> Vec<(Time, Fact)> {
        let mut window = Window { before: from, facts: Vec::new() };
        self.run(call, &mut window);
        window.facts
    }

    fn found(&self, call: u32, facts: &[(Time, Fact)], place: u64) -> Found {
        match (self.point, facts.get(place as usize)) {
            (None, _) => Found::NoPoint,
            (Some(_), Some(&(at, fact))) => Found::Fact(at, fact),
            (Some(_), None) if call < self.calls() => Found::EndOfCall,
            (Some(_), None) => Found::NoCall,
        }
    }
}

#[derive(Default)]
struct Marks {
    fingerprint: Fingerprint,
    facts: u64,
    marks: Vec<u64>,
}

impl Observer for Marks {
    fn see(&mut self, now: Time, fact: &Fact) {
        self.fingerprint.see(now, fact);
        self.facts += 1;
        if self.facts.is_multiple_of(BLOCK) {
            self.marks.push(self.fingerprint.of_facts());
        }
    }
}

struct Window {
    before: u64,
    facts: Vec<(Time, Fact)>,
}

impl Observer for Window {
    fn see(&mut self, now: Time, fact: &Fact) {
        if self.before > 0 {
            self.before -= 1;
        } else if (self.facts.len() as u64) < BLOCK {
            self.facts.push((now, *fact));
        }
    }
}
