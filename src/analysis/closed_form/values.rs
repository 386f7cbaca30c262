//! What closed forms say of a point, each where it holds.

/// Closed forms for the calls of one point, each where it holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallTheory {
    /// Mean recovery time if the refresher hung up, the watcher did, and over both by their shares, in seconds.
    pub recovery_mean_s: [Option<f64>; 3],
    /// Refresh messages for each hour of a live call.
    pub refresh_messages_per_call_hour: Option<f64>,
    /// False drops for each million of calls.
    pub false_drops_per_million: Option<f64>,
    /// The probability that of a hang-up no BYE arrives.
    pub bye_loss: Option<f64>,
    /// The mean wait in each queue, in seconds, if messages of the counted lengths came at random.
    pub queue_wait_s: Vec<Option<f64>>,
}

/// Closed forms for the devices of a point, each where it holds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DeviceTheory {
    /// The mean time from a device's going without a word until its platform knows, in seconds.
    pub detection_mean_s: Option<f64>,
    /// How often a living device is called offline in a run.
    pub false_offlines_per_device: Option<f64>,
    /// Whether that is of outages at random: any number of them for a device. Else each is a trial that all devices
    /// take.
    pub at_random: bool,
}
