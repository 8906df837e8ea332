// Pooling of channels-last images. Included after the operators' windows.h.

/// Where a window lies in a channels-last image.
typedef struct window_place {
  /// The image's first element.
  ptrdiff_t image;
  /// The window's first line and pixel; may lie outside.
  ptrdiff_t top, left;
  /// The window's elements that lie inside.
  output_range ky, kx;
} window_place;

/// What the windows of result line `line`, counted through all images, have in common.
INLINE window_place window_line(const ckernels_convolution *geometry, ptrdiff_t line) {
  const ptrdiff_t height = geometry->height;
  const ptrdiff_t image = line / geometry->out_height, out_y = line % geometry->out_height;
  window_place place = {
    .image = image * height * geometry->width * geometry->channels,
    .top = out_y * geometry->stride_y - geometry->padding_top,
  };
  place.ky = window_inside(place.top, height, geometry->kernel_height, geometry->dilation_y);
  return place;
}

/// Moves to window `out_x` of the line.
INLINE void move_window(const ckernels_convolution *geometry, ptrdiff_t out_x, window_place *place) {
  place->left = out_x * geometry->stride_x - geometry->padding_left;
  place->kx = window_inside(place->left, geometry->width, geometry->kernel_width, geometry->dilation_x);
}

/// The index of channel 0 of a window's element.
INLINE ptrdiff_t window_pixel(
  const ckernels_convolution *geometry, const window_place *place, ptrdiff_t ky, ptrdiff_t kx) {
  const ptrdiff_t y = place->top + ky * geometry->dilation_y, x = place->left + kx * geometry->dilation_x;
  return place->image + (y * geometry->width + x) * geometry->channels;
}

/// All result windows of lines begin ..< end; the last argument handles one, `place`, whose channel 0 is result element
/// `result`.
#define FOR_WINDOWS(geometry, begin, end, ...) \
  for (ptrdiff_t line = (begin); line < (end); line++) { \
    window_place place = window_line(geometry, line); \
    for (ptrdiff_t out_x = 0; out_x < (geometry)->out_width; out_x++) { \
      move_window(geometry, out_x, &place); \
      const ptrdiff_t result = (line * (geometry)->out_width + out_x) * (geometry)->channels; \
      __VA_ARGS__ \
    } \
  }

/// Vectors of bytes as wide as the level's registers.
typedef uint8_t wide_u8 __attribute__((ext_vector_type(4 * LANES)));
typedef int8_t wide_s8 __attribute__((ext_vector_type(4 * LANES)));

INLINE wide_u8 load_wide(const void *src, ptrdiff_t count) {
  wide_u8 value;
  if (count >= 4 * LANES) {
    __builtin_memcpy(&value, src, sizeof value);
    return value;
  }
#if LANES == 16
  return (wide_u8)_mm512_maskz_loadu_epi8((__mmask64)((1ull << count) - 1), src);
#else
  value = (wide_u8)0;
  __builtin_memcpy(&value, src, (size_t)count);
  return value;
#endif
}

INLINE void store_wide(void *dst, wide_u8 value, ptrdiff_t count) {
  if (count >= 4 * LANES) {
    __builtin_memcpy(dst, &value, sizeof value);
    return;
  }
#if LANES == 16
  _mm512_mask_storeu_epi8(dst, (__mmask64)((1ull << count) - 1), (__m512i)value);
#else
  __builtin_memcpy(dst, &value, (size_t)count);
#endif
}

