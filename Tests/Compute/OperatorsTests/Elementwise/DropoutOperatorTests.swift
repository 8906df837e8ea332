import ModelGraph
import Operators
import Tensors
import Testing

@Suite("Dropout")
struct DropoutOperatorTests {
  @Test("inference keeps everything; the mask's type depends on the version")
  func inference() throws {
    let input = try Tensor.f32([3], [1, -2, 3])
    let ones = try Tensor.f32([3], [1, 1, 1])
    let all = try Tensor.bool([3], [true, true, true])
    expect(OperatorUse("Dropout", opset: 7, ["ratio": .float(0.9)], [input], outputCount: 2), gives: [input, ones])
    expect(OperatorUse("Dropout", opset: 10, [input], outputCount: 2), gives: [input, all])
    expect(OperatorUse("Dropout", opset: 13, [input, try .f32([], [0.5])], outputCount: 2), gives: [input, all])
    expect(OperatorUse("Dropout", opset: 13, [input, nil, try .bool([], [false])]), gives: [input])
    expect(OperatorUse("Dropout", opset: 22, [input]), gives: [input])
  }

  @Test("training is refused")
  func training() throws {
    let input = try Tensor.f32([3], [1, -2, 3])
    expectRefusal(OperatorUse("Dropout", opset: 13, [input, nil, try .bool([], [true])]), "training mode")
    expectRefusal(OperatorUse("Dropout", opset: 13, [input, nil, input]), "input 2 must be a scalar of bool")
    expectRefusal(
      OperatorUse("Dropout", opset: 13, [input, try .f32([], [0.5]), try .bool([], [true])]), "training mode")
    expect(OperatorUse("Dropout", opset: 13, [input, try .f32([], [0]), try .bool([], [true])]), gives: [input])
  }
}
