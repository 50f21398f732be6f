/** Holds the commands that make and judge a model: synthesize, train and evaluate. */
package duet.cli.train;
