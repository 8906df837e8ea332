@testable import GraphPasses
import ModelGraph
import Tensors
import Testing

@Suite struct MergeDuplicatesTests {
  @Test func computesOnce() throws {
    var test = TestDraft()
    let x = test.input(3, 4)
    // The constants are written twice as well.
    let (one, other) = (try test.node("Add", x, test.scalar(2)), try test.node("Add", x, test.scalar(2)))
    let result = try test.node("Mul", try test.node("Exp", one), try test.node("Exp", other))
    try expectRewrite(test, outputs: [result], by: [MergeDuplicates()], to: ["Add", "Exp", "Mul"], tolerance: 0)
  }

  @Test func keepsWhatDiffers() throws {
    var test = TestDraft()
    let (x, y) = (test.input(3, 4), test.input(3, 4))
    let sums = [
      try test.node("Add", x, test.scalar(2)), try test.node("Add", x, test.scalar(3)),
      try test.node("Add", x, test.floats([1], [2])), try test.node("Add", y, test.scalar(2)),
      try test.node("Sub", x, y), try test.node("Sub", y, x),
      try test.node("LeakyRelu", x, attributes: ["alpha": .float(0.5)]), try test.node("LeakyRelu", x),
    ]
    let results = try sums.map { try test.node("Neg", $0) }
    try expectUnchanged(test, outputs: results, by: [MergeDuplicates()])
  }

  @Test func keepsOutputs() throws {
    var test = TestDraft()
    let x = test.input(3, 4)
    let outputs = [try test.node("Neg", x), try test.node("Neg", x)]
    try expectUnchanged(test, outputs: outputs, by: [MergeDuplicates()])
  }
}
