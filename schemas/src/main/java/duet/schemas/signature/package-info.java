/**
 * Makes and verifies Ed25519 signatures (RFC 8032) over deltas and releases: who holds the private
 * key can make them, who holds the public key can tell them from anything else. Several deltas may
 * share one signature, and each can be verified without the others. Keys are PEM files as {@code
 * openssl genpkey -algorithm ed25519} writes them.
 */
@NullMarked
package duet.schemas.signature;

import org.jspecify.annotations.NullMarked;
