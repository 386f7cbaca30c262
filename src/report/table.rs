//! The table on standard output: plain text, at most [`WIDTH`] columns wide.

use super::point::Study;
use super::rows::{HEADS, left_out, left_out_words, paired_differences, rows};
use super::text::{WIDTH, wrap};
use super::{load, mechanisms, number, queues, rates, releases, setups, sweep, takeaway};
use crate::study::Results;
use std::ops::Range;

/// Columns of text from the first row of `HEADS` that are set left; the others are numbers, set right.
const TEXT_COLUMNS: usize = 1;

/// Paired differences below the table, at most.
const STEPS: usize = 20;

/// Every point with its recovery times, their closed forms and what they cost, and below it what to take from it all.
pub fn table(results: &Results) -> String {
    let study = &Study::of(results);
    let mut lines = Vec::new();
    if !results.points.is_empty() {
        let layouts = [(true, 2), (true, 1), (false, 2), (false, 1)];
        let fitting = layouts.iter().map(|&(columns, gap)| grid(study, columns, gap)).find(|lines| fits(lines));
        lines = fitting.unwrap_or_else(|| grid(study, false, 1));
        lines.push(String::new());
        lines.extend(steps(results));
        lines.extend(endings(results));
        lines.extend(set_ups(results));
        lines.extend(loss_rates(results));
        lines.extend(loads(results));
        lines.extend(waits(results));
        lines.extend(
            study.sheet.iter().flat_map(|sheet| mechanisms::text(sheet).lines().map(str::to_owned).collect::<Vec<_>>()),
        );
    }
    lines.extend(takeaway::say(study).lines().flat_map(|line| wrap(line, "")));
    cut(&lines)
}

/// The lines, none wider than [`WIDTH`]: values as written in a scenario may be longer than that.
pub(super) fn cut(lines: &[String]) -> String {
    lines.iter().map(|line| line.chars().take(WIDTH).collect::<String>() + "\n").collect()
}

/// The grid, the axes in columns of their own or on a line above each point's rows.
fn grid(study: &Study, axes_in_columns: bool, gap: usize) -> Vec<String> {
    let results = study.results;
    let axes = if axes_in_columns { results.axes.len() } else { 0 };
    let mut heads: Vec<Vec<String>> = Vec::new();
    heads.extend(sweep::axis_names(results).into_iter().take(axes).map(broken));
    heads.extend(HEADS.iter().map(|(lines, _)| lines.iter().map(|&line| line.to_owned()).collect()));
    let mut body: Vec<Line> = Vec::new();
    let left_out = left_out(study.points.len());
    for (i, point) in study.points.iter().enumerate() {
        if left_out.contains(&i) {
            if i == left_out.start {
                body.push(Line::Words(left_out_words(&left_out, "points.csv")));
            }
            continue;
        }
        if axes == 0 && !results.axes.is_empty() {
            body.push(Line::Words(sweep::in_words(results, point.result)));
        }
        for (i, row) in rows(point).into_iter().enumerate() {
            let value = |axis| point.result.values.get(axis).filter(|_| i == 0).cloned().unwrap_or_default();
            body.push(Line::Cells((0..axes).map(value).chain(row).collect()));
        }
    }
    let height = heads.iter().map(Vec::len).max().unwrap_or(0);
    let head = |line: usize| heads.iter().map(|lines| lines.get(line).cloned().unwrap_or_default()).collect();
    let mut all: Vec<Line> = (0..height).map(|line| Line::Cells(head(line))).collect();
    all.append(&mut body);
    aligned(all, axes..axes + TEXT_COLUMNS, gap)
}

/// How calls ended at each element of the study's one point; nothing for more points.
fn endings(results: &Results) -> Vec<String> {
    let [point] = results.points.as_slice() else { return vec![] };
    let releases = releases::releases(point);
    if releases.is_empty() {
        return vec![];
    }
    let heads = releases::HEADS.map(str::to_owned);
    let rows = releases.iter().map(|release| release.cells(point.tally.calls));
    let lines = [heads].into_iter().chain(rows).map(|cells| Line::Cells(cells.into())).collect();
    aligned(lines, 0..releases::TEXT_HEADS, 2).into_iter().chain([String::new()]).collect()
}

