//! `byeloss topology`.

use std::path::Path;

use super::Exit;
use super::args::Topology;
use super::output::{complain, print, say};
use crate::report::png;
use crate::report::topology::{MOST_DRAWN, TopologyReport, draw, json, text};
use crate::scenario::{self, ImportOptions};
use crate::study::write_file;

pub(super) fn topology(args: &Topology) -> Exit {
    let options = ImportOptions {
        detour: args.detour,
        default_delay: args.default_delay,
        largest_component: args.largest_component,
    };
    let import = match scenario::load_topology(&args.topology, &options) {
        Ok(import) => import,
        Err(diagnostics) => return complain(&diagnostics),
    };
    let report = TopologyReport::new(&args.topology, &import);
    let mut files: Vec<(&Path, Vec<u8>)> = Vec::new();
    if let Some(path) = &args.output {
        files.push((path, import.json.clone().into_bytes()));
    }
    if args.svg.is_some() || args.png.is_some() {
        let Some(svg) = draw(&report) else {
            let count = import.drawing.nodes.len();
            say(&format!("error: {count} nodes are too many for a picture: allowed are {MOST_DRAWN}"));
            return Exit::BadInput;
        };
        if let Some(path) = &args.png {
            files.push((path, png(&svg)));
        }
        if let Some(path) = &args.svg {
            files.push((path, svg.into_bytes()));
        }
    }
    for (path, content) in &files {
        if let Err(error) = write_file(path, content) {
            say(&format!("error: {error}"));
            return Exit::Fault;
        }
        say(&format!("wrote {}", path.display()));
    }
    print(&if args.json { format!("{:#}\n", json(&report)) } else { text(&report) })
}
