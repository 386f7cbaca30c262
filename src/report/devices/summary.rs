//! `summary.json` of a study of devices.

use super::{levels, points, takeaway};
use crate::analysis::Devices;
use crate::report::sheet::json::{insert, object};
use crate::report::summary::{hexadecimal, summary};
use serde_json::{Map, Value};

/// What it says it is, and the version of the names in it: raised when one is taken away or changes its meaning.
const SCHEMA: (&str, u32) = ("byeloss/devices-summary", 2);

/// Its content.
pub(super) fn json(devices: &Devices) -> Value {
    let (of_points, of_levels) = (points::sheet(devices), levels::sheet(devices));
    let points = devices.points.iter().enumerate().map(|(nth, point)| {
        let mut object = Map::new();
        object.insert("values".to_owned(), point.result.values.clone().into());
        object.insert("fingerprint".to_owned(), hexadecimal(point.result.fingerprint).into());
        let fields = of_points.rows_of(nth).flat_map(|row| of_points.fields(row));
        fields.for_each(|(key, value)| insert(&mut object, &key, value));
        let levels = of_levels.rows_of(nth).map(|row| self::object(of_levels.fields(row)));
        insert(&mut object, "levels", levels.collect());
        Value::Object(object)
    });
    summary(devices.results, SCHEMA, points.collect(), takeaway::summary(devices))
}
