// Changes of format, storage and layout.

/// A reorder's formats, decided once.
typedef struct reorder_plan {
  /// The format of what is in memory: FP32 where elements are held as floats.
  ckernels_format_kind src_kind, dst_kind;
  int32_t src_zero_point;
  /// From stored source values to what is rounded: a scale, or 1 where stored values are kept.
  float factor;
  /// Integers are rounded in any case; then, where they are held as floats, their zero point is not added.
  element_rounding rounding;
  int rounds_to_floats;
} reorder_plan;

INLINE int same_format(ckernels_format a, ckernels_format b) {
  if (a.kind != b.kind) return 0;
  if (a.kind < CKERNELS_FORMAT_U8) return 1;
  return a.scale == b.scale && (a.kind == CKERNELS_FORMAT_S8 || a.zero_point == b.zero_point);
}

INLINE reorder_plan planned(const ckernels_reorder *reorder) {
  const int keeps = same_format(reorder->src_format, reorder->dst_format);
  reorder_plan plan = {
    .src_kind = reorder->src_is_floats ? CKERNELS_FORMAT_FP32 : reorder->src_format.kind,
    .dst_kind = reorder->dst_is_floats ? CKERNELS_FORMAT_FP32 : reorder->dst_format.kind,
    .src_zero_point = reorder->src_format.kind == CKERNELS_FORMAT_U8 ? reorder->src_format.zero_point : 0,
    .factor = keeps ? 1.0f : real_scale(reorder->src_format),
    .rounding = rounding_to(reorder->dst_format),
    .rounds_to_floats = reorder->dst_is_floats && reorder->dst_format.kind != CKERNELS_FORMAT_FP32,
  };
  if (keeps) plan.rounding.reciprocal = 1.0f;
  return plan;
}

/// Up to `count` elements from `index` on, as real values or, where those are kept, stored ones.
INLINE lanes_f32 read_elements(const reorder_plan *plan, const void *src, ptrdiff_t index, ptrdiff_t count) {
  const lanes_f32 stored =
    load_stored(plan->src_kind, plan->src_zero_point, element_at(plan->src_kind, src, index), count);
  // FP32 and BF16 keep all their bits.
  return plan->factor == 1.0f ? stored : stored * plan->factor;
}

/// What `convert` of the operator table does to a float.
INLINE lanes_f32 rounded_float(const element_rounding *rounding, lanes_f32 value) {
  if (rounding->kind == CKERNELS_FORMAT_BF16) return round_to_bf16(value);
  return round_to_integer(value, rounding->reciprocal, rounding->low, rounding->high);
}

INLINE void write_elements(const reorder_plan *plan, void *dst, ptrdiff_t index, lanes_f32 value, ptrdiff_t count) {
  if (plan->rounds_to_floats) {
    store_up_to((float *)dst + index, rounded_float(&plan->rounding, value), count);
  } else {
    store_native(plan->dst_kind, plan->rounding, mutable_element_at(plan->dst_kind, dst, index), value, count);
  }
}

/// Elements begin ..< end of a reorder that keeps the layout, one loop for each pair of kinds.
INLINE void reorder_elements(const reorder_plan *general, const void *src, void *dst, ptrdiff_t begin, ptrdiff_t end) {
#define REORDER_LOOP(SRC, DST) \
  { \
    reorder_plan plan = *general; \
    plan.src_kind = SRC; \
    plan.dst_kind = DST; \
    for (ptrdiff_t i = begin; i < end; i += LANES) { \
      write_elements(&plan, dst, i, read_elements(&plan, src, i, end - i), end - i); \
    } \
    return; \
  }
#define REORDER_FROM(SRC) \
  case SRC: \
    switch (general->dst_kind) { \
    case CKERNELS_FORMAT_FP32: \
      REORDER_LOOP(SRC, CKERNELS_FORMAT_FP32) \
    case CKERNELS_FORMAT_BF16: \
      REORDER_LOOP(SRC, CKERNELS_FORMAT_BF16) \
    case CKERNELS_FORMAT_U8: \
      REORDER_LOOP(SRC, CKERNELS_FORMAT_U8) \
    case CKERNELS_FORMAT_S8: \
      REORDER_LOOP(SRC, CKERNELS_FORMAT_S8) \
    } \
    return;
  switch (general->src_kind) {
    REORDER_FROM(CKERNELS_FORMAT_FP32)
    REORDER_FROM(CKERNELS_FORMAT_BF16)
    REORDER_FROM(CKERNELS_FORMAT_U8)
    REORDER_FROM(CKERNELS_FORMAT_S8)
  }
#undef REORDER_FROM
#undef REORDER_LOOP
}

