//! Which Linux the kernel answers as.
//!
//! Each release is compared with the last of its own fixes: what came between two of them is known to be
//! in the later one, and no more.

use std::fmt;
use std::str::FromStr;

/// A release of Linux.
///
/// ```
/// use ifctl_virtual::Release;
///
/// assert_eq!("6.1".parse(), Ok(Release::V6_1));
/// assert_eq!(Release::of("6.6.87-generic"), Some(Release::V6_1));
/// assert!(Release::default() > Release::V6_12);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "String", try_from = "String")
)]
pub enum Release {
    /// Linux 5.10.
    V5_10,
    /// Linux 6.1.
    V6_1,
    /// Linux 6.12.
    V6_12,
    /// Linux 6.18.
    #[default]
    V6_18,
}

impl Release {
    /// All of them, the oldest first.
    pub const ALL: [Self; 4] = [Self::V5_10, Self::V6_1, Self::V6_12, Self::V6_18];

    /// Returns the last of these releases that is no newer than a Linux that names itself so, as uname(2)
    /// tells it; `None` if all are newer, or no number begins the name.
    #[doc(alias = "uname")]
    pub fn of(name: &str) -> Option<Self> {
        let mut numbers = name.split(|char: char| !char.is_ascii_digit()).map(str::parse::<u32>);
        let (Some(Ok(major)), Some(Ok(minor))) = (numbers.next(), numbers.next()) else {
            return None;
        };
        Self::ALL.into_iter().rfind(|release| release.numbers() <= (major, minor))
    }

    fn numbers(self) -> (u32, u32) {
        match self {
            Self::V5_10 => (5, 10),
            Self::V6_1 => (6, 1),
            Self::V6_12 => (6, 12),
            Self::V6_18 => (6, 18),
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (major, minor) = self.numbers();
        write!(f, "{major}.{minor}")
    }
}

impl FromStr for Release {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|release| release.to_string() == text);
        known.ok_or_else(|| {
            let known = Self::ALL.map(|release| release.to_string());
            format!("no release of Linux that is known here: {}", known.join(", "))
        })
    }
}

impl From<Release> for String {
    fn from(release: Release) -> Self {
        release.to_string()
    }
}

impl TryFrom<String> for Release {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}
