//! Where two studies part: the first fact that differs.

use std::fmt::Debug;
use std::sync::atomic::AtomicBool;

use super::work::Work;
use crate::measure::Fingerprint;
use crate::scenario::{Point, Study};
use crate::time::Time;
use crate::world::devices::{self, Fleet};
use crate::world::{Fact, Observer, Runner, Setup, SharedRunner, run_among_all};

/// A fact that differs between two studies, before which nothing does.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference<F = Fact> {
    /// At which point of the sweep, from 0.
    pub point: usize,
    /// In which unit, from 0: a call, or a unit of a fleet.
    pub unit: u64,
    /// Which fact of it, from 0.
    pub number: u64,
    /// What is there in the first study and in the second.
    pub found: [Found<F>; 2],
}

/// What a study has in a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Found<F = Fact> {
    /// This fact at this instant.
    Fact(Time, F),
    /// Nothing: the call or unit has no more facts.
    EndOfUnit,
    /// Nothing: there is no such call or unit.
    NoUnit,
    /// Nothing: there is no such point.
    NoPoint,
}

/// Work of which the facts can be told unit by unit.
pub trait Told: Work {
    /// What happens.
    type Fact: Copy + PartialEq + Debug;
    /// What runs units each alone.
    type Alone<'a>
    where
        Self: 'a;

    /// A runner of units each alone.
    fn alone<'a>(&'a self, stop: &'a AtomicBool) -> Self::Alone<'a>;

    /// Runs the nth unit alone and tells `observer` what happens.
    fn tell(alone: &mut Self::Alone<'_>, nth: u64, observer: &mut impl Observer<Self::Fact>);

    /// Runs the nth unit, with all others where they share something, and tells `observer` what happens to it alone.
    fn tell_among_all(&self, stop: &AtomicBool, nth: u64, observer: &mut impl Observer<Self::Fact>);

    /// Runs all units at once, as they must be where they share something; the marks of each, in the order of their
    /// numbers. None where they share nothing.
    fn marks_of_all(&self, stop: &AtomicBool) -> Option<Vec<Vec<u64>>>;
}

impl Told for Setup {
    type Fact = Fact;
    type Alone<'a> = Box<Runner<'a>>;

    fn alone<'a>(&'a self, stop: &'a AtomicBool) -> Box<Runner<'a>> {
        Box::new(Runner::new(self, stop))
    }

    fn tell(alone: &mut Box<Runner<'_>>, nth: u64, observer: &mut impl Observer) {
        alone.run(nth as u32, observer);
    }

    fn tell_among_all(&self, stop: &AtomicBool, nth: u64, observer: &mut impl Observer) {
        run_among_all(self, stop, nth as u32, observer);
    }

    fn marks_of_all(&self, stop: &AtomicBool) -> Option<Vec<Vec<u64>>> {
        self.shares().then(|| {
            let mut of_calls = vec![Vec::new(); self.calls.count as usize];
            SharedRunner::new(Runner::new(self, stop)).run(
                0..self.calls.count,
                |_| Marks::default(),
                |call, _, marks| of_calls[call as usize] = marks.finish(),
            );
            of_calls
        })
    }
}

impl Told for Fleet {
    type Fact = devices::Fact;
    type Alone<'a> = (devices::Runner<'a>, &'a Fleet);

    fn alone<'a>(&'a self, stop: &'a AtomicBool) -> Self::Alone<'a> {
        (devices::Runner::new(self, stop), self)
    }

    fn tell((runner, fleet): &mut Self::Alone<'_>, nth: u64, observer: &mut impl Observer<devices::Fact>) {
        if let Some(unit) = fleet.unit(nth) {
            runner.run(unit, observer);
        }
    }

    fn tell_among_all(&self, stop: &AtomicBool, nth: u64, observer: &mut impl Observer<devices::Fact>) {
        Fleet::tell(&mut self.alone(stop), nth, observer);
    }