/// How calls were set up at each point, where there is anything to tell.
fn set_ups(results: &Results) -> Vec<String> {
    if !setups::tells(results) {
        return vec![];
    }
    let heads = sweep::axis_names(results).into_iter().map(str::to_owned).chain(setups::HEADS.map(str::to_owned));
    let left_out = left_out(results.points.len());
    let rows = results.points.iter().enumerate().filter(|(index, _)| !left_out.contains(index));
    let row = |point: &crate::study::PointResult| point.values.iter().cloned().chain(setups::cells(point)).collect();
    let lines = [Line::Cells(heads.collect())].into_iter().chain(rows.map(|(_, point)| Line::Cells(row(point))));
    aligned(lines.collect(), 0..0, 2).into_iter().chain([String::new()]).collect()
}

/// How often BYEs were lost and calls dropped at each point, where the network has bad times.
fn loss_rates(results: &Results) -> Vec<String> {
    if !rates::tells(results) {
        return vec![];
    }
    let heads = sweep::axis_names(results).into_iter().map(str::to_owned).chain(rates::HEADS.map(str::to_owned));
    let left_out = left_out(results.points.len());
    let rows = results.points.iter().enumerate().filter(|(index, _)| !left_out.contains(index));
    let row = |point: &crate::study::PointResult| point.values.iter().cloned().chain(rates::cells(point)).collect();
    let lines = [Line::Cells(heads.collect())].into_iter().chain(rows.map(|(_, point)| Line::Cells(row(point))));
    aligned(lines.collect(), 0..results.axes.len(), 2).into_iter().chain([String::new()]).collect()
}

/// The peaks of the load at each element, of points that have one.
fn loads(results: &Results) -> Vec<String> {
    if !load::tells(results) {
        return vec![];
    }
    let axes = results.axes.len();
    let heads = load::HEADS.map(|(head, _)| head.to_owned());
    let heads = sweep::axis_names(results).into_iter().map(str::to_owned).chain(heads).collect();
    let left_out = left_out(results.points.len());
    let mut lines = vec![Line::Cells(heads)];
    for (_, point) in results.points.iter().enumerate().filter(|(index, _)| !left_out.contains(index)) {
        for (nth, row) in load::rows(point).into_iter().enumerate() {
            let value = |axis: usize| point.values.get(axis).filter(|_| nth == 0).cloned().unwrap_or_default();
            lines.push(Line::Cells((0..axes).map(value).chain(row).collect()));
        }
    }
    aligned(lines, axes..axes + 1, 2).into_iter().chain([String::new()]).collect()
}

/// What came to the queues before links with a rate.
fn waits(results: &Results) -> Vec<String> {
    if !queues::tells(results) {
        return vec![];
    }
    let layouts = [(true, 2), (true, 1), (false, 2), (false, 1)];
    let fitting = layouts.iter().map(|&(columns, gap)| waits_grid(results, columns, gap)).find(|lines| fits(lines));
    fitting.unwrap_or_else(|| waits_grid(results, false, 1)).into_iter().chain([String::new()]).collect()
}

/// The same, the axes in columns of their own or on a line above each point's rows.
fn waits_grid(results: &Results, axes_in_columns: bool, gap: usize) -> Vec<String> {
    let axes = if axes_in_columns { results.axes.len() } else { 0 };
    let heads = queues::HEADS.map(|(head, _)| head.to_owned());
    let heads = sweep::axis_names(results).into_iter().take(axes).map(str::to_owned).chain(heads).collect();
    let left_out = left_out(results.points.len());
    let mut lines = vec![Line::Cells(heads)];
    for (_, point) in results.points.iter().enumerate().filter(|(index, _)| !left_out.contains(index)) {
        if axes == 0 && !results.axes.is_empty() {
            lines.push(Line::Words(sweep::in_words(results, point)));
        }
        for (nth, row) in queues::rows(point).into_iter().enumerate() {
            let value = |axis: usize| point.values.get(axis).filter(|_| nth == 0).cloned().unwrap_or_default();
            lines.push(Line::Cells((0..axes).map(value).chain(row).collect()));
        }
    }
    aligned(lines, axes..axes + queues::TEXT_HEADS, gap)
}

