//! Built-in scenarios at a size for tests.

/// The overrides that make a built-in scenario small.
pub(crate) fn reduced(name: &str) -> Vec<String> {
    let stream =
        |standing: u32| format!("calls.arrivals={{ process = \"stream\", standing = {standing}, within = \"1 h\" }}");
    match name {
        "gat1400-heartbeat" | "mechanisms-devices" | "surveillance" => vec!["devices.count=40".to_owned()],
        "mechanisms" => vec!["calls.count=40".to_owned()],
        "busy-hour" => vec!["calls.count=3000".to_owned(), stream(500)],
        "narrow-trunk" => vec!["calls.count=600".to_owned(), stream(200)],
        _ => vec!["calls.count=200".to_owned()],
    }
}
