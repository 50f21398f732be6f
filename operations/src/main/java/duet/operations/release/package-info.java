/** Releases of models: published, watched, promoted and rolled back. */
package duet.operations.release;
