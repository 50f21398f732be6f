/**
 * Reads interaction logs, whatever they look like, through DuckDB, which is reached through {@code
 * java.sql} alone: its driver is on the class path of the commands that read a log and nowhere
 * else. {@link duet.interactions.LogReader} is the way in.
 */
@NullMarked
package duet.interactions;

import org.jspecify.annotations.NullMarked;
