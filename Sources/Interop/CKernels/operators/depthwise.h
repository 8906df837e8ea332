// Depthwise convolution, directly on the planes: one vector of outputs at a time, padding by masked loads.

/// Lanes `first` ..< `last` (of 0 ..< LANES) of the vector at row[position]; 0 in the others, whose memory is not
/// touched.
INLINE lanes_f32 load_between(const float *row, ptrdiff_t position, ptrdiff_t first, ptrdiff_t last) {
  // Unsigned, because the vector's first lane may lie before the array.
  const void *src = (const void *)((uintptr_t)row + (uintptr_t)position * sizeof(float));
#if LANES == 16
  const uint32_t lanes = ((1u << last) - 1) & ~((1u << first) - 1);
  return (lanes_f32)_mm512_maskz_loadu_ps((__mmask16)lanes, src);
#elif LANES == 8
  return (lanes_f32)_mm256_maskload_ps(src, (__m256i)(first_lanes(last) & ~first_lanes(first)));
#else
  (void)src;
  float parts[LANES] = {0};
  for (ptrdiff_t lane = first; lane < last; lane++) parts[lane] = row[position + lane];
  return load(parts);
#endif
}

INLINE ptrdiff_t within(ptrdiff_t value, ptrdiff_t low, ptrdiff_t high) { return smaller(larger(value, low), high); }

/// A vector of inputs row[position + lane * stride] for the lanes below `count` that lie in 0 ..< extent; else 0.
INLINE lanes_f32 load_padded(
  const float *row, ptrdiff_t extent, ptrdiff_t position, ptrdiff_t stride, ptrdiff_t count) {
  const ptrdiff_t first = position < 0 ? smaller(quotient(stride - 1 - position, stride), LANES) : 0;
  const ptrdiff_t behind = position >= extent ? 0 : quotient(extent - 1 - position, stride) + 1;
  const ptrdiff_t last = larger(smaller(smaller(behind, count), LANES), first);
  if (stride == 1) return load_between(row, position, first, last);
  if (stride == 2) {
    // Elements 0 ..< 2 LANES of which every second is wanted, up to and with element 2 last - 2.
    const ptrdiff_t begin = 2 * first, end = larger(2 * last - 1, begin);
    const lanes_f32 low = load_between(row, position, smaller(begin, LANES), smaller(end, LANES));
    const lanes_f32 high =
      load_between(row, position + LANES, within(begin - LANES, 0, LANES), within(end - LANES, 0, LANES));
    return __builtin_shufflevector(low, high, EVEN_INDICES);
  }
  float parts[LANES] = {0};
  for (ptrdiff_t lane = first; lane < last; lane++) parts[lane] = row[position + lane * stride];
  return load(parts);
}

/// One plane's sums. `kernel_width` and `stride` are the geometry's; where they are constants the loops unroll.
INLINE void depthwise_plane(const ckernels_convolution *geometry, ptrdiff_t kernel_width, ptrdiff_t stride,
  const float *plane, const float *weights, float *dst) {
  const ptrdiff_t width = geometry->width, outputs = geometry->out_width, dilation = geometry->dilation_x;
  const ptrdiff_t padding = geometry->padding_left;
  // The outputs whose whole window lies within the row.
  const output_range left_edge = inside(width, outputs, stride, padding, 0);
  const output_range right_edge = inside(width, outputs, stride, padding, (kernel_width - 1) * dilation);
  for (ptrdiff_t out_y = 0; out_y < geometry->out_height; out_y++, dst += outputs) {
    const ptrdiff_t top = out_y * geometry->stride_y - geometry->padding_top;
    const output_range ky_range = window_inside(top, geometry->height, geometry->kernel_height, geometry->dilation_y);
    for (ptrdiff_t i = 0; i < outputs; i += LANES) {
      const int is_inner = i >= left_edge.begin && i + LANES <= right_edge.end;
      lanes_f32 sum = 0.0f;
      for (ptrdiff_t ky = ky_range.begin; ky < ky_range.end; ky++) {
        const float *row = plane + (top + ky * geometry->dilation_y) * width;
        const float *factors = weights + ky * kernel_width;
        const ptrdiff_t position = i * stride - padding;
        if (is_inner) {
          for (ptrdiff_t kx = 0; kx < kernel_width; kx++) {
            const lanes_f32 value = load_strided(row + position + kx * dilation, stride, LANES);
            sum = multiply_add(value, (lanes_f32)factors[kx], sum);
          }
        } else {
          for (ptrdiff_t kx = 0; kx < kernel_width; kx++) {
            const lanes_f32 value = load_padded(row, width, position + kx * dilation, stride, outputs - i);
            sum = multiply_add(value, (lanes_f32)factors[kx], sum);
          }
        }
      }
      store_up_to(dst + i, sum, outputs - i);
    }
  }
}

static void depthwise(const ckernels_convolution *geometry, const float *src, const float *weights,
  ptrdiff_t multiplier, const ckernels_epilogue *epilogue, float *dst, ptrdiff_t channel_begin, ptrdiff_t channel_end) {
  const ptrdiff_t source_size = (ptrdiff_t)geometry->height * geometry->width;
  const ptrdiff_t result_size = (ptrdiff_t)geometry->out_height * geometry->out_width;
  const ptrdiff_t kernel_width = geometry->kernel_width, stride = geometry->stride_x;
  const ptrdiff_t kernel_size = geometry->kernel_height * kernel_width;
  for (ptrdiff_t channel = channel_begin; channel < channel_end; channel++) {
    const float *plane = src + channel / multiplier * source_size, *factors = weights + channel * kernel_size;
    float *result = dst + channel * result_size;
    if (kernel_width == 3 && stride == 1) {
      depthwise_plane(geometry, 3, 1, plane, factors, result);
    } else if (kernel_width == 3 && stride == 2) {
      depthwise_plane(geometry, 3, 2, plane, factors, result);
    } else if (stride == 1) {
      depthwise_plane(geometry, kernel_width, 1, plane, factors, result);
    } else {
      depthwise_plane(geometry, kernel_width, stride, plane, factors, result);
    }
    ckernels_epilogue part = *epilogue;
    part.scale = epilogue->scale ? epilogue->scale + channel : NULL;
    part.bias = epilogue->bias ? epilogue->bias + channel : NULL;
    part.residual = epilogue->residual ? epilogue->residual + channel * result_size : NULL;
    epilogue_by_row(&part, result, result_size, result, result_size, 1, result_size);
  }
}
