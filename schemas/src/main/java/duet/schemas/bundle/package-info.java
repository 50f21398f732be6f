/** The model bundle: manifest, tensors, vocabulary and probe. */
package duet.schemas.bundle;
