/**
 * Says whether personalization is worth it on a log: out of intervals, or after a short training.
 */
@NullMarked
package duet.model.verdict;

import org.jspecify.annotations.NullMarked;