/// The greatest bytes of one window; TYPE and LEAST choose between signed and unsigned ones.
#define POOL_BYTES(TYPE, LEAST) \
  FOR_WINDOWS(geometry, begin, end, { \
    for (ptrdiff_t c = 0; c < channels; c += 4 * LANES) { \
      const ptrdiff_t left = channels - c; \
      TYPE greatest = (TYPE)(LEAST); \
      for (ptrdiff_t ky = place.ky.begin; ky < place.ky.end; ky++) { \
        const uint8_t *pixel = bytes + window_pixel(geometry, &place, ky, place.kx.begin) + c; \
        for (ptrdiff_t kx = place.kx.begin; kx < place.kx.end; kx++, pixel += step) { \
          greatest = __builtin_elementwise_max(greatest, (TYPE)load_wide(pixel, left)); \
        } \
      } \
      store_wide((uint8_t *)dst + result + c, (wide_u8)greatest, left); \
    } \
  })

/// Vectors of 16 bits as wide as the level's registers.
typedef int16_t wide_s16 __attribute__((ext_vector_type(2 * LANES)));

INLINE wide_s16 load_wide_s16(const void *src, ptrdiff_t count) {
  wide_s16 value;
  if (count >= 2 * LANES) {
    __builtin_memcpy(&value, src, sizeof value);
    return value;
  }
#if LANES == 16
  return (wide_s16)_mm512_maskz_loadu_epi16((__mmask32)((1ull << count) - 1), src);
#else
  value = (wide_s16)0;
  __builtin_memcpy(&value, src, (size_t)count * 2);
  return value;
#endif
}

INLINE void store_wide_s16(void *dst, wide_s16 value, ptrdiff_t count) {
  if (count >= 2 * LANES) {
    __builtin_memcpy(dst, &value, sizeof value);
    return;
  }
#if LANES == 16
  _mm512_mask_storeu_epi16(dst, (__mmask32)((1ull << count) - 1), (__m512i)value);
#else
  __builtin_memcpy(dst, &value, (size_t)count * 2);
#endif
}

/// BF16 elements as integers of the same order, and back: negative ones have their magnitude's bits inverted. NaN is
/// above infinity or below minus infinity.
INLINE wide_s16 ordered(wide_s16 bits) { return bits ^ (bits >> 15 & (int16_t)0x7fff); }

static void max_pool_bf16(
  const ckernels_convolution *geometry, const int16_t *src, int16_t *dst, ptrdiff_t begin, ptrdiff_t end) {
  const ptrdiff_t channels = geometry->channels, step = geometry->dilation_x * channels;
  const wide_s16 infinity = (int16_t)0x7f80, minus_infinity = ordered((wide_s16)(int16_t)0xff80);
  FOR_WINDOWS(geometry, begin, end, {
    for (ptrdiff_t c = 0; c < channels; c += 2 * LANES) {
      const ptrdiff_t left = channels - c;
      wide_s16 greatest = minus_infinity, least = infinity;
      for (ptrdiff_t ky = place.ky.begin; ky < place.ky.end; ky++) {
        const int16_t *pixel = src + window_pixel(geometry, &place, ky, place.kx.begin) + c;
        for (ptrdiff_t kx = place.kx.begin; kx < place.kx.end; kx++, pixel += step) {
          const wide_s16 value = ordered(load_wide_s16(pixel, left));
          greatest = __builtin_elementwise_max(greatest, value);
          least = __builtin_elementwise_min(least, value);
        }
      }
      const wide_s16 broken = (greatest > infinity) | (least < minus_infinity);
      store_wide_s16(dst + result + c, broken ? (wide_s16)(int16_t)0x7fc0 : ordered(greatest), left);
    }
  })
}

