import Placements
import Testing
import Topology

/// A layout that was worked out by hand from a machine's picture.
struct ExpectedLayout: Sendable, CustomTestStringConvertible {
  let words: String
  /// `2x4`: instances and threads; `-` for what the words leave open.
  let counts: String
  /// Instances' PUs, joined by ` | `: numbers, ranges, and ranges with a stride, like `0-28:4`.
  let pus: String
  let departures: [PlacementLayout.Departure]
  /// Instances' nodes in the same notation, or nil where they do not matter.
  let nodes: String?

  init(
    _ words: String, _ counts: String, _ pus: String, _ departures: [PlacementLayout.Departure] = [],
    nodes: String? = nil
  ) {
    self.words = words
    self.counts = counts
    self.pus = pus
    self.departures = departures
    self.nodes = nodes
  }

  var testDescription: String { "\(words) \(counts)" }

  func check(on topology: Topology, oversubscribe: Bool = false) throws {
    let numbers = counts.split(separator: "x").map { Int($0) }
    let layout = try Placer(topology).layout(
      PlacementRequest(words: words, instances: numbers[0], threads: numbers[1], oversubscribe: oversubscribe))
    #expect(layout.instances.map(\.pus) == Self.lists(pus))
    #expect(layout.departures == departures)
    if let nodes { #expect(layout.instances.map(\.nodes) == Self.lists(nodes)) }
  }

  private static func lists(_ text: String) -> [[Int]] {
    text.split(separator: "|", omittingEmptySubsequences: false).map { list in
      list.split { $0 == "," || $0 == " " }.flatMap { part -> [Int] in
        let fields = part.split { $0 == "-" || $0 == ":" }.compactMap { Int($0) }
        let step = fields.count > 2 ? fields[2] : 1
        return Array(stride(from: fields[0], through: fields.count > 1 ? fields[1] : fields[0], by: step))
      }
    }
  }
}
