//! The two sides of a unit, of either mechanism.

use super::setup::Mechanism;
use crate::heartbeat::{Actions, Input, gat1400, gb28181};
use crate::time::{Span, Time};

/// Who registers.
#[derive(Clone, Debug)]
pub(super) enum Device {
    Gat1400(gat1400::Device),
    Gb28181(gb28181::Device),
}

/// Where it registers.
#[derive(Clone, Debug)]
pub(super) enum Platform {
    Gat1400(gat1400::Platform),
    Gb28181(gb28181::Platform),
}

/// Both sides, switched off and without memory.
pub(super) fn pair(mechanism: &Mechanism) -> (Device, Platform) {
    match *mechanism {
        Mechanism::Gat1400(device, platform) => {
            (Device::Gat1400(gat1400::Device::new(device)), Platform::Gat1400(gat1400::Platform::new(platform)))
        }
        Mechanism::Gb28181(device, platform) => {
            (Device::Gb28181(gb28181::Device::new(device)), Platform::Gb28181(gb28181::Platform::new(platform)))
        }
    }
}

impl Device {
    pub(super) fn handle(&mut self, now: Time, input: Input, out: &mut Actions) {
        match self {
            Device::Gat1400(device) => device.handle(now, input, out),
            Device::Gb28181(device) => device.handle(now, input, out),
        }
    }

    pub(super) fn switch_off(&mut self) {
        match self {
            Device::Gat1400(device) => device.switch_off(),
            Device::Gb28181(device) => device.switch_off(),
        }
    }
}

impl Platform {
    pub(super) fn handle(&mut self, now: Time, input: Input, out: &mut Actions) {
        match self {
            Platform::Gat1400(platform) => platform.handle(now, input, out),
            Platform::Gb28181(platform) => platform.handle(now, input, out),
        }
    }

    pub(super) fn forget(&mut self) {
        match self {
            Platform::Gat1400(platform) => platform.forget(),
            Platform::Gb28181(platform) => platform.forget(),
        }
    }

    pub(super) fn set_check_phase(&mut self, phase: Span) {
        match self {
            Platform::Gat1400(platform) => platform.set_check_phase(phase),
            Platform::Gb28181(platform) => platform.set_check_phase(phase),
        }
    }

    pub(super) fn is_online(&self) -> bool {
        match self {
            Platform::Gat1400(platform) => platform.is_online(),
            Platform::Gb28181(platform) => platform.is_online(),
        }
    }
}

impl Mechanism {
    /// How often its platforms look for silent devices.
    pub fn check_period(&self) -> Span {
        match self {
            Mechanism::Gat1400(_, platform) => platform.watch.check_period,
            Mechanism::Gb28181(_, platform) => platform.watch.check_period,
        }
    }
}
