import CKernels
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

  /// The OPENBLAS_CORETYPE whose kernels suit this CPU best, or nil where the library's own choice is as good.
  ///
  /// A library older than the CPU may fall back to older kernels; the variable counts only if set before the library
  /// loads.
  public static func bestCore() -> String? { bestCore(features: ckernels_cpu_features()) }

  /// The same as a pure function of a feature mask.
  static func bestCore(features: UInt32) -> String? {
    func has(_ wanted: ckernels_feature...) -> Bool { wanted.allSatisfy { features & $0.rawValue != 0 } }
    if has(
      CKERNELS_FEATURE_AVX512F, CKERNELS_FEATURE_AVX512BW, CKERNELS_FEATURE_AVX512CD, CKERNELS_FEATURE_AVX512DQ,
      CKERNELS_FEATURE_AVX512VL)
    {
      return "SKYLAKEX"
    }
    if has(CKERNELS_FEATURE_AVX2, CKERNELS_FEATURE_FMA) { return "HASWELL" }
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
