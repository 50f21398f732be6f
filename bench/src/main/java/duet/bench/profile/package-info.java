/**
 * Tells where the processors' time goes while something is measured, from recordings of the JVM.
 */
@NullMarked
package duet.bench.profile;

import org.jspecify.annotations.NullMarked;
