//! Who is on the path of a call, and who is next.
//!
//! An *element* sends and receives SIP messages of its own: caller and callee, proxies with transactions and the two
//! legs of a B2BUA between them. Routers and stateless proxies are none: they are part of the links that a message
//! crosses from one element to the next.

use super::element::Element;
use super::parts::{Between, Part};
use crate::net::{Direction, Path};
use crate::sip::{Kind, Message, Side};

/// The elements of a path in their order.
#[derive(Clone, Debug)]
pub struct Chain {
    /// From the caller to the callee.
    stops: Vec<Stop>,
    /// By the number of each element: its node, and who is next for its requests.
    ways: Vec<Way>,
}

/// What a message needs to know of the element that sends it.
#[derive(Clone, Copy, Debug)]
struct Way {
    node: u8,
    part: StopPart,
    /// The next element toward the caller and toward the callee: for any request, and for one that passes by those who
    /// have not recorded themselves.
    next: [[Element; 2]; 2],
}

#[derive(Clone, Copy, Debug)]
struct Stop {
    element: Element,
    /// Where it stands: the nodes of the route, counted from the caller's.
    node: u8,
    /// Whether requests of a dialog pass by it.
    hears_dialogs: bool,
    part: StopPart,
    /// Of what is between the ends, the nth of the setup.
    within: Option<usize>,
}

/// What an element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopPart {
    /// One of the two ends.
    End,
    /// A proxy.
    Proxy,
    /// The leg of a B2BUA whose dialog is with this side; the other leg.
    Leg(Side, Element),
}

impl Chain {
    /// The chain of caller, `between` and callee on a route of `links` links.
    pub fn new(between: &[Between], links: u8) -> Chain {
        let end = |element, node| Stop { element, node, hears_dialogs: true, part: StopPart::End, within: None };
        let mut stops = vec![end(Element::CALLER, 0)];
        let mut nth = 0;
        for (which, Between { node, part }) in between.iter().enumerate() {
            match part {
                Part::Proxy(profile) => {
                    let element = Element::between(nth);
                    let hears_dialogs = profile.records_route;
                    stops.push(Stop {
                        element,
                        node: *node,
                        hears_dialogs,
                        part: StopPart::Proxy,
                        within: Some(which),
                    });
                    nth += 1;
                }
                Part::B2bua { .. } => {
                    let legs = [nth, nth + 1].map(Element::between);
                    let sides = [Side::Caller, Side::Callee];
                    for (leg, (other, side)) in legs.into_iter().zip(legs.into_iter().rev().zip(sides)) {
                        let part = StopPart::Leg(side, other);
                        let within = Some(which);
                        stops.push(Stop { element: leg, node: *node, hears_dialogs: true, part, within });
                    }
                    nth += 2;
                }
            }
        }
        stops.push(end(Element::CALLEE, links));
        let mut places = vec![0usize; stops.len()];
        stops.iter().zip(0..).for_each(|(stop, place)| places[stop.element.index()] = place);
        let next = |from: usize, toward: Side, routed: bool| {
            let mut place = from;
            loop {
                place = match toward {
                    Side::Callee => (place + 1).min(stops.len() - 1),
                    Side::Caller => place.saturating_sub(1),
                };
                let stop: &Stop = &stops[place];
                if stop.hears_dialogs || !routed {
                    return stop.element;
                }
            }
        };
        let ways = places.iter().map(|&from| {
            let next =
                [Side::Caller, Side::Callee].map(|toward| [false, true].map(|routed| next(from, toward, routed)));
            Way { node: stops[from].node, part: stops[from].part, next }
        });
        let ways = ways.collect();
        Chain { stops, ways }
    }

    /// The element that a message sent by `from` is for: of a response, the one whose branch it has; of a request, the
    /// next on its way, which passes by those that have not recorded themselves in the dialog (rule P10).
    #[inline]
    pub fn next(&self, from: Element, message: &Message) -> Element {
        if let Kind::Response(_) = message.kind {
            return Element::numbered(message.branch.element);
        }
        self.ways[from.index()].next[message.toward as usize][usize::from(message.routed)]
    }

    /// Where `element` stands: its node, counted from the caller's.
    #[inline]
    pub fn node(&self, element: Element) -> u8 {
        self.ways[element.index()].node
    }

    /// What `element` is.
    #[inline]
    pub fn part(&self, element: Element) -> StopPart {
        self.ways[element.index()].part
    }

    /// All elements, from the caller to the callee.
    pub fn elements(&self) -> Vec<Element> {
        self.stops.iter().map(|stop| stop.element).collect()
    }

    /// The elements that the nth of what is between the ends is made of.
    pub fn elements_of(&self, which: usize) -> Vec<Element> {
        self.stops.iter().filter(|stop| stop.within == Some(which)).map(|stop| stop.element).collect()
    }

    /// The name of `element` in files and figures; `nodes` are those of the route.
    pub fn name(&self, element: Element, nodes: &[String]) -> String {
        let node = nodes.get(usize::from(self.node(element))).map_or("", String::as_str);
        let of_leg = |leg: usize| element_names(node, true).into_iter().nth(leg).unwrap_or_default();
        match (element.end(), self.part(element)) {
            (Some(end), _) => end.name().to_owned(),
            (None, StopPart::Leg(Side::Caller, _)) => of_leg(0),
            (None, StopPart::Leg(Side::Callee, _)) => of_leg(1),
            (None, StopPart::End | StopPart::Proxy) => node.to_owned(),
        }
    }
}

/// The names of the elements at a node that takes part: one, or the two legs of a B2BUA.
pub fn element_names(node: &str, is_b2bua: bool) -> Vec<String> {
    match is_b2bua {
        true => vec![format!("{node} (caller's leg)"), format!("{node} (callee's leg)")],
        false => vec![node.to_owned()],
    }
}

/// Whether what is sent from this node of `path` to this side goes over TCP.
pub(super) fn is_reliable(path: &Path, node: u8, toward: Side) -> bool {
    let direction = match toward {
        Side::Caller => Direction::ToCaller,
        Side::Callee => Direction::ToCallee,
    };
    path.is_reliable_from(node, direction)
}
