/** ONNX files written from weights, and checked against a bundle's dimensions. */
package duet.model.onnx;
