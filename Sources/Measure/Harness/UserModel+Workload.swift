import ModelGraph
import Records
import Tensors
import Workloads

extension UserModel {
  /// What a record says about a model.
  public init(_ model: ONNXWorkload) throws {
    self.init(
      workload: model.name, file: model.model.fileName, sha256: model.sha256, byteCount: model.byteCount,
      shapes: model.model.shapes,
      inputs: try model.inputs.map { input in
        Input(
          name: input.name, elementType: input.type.elementType.rawValue, shape: input.type.shape.dims,
          file: input.file,
          sha256: input.sha256)
      })
  }
}

extension Record {
  /// Makes sure that the models given for completing a record are those that it measured.
  ///
  /// - Throws: ``ResumeError`` that names the model that is missing or another one.
  public func requireModels(_ models: [ONNXWorkload]) throws {
    let expected = spec.models ?? []
    if let other = models.first(where: { model in !expected.contains { $0.workload == model.name } }) {
      throw ResumeError(reason: "its record does not measure a model called `\(other.name)`")
    }
    for known in expected {
      guard let model = models.first(where: { $0.name == known.workload }) else {
        throw ResumeError(reason: "it measures the model \(known.file), which must be given again with --model")
      }
      guard try UserModel(model) == known else {
        throw ResumeError(
          reason: "the model \(known.file) is not the one that the record measured, or its shapes or inputs differ")
      }
    }
  }
}
