/** Both models of a bundle in DJL's ONNX Runtime engine. */
package duet.model.serving;
