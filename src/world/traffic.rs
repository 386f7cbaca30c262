//! What parties of one kind send each other, as far as the world has to tell it apart.

use std::fmt::Debug;

use super::element::Element;
use crate::sip::{Message, Method, Refusal};

/// The messages of one kind of party: of calls, or of devices.
pub trait Traffic: Copy + Debug + Eq {
    /// Who sends and receives.
    type Party: Copy + Debug + Eq;
    /// Who sends, as a fault names it.
    type Sender: Copy + Debug + Eq;
    /// What is sent.
    type Message: Copy + Debug;
    /// What a request is for.
    type Method: Copy + Debug + Eq;
    /// How a request is refused by script.
    type Refusal: Copy + Debug + Eq;
    /// What has to be remembered of the instant at which a message was sent.
    type Mark: Copy + Debug + Default;

    /// What `message` is for, or the request that it answers.
    fn method(message: &Self::Message) -> Self::Method;

    /// The status of a response; `None` of a request.
    fn status(message: &Self::Message) -> Option<u16>;
}

/// SIP between the elements of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallTraffic;

impl Traffic for CallTraffic {
    type Party = Element;
    type Sender = Element;
    type Message = Message;
    type Method = Method;
    type Refusal = Refusal;
    type Mark = ();

    #[inline]
    fn method(message: &Message) -> Method {
        message.method
    }

    #[inline]
    fn status(message: &Message) -> Option<u16> {
        message.status().map(|status| status.0)
    }
}
