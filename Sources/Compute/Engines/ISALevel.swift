/// Named sets of instruction sets, in oneDNN's words; what `--max-isa` takes and what records say ran.
///
/// They are partly ordered: a level includes another where its features do, and `avx2_vnni` and `avx512_core` each have
/// what the other lacks. oneDNN's levels with AMX are not among them, because no kernel of Assay uses AMX.
public enum ISALevel: String, CaseIterable, Hashable, Sendable {
  /// Plain C.
  case generic
  /// AVX2, FMA and F16C.
  case avx2
  /// AVX2 with the VEX-encoded VPDPBUSD.
  case avx2VNNI = "avx2_vnni"
  /// AVX-512 F, BW, CD, DQ and VL.
  case avx512Core = "avx512_core"
  /// AVX-512 with VPDPBUSD.
  case avx512CoreVNNI = "avx512_core_vnni"
  /// AVX-512 with VPDPBUSD and VDPBF16PS.
  case avx512CoreBF16 = "avx512_core_bf16"

  /// All instruction sets of the level.
  public var features: CPUFeatures {
    switch self {
    case .generic: []
    case .avx2: [.avx2, .fma, .f16c]
    case .avx2VNNI: ISALevel.avx2.features.union(.avxVNNI)
    case .avx512Core: ISALevel.avx2.features.union([.avx512F, .avx512BW, .avx512CD, .avx512DQ, .avx512VL])
    case .avx512CoreVNNI: ISALevel.avx512Core.features.union(.avx512VNNI)
    case .avx512CoreBF16: ISALevel.avx512CoreVNNI.features.union(.avx512BF16)
    }
  }

  /// The level of that name, whatever its case; `avx512` is an older name of `avx512_core`.
  public init?(named name: String) {
    let name = name.lowercased()
    guard let level = name == Self.formerAVX512 ? .avx512Core : ISALevel(rawValue: name) else { return nil }
    self = level
  }

  /// The level whose kernels run on a CPU of one of oneDNN's levels with AMX; nil for other names.
  public static func standIn(for name: String) -> ISALevel? {
    name.lowercased().hasPrefix("avx512_core_amx") ? .avx512CoreBF16 : nil
  }

  /// The names as one phrase, for help.
  public static var optionNames: String { allCases.map(\.rawValue).joined(separator: ", ") }

  /// Every level whose instruction sets this CPU has.
  public static var available: [ISALevel] {
    let features = CPUFeatures.detect()
    return allCases.filter { features.isSuperset(of: $0.features) }
  }

  /// The levels of this CPU that differ in their row-wise operators, of which there are three tables.
  public static var availableOperatorTables: [ISALevel] {
    available.filter { [.generic, .avx2, .avx512Core].contains($0) }
  }

  /// What records and suites called `avx512_core` when there were three levels.
  private static let formerAVX512 = "avx512"
}
