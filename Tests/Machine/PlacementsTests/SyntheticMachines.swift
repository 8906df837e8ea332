import Topology

/// Made-up machines of all shapes.
enum SyntheticMachines {
  static let all = [
    "pu:1", "pu:6", "core:1 pu:2", "core:5 pu:1", "package:2 core:4 pu:2", "package:2 numa:1 core:4 pu:2",
    "package:1 numa:2 l3:2 core:4 pu:2", "package:2 numa:2 l3:2 core:3 pu:1", "package:1 die:2 l3:2 core:4 pu:4",
    "package:2 die:2 numa:1 l2:3 core:2 pu:2", "numa:3 core:5 pu:2", "package:4 l3:1 core:8 pu:2",
    "package:1 l3:3 core:5 pu:3", "package:2 l3:1 numa:2 core:4 pu:2",
  ]

  static let large = [
    "package:2 numa:2 l3:4 core:16 pu:2", "package:8 numa:1 l3:8 core:8 pu:1", "package:2 numa:4 core:16 pu:4",
    "core:512 pu:1", "package:1 numa:1 l3:1 core:128 pu:4",
  ]

  static func topology(_ text: String) throws -> Topology { try Topology.discover(source: .synthetic(text)) }
}

/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers on every run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
