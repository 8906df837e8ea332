// exp and GELU on vectors. Coefficients: scripts/derive-activation-polynomials.

/// exp(x) for -110 <= x <= 89 and NaN, with a relative error of at most 2e-7 where the result is normal.
///
/// x = n ln(2) + r with |r| <= ln(2)/2, ln(2) in two parts of which the first has 9 bits, so that n times it is exact.
/// 2^n is multiplied in two steps, because n reaches from -159 to 128 and results below 2^-126 must round once, to the
/// subnormal. Below -104 the result is 0, above 88.7228 infinity.
INLINE lanes_f32 exp_bounded(lanes_f32 x) {
  const lanes_f32 log2_e = 1.44269504f, ln2_high = 0.693359375f, ln2_low = -2.12194440e-4f;
  // Adding 1.5 * 2^23 leaves no bits for a fraction: the sum's low bits are x / ln(2) rounded to nearest.
  const lanes_f32 rounder = 12582912.0f;
  const lanes_f32 shifted = multiply_add(x, log2_e, rounder);
  const lanes_f32 n = shifted - rounder;
  const lanes_f32 r = multiply_add(n, -ln2_low, multiply_add(n, -ln2_high, x));

  lanes_f32 p = 0.00138144672f;
  p = multiply_add(p, r, (lanes_f32)0.00836878084f);
  p = multiply_add(p, r, (lanes_f32)0.0416683927f);
  p = multiply_add(p, r, (lanes_f32)0.166665196f);
  p = multiply_add(p, r, (lanes_f32)0.49999994f);
  const lanes_f32 fraction = multiply_add(r * r, p, r) + 1.0f;

#if LANES == 16
  return (lanes_f32)_mm512_scalef_ps((__m512)fraction, (__m512)n);
#else
  const lanes_s32 exponent = (lanes_s32)(bits_of(shifted) - bits_of(rounder));
  const lanes_s32 half = exponent >> 1;
  const lanes_f32 scale_a = from_bits((lanes_u32)(half + 127) << 23);
  const lanes_f32 scale_b = from_bits((lanes_u32)(exponent - half + 127) << 23);
  return fraction * scale_a * scale_b;
#endif
}

/// exp(x) for x <= 0 and NaN; 0 at minus infinity.
INLINE lanes_f32 exp_of_negative(lanes_f32 x) { return exp_bounded(at_least(x, (lanes_f32)-105.0f)); }

/// exp(x) for every float.
INLINE lanes_f32 exp_of(lanes_f32 x) { return exp_of_negative(at_most(x, (lanes_f32)89.0f)); }

/// Phi(-magnitude) of the normal distribution for 0 <= magnitude <= 14.5.
///
/// exp(-x^2/2) p(t), t = 1 / (1 + 0.3 x): the form of Abramowitz and Stegun, Handbook of Mathematical Functions,
/// 7.1.26, with a polynomial of degree 8 of our own.
INLINE lanes_f32 normal_tail(lanes_f32 magnitude) {
  const lanes_f32 t = 1.0f / multiply_add(magnitude, (lanes_f32)0.3f, (lanes_f32)1.0f);
  lanes_f32 p = 0.0375558026f;
  p = multiply_add(p, t, (lanes_f32)-0.16517505f);
  p = multiply_add(p, t, (lanes_f32)0.220539063f);
  p = multiply_add(p, t, (lanes_f32)-0.0674941093f);
  p = multiply_add(p, t, (lanes_f32)0.136595532f);
  p = multiply_add(p, t, (lanes_f32)0.0970548242f);
  p = multiply_add(p, t, (lanes_f32)0.121362112f);
  p = multiply_add(p, t, (lanes_f32)0.119558431f);
  p = multiply_add(p, t, (lanes_f32)3.4720963e-06f);
  return exp_bounded(magnitude * magnitude * -0.5f) * p;
}

/// x * Phi(x), with an absolute error of at most 2e-7 max(1, |x|); -0 at minus infinity, the limit. From 14.5 on,
/// x * Phi(-x) is below the least subnormal.
INLINE lanes_f32 gelu_of(lanes_f32 x) {
  const lanes_f32 tail = normal_tail(at_most(from_bits(bits_of(x) & 0x7fffffffu), (lanes_f32)14.5f));
  const lanes_f32 probability = x < (lanes_f32)0.0f ? tail : 1.0f - tail;
  return at_least(x, (lanes_f32)-15.0f) * probability;
}

static void exponential(const float *src, float *dst, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i += LANES) store_up_to(dst + i, exp_of(load_up_to(src + i, count - i)), count - i);
}
