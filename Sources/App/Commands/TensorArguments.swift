import Foundation
import Tensors

/// Arguments of the form `name=file.npy`.
enum TensorArguments {
  /// The tensors by name.
  static func read(_ arguments: [String], option: String) throws -> [String: Tensor] {
    try paths(arguments, option: option).mapValues { try NPYFile.read(path: $0) }
  }

  /// The files by name.
  static func paths(_ arguments: [String], option: String) throws(CommandFailure) -> [String: String] {
    var paths: [String: String] = [:]
    for argument in arguments {
      // Tensor names may hold '=', file names rarely do.
      guard let equals = argument.lastIndex(of: "="), equals != argument.startIndex else {
        throw CommandFailure("\(option) \(argument) is not of the form name=file.npy.", exitCode: 64)
      }
      let name = String(argument[..<equals])
      guard paths[name] == nil else { throw CommandFailure("\(option) gives \(name) twice.", exitCode: 64) }
      paths[name] = String(argument[argument.index(after: equals)...])
    }
    return paths
  }
}
