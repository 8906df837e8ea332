import Tensors

/// Numbers for tests: multiples of 1/4 in -2 ... 2, so that FP32 adds their products without rounding.
func quarters(_ count: Int, seed: Int = 0) -> [Double] {
  (0..<count).map { Double(($0 * 7 + seed * 5 + $0 * $0 % 11) % 17 - 8) / 4 }
}

/// Bytes for tests, over the whole range of the type.
func bytes(_ type: ElementType, _ count: Int, seed: Int = 0) -> [Double] {
  (0..<count).map { Double(($0 * 89 + seed * 31 + $0 * $0 % 37) % 256) - (type == .int8 ? 128 : 0) }
}
