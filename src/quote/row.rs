//! Conversions of counts and booleans to features.

/// Larger distances count as this one, in tokens.
pub(crate) const FAR: f32 = 60.0;

/// Returns a count as a feature.
#[expect(clippy::cast_precision_loss, reason = "counts of tokens near a quotation are small")]
pub(crate) fn number(count: usize) -> f32 {
    count as f32
}

/// Returns 1 for `true`, 0 for `false`.
pub(crate) fn flag(yes: bool) -> f32 {
    f32::from(u8::from(yes))
}
