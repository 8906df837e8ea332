import Engines
import Glibc

/// Which OPENBLAS_CORETYPE a run sets.
public enum BLASCorePolicy {
  /// OPENBLAS_CORETYPE of this process's environment, or nil where it is not set.
  public static var environmentCore: String? {
    guard let value = getenv("OPENBLAS_CORETYPE"), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  /// What there is to say about the environment's choice, or nil where it costs nothing.
  static func environmentWarning(_ core: String? = environmentCore, best: String? = BLASLibrary.bestCore()) -> String? {
    guard let core, let best, let narrow = BLASLibrary.vectorWidth(ofCore: core),
      let wide = BLASLibrary.vectorWidth(ofCore: best), narrow < wide
    else { return nil }
    return
      "OPENBLAS_CORETYPE=\(core) is set in this environment: programs that inherit it run kernels of \(narrow) floats "
      + "a vector where this CPU runs \(wide). Assay set it aside; unset it, or set it to \(best), for other programs."
  }

  /// The core type to ask for: the best for this CPU (`auto`), none (`library`), or the one named.
  public static func requestedCore(_ policy: String) -> String? {
    switch policy.lowercased() {
    case "auto": BLASLibrary.bestCore()
    case "library": nil
    default: policy.uppercased()
    }
  }

  /// Whether `auto` can leave the choice to the library, because its own kernels are as wide: it may know this CPU better.
  static func isAsGood(library: String?, as requested: String?, policy: String) -> Bool {
    guard policy.lowercased() == "auto", let library, let requested,
      let own = BLASLibrary.vectorWidth(ofCore: library), let wanted = BLASLibrary.vectorWidth(ofCore: requested)
    else { return false }
    return own >= wanted
  }

  /// What there is to say about the kernels in use, or nil. Each sentence says what to do.
  public static func warning(requested: String?, library: String?, policy: String) -> String? {
    guard let library else { return nil }
    if let requested {
      guard requested.uppercased() != library.uppercased(), let wide = BLASLibrary.vectorWidth(ofCore: requested),
        let narrow = BLASLibrary.vectorWidth(ofCore: library), narrow < wide
      else { return nil }
      return "Left alone, OpenBLAS would run its \(library) kernels here (\(narrow) floats a vector); Assay asks for "
        + "\(requested) (\(wide)). Programs that do not set OPENBLAS_CORETYPE=\(requested) leave that speed unused."
    }
    guard let best = BLASLibrary.bestCore(), best.uppercased() != library.uppercased(),
      let wide = BLASLibrary.vectorWidth(ofCore: best), let narrow = BLASLibrary.vectorWidth(ofCore: library),
      narrow < wide
    else { return nil }
    return "OpenBLAS chose its \(library) kernels (\(narrow) floats a vector), but this CPU runs \(best) (\(wide)): "
      + "use --blas-core auto to measure them."
  }
}
