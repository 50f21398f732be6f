/** Writes ONNX files from weights and checks them against a bundle's dimensions. */
@NullMarked
package duet.model.onnx;

import org.jspecify.annotations.NullMarked;
