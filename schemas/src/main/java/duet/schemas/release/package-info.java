/** How model releases reach devices: which version each one runs while several are live. */
package duet.schemas.release;
