//! Numbers for the trees: counts and yes or no, as features of a row.

/// Farthest that distances are told apart, in tokens.
pub(crate) const FAR: f32 = 60.0;

/// A count as a feature.
#[expect(clippy::cast_precision_loss, reason = "counts of tokens near a quotation are small")]
pub(crate) fn number(count: usize) -> f32 {
    count as f32
}

/// 1 for yes, 0 for no.
pub(crate) fn flag(yes: bool) -> f32 {
    f32::from(u8::from(yes))
}
