//! The model's file: numbers one after the other, the lowest byte first.

/// A model that can't be read: it is cut short, or of another version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no model of this version")]
pub struct Broken;

/// What is still to be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bytes<'file>(pub(crate) &'file [u8]);

impl<'file> Bytes<'file> {
    /// The next bytes.
    pub(crate) fn take(&mut self, count: usize) -> Result<&'file [u8], Broken> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Broken)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const COUNT: usize>(&mut self) -> Result<[u8; COUNT], Broken> {
        self.take(COUNT)?.try_into().map_err(|_| Broken)
    }

    /// The next byte.
    pub(crate) fn byte(&mut self) -> Result<u8, Broken> {
        Ok(self.array::<1>()?[0])
    }

    /// The next whole number of four bytes.
    pub(crate) fn whole(&mut self) -> Result<u32, Broken> {
        self.array().map(u32::from_le_bytes)
    }

    /// The next whole number that [`write_small`] wrote.
    pub(crate) fn small(&mut self) -> Result<u32, Broken> {
        let mut number: u64 = 0;
        for place in 0..5 {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << (7 * place);
            if byte < 0x80 {
                return number.try_into().map_err(|_| Broken);
            }
        }
        Err(Broken)
    }

    /// The next number.
    pub(crate) fn number(&mut self) -> Result<f32, Broken> {
        self.array().map(f32::from_le_bytes)
    }

    /// How many of something follow. More than there are bytes left is refused.
    pub(crate) fn count(&mut self) -> Result<usize, Broken> {
        let count = usize::try_from(self.whole()?).map_err(|_| Broken)?;
        if count > self.0.len() {
            return Err(Broken);
        }
        Ok(count)
    }
}

/// Writes a whole number that is mostly small: seven bits a byte, the lowest first, as LEB128.
pub(crate) fn write_small(bytes: &mut Vec<u8>, mut number: u32) {
    loop {
        let [low, ..] = number.to_le_bytes();
        number >>= 7;
        if number == 0 {
            return bytes.push(low & 0x7f);
        }
        bytes.push(low | 0x80);
    }
}

/// Writes how many of something follow.
pub(crate) fn write_count(bytes: &mut Vec<u8>, count: usize) {
    bytes.extend(u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
}
