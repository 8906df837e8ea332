// Activations that are bounds, written so that NaN passes; no activation is bounds that nothing is beyond.

typedef struct activation_bounds {
  float floor, ceiling;
} activation_bounds;

static const activation_bounds no_bounds = {-__builtin_inff(), __builtin_inff()};

/// ReLU and clipping, whose figures are `alpha` and `beta`; no bounds for every other activation.
INLINE activation_bounds bounds_of(ckernels_activation activation, float alpha, float beta) {
  activation_bounds bounds = no_bounds;
  if (activation == CKERNELS_ACTIVATION_RELU) bounds.floor = 0.0f;
  if (activation == CKERNELS_ACTIVATION_CLIP) bounds = (activation_bounds){alpha, beta};
  return bounds;
}
