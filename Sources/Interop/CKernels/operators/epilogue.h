// What follows a sum: scale, bias, residual, activation, format.

enum {
  /// Floats worked on in one go; the passes for the activation and the format then find them in the first-level cache.
  EPILOGUE_SPAN = 1024
};

/// One span of a row. `scale` and `bias` have one value for each element, or, where `uniform`, one value for all; NULL
/// stands for 1 and 0.
INLINE void epilogue_span(const ckernels_epilogue *epilogue, int uniform, const float *scale, const float *bias,
  const float *sums, const float *residual, float *dst, ptrdiff_t count) {
  const lanes_f32 residual_scale = epilogue->residual_scale;
  const activation_bounds bounds = bounds_of(epilogue->activation, epilogue->alpha, epilogue->beta);
  const lanes_f32 floor = bounds.floor, ceiling = bounds.ceiling;
  const lanes_f32 one_scale = uniform && scale ? *scale : 1.0f, one_bias = uniform && bias ? *bias : 0.0f;
  for (ptrdiff_t i = 0; i < count; i += LANES) {
    const ptrdiff_t left = count - i;
    const lanes_f32 factor = uniform || !scale ? one_scale : load_up_to(scale + i, left);
    const lanes_f32 addend = uniform || !bias ? one_bias : load_up_to(bias + i, left);
    lanes_f32 value = multiply_add(load_up_to(sums + i, left), factor, addend);
    if (residual) value = multiply_add(load_up_to(residual + i, left), residual_scale, value);
    store_up_to(dst + i, at_most(at_least(value, floor), ceiling), left);
  }
  activate_in_place(epilogue, dst, count);
  round_in_place(epilogue->format, dst, count);
}

static void epilogue_by_row(const ckernels_epilogue *epilogue, const float *sums, ptrdiff_t sums_stride, float *dst,
  ptrdiff_t dst_stride, ptrdiff_t rows, ptrdiff_t columns) {
  for (ptrdiff_t r = 0; r < rows; r++) {
    const float *scale = epilogue->scale ? epilogue->scale + r : NULL;
    const float *bias = epilogue->bias ? epilogue->bias + r : NULL;
    for (ptrdiff_t c = 0; c < columns; c += EPILOGUE_SPAN) {
      const float *residual = epilogue->residual ? epilogue->residual + r * dst_stride + c : NULL;
      epilogue_span(epilogue, 1, scale, bias, sums + r * sums_stride + c, residual, dst + r * dst_stride + c,
        smaller(EPILOGUE_SPAN, columns - c));
    }
  }
}

static void epilogue_by_column(const ckernels_epilogue *epilogue, const float *sums, ptrdiff_t sums_stride, float *dst,
  ptrdiff_t dst_stride, ptrdiff_t rows, ptrdiff_t columns) {
  for (ptrdiff_t r = 0; r < rows; r++) {
    for (ptrdiff_t c = 0; c < columns; c += EPILOGUE_SPAN) {
      const float *scale = epilogue->scale ? epilogue->scale + c : NULL;
      const float *bias = epilogue->bias ? epilogue->bias + c : NULL;
      const float *residual = epilogue->residual ? epilogue->residual + r * dst_stride + c : NULL;
      epilogue_span(epilogue, 0, scale, bias, sums + r * sums_stride + c, residual, dst + r * dst_stride + c,
        smaller(EPILOGUE_SPAN, columns - c));
    }
  }
}
