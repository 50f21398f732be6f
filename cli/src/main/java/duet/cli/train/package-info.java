/** Holds the commands that make and judge a model: synthesize, train and evaluate. */
@NullMarked
package duet.cli.train;

import org.jspecify.annotations.NullMarked;
