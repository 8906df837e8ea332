import ModelGraph
import Tensors

/// How Resize changes one dimension.
struct ResizeAxis {
  let input: Int
  var output: Int
  /// Result positions per source position.
  var scale: Float = 1
  /// The part of the dimension that is cropped, as fractions; only for `tf_crop_and_resize`.
  var roi: (start: Float, end: Float) = (0, 1)
  var isWhole: Bool { input == output && scale == 1 && roi == (0, 1) }

  /// The changes of all dimensions.
  static func axes(_ call: OperatorCall, _ method: ResizeMethod) throws(OperatorError) -> [ResizeAxis] {
    let shape = try call.shape(0)
    var axes = shape.dims.map { ResizeAxis(input: $0, output: $0) }
    let (name, opset) = (call.op.name, call.op.opset)
    var named = Array(shape.dims.indices)
    if opset >= 18, let given = try call.ints("axes") { named = try call.axes(given, rank: shape.rank) }
    let isCropped = method.transformation == .tfCropAndResize
    if isCropped {
      guard let roi = try list(call, 1), roi.count == 2 * named.count else {
        throw .invalid("tf_crop_and_resize needs a region of two fractions per dimension")
      }
      for (index, axis) in named.enumerated() { axes[axis].roi = (roi[index], roi[index + named.count]) }
    }
    let scales: [Float]?
    if name == "Upsample" {
      guard opset < 10 else { throw .invalid("Upsample is no longer part of opset \(opset)") }
      scales = opset < 9 ? try call.floats("scales") : try list(call, 1)
    } else {
      scales = try list(call, opset < 11 ? 1 : 2)
    }
    if let scales {
      guard name == "Upsample" || opset < 11 || (call.input(3)?.type.shape.count ?? 0) == 0 else {
        throw .invalid("both scales and sizes are given")
      }
      guard scales.count == named.count else {
        throw .invalid("there are \(scales.count) scales for \(named.count) dimensions")
      }
      for (scale, axis) in zip(scales, named) {
        guard scale.isFinite, scale >= (name == "Upsample" ? 1 : .leastNormalMagnitude) else {
          throw .invalid("a scale of \(scale) is not possible")
        }
        axes[axis].scale = scale
        let part = isCropped ? axes[axis].roi.end - axes[axis].roi.start : 1
        axes[axis].output = try extent((Float(shape[axis]) * part * scale).rounded(.down))
      }
    } else if name == "Resize", opset >= 11, call.input(3) != nil {
      let sizes = try call.integerList(3)
      guard sizes.count == named.count else {
        throw .invalid("there are \(sizes.count) sizes for \(named.count) dimensions")
      }
      try resize(&axes, named, to: sizes, try policy(call))
    } else {
      throw .invalid("neither scales nor sizes are given")
    }
    return axes
  }

  /// How sizes and the aspect ratio of the input go together.
  private enum Policy: String { case stretch, notLarger = "not_larger", notSmaller = "not_smaller" }

  private static func policy(_ call: OperatorCall) throws(OperatorError) -> Policy {
    guard call.op.opset >= 18, let name = try call.string("keep_aspect_ratio_policy") else { return .stretch }
    guard let policy = Policy(rawValue: name) else {
      throw .invalid("attribute keep_aspect_ratio_policy is \(name)")
    }
    return policy
  }

  private static func resize(
    _ axes: inout [ResizeAxis], _ named: [Int], to sizes: [Int], _ policy: Policy
  ) throws(OperatorError) {
    let scales = zip(named, sizes).map { Float($1) / Float(axes[$0].input) }
    let common = policy == .notLarger ? scales.min() : scales.max()
    for (index, axis) in named.enumerated() {
      guard sizes[index] >= 0, axes[axis].input > 0 || sizes[index] == 0 else {
        throw .invalid("an extent of \(axes[axis].input) cannot be resized to \(sizes[index])")
      }
      guard axes[axis].input > 0 else { continue }
      if policy != .stretch, let common {
        axes[axis].scale = common
        axes[axis].output = try extent((common * Float(axes[axis].input) + 0.5).rounded(.down))
      } else {
        axes[axis].scale = scales[index]
        axes[axis].output = sizes[index]
      }
    }
  }

  /// The floats of an operand, nil where it is missing or empty.
  private static func list(_ call: OperatorCall, _ position: Int) throws(OperatorError) -> [Float]? {
    guard let operand = call.input(position), operand.type.shape.count > 0 else { return nil }
    return try call.floats(position)
  }

  private static func extent(_ value: Float) throws(OperatorError) -> Int {
    guard value >= 0, value < 0x1p60, let extent = Int(exactly: value) else {
      throw .invalid("an extent of \(value) is not possible")
    }
    return extent
  }
}
