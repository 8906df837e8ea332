import ModelGraph
import Operators
import Tensors
import Testing

@Suite struct LRNTests {
  /// Channel c sees floor((size - 1) / 2) channels before it and ceil((size - 1) / 2) after it.
  @Test(arguments: [1, 2, 3, 4, 99]) func dividesByTheSquaresOfNeighbours(_ size: Int) throws {
    let (channels, plane) = (5, 600)
    let x = quarters(channels * plane)
    let want = (0..<channels * plane).map { index in
      let (channel, place) = (index / plane, index % plane)
      let neighbours = max(0, channel - (size - 1) / 2)...min(channels - 1, channel + size / 2)
      let squares = neighbours.reduce(0) { $0 + x[$1 * plane + place] * x[$1 * plane + place] }
      let base = 2 + 0.5 / Double(size) * squares
      return x[index] / (base.squareRoot() * base.squareRoot().squareRoot())
    }
    expect(
      OperatorUse(
        "LRN", ["size": .int(size), "alpha": .float(0.5), "beta": .float(0.75), "bias": .float(2)],
        [try .of(.float32, [1, channels, plane], x)]),
      gives: [try .of(.float32, [1, channels, plane], want)], within: .fp32)
  }

  @Test func refusesAMissingSize() throws {
    expectRefusal(OperatorUse("LRN", [try .of(.float32, [1, 1, 2], [1, 2])]), "size")
    expectRefusal(OperatorUse("LRN", ["size": .int(-1)], [try .of(.float32, [1, 1, 2], [1, 2])]), "size")
  }
}
