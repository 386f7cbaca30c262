//! Who sends and receives messages of its own in a call.

/// One of the two ends of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// Who sends the first INVITE.
    Caller,
    /// Who answers it.
    Callee,
}

impl End {
    /// Both ends.
    pub const BOTH: [End; 2] = [End::Caller, End::Callee];

    /// The other one.
    pub const fn other(self) -> End {
        match self {
            End::Caller => End::Callee,
            End::Callee => End::Caller,
        }
    }

    /// Its name in files and figures.
    pub const fn name(self) -> &'static str {
        match self {
            End::Caller => "caller",
            End::Callee => "callee",
        }
    }
}

/// An element of a call's path, by its number: the maker of branches and tags, and part of every address of chance.
///
/// The caller is 0, the callee 1; the elements between follow in the order of the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Element(u8);

impl Element {
    /// The caller.
    pub const CALLER: Element = Element(0);
    /// The callee.
    pub const CALLEE: Element = Element(1);
    /// None on a call's way: where a fault names a sender that does not stand there.
    pub const ABSENT: Element = Element(u8::MAX);
    /// The most elements that a path can have: a branch has five bits for them.
    pub const MOST: usize = 32;

    /// The nth element between the ends, counted from the caller, from 0.
    pub const fn between(nth: u8) -> Element {
        Element(2 + nth)
    }

    /// The element of this number.
    pub const fn numbered(number: u8) -> Element {
        Element(number)
    }

    /// Its number.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Its number, to index by.
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// Which end of the call it is, if it is one.
    pub const fn end(self) -> Option<End> {
        match self {
            Element::CALLER => Some(End::Caller),
            Element::CALLEE => Some(End::Callee),
            _ => None,
        }
    }
}

impl From<End> for Element {
    fn from(end: End) -> Element {
        match end {
            End::Caller => Element::CALLER,
            End::Callee => Element::CALLEE,
        }
    }
}

impl PartialEq<End> for Element {
    fn eq(&self, end: &End) -> bool {
        *self == Element::from(*end)
    }
}
