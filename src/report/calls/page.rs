//! The page of a study of calls.

use super::{sheets, takeaway};
use crate::analysis::Calls;
use crate::report::figures::Figure;
use crate::report::{page, reported};

/// Words of the page, each with its definition.
const GLOSSARY: [(&str, &str); 11] = [
    ("BYE loss", "A hang-up of which no BYE ever reaches the other agent: all copies lost, path cut, or agent dead."),
    ("Ghost", "A call after its hang-up, as long as some element still holds it."),
    ("Recovery time", "From the hang-up until the remaining agent lets go of the call: until it is released."),
    (
        "Released, closed",
        "An agent that says BYE has released the call at that instant. The call is closed when the transaction of that \
         BYE is over, up to 32 s later, and that is what many logs and call records show.",
    ),
    ("Refresher, watcher", "The agent that refreshes the session; the one that waits for the refresh."),
    ("Mean ± 95 %", "Mean over all ghosts that ended, and half its 95 % interval: 1.96 standard errors."),
    ("Theory, z", "The closed form of that mean, and how many standard errors the simulated mean is above it."),
    ("p50, p95, p99", "Recovery times that 50, 95 and 99 of 100 ghosts that ended did not exceed, to the millisecond."),
    ("Open", "Ghosts still held when the run ended. They are in no mean and no quantile."),
    ("False drop", "A call that a timer or a failed refresh ended while both users wanted it."),
    (
        "Refresh messages",
        "Requests and final responses of refreshes before the hang-up, retransmissions included, for each hour of an \
         established call.",
    ),
];

/// The page with these figures.
pub(super) fn html(calls: &Calls, figures: &[Figure]) -> String {
    let sheets = sheets::sheets(calls);
    let (tables, files) = (reported::tables(&sheets), reported::table_files(&sheets));
    page::page(calls.results, &takeaway::summary(calls), figures, &tables, &GLOSSARY, &files)
}

#[cfg(test)]
mod tests {
    use crate::report::Reported;
    use crate::report::testing;
    use crate::scenario::{Setting, Stated};

    #[test]
    fn the_page_has_all_parts_and_no_script_and_no_network() {
        let html = testing::session_expires().analysed().page();
        assert_eq!(html.matches("<figure>").count(), 3);
        assert_eq!(html.matches("<tbody>").count(), 9 + 9 + 8);
        assert!(html.contains("byeloss run session-expires"));
        assert!(!html.contains("<script") && !html.contains("src="));
        assert_eq!(html.matches("http").count(), html.matches("xmlns=\"http://www.w3.org/2000/svg\"").count());
    }

    #[test]
    fn the_page_of_a_long_sweep_is_abridged() {
        let html = testing::sweep(&(0..120).map(|i| 90 + i).collect::<Vec<u32>>()).analysed().page();
        for words in ["70 points left out; all of them are in points.csv", "69 points left out", "are in releases.csv"]
        {
            assert!(html.contains(words), "{words}");
        }
        assert_eq!(html.matches("<tbody>").count(), 3 * 51);
    }

    #[test]
    fn what_a_scenario_says_is_never_markup() {
        let mut results = testing::sweep(&[90, 1800]);
        results.name = "<b>&\u{1}".to_owned();
        results.title = "\"quoted\" <i>".to_owned();
        results.axes = vec!["a.<u>".to_owned()];
        results.points[0].values = vec!["<s>".to_owned()];
        let setting = Setting { key: "<em>".to_owned(), value: "<b>".to_owned(), stated: Stated::Scenario };
        results.provenance.settings = vec![setting];
        let html = results.analysed().page();
        for markup in ["<b>", "<i>", "<u>", "<s>", "<em>", "\u{1}"] {
            assert!(!html.contains(markup), "{markup}");
        }
    }

    #[test]
    fn results_of_every_shape_have_a_page() {
        for (_, results) in testing::edge_cases() {
            let html = results.analysed().page();
            assert!(html.ends_with("</html>\n") && !html.contains("NaN"));
        }
    }
}
