import ModelGraph
import Operators
import Tensors
import Testing

/// Resize and Upsample; values from the standard's node tests and from the formulas of its text.
struct ResizeTests {
  struct Case: Sendable, CustomStringConvertible {
    var name = "Resize"
    var opset = 19
    var attributes: [String: GeneralOperator.Attribute] = [:]
    var from: Shape = [4]
    var roi: [Float]?
    var scales: [Float]?
    var sizes: [Int]?
    var to: Shape = []
    var values: [Double] = []
    var words = ""

    var description: String { "\(name) \(opset) \(attributes) \(from) \(scales ?? []) \(sizes ?? [])" }

    func use(_ type: ElementType) throws -> OperatorUse {
      let input = try Tensor.of(type, from, (0..<from.count).map { Double($0 + 1) })
      let scales = try scales.map { try Tensor.f32([$0.count], $0) }
      if opset < 11 { return OperatorUse(name, opset: opset, attributes, [input, scales]) }
      let roi = try roi.map { try Tensor.f32([$0.count], $0) }
      let sizes = try sizes.map { try Tensor.i64([$0.count], $0) }
      return OperatorUse(name, opset: opset, attributes, [input, roi, scales, sizes])
    }
  }

  static func mode(_ mode: String, _ others: [String: GeneralOperator.Attribute] = [:]) -> [String: GeneralOperator
    .Attribute]
  {
    others.merging(["mode": .string(mode)]) { $1 }
  }

  static func transformed(
    _ mode: String, _ transformation: String, _ others: [String: GeneralOperator.Attribute] = [:]
  ) -> [String: GeneralOperator.Attribute] {
    Self.mode(mode, others.merging(["coordinate_transformation_mode": .string(transformation)]) { $1 })
  }

  static let nearest = [
    Case(
      name: "Upsample", opset: 7, attributes: ["scales": .floats([1, 2])], from: [2, 2], to: [2, 4],
      values: [1, 1, 2, 2, 3, 3, 4, 4]),
    Case(name: "Upsample", opset: 9, from: [2], scales: [2.5], to: [5], values: [1, 1, 1, 2, 2]),
    Case(opset: 10, from: [2, 4], scales: [0.6, 0.6], to: [1, 2], values: [1, 3]),
    Case(opset: 11, from: [2, 4], scales: [0.6, 0.6], to: [1, 2], values: [1, 3]),
    Case(
      opset: 13, from: [2, 2], scales: [2, 3], to: [4, 6],
      values: [1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 3, 3, 3, 4, 4, 4]),
    Case(from: [4], sizes: [8], to: [8], values: [1, 1, 2, 2, 3, 3, 4, 4]),
    Case(
      attributes: transformed("nearest", "asymmetric", ["nearest_mode": .string("ceil")]), sizes: [8], to: [8],
      values: [1, 2, 2, 3, 3, 4, 4, 4]),
    Case(
      attributes: transformed("nearest", "asymmetric", ["nearest_mode": .string("floor")]), sizes: [8], to: [8],
      values: [1, 1, 2, 2, 3, 3, 4, 4]),
    Case(
      attributes: transformed("nearest", "asymmetric", ["nearest_mode": .string("round_prefer_ceil")]), sizes: [8],
      to: [8], values: [1, 2, 2, 3, 3, 4, 4, 4]),
    Case(attributes: transformed("nearest", "asymmetric"), sizes: [8], to: [8], values: [1, 1, 2, 2, 3, 3, 4, 4]),
    Case(attributes: transformed("nearest", "align_corners"), sizes: [7], to: [7], values: [1, 1, 2, 2, 3, 3, 4]),
    Case(attributes: ["axes": .ints([-1])], from: [2, 2], scales: [2], to: [2, 4], values: [1, 1, 2, 2, 3, 3, 4, 4]),
    Case(
      attributes: ["keep_aspect_ratio_policy": .string("not_larger")], from: [2, 4], sizes: [7, 8], to: [4, 8],
      values: [1, 1, 2, 2, 3, 3, 4, 4, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 5, 5, 6, 6, 7, 7, 8, 8]),
    Case(
      attributes: ["keep_aspect_ratio_policy": .string("not_smaller")], from: [1, 2], sizes: [1, 4], to: [2, 4],
      values: [1, 1, 2, 2, 1, 1, 2, 2]),
    Case(from: [4], sizes: [0], to: [0], values: []),
    Case(from: [4], sizes: [4], to: [4], values: [1, 2, 3, 4]),
  ]

  @Test(arguments: nearest) func takesTheNearest(_ given: Case) throws {
    for type in ElementType.allCases where type != .bool {
      expect(try given.use(type), gives: [try .of(type, given.to, given.values)])
    }
  }

