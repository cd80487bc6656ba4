//! A few values in place, without an allocation.

use crate::practice::id::MemberId;

/// A value that fills the room that is not used.
pub(crate) trait Blank: Copy + PartialEq {
    /// The value.
    const BLANK: Self;
}

impl Blank for u32 {
    const BLANK: Self = 0;
}

impl Blank for MemberId {
    const BLANK: Self = Self::new(0);
}

/// At most `COUNT` values, in the order in which they came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Few<T, const COUNT: usize> {
    values: [T; COUNT],
    count: u8,
}

impl<T: Blank, const COUNT: usize> Default for Few<T, COUNT> {
    fn default() -> Self {
        Self::NONE
    }
}

impl<T: Blank, const COUNT: usize> Few<T, COUNT> {
    /// No value.
    pub(crate) const NONE: Self = Self {
        values: [T::BLANK; COUNT],
        count: 0,
    };

    /// The values.
    pub(crate) fn as_slice(&self) -> &[T] {
        &self.values[..usize::from(self.count)]
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether this is one of them.
    pub(crate) fn contains(&self, value: T) -> bool {
        self.as_slice().contains(&value)
    }

    /// Adds a value, unless it is there or there is no room.
    pub(crate) fn add(&mut self, value: T) {
        if usize::from(self.count) < COUNT && !self.contains(value) {
            self.values[usize::from(self.count)] = value;
            self.count += 1;
        }
    }

    /// Takes a value out.
    pub(crate) fn remove(&mut self, value: T) {
        if let Some(place) = self.as_slice().iter().position(|other| *other == value) {
            self.values.copy_within(place + 1.., place);
            self.count -= 1;
        }
    }

    /// Whether the two have a value in common.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.as_slice().iter().any(|value| other.contains(*value))
    }
}

impl<T: Blank + Ord, const COUNT: usize> Few<T, COUNT> {
    /// Adds a value where it belongs in ascending order, unless it is there; says whether there is
    /// still room.
    pub(crate) fn insert_in_order(&mut self, value: T) -> bool {
        let count = usize::from(self.count);
        if let Err(place) = self.as_slice().binary_search(&value)
            && count < COUNT
        {
            self.values.copy_within(place..count, place + 1);
            self.values[place] = value;
            self.count += 1;
        }
        usize::from(self.count) < COUNT
    }
}
