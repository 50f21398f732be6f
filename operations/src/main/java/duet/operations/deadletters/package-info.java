/** Lists dead letters, shows them and sends them back. */
@NullMarked
package duet.operations.deadletters;

import org.jspecify.annotations.NullMarked;
