/** What the tests of all modules share. */
package duet.testkit;
