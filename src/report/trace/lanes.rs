//! The lifelines of a ladder, and what is drawn between and beside them.

use crate::time::Time;

/// Columns between the two ends where nothing stands between them.
const WIDTH: usize = 66;
/// The least from each element to the next: room for `* T2 without an answer`.
const NARROW: usize = 22;

/// One lifeline for each of those who send and receive, counted from the left, from 0.
pub(super) struct Lanes {
    count: usize,
    gap: usize,
}

impl Lanes {
    pub(super) fn new(count: usize) -> Lanes {
        let gaps = count.saturating_sub(1).max(1);
        let gap = ((WIDTH + 1) / gaps).saturating_sub(1).max(NARROW);
        Lanes { count, gap }
    }

    /// Whether there is room for all that is to say between the lifelines.
    pub(super) fn are_wide(&self) -> bool {
        self.count == 2
    }

    fn column(&self, place: usize) -> usize {
        place * (self.gap + 1)
    }

    /// A row with its lifelines, and `text` written over it from `column` on.
    fn row(&self, column: usize, text: &str) -> String {
        let width = self.column(self.count - 1) + 1;
        let mut row: Vec<char> = vec![' '; width];
        (0..self.count).for_each(|place| row[self.column(place)] = '|');
        for (at, letter) in (column..).zip(text.chars()) {
            if at >= row.len() {
                row.resize(at + 1, ' ');
            }
            row[at] = letter;
        }
        row.into_iter().collect()
    }

    pub(super) fn heads(&self, names: &[String]) -> String {
        let Some((last, others)) = names.split_last() else { return String::new() };
        let mut heads = String::new();
        for name in others {
            heads += &format!("{:<width$}", shortened(name, self.gap), width = self.gap + 1);
        }
        // The last name ends at its lifeline, and leaves room for the one before it.
        let width = self.column(others.len()) + 1;
        let last = shortened(last, self.gap);
        let used = heads.trim_end().chars().count() + 2;
        let room = width.saturating_sub(last.chars().count()).max(used);
        let heads = format!("{:<room$}{last}", heads.trim_end());
        format!("{:>12}   {heads:<width$}   {:>12}", "sent s", "arrives s")
    }

    /// What an element does by itself: beside its lifeline, the last one's on its left.
    pub(super) fn aside(&self, at: Time, place: usize, words: &Words) -> String {
        let (text, note) = if self.are_wide() {
            (words.whole(), String::new())
        } else {
            (words.name.clone(), format!("   {:>12}   {}", "", words.details))
        };
        let row = if place + 1 == self.count {
            let text = format!("{text} *");
            self.row(self.column(place).saturating_sub(text.chars().count()), &text)
        } else {
            self.row(self.column(place) + 1, &format!("* {text}"))
        };
        format!("{:>12}   {row}{note}", seconds(at))
    }

    /// A message: label and shaft between two lifelines, with the head at the receiver's or a mark where it was lost.
    pub(super) fn arrow(&self, [from, to]: [usize; 2], label: &str, lost: Option<&str>) -> String {
        let inner = self.column(from.abs_diff(to)).saturating_sub(1);
        let label = format!(" {label} ");
        let tail = match lost {
            None => ">".to_owned(),
            Some(mark) => format!(" {mark} "),
        };
        let reach = if lost.is_some() { inner * 3 / 4 } else { inner };
        let shaft = reach.saturating_sub(2 + label.chars().count() + tail.chars().count()).max(lost.is_some().into());
        if from < to {
            self.row(self.column(from) + 1, &format!("--{label}{}{tail}", "-".repeat(shaft)))
        } else {
            let text = format!("{}{}{label}--", tail.replace('>', "<"), "-".repeat(shaft));
            let start = self.column(to) + 1 + inner.saturating_sub(text.chars().count());
            self.row(start, &text)
        }
    }
}

/// What an element does by itself, in the words that stand beside its lifeline and those that may stand elsewhere.
pub(super) struct Words {
    pub name: String,
    /// What joins the two.
    joint: &'static str,
    pub details: String,
}

impl Words {
    pub(super) fn new(name: &str) -> Words {
        Words::of(name, "", "")
    }

    pub(super) fn of(name: &str, joint: &'static str, details: &str) -> Words {
        Words { name: name.to_owned(), joint, details: details.to_owned() }
    }

    pub(super) fn whole(&self) -> String {
        format!("{}{}{}", self.name, self.joint, self.details)
    }
}

/// `name` in at most `width` columns.
fn shortened(name: &str, width: usize) -> String {
    if name.chars().count() <= width {
        return name.to_owned();
    }
    name.chars().take(width.saturating_sub(1)).chain(['\u{2026}']).collect()
}

/// Seconds to the millisecond.
pub(super) fn seconds(at: Time) -> String {
    let millis = (at.as_nanos() + 500_000) / 1_000_000;
    format!("{}.{:03}", millis / 1000, millis % 1000)
}
