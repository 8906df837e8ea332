/// One sensor of a device, and which of its files is read.
struct HwmonChannel: Hashable {
  /// What a file tells, the best first.
  enum Kind: CaseIterable, Hashable {
    /// Microjoules since some moment: misses nothing between two readings.
    case energy
    /// Microwatts, averaged by the device.
    case average
    /// Microwatts now.
    case input

    /// The file's name after the channel's.
    var suffix: String {
      switch self {
      case .energy: "input"
      case .average: "average"
      case .input: "input"
      }
    }

    /// The channel's name before its number.
    var prefix: String { self == .energy ? "energy" : "power" }
  }

  /// Counted from 1.
  let number: Int
  /// What is read.
  let kind: Kind

  /// For example `power1`.
  var stem: String { "\(kind.prefix)\(number)" }
  /// For example `power1_average`.
  var file: String { "\(stem)_\(kind.suffix)" }

  /// The channels of a device in the order of their numbers, each with the best of its files.
  ///
  /// - Parameter names: the files in its folder.
  static func all(_ names: [String]) -> [HwmonChannel] {
    var best: [Int: Kind] = [:]
    for kind in Kind.allCases {
      let ending = "_\(kind.suffix)"
      for name in names where name.hasPrefix(kind.prefix) && name.hasSuffix(ending) {
        let digits = name.dropFirst(kind.prefix.count).dropLast(ending.count)
        if let number = HwmonDevice.number(digits), best[number] == nil { best[number] = kind }
      }
    }
    return best.sorted { $0.key < $1.key }.map { HwmonChannel(number: $0.key, kind: $0.value) }
  }
}
