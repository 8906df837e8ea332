// Sums of two tensors, activations and changes of format, element by element, on native storage.

enum {
  /// Elements worked on in one go, as floats in the first-level cache.
  ELEMENT_SPAN = 512
};

/// `count` (at most ELEMENT_SPAN) elements.
INLINE void elementwise_span(const ckernels_elementwise *what, const ckernels_epilogue *epilogue,
  element_rounding rounding, const void *src, const void *other, void *dst, ptrdiff_t count) {
  float values[ELEMENT_SPAN], others[ELEMENT_SPAN];
  load_span(what->src_format, real_scale(what->src_format), src, values, count);
  if (other) load_span(what->other_format, 1.0f, other, others, count);
  const lanes_f32 other_scale = other ? real_scale(what->other_format) : 0.0f;
  const int clips = what->activation == CKERNELS_ACTIVATION_CLIP, bounds = what->activation == CKERNELS_ACTIVATION_RELU;
  if (other || clips || bounds) {
    const lanes_f32 floor = clips ? what->alpha : bounds ? 0.0f : -__builtin_inff();
    const lanes_f32 ceiling = clips ? what->beta : __builtin_inff();
    for (ptrdiff_t i = 0; i < count; i += LANES) {
      lanes_f32 value = load_up_to(values + i, count - i);
      if (other) value = multiply_add(load_up_to(others + i, count - i), other_scale, value);
      store_up_to(values + i, at_most(at_least(value, floor), ceiling), count - i);
    }
  }
  activate_in_place(epilogue, values, count);
  store_span(rounding, dst, values, count);
}

static void elementwise(
  const ckernels_elementwise *what, const void *src, const void *other, void *dst, ptrdiff_t count) {
  const ckernels_epilogue epilogue = {.activation = what->activation, .alpha = what->alpha, .beta = what->beta};
  const element_rounding rounding = rounding_to(what->dst_format);
  for (ptrdiff_t i = 0; i < count; i += ELEMENT_SPAN) {
    const void *others = other ? element_at(what->other_format.kind, other, i) : NULL;
    elementwise_span(what, &epilogue, rounding, element_at(what->src_format.kind, src, i), others,
      mutable_element_at(rounding.kind, dst, i), smaller(ELEMENT_SPAN, count - i));
  }
}
