/** Publishes, watches, promotes and rolls back releases of models. */
@NullMarked
package duet.operations.release;

import org.jspecify.annotations.NullMarked;
