// Functions of one vector that neural networks use. Coefficients: scripts/derive-activation-polynomials. Errors are
// those that OperatorsTests test.

INLINE lanes_f32 magnitude_of(lanes_f32 x) { return from_bits(bits_of(x) & 0x7fffffffu); }
/// The magnitude of the first with the sign of the second.
INLINE lanes_f32 with_sign_of(lanes_f32 magnitude, lanes_f32 sign) {
  return from_bits((bits_of(magnitude) & 0x7fffffffu) | (bits_of(sign) & 0x80000000u));
}

/// The lesser and the greater; NaN where either is.
INLINE lanes_f32 minimum_of(lanes_f32 x, lanes_f32 y) { return ((x < y) | (x != x)) ? x : y; }
INLINE lanes_f32 maximum_of(lanes_f32 x, lanes_f32 y) { return ((x > y) | (x != x)) ? x : y; }

/// clamp(x, 0, 1); NaN stays.
INLINE lanes_f32 unit_clamp(lanes_f32 x) { return at_most(at_least(x, (lanes_f32)0.0f), (lanes_f32)1.0f); }

/// 1 / (1 + exp(-x)), with a relative error of at most 5e-7 where the result is normal.
INLINE lanes_f32 sigmoid_of(lanes_f32 x) {
  // From the side where the exponential cannot overflow, so that the lower tail keeps its digits.
  const lanes_f32 e = exp_of_negative(-magnitude_of(x));
  const lanes_f32 upper = 1.0f / (1.0f + e);
  return x < (lanes_f32)0.0f ? e * upper : upper;
}

/// exp(x) - 1 for x <= 0 and NaN, with a relative error of at most 3e-7; -1 at minus infinity.
INLINE lanes_f32 expm1_of_negative(lanes_f32 x) {
  // As exp_bounded, but 2^n (1 + q) - 1 = 2^n q + (2^n - 1), of which only q is rounded. -1 from -17.4 on.
  const lanes_f32 bounded = at_least(x, (lanes_f32)-20.0f);
  const lanes_f32 rounder = 12582912.0f;
  const lanes_f32 shifted = multiply_add(bounded, (lanes_f32)1.44269504f, rounder);
  const lanes_f32 n = shifted - rounder;
  const lanes_f32 r = multiply_add(n, (lanes_f32)2.12194440e-4f, multiply_add(n, (lanes_f32)-0.693359375f, bounded));
  lanes_f32 p = 0.00138144672f;
  p = multiply_add(p, r, (lanes_f32)0.00836878084f);
  p = multiply_add(p, r, (lanes_f32)0.0416683927f);
  p = multiply_add(p, r, (lanes_f32)0.166665196f);
  p = multiply_add(p, r, (lanes_f32)0.49999994f);
  const lanes_f32 q = multiply_add(r * r, p, r);
  const lanes_f32 scale = from_bits((bits_of(shifted) - bits_of(rounder) + 127u) << 23);
  return x == (lanes_f32)0.0f ? x : multiply_add(scale, q, scale - 1.0f);
}

/// tanh(x), with a relative error of at most 4e-7.
INLINE lanes_f32 tanh_of(lanes_f32 x) {
  const lanes_f32 magnitude = magnitude_of(x);
  const lanes_f32 s = x * x;
  lanes_f32 p = -0.0057049864f;
  p = multiply_add(p, s, (lanes_f32)0.0206390861f);
  p = multiply_add(p, s, (lanes_f32)-0.0537397154f);
  p = multiply_add(p, s, (lanes_f32)0.133314416f);
  p = multiply_add(p, s, (lanes_f32)-0.333332807f);
  const lanes_f32 near = multiply_add(x * s, p, x);
  const lanes_f32 e = exp_of_negative(magnitude * -2.0f);
  const lanes_f32 far = with_sign_of(1.0f - 2.0f * e / (1.0f + e), x);
  // A NaN takes the near form, which keeps it.
  return magnitude > (lanes_f32)0.625f ? far : near;
}

