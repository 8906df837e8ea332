"""What the scripts onnx-conformance, onnx-oracle and peers are made of."""
