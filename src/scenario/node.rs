//! What a scenario says of any node of the topology: when it is down, and, of a NAT, how long its bindings last.

use super::diagnostic::Diagnostics;
use super::form::Keys;
use super::outage::{NatKeys, NodeOutage, nat_of};
use super::proxy::NodeKeys;
use super::read::{Field, Fields};
use super::topology::Drawing;
use crate::net::{Inside, Nat, Node, NodeDown, NodeKind, Path, Route};

/// Outages and NATs of the nodes of a route.
pub(super) struct NodeWeather {
    outages: Vec<NodeDown>,
    /// By the place of the node on the route.
    nats: Vec<(usize, Nat)>,
}

impl NodeWeather {
    /// Reads `outage` of every node of `nodes`, the route, where it is not as in the topology, and the settings of
    /// those that are NATs.
    pub(super) fn read(
        root: &Fields<'_>,
        drawing: &Drawing,
        nodes: &[Node],
        errors: &mut Diagnostics,
    ) -> Option<NodeWeather> {
        let mut weather = NodeWeather { outages: Vec::new(), nats: Vec::new() };
        let tables = root.get("nodes").and_then(|field| field.value.as_table());
        let mut all = Some(());
        for (place, node) in nodes.iter().enumerate() {
            let table = tables.and_then(|tables| tables.get(&node.id));
            let field = table.map(|table| Field { path: format!("nodes.{}", node.id), value: &table.value });
            if node.kind == NodeKind::Nat {
                let fields = match &field {
                    Some(field) => {
                        let nat = NatKeys::get().names();
                        let allowed: Vec<&str> = nat.into_iter().chain(NodeKeys::get().names()).collect();
                        Fields::new(&field.path, field.value, &allowed, errors)
                    }
                    None => Fields::empty("nodes"),
                };
                match nat_of(&fields, errors) {
                    Some(nat) => weather.nats.push((place, nat)),
                    None => all = None,
                }
            }
            let Some(number) = drawing.nodes.iter().position(|drawn| drawn.id == node.id) else { continue };
            let said = field.and_then(|field| {
                let name = NodeKeys::get().outage.name();
                let entry = field.value.as_table()?.get(name)?;
                Some(Field { path: format!("{}.{name}", field.path), value: &entry.value })
            });
            let outage = match said {
                Some(said) => NodeKeys::get().outage.of(&said, errors),
                None => Some(drawing.nodes[number].outage.clone()),
            };
            match outage {
                Some(down) => weather.outages.extend(down.map(|NodeOutage { outage, way }| NodeDown {
                    node: place as u8,
                    number: number as u32,
                    outage,
                    way,
                })),
                None => all = None,
            }
        }
        all.map(|()| weather)
    }

    /// Puts the NATs of nodes on the links of `route` that lead to them from inside.
    pub(super) fn put_nats(&self, route: &mut Route) {
        let count = route.to_callee.len();
        for &(place, nat) in &self.nats {
            let nearer = if 2 * place <= count { Inside::Caller } else { Inside::Callee };
            let inside = nat.inside.unwrap_or(nearer);
            let link = match inside {
                Inside::Caller => place.checked_sub(1),
                Inside::Callee => Some(place),
            };
            for links in [&mut route.to_callee, &mut route.to_caller] {
                if let Some(link) = link.and_then(|link| links.get_mut(link)) {
                    link.nat = Some(Nat { inside: Some(inside), ..nat });
                }
            }
        }
    }

    /// `path` with the outages of its nodes.
    pub(super) fn put_outages(self, path: Path) -> Path {
        self.outages.into_iter().fold(path, Path::with_node_outage)
    }
}
