//! The core group's board.

use super::super::{Facilitation, Failure, put_notice, set_up_community};
use super::Actor;
use crate::practice::board::Board;
use crate::practice::community::Community;
use crate::practice::id::{ChannelId, GuildId};
use crate::practice::notice::Notice;
use crate::practice::refusal::Refusal;
use crate::storage::{StorageError, Transaction};

impl Facilitation {
    /// Puts the board of a community up, or has it put right where it stands.
    pub(in crate::facilitation) async fn put_board(
        &self,
        transaction: &mut Transaction,
        guild: GuildId,
    ) -> Result<(), StorageError> {
        let Some(community) = transaction.community(guild).await? else {
            return Ok(());
        };
        let Some(channel) = community
            .core_channel
            .filter(|_| community.set_up_at.is_some())
        else {
            return Ok(());
        };
        let now = self.clock.now();
        if !put_notice(transaction, guild, channel, &Notice::Board, now).await? {
            let key = Notice::Board.key(guild, channel);
            transaction.stir_notice(&key, now).await?;
        }
        Ok(())
    }

    /// The core group's channel is another one: the board is put up there, and where it was it says
    /// so.
    pub(in crate::facilitation) async fn move_board(
        &self,
        transaction: &mut Transaction,
        community: &Community,
        to: ChannelId,
    ) -> Result<(), StorageError> {
        let key = Notice::Board.key(community.guild, to);
        let Some((from, _)) = transaction.standing_notice(&key).await? else {
            return Ok(());
        };
        if from == to {
            return Ok(());
        }
        let (moved, now) = (Notice::BoardMoved { to }, self.clock.now());
        let moved_key = moved.key(community.guild, from);
        transaction.turn_notice(&key, &moved_key, &moved).await?;
        transaction.stir_notice(&moved_key, now).await?;
        // Where it was before, its message is the board again.
        let was_here = Notice::moved_board(community.guild, to);
        if transaction.standing_notice(&was_here).await?.is_some() {
            transaction
                .turn_notice(&was_here, &key, &Notice::Board)
                .await?;
            transaction.stir_notice(&key, now).await?;
        }
        Ok(())
    }

    /// The board of the community that somebody of the core group or of the leads acts in.
    pub async fn board(&self, by: &Actor) -> Result<Board, Failure> {
        if !by.is_core && !by.is_lead {
            return Err(Refusal::CoreGroupOnly.into());
        }
        let mut transaction = self.store.read().await?;
        let community = set_up_community(&mut transaction, by.guild).await?;
        let entries = transaction.open_for_board(community.guild).await?;
        Ok(Board::of(entries, self.clock.now()))
    }
}
