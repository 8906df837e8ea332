extension ArrayFormat {
  /// The formats that a word names that stands for several, or that others use for one: `fp8` is E4M3 and E5M2.
  ///
  /// - Returns: names of ``all``; none where the word is no such.
  public static func names(ofFamily word: String) -> [String] {
    let word = word.lowercased().filter { $0 != "_" && $0 != "-" }
    if let names = families[word] { return names }
    // For example mxfp8.
    return word.hasPrefix("mx") ? all.map(\.name).filter { $0.hasPrefix(word + "-") } : []
  }

  private static let families: [String: [String]] = [
    "fp8": ["e4m3", "e5m2"], "float8": ["e4m3", "e5m2"], "fp6": ["e3m2", "e2m3"], "fp4": ["e2m1"],
    "fp8e4m3": ["e4m3"], "fp8e5m2": ["e5m2"], "float8e4m3fn": ["e4m3"], "float8e5m2": ["e5m2"],
    "int8": ["s8", "u8"], "i8": ["s8"], "uint8": ["u8"], "int4": ["s4", "u4"], "i4": ["s4"], "uint4": ["u4"],
    "bfloat16": ["bf16"], "half": ["fp16"], "float16": ["fp16"], "f16": ["fp16"], "float32": ["fp32"],
    "float": ["fp32"], "f32": ["fp32"],
  ]
}
