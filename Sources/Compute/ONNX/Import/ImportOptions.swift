import Tensors

/// What the user says about a model beyond its file.
public struct ImportOptions: Sendable {
  /// The graph's name; nil for the model's own.
  public var name: String?
  /// The extents of inputs, by input name. The batch multiplies the first one where the file leaves it open.
  public var shapes: [String: Shape] = [:]
  /// The values of symbolic extents, for example `sequence`.
  public var symbols: [String: Int] = [:]
  /// The values of inputs that decide shapes, by input name. Such an input becomes a constant.
  public var bindings: [String: Tensor] = [:]
  /// Samples per inference: sets a symbolic first extent, multiplies a given one; nil leaves what is given, else 1.
  public var batch: Int?
  /// Inner tensors, by their own or their node's name, that become outputs behind the model's own.
  public var taps: [String] = []
  /// Whether graph passes rewrite what exporters spell into Assay's own operators.
  public var runsPasses = true

  /// Makes options that say nothing.
  public init() {}

  /// Takes one `--shape` argument: `INPUT=1x3x224x224`, or `SYMBOL=4` for a symbolic extent of some input.
  ///
  /// - Throws: ``ImportError`` of kind `options` where it is neither.
  public mutating func addShape(_ argument: String, for model: ONNXModel) throws(ImportError) {
    guard let equals = argument.lastIndex(of: "="), equals != argument.startIndex else {
      throw ImportError(.options, "--shape \(argument.quoted) is not of the form input=1x3x224x224 or symbol=4")
    }
    let name = String(argument[..<equals])
    let text = argument[argument.index(after: equals)...]
    let parts = text.isEmpty ? [] : text.split(separator: "x", omittingEmptySubsequences: false)
    var dims: [Int] = []
    for part in parts {
      guard part.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains), let dim = Int(part) else {
        throw ImportError(
          .options, "--shape \(argument.quoted) has the extent \(String(part).quoted), which is not a whole number")
      }
      dims.append(dim)
    }
    guard let shape = Shape(checking: dims) else {
      throw ImportError(.options, "--shape \(argument.quoted) has more elements than memory can be addressed")
    }
    if model.graph.inputs.contains(where: { $0.name == name }) {
      shapes[name] = shape
      return
    }
    let known = Set(model.graph.inputs.flatMap(\.symbols))
    guard known.contains(name) else {
      let symbols = known.isEmpty ? "" : " and its symbolic extents \(known.sorted().quotedList)"
      throw ImportError(
        .options,
        "there is no input or extent \(name.quoted); the model's inputs are "
          + "\(model.graph.inputs.map(\.name).quotedList)\(symbols)")
    }
    guard dims.count == 1 else {
      throw ImportError(.options, "the extent \(name.quoted) is one number and was given \(String(text).quoted)")
    }
    symbols[name] = dims[0]
  }
}

extension ONNXValueInfo {
  /// The names of its symbolic extents.
  var symbols: [String] {
    (dims ?? []).compactMap { dimension in
      if case .symbol(let name) = dimension { return name }
      return nil
    }
  }
}

extension Collection where Element == String {
  /// A few names for an error sentence.
  var quotedList: String {
    isEmpty ? "none" : prefix(8).map(\.quoted).joined(separator: ", ") + (count > 8 ? " and \(count - 8) more" : "")
  }
}
