/** Makes faults on purpose, and checks whether every device ends up with what it should have. */
@NullMarked
package duet.cluster.chaos;

import org.jspecify.annotations.NullMarked;
