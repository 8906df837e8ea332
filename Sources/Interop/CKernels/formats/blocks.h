// Blocks that share a scale. Included once per level, after arrays.h.

/// The bits of the greatest magnitude; above those of infinity where there is a NaN.
INLINE uint32_t greatest_magnitude(const float *src, ptrdiff_t count) {
  lanes_u32 greatest = (lanes_u32)0u;
  for (ptrdiff_t i = 0; i < count; i += LANES) {
    const lanes_u32 a = bits_of(load_up_to(src + i, count - i)) & 0x7fffffffu;
    greatest = a > greatest ? a : greatest;
  }
  uint32_t result = 0;
  for (int lane = 0; lane < LANES; lane++) result = greatest[lane] > result ? greatest[lane] : result;
  return result;
}

static void quantise_block(const conversion_plan *plan, ckernels_rounding rounding, const block_scale *block,
  const float *src, float *dst, ptrdiff_t count, uint64_t first) {
  quantise_scaled(plan, rounding, block->reciprocal, block->scale, src, dst, count, first);
}

/// One line whose elements lie next to each other.
static void quantise_line(const conversion_plan *plan, const block_rule *rule, ptrdiff_t size, const float *src,
  float *dst, ptrdiff_t depth, uint64_t first) {
  for (ptrdiff_t k = 0; k < depth; k += size) {
    const ptrdiff_t count = smaller(size, depth - k);
    const block_scale block = scale_of_block(rule, greatest_magnitude(src + k, count));
    quantise_block(plan, rule->rounding, &block, src + k, dst + k, count, first + (uint64_t)k);
  }
}

/// Up to LANES lines next to each other, element after element.
INLINE void quantise_columns_of(const conversion_plan *plan, const block_rule *rule, const element_kind kind,
  const ckernels_rounding rounding, const int flushes, ptrdiff_t size, const float *src, float *dst, ptrdiff_t lines,
  ptrdiff_t depth, ptrdiff_t stride, uint64_t first) {
  for (ptrdiff_t k = 0; k < depth; k += size) {
    const ptrdiff_t end = smaller(k + size, depth);
    lanes_u32 greatest = (lanes_u32)0u;
    for (ptrdiff_t i = k; i < end; i++) {
      const lanes_u32 a = bits_of(load_up_to(src + i * stride, lines)) & 0x7fffffffu;
      greatest = a > greatest ? a : greatest;
    }
    lanes_f32 scale = (lanes_f32)1.0f, reciprocal = (lanes_f32)1.0f;
    for (int lane = 0; lane < LANES; lane++) {
      const block_scale block = scale_of_block(rule, greatest[lane]);
      scale[lane] = block.scale;
      reciprocal[lane] = block.reciprocal;
    }
    for (ptrdiff_t i = k; i < end; i++) {
      lanes_u32 random = (lanes_u32)0u;
      if (rounding == CKERNELS_ROUNDING_STOCHASTIC) {
        for (int lane = 0; lane < LANES; lane++) {
          random[lane] = random_bits(plan->seed, first + (uint64_t)(lane * depth + i));
        }
      }
      const lanes_f32 x = load_up_to(src + i * stride, lines);
      const lanes_f32 real = quantise_lanes(plan, kind, rounding, flushes, x, reciprocal, random) * scale;
      store_up_to(dst + i * stride, real, lines);
    }
  }
}

static void quantise_columns(const conversion_plan *plan, const block_rule *rule, ptrdiff_t size, const float *src,
  float *dst, ptrdiff_t lines, ptrdiff_t depth, ptrdiff_t stride, uint64_t first) {
#define CALL(kind, rounding, flushes) \
  quantise_columns_of(plan, rule, kind, rounding, flushes, size, src, dst, lines, depth, stride, first)
  WITH_CONSTANTS(*plan, rule->rounding, CALL)
#undef CALL
}

static void quantise_blocks(const ckernels_conversion *conversion, ckernels_block_scale kind, ptrdiff_t size,
  const float *src, float *dst, ptrdiff_t lines, ptrdiff_t line_stride, ptrdiff_t depth, ptrdiff_t stride,
  uint64_t first) {
  ckernels_conversion unscaled = *conversion;
  unscaled.scale = 1;
  unscaled.zero_point = 0;
  const conversion_plan plan = plan_of(&unscaled);
  const block_rule rule = rule_of(conversion, kind);
  if (size > depth) size = depth;
  if (size < 1) return;
  // As many lines at once as lie next to each other.
  const ptrdiff_t step = stride == 1 ? 1 : line_stride == 1 ? LANES : 1;
  for (ptrdiff_t l = 0; l < lines; l += step) {
    const uint64_t index = first + (uint64_t)(l * depth);
    const float *from = src + l * line_stride;
    float *to = dst + l * line_stride;
    if (stride == 1) {
      quantise_line(&plan, &rule, size, from, to, depth, index);
    } else {
      quantise_columns(&plan, &rule, size, from, to, smaller(step, lines - l), depth, stride, index);
    }
  }
}
