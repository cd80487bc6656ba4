//! `/ask`: a question is written, what was answered before is looked through, and it is posted.

use super::super::hearing::is_recorded;
use super::super::{Facilitation, Failure, set_up_community};
use crate::practice::community::Watch;
use crate::practice::id::{ChannelId, DraftId, GuildId, InteractionId, RequestId};
use crate::practice::knowing::Known;
use crate::practice::message::Author;
use crate::practice::refusal::Refusal;
use crate::practice::request::{NewRequest, Origin};

/// The longest question that is kept, in characters: what a window of Discord's holds.
/// <https://discord.com/developers/docs/components/reference#text-input>
const LONGEST_QUESTION: usize = 4_000;

/// A question as somebody wrote it.
#[derive(Clone, Debug)]
pub struct Question {
    /// The community.
    pub guild: GuildId,
    /// Where it is to be posted.
    pub channel: ChannelId,
    /// Who asks.
    pub asker: Author,
    /// Its words.
    pub text: String,
    /// Whether the asker's name is kept from the community.
    pub is_anonymous: bool,
}

/// What became of a question that was written.
#[derive(Clone, Debug)]
pub enum Asked {
    /// It is a request now, and is being posted.
    Posted(RequestId),
    /// It was answered alike before: what was found, and the draft that waits.
    Similar(DraftId, Vec<Known>),
}

impl Facilitation {
    /// `/ask`: where something alike was answered before, it is shown and the question waits; else it
    /// is posted. Idempotent by the interaction.
    pub async fn ask(
        &self,
        question: Question,
        interaction: InteractionId,
    ) -> Result<Asked, Failure> {
        let text: String = question
            .text
            .trim()
            .chars()
            .take(LONGEST_QUESTION)
            .collect();
        if text.is_empty() {
            return Err(Refusal::EmptyQuestion.into());
        }
        let mut transaction = self.store.begin().await?;
        let community = set_up_community(&mut transaction, question.guild).await?;
        if let Some(place) = transaction.channel(question.channel).await? {
            let is_heard =
                is_recorded(&community, &place) && transaction.watch(&place).await? != Watch::Off;
            if !is_heard {
                return Err(Refusal::NotHeardHere.into());
            }
        }
        let request = NewRequest {
            guild: question.guild,
            channel: question.channel,
            message: None,
            author: question.asker,
            asked_at: self.clock.now(),
            text,
            origin: Origin::Asked,
            is_anonymous: question.is_anonymous,
            is_public: false,
        };
        let similar = self
            .similar(
                &mut transaction,
                request.guild,
                request.channel,
                &request.text,
            )
            .await?;
        let asked = if similar.is_empty() {
            let opened = self
                .post_question(&mut transaction, &community, &request, interaction)
                .await?;
            match opened {
                Some(id) => Asked::Posted(id),
                // Delivered twice: it is posted already.
                None => Asked::Posted(transaction.request_of_interaction(interaction).await?),
            }
        } else {
            Asked::Similar(
                transaction.keep_draft(&request, interaction).await?,
                similar,
            )
        };
        self.commit(transaction).await?;
        Ok(asked)
    }

    /// What was found does not answer it: the question of a draft is posted after all.
    /// Whether it is posted without its asker's name.
    pub async fn post_draft(&self, draft: DraftId, author: &Author) -> Result<bool, Failure> {
        let mut transaction = self.store.begin().await?;
        let (draft, interaction) = transaction
            .take_draft(draft, author.id)
            .await?
            .ok_or(Refusal::UnknownDraft)?;
        let community = set_up_community(&mut transaction, draft.guild).await?;
        let question = NewRequest {
            asked_at: self.clock.now(),
            ..draft
        };
        self.post_question(&mut transaction, &community, &question, interaction)
            .await?
            .ok_or(Refusal::UnknownDraft)?;
        self.commit(transaction).await?;
        Ok(question.is_anonymous)
    }

    /// What was found answers it: the draft is forgotten.
    pub async fn drop_draft(&self, draft: DraftId, author: &Author) -> Result<(), Failure> {
        let mut transaction = self.store.begin().await?;
        transaction
            .take_draft(draft, author.id)
            .await?
            .ok_or(Refusal::UnknownDraft)?;
        Ok(transaction.commit().await?)
    }
}
