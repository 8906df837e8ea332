import ModelGraph
import Operators
import Tensors
import Testing

@Suite("Clip")
struct ClipOperatorTests {
  @Test("bounds are attributes before opset 11 and inputs from then on")
  func versions() throws {
    let input = try Tensor.f32([5], [-3, -1, 0, 2, .nan])
    let (low, high) = (try Tensor.f32([], [-1.5]), try Tensor.f32([], [1]))
    let wanted = try Tensor.f32([5], [-1.5, -1, 0, 1, .nan])
    expect(OperatorUse("Clip", opset: 7, ["min": .float(-1.5), "max": .float(1)], [input]), gives: [wanted])
    expect(OperatorUse("Clip", opset: 11, [input, low, high]), gives: [wanted])
    expect(OperatorUse("Clip", opset: 13, ["min": .float(9)], [input, low, high]), gives: [wanted])
    expect(OperatorUse("Clip", [input, nil, high]), gives: [try .f32([5], [-3, -1, 0, 1, .nan])])
    expect(OperatorUse("Clip", [input, low]), gives: [try .f32([5], [-1.5, -1, 0, 2, .nan])])
    expect(OperatorUse("Clip", [input]), gives: [input])
    expect(OperatorUse("Clip", opset: 7, [input]), gives: [input])
  }

  @Test("a least bound above the greatest gives the greatest everywhere; a missing bound is finite")
  func unusualBounds() throws {
    let input = try Tensor.f32([3], [-3, 0, 3])
    expect(
      OperatorUse("Clip", [input, try .f32([], [2]), try .f32([1], [1])]), gives: [try .f32([3], [1, 1, 1])])
    let greatest = Float.greatestFiniteMagnitude
    expect(
      OperatorUse("Clip", [try .f32([2], [.infinity, -.infinity])]), gives: [try .f32([2], [greatest, -greatest])])
  }

  @Test(
    "every type",
    arguments: [
      ElementType.int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32, .float64,
    ])
  func everyType(_ type: ElementType) throws {
    let input = try Tensor.of(type, [4], [1, 5, 9, 100])
    expect(
      OperatorUse("Clip", [input, try .of(type, [], [4]), try .of(type, [], [50])]),
      gives: [try .of(type, [4], [4, 5, 9, 50])])
    expect(OperatorUse("Clip", [input]), gives: [input])
  }

  @Test("bounds of another type or shape are refused")
  func refusals() throws {
    let input = try Tensor.f32([2], [0, 1])
    expectRefusal(OperatorUse("Clip", [input, try .i64([], [0])]), "input 1 must be a scalar of float32")
    expectRefusal(OperatorUse("Clip", [input, nil, input]), "input 2 must be a scalar")
    expectRefusal(OperatorUse("Clip", opset: 10, [try .i64([1], [0])]), "Clip of int64 elements")
  }
}
