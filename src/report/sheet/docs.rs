//! The fields of a sheet as a table of the documentation.

use super::column::Column;

/// One row for each field, a word in capitals standing for several.
pub(super) fn fields<R>(columns: &[Column<R>]) -> String {
    let mut text = "| field | unit | definition |\n| --- | --- | --- |\n".to_owned();
    for column in columns.iter().filter(|column| !column.key.is_empty()) {
        text += &format!("| `{}` | {} | {} |\n", column.key, column.unit, column.meaning);
    }
    text
}
