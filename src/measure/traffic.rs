//! What messages of calls are about.

use serde::{Deserialize, Serialize};

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Traffic {
    /// Refreshing: an UPDATE or re-INVITE, a final response to one, the ACK to that.
    Refresh,
    /// Setting calls up and ending them, and provisional responses.
    Other,
}

impl Traffic {
    /// Both.
    pub const BOTH: [Traffic; 2] = [Traffic::Refresh, Traffic::Other];
}
