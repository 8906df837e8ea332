import Foundation
import Tensors

/// Arguments of the form `name=file.npy`.
enum TensorArguments {
  /// The tensors by name.
  static func read(_ arguments: [String], option: String) throws -> [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    for argument in arguments {
      // Tensor names may hold '=', file names rarely do.
      guard let equals = argument.lastIndex(of: "="), equals != argument.startIndex else {
        throw CommandFailure("\(option) \(argument) is not of the form name=file.npy.", exitCode: 64)
      }
      let name = String(argument[..<equals])
      guard tensors[name] == nil else { throw CommandFailure("\(option) gives \(name) twice.", exitCode: 64) }
      tensors[name] = try NPYFile.read(path: String(argument[argument.index(after: equals)...]))
    }
    return tensors
  }
}
