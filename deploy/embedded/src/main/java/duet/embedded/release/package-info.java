/** Model releases as an operator sees and changes them: publish, stage, promote, roll back. */
package duet.embedded.release;
