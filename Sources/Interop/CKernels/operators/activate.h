// Activations of values in memory.

/// Replaces `count` values by what EXPRESSION makes of each vector `x`.
#define MAP_IN_PLACE(values, count, EXPRESSION) \
  for (ptrdiff_t i = 0; i < (count); i += LANES) { \
    const lanes_f32 x = load_up_to((values) + i, (count) - i); \
    store_up_to((values) + i, EXPRESSION, (count) - i); \
  } \
  return

/// x * sigmoid(2 sqrt(2/pi) (x + 0.044715 x^3)), with an absolute error of at most 5e-7 max(1, |x|).
INLINE lanes_f32 gelu_tanh_of(lanes_f32 x) {
  // Beyond -11 the result is below the least subnormal; the bound keeps the cube of what is far below finite.
  const lanes_f32 bounded = at_least(x, (lanes_f32)-15.0f);
  const lanes_f32 cubed = multiply_add(bounded * bounded * bounded, (lanes_f32)0.044715f, bounded);
  return bounded * sigmoid_of(1.59576912f * cubed);
}

/// x * sigmoid(x), with a relative error of at most 1e-6 where the result is normal; -0 at minus infinity.
INLINE lanes_f32 silu_of(lanes_f32 x) { return at_least(x, (lanes_f32)-200.0f) * sigmoid_of(x); }

/// The activations that are more than a bound.
INLINE void activate_in_place(const ckernels_epilogue *epilogue, float *values, ptrdiff_t count) {
  const lanes_f32 alpha = epilogue->alpha, beta = epilogue->beta;
  switch (epilogue->activation) {
  case CKERNELS_ACTIVATION_NONE:
  case CKERNELS_ACTIVATION_RELU:
  case CKERNELS_ACTIVATION_CLIP:
    return;
  case CKERNELS_ACTIVATION_GELU:
    MAP_IN_PLACE(values, count, gelu_of(x));
  case CKERNELS_ACTIVATION_GELU_TANH:
    MAP_IN_PLACE(values, count, gelu_tanh_of(x));
  case CKERNELS_ACTIVATION_SIGMOID:
    MAP_IN_PLACE(values, count, sigmoid_of(x));
  case CKERNELS_ACTIVATION_TANH:
    MAP_IN_PLACE(values, count, tanh_of(x));
  case CKERNELS_ACTIVATION_SILU:
    MAP_IN_PLACE(values, count, silu_of(x));
  case CKERNELS_ACTIVATION_HARD_SIGMOID:
    MAP_IN_PLACE(values, count, unit_clamp(multiply_add(x, alpha, beta)));
  case CKERNELS_ACTIVATION_HARD_SWISH:
    MAP_IN_PLACE(values, count, x * unit_clamp(multiply_add(x, (lanes_f32)(1.0f / 6.0f), (lanes_f32)0.5f)));
  case CKERNELS_ACTIVATION_LEAKY_RELU:
    MAP_IN_PLACE(values, count, x < (lanes_f32)0.0f ? x * alpha : x);
  }
}
