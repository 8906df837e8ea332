/// The attributes that all operators with windows share, checked.
struct WindowAttributes {
  /// How `auto_pad` fills in the padding.
  enum AutoPad: String {
    case notSet = "NOTSET"
    case valid = "VALID"
    case sameUpper = "SAME_UPPER"
    case sameLower = "SAME_LOWER"

    /// Padding before and after that adds up to `total`; the larger half goes where the mode says.
    func split(_ total: Int) -> (begin: Int, end: Int) {
      let half = total / 2
      return self == .sameLower ? (total - half, half) : (half, total - half)
    }
  }

  let kernel: [Int]
  let strides: [Int]
  let dilations: [Int]
  /// Begin and end of each axis; zeros unless `autoPad` is ``AutoPad/notSet``.
  let pads: [Int]
  let autoPad: AutoPad

  /// Reads the attributes of a call whose image has `rank` dimensions.
  ///
  /// - Parameter weights: the kernel's extents by the weights; nil where only `kernel_shape` can tell.
  init(_ call: OperatorCall, rank: Int, weights: [Int]?) throws(OperatorError) {
    guard (1...3).contains(rank) else { throw .unsupported("windows over \(rank) dimensions; 1 to 3 are") }
    let text = try call.string("auto_pad") ?? "NOTSET"
    guard let autoPad = AutoPad(rawValue: text) else { throw .invalid("auto_pad \(text) does not exist") }
    self.autoPad = autoPad
    let ones = [Int](repeating: 1, count: rank)
    strides = try Self.list(call, "strides", default: ones, least: 1)
    dilations = try Self.list(call, "dilations", default: ones, least: 1)
    let zeros = [Int](repeating: 0, count: 2 * rank)
    let given = try Self.list(call, "pads", default: zeros, least: 0)
    // Exporters write zeros along with auto_pad; other values would contradict it.
    guard autoPad == .notSet || given == zeros else { throw .invalid("it has both auto_pad \(text) and pads") }
    pads = given
    let named = try call.ints("kernel_shape")
    guard let first = weights ?? named else { throw .invalid("kernel_shape is missing") }
    kernel = try Self.list(call, "kernel_shape", default: first, least: 1)
    guard kernel.count == rank, weights == nil || weights == kernel else {
      throw .invalid("kernel_shape \(kernel.prefix(8)) does not match \(weights ?? ones)")
    }
    guard kernel.allSatisfy({ (1..<Self.limit).contains($0) }) else {
      throw .invalid("a kernel of the extents \(kernel)")
    }
  }

  /// The extent that a window covers along an axis.
  func reach(_ axis: Int) -> Int { (kernel[axis] - 1) * dilations[axis] + 1 }

  /// The geometry over an image.
  ///
  /// - Parameter roundsUp: whether a last window that begins inside the image may reach beyond its padding
  ///   (`ceil_mode`).
  func geometry(over input: [Int], roundsUp: Bool = false) throws(OperatorError) -> WindowGeometry {
    var (output, begin, end): ([Int], [Int], [Int]) = ([], [], [])
    for axis in input.indices {
      let (extent, stride, reach) = (input[axis], strides[axis], reach(axis))
      guard extent > 0, extent < Self.extentLimit else { throw .unsupported("an image of the extents \(input)") }
      switch autoPad {
      case .sameUpper, .sameLower:
        let count = (extent - 1) / stride + 1
        let total = max((count - 1) * stride + reach - extent, 0)
        guard extent + total < Self.extentLimit else { throw .unsupported("a padded extent of \(extent + total)") }
        let split = autoPad.split(total)
        output.append(count)
        begin.append(split.begin)
        end.append(split.end)
      case .notSet, .valid:
        begin.append(pads[axis])
        end.append(pads[axis + input.count])
        let padded = extent + begin[axis] + end[axis]
        guard padded < Self.extentLimit else { throw .unsupported("a padded extent of \(padded)") }
        let room = padded - reach
        guard room >= 0 else { throw .invalid("a window of \(reach) exceeds the padded extent \(padded)") }
        var count = room / stride + 1
        // A window that would begin in the padding after the image does not exist.
        if roundsUp, room % stride != 0, count * stride < extent + begin[axis] { count += 1 }
        output.append(count)
      }
    }
    return WindowGeometry(
      input: input, output: output, kernel: kernel, strides: strides, dilations: dilations, paddingBegin: begin,
      paddingEnd: end)
  }

  /// Attributes stay below this.
  static let limit = 1 << 30
  /// Extents, with and without padding, stay below this.
  static let extentLimit = 1 << 31

  /// A list attribute of the default's length whose values lie in `least` ..< ``limit``.
  static func list(
    _ call: OperatorCall, _ name: String, default values: [Int], least: Int
  ) throws(OperatorError) -> [Int] {
    guard let found = try call.ints(name), !found.isEmpty else { return values }
    guard found.count == values.count else {
      throw .invalid("attribute \(name) has \(found.count) values instead of \(values.count)")
    }
    guard found.allSatisfy({ $0 >= least && $0 < limit }) else {
      throw .invalid("attribute \(name) \(found) has a value outside \(least) ..< 2^30")
    }
    return found
  }
}
