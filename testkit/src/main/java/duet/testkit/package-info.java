/** Holds what the tests of all modules share. */
@NullMarked
package duet.testkit;

import org.jspecify.annotations.NullMarked;
