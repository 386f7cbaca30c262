//! A sheet as CSV: an empty field where there is no value.

use super::column::{Column, in_files};
use super::groups::Groups;
use serde_json::Value;

/// The text of the file: a column for each axis, then those of the sheet.
pub(super) fn text<R>(groups: &Groups, columns: &[Column<R>], rows: &[(usize, R)]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let columns = in_files(columns);
    let keys = columns.iter().map(|(column, nth)| column.key_of(*nth).replace('.', "_"));
    let head: Vec<String> = groups.keys.iter().cloned().chain(keys).collect();
    writer.write_record(head).expect("written to memory");
    for (group, row) in rows {
        let values = groups.groups.get(*group).into_iter().flat_map(|group| group.values.iter().cloned());
        let fields = columns.iter().map(|(column, nth)| field((column.read)(row, *nth).value()));
        let record: Vec<String> = values.take(groups.keys.len()).chain(fields).collect();
        writer.write_record(record).expect("rows of one length, written to memory");
    }
    let bytes = writer.into_inner().expect("written to memory");
    String::from_utf8(bytes).expect("made of strings")
}

fn field(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        value => value.to_string(),
    }
}
