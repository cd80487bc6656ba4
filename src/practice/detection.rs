//! How often what Convener took for a request was one.

use super::id::ChannelId;

/// How what was taken for requests in a channel fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Detection {
    /// The channel, its threads included.
    pub channel: ChannelId,
    /// How much was taken for a request.
    pub detected: i64,
    /// Of this, what a person took up, confirmed or settled.
    pub confirmed: i64,
    /// Of this, what somebody said is no request.
    pub rejected: i64,
}

/// From so many judgements on a share in percent says something.
const TELLING: i64 = 20;

impl Detection {
    /// The precision in percent, of what people judged; `None` of too few judgements.
    #[must_use]
    pub fn precision(&self) -> Option<i64> {
        let judged = self.confirmed + self.rejected;
        (judged >= TELLING).then(|| self.confirmed * 100 / judged)
    }
}

/// What Convener has learnt of a community from corrections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Learnt {
    /// Corrections whose words are still kept.
    pub corrections: usize,
    /// The members who made them.
    pub members: usize,
    /// Whether they shift how messages are read.
    pub shifts: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_judgements_make_no_percentage() {
        let detection = |confirmed, rejected| Detection {
            channel: ChannelId::new(1),
            detected: 100,
            confirmed,
            rejected,
        };
        assert_eq!(detection(18, 1).precision(), None);
        assert_eq!(detection(18, 2).precision(), Some(90));
    }
}
