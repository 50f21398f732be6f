/** Runs both models of a bundle in DJL's ONNX Runtime engine. */
@NullMarked
package duet.model.serving;

import org.jspecify.annotations.NullMarked;
