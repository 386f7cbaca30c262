//! `mechanisms.csv`: a row for each mechanism and condition, of calls and of the devices that stand beside.

use crate::analysis::{Calls, MechanismCell};
use crate::report::number::trimmed;
use crate::report::sheet::{Cell, Column, Group, Groups, Sheet, Shown, View};

const MECHANISMS: &str = "mechanisms";

/// A mechanism under a condition.
pub(crate) struct Row<'a> {
    of: &'static str,
    mechanism: &'a str,
    condition: &'a str,
    cell: MechanismCell,
}

/// A column of the sheet.
type Field<'a> = Column<Row<'a>>;

/// The sheet. Its rows are in the order of the file; people read them condition by condition.
pub(crate) fn sheet<'a>(calls: &'a Calls<'a>) -> Sheet<Row<'a>> {
    let mut rows = Vec::new();
    let mut groups = Vec::new();
    if let Some(all) = &calls.mechanisms {
        let of_all = all.calls.iter().map(|row| ("call", row)).chain(all.devices.iter().map(|row| ("device", row)));
        for (of, row) in of_all {
            let cells = row.cells.iter().zip(&all.conditions).enumerate();
            rows.extend(cells.filter_map(|(condition, (cell, name))| {
                Some((condition, Row { of, mechanism: &row.name, condition: name, cell: (*cell)? }))
            }));
        }
        groups.extend(all.conditions.iter().map(|name| Group { values: vec![name.clone()], words: name.clone() }));
    }
    Sheet {
        id: "mechanisms",
        caption: "of a study that sweeps over mechanisms: what each finds, drops and costs",
        has_file: true,
        file: "mechanisms.csv",
        applies: calls.mechanisms.is_some(),
        groups: Groups { keys: vec![], names: vec!["condition".to_owned()], groups },
        columns: columns(),
        rows,
        views: vec![View {
            leads: true,
            ..View::new(
                MECHANISMS,
                "Every mechanism under every condition",
                "Messages and bytes are for each hour of a live call, or of a device that is switched on.",
            )
        }],
    }
}

fn columns<'a>() -> Vec<Field<'a>> {
    vec![
        Field::new("of", "", "`call` or `device`", |row, _| Cell::text(row.of))
            .shown("of", &[MECHANISMS])
            .left(),
        Field::new("mechanism", "", "the variant's name", |row, _| Cell::text(row.mechanism))
            .shown("mechanism", &[MECHANISMS])
            .left(),
        Field::new("condition", "", "the name of the other axis's variant; empty where there is none", |row, _| {
            Cell::text(row.condition)
        }),
        Field::new(
            "recovery_mean_s",
            "s",
            "mean recovery time of ghosts that ended; of devices the detection",
            |row, _| Cell::number(row.cell.mean_s, Shown::Significant(4)),
        )
        .shown("mean s", &[MECHANISMS]),
        Field::new(
            "recovery_p99_s",
            "s",
            "by which 99 of 100 of all ghosts had ended; empty where more than one of a hundred was held at the end of the run",
            |row, _| Cell::number(row.cell.p99_s, Shown::Significant(4)),
        )
        .shown("p99 s", &[MECHANISMS]),
        Field::new("ghosts", "", "how many ghosts there were", |row, _| Cell::Count(row.cell.ghosts)),
        Field::new("unrecovered", "", "how many of them were held at the end of the run", |row, _| {
            Cell::Count(row.cell.unrecovered)
        }),
        Field::new("", "", "share of ghosts still held when the run ended", |row, _| {
            Cell::Text(match (row.cell.unrecovered, row.cell.ghosts) {
                (0, _) => "0".to_owned(),
                (some, all) => format!("{} %", trimmed(100.0 * some as f64 / all as f64, 3)),
            })
        })
        .shown("open", &[MECHANISMS]),
        Field::new(
            "false_drops_per_thousand",
            "1/10³",
            "false drops in a thousand established calls; false offlines in a thousand devices and day",
            |row, _| Cell::number(row.cell.drops, Shown::Rate),
        )
        .shown("drops /1000", &[MECHANISMS]),
        Field::new(
            "messages_per_hour",
            "1/h",
            "messages that keep a call alive or ask whether it is, for each hour of a live call: those of refreshes (UPDATE, \
             re-INVITE) and OPTIONS with their responses, ACKs and repetitions, before the hang-up, at all elements. Of a device \
             all of its messages and its platform's, for each hour that it is switched on",
            |row, _| Cell::number(row.cell.messages, Shown::Significant(3)),
        )
        .shown("msgs/h", &[MECHANISMS]),
        Field::new(
            "bytes_per_hour",
            "B/h",
            "their bytes, above UDP, TCP and IP, by the lengths of `docs/model.md`; media cost none, for they flow anyway",
            |row, _| Cell::number(row.cell.bytes, Shown::Significant(3)),
        )
        .shown("bytes/h", &[MECHANISMS]),
    ]
}