  static let interpolated = [
    Case(
      name: "Upsample", opset: 9, attributes: mode("linear"), from: [2], scales: [2], to: [4], values: [1, 1.5, 2, 2]),
    Case(
      attributes: mode("linear"), from: [2, 2], scales: [2, 2], to: [4, 4],
      values: [1, 1.25, 1.75, 2, 1.5, 1.75, 2.25, 2.5, 2.5, 2.75, 3.25, 3.5, 3, 3.25, 3.75, 4]),
    Case(
      attributes: transformed("linear", "align_corners"), from: [2], sizes: [5], to: [5],
      values: [1, 1.25, 1.5, 1.75, 2]),
    Case(attributes: transformed("linear", "align_corners"), scales: [0.6], to: [2], values: [1, 4]),
    Case(attributes: transformed("linear", "pytorch_half_pixel"), sizes: [1], to: [1], values: [1]),
    Case(attributes: mode("linear"), sizes: [1], to: [1], values: [2.5]),
    Case(
      attributes: transformed("linear", "half_pixel_symmetric"), scales: [0.6], to: [2], values: [5.0 / 3, 10.0 / 3]),
    Case(
      attributes: transformed("linear", "tf_crop_and_resize", ["extrapolation_value": .float(10)]), roi: [0.5, 1.5],
      sizes: [3], to: [3], values: [2.5, 4, 10]),
    Case(
      attributes: transformed("cubic", "asymmetric"), sizes: [8], to: [8],
      values: [1, 1.40625, 2, 2.5, 3, 3.59375, 4, 4.09375]),
    Case(
      attributes: transformed("cubic", "asymmetric", ["cubic_coeff_a": .float(-0.5)]), sizes: [8], to: [8],
      values: [1, 1.4375, 2, 2.5, 3, 3.5625, 4, 4.0625]),
    Case(
      attributes: transformed("cubic", "asymmetric", ["cubic_coeff_a": .float(-0.5), "exclude_outside": .int(1)]),
      from: [2], sizes: [4], to: [4], values: [1, 1.5, 2, 2 + 1.0 / 8]),
    Case(
      attributes: mode("linear", ["antialias": .int(1)]), from: [6], scales: [0.5], to: [3],
      values: [1.625, 3.5, 5.375]),
    Case(
      attributes: mode("linear", ["antialias": .int(1)]), from: [2], scales: [2], to: [4], values: [1, 1.25, 1.75, 2]),
  ]

  @Test(arguments: interpolated) func interpolates(_ given: Case) throws {
    for type in [ElementType.float32, .float64] {
      expect(try given.use(type), gives: [try .of(type, given.to, given.values)], within: .fp32)
    }
    expectRefusal(try given.use(.int32), "interpolation of int32")
  }

  static let refused = [
    Case(name: "Upsample", opset: 10, scales: [2], words: "no longer part of opset 10"),
    Case(name: "Upsample", opset: 9, scales: [0.5], words: "a scale of 0.5"),
    Case(words: "neither scales nor sizes"), Case(scales: [1], sizes: [1], words: "both scales and sizes"),
    Case(scales: [1, 1], words: "2 scales for 1"), Case(scales: [.nan], words: "a scale of nan"),
    Case(scales: [-1], words: "a scale of -1"), Case(scales: [.infinity], words: "a scale of inf"),
    Case(scales: [1e30], words: "is not possible"), Case(sizes: [-1], words: "cannot be resized to -1"),
    Case(sizes: [.max], words: "not a valid shape"), Case(from: [0], sizes: [3], words: "cannot be resized"),
    Case(attributes: mode("magic"), sizes: [3], words: "attribute mode is magic"),
    Case(attributes: ["nearest_mode": .string("byScale")], sizes: [3], words: "not part of opset"),
    Case(opset: 18, attributes: transformed("linear", "half_pixel_symmetric"), sizes: [3], words: "not part of opset"),
    Case(opset: 10, attributes: mode("cubic"), scales: [2], words: "attribute mode is cubic"),
    Case(attributes: transformed("linear", "tf_crop_and_resize"), sizes: [3], words: "needs a region"),
    Case(
      attributes: transformed("linear", "tf_crop_and_resize"), roi: [.nan, 1], sizes: [3], words: "not finite"),
    Case(
      attributes: transformed("linear", "tf_crop_and_resize", ["antialias": .int(1)]), roi: [0, 1e18], scales: [1e-17],
      words: "antialiasing with tf_crop_and_resize"),
    Case(attributes: mode("linear"), sizes: [1 << 40], words: "interpolation of an extent to 1099511627776"),
    Case(attributes: ["axes": .ints([0, 0])], sizes: [3, 3], words: "2 axes are named"),
  ]

  @Test(arguments: refused) func refuses(_ given: Case) throws { expectRefusal(try given.use(.float32), given.words) }
}