    fn marks_of_all(&self, _: &AtomicBool) -> Option<Vec<Vec<u64>>> {
        None
    }
}

/// Runs both studies, each point and call or unit of the one beside that of the other, and returns where they part
/// first: in the order of points, then calls, then facts. Memory does not grow with the number of facts but by eight
/// bytes for some thousands of one call; of all calls where they share queues. What stands beside a study is not
/// compared.
pub fn first_difference<W: Told>(a: &Study<W>, b: &Study<W>) -> Option<Difference<W::Fact>>
where
    Fingerprint: Observer<W::Fact>,
{
    let never = AtomicBool::new(false);
    (0..a.points.len().max(b.points.len())).find_map(|point| {
        let mut sides = [a, b].map(|study| Side::of(study.points.get(point), &never));
        let units = sides[0].count().max(sides[1].count());
        (0..units).find_map(|unit| {
            let [marks_a, marks_b] = sides.each_mut().map(|side| side.marks(unit));
            if marks_a == marks_b {
                return None;
            }
            let same = marks_a.iter().zip(&marks_b).take_while(|(a, b)| a == b).count() as u64;
            let [facts_a, facts_b] = sides.each_ref().map(|side| side.window(unit, same * BLOCK));
            (0..BLOCK).find_map(|place| {
                let found = [sides[0].found(unit, &facts_a, place), sides[1].found(unit, &facts_b, place)];
                let number = same * BLOCK + place;
                found[0].differs_from(&found[1]).then_some(Difference { point, unit, number, found })
            })
        })
    })
}

impl<F: PartialEq> Found<F>
where
    Fingerprint: Observer<F>,
{
    /// Whether the two are not the same, by what counts as a fact.
    fn differs_from(&self, other: &Found<F>) -> bool {
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
struct Side<'a, W: Told + 'a> {
    point: Option<&'a Point<W>>,
    stop: &'a AtomicBool,
    units: Pieces<'a, W>,
}

/// How the units of a side are run.
enum Pieces<'a, W: Told + 'a> {
    /// There are none.
    None,
    /// Each alone.
    Alone(W::Alone<'a>),
    /// All at once, for they share something: here are the marks of each, in the order of their numbers.
    Together(Vec<Vec<u64>>),
}

impl<'a, W: Told> Side<'a, W>
where
    Fingerprint: Observer<W::Fact>,
{
    fn of(point: Option<&'a Point<W>>, stop: &'a AtomicBool) -> Side<'a, W> {
        let units = point.map_or(Pieces::None, |Point { setup, .. }| match setup.marks_of_all(stop) {
            Some(marks) => Pieces::Together(marks),
            None => Pieces::Alone(setup.alone(stop)),
        });
        Side { point, stop, units }
    }

    fn count(&self) -> u64 {
        self.point.map_or(0, |point| point.setup.units())
    }

    /// The fingerprints of the facts of a unit up to each [`BLOCK`] of them, and of all; of no unit that of no facts.
    fn marks(&mut self, unit: u64) -> Vec<u64> {
        let none = || Marks::default().finish();
        let is_there = unit < self.count();
        match &mut self.units {
            Pieces::Alone(alone) if is_there => {
                let mut marks = Marks::default();
                W::tell(alone, unit, &mut marks);
                marks.finish()
            }
            Pieces::Together(of_all) => of_all.get(unit as usize).cloned().unwrap_or_else(none),
            Pieces::Alone(_) | Pieces::None => none(),
        }
    }

    /// Up to [`BLOCK`] facts of a unit, from fact `from` on.
    fn window(&self, unit: u64, from: u64) -> Vec<(Time, W::Fact)> {
        let mut window = Window { before: from, facts: Vec::new() };
        if let Some(point) = self.point.filter(|_| unit < self.count()) {
            point.setup.tell_among_all(self.stop, unit, &mut window);
        }
        window.facts
    }

    fn found(&self, unit: u64, facts: &[(Time, W::Fact)], place: u64) -> Found<W::Fact> {
        match (self.point, facts.get(place as usize)) {
            (None, _) => Found::NoPoint,
            (Some(_), Some(&(at, fact))) => Found::Fact(at, fact),
            (Some(_), None) if unit < self.count() => Found::EndOfUnit,
            (Some(_), None) => Found::NoUnit,
        }
    }
}

#[derive(Clone, Default)]
struct Marks {
    fingerprint: Fingerprint,
    facts: u64,
    marks: Vec<u64>,
}

impl Marks {
    /// Those of a unit that is over.
    fn finish(mut self) -> Vec<u64> {
        self.marks.push(self.fingerprint.of_facts());
        self.marks
    }
}

impl<F> Observer<F> for Marks
where
    Fingerprint: Observer<F>,
{
    fn see(&mut self, now: Time, fact: &F) {
        self.fingerprint.see(now, fact);
        self.facts += 1;
        if self.facts.is_multiple_of(BLOCK) {
            self.marks.push(self.fingerprint.of_facts());
        }
    }
}

struct Window<F> {
    before: u64,
    facts: Vec<(Time, F)>,
}

impl<F: Copy> Observer<F> for Window<F> {
    fn see(&mut self, now: Time, fact: &F) {
        if self.before > 0 {
            self.before -= 1;
        } else if (self.facts.len() as u64) < BLOCK {
            self.facts.push((now, *fact));
        }
    }
}
