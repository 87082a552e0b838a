//! What a kernel holds, as plain owned data.

mod address;
mod device;
mod neighbour;
mod route;

pub use address::{Address, AddressFlags, Lifetime, Scope};
pub use device::{Device, OperationalState, Statistics};
pub use neighbour::{Neighbour, NeighbourFlags, NeighbourState};
pub use route::{NextHop, NextHopFlags, NextHops, Route, RouteKind, RouteMetrics, RouteTable};

/// Defines a number of which some values have names and any value may occur.
macro_rules! open_number {
    (
        $(#[$meta:meta])*
        $name:ident($number:ty) {
            $($(#[$doc:meta])* $value:ident = $is:literal, $text:literal;)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
        pub struct $name(pub $number);

        impl $name {
            $($(#[$doc])* pub const $value: Self = Self($is);)*

            /// Returns the name that iproute2 has for the value, if it is one of those named here.
            pub fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($is => Some($text),)*
                    _ => None,
                }
            }
        }

        /// Writes the name, or the number in decimal.
        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self.name() {
                    Some(name) => f.pad(name),
                    None => core::fmt::Display::fmt(&self.0, f),
                }
            }
        }
    };
}
use open_number;