static void max_pool_f32(
  const ckernels_convolution *geometry, const float *src, float *dst, ptrdiff_t begin, ptrdiff_t end) {
  const ptrdiff_t channels = geometry->channels, step = geometry->dilation_x * channels;
  FOR_WINDOWS(geometry, begin, end, {
    for (ptrdiff_t c = 0; c < channels; c += LANES) {
      const ptrdiff_t left = channels - c;
      lanes_f32 greatest = -__builtin_inff();
      // The greatest magnitude as an integer: above infinity's it is NaN's.
      lanes_u32 magnitude = 0;
      for (ptrdiff_t ky = place.ky.begin; ky < place.ky.end; ky++) {
        const float *pixel = src + window_pixel(geometry, &place, ky, place.kx.begin) + c;
        for (ptrdiff_t kx = place.kx.begin; kx < place.kx.end; kx++, pixel += step) {
          const lanes_f32 value = load_up_to(pixel, left);
          greatest = at_least(greatest, value);
          magnitude = __builtin_elementwise_max(magnitude, bits_of(value) & 0x7fffffffu);
        }
      }
      const lanes_s32 broken = magnitude > 0x7f800000u;
      store_up_to(dst + result + c, broken ? (lanes_f32)__builtin_nanf("") : greatest, left);
    }
  })
}

static void max_pool_rows(const ckernels_convolution *geometry, ckernels_format format, const void *src, void *dst,
  ptrdiff_t begin, ptrdiff_t end) {
  const ptrdiff_t channels = geometry->channels, step = geometry->dilation_x * channels;
  const uint8_t *bytes = src;
  switch (format.kind) {
  case CKERNELS_FORMAT_FP32:
    max_pool_f32(geometry, src, dst, begin, end);
    return;
  case CKERNELS_FORMAT_BF16:
    max_pool_bf16(geometry, src, dst, begin, end);
    return;
  case CKERNELS_FORMAT_U8:
    POOL_BYTES(wide_u8, 0)
    return;
  case CKERNELS_FORMAT_S8:
    POOL_BYTES(wide_s8, (int8_t)-s8_bound(format))
    return;
  }
}

/// The sums of up to LANES channels over all positions of one image, exact for integers.
#define SUM_POSITIONS(KIND) \
  case KIND: \
    for (ptrdiff_t position = 0; position < positions; position++) { \
      const void *pixel = element_at(KIND, src, position * channels); \
      if (KIND < CKERNELS_FORMAT_U8) { \
        sum += load_stored(KIND, 0, pixel, count); \
      } else if (KIND == CKERNELS_FORMAT_U8) { \
        integers += __builtin_convertvector(load_bytes(pixel, count), lanes_s32) - zero_point; \
      } else { \
        integers += __builtin_convertvector((lanes_s8)load_bytes(pixel, count), lanes_s32); \
      } \
    } \
    break;

INLINE lanes_f32 sum_positions(
  ckernels_format format, const void *src, ptrdiff_t positions, ptrdiff_t channels, ptrdiff_t count) {
  const int32_t zero_point = format.zero_point;
  lanes_f32 sum = 0.0f;
  lanes_s32 integers = 0;
  switch (format.kind) {
    SUM_POSITIONS(CKERNELS_FORMAT_FP32)
    SUM_POSITIONS(CKERNELS_FORMAT_BF16)
    SUM_POSITIONS(CKERNELS_FORMAT_U8)
    SUM_POSITIONS(CKERNELS_FORMAT_S8)
  }
  return format.kind < CKERNELS_FORMAT_U8 ? sum : __builtin_convertvector(integers, lanes_f32);
}

static void global_average(ckernels_format src_format, ckernels_format dst_format, const void *src, ptrdiff_t positions,
  ptrdiff_t channels, void *dst, ptrdiff_t begin, ptrdiff_t end) {
  const element_rounding rounding = rounding_to(dst_format);
  const float scale = real_scale(src_format);
  for (ptrdiff_t result = begin; result < end;) {
    const ptrdiff_t image = result / channels, channel = result % channels;
    const ptrdiff_t count = smaller(smaller(end - result, channels - channel), LANES);
    const void *from = element_at(src_format.kind, src, image * positions * channels + channel);
    const lanes_f32 sum = sum_positions(src_format, from, positions, channels, count);
    void *to = mutable_element_at(rounding.kind, dst, result);
    store_native(rounding.kind, rounding, to, scale * (sum / (float)positions), count);
    result += count;
  }
}
