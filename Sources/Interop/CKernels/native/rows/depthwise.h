// Depthwise convolution of channels-last images: every channel with a window of its own. Included after windows.h.

/// Vectors of channels whose sums are in registers together.
#define DEPTHWISE_VECTORS 4

/// The sums of one window for up to DEPTHWISE_VECTORS vectors of channels from `first` on.
INLINE void depthwise_sums(const ckernels_format_kind kind, const int is_full, const ckernels_depthwise *d,
  const window_place *place, ptrdiff_t first, float *sums) {
  const ckernels_convolution *geometry = &d->geometry;
  const ptrdiff_t channels = geometry->channels, left = channels - first;
  const int vectors = is_full ? DEPTHWISE_VECTORS : (int)((left + LANES - 1) / LANES);
  lanes_f32 sum[DEPTHWISE_VECTORS];
  for (int n = 0; n < vectors; n++) sum[n] = (lanes_f32)0.0f;
  for (ptrdiff_t ky = place->ky.begin; ky < place->ky.end; ky++) {
    for (ptrdiff_t kx = place->kx.begin; kx < place->kx.end; kx++) {
      const ptrdiff_t pixel = window_pixel(geometry, place, ky, kx) + first;
      const float *weights = d->weights + (ky * geometry->kernel_width + kx) * channels + first;
      for (int n = 0; n < vectors; n++) {
        const ptrdiff_t count = is_full ? LANES : left - n * LANES;
        const void *from = element_at(kind, d->src, pixel + n * LANES);
        const lanes_f32 value = load_stored(kind, d->src_format.zero_point, from, count);
        sum[n] = multiply_add(value, load_up_to(weights + n * LANES, count), sum[n]);
      }
    }
  }
  for (int n = 0; n < vectors; n++) store_up_to(sums + n * LANES, sum[n], is_full ? LANES : left - n * LANES);
}

INLINE void depthwise_lines(
  const ckernels_format_kind kind, const ckernels_depthwise *d, ptrdiff_t begin, ptrdiff_t end, float *scratch) {
  const ckernels_convolution *geometry = &d->geometry;
  const ptrdiff_t channels = geometry->channels, block = DEPTHWISE_VECTORS * LANES;
  if (channels == 0) return;
  FOR_WINDOWS(geometry, begin, end, {
    ptrdiff_t first = 0;
    for (; first + block <= channels; first += block) depthwise_sums(kind, 1, d, &place, first, scratch + first);
    if (first < channels) depthwise_sums(kind, 0, d, &place, first, scratch + first);
    ckernels_gemm_finish finish = d->finish;
    const ptrdiff_t row = result / channels;
    finish.dst = (char *)finish.dst + row * finish.dst_pitch;
    if (finish.residual) finish.residual = (const char *)finish.residual + row * finish.residual_pitch;
    // As many columns as one tile has: what finishing needs besides is sized for that.
    const ptrdiff_t width = d->kernel->nr;
    for (ptrdiff_t c = 0; c < channels; c += width) {
      ckernels_gemm_finish part = finish;
      part.scale = finish.scale ? finish.scale + c : NULL;
      part.bias += c;
      part.dst = mutable_element_at(finish.dst_format.kind, finish.dst, c);
      part.residual = finish.residual ? element_at(finish.residual_format.kind, finish.residual, c) : NULL;
      d->kernel->finish(&part, scratch + c, width, 1, (int)smaller(width, channels - c));
    }
  })
}

static void depthwise_rows(const ckernels_depthwise *d, ptrdiff_t begin, ptrdiff_t end, float *scratch) {
  switch (d->src_format.kind) {
  case CKERNELS_FORMAT_FP32:
    depthwise_lines(CKERNELS_FORMAT_FP32, d, begin, end, scratch);
    return;
  case CKERNELS_FORMAT_BF16:
    depthwise_lines(CKERNELS_FORMAT_BF16, d, begin, end, scratch);
    return;
  case CKERNELS_FORMAT_U8:
    depthwise_lines(CKERNELS_FORMAT_U8, d, begin, end, scratch);
    return;
  case CKERNELS_FORMAT_S8:
    depthwise_lines(CKERNELS_FORMAT_S8, d, begin, end, scratch);
    return;
  }
}
