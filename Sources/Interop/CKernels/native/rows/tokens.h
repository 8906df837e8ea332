// Token embeddings and pooling over tokens, on native storage; the arithmetic of the operators' tokens.h.

static void embedding_rows(ckernels_format dst_format, const int32_t *ids, const int32_t *type_ids, const float *word,
  ptrdiff_t vocabulary, const float *position, const float *type, ptrdiff_t types, ptrdiff_t token_begin,
  ptrdiff_t sequence, ptrdiff_t features, void *dst, ptrdiff_t tokens) {
  const element_rounding rounding = rounding_to(dst_format);
  for (ptrdiff_t t = 0; t < tokens; t++) {
    const ptrdiff_t id = ids[t], type_id = type_ids[t];
    const int is_known = id >= 0 && id < vocabulary && type_id >= 0 && type_id < types;
    const float *word_row = word + (is_known ? id : 0) * features;
    const float *type_row = type + (is_known ? type_id : 0) * features;
    const float *position_row = position + (token_begin + t) % sequence * features;
    for (ptrdiff_t i = 0; i < features; i += LANES) {
      const ptrdiff_t left = features - i;
      lanes_f32 value = __builtin_nanf("");
      if (is_known) {
        value = load_up_to(word_row + i, left) + load_up_to(position_row + i, left);
        value += load_up_to(type_row + i, left);
      }
      store_native(rounding.kind, rounding, mutable_element_at(rounding.kind, dst, t * features + i), value, left);
    }
  }
}

static void mean_pool_rows(ckernels_format src_format, ckernels_format dst_format, const void *src, const int32_t *mask,
  ptrdiff_t sequence, ptrdiff_t features, void *dst) {
  const element_rounding rounding = rounding_to(dst_format);
  const ckernels_format_kind kind = src_format.kind;
  for (ptrdiff_t i = 0; i < features; i += LANES) {
    const ptrdiff_t left = features - i;
    ptrdiff_t counting = 0;
    lanes_f32 sum = 0.0f;
    for (ptrdiff_t t = 0; t < sequence; t++) {
      if (mask[t] == 0) continue;
      counting++;
      sum += load_real(kind, src_format, src, t * features + i, left);
    }
    const lanes_f32 divisor = counting == 0 ? 1.0f : (float)counting;
    store_native(rounding.kind, rounding, mutable_element_at(rounding.kind, dst, i), sum / divisor, left);
  }
}