/// erf(x), with a relative error of at most 3e-7.
INLINE lanes_f32 erf_of(lanes_f32 x) {
  const lanes_f32 magnitude = magnitude_of(x);
  const lanes_f32 s = x * x;
  lanes_f32 p = 7.85386073e-05f;
  p = multiply_add(p, s, (lanes_f32)-0.000801019371f);
  p = multiply_add(p, s, (lanes_f32)0.00518832775f);
  p = multiply_add(p, s, (lanes_f32)-0.0268538129f);
  p = multiply_add(p, s, (lanes_f32)0.112835854f);
  p = multiply_add(p, s, (lanes_f32)-0.37612626f);
  p = multiply_add(p, s, (lanes_f32)1.12837911f);
  const lanes_f32 tail = normal_tail(at_most(magnitude * 1.41421356f, (lanes_f32)(15 * NORMAL_WIDTH)));
  return magnitude > (lanes_f32)1.0f ? with_sign_of(1.0f - 2.0f * tail, x) : x * p;
}

/// log(1 + f) for sqrt(1/2) <= 1 + f <= sqrt(2), plus n log(2).
INLINE lanes_f32 log1p_reduced(lanes_f32 f, lanes_f32 n) {
  lanes_f32 p = 0.0674834549f;
  p = multiply_add(p, f, (lanes_f32)-0.116778865f);
  p = multiply_add(p, f, (lanes_f32)0.118886337f);
  p = multiply_add(p, f, (lanes_f32)-0.12405277f);
  p = multiply_add(p, f, (lanes_f32)0.142194524f);
  p = multiply_add(p, f, (lanes_f32)-0.166680083f);
  p = multiply_add(p, f, (lanes_f32)0.200021237f);
  p = multiply_add(p, f, (lanes_f32)-0.250000089f);
  p = multiply_add(p, f, (lanes_f32)0.333333135f);
  const lanes_f32 square = f * f;
  // log(2) in two parts as in exp_bounded; small terms first.
  const lanes_f32 low = multiply_add(square, multiply_add(f, p, (lanes_f32)-0.5f), n * -2.12194440e-4f);
  return multiply_add(n, (lanes_f32)0.693359375f, f + low);
}

/// log(x), with a relative error of at most 3e-7; NaN below 0.
INLINE lanes_f32 log_of(lanes_f32 x) {
  // Subnormals are scaled into the normal range.
  const lanes_s32 tiny = x < (lanes_f32)0x1p-126f;
  const lanes_f32 scaled = tiny ? x * 0x1p24f : x;
  // The exponent of x / sqrt(1/2), so that the mantissa lies in sqrt(1/2) ... sqrt(2).
  const lanes_u32 above = bits_of(scaled) - 0x3f3504f3u;
  const lanes_s32 exponent = (lanes_s32)above >> 23;
  const lanes_f32 mantissa = from_bits(bits_of(scaled) - ((lanes_u32)exponent << 23));
  const lanes_f32 n = __builtin_convertvector(exponent, lanes_f32) - (tiny ? (lanes_f32)24.0f : (lanes_f32)0.0f);
  const lanes_f32 result = log1p_reduced(mantissa - 1.0f, n);
  const lanes_f32 positive = x == (lanes_f32)__builtin_inff() ? x : result;
  const lanes_f32 zero = x == (lanes_f32)0.0f ? (lanes_f32)-__builtin_inff() : positive;
  return ((x < (lanes_f32)0.0f) | (x != x)) ? (lanes_f32)__builtin_nanf("") : zero;
}

/// log(1 + exp(x)), with a relative error of at most 4e-7 where the result is normal.
INLINE lanes_f32 softplus_of(lanes_f32 x) {
  const lanes_f32 e = exp_of_negative(-magnitude_of(x));
  const lanes_s32 large = e > (lanes_f32)0.41421356f;
  // (1 + e) / 2 - 1 is exact for e in 0.41 ... 1.
  const lanes_f32 tail = log1p_reduced(large ? (e - 1.0f) * 0.5f : e, large ? (lanes_f32)1.0f : (lanes_f32)0.0f);
  return at_least(x, (lanes_f32)0.0f) + tail;
}

/// x tanh(softplus(x)), with an error of at most 1e-6 times the result where that is normal.
INLINE lanes_f32 mish_of(lanes_f32 x) {
  // With w = exp(x): tanh(log(1 + w)) = (w^2 + 2 w) / (w^2 + 2 w + 2). From 30 on it is 1.
  const lanes_f32 w = exp_of_negative(at_most(x, (lanes_f32)30.0f));
  const lanes_f32 n = w * (w + 2.0f);
  // The limit at minus infinity is -0, not infinity times zero.
  return at_least(x, (lanes_f32)-200.0f) * (n / (n + 2.0f));
}
