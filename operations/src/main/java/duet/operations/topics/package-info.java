/** Describes the topics between devices and cloud. */
@NullMarked
package duet.operations.topics;

import org.jspecify.annotations.NullMarked;
