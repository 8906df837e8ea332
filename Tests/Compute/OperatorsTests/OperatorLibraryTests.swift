import Operators
import Testing

@Suite("Operator library")
struct OperatorLibraryTests {
  @Test("no operator is defined twice")
  func namesAreUnique() {
    let names = OperatorLibrary.all.flatMap { $0.names }
    #expect(Set(names).count == names.count)
    #expect(!names.isEmpty)
  }

  @Test("an unknown operator is refused by name")
  func unknown() {
    expectRefusal(OperatorUse("Frobnicate", []), "operator Frobnicate is not supported")
  }
}
