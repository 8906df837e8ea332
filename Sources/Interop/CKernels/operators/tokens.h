// Token embeddings and pooling over tokens.

static void embedding(ckernels_format format, const int32_t *ids, const int32_t *type_ids, const float *word,
  ptrdiff_t vocabulary, const float *position, const float *type, ptrdiff_t types, ptrdiff_t token_begin,
  ptrdiff_t sequence, ptrdiff_t features, float *dst, ptrdiff_t tokens) {
  for (ptrdiff_t t = 0; t < tokens; t++, dst += features) {
    const ptrdiff_t id = ids[t], type_id = type_ids[t];
    if (id < 0 || id >= vocabulary || type_id < 0 || type_id >= types) {
      fill(dst, __builtin_nanf(""), features);
    } else {
      const float *word_row = word + id * features, *type_row = type + type_id * features;
      const float *position_row = position + (token_begin + t) % sequence * features;
      for (ptrdiff_t i = 0; i < features; i += LANES) {
        const ptrdiff_t left = features - i;
        const lanes_f32 placed = load_up_to(word_row + i, left) + load_up_to(position_row + i, left);
        store_up_to(dst + i, placed + load_up_to(type_row + i, left), left);
      }
    }
    round_in_place(format, dst, features);
  }
}

static void mean_pool(
  ckernels_format format, const float *src, const int32_t *mask, ptrdiff_t sequence, ptrdiff_t features, float *dst) {
  fill(dst, 0.0f, features);
  ptrdiff_t counting = 0;
  for (ptrdiff_t t = 0; t < sequence; t++) {
    if (mask[t] == 0) continue;
    counting++;
    const float *row = src + t * features;
    for (ptrdiff_t i = 0; i < features; i += LANES) {
      store_up_to(dst + i, load_up_to(dst + i, features - i) + load_up_to(row + i, features - i), features - i);
    }
  }
  const lanes_f32 divisor = counting == 0 ? 1.0f : (float)counting;
  for (ptrdiff_t i = 0; i < features; i += LANES) {
    store_up_to(dst + i, load_up_to(dst + i, features - i) / divisor, features - i);
  }
  round_in_place(format, dst, features);
}
