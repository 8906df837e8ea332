import ModelGraph
import Operators
import Tensors
import Testing

@Suite("Variadic operators")
struct VariadicOperatorsTests {
  static let wanted: [(String, [Float])] = [
    ("Sum", [111, 212, 123, 224]), ("Max", [100, 200, 100, 200]), ("Min", [1, 2, 3, 4]),
    ("Mean", [37, 212.0 / 3, 41, 224.0 / 3]),
  ]

  @Test("three broadcast inputs", arguments: wanted.indices)
  func three(_ index: Int) throws {
    let (name, want) = Self.wanted[index]
    let inputs = [
      try Tensor.f32([2, 1], [10, 20]), try Tensor.f32([2, 2], [1, 2, 3, 4]), try Tensor.f32([2], [100, 200]),
    ]
    expect(OperatorUse(name, inputs), gives: [try .f32([2, 2], want)], within: .fp32)
    expect(OperatorUse(name, inputs.reversed()), gives: [try .f32([2, 2], want)], within: .fp32)
  }

  @Test("one input is the result, many are joined")
  func oneAndMany() throws {
    let one = try Tensor.f32([3], [1, -2, 3])
    for (name, _) in Self.wanted { expect(OperatorUse(name, [one]), gives: [one]) }
    let many = [Tensor?](repeating: one, count: 9)
    expect(OperatorUse("Sum", many), gives: [try .f32([3], [9, -18, 27])])
    expect(OperatorUse("Mean", many), gives: [one])
    expect(OperatorUse("Max", [try .i64([2], [1, 5]), try .i64([2], [3, 4])]), gives: [try .i64([2], [3, 5])])
  }

  @Test("missing inputs and other types are refused")
  func refusals() throws {
    expectRefusal(OperatorUse("Sum", []), "input 0 is missing")
    expectRefusal(OperatorUse("Sum", [try .f32([1], [1]), nil, try .f32([1], [1])]), "input 1 is missing")
    expectRefusal(OperatorUse("Mean", [try .i64([1], [1])]), "Mean of int64 elements")
  }
}
