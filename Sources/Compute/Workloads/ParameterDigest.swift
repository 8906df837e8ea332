import Crypto
import ModelGraph
import Tensors

/// Tells models with the same name and other weights apart.
public enum ParameterDigest {
  /// The SHA-256, in hexadecimal, of each parameter's name, type, extents and values, in the graph's order.
  public static func sha256(of parameters: ParameterStore, in graph: ModelGraph) -> String {
    var hash = SHA256()
    for (info, tensor) in zip(graph.parameters, parameters.tensors) {
      hash.update(data: Array("\(info.name)\0\(tensor.elementType.rawValue)\0\(tensor.shape.dims)\0".utf8))
      withExtendedLifetime(tensor) { hash.update(bufferPointer: tensor.bytes) }
    }
    return hexadecimal(hash.finalize())
  }

  /// The SHA-256 of a text, in hexadecimal.
  public static func sha256(of bytes: [UInt8]) -> String { hexadecimal(SHA256.hash(data: bytes)) }

  private static func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef")
    return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