/// dst (columns, rows) = src (rows, columns) transposed, for columns begin ..< end; both begin at element `offset`.
INLINE void reorder_transposed(const reorder_plan *plan, const void *src, void *dst, ptrdiff_t offset, ptrdiff_t rows,
  ptrdiff_t columns, ptrdiff_t begin, ptrdiff_t end, ptrdiff_t row_end, ptrdiff_t row_begin) {
  for (ptrdiff_t r = row_begin; r < row_end; r += LANES) {
    const ptrdiff_t high = smaller(row_end - r, LANES);
    for (ptrdiff_t c = begin; c < end; c += LANES) {
      const ptrdiff_t wide = smaller(end - c, LANES);
      lanes_f32 square[LANES];
      for (int i = 0; i < LANES; i++) {
        square[i] = i < high ? read_elements(plan, src, offset + (r + i) * columns + c, wide) : (lanes_f32)0.0f;
      }
      transpose_square(square);
      for (int i = 0; i < wide; i++) write_elements(plan, dst, offset + (c + i) * rows + r, square[i], high);
    }
  }
}

/// The bits of elements, in each lane's low bytes.
INLINE lanes_u32 element_bits(const reorder_plan *plan, lanes_f32 value) {
  if (plan->rounds_to_floats) return bits_of(rounded_float(&plan->rounding, value));
  switch (plan->dst_kind) {
  case CKERNELS_FORMAT_FP32:
    break;
  case CKERNELS_FORMAT_BF16:
    return bits_of(round_to_bf16(value)) >> 16;
  case CKERNELS_FORMAT_U8:
  case CKERNELS_FORMAT_S8:
    return integers_of(plan->rounding, value) & 255u;
  }
  return bits_of(value);
}

/// The same for at most four rows: the elements of a column are gathered in `words` words of 4 bytes, which are stored
/// whole; their surplus is overwritten by the columns that follow.
INLINE void reorder_few(const reorder_plan *plan, const ptrdiff_t size, const int words, const void *src, void *dst,
  ptrdiff_t offset, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t begin, ptrdiff_t end) {
  for (ptrdiff_t c = begin; c < end; c += LANES) {
    const ptrdiff_t wide = smaller(end - c, LANES);
    lanes_u32 bits[4] = {0, 0, 0, 0};
    for (int r = 0; r < rows; r++) {
      bits[r] = element_bits(plan, read_elements(plan, src, offset + r * columns + c, wide));
    }
    if (size == 1) bits[0] |= bits[1] << 8 | bits[2] << 16 | bits[3] << 24;
    if (size == 2) {
      bits[0] |= bits[1] << 16;
      bits[1] = bits[2] | bits[3] << 16;
    }
    uint32_t parts[4][LANES];
    __builtin_memcpy(parts, bits, sizeof parts);
    char *to = (char *)dst + (offset + c * rows) * size;
    // Words of another part, or beyond the tensor, are not touched.
    const ptrdiff_t whole = larger(smaller(end - 3 - c, wide), 0);
    for (ptrdiff_t i = 0; i < whole; i++, to += rows * size) {
      for (int n = 0; n < words; n++) __builtin_memcpy(to + 4 * n, &parts[n][i], 4);
    }
    for (ptrdiff_t i = whole; i < wide; i++, to += rows * size) {
      for (int n = 0; n < words; n++) {
        __builtin_memcpy(to + 4 * n, &parts[n][i], (size_t)smaller(rows * size - 4 * n, 4));
      }
    }
  }
}

/// The same with constants for the elements' sizes.
INLINE void reorder_few_of_any(const reorder_plan *plan, const void *src, void *dst, ptrdiff_t offset, ptrdiff_t rows,
  ptrdiff_t columns, ptrdiff_t begin, ptrdiff_t end) {
  const ptrdiff_t size = ckernels_format_bytes(plan->dst_kind);
  if (size == 1) {
    reorder_few(plan, 1, 1, src, dst, offset, rows, columns, begin, end);
  } else if (size == 2) {
    reorder_few(plan, 2, rows > 2 ? 2 : 1, src, dst, offset, rows, columns, begin, end);
  } else {
    reorder_few(plan, 4, (int)rows, src, dst, offset, rows, columns, begin, end);
  }
}

static void reorder(const ckernels_reorder *reorder, const void *src, void *dst, ptrdiff_t begin, ptrdiff_t end) {
  const reorder_plan plan = planned(reorder);
  const ptrdiff_t channels = reorder->channels, positions = reorder->positions, plane = channels * positions;
  if (reorder->src_channels_last == reorder->dst_channels_last || channels == 1 || positions == 1) {
    const ptrdiff_t count = reorder->images * plane;
    reorder_elements(&plan, src, dst, begin * REORDER_SPAN, smaller(end * REORDER_SPAN, count));
    return;
  }
  const ptrdiff_t parts = (positions + REORDER_POSITIONS - 1) / REORDER_POSITIONS;
  for (ptrdiff_t part = begin; part < end; part++) {
    const ptrdiff_t offset = part / parts * plane, first = part % parts * REORDER_POSITIONS;
    const ptrdiff_t last = smaller(first + REORDER_POSITIONS, positions);
    if (reorder->src_channels_last) {
      reorder_transposed(&plan, src, dst, offset, positions, channels, 0, channels, last, first);
    } else if (channels <= 4) {
      reorder_few_of_any(&plan, src, dst, offset, channels, positions, first, last);
    } else {
      reorder_transposed(&plan, src, dst, offset, channels, positions, first, last, channels, 0);
    }
  }
}