/// Lines whose cells stand in columns, `gap` apart; those of `left` are set left, the others right.
pub(super) fn aligned(lines: Vec<Line>, left: Range<usize>, gap: usize) -> Vec<String> {
    let columns = lines.iter().map(Line::columns).max().unwrap_or(0);
    let widths: Vec<usize> =
        (0..columns).map(|column| lines.iter().map(|line| line.width(column)).max().unwrap_or(0)).collect();
    lines
        .into_iter()
        .flat_map(|line| match line {
            Line::Words(words) => wrap(&words, "  "),
            Line::Cells(cells) => {
                let mut text = String::new();
                for (column, cell) in cells.iter().enumerate() {
                    let padding = " ".repeat(widths[column] - cell.chars().count());
                    let space = " ".repeat(if column == 0 { 0 } else { gap });
                    let padded =
                        if left.contains(&column) { [cell, padding.as_str()] } else { [padding.as_str(), cell] };
                    text += &space;
                    text += &padded.concat();
                }
                vec![text.trim_end().to_owned()]
            }
        })
        .collect()
}

pub(super) enum Line {
    Words(String),
    Cells(Vec<String>),
}

impl Line {
    fn columns(&self) -> usize {
        match self {
            Line::Words(_) => 0,
            Line::Cells(cells) => cells.len(),
        }
    }

    fn width(&self, column: usize) -> usize {
        match self {
            Line::Words(_) => 0,
            Line::Cells(cells) => cells[column].chars().count(),
        }
    }
}

/// The paired differences between neighbouring points, as wrapped lines and an empty one.
fn steps(results: &Results) -> Vec<String> {
    let differences = paired_differences(results);
    if differences.is_empty() {
        return vec![];
    }
    let step = |(points, difference): (&[crate::study::PointResult], String)| {
        let [before, after] = [&points[0], &points[1]].map(|point| sweep::label(results, point));
        let step = format!("{before} → {after}: {difference}");
        // No line break within a step, unless it is long.
        if step.chars().count() > WIDTH / 2 { step } else { step.replace(' ', "\u{a0}") }
    };
    let more = differences.len().saturating_sub(STEPS);
    let mut steps: Vec<String> = results.points.windows(2).zip(differences).take(STEPS).map(step).collect();
    if more > 0 {
        steps.push(format!("and {} more in points.csv", number::count(more as u64)));
    }
    let text = format!("Change of the mean recovery in s, the same calls compared: {}.", steps.join("; "));
    wrap(&text, "  ").into_iter().map(|line| line.replace('\u{a0}', " ")).chain([String::new()]).collect()
}

fn fits(lines: &[String]) -> bool {
    lines.iter().all(|line| line.chars().count() <= WIDTH)
}

/// A head broken after hyphens and dots, so that a long name makes no wide column.
pub(super) fn broken(name: &str) -> Vec<String> {
    if name.chars().count() <= 8 {
        return vec![name.to_owned()];
    }
    let mut lines: Vec<String> = Vec::new();
    for part in name.split_inclusive(['-', '.']) {
        match lines.last_mut() {
            Some(line) if lines_len(line) + lines_len(part) <= 10 => line.push_str(part),
            _ => lines.push(part.to_owned()),
        }
    }
    lines
}

