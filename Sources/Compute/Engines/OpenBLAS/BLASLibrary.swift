import COpenBLAS

/// The OpenBLAS library that this process has loaded.
public enum BLASLibrary {
  /// `openblas_get_corename()`: whose kernels run.
  public static var coreName: String { String(cString: openblas_get_corename()) }

  /// `openblas_get_config()`: version and build options.
  public static var configuration: String { String(cString: openblas_get_config()) }

  /// The version alone, for example `0.3.21`.
  public static var version: String {
    let words = configuration.split(separator: " ")
    return words.count > 1 ? String(words[1]) : configuration
  }

  /// `openblas_get_num_threads()`: the library's own threads per call.
  public static var threadsPerCall: Int { Int(openblas_get_num_threads()) }

  /// Makes the library compute each call on the thread that calls; its own threads would compete with the team's.
  static func useOneThreadPerCall() { openblas_set_num_threads(1) }

  /// Lets the library compute each call on `count` threads of its own, the calling one included; it starts them at once.
  ///
  /// For a model on a team of one thread: with more, each of them would wait for the others' calls. The library may have fewer
  /// to give, see ``threadsPerCall``.
  public static func useThreadsPerCall(_ count: Int) { openblas_set_num_threads(Int32(clamping: max(1, count))) }

  /// The OPENBLAS_CORETYPE whose kernels suit this CPU best, or nil where the library's own choice is as good.
  ///
  /// A library older than the CPU may fall back to older kernels; the variable counts only if set before the library
  /// loads.
  public static func bestCore() -> String? { bestCore(features: .detect()) }

  /// The same as a pure function of a feature mask.
  static func bestCore(features: CPUFeatures) -> String? {
    let avx2: CPUFeatures = [.avx2, .fma]
    if features.isSuperset(of: avx2.union([.avx512F, .avx512BW, .avx512CD, .avx512DQ, .avx512VL])) {
      return "SKYLAKEX"
    }
    if features.isSuperset(of: avx2) { return "HASWELL" }
    return nil
  }

  /// Floats per vector register of a core type's single-precision kernels, to say how much of the machine a choice leaves
  /// idle; nil for names not known here.
  public static func vectorWidth(ofCore name: String) -> Int? {
    switch name.uppercased() {
    case "SKYLAKEX", "COOPERLAKE", "SAPPHIRERAPIDS": 16
    case "HASWELL", "ZEN", "EXCAVATOR", "SANDYBRIDGE", "BULLDOZER", "PILEDRIVER", "STEAMROLLER": 8
    case "PRESCOTT", "CORE2", "PENRYN", "DUNNINGTON", "NEHALEM", "ATHLON", "OPTERON", "OPTERON_SSE3", "BARCELONA",
      "BOBCAT", "ATOM", "NANO":
      4
    default: nil
    }
  }
}
