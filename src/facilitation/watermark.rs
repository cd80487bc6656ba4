//! How far each channel has been heard: the mark moves only while nothing before it can be missing.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Facilitation;
use crate::practice::id::{ChannelId, GuildId};

/// The channels in which nothing of an absence is left to be read.
#[derive(Debug, Default)]
pub(super) struct Watermarks {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    caught_up: HashMap<ChannelId, GuildId>,
    /// Counts what was missed.
    misses: u64,
    /// The last miss in every channel of a guild.
    guild_missed_at: HashMap<GuildId, u64>,
    /// The last miss in one channel.
    missed_at: HashMap<ChannelId, u64>,
}

/// Where a reading began: what is missed after it is not what it reads.
#[derive(Clone, Copy, Debug)]
pub struct ReadingOn {
    guild: GuildId,
    channel: ChannelId,
    misses: u64,
}

impl Watermarks {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether hearing moves the mark of a channel.
    pub(super) fn move_with(&self, channel: ChannelId) -> bool {
        self.state().caught_up.contains_key(&channel)
    }
}

impl Facilitation {
    /// A channel begins to be read on.
    pub fn begin_reading_on(&self, guild: GuildId, channel: ChannelId) -> ReadingOn {
        let misses = self.watermarks.state().misses;
        ReadingOn {
            guild,
            channel,
            misses,
        }
    }

    /// A channel is read on to the present: from now on hearing moves its mark. `false` where something
    /// was missed there since the reading began: it is to be read on again.
    pub fn keep_read_on(&self, reading: ReadingOn) -> bool {
        let mut state = self.watermarks.state();
        let in_channel = state.missed_at.get(&reading.channel);
        let in_guild = state.guild_missed_at.get(&reading.guild);
        if in_channel
            .max(in_guild)
            .is_some_and(|missed_at| *missed_at > reading.misses)
        {
            return false;
        }
        state.missed_at.remove(&reading.channel);
        state.caught_up.insert(reading.channel, reading.guild);
        true
    }

    /// A channel is new: nothing can have been missed in it.
    pub fn keep_caught_up(&self, guild: GuildId, channel: ChannelId) {
        self.watermarks.state().caught_up.insert(channel, guild);
    }

    /// Something that was said in a channel was not taken in: it has to be read on.
    pub fn miss(&self, channel: ChannelId) {
        let mut state = self.watermarks.state();
        state.misses += 1;
        let misses = state.misses;
        state.caught_up.remove(&channel);
        state.missed_at.insert(channel, misses);
    }

    /// A new session begins: what was said before it may have been missed in every channel of its
    /// guilds.
    pub fn forget_caught_up(&self, guilds: impl IntoIterator<Item = GuildId>) {
        let guilds: HashSet<_> = guilds.into_iter().collect();
        let mut state = self.watermarks.state();
        state.misses += 1;
        let misses = state.misses;
        state.caught_up.retain(|_, guild| !guilds.contains(guild));
        for guild in guilds {
            state.guild_missed_at.insert(guild, misses);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{SystemClock, Work};
    use crate::practice::rhythm::Rhythm;
    use crate::storage::Store;
    use std::sync::Arc;

    const GUILD: GuildId = GuildId::new(1);
    const CHANNEL: ChannelId = ChannelId::new(2);

    #[tokio::test]
    async fn what_is_missed_while_a_channel_is_read_on_keeps_its_mark() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("convener.db").display().to_string();
        let work = Work::new();
        let clock = Arc::new(SystemClock::new(work.clone()));
        let store = Store::open(&file).await.unwrap();
        let facilitation = Facilitation::new(store, clock, Rhythm::default(), &work);
        let moves = || facilitation.watermarks.move_with(CHANNEL);
        assert!(!moves());
        let reading = facilitation.begin_reading_on(GUILD, CHANNEL);
        facilitation.miss(CHANNEL);
        assert!(!facilitation.keep_read_on(reading));
        assert!(!moves());
        let reading = facilitation.begin_reading_on(GUILD, CHANNEL);
        assert!(facilitation.keep_read_on(reading));
        assert!(moves());
        // A session of other guilds changes nothing.
        facilitation.forget_caught_up([GuildId::new(9)]);
        assert!(moves());
        let reading = facilitation.begin_reading_on(GUILD, CHANNEL);
        facilitation.forget_caught_up([GUILD]);
        assert!(!moves());
        assert!(!facilitation.keep_read_on(reading));
    }
}