fn lines_len(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn a_sweep_of_session_expires_is_shown_with_theory_and_price() {
        insta::assert_snapshot!(table(&testing::session_expires()), @r#"
        session-  hung up       recovery s  theory    σ    p50    p95    p99    max    un-  false    refr.
         expires  by           mean ± 95 %       s           s      s      s      s  reco-  drops     msgs
                                                                                     vered   /10⁶  /call h
              90  refresher   37.50 ± 0.36   37.50  0.0  37.50  57.74  59.54  59.99
                  watcher     22.50 ± 0.36   22.50  0.0  22.50  42.74  44.54  44.99
                  both        30.00 ± 0.29   30.00  0.0  29.99  55.49  59.09  59.99      0    131      168
             120  refresher   58.00 ± 0.48   58.00  0.0  57.99  84.99  87.39  87.99
                  watcher     30.00 ± 0.48   30.00  0.0  29.99  56.99  59.39  59.99
                  both        44.00 ± 0.44   44.00  0.0  44.00  81.99  86.78  87.99      0     17      126
             128  refresher   64.00 ± 0.51   64.00  0.0  63.99  92.79  95.34  95.99
                  watcher     32.00 ± 0.51   32.00  0.0  31.99  60.79  63.34  63.99
                  both        48.00 ± 0.48   48.00  0.0  47.99  89.59  94.70  95.99      0      0      118
             180  refresher  103.00 ± 0.72  103.00  0.0  103.0  143.5  147.1  148.0
                  watcher     45.00 ± 0.72   45.00  0.0  44.99  85.49  89.08  89.98
                  both        74.00 ± 0.76   74.00  0.0  74.00  139.0  146.2  148.0      0      0     84.0
             300  refresher    193.0 ± 1.2   193.0  0.0  193.0  260.5  266.5  268.0
                  watcher       75.0 ± 1.2    75.0  0.0  74.99  142.5  148.5  150.0
                  both         134.0 ± 1.4   134.0  0.0  134.0  253.0  265.0  268.0      0      0     50.4
             600  refresher    418.0 ± 2.4   418.0  0.0  418.0  553.0  564.9  567.9
                  watcher      150.0 ± 2.4   150.0  0.0  150.0  285.0  296.9  299.9
                  both         284.0 ± 3.1   284.0  0.0  284.0  538.0  561.9  567.9      0      0     25.2
             900  refresher    643.0 ± 3.6   643.0  0.0  643.0  845.4  863.4  867.9
                  watcher      225.0 ± 3.6   225.0  0.0  225.0  427.4  445.4  449.9
                  both         434.0 ± 4.8   434.0  0.0  434.0  822.9  858.9  867.9      0      0     16.8
            1800  refresher   1318.0 ± 7.2  1318.0  0.0   1318   1723   1759   1768
                  watcher      450.0 ± 7.2   450.0  0.0  449.9  854.9  890.8  899.8
                  both         884.0 ± 9.9   884.0  0.0  884.0   1678   1750   1768      0      0     8.40
            3600  refresher      2668 ± 14    2668  0.0   2668   3478   3550   3568
                  watcher         900 ± 14     900  0.0  899.8   1710   1782   1800
                  both           1784 ± 20    1784  0.0   1784   3388   3532   3568      0      0     4.20

        Change of the mean recovery in s, the same calls compared: 90 → 120: +14.00 ± 0.15;
          120 → 128: +4.000 ± 0.045; 128 → 180: +26.00 ± 0.29; 180 → 300: +60.00 ± 0.68;
          300 → 600: +150.0 ± 1.7; 600 → 900: +150.0 ± 1.7; 900 → 1800: +450.0 ± 5.1;
          1800 → 3600: +900 ± 10.

        With Session-Expires 1800 s a call outlives its lost BYE by 14 min 44 s on average and, in 99 of 100
        cases, by no more than 29 min 10 s. At 128 s that is 48 s and 1 min 35 s, for 14.1 times the refresh
        messages (118 against 8.4 for each hour of a call), with no call dropped that its users wanted.
        Below 128 s RFC 4028 has the watcher give up before a refresh has used all its retransmissions: at
        90 s, 131 of a million calls are dropped while both users want them (at 1800 s none).
        "#);
    }

    #[test]
    fn no_line_of_any_result_is_wider_than_a_hundred_columns() {
        for (_, results) in testing::edge_cases() {
            let text = table(&results);
            assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
            assert!(!text.contains("NaN") && !text.contains("inf "), "{text}");
        }
    }

    #[test]
    fn results_of_odd_shapes_have_a_table() {
        let odd = ["one point", "no ghost", "unrecovered only", "extremes", "two axes"];
        let tables = testing::edge_cases().into_iter().filter(|(name, _)| odd.contains(name));
        let tables: Vec<String> = tables.map(|(name, results)| format!("# {name}\n{}", table(&results))).collect();
        insta::assert_snapshot!(tables.join("\n"), @r#"
        # one point
        hung up      recovery s  theory    σ    p50    p95    p99    max    un-  false    refr.
        by          mean ± 95 %       s           s      s      s      s  reco-  drops     msgs
                                                                          vered   /10⁶  /call h
        refresher  1318.0 ± 7.2  1318.0  0.0   1318   1723   1759   1768
        watcher     450.0 ± 7.2   450.0  0.0  449.9  854.9  890.8  899.8
        both        884.0 ± 9.9   884.0  0.0  884.0   1678   1750   1768      0      0     8.40

        at      ended by                                rule               calls   share
        caller  its user hung up                        R7               500,000    50 %
        caller  BYE received                            RFC 3261 15.1.2  495,000  49.5 %
        caller  481 or 408 to its refresh               R3                 5,000   0.5 %
        callee  its user hung up                        R7               500,000    50 %
        callee  BYE received                            RFC 3261 15.1.2  495,000  49.5 %
        callee  session timer: no refresh came in time  R2                 5,000   0.5 %

        A call outlives its lost BYE by 14 min 44 s on average and, in 99 of 100 cases, by no more than 29
        min 10 s; the longest lasted 29 min 28 s. Refreshing costs 8.4 messages for each hour of a call, and
        no call was dropped while both users wanted it.

        # no ghost
        session-  hung up     recovery s  theory  σ  p50  p95  p99  max    un-  false    refr.
         expires  by         mean ± 95 %       s       s    s    s    s  reco-  drops     msgs
                                                                         vered   /10⁶  /call h
              90  refresher            –   37.50  –    –    –    –    –
                  watcher              –   22.50  –    –    –    –    –
                  both                 –   30.00  –    –    –    –    –      0    131      168
            1800  refresher            –    1318  –    –    –    –    –
                  watcher              –   450.0  –    –    –    –    –
                  both                 –   884.0  –    –    –    –    –      0      0     8.40

        Change of the mean recovery in s, the same calls compared: 90 → 1800: +854.0 ± 9.7.

        No BYE was lost in 2,000,000 calls, so none of them outlived its hang-up: there are no recovery
        times. False drops are most frequent at Session-Expires 90 s: 131 of a million calls.

        # unrecovered only
        session-  hung up    recovery s  theory  σ  p50  p95  p99  max    un-  false    refr.
         expires  by        mean ± 95 %       s       s    s    s    s  reco-  drops     msgs
                                                                        vered   /10⁶  /call h
              90  no timer            –       –  –    –    –    –    –     12    131      168
            1800  no timer            –       –  –    –    –    –    –     12      0     8.40

        Change of the mean recovery in s, the same calls compared: 90 → 1800: +854.0 ± 9.7.

        All 24 calls that lost their BYE were still held when the run ended: no recovery time is known.

        # extremes
        session- hung up     recovery s theory   σ   p50   p95   p99     max     un-    false   refr.
         expires by         mean ± 95 %      s         s     s     s       s   reco-    drops    msgs
                                                                               vered     /10⁶ /call h
              90 refresher    437 ± 784     38 1.0 37.51 57.75 59.55 2000000
                 watcher   22.50 ± 0.36  22.50 0.0 22.50 42.74 44.54   44.99
                 both         230 ± 392     30 1.0 29.99 55.50 59.10 2000000 4.61e18 1.845e19 3.02e20
            1800 refresher   1718 ± 783   1318 1.0  1318  1723  1759 2000000
                 watcher    449.9 ± 7.2  450.0 0.0 449.9 854.9 890.8   899.8
                 both        1084 ± 392    884 1.0 884.0  1678  1750 2000000 4.61e18 1.845e19 1.51e19

        Change of the mean recovery in s, the same calls compared: 90 → 1800: +854.0 ± 9.7.

        With Session-Expires 1800 s a call outlives its lost BYE by 18 min 4 s on average and, in 99 of 100
        cases, by no more than 29 min 10 s. At 90 s that is 3 min 50 s and 59.1 s, for 20 times the refresh
        messages (3.02e20 against 1.51e19 for each hour of a call), with no more calls dropped that their
        users wanted (1.84e19 of a million). 9,223,372,036,854,775,806 of 9,223,372,036,854,795,810 calls
        that lost their BYE were still held when the run ended; they are in no mean and no quantile.

        # two axes
        hung up      recovery s  theory    σ    p50    p95    p99    max    un-  false    refr.
        by          mean ± 95 %       s           s      s      s      s  reco-  drops     msgs
                                                                          vered   /10⁶  /call h
        session-expires 90, <burst & "loss"> <a value that is rather long for a column of a table> & "more"
          of it: 0.25
        refresher  37.50 ± 0.36   37.50  0.0  37.50  57.74  59.54  59.99
        watcher    22.50 ± 0.36   22.50  0.0  22.50  42.74  44.54  44.99
        both       30.00 ± 0.29   30.00  0.0  29.99  55.49  59.09  59.99      0    131      168
        session-expires 600, <burst & "loss"> <a value that is rather long for a column of a table> & "more"
          of it: 0.25
        refresher   418.0 ± 2.4   418.0  0.0  418.0  553.0  564.9  567.9
        watcher     150.0 ± 2.4   150.0  0.0  150.0  285.0  296.9  299.9
        both        284.0 ± 3.1   284.0  0.0  284.0  538.0  561.9  567.9      0      0     25.2
        session-expires 1800, <burst & "loss"> <a value that is rather long for a column of a table> &
          "more" of it: 0.25
        refresher  1318.0 ± 7.2  1318.0  0.0   1318   1723   1759   1768
        watcher     450.0 ± 7.2   450.0  0.0  449.9  854.9  890.8  899.8
        both        884.0 ± 9.9   884.0  0.0  884.0   1678   1750   1768      0      0     8.40

        Change of the mean recovery in s, the same calls compared: 90 / <a value that is rather long for a
          column of a table> & "more" of it: 0.25 → 600 / <a value that is rather long for a column of a
          table> & "more" of it: 0.25: +254.0 ± 2.9; 600 / <a value that is rather long for a column of a
          table> & "more" of it: 0.25 → 1800 / <a value that is rather long for a column of a table> &
          "more" of it: 0.25: +600.0 ± 6.8.

        On average a call outlives its lost BYE by 30 s at session-expires 90, <burst & "loss"> <a value
        that is rather long for a column of a table> & "more" of it: 0.25 and by 14 min 44 s at
        session-expires 1800, <burst & "loss"> <a value that is rather long for a column of a table> &
        "more" of it: 0.25; all other means lie between. Between neighbouring points, the same calls
        compared, the largest change is from session-expires 600, <burst & "loss"> <a value that is rather
        long for a column of a table> & "more" of it: 0.25 to session-expires 1800, <burst & "loss"> <a
        value that is rather long for a column of a table> & "more" of it: 0.25: +600.0 ± 6.8 s. False drops
        are most frequent at session-expires 90, <burst & "loss"> <a value that is rather long for a column
        of a table> & "more" of it: 0.25: 131 of a million calls.
        "#);
    }

    #[test]
    fn a_long_sweep_is_abridged() {
        let table = table(&testing::sweep(&(0..120).map(|i| 90 + i).collect::<Vec<u32>>()));
        assert!(table.contains("\n... 70 points left out; all of them are in points.csv\n"));
        assert!(table.lines().count() < 3 * 51 + 20);
        assert!(table.replace("\n  ", " ").contains("; and 99 more in points.csv.\n"));
        assert_eq!((left_out(100), left_out(101)), (0..0, 40..91));
    }
}
