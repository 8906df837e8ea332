import GraphPasses
import ModelGraph
import Operators
import Tensors

/// Turns ONNX models into graphs with fixed shapes.
///
/// One walk over the nodes in topological order: constants are folded, the type of every result is inferred, and what is
/// left becomes general operators, which the graph passes then rewrite into Assay's own.
public enum ONNXImporter {
  /// The oldest operator set that is understood.
  public static let oldestOpset = 7
  /// The newest operator set that is understood: that of `onnx` 1.23.
  public static let newestOpset = 28

  /// The names of the operators that are understood, in alphabetical order: the operator library's, and `Constant`,
  /// which needs no computation.
  public static var operatorNames: [String] { (OperatorLibrary.names + ["Constant"]).sorted() }

  /// Imports a model.
  ///
  /// - Throws: ``ImportError``; ``ONNXError`` where weights that decide shapes cannot be read; `AllocationError`.
  public static func makeModel(_ model: ONNXModel, options: ImportOptions = ImportOptions()) throws -> ImportedModel {
    var importer = try GraphImport(model, options)
    try importer.run()
    return try importer.finish()
  }

  /// Imports a model whose inputs decide shapes: binds as many of them as it takes.
  ///
  /// - Parameters:
  ///   - options: gains the bindings that were needed.
  ///   - value: the value of an input, or nil where there is none.
  /// - Throws: as ``makeModel(_:options:)``; that names the inputs without a value that would have to be bound.
  public static func makeModel(
    _ model: ONNXModel, options: inout ImportOptions, binding value: (String) throws -> Tensor?
  ) throws -> ImportedModel {
    while true {
      do { return try makeModel(model, options: options) } catch let error as ImportError {
        let missing = (error.inputsToBind ?? []).filter { options.bindings[$0] == nil }
        guard !missing.isEmpty else { throw error }
        for name in missing {
          guard let tensor = try value(name) else { throw error }
          options.bindings[name] = tensor
        }
      }
    }
  }
}
