//! Linear models whose features have names and stand beside their weights.

/// Declares a model: each feature with what it says and its weight.
macro_rules! model {
    ($(#[$documentation:meta])* $name:ident {
        $($(#[$feature_documentation:meta])* $feature:ident = $weight:literal,)*
    }) => {
        $(#[$documentation])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) enum $name {
            $($(#[$feature_documentation])* $feature,)*
        }

        impl $name {
            const WEIGHTS: &[f32] = &[$($weight),*];
        }

        impl $crate::listening::model::Model for $name {
            fn place(self) -> usize {
                self as usize
            }

            fn weights() -> &'static [f32] {
                Self::WEIGHTS
            }
        }
    };
}
pub(crate) use model;

/// The features of a model.
pub(crate) trait Model: Copy {
    /// The place of this feature among the weights.
    fn place(self) -> usize;
    /// The weights, in the order of the features.
    fn weights() -> &'static [f32];
}

/// What was found of each feature of a model.
#[derive(Clone, Debug)]
pub(crate) struct Findings<M> {
    /// The value of each feature, in order; 0 where it is absent.
    pub(crate) values: Vec<f32>,
    model: std::marker::PhantomData<M>,
}

impl<M: Model> Findings<M> {
    /// Nothing found yet.
    pub(crate) fn new() -> Self {
        Self {
            values: vec![0.0; M::weights().len()],
            model: std::marker::PhantomData,
        }
    }

    /// Notes a feature that is there or not.
    pub(crate) fn note(&mut self, feature: M, is_there: bool) {
        self.measure(feature, f32::from(u8::from(is_there)));
    }

    /// Notes a feature that has a size.
    pub(crate) fn measure(&mut self, feature: M, size: f32) {
        self.values[feature.place()] = size;
    }

    /// The sum of the weights of what was found.
    pub(crate) fn score(&self) -> f32 {
        self.values
            .iter()
            .zip(M::weights())
            .map(|(value, weight)| value * weight)
            .sum()
    }
}

/// From a score to a probability.
pub(crate) fn probability(score: f32) -> f32 {
    1.0 / (1.0 + (-score).exp())
}
