import GraphPasses
import ModelGraph
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

  /// Imports a model.
  ///
  /// - Throws: ``ImportError``; ``ONNXError`` where weights that decide shapes cannot be read; `AllocationError`.
  public static func makeModel(_ model: ONNXModel, options: ImportOptions = ImportOptions()) throws -> ImportedModel {
    var importer = try GraphImport(model, options)
    try importer.run()
    return try importer.finish()
  }
}
